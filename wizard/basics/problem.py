"""Faults in a person's input: collected and reported all at once, not raised one by one."""

from typing import NamedTuple

from wizard.basics.own_command import commands_in_folder


class Problem(NamedTuple):
    """A fault in an answers file, an option or a setting.

    It names the field, what is wrong with the value and the way out. A secret value is never quoted.
    """

    field: str
    """Dotted: ``settings.EMAIL_PORT``; empty for the whole file."""
    message: str
    remedy: str = ""
    file: str = ""
    line: int = 0
    """Counted from 1; 0 if no parser named a line (a made-up number is worse than none)."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.file and self.line else f"{self.file}: " if self.file else ""
        field = f"{self.field}: " if self.field else ""
        remedy = f" {commands_in_folder(self.remedy)}" if self.remedy else ""
        return f"{where}{field}{self.message}{remedy}"


class WizardError(Exception):
    """Anything an operator can cause and fix; shown as a message, without a traceback."""

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(p if isinstance(p, Problem) else Problem(field="", message=p) for p in problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class InvalidInput(WizardError):
    """Usage, answers file or settings invalid: exit status 2, nothing written."""


class ForeignFiles(InvalidInput):
    """Links that lead out of the folder, or files of strangers: used only after a person has confirmed it."""


class WriteRefused(WizardError):
    """Could not write: nothing changed, or everything put back: exit status 3."""
