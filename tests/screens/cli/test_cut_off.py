"""A run that was killed while it wrote: the next one says so, finishes, and restore goes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import CHECKOUT, answers, run, tree

SampleFolder = Callable[..., Path]
OLD = "JWT_SECRET=" + "ab" * 32 + "\nPORT=3080\n"
TEXT = "version: 1\naccess: https-proxy\nsettings: {DOMAIN_CLIENT: 'https://chat.example.net'}\n"


def cut_off(folder: Path, asked: Path, renames: int) -> int:
    """Run the wizard and kill it with SIGKILL at its n-th rename over a file of the folder."""
    code = (
        "import os, signal, sys\n"
        "seen = 0\n"
        "def hook(event, arguments):\n"
        "    global seen\n"
        "    if event == 'os.rename' and '.librechat-wizard-' in str(arguments[0]):\n"
        "        seen += 1\n"
        f"        if seen == {renames}:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.addaudithook(hook)\n"
        "from screens.cli.main import main\n"
        f"sys.exit(main(['--answers', {str(asked)!r}, '--dir', {str(folder)!r}]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    return done.returncode


def leftovers(folder: Path) -> list[str]:
    return [name for name in tree(folder) if name.endswith((".tmp", ".old"))]


@pytest.mark.parametrize("way", ["finish", "restore"])
@pytest.mark.parametrize("renames", [1, 2, 3])
def test_the_next_start_knows_and_offers_both_ways(sample_folder: SampleFolder, way: str, renames: int) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text(OLD)
    (folder / ".env").chmod(0o600)
    asked = answers(folder, TEXT)
    before = tree(folder)
    assert cut_off(folder, asked, renames) == -signal.SIGKILL
    for name, (mode, uid, gid, data) in tree(folder).items():
        if name in before:
            assert (mode, uid, gid) == before[name][:3], name
            assert data == before[name][3] or b"LibreChat auth wizard" in data, name

    dry = run("--answers", asked, "--dir", folder, "--dry-run")
    assert "was interrupted" in dry.err
    assert "restore" in dry.err
    assert "was interrupted" in run("doctor", "--dir", folder).text

    if way == "finish":
        done = run("--answers", asked, "--dir", folder)
        assert done.status == 0, done.text
        assert (folder / "docker-compose.override.yml").exists()
        assert b"DOMAIN_CLIENT=https://chat.example.net" in (folder / ".env").read_bytes()
    else:
        assert run("restore", "--dir", folder).status == 0
        after = {name: entry for name, entry in tree(folder).items() if not name.startswith(".librechat-wizard/")}
        assert after == before
    assert leftovers(folder) == []
    assert "was interrupted" not in run("doctor", "--dir", folder).text
