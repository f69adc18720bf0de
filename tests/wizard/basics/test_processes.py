"""Programs that talk, wait, fork or ask: each is bounded, and nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patience import has_ended, stretched, wait_until
from wizard.basics import async_processes, environments, processes
from wizard.basics.processes import ErrorOutput, Invocation, ProcessFailure, ProcessResult
from wizard.basics.secret import Secret

pytestmark = pytest.mark.timeout(60)


def both(invocation: Invocation) -> ProcessResult:
    """Run in both ways, which have to agree."""
    first = processes.run(invocation)
    assert asyncio.run(async_processes.run(invocation)) == first
    return first


def calling(
    code: str, *, seconds: float = 20.0, stdin: Secret | bytes | None = None, largest: int = 1000, stops: bool = True
) -> Invocation:
    return Invocation(
        arguments=(sys.executable, "-c", code),
        environment={"PATH": "/usr/bin:/bin"},
        seconds=seconds,
        stdin=stdin,
        largest=largest,
        stops_when_full=stops,
    )


def test_both_outputs_and_the_status_come_back() -> None:
    done = both(calling("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"))
    assert (done.status, done.text, done.error_text, done.failure) == (3, "out\n", "err\n", None)


def test_a_missing_program_is_told(tmp_path: Path) -> None:
    done = both(Invocation(arguments=(str(tmp_path / "none"),), environment={}, seconds=1))
    assert (done.status, done.failure, done.reason) == (None, ProcessFailure.ABSENT, "No such file or directory")
    done = both(Invocation(arguments=("a\0b",), environment={}, seconds=1))
    assert (done.status, done.failure, done.reason) == (None, ProcessFailure.ABSENT, "")


def test_who_never_ends_is_ended() -> None:
    done = both(calling("import time; print('so far', flush=True); time.sleep(100000)", seconds=1.0))
    assert (done.status, done.failure, done.text) == (None, ProcessFailure.SILENT, "so far\n")
    # Also one that has closed its outputs.
    done = both(calling("import os, time; os.close(1); os.close(2); time.sleep(100000)", seconds=0.5))
    assert (done.status, done.failure) == (None, ProcessFailure.SILENT)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_who_never_stops_talking_is_ended(stream: str) -> None:
    done = both(calling(f"import sys\nwhile True: sys.{stream}.write('x' * 65536)"))
    assert (done.status, done.failure) == (None, ProcessFailure.ENDLESS)
    assert done.out + done.err == b"x" * 1000


def test_three_gigabytes_are_not_held() -> None:
    command = ("head", "-c", "3000000000", "/dev/zero")
    done = both(Invocation(arguments=command, environment={"PATH": "/usr/bin:/bin"}, seconds=50))
    assert done.failure is ProcessFailure.ENDLESS
    assert len(done.out) == processes.LARGEST


def test_or_the_rest_is_read_and_forgotten() -> None:
    done = both(calling("print('x' * 500000)", stops=False))
    assert (done.status, done.out) == (0, b"x" * 1000)


def test_exactly_as_much_as_is_kept_is_no_fault() -> None:
    assert both(calling("print('x' * 999)")).status == 0
    assert both(calling("print('x' * 1000)")).failure is ProcessFailure.ENDLESS


FORKS = """
import os, sys, time
child = os.fork()
if child == 0:
    {inherit}
    time.sleep(100000)
open({path!r}, "w").write(str(child))
{then}
"""


@pytest.mark.parametrize("then", ["time.sleep(100000)", "", "print('x' * 5000, flush=True)"])
@pytest.mark.parametrize("inherit", ["", "os.close(1); os.close(2)"])
@pytest.mark.parametrize("run", [processes.run, lambda invocation: asyncio.run(async_processes.run(invocation))])
def test_what_it_started_is_ended_too(
    tmp_path: Path, then: str, inherit: str, run: Callable[[Invocation], ProcessResult]
) -> None:
    path = tmp_path / "pid"
    run(calling(FORKS.format(path=str(path), then=then, inherit=inherit), seconds=stretched(1.5)))
    pid = int(path.read_text())
    try:
        wait_until(lambda: has_ended(pid), f"process {pid} goes on")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_its_standard_input_is_empty_and_never_ours() -> None:
    assert both(calling("import sys; print(repr(sys.stdin.read()))")).text == "''\n"


def test_a_secret_goes_in_as_a_line() -> None:
    assert both(calling("import sys; print(repr(sys.stdin.read()))", stdin=Secret("hunter2"))).text == "'hunter2\\n'\n"


@pytest.mark.parametrize("code", ["import sys; print(len(sys.stdin.read()))", "", "import os, time; os.close(0)"])
def test_much_goes_in_and_nobody_has_to_read_it(code: str) -> None:
    done = both(calling(code, stdin=b"x" * 3_000_000))
    assert (done.status, done.text) == (0, "3000000\n" if "len" in code else "")


def test_much_goes_in_while_much_comes_out() -> None:
    done = both(calling("import sys; sys.stdout.write(sys.stdin.read())", stdin=b"x" * 3_000_000, largest=4_000_000))
    assert (done.status, len(done.out)) == (0, 3_000_000)


def test_a_secret_in_arguments_or_environment_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="never to its arguments") as caught:
        Invocation(arguments=("x", "hunter2"), environment={}, seconds=1, stdin=Secret("hunter2"))
    assert "hunter2" not in str(caught.value)
    with pytest.raises(ValueError, match="never to its arguments"):
        Invocation(arguments=("x",), environment={"A": "hunter2"}, seconds=1, stdin=Secret("hunter2"))
    assert "hunter2" not in repr(Invocation(arguments=("x",), environment={}, seconds=1, stdin=Secret("hunter2")))


def test_it_gets_the_environment_that_it_is_given_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "1")
    assert both(calling("import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))")).text == "['PATH']\n"


def test_docker_gets_the_engine_and_compose_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "COMPOSE_PROFILES", "COMPOSE_FILE", "JWT_SECRET"):
        monkeypatch.setenv(name, "x")
    assert "DOCKER_HOST" in environments.docker_environment()
    assert "COMPOSE_PROFILES" not in environments.docker_environment()
    assert "COMPOSE_PROFILES" in environments.compose_environment()
    assert "COMPOSE_FILE" not in environments.compose_environment()
    assert "COMPOSE_FILE" in environments.compose_environment(with_files=True)
    assert "JWT_SECRET" not in environments.compose_environment(with_files=True)
    assert environments.environment_without(["JWT_SECRET"]).keys() == os.environ.keys() - {"JWT_SECRET"}


def test_who_may_ask_stays_at_the_terminal() -> None:
    """A program of another session has no terminal to ask at."""
    code = "import os; print(os.getsid(0), os.getpgrp())"
    apart = processes.run(calling(code)).text
    same = processes.run(
        Invocation(
            arguments=(sys.executable, "-c", code),
            environment={},
            seconds=20,
            errors=ErrorOutput.SHOWN,
            has_terminal=True,
        )
    ).text
    assert same == f"{os.getsid(0)} {os.getpgrp()}\n"
    assert apart != same


def test_who_may_ask_is_ended_alone() -> None:
    invocation = Invocation(
        arguments=("sleep", "60"), environment={"PATH": "/usr/bin:/bin"}, seconds=0.5, has_terminal=True
    )
    assert processes.run(invocation).failure is ProcessFailure.SILENT
