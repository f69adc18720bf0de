"""``doctor --fix``: each fix shown as a difference and asked about, then written in one transaction with a backup."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from screens.cli.streams import tell
from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from checks.fixes import Fix
    from screens.cli.output import Output
    from wizard.plan.proposal import Proposal

_Key = tuple[str, tuple[str, ...]]
_YES: Final = frozenset({"y", "yes"})
_QUIT: Final = frozenset({"q", "quit"})


def fix_folder(folder: Path, output: Output, *, yes: bool) -> None:
    """Fix what can be fixed without a choice, one after the other; ``InvalidInput`` where nobody can be asked.

    What is refused or cannot be written stays as it is, and is said so.
    """
    if not yes and not sys.stdin.isatty():
        message = "nobody can be asked: standard input is no terminal."
        raise InvalidInput(
            Problem(field="--fix", message=message, remedy="Add --yes to fix everything that can be fixed.")
        )
    done: list[dict[str, object]] = []
    output.parts["fixed"] = done
    left: set[_Key] = set()
    steps: tuple[str, ...] = ()
    while (step := _next(folder, left)) is not None:
        left.add(_key(step.finding))
        proposal = _proposed(folder, step)
        if proposal is None:
            continue
        from wizard.plan.diff import of_plan

        tell(f"\n{plain(step.finding.summary, limit=500)} [{step.finding.id}]")
        tell(of_plan(proposal.plan))
        answer = "y" if yes else _asked()
        if answer in _QUIT:
            break
        if answer not in _YES:
            continue
        written, backup = _write(proposal)
        done.append({"id": step.finding.id, "written": written, "backup": backup})
        steps = proposal.plan.apply_steps or steps
    tell(f"{len(done)} fixed." if done else "Nothing to fix without a choice of yours.")
    if done:
        tell(
            f"What was there before is kept in {done[0]['backup']} and later ones ('{own_command('restore --list')}')."
        )
        for command in steps:
            tell(f"    {command}")


def _key(finding: Finding) -> _Key:
    return finding.id, finding.settings


def _next(folder: Path, left: set[_Key]) -> Fix | None:
    """Return the next fix: the folder is looked at anew, since one fix can end several findings."""
    from checks.fixes import Fix, fixes, is_missing_secret
    from screens.cli.acknowledging import known_findings
    from wizard.answers.model import Answers
    from wizard.deployment.assembled import deployment
    from wizard.deployment.snapshot import take
    from wizard.rules import check

    standing = deployment(take(folder, Answers()), {})
    known = known_findings(folder)
    found = [one for one in check(standing) if one.id not in known and _key(one) not in left]
    for finding in found:
        if finding.status is not Status.PASS and is_missing_secret(finding):
            return Fix(finding, Answers())
    return next(fixes(standing, found), None)


def _proposed(folder: Path, step: Fix) -> Proposal | None:
    """Return what a fix would write; ``None``, with the reason told, where it cannot be written or would not be right."""
    from wizard.plan.proposal import propose

    try:
        proposal = propose(folder, step.answers)
    except InvalidInput as error:
        _tell_left(step.finding, str(error.problems[0]))
        return None
    against = [one for one in proposal.findings if one.status is Status.FAIL]
    if against:
        _tell_left(step.finding, against[0].summary)
        return None
    return proposal if proposal.plan.shown_edits else None


def _tell_left(finding: Finding, because: str) -> None:
    tell(f"\nnot fixed: {plain(finding.id)}. {plain(because, limit=500)}")


def _asked() -> str:
    sys.stderr.write("Fix it? [y/N/q] ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    # No line at all: the terminal has gone.
    return line.strip().lower() if line else "q"


def _write(proposal: Proposal) -> tuple[list[str], str]:
    from wizard.store.plan_writes import write
    from wizard.store.workplace import Workplace

    workplace = Workplace(proposal.snapshot.folder)
    with workplace.lock():
        applied = write(proposal, workplace)
    for name in applied.written:
        tell(f"written: {name}")
    for note in applied.notes:
        tell(f"* {plain(note, limit=500)}")
    return list(applied.written), applied.backup
