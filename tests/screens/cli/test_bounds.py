"""Whatever a file or a program gives is read with a limit: no size of it costs more than some memory and seconds of CPU."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from screens.demo.folder import make
from tests.screens.cli.program import CHECKOUT

_SECONDS: Final = 10
_MEGABYTES: Final = 300
_HUGE: Final = 3_000_000_000
_FULL: Final = 3_990_000
_LINES: Final = 59_000
_ANSWERS: Final = "version: 1\naccess: localhost\nsettings: {ALLOW_REGISTRATION: false}\n"


_MEASURE: Final = f"""
import os, resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_CPU, ({_SECONDS}, {_SECONDS}))
status = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
os.write(1, f"\\n{{used}}".encode())
os._exit(status if status >= 0 else 128 - status)
"""
"""Runs a program with little CPU time, and says last how many kB of memory it took at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """How a run ended, and what it took."""

    status: int
    text: str
    megabytes: int


def run(*arguments: str | Path, stdin: int | None = None) -> Cost:
    """Run the program with little CPU time; its largest memory is measured by the system."""

    # A process of its own between: the system counts the memory of who starts a program as the program's.
    command = [sys.executable, "-I", "-S", "-c", _MEASURE, sys.executable, "-P", "-m", "wizard", *map(str, arguments)]
    child = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"PATH": "/nonexistent", "HOME": "/nonexistent", "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT)},
    )
    assert child.stdout is not None
    text = child.stdout.read().decode("utf-8", "replace")
    child.stdout.close()
    status = child.wait()
    text, _, kilobytes = text.rpartition("\n")
    return Cost(status=status, text=text, megabytes=int(kilobytes) // 1024)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "LibreChat"
    folder.mkdir()
    make(folder)
    (folder / ".librechat-wizard").mkdir(mode=0o700)
    (tmp_path / "answers.yaml").write_text(_ANSWERS, encoding="utf-8")
    return folder


_OTHERS: Final = (
    *(
        "package.json",
        ".env.example",
        ".env.temp",
        ".librechat-wizard/apply.json",
        ".librechat-wizard/transaction.json",
    ),
    *(".librechat-wizard/probe.json", ".librechat-wizard/draft.json", ".librechat-wizard/replaced.json"),
    *(".librechat-wizard/stack", ".librechat-wizard/backups/2026-01-02T03-04-05Z/manifest.json"),
)


def sparse(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.truncate(_HUGE)


def of(unit: Callable[[int], str]) -> str:
    """Return a text of nearly the largest size that is read."""
    parts: list[str] = []
    size = 0
    lines = 0
    while size < _FULL and lines < _LINES:
        parts.append(unit(len(parts)))
        size += len(parts[-1])
        lines += parts[-1].count("\n") + parts[-1].count("\r")
    return "".join(parts)[:_FULL]


_DOTENV: Final[dict[str, Callable[[int], str]]] = {
    "names": lambda number: f"N{number}=1\n",
    "one name": lambda _: "A=1\n",
    "refused lines": lambda _: "A B\n",
    "open quotes": lambda _: "A=`x\n",
    "open double quotes": lambda _: 'A="x\n',
    "templates": lambda number: f"N{number}=${{N{number - 1}}}\n",
    "one string of escapes": lambda number: "\\" if number else 'A="',
    "empty lines": lambda _: "\n",
    "carriage returns": lambda _: "A=1\r",
    "separators of Unicode": lambda number: "A=\u2028" if number < 50_000 else "\n",
}


@pytest.mark.parametrize("shape", _DOTENV)
@pytest.mark.parametrize("command", ["doctor", "dry run"])
def test_the_largest_environment_file_is_cheap(command: str, shape: str, folder: Path) -> None:
    (folder / ".env").write_text(of(_DOTENV[shape]), encoding="utf-8", newline="")
    words = ("doctor",) if command == "doctor" else ("--answers", folder.parent / "answers.yaml", "--dry-run")
    done = run(*words, "--offline", "--dir", folder)
    assert done.status in (0, 1, 2, 4), done.text[-500:]
    assert done.megabytes < _MEGABYTES


@pytest.mark.parametrize("name", [".env", "docker-compose.yml", "docker-compose.override.yml", "librechat.yaml"])
def test_a_larger_file_is_refused(name: str, folder: Path) -> None:
    sparse(folder / name)
    done = run("doctor", "--offline", "--dir", folder)
    assert done.status == 2
    assert (
        f"{name}: it is not a regular file, is a broken link, or exceeds {'4000 kB, 60000 lines or 400000 backslashes' if name == '.env' else '1000 kB'}."
        in done.text
    )
    assert done.megabytes < _MEGABYTES


@pytest.mark.parametrize(
    "name",
    [
        "package.json",
        ".env.example",
        ".env.temp",
        *(
            f".librechat-wizard/{one}"
            for one in (
                "apply.json",
                "transaction.json",
                "probe.json",
                "draft.json",
                "replaced.json",
                "stack",
                "backups/2026-01-02T03-04-05Z/manifest.json",
            )
        ),
    ],
)
def test_what_else_lies_there_costs_nothing(name: str, folder: Path) -> None:
    sparse(folder / name)
    for words in (("doctor",), ("--answers", folder.parent / "answers.yaml", "--dry-run")):
        done = run(*words, "--offline", "--dir", folder)
        assert done.status in (0, 1, 2, 4), done.text[-500:]
        assert done.megabytes < _MEGABYTES
    assert run("restore", "--list", "--dir", folder).status == 0


def test_a_journal_that_names_a_huge_file(folder: Path) -> None:
    sparse(folder / "huge")
    side = '{"sha256": "", "mode": 0, "uid": null, "gid": null}'
    (folder / ".librechat-wizard/transaction.json").write_text(
        '{"version": 1, "when": "2026-01-02T03:04:05+00:00", "backup": "", "folders": [], "entries": [{"name": "huge", '
        f'"target": "huge", "before": {side}, "after": {side}, "leftovers": []}}]}}',
        encoding="utf-8",
    )
    done = run("doctor", "--offline", "--dir", folder)
    assert "huge: other" in done.text
    assert done.megabytes < _MEGABYTES


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("settings: {APP_TITLE: {file: HUGE}}", 2),
        ("settings: {APP_TITLE: {file: /dev/zero}}", 2),
        ("settings: {APP_TITLE: {command: [/usr/bin/yes]}}", 2),
        ("settings: {APP_TITLE: {command: [/bin/cat, HUGE]}}", 2),
    ],
)
def test_values_from_elsewhere_are_bounded(text: str, status: int, folder: Path) -> None:
    sparse(folder.parent / "huge")
    answers = folder.parent / "answers.yaml"
    answers.write_text(
        "version: 1\naccess: localhost\n" + text.replace("HUGE", str(folder.parent / "huge")), encoding="utf-8"
    )
    done = run("--answers", answers, "--dry-run", "--offline", "--dir", folder)
    assert done.status == status, done.text
    assert done.megabytes < _MEGABYTES


def test_an_endless_answers_file_is_refused(folder: Path) -> None:
    with subprocess.Popen(["/usr/bin/yes"], stdout=subprocess.PIPE) as endless:
        assert endless.stdout is not None
        done = run("--answers", "-", "--dry-run", "--offline", "--dir", folder, stdin=endless.stdout.fileno())
        endless.kill()
    assert (done.status, "larger than" in done.text) == (2, True)
    assert done.megabytes < _MEGABYTES
    sparse(folder.parent / "huge")
    assert run("--answers", folder.parent / "huge", "--offline", "--dir", folder).status == 2


def test_endless_lines_of_a_person_end_the_questions(folder: Path) -> None:
    with Path("/dev/zero").open("rb") as zero:
        done = run("--plain", "--dir", folder, stdin=zero.fileno())
    assert done.status == 2
    assert done.megabytes < _MEGABYTES


@pytest.mark.parametrize("option", ["--password-file", "--cacert"])
def test_files_of_options_are_bounded(option: str, folder: Path) -> None:
    sparse(folder.parent / "huge")
    more = ("--login", "somebody@example.com", "--url", "http://127.0.0.1:1") if option == "--password-file" else ()
    for file in (folder.parent / "huge", Path("/dev/zero")):
        done = run("doctor", "--only", "session,tls", *more, option, file, "--dir", folder)
        assert done.status == 2, done.text
        assert done.megabytes < _MEGABYTES
