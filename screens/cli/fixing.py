"""``doctor --fix``: shows each fix as a diff, asks, and writes it in one transaction with a backup."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from screens.cli.streams import tell
from wizard.answers.model import Answers
from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import in_folder, own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from checks.fixes import Fix
    from screens.cli.output import Output
    from wizard.deployment.model import Deployment
    from wizard.plan.proposal import Proposal

    Look = Callable[[Path], tuple[Deployment, tuple[Finding, ...]]]

_Key = tuple[str, tuple[str, ...]]
_YES: Final = frozenset({"y", "yes"})
_NO: Final = frozenset({"", "n", "no"})
_QUIT: Final = frozenset({"q", "quit"})


def fix_folder(folder: Path, output: Output, *, yes: bool, look: Look | None = None) -> None:
    """Fix what needs no choice, one after the other; ``InvalidInput`` if nobody can be asked.

    What is refused or cannot be written stays as it is, and is said so. ``look`` looks at a folder without compose files.
    """
    look = look or _look
    if not yes:
        _refuse_without_terminal()
    done: list[dict[str, object]] = []
    output.parts["fixed"] = done
    left: set[_Key] = set()
    steps: tuple[str, ...] = ()
    fixed, is_offered, total = 0, False, dict[str, dict[str, None]]()
    new = set[str]()
    while (step := _next(folder, left, look)) is not None:
        left.add(_key(step.finding))
        proposal = _proposed(folder, step)
        if proposal is None:
            continue
        from wizard.plan.diff import of_plan

        changed = dict(_changed(proposal))
        ended = _ended(look(folder)[1], proposal, step.finding)
        also = list(dict.fromkeys(identity for identity, _ in ended))
        tell(f"\n{plain(step.finding.summary, limit=500)} [{step.finding.id}]")
        if ended:
            tell(f"This also resolves: {', '.join(also)}")
        tell(f"Changes {'; '.join(f'{name}: {_listed(keys)}' for name, keys in changed.items())}")
        tell(of_plan(proposal.plan))
        _tell_consequences(step, proposal, changed)
        is_offered = True
        answer = "y" if yes else _asked()
        if answer in _QUIT:
            break
        if answer not in _YES:
            continue
        written, backup = _write(proposal)
        done.append({"id": step.finding.id, "also": also, "changed": changed, "written": written, "backup": backup})
        fixed += 1 + len(ended)
        # What an earlier fix of this run made is no file from before.
        new |= {edit.path for edit in proposal.plan.shown_edits if edit.before is None and edit.path not in total}
        for name, keys in changed.items():
            total.setdefault(name, {}).update(dict.fromkeys(keys))
        steps = proposal.plan.apply_steps or steps
    tell(f"{fixed} fixed." if done else "Nothing was fixed." if is_offered else "Nothing can be fixed automatically.")
    if done:
        _sum_up(total, [str(one["backup"]) for one in done], steps, is_all_new=new == total.keys())


def _refuse_without_terminal() -> None:
    if not sys.stdin.isatty():
        message = "cannot ask for confirmation: standard input is not a terminal."
        raise InvalidInput(
            Problem(field="--fix", message=message, remedy="Add --yes to fix everything without asking.")
        )


def resolved(folder: Path, current: Deployment, explained: Sequence[Finding]) -> int:
    """Return how many findings ``--fix`` would end at most, with those that it resolves besides; writes nothing.

    ``current`` is the folder, ``explained`` what the rules say about it.
    """
    steps = tuple(_steps(current, [one for one in explained if one.acknowledged is None]))
    if not steps:
        return 0
    keys = {_key(step.finding) for step in steps}
    together = Answers(
        generate=frozenset().union(*(step.answers.generate for step in steps)),
        replace=frozenset().union(*(step.answers.replace for step in steps)),
    )
    for step in steps:
        together = together.give(step.answers.settings)
    # One plan is enough in most folders; where it is refused, each fix tells for itself.
    for answers in (together, *(step.answers for step in steps)):
        proposal = _acceptable(folder, answers)
        if proposal is not None:
            keys.update(_ended(explained, proposal, steps[0].finding))
        if answers is together and proposal is not None:
            break
    return len(keys)


def _acceptable(folder: Path, answers: Answers) -> Proposal | None:
    from wizard.plan.proposal import propose

    try:
        proposal = propose(folder, answers)
    except InvalidInput:
        return None
    return None if any(one.status is Status.FAIL for one in proposal.findings) else proposal


def _sum_up(
    changed: Mapping[str, Iterable[str]], backups: Sequence[str], steps: Iterable[str], *, is_all_new: bool
) -> None:
    """Tell what was changed in all, where it was saved, and how it takes effect."""
    tell(f"Changed {'; '.join(f'{name}: {_listed(keys)}' for name, keys in changed.items())}")
    later = " and later backups" if backups[1:] else ""
    listing = own_command("restore --list")
    saved = f"The previous files were saved in {backups[0]}{later}."
    if is_all_new:
        saved = "This file is new." if len(changed) == 1 else "These files are new."
    tell(f"{saved} To list the backups, run: {listing}")
    for number, command in enumerate(steps):
        if not number:
            tell("To apply the changes, run:")
        tell(f"    {in_folder(command)}")


def _look(folder: Path) -> tuple[Deployment, tuple[Finding, ...]]:
    """Return a folder with compose files as it is, and what the rules say about it."""
    from wizard.deployment.assembled import deployment
    from wizard.deployment.snapshot import take
    from wizard.rules import check

    current = deployment(take(folder, Answers()), {})
    return current, check(current)


def _key(finding: Finding) -> _Key:
    return finding.id, finding.settings


def _next(folder: Path, left: set[_Key], look: Look) -> Fix | None:
    """Return the next fix: the folder is looked at anew, since one fix can end several findings."""
    from screens.cli.acknowledging import known_findings

    current, explained = look(folder)
    known = known_findings(folder)
    found = [one for one in explained if one.id not in known and _key(one) not in left]
    return next(_steps(current, found), None)


def _steps(current: Deployment, found: Sequence[Finding]) -> Iterator[Fix]:
    """Yield what fixes these findings: first the missing secrets, which any run generates."""
    from checks.fixes import Fix, fixes, is_missing_secret

    missing = (one for one in found if one.status is not Status.PASS and is_missing_secret(one))
    yield from (Fix(one, Answers()) for one in missing)
    yield from fixes(current, found)


def _proposed(folder: Path, step: Fix) -> Proposal | None:
    """Return what a fix would write; ``None``, with the reason told, if it cannot be written or would not be right."""
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


def _changed(proposal: Proposal) -> Iterator[tuple[str, list[str]]]:
    """Yield each file that is written, with every key of it that becomes another, and its mode."""
    for edit in proposal.plan.shown_edits:
        keys = [change.name for change in edit.changes if edit.before != edit.after]
        if edit.before is not None and edit.mode != proposal.snapshot.state(edit.path).mode:
            keys.append(f"mode {edit.mode:04o}")
        yield edit.path, keys or ["a new file" if edit.before is None else "content"]


def _ended(explained: Iterable[Finding], proposal: Proposal, finding: Finding) -> tuple[_Key, ...]:
    """Return the other findings in ``explained`` that this change resolves as well."""
    from wizard.rules.local import findings_of

    def wrong(found: Iterable[Finding]) -> dict[_Key, None]:
        return dict.fromkeys(_key(one) for one in found if one.status is not Status.PASS)

    after = wrong(findings_of(proposal.deployment))
    return tuple(key for key in wrong(explained) if key not in after and key != _key(finding))


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(plain(key, limit=80) for key in keys)


def _tell_consequences(step: Fix, proposal: Proposal, changed: Mapping[str, Iterable[str]]) -> None:
    """Tell before the question that everybody has to sign in again, where a secret is replaced."""
    keys = {key for each in changed.values() for key in each} if step.answers.replace else set()
    for note in proposal.plan.notes:
        if any(key in note for key in keys):
            tell(f"* {plain(note, limit=500)}")


def _tell_left(finding: Finding, because: str) -> None:
    tell(f"\nnot fixed: {plain(finding.id)}. {plain(because, limit=500)}")


def _asked() -> str:
    question = "Fix it? [y/N/q] "
    while True:
        sys.stderr.write(question)
        sys.stderr.flush()
        line = sys.stdin.readline()
        # No line at all: the terminal has gone.
        answer = line.strip().lower() if line else "q"
        if answer in _YES | _NO | _QUIT:
            return answer
        question = "Type y, n or q> "


def _write(proposal: Proposal) -> tuple[list[str], str]:
    from wizard.store.folder_store import FolderStore
    from wizard.store.plan_writes import write

    store = FolderStore(proposal.snapshot.folder)
    with store.lock():
        applied = write(proposal, store)
    for name in applied.written:
        tell(f"written: {name}")
    for note in applied.notes:
        tell(f"* {plain(note, limit=500)}")
    return list(applied.written), applied.backup
