"""``ALL``: the only list of all checks."""

from __future__ import annotations

from typing import Final

from checks.advisory import ADVISORY
from checks.kubernetes import KUBERNETES
from checks.log.check import LOG
from checks.mail.delivery import DELIVERY
from checks.mail.mailgun import MAILGUN
from checks.mail.sender import SENDER
from checks.mail.smtp.check import SMTP
from checks.model import Check
from checks.provider.ldap import LDAP
from checks.provider.oauth import OAUTH
from checks.provider.openid import OPENID
from checks.provider.saml import SAML
from checks.settings import COMPOSE, FILES, RULES
from checks.site import DNS, TLS
from checks.site.proxy import PROXY
from checks.site.session.registered import INSTANCE, SESSION
from wizard.basics.nearest import nearest_of
from wizard.basics.problem import InvalidInput, Problem

ALL: Final[tuple[Check, ...]] = (
    FILES,
    RULES,
    ADVISORY,
    KUBERNETES,
    DNS,
    SMTP,
    MAILGUN,
    SENDER,
    DELIVERY,
    TLS,
    INSTANCE,
    SESSION,
    PROXY,
    OPENID,
    OAUTH,
    LDAP,
    SAML,
    LOG,
)
"""The registry. A check that is listed here runs in the wizard, with ``--answers`` and in the doctor alike."""

ON_REQUEST: Final[tuple[Check, ...]] = (COMPOSE,)
"""Checks that run only when ``--only`` names them: others say the same."""

RUNNING: Final = frozenset({"dns", "tls", "instance", "session", "proxy"})
"""Ids of the checks that ask the running LibreChat, which knows nothing of what was only written."""

PROVIDERS: Final = frozenset({"openid", "oauth", "ldap", "saml"})
"""Ids of the checks that ask a sign-in provider, which keeps count of wrong secrets and may lock a client or an account."""

AUTOMATIC: Final[tuple[Check, ...]] = tuple(check for check in ALL if not check.acts)
"""Checks that the wizard runs by itself; a person starts the others, which send something."""

TO_COME: Final = ("docker",)
"""Ids that are reserved for checks which this release does not have yet."""


def select(only: tuple[str, ...]) -> tuple[Check, ...]:
    """Return the checks with these ids (all if none is named); ``InvalidInput`` names every id that is unknown."""
    known = {check.id: check for check in (*ALL, *ON_REQUEST)}
    problems = []
    for identity in only:
        if identity in TO_COME:
            message = "this check is planned for a later release."
            problems.append(
                Problem(field=f"--only {identity}", message=message, remedy=f"Available now: {', '.join(known)}.")
            )
        elif identity not in known:
            near = nearest_of(identity, known)
            hint = f"Did you mean {near}? " if near else ""
            problems.append(
                Problem(field="--only", message="no such check.", remedy=f"{hint}Available checks: {', '.join(known)}.")
            )
    if problems:
        raise InvalidInput(*problems)
    return ALL if not only else tuple(check for check in known.values() if check.id in only)
