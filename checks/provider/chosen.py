"""Sign-in providers that a person chose in the wizard and left empty: they are incomplete, not absent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wizard.librechat.providers import NEEDED, SOCIAL, is_left_empty

if TYPE_CHECKING:
    from checks.model import Subject
    from wizard.basics.finding import Finding

_TITLES: Final = {"openid": "OpenID", "saml": "SAML", "ldap": "LDAP"}


def left_empty(subject: Subject, *names: str) -> tuple[str, ...]:
    """Return which of these providers were chosen and then left empty."""
    chosen = [name for name in names if name in subject.chosen]
    return tuple(name for name in chosen if is_left_empty(name, subject.deployment.settings))


def empty_findings(subject: Subject, *names: str) -> Iterator[Finding]:
    """Report each of these providers that was chosen and left empty, with the settings that it lacks."""
    from wizard.findings.chosen import EMPTY
    from wizard.findings.oauth import TITLES

    for name in left_empty(subject, *names):
        # Without a secret OpenID works only as a public client, which nobody has asked for. A session secret is generated.
        needed = [*NEEDED[name], *(["OPENID_CLIENT_SECRET"] if name == "openid" else [])]
        lacking = [
            one for one in needed if not one.endswith("_SESSION_SECRET") and not subject.deployment.settings.get(one)
        ]
        title = TITLES[name] if name in SOCIAL else _TITLES[name]
        verb = "is" if len(lacking) == 1 else "are"
        summary = f"Sign-in with {title} is incomplete: {', '.join(lacking)} {verb} missing."
        yield EMPTY["oauth" if name in SOCIAL else name].warn(summary, settings=lacking)
