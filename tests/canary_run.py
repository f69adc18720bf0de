"""The run of the tests is itself one: no canary may be where secrets have no place, in whatever form.

Searched are the arguments and environments of every child of the program, what the programs that the tests start print, and
every file below HOME, the temporary place and the tests' own folders that the run made or changed.
"""

from __future__ import annotations

import fnmatch
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

from tests.canaries import CORE, child_fault, found_in

_LARGEST: Final = 64_000_000
_PLACES: Final = Path(__file__).resolve().parents[1]
_SITE: Final = _PLACES / "tests" / "canary_site"
_SOURCE: Final = tuple(str(_PLACES / room) + os.sep for room in ("wizard", "checks", "screens"))

ALLOWED: Final = {
    "*/.env": "where LibreChat's secrets belong",
    "*/.librechat-wizard/backups/*": "private copies of .env and of compose files (their mode is judged in test_canary)",
    "*/.librechat-wizard/stack/*": "private copies of a backup's files, for containers that are to be stopped",
    "*/secret": "a file that {file: PATH} names, written by a test",
    "*/*.env": "environment files that the tests wrote",
    "*/.env.*": "the same",
}
"""Which files may hold a canary, and why."""
_TESTS_OWN: Final = (".yaml", ".yml")
"""Answers files, and compose files with secrets in line: only those that a test wrote, not the program."""
_written: set[str] = set()
"""The files of this kind that tests of this process wrote."""
_NEVER: Final = ("*/.librechat-wizard/*.json", "*/.librechat-wizard/*lock*", "*/.librechat-wizard/.*")
"""The wizard's own records; these count although a pattern above may fit."""

LEAKS: Final[list[str]] = []
"""What was found in this process."""


def program_environment() -> dict[str, str]:
    """Return what makes a program that the tests start note its children."""
    log = os.environ.get("CANARY_LOG")
    return {} if log is None else {"CANARY_LOG": log, "CANARY_CORE": os.environ["CANARY_CORE"]}


def program_path(*further: Path) -> str:
    """Return the ``PYTHONPATH`` for such a program."""
    return os.pathsep.join(map(str, (_SITE, _PLACES, *further)))


def note_output(data: str | bytes, what: str) -> None:
    """Look at everything that a program printed."""
    data = data.encode(errors="surrogateescape") if isinstance(data, str) else data
    if form := found_in(data):
        LEAKS.append(f"{what} printed one {form}, in {_test()}")


def file_fault(path: Path) -> str:
    """Say what is wrong with a file; nothing where nothing is, or where it may hold a canary."""
    text = str(path)
    is_record = any(fnmatch.fnmatch(text, pattern) for pattern in _NEVER)
    if not is_record and (text in _written or any(fnmatch.fnmatch(text, pattern) for pattern in ALLOWED)):
        return ""
    try:
        about = path.lstat()
        if not path.is_file() or path.is_symlink() or about.st_size > _LARGEST:
            return ""
        form = found_in(path.read_bytes())
    except OSError:
        return ""
    return f"{path} holds one {form}" if form else ""


def note_written(path: object, flags: object) -> None:
    """Take a file that is opened (audit event ``open``) as a test's own if it is written to, and not by the program."""
    name = os.fsdecode(path) if isinstance(path, str | bytes) else ""
    is_write = isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))
    if name.endswith(_TESTS_OWN) and is_write and not _is_the_program():
        _written.add(os.path.abspath(name))  # noqa: PTH100 - no Path in an audit hook: this one is called for every file


def changed_files(top: Path, since: float, without: Iterable[Path] = ()) -> Iterator[Path]:
    """Give the files below a folder that were made or changed, links not followed."""
    left_out = {str(path) for path in without}
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if f"{folder}/{name}" not in left_out and name != "__pycache__"]
        for name in names:
            path = Path(folder, name)
            try:
                about = path.lstat()
            except OSError:
                continue
            if max(about.st_mtime, about.st_ctime) >= since:
                yield path


class CanaryRun:
    """Watches one process of the run. A worker looks at its own folders, the one that gathers them at HOME and TMPDIR."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._since = time.time() - 1
        self._before = frozenset(Path(tempfile.gettempdir()).iterdir())
        self._log = Path(tempfile.gettempdir()) / f"canary-children-{os.getpid()}"
        self._stop = threading.Event()
        self._is_worker = hasattr(config, "workerinput")
        self._gathered: list[str] = []
        os.environ["CANARY_LOG"] = str(self._log)
        sys.addaudithook(self._hook)
        threading.Thread(target=self._watch, name="canaries", daemon=True).start()

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            note_written(arguments[0], arguments[2])
            return
        if self._stop.is_set() or event not in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
            return
        # What a test starts is given canaries on purpose: they are the operator's.
        if _is_the_program() and (fault := child_fault(event, arguments)):
            LEAKS.append(f"{fault}, in {_test()}")

    def _watch(self) -> None:
        """Look at the arguments of what programs started; a short-lived child may be missed here."""
        while not self._stop.wait(0.5):
            for words in _started_by_programs(os.getpid()):
                if form := found_in(words):
                    name = words.split(b"\0", 1)[0].decode(errors="replace")
                    LEAKS.append(f"the arguments of {name} had one {form}, in {_test()}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Search, and fail the run where something was found."""
        self._stop.set()
        leaks = [*LEAKS, *self._children(), *self._files()]
        if self._is_worker:
            self._config.workeroutput["canaries"] = list(dict.fromkeys(leaks))  # type: ignore[attr-defined]
            return
        self._gathered += leaks
        if self._gathered and session.exitstatus == 0:
            session.exitstatus = 1

    def _children(self) -> list[str]:
        try:
            found = self._log.read_text(encoding="utf-8").splitlines()
            self._log.unlink()
        except OSError:
            return []
        return found

    def _files(self) -> list[str]:
        places: list[tuple[Path, tuple[Path, ...]]] = []
        factory: Any = getattr(self._config, "_tmp_path_factory", None)
        own = getattr(factory, "_basetemp", None)
        if own is not None:
            # Each worker looks at its own folder: it alone knows which files its tests wrote.
            places.append((Path(own), tuple(Path(own).glob("popen-gw*"))))
        if not self._is_worker:
            temporary = Path(tempfile.gettempdir())
            pytests = tuple(temporary.glob("pytest-of-*"))
            checkout = (_PLACES,)
            # What was there before is other programs': a run of the program makes a name of its own.
            older = tuple(self._before)
            places.append((temporary, (*pytests, *older, *checkout)))
            home = Path.home()
            if home not in (Path("/"), temporary):
                places.append((home, (*pytests, *checkout)))
        return [
            fault
            for place, without in places
            for path in changed_files(place, self._since, without)
            if (fault := file_fault(path))
        ]

    @pytest.hookimpl(optionalhook=True)  # pytest-xdist may be off
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker found."""
        self._gathered += getattr(node, "workeroutput", {}).get("canaries", [])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what leaked where."""
        leaks = list(dict.fromkeys(self._gathered))
        if leaks:
            terminalreporter.section("canaries that got out", red=True)
            for leak in leaks[:100]:
                terminalreporter.write_line(leak)


def _test() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "no test").partition(" (")[0].replace(CORE, "CANARY")


def _is_the_program() -> bool:
    """Tell whether the program starts the child: in this process, and not a test on its own."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not frame.f_code.co_filename.startswith(_SOURCE):
        frame = frame.f_back
    return frame is not None


def _started_by_programs(process: int) -> Iterator[bytes]:
    """Give the arguments of every process below one of the program's own below this one."""
    waiting = [(process, False)]
    while waiting:
        one, is_below = waiting.pop()
        try:
            words = Path(f"/proc/{one}/cmdline").read_bytes()
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
        is_program = b"\0-m\0wizard\0" in words
        if is_below and not is_program:
            yield words
        waiting += [(child, is_below or is_program) for child in children]
