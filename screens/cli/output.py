"""Output of an unattended run: progress on standard error, data on standard output, and the exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from checks.model import Report
from checks.report import columns_of, finding_json, outcomes_json, report_text
from screens.cli import color
from screens.cli.streams import tell
from wizard.basics.docker_engine import docker_engine
from wizard.basics.exit_status import ExitStatus, of_error
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError


class Output:
    """The end of a command that can print one JSON object: what was found, and what else the command puts into it."""

    def __init__(self, command: str, *, as_json: bool) -> None:
        self._command = command
        self.as_json = as_json
        self.report = Report()
        self.parts: dict[str, Any] = {}
        """Further members of the JSON object."""

    def show(self, text: str) -> None:
        """Print data for eyes; with ``--json`` the object has it."""
        if not self.as_json:
            sys.stdout.write(text)
            sys.stdout.flush()

    def show_report(self, shown: Report | None = None) -> None:
        """Print what was found, as data; ``shown`` is the report in other words."""
        self.show(color.report(report_text(shown or self.report, columns_of(sys.stdout)), sys.stdout))

    def tell_closing(self) -> None:
        """Print in one sentence what the report means for people."""
        from checks.closing import closing_sentence

        sentence = closing_sentence(self.report)
        if sentence != self.report.sentence:
            tell(sentence)

    def tell_report(self, *, is_brief: bool = False) -> None:
        """Print the findings."""
        tell(color.report(report_text(self.report, columns_of(sys.stderr), is_brief=is_brief), sys.stderr))

    def finish(self, work: Callable[[], ExitStatus]) -> ExitStatus:
        """Do the work and return its exit status; with ``--json`` what is refused is in the object, too."""
        problems: list[str] = []
        try:
            status = work()
        except WizardError as error:
            if not self.as_json:
                raise
            status = of_error(error)
            problems = [plain(str(problem), limit=1000) for problem in error.problems]
        if self.as_json:
            self._print(status, problems)
        return status

    def _print(self, status: ExitStatus, problems: list[str]) -> None:
        import json

        document = {
            "version": 1,
            "command": self._command,
            "exit": int(status),
            "docker_engine": docker_engine().facts,
            "findings": [finding_json(finding) for finding in self.report.findings],
            "outcomes": list(outcomes_json(self.report)),
            **self.parts,
            **({"problems": problems} if problems else {}),
        }
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
        sys.stdout.flush()
