"""Makes folders as LibreChat's releases ship them. README.md says what is like the real ones and what is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.samples.tables import read_table
from wizard import catalogue

TABLES = Path(__file__).parent
ENVIRONMENT, COMPOSE, DEPLOY, CONFIG = "env", "docker-compose", "deploy-compose", "librechat"

_NAME = re.compile(r"(?:#\s*)?([A-Z][A-Z0-9_]*)")
_ELSEWHERE = "Models, tools and storage"
_ENVIRONMENT_HEADING = (
    "#" + "=" * 40 + "#",
    "#  LibreChat\u2019s settings. Don't commit it. #",
    "#" + "=" * 40 + "#",
)
_OVERRIDE = """\
# Copy to docker-compose.override.yml, and take the comment marks off what you need.

# services:
#   api:
#     volumes:
#       - type: bind
#         source: ./librechat.yaml
#         target: /app/librechat.yaml
#     image: ghcr.io/danny-avila/librechat:latest

# # Publish the database on this machine
#   mongodb:
#     ports:
#       - 127.0.0.1:27017:27017
"""


@cache
def columns(name: str) -> dict[str, list[str]]:
    """Return a table: the lines of each release."""
    return read_table((TABLES / f"{name}.table").read_text(encoding="utf-8"))


def releases() -> list[str]:
    """Return the releases that can be made, oldest first."""
    return list(columns(ENVIRONMENT))


def make_folder(release: str, folder: Path) -> None:
    """Make the folder with the files of this release."""
    folder.mkdir(parents=True)
    texts = {
        # The wizard knows LibreChat's own .env.example by its hash. A git clone has this file, which says it too.
        "package.json": json.dumps({"name": "LibreChat", "version": release}, indent=2) + "\n",
        ".env.example": "\n".join(_environment(columns(ENVIRONMENT)[release])),
        "docker-compose.yml": "\n".join(_compose(columns(COMPOSE)[release])),
        "deploy-compose.yml": "\n".join(_compose(columns(DEPLOY)[release])),
        "docker-compose.override.yml.example": _OVERRIDE,
        "librechat.example.yaml": "\n".join(_config(columns(CONFIG)[release])),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _environment(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with headings from the catalogue's sections and each setting's title."""
    yield from _ENVIRONMENT_HEADING
    titles = {section.id: section.title for section in catalogue.SECTIONS}
    settings = catalogue.by_key()
    last = ("", "")
    for line in lines:
        match = _NAME.match(line)
        name = match[1] if match else ""
        setting = settings.get(name)
        heading = titles[setting.section] if setting else _ELSEWHERE if name else last[0]
        if heading != last[0]:
            yield from ("", f"#{'=' * (len(heading) + 2)}#", f"# {heading} #", f"#{'=' * (len(heading) + 2)}#", "")
        if setting and name != last[1]:
            yield f"# {setting.title}"
        yield line
        last = (heading, name)


def _compose(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with comments where LibreChat's files have some."""
    yield "# Change nothing here: docker-compose.override.yml is for that."
    for line in lines:
        if line.lstrip().startswith('- "SESSION_SECRET='):
            yield f"{line[: len(line) - len(line.lstrip())]}# Empty until .env has it."
        yield line


def _config(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with the settings that LibreChat's example has as comments."""
    yield from ("# What LibreChat's librechat.yaml may hold", "")
    for line in lines:
        if line.startswith("registration:"):
            yield from ("", "# Who may register (optional)")
        yield line
        if line.startswith("  socialLogins:"):
            yield from ("  # allowedDomains:", '  # - "example.com"', "", "# balance:", "#   enabled: false", "")
