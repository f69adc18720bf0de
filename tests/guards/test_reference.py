"""The documents that are made from declarations are as the tool makes them now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.guards.checkout import CHECKOUT
from wizard import catalogue


def test_documents_made_from_declarations_are_current(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-P", CHECKOUT / "tools" / "reference.py", tmp_path], check=True, cwd=CHECKOUT)
    made = sorted(tmp_path.iterdir())
    assert made
    for path in made:
        kept = CHECKOUT / "docs" / path.name
        assert kept.read_bytes() == path.read_bytes(), (
            f"docs/{path.name} is out of date. Run: python tools/reference.py"
        )


def test_every_setting_is_described_once() -> None:
    text = (CHECKOUT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^### (\S+)$", text) == [setting.key for setting in catalogue.SETTINGS]
    assert re.findall(r"(?m)^## (.+)$", text) == [section.title for section in catalogue.SECTIONS]
