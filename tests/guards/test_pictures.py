"""The pictures of the documents show the program as it is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.checkout import CHECKOUT

_DOCUMENTS = (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md")))
_PICTURE = re.compile(r"\]\((?:docs/)?(pictures/[^)]+)\)")
SHOWN = sorted({f"docs/{name}" for path in _DOCUMENTS for name in _PICTURE.findall(path.read_text(encoding="utf-8"))})


@pytest.mark.not_fast
@pytest.mark.timeout(300)
def test_pictures_of_the_documents_are_current(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-P", CHECKOUT / "tools" / "pictures.py", tmp_path], check=True, cwd=CHECKOUT)
    assert SHOWN
    for name in SHOWN:
        kept = (CHECKOUT / name).read_text(encoding="utf-8")
        assert (tmp_path / Path(name).name).read_text(encoding="utf-8") == kept, f"{name}: run tools/pictures.py"
    taken = {path.stem for path in tmp_path.glob("*.svg")}
    assert {
        f"{screen}-{size}" for screen in ("welcome", "done", "review", "find") for size in ("80x24", "120x40")
    } <= taken
