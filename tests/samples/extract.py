"""Makes the tables anew from LibreChat's own files: python -m tests.samples.extract FOLDER, which holds v0.8.7 and so on.

Only names, values and structure are taken; comments are not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.samples.generate import COMPOSE, CONFIG, DEPLOY, ENVIRONMENT, TABLES
from tests.samples.tables import table
from tests.samples.yaml_text import yaml_lines
from wizard.librechat.releases import Release

_SETTING = re.compile(
    r"""(?P<begin>(?P<off>\#\s*)?[A-Z][A-Z0-9_]*\s*=\s*)"""
    r"""(?P<value>"[^"]*"|'[^']*'|[^#]*?)"""
    r"""(?P<comment>\s+\#.*)?"""
)
_LONG = 60
_PROSE = frozenset({"customWelcome", "privacyPolicy", "termsOfService"})


def setting_lines(text: str) -> Iterator[str]:
    """Yield the lines of a .env.example that set something or would without their comment mark."""
    for line in text.split("\n"):
        if match := _SETTING.fullmatch(line):
            value = match["value"]
            if match["off"] and not value.startswith(('"', "'")):
                # Lists of models, and explanations in place of a value: nobody reads them.
                value = value.partition(",")[0] if len(value) > _LONG else value
                value = "something" if " " in value else value
            yield f"{match['begin']}{value}{' # a note' if match['comment'] else ''}"
    yield ""


def compose_lines(text: str) -> Iterator[str]:
    """Yield the lines of a compose file in our own layout; without a line end at the end where the file has none."""
    yield from yaml_lines(_load(text))
    if text.endswith("\n"):
        yield ""


def config_lines(text: str) -> Iterator[str]:
    """Yield what librechat.example.yaml says about sign-in, and some of what it says besides."""
    config = _load(text)
    kept: dict[str, Any] = {key: config[key] for key in ("version", "cache")}
    kept["interface"] = {key: value for key, value in config["interface"].items() if key not in _PROSE}
    kept["registration"] = config["registration"]
    kept["endpoints"] = {
        "custom": [{key: each[key] for key in ("name", "apiKey", "baseURL")} for each in config["endpoints"]["custom"]]
    }
    yield from yaml_lines({key: value for key, value in kept.items() if value != {}}, flow=True)
    yield ""


def extract(folder: Path) -> None:
    """Write the tables."""
    paths = {path.name: path for path in folder.iterdir() if path.is_dir()}
    order = sorted(paths, key=Release.parse)

    def texts(name: str) -> Mapping[str, str]:
        return {release: (paths[release] / name).read_text(encoding="utf-8") for release in order}

    for name, file, lines in (
        (ENVIRONMENT, ".env.example", setting_lines),
        (COMPOSE, "docker-compose.yml", compose_lines),
        (DEPLOY, "deploy-compose.yml", compose_lines),
        (CONFIG, "librechat.example.yaml", config_lines),
    ):
        heading = f"What {file} holds, by release (tests/samples/README.md)"
        text = table(heading, {release: list(lines(content)) for release, content in texts(file).items()})
        (TABLES / f"{name}.table").write_text(text, encoding="utf-8")


def _load(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


if __name__ == "__main__":
    extract(Path(sys.argv[1]))
