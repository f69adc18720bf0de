"""The recipe "Add a published vulnerability", followed in a copy of the source: one entry in one file is enough."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.guards.checkout import CHECKOUT, own_files

BEFORE = "ADVISORIES: Final = (\n"
ADDED = """\
    Advisory(
        id="cve-2099-12345",
        reference="CVE-2099-12345",
        severe=True,
        title="Anybody can read the titles of shared links",
        opens=lambda server: _open_if(server.is_on("ALLOW_SHARED_LINKS", default=True)),
        since=Release(0, 8, 3),
        fixed=Release(0, 8, 8),
        settings=("ALLOW_SHARED_LINKS",),
        now="Set ALLOW_SHARED_LINKS=false.",
        remains="Titles that were read stay read.",
    ),
"""
ROWS = "\nCVE-2099-12345 v0.8.7 OOOOOOOOOOOOOOOO\nCVE-2099-12345 v0.8.8 FFFFFFFFFFFFFFFF\n"
ID = "advisory.cve-2099-12345"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with one more weakness."""
    copy = tmp_path_factory.mktemp("tree")
    for path in own_files():
        target = copy / path.relative_to(CHECKOUT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    table = copy / "wizard" / "librechat" / "advisories.py"
    text = table.read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    table.write_text(text.replace(BEFORE, BEFORE + ADDED), encoding="utf-8")
    return copy


def run_in(tree: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tree,
        env={"PYTHONPATH": str(tree), "HOME": str(tree), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def found(tree: Path, folder: Path, *more: str) -> dict[str, Any]:
    done = run_in(tree, "-m", "wizard", "doctor", "--dir", folder, "--offline", "--json", *more)
    return {each["id"]: each for each in json.loads(done.stdout)["findings"]}


@pytest.mark.not_fast
def test_one_entry_is_finding_and_document(tree: Path, sample_folder: Callable[..., Path], tmp_path: Path) -> None:
    folder = sample_folder("v0.8.7")
    pinned = "services: {api: {image: 'registry.librechat.ai/danny-avila/librechat:v0.8.7'}}\n"
    (folder / "docker-compose.override.yml").write_text(pinned, encoding="utf-8")
    (folder / ".env").write_text("ALLOW_SHARED_LINKS=true\n", encoding="utf-8")
    weakness = found(tree, folder)[ID]
    assert weakness["status"] == "FAIL"
    assert weakness["summary"].startswith(
        "Anybody can read the titles of shared links (CVE-2099-12345, LibreChat v0.8.7)"
    )
    assert (
        weakness["remedy"]
        == "Set ALLOW_SHARED_LINKS=false. Update to v0.8.8 or later. Titles that were read stay read."
    )
    assert weakness["settings"] == ["ALLOW_SHARED_LINKS"]
    assert ID not in found(tree, folder, "--for-release", "v0.8.8")
    (folder / ".env").write_text("ALLOW_SHARED_LINKS=false\n", encoding="utf-8")
    closed = found(tree, folder)[ID]
    assert closed["status"] == "WARN"
    assert "not currently vulnerable" in closed["summary"]
    assert run_in(tree, tree / "tools" / "reference.py", tmp_path).returncode == 0
    text = (tmp_path / "findings.md").read_text(encoding="utf-8")
    assert f"| `{ID}` | Anybody can read the titles of shared links | v0.8.3 | v0.8.8 |" in text


@pytest.mark.not_fast
def test_the_table_of_expected_verdicts_misses_it_until_it_is_there(tree: Path) -> None:
    command = (
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "tests/wizard/librechat/test_advisories.py",
    )
    missing = run_in(tree, *command)
    assert missing.returncode == 1
    assert "cve-2099-12345" in missing.stdout
    with (tree / "tests" / "records" / "advisories.table").open("a", encoding="utf-8") as table:
        table.write(ROWS)
    complete = run_in(tree, *command)
    assert complete.returncode == 0, complete.stdout
