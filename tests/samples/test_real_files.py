"""The made folders are as good as LibreChat's own: the same assignments, the same names, the same services."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.beside import real_samples
from tests.samples.generate import make_folder, releases
from wizard.dotenv import npm_entries

_NAME = re.compile(r"(?m)^\s*(?:#\s*)?([A-Z][A-Z0-9_]+)\s*=")


def loaded(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


REAL = real_samples() or Path()
BOTH = [release for release in releases() if (REAL / release).is_dir()]


@pytest.mark.parametrize("release", BOTH)
def test_a_made_folder_says_what_the_real_one_says(tmp_path: Path, release: str) -> None:
    made, theirs = tmp_path / release, REAL / release
    make_folder(release, made)
    texts = [(folder / ".env.example").read_text(encoding="utf-8") for folder in (made, theirs)]
    entries = [[(entry.name, entry.value) for entry in npm_entries.entries(text)] for text in texts]
    assert entries[0] == entries[1]
    names = [_NAME.findall(text) for text in texts]
    assert names[0] == names[1]
    for name in ("docker-compose.yml", "deploy-compose.yml"):
        assert loaded(made / name) == loaded(theirs / name)
        assert (made / name).read_bytes()[-1:] == (theirs / name).read_bytes()[-1:]
    ours, whole = loaded(made / "librechat.example.yaml"), loaded(theirs / "librechat.example.yaml")
    for key in ("version", "cache", "registration"):
        assert ours[key] == whole[key]
    assert {path.name for path in theirs.iterdir()} == {path.name for path in made.iterdir()} - {"package.json"}
