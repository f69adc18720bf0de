"""An explained log: each cause once, with the line that proves it and the fix for this folder and release."""

from typing import TYPE_CHECKING, Final, NamedTuple

from checks.log.for_folder import for_folder, set_here
from wizard.basics.finding import Finding, Status
from wizard.findings.log_causes import log_causes
from wizard.librechat.log_search import LogMatch, search
from wizard.librechat.log_text import LogText
from wizard.librechat.log_words import shown_line
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

_QUIET: Final = "LibreChat logged this line at info level, not as an error. It may be text that a user typed."
_EARLIER: Final = "This happened before LibreChat's last start, and has not happened since."


class Explanation(NamedTuple):
    """One cause."""

    finding: Finding
    is_certain: bool
    """Whether the log leaves no other cause, and it is not over."""
    is_earlier: bool
    """Whether it was before LibreChat's last start."""


def explain(data: bytes, deployment: "Deployment | None" = None, *, first: int = 1) -> tuple[Explanation, ...]:
    """Return what a log tells, in its order; ``first`` is the number of its first line. Nothing of it is in the findings but words that the wizard knows."""
    from wizard import catalogue

    log = LogText(data, first)
    release = log.release or (deployment.release if deployment is not None else None)
    names = frozenset(setting.key for section in catalogue.SECTIONS for setting in section.settings)
    return tuple(_explained(match, release, deployment, names) for match in search(log, log_causes()))


def _explained(
    match: LogMatch, release: Release | None, deployment: "Deployment | None", names: frozenset[str]
) -> Explanation:
    cause = match.cause
    proves = cause.certain and not match.is_quiet
    status = cause.weight if proves or cause.weight is Status.PASS else Status.UNKNOWN
    if match.is_earlier and status is Status.FAIL:
        status = Status.WARN
    is_certain = proves and not match.is_earlier
    evidence = [f"line {match.line.number}: {shown_line(match.line.text, cause.needle_in(match.line.text), names)}"]
    if match.count > 1:
        evidence.append(f"{match.count} log lines match.")
    if match.also:
        evidence.append(f"Consequences also found in the log: {', '.join(match.also)}")
    if match.is_quiet and cause.certain and not proves:
        evidence.append(_QUIET)
    if match.is_earlier:
        evidence.append(_EARLIER)
    if cause.weight is not Status.PASS:
        evidence.extend(set_here(cause.settings, deployment))
    before, fix = cause.older
    remedy = fix if release is not None and before and release < Release.parse(before) else cause.fix
    made = cause.entry.finding(status, evidence=evidence, remedy=for_folder(remedy, deployment, cause.settings))
    return Explanation(made._replace(docs=cause.docs, settings=cause.settings), is_certain, match.is_earlier)
