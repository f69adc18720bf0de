"""Every step of a write fails, crashes or is stopped: all files are old or all new, and the message is true."""

from __future__ import annotations

import errno
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.wizard.store.killed import scenario
from tests.wizard.store.killed.faults import Call, before_each_call, failing, nothing, signalling
from tests.wizard.store.killed.victims import Victims
from wizard.basics.problem import WriteRefused
from wizard.store.folder_store import FolderStore
from wizard.store.transaction import FileWrite


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the names of the calls that one write makes."""
    folder = tmp_path_factory.mktemp("steps") / "folder"
    scenario.lay_out(folder)
    with before_each_call(nothing) as calls:
        scenario.write(folder)
    return calls.names


def _folders(tmp_path: Path, steps: list[str]) -> Iterator[tuple[int, Path]]:
    for number in range(1, len(steps) + 1):
        folder = tmp_path / str(number)
        scenario.lay_out(folder)
        yield number, folder


WORDS: Final = {errno.ENOSPC: "the disk is full", errno.EIO: "input/output error", errno.EROFS: "read-only"}


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_a_step_that_fails(tmp_path: Path, steps: list[str], error: int) -> None:
    refused = 0
    for number, folder in _folders(tmp_path, steps):
        message = ""
        with before_each_call(failing(number, error)):
            try:
                scenario.write(folder)
            except WriteRefused as refusal:
                message = str(refusal)
        if message:
            refused += 1
            assert scenario.is_all(folder, "old"), message
            assert WORDS[error] in message
            assert ("Everything was put back." in message) or ("othing changed" in message)
            assert "/a/path" not in message
            assert FolderStore(folder).backups() == ()
        else:
            assert scenario.is_all(folder, "new")
        scenario.assert_recovers(folder, finish=number % 2 == 0)
    assert refused > len(steps) // 2


def test_the_message_names_the_file_that_failed(tmp_path: Path, steps: list[str]) -> None:
    renames = [number for number, name in enumerate(steps, start=1) if name == "rename"]
    folder = tmp_path / "folder"
    scenario.lay_out(folder)
    with (
        before_each_call(failing(renames[3], errno.ENOSPC)),
        pytest.raises(
            WriteRefused, match=r"^librechat\.yaml: the disk is full\. Everything was put back\. Free some space"
        ),
    ):
        scenario.write(folder)


def test_a_disk_that_dies_for_good(tmp_path: Path, steps: list[str]) -> None:
    """Nothing works any more from some step on, going back included: the message says how each file stands."""
    stuck = 0
    for number, folder in _folders(tmp_path, steps):
        problems: tuple[str, ...] = ()
        with before_each_call(failing(number, errno.EIO, for_good=True)):
            try:
                scenario.write(folder)
            except WriteRefused as refusal:
                problems = tuple(str(problem) for problem in refusal.problems)
        sides = scenario.sides(folder)
        if set(sides.values()) == {"old"}:
            assert any("othing changed" in text or "put back" in text for text in problems)
        elif set(sides.values()) == {"old", "new"}:
            stuck += 1
            assert ".librechat-wizard/backups/2026-01-31T10-00-00Z" in problems[0]
            for name, side in sides.items():
                expected = {"old": "still has the old content", "new": "already has the new content"}[side]
                assert any(text.startswith(f"{name}: ") and expected in text for text in problems[1:])
        scenario.assert_recovers(folder, finish=number % 2 == 0)
    assert stuck >= 4


def test_a_crash_is_put_back_too(tmp_path: Path, steps: list[str]) -> None:
    class BoomError(Exception):
        pass

    crashes = 0
    for number, folder in _folders(tmp_path, steps):

        def crash(call: Call, number: int = number) -> None:
            if call.number == number:
                raise BoomError

        with before_each_call(crash):
            try:
                scenario.write(folder)
            except BoomError:
                crashes += 1
        assert len(set(scenario.sides(folder).values())) == 1
        scenario.assert_recovers(folder, finish=True)
    assert crashes > len(steps) // 2


@contextmanager
def _handler(number: signal.Signals, handler: Callable[..., Any] | signal.Handlers) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("times", [1, 3])
def test_ctrl_c_waits_until_the_files_are_consistent(tmp_path: Path, steps: list[str], times: int) -> None:
    outcomes = set()
    for number, folder in _folders(tmp_path, steps):
        with (
            _handler(signal.SIGINT, signal.default_int_handler),
            before_each_call(signalling(number, (signal.SIGINT,) * times)),
            pytest.raises(KeyboardInterrupt),
        ):
            scenario.write(folder)
        sides = set(scenario.sides(folder).values())
        assert len(sides) == 1
        outcomes |= sides
        assert scenario.strangers(folder) <= {".librechat-wizard/.gitignore.tmp"}, "a temporary file stays after Ctrl+C"
        scenario.assert_recovers(folder, finish=number % 2 == 0)
    assert outcomes == {"old", "new"}


def test_a_stop_signal_that_its_handler_swallows_is_a_refusal(tmp_path: Path, steps: list[str]) -> None:
    heard: list[int] = []
    middle = steps.index("link") + 1
    folder = tmp_path / "folder"
    scenario.lay_out(folder)
    with (
        _handler(signal.SIGTERM, lambda number, _: heard.append(number)),
        before_each_call(signalling(middle, (signal.SIGTERM,))),
        pytest.raises(WriteRefused, match="Stopped by a signal"),
    ):
        scenario.write(folder)
    assert heard == [signal.SIGTERM]
    assert scenario.is_all(folder, "old")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_the_process_when_all_is_put_back(
    tmp_path: Path, steps: list[str], victims: Victims, stop: signal.Signals
) -> None:
    """With the system's own action: the process ends by that signal, with the files consistent."""
    outcomes = set()
    for step in range(steps.index("link") + 1, len(steps) + 1, 5):
        folder = tmp_path / str(step)
        scenario.lay_out(folder)
        assert victims.order(folder, call=step, stop=stop.name)["status"] == -stop
        outcomes |= set(scenario.sides(folder).values())
        assert len(set(scenario.sides(folder).values())) == 1
        assert FolderStore(folder).interrupted() is None
        scenario.assert_recovers(folder, finish=True)
    assert outcomes == {"old", "new"}


def test_an_ignored_signal_stays_ignored(tmp_path: Path, steps: list[str]) -> None:
    """As under nohup."""
    folder = tmp_path / "folder"
    scenario.lay_out(folder)
    with (
        _handler(signal.SIGHUP, signal.SIG_IGN),
        before_each_call(signalling(steps.index("link") + 1, (signal.SIGHUP,))),
    ):
        scenario.write(folder)
    assert scenario.is_all(folder, "new")


def test_no_hard_links(tmp_path: Path, steps: list[str]) -> None:
    """A file system without them: a copy is kept aside instead, and going back works with it."""

    def no_links(call: Call) -> None:
        if call.name == "link":
            raise PermissionError(errno.EPERM, "no links here")

    folder = tmp_path / "works"
    scenario.lay_out(folder)
    with before_each_call(no_links):
        scenario.write(folder)
    assert scenario.is_all(folder, "new")
    for number in range(steps.index("link"), len(steps) + 20, 3):
        folder = tmp_path / str(number)
        scenario.lay_out(folder)
        fails = failing(number, errno.EIO)

        def before(call: Call, fails: Callable[[Call], None] = fails) -> None:
            no_links(call)
            fails(call)

        with before_each_call(before):
            try:
                scenario.write(folder)
            except WriteRefused:
                assert scenario.is_all(folder, "old")
        scenario.assert_recovers(folder, finish=True)


def test_a_file_size_limit(tmp_path: Path) -> None:
    """``ulimit -f``: the write itself comes short, in the middle of the file."""
    folder = tmp_path / "folder"
    scenario.lay_out(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (350_000, hard))
    try:
        with pytest.raises(WriteRefused, match=r"^\.env: the file would exceed the file size limit"):
            scenario.write(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert scenario.is_all(folder, "old")
    scenario.assert_recovers(folder, finish=True)


@pytest.mark.parametrize("appears", [True, False])
def test_somebody_changes_a_file_while_the_others_are_written(tmp_path: Path, *, appears: bool) -> None:
    """The last look comes right before each rename."""
    first, second = tmp_path / ".env", tmp_path / "librechat.yaml"
    first.write_bytes(b"A=1\n")
    if not appears:
        second.write_bytes(b"version: 1\n")
    writes = [
        FileWrite(name=".env", target=first, before=b"A=1\n", after=b"A=2\n", mode=0o600),
        FileWrite(
            name="librechat.yaml", target=second, before=None if appears else b"version: 1\n", after=b"x", mode=0o644
        ),
    ]
    first.chmod(0o600)

    def editor(call: Call) -> None:
        if call.name == "rename" and call.arguments[1] == first.name:
            second.write_bytes(b"somebody's own")

    store = FolderStore(tmp_path)
    with (
        store.lock(),
        before_each_call(editor),
        pytest.raises(WriteRefused, match=r"^librechat\.yaml: it was changed .* Everything was put back\."),
    ):
        store.apply(writes, when=scenario.WHEN)
    assert first.read_bytes() == b"A=1\n"
    assert second.read_bytes() == b"somebody's own"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", ".librechat-wizard", "librechat.yaml"]


def test_only_going_back_fails(tmp_path: Path) -> None:
    """The folder lets nobody replace a file any more after two have been: nothing that going back needs is thrown away."""
    folder = tmp_path / "folder"
    scenario.lay_out(folder)
    replaced: list[object] = []

    def before(call: Call) -> None:
        if call.name == "rename" and ".librechat-wizard-" in str(call.arguments[0]):
            if len(replaced) == 2:
                raise PermissionError(errno.EPERM, "no more")
            replaced.append(call.arguments[1])

    with before_each_call(before), pytest.raises(WriteRefused) as caught:
        scenario.write(folder)
    assert "not everything could be put back" in str(caught.value)
    found = FolderStore(folder).interrupted()
    assert found is not None
    assert [state for _, state in found.files] == ["new", "new", "old", "old", "old"]
    assert found.backup in str(caught.value)
    scenario.restore(folder)
    assert scenario.is_all(folder, "old")
    assert scenario.strangers(folder) == set()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_file_that_is_swapped_between_the_look_and_the_reading(tmp_path: Path, kind: str) -> None:
    """A link is not followed then, and a pipe not waited for."""
    file = tmp_path / ".env"
    file.write_bytes(b"A=1\n")
    (tmp_path / "other").write_bytes(b"A=1\n")

    def swap(call: Call) -> None:
        if call.name == "open" and call.arguments[0] == file.name:
            file.unlink(missing_ok=True)
            if kind == "link":
                file.symlink_to("other")
            else:
                os.mkfifo(file)

    store = FolderStore(tmp_path)
    write = FileWrite(name=".env", target=file, before=b"A=1\n", after=b"A=2\n", mode=0o600)
    words = "it is a symbolic link" if kind == "link" else "it is a device or a pipe"
    with store.lock(), before_each_call(swap), pytest.raises(WriteRefused, match=words):
        store.apply([write], when=scenario.WHEN)
    assert (tmp_path / "other").read_bytes() == b"A=1\n"
