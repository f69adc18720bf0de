"""What a run of the tests says at its end, and the two other kinds of run: --fast and --rounds."""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from tests.judge import missing_judge

_NOT_RUN: Final = "not run"
_SLOWEST: Final = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this project."""
    group = parser.getgroup("wizard")
    group.addoption(
        "--rounds",
        choices=("fast", "normal", "long"),
        help="how often tests that repeat something do so (tests/rounds.py)",
    )
    group.addoption("--fast", action="store_true", help="few rounds; a missing judge is counted, and fails no test")


def pytest_configure(config: pytest.Config) -> None:
    """Decide on the rounds before a module of tests is imported: they are numbers there."""
    chosen = config.getoption("--rounds") or ("fast" if config.getoption("--fast") else None)
    if chosen:
        os.environ["WIZARD_ROUNDS"] = chosen
        # A conftest.py that is loaded before the options are read would have decided already, and for every test.
        decided = sys.modules.get("tests.rounds")
        assert decided is None or chosen == decided.NAME, f"tests.rounds was imported too early for {chosen}"
    if chosen != "fast":
        from tests.canary_run import CanaryRun

        # The run searches for the secrets of its own tests.
        config.pluginmanager.register(CanaryRun(config), "canaries")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Summary(), "wizard-summary")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not for the minute after an edit; pytest counts it as deselected."""
    if config.getoption("--fast"):
        left_out = [item for item in items if item.get_closest_marker("not_fast")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Set hypothesis up before a module that uses it is imported. Others do without: importing it takes half a second."""
    if b"hypothesis" in module_path.read_bytes():
        _set_up_hypothesis()


def _set_up_hypothesis() -> None:
    from hypothesis import settings

    from tests.rounds import NAME, examples

    if settings.get_current_profile_name() != NAME:
        # No deadline: the same example takes ten times as long where the machine does something else.
        settings.register_profile(NAME, max_examples=examples(100), deadline=None)
        settings.load_profile(NAME)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report a test whose judge is missing as not run, with --fast. Otherwise it has failed."""
    report = yield
    if report.failed and call.excinfo is not None and (reason := _not_run(item.config, call.excinfo.value)):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, reason)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a module that asks a judge which tests there are."""
    report = yield
    call: pytest.CallInfo[object] | None = getattr(report, "call", None)
    if report.failed and call is not None and call.excinfo is not None:
        error = call.excinfo.value
        if reason := _not_run(collector.config, error) or _not_run(collector.config, error.__cause__):
            report.outcome = "skipped"
            report.longrepr = (str(collector.path), 0, reason)
    return report


def _not_run(config: pytest.Config, error: BaseException | None) -> str:
    judge = missing_judge(error) if config.getoption("--fast") else None
    return f"{_NOT_RUN}: judge {judge} is not there" if judge else ""


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def pytest_report_teststatus(report: pytest.TestReport | pytest.CollectReport) -> tuple[str, str, str] | None:
    """Give tests without their judge a count of their own."""
    if report.skipped and not hasattr(report, "wasxfail") and _reason(report).startswith(_NOT_RUN):
        return _NOT_RUN, "-", "NOT RUN"
    return None


class _Summary:
    """What is said at the end: how long each group took, and what was left out."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)
        self._tests: dict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test's time for its folder."""
        group = report.nodeid.partition("::")[0].rpartition("/")[0]
        self._seconds[group] += report.duration
        self._tests[group].add(report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the summary."""
        write = terminalreporter.write_line
        if self._seconds:
            write("slowest groups:")
        for group, seconds in sorted(self._seconds.items(), key=lambda item: -item[1])[:_SLOWEST]:
            write(f"{seconds:8.1f} s {len(self._tests[group]):5}  {group}")
        left_out = [
            _reason(report) for kind in ("skipped", _NOT_RUN) for report in terminalreporter.stats.get(kind, ())
        ]
        for kind in ("skipped", _NOT_RUN):
            reasons = Counter(reason for reason in left_out if reason.startswith(_NOT_RUN) is (kind == _NOT_RUN))
            if reasons or kind == "skipped":
                write(f"{kind}: {reasons.total()}")
            for reason, count in reasons.most_common():
                write(f"{count:5}  {reason.removeprefix(_NOT_RUN + ': ')}")
