"""What follows for people when LibreChat's mail does not work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.basics.finding import Finding, Status
from wizard.deployment.model import Deployment
from wizard.librechat.mail_configured import is_configured
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

_ROLLED_BACK_SINCE: Final = Release(0, 7, 3)
_PASSING: Final = frozenset({"busy", "temporary", "limited", "silent", "tls-silent"})
"""Last parts of ids of what may be over in an hour: nothing follows from it for good."""
_OF_THE_TEST: Final = frozenset(
    {
        "recipient.refused",
        "recipient.form",
        "cleartext-credentials",
        "unverified-credentials",
        "clear",
        "sandbox",
        "form",
        "address",
        "inside.refused",
    }
)
"""What stops the check, while LibreChat's mail to somebody else might go out; ids without the check's own."""


def consequences(deployment: Deployment, stopped: Finding) -> Iterator[Finding]:
    """Yield what follows from the finding that stopped a mail; nothing where it is not certain that mail fails.

    After AuthService.js:375-412 (registration), :445-510 (reset) and localStrategy.js:46-60 of v0.8.7.
    """
    if (
        stopped.status is not Status.FAIL
        or stopped.id.partition(".")[2] in _OF_THE_TEST
        or stopped.id.rpartition(".")[2] in _PASSING
    ):
        return
    check = stopped.id.partition(".")[0]
    settings = deployment.settings
    if not is_configured(settings, deployment.release):
        return
    registers = is_enabled(settings.get("ALLOW_REGISTRATION"))
    if registers and deployment.release >= _ROLLED_BACK_SINCE:
        yield Finding(
            id=f"{check}.consequence.registration",
            status=Status.FAIL,
            summary="Until mail works nobody can register, the first administrator included: LibreChat cannot send the "
            "verification mail, answers 'Something went wrong' and deletes the new account.",
            settings=("ALLOW_REGISTRATION", *stopped.settings),
            remedy="Mend the mail. Until then 'npm run create-user' makes accounts without it, or take the mail settings out "
            "(with ALLOW_PASSWORD_RESET=false).",
        )
    if is_enabled(settings.get("ALLOW_PASSWORD_RESET")):
        yield Finding(
            id=f"{check}.consequence.reset",
            status=Status.FAIL,
            summary="Password reset is on and its mail cannot go out: nobody gets a link. Do not take the mail settings out to "
            "get around that: without them LibreChat shows the reset link to whoever asks, for any account.",
            settings=("ALLOW_PASSWORD_RESET", *stopped.settings),
            remedy="Mend the mail, or set ALLOW_PASSWORD_RESET=false.",
        )
    if not is_enabled(settings.get("ALLOW_UNVERIFIED_EMAIL_LOGIN")):
        yield Finding(
            id=f"{check}.consequence.unverified",
            status=Status.WARN,
            summary="Accounts whose address is not yet verified cannot sign in, and no new verification mail reaches them; LibreChat "
            "deletes them after some days.",
            settings=("ALLOW_UNVERIFIED_EMAIL_LOGIN", *stopped.settings),
            remedy="Mend the mail. ALLOW_UNVERIFIED_EMAIL_LOGIN=true lets them in, and everybody else whose address is not proven.",
        )


def links(deployment: Deployment) -> Finding:
    """Say where the links in LibreChat's mails lead: DOMAIN_CLIENT, as it stands (AuthService.js:216, :487, v0.8.7)."""
    from urllib.parse import urlsplit

    from wizard.answers.model import Access
    from wizard.basics.plain_text import plain

    domain = deployment.settings.get("DOMAIN_CLIENT", "")
    shown = plain(domain or "undefined", limit=200)
    try:
        parts = urlsplit(domain)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    identity, names = "delivery.link", ("DOMAIN_CLIENT",)
    if parts.scheme not in ("http", "https") or not host:
        summary = (
            f"The links in LibreChat's mails begin with '{shown}': DOMAIN_CLIENT is no address, and no link works."
        )
        remedy = "DOMAIN_CLIENT=https://the-name-that-people-type"
        return Finding(id=identity, status=Status.FAIL, summary=summary, settings=names, remedy=remedy)
    is_local = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
    if is_local and deployment.access is not Access.LOCALHOST:
        summary = (
            f"The links in LibreChat's mails begin with {shown}: they open only on the machine that LibreChat runs on."
        )
        remedy = "DOMAIN_CLIENT=https://the-name-that-people-type"
        return Finding(id=identity, status=Status.WARN, summary=summary, settings=names, remedy=remedy)
    summary = f"The links in LibreChat's mails begin with {shown} (DOMAIN_CLIENT)."
    return Finding(id=identity, status=Status.PASS, summary=summary)
