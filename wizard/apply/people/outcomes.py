"""Outcomes of a LibreChat script that failed, or whose result is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.apply.node_script import NotReachedError
from wizard.apply.people.model import MAY_BE_IN_FORCE, AccountOutcome, PeopleError
from wizard.apply.people.script_talk import result_lines
from wizard.basics.exit_status import ExitStatus

if TYPE_CHECKING:
    from wizard.apply.node_script import ScriptEnded
    from wizard.basics.secret import Secret


def failed(sentence: str, ended: ScriptEnded) -> AccountOutcome:
    """Return the outcome where the script did not do it, with its words."""
    details = result_lines(ended) or tuple(ended.output[-1:] if ended.status is None else ())
    return AccountOutcome(sentence=sentence, status=ExitStatus.FAILED, details=details)


def unconfirmed(
    done: str, error: NotReachedError | PeopleError, ended: ScriptEnded, password: Secret | None = None, *, email: str
) -> AccountOutcome:
    """Return the outcome where the script has run and the database does not say the outcome.

    A generated password may be in force then, and nobody else knows it: it is shown.
    """
    sentence = f"Could not confirm whether {done}. {error.sentence}"
    details = (*result_lines(ended), *(error.details if isinstance(error, NotReachedError) else ()))
    if password is not None:
        details = (*details, MAY_BE_IN_FORCE)
    return AccountOutcome(sentence=sentence, status=ExitStatus.UNKNOWN, details=details, password=password, email=email)
