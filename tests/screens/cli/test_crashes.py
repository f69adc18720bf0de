"""When the wizard itself breaks, it says kind and place and ends with 70; no message of an error, no line of source."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

import pytest

from screens.cli.main import main
from screens.demo.folder import make
from screens.shared import crash
from tests.screens.cli import program

_CANARY: Final = "hunter7-canary"
_ERRORS: Final[dict[str, Callable[[], BaseException]]] = {
    "RuntimeError": lambda: RuntimeError(_CANARY),
    "KeyError": lambda: KeyError(_CANARY),
    "OSError": lambda: OSError(5, _CANARY, _CANARY),
    "BrokenPipeError": lambda: BrokenPipeError(32, _CANARY),
    "RecursionError": lambda: RecursionError(_CANARY),
    "MemoryError": lambda: MemoryError(_CANARY),
    "UnicodeDecodeError": lambda: UnicodeDecodeError("utf-8", _CANARY.encode(), 0, 1, _CANARY),
    "ExceptionGroup": lambda: ExceptionGroup(_CANARY, [ValueError(_CANARY), TypeError(_CANARY)]),
    "BaseExceptionGroup": lambda: BaseExceptionGroup(_CANARY, [asyncio.CancelledError(_CANARY)]),
    "CancelledError": lambda: asyncio.CancelledError(_CANARY),
    "GeneratorExit": lambda: GeneratorExit(_CANARY),
}
_COMMANDS: Final = {
    "answers": (("--answers", "ANSWERS", "--offline"), "wizard.plan.proposal.plan"),
    "answers as JSON": (("--answers", "ANSWERS", "--offline", "--json"), "wizard.store.transaction.Transaction.run"),
    "doctor": (("doctor", "--offline"), "wizard.deployment.assembled.effective_of"),
    "doctor as JSON": (("doctor", "--offline", "--json"), "wizard.dotenv.document.Document.parse"),
    "signin": (("signin", "openid"), "screens.shared.sign_ins.openid_sign_in"),
    "restore": (("restore",), "wizard.store.journal.Journal.clear"),
    "list": (("restore", "--list"), "wizard.store.backups.Backups.listed"),
    "settings": (("settings",), "screens.shared.explain.settings_list_text"),
    "schema": (("schema",), "wizard.answers.schema.answers_schema"),
    "a person": (("--plain",), "screens.plain.steps.steps_in_order"),
    "demo": (("demo", "--plain"), "screens.plain.steps.steps_in_order"),
}
"""Each command, and a function deep in it that breaks."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "LibreChat"
    folder.mkdir()
    make(folder)
    (folder / ".librechat-wizard").mkdir(mode=0o700)
    (tmp_path / "answers.yaml").write_text("version: 1\naccess: localhost\n", encoding="utf-8")
    return folder


def arguments(command: str, folder: Path) -> list[str]:
    words, _ = _COMMANDS[command]
    found = [str(folder.parent / "answers.yaml") if word == "ANSWERS" else word for word in words]
    return found if command in ("settings", "schema", "demo") else [*found, "--dir", str(folder)]


@pytest.mark.parametrize(
    ("command", "error"),
    # Starting the practice takes a second: once is enough.
    [(command, error) for command in _COMMANDS for error in _ERRORS if command != "demo" or error == "RuntimeError"],
)
def test_a_command_that_breaks_says_where_alone(
    command: str, error: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(*_: object, **__: object) -> NoReturn:
        broken = _ERRORS[error]()
        raise broken

    if command == "restore":
        # Where there is no backup, nothing is begun.
        assert main(arguments("answers", folder)) == 0
        capsys.readouterr()
    monkeypatch.setattr(_COMMANDS[command][1], breaks)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n" * 50))
    status = main(arguments(command, folder))
    out, err = capsys.readouterr()
    if error in ("OSError", "BrokenPipeError") and command == "restore":
        # What the system refuses there is no bug.
        assert status == 3
        assert _CANARY not in out + err
        return
    assert status == 70, out + err
    assert "The wizard crashed. This is a bug." in err
    assert " at test_crashes.py:" in err
    assert _CANARY not in out + err
    assert "Traceback" not in out + err


def test_of_several_errors_the_first_is_named() -> None:
    group = ExceptionGroup(_CANARY, [ExceptionGroup("", [ZeroDivisionError(_CANARY)]), ValueError(_CANARY)])
    assert crash.where(group).startswith("ZeroDivisionError at ")


def test_a_deep_recursion_is_told_in_one_line() -> None:
    def deeper() -> None:
        deeper()

    with pytest.raises(RecursionError) as caught:
        deeper()
    told = crash.where(caught.value)
    assert told.startswith("RecursionError at test_crashes.py:")
    assert len(told) < 700


_LOST_TASK: Final = """\
from checks.net.aio import run
async def lost():
    raise RuntimeError(CANARY)
async def work():
    import asyncio, gc
    asyncio.ensure_future(lost())
    await asyncio.sleep(0.01)
    gc.collect()
run(work())
"""
_BREAKS: Final = {
    "in a thread": (
        "import threading\nthread = threading.Thread(target=lambda: {}[CANARY])\nthread.start()\nthread.join()",
        70,
        "KeyError at ",
    ),
    "in what is thrown away": ("type('Late', (), {'__del__': lambda self: {}[CANARY]})()", 0, ""),
    "as a lost task": (_LOST_TASK, 0, ""),
    "as a warning": ("import warnings; warnings.warn(CANARY, RuntimeWarning); warnings.warn(CANARY)", 0, ""),
    "without memory": (
        "import traceback\ntraceback.extract_tb = lambda _: bytes(2**62)\nraise ValueError(CANARY)",
        70,
        "MemoryError",
    ),
}


@pytest.mark.parametrize("how", _BREAKS)
def test_python_itself_reports_nothing(how: str, tmp_path: Path) -> None:
    """Threads, destructors, lost tasks and warnings have reports of their own, which quote messages and source."""
    code, status, message = _BREAKS[how]
    main_file = tmp_path / "breaking.py"
    body = textwrap.indent(code, "    ")
    main_file.write_text(
        f"import sys\nfrom screens.cli import main\nCANARY = {_CANARY!r}\n"
        f"def settings(_):\n{body}\n    return 0\n"
        "main._settings = settings\nsys.argv[1:] = ['settings']\nsys.exit(main.main())\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, main_file], cwd=program.CHECKOUT, env={**os.environ, "PYTHONPATH": str(program.CHECKOUT)}, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert _CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert bool(done.stderr) is bool(message)


def test_a_full_disk_behind_the_output_is_no_bug() -> None:
    command = [sys.executable, "-P", "-m", "wizard", "schema"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, cwd=program.CHECKOUT, stdout=full, stderr=-1, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (3, "The output could not be written (No space left on device).")


def test_closed_outputs_leave_the_status_alone() -> None:
    for words, status in (("schema >&-", 0), ("settings NO_SUCH_NAME 2>&-", 2), ("--no-such-option 2>&-", 2)):
        command = ["/bin/sh", "-c", f'"$0" -P -m wizard {words}', sys.executable]
        assert subprocess.run(command, cwd=program.CHECKOUT, check=False, capture_output=True).returncode == status
