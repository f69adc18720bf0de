"""The recipe "Add a check" of docs/recipes.md, followed in a copy of the source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guards.checkout import CHECKOUT
from tests.guards.layers import SOURCE

FINDINGS = '''"""Whether the moon is full."""

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="moon")
FULL = _of(
    "full",
    "The moon is full:",
    "Wait for the new moon.",
    consequence="people sleep badly.",
    settings=("APP_TITLE",),
    supersedes=("rules.server.port-missing",),
)
'''
CHECK = '''"""Is the moon full."""

from collections.abc import Iterable

from checks.model import Check, Subject
from wizard.basics.finding import Finding
from wizard.findings import moon as ids


def _static(subject: Subject) -> Iterable[Finding]:
    yield ids.FULL.fail(evidence=(f"release {subject.deployment.release}",))


MOON = Check(id="moon", title="The moon", static=_static)
'''


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the source with one more check: a folder, its findings, and a line in the list."""
    for room in (*SOURCE, "tools"):
        shutil.copytree(CHECKOUT / room, tmp_path / "copy" / room, ignore=shutil.ignore_patterns("__pycache__"))
    copy = tmp_path / "copy"
    (copy / "wizard" / "findings" / "moon.py").write_text(FINDINGS)
    (copy / "checks" / "moon").mkdir()
    (copy / "checks" / "moon" / "__init__.py").write_text(CHECK)
    registry = copy / "checks" / "registry.py"
    listed = registry.read_text().replace("    FILES,\n", "    FILES,\n    MOON,\n", 1)
    registry.write_text(listed.replace("from checks.model import Check\n", "from checks.model import Check\nfrom checks.moon import MOON\n"))  # fmt: skip
    return copy


def ran(copy: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=copy, env=environment)


def test_a_check_is_added_in_one_folder_and_one_line(copy: Path, sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    doctor = ("-m", "wizard", "doctor", "--dir", folder, "--offline")
    alone = ran(copy, *doctor, "--only", "moon")
    assert alone.returncode == 1, alone.stderr
    assert "FAIL  The moon is full: people sleep badly.\n" in alone.stdout
    assert "      -> Wait for the new moon.\n      [moon.full]\n" in alone.stdout
    assert alone.stdout.endswith("1 failed, 0 warnings, 0 inconclusive.\n")
    document = json.loads(ran(copy, *doctor, "--json").stdout)
    found = {each["id"]: each for each in document["findings"]}
    assert found["moon.full"] == {
        "id": "moon.full",
        "status": "FAIL",
        "summary": "The moon is full: people sleep badly.",
        "evidence": ["release v0.8.7"],
        "settings": ["APP_TITLE", "PORT"],
        "remedy": "Wait for the new moon.",
        "docs": "",
        "consequence": "People sleep badly.",
        "causes": [],
        "transient": False,
        "origins": [],
        "acknowledged": None,
    }
    assert "rules.server.port-missing" not in found, "what it supersedes is left out"
    assert "moon" in [each["check"] for each in document["outcomes"]]
    misspelt = ran(copy, *doctor, "--only", "mooon")
    assert misspelt.returncode == 2
    assert "Did you mean moon?" in misspelt.stderr


def test_the_documentation_has_it(copy: Path, tmp_path: Path) -> None:
    assert ran(copy, copy / "tools" / "reference.py", tmp_path).returncode == 0
    text = (tmp_path / "findings.md").read_text()
    assert "## moon\n" in text
    assert "| `moon.full` | The moon is full. | People sleep badly. | Wait for the new moon. |\n" in text
