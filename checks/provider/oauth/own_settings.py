"""Findings about a social provider from the settings alone, and from Apple's key file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from checks.provider.oauth.apple_key import key_kind
from checks.provider.oauth.task import SocialTask
from wizard.basics.finding import Finding
from wizard.basics.patterns import late_pattern
from wizard.findings import oauth as ids
from wizard.findings.oauth import COMMON
from wizard.librechat.browser_url import href, split_address
from wizard.librechat.openid_request import is_callback
from wizard.librechat.providers import NEEDED, has_social_login, is_registered
from wizard.librechat.social_situation import AppleKey
from wizard.librechat.social_verdict import KEY_CAUSES

_APPLE_ID: Final = late_pattern(r"[A-Z0-9]{10}")


def settings_findings(task: SocialTask) -> Iterator[Finding]:
    """Yield what keeps a sign-in from working whatever the provider answers."""
    if not is_registered(task.provider, task.settings, task.release):
        yield _unregistered(task)
        return
    yield from _redirect(task)
    secret = task.value("CLIENT_SECRET")
    if secret != secret.strip():
        yield COMMON[task.provider, "secret.space"].warn()
    if task.provider == "facebook":
        yield ids.FACEBOOK_BROKEN.warn()
    base = task.settings.get("GITHUB_ENTERPRISE_BASE_URL", "") if task.provider == "github" else ""
    if base and not (href(base) or "").startswith("https:"):
        yield ids.GITHUB_BASE.fail(evidence=(task.shown(base),))
    if task.provider == "apple":
        yield from _apple(task)


def _unregistered(task: SocialTask) -> Finding:
    if not has_social_login(task.settings):
        return COMMON[task.provider, "settings.switched-off"].fail()
    lacking = [name for name in NEEDED[task.provider] if not task.settings.get(name)]
    shown = ", ".join(lacking)
    return COMMON[task.provider, "settings.missing"].fail(
        f"LibreChat does not register {ids.TITLES[task.provider]}, because these settings are missing or empty: "
        f"{shown}.",
        settings=lacking,
        remedy=f"Set {shown}, then restart LibreChat.",
    )


def _redirect(task: SocialTask) -> Iterator[Finding]:
    uri = task.redirect
    server = task.settings.get("DOMAIN_SERVER", "")
    is_address = server.startswith(("http://", "https://")) and href(uri) is not None
    if is_address and not server.endswith("/") and is_callback(split_address(uri).path, task.provider):
        return
    finding = COMMON[task.provider, "redirect"]
    evidence = (f"redirect_uri={task.shown(uri)}",)
    # GitHub then sends people to the address that is registered: what follows is seen in a sign-in alone.
    yield finding.warn(evidence=evidence) if task.provider == "github" else finding.fail(evidence=evidence)


def _apple(task: SocialTask) -> Iterator[Finding]:
    odd = [name for name in ("TEAM_ID", "KEY_ID") if not _APPLE_ID.fullmatch(task.value(name))]
    if odd:
        yield ids.APPLE_IDS.warn(settings=[f"APPLE_{name}" for name in odd])
    if task.key.unseen:
        yield ids.APPLE_UNSEEN.warn(evidence=(task.shown(task.key.unseen),))
        return
    kind = key_kind(task.key.text)
    if kind is AppleKey.FIT:
        yield ids.APPLE_KEY.passed()
    else:
        yield ids.APPLE_FAULTS[KEY_CAUSES[kind]].fail(
            evidence=(f"APPLE_PRIVATE_KEY_PATH={task.shown(task.value('PRIVATE_KEY_PATH'))}",)
        )
