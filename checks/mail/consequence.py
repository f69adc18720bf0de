"""What it means for people if LibreChat's mail does not work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import own_command
from wizard.deployment.model import Deployment
from wizard.findings.consequences import CREATE_ACCOUNT, REGISTRATION, RESET, UNVERIFIED
from wizard.findings.delivery import LINK
from wizard.findings.model import FindingEntry
from wizard.librechat.mail_configured import is_configured
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

_ROLLED_BACK_SINCE: Final = Release(0, 7, 3)


def consequences(deployment: Deployment, stopped: Finding) -> Iterator[Finding]:
    """Yield what follows from the finding that stopped a mail; nothing if it is not certain that mail fails.

    After AuthService.js:375-412 (registration), :445-510 (reset) and localStrategy.js:46-60 of v0.8.7.
    """
    if stopped.status is not Status.FAIL or stopped.test_only or stopped.transient:
        return
    settings = deployment.settings
    if not is_configured(settings, deployment.release):
        return
    registers = is_enabled(settings.get("ALLOW_REGISTRATION"))
    if registers and deployment.release >= _ROLLED_BACK_SINCE:
        yield _following(REGISTRATION, Status.FAIL, stopped)
    if is_enabled(settings.get("ALLOW_PASSWORD_RESET")):
        yield _following(RESET, Status.FAIL, stopped)
    if not is_enabled(settings.get("ALLOW_UNVERIFIED_EMAIL_LOGIN")):
        yield _following(UNVERIFIED, Status.WARN, stopped)


def _following(entries: Mapping[str, FindingEntry], status: Status, stopped: Finding) -> Finding:
    entry = entries[stopped.check]
    remedy = entry.fix.replace(CREATE_ACCOUNT, own_command("users", "add EMAIL"))
    found = entry.finding(status, remedy=remedy, settings=(*entry.settings, *stopped.settings))
    return found._replace(causes=(stopped.id,))


def links(deployment: Deployment) -> Finding:
    """Report where the links in LibreChat's emails lead: DOMAIN_CLIENT, unchanged (AuthService.js:216, :487, v0.8.7)."""
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
    if parts.scheme not in ("http", "https") or not host:
        summary = f"The links in LibreChat's emails begin with '{shown}': DOMAIN_CLIENT is not a URL, so no link works."
        return LINK.fail(summary)
    is_local = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
    if is_local and deployment.access is not Access.LOCALHOST:
        summary = (
            f"The links in LibreChat's emails begin with {shown}: they open only on the machine that runs LibreChat."
        )
        return LINK.warn(summary)
    return LINK.passed(f"The links in LibreChat's emails begin with {shown} (DOMAIN_CLIENT).")
