"""The tests' own instruments: waits that follow progress, costs that are compared with themselves, judges that are missing."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.checkout import CHECKOUT, python_files, shown
from tests.patience import assert_linear, communicate, within

_ASSERTS_SECONDS = re.compile(r"assert .*(?:monotonic|perf_counter|time\.time)\(\) - \w+ <")


def program(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-I", "-S", "-c", code], stdout=subprocess.PIPE, text=True)


def test_a_child_that_works_is_waited_for() -> None:
    child = program("import time\nwhile time.process_time() < 3: pass\nprint('done')")
    assert communicate(child, seconds=1)[0] == "done\n"


def test_a_child_that_stands_still_is_not() -> None:
    child = program("import time\ntime.sleep(3600)")
    with pytest.raises(AssertionError, match="does not end"):
        communicate(child, seconds=0.5)
    assert child.poll() is not None


async def test_a_coroutine_that_stands_still_is_given_up() -> None:
    with pytest.raises(AssertionError, match="nothing has moved"):
        await within(asyncio.Event().wait(), seconds=0.5)


def test_a_cost_that_grows_with_the_square_is_seen() -> None:
    assert_linear(lambda size: sum(range(size * 100)), 1600)
    with pytest.raises(AssertionError, match="times as much"):
        assert_linear(lambda size: sum(range(size * size)), 1600)


def test_no_test_asserts_seconds_but_the_benchmarks() -> None:
    bench = CHECKOUT / "tests" / "bench"
    paths = [path for path in python_files("tests") if not path.is_relative_to(bench)]
    found = [shown(path) for path in paths if _ASSERTS_SECONDS.search(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(("option", "status"), [("--fast", 0), ("--rounds=fast", 1)])
def test_a_missing_judge_is_counted_when_fast_and_a_failure_otherwise(option: str, status: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            option,
            "tests/wizard/dotenv/test_spelling.py",
        ],
        cwd=CHECKOUT,
        env={**os.environ, "WIZARD_JUDGES": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert ("not run: 4\n    4  judge npm dotenv is not there" in done.stdout) is (status == 0)
    assert ("npm dotenv is not there: run ./test" in done.stdout) is (status == 1)
