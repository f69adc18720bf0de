"""What the running LibreChat says of its settings, against the files: "edited but not applied" is a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from checks.site.instance.findings import finding, recreate
from screens.demo.settings import Settings
from screens.demo.startup import StartupConfig
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.basics.secret import without_credentials
from wizard.deployment.model import Deployment

_MOST: Final = 12
"""Differences that are shown."""
_NAMED: Final = 3
"""Differences that are named in the sentence."""

ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "serverDomain": ("DOMAIN_SERVER",),
    "registrationEnabled": ("ALLOW_REGISTRATION",),
    "emailLoginEnabled": ("ALLOW_EMAIL_LOGIN",),
    "passwordResetEnabled": ("ALLOW_PASSWORD_RESET",),
    "socialLoginEnabled": ("ALLOW_SOCIAL_LOGIN",),
    "emailEnabled": ("EMAIL_SERVICE", "EMAIL_HOST", "EMAIL_USERNAME", "EMAIL_PASSWORD", "EMAIL_FROM"),
    "minPasswordLength": ("MIN_PASSWORD_LENGTH",),
    "googleLoginEnabled": ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"),
    "githubLoginEnabled": ("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"),
    "discordLoginEnabled": ("DISCORD_CLIENT_ID", "DISCORD_CLIENT_SECRET"),
    "facebookLoginEnabled": ("FACEBOOK_CLIENT_ID", "FACEBOOK_CLIENT_SECRET"),
    "appleLoginEnabled": ("APPLE_CLIENT_ID", "APPLE_TEAM_ID", "APPLE_KEY_ID", "APPLE_PRIVATE_KEY_PATH"),
    "openidLoginEnabled": ("OPENID_CLIENT_ID", "OPENID_CLIENT_SECRET", "OPENID_ISSUER", "OPENID_SESSION_SECRET"),
    "openidLabel": ("OPENID_BUTTON_LABEL",),
    "openidAutoRedirect": ("OPENID_AUTO_REDIRECT",),
    "samlLoginEnabled": ("SAML_ENTRY_POINT", "SAML_ISSUER", "SAML_CERT", "SAML_SESSION_SECRET"),
    "ldap": ("LDAP_URL", "LDAP_USER_SEARCH_BASE", "LDAP_LOGIN_USES_USERNAME"),
    "appTitle": ("APP_TITLE",),
}
"""Keys of GET /api/config and the variables that make them (api/server/routes/config.js, v0.8.8-rc1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One setting that the running LibreChat has otherwise."""

    key: str
    settings: tuple[str, ...]
    running: object
    """As LibreChat says it: hostile until drawn as plain text."""
    files: object


def differences(shown: Mapping[str, Any], deployment: Deployment) -> Iterator[Difference]:
    """Yield what the running LibreChat says otherwise than the files would make it say.

    A key that it does not show is no difference: earlier releases do not know all, and librechat.yaml can hide some.
    """
    expected = StartupConfig(Settings(environment=deployment.settings, release=deployment.release)).answer(
        signed_in=False
    )
    for key, names in ASKED.items():
        if key in shown and key in expected and shown[key] != expected[key]:
            yield Difference(key=key, settings=names, running=shown[key], files=expected[key])
        elif key == "minPasswordLength" and (key in shown) is not (key in expected):
            # The one key that is there only where its variable is set.
            yield Difference(
                key=key, settings=names, running=shown.get(key, "(not set)"), files=expected.get(key, "(not set)")
            )


def applied(shown: Mapping[str, Any], deployment: Deployment, *, remedy: str = "") -> Finding:
    """Say whether the running LibreChat, which shows this of itself, runs with what the files say.

    ``remedy`` stands for the usual one, which is to recreate the container.
    """
    found = list(differences(shown, deployment))
    if not found:
        summary = "The running LibreChat says of its settings what the files say."
        return finding("instance.applied", Status.PASS, summary)
    names = tuple(dict.fromkeys(name for difference in found for name in difference.settings))
    few = ", ".join(difference.key for difference in found[:_NAMED]) + (" and others" if len(found) > _NAMED else "")
    return finding(
        "instance.not-applied",
        Status.FAIL,
        f"The running LibreChat has other settings than the files ({few}): they were edited and not applied, or another "
        "place wins.",
        evidence=[_told(difference) for difference in found[:_MOST]],
        settings=names,
        remedy=remedy or f"{recreate(deployment)} (an 'up -d' alone does not see a changed .env)",
    )


def _told(difference: Difference) -> str:
    running, files = (without_credentials(str(value)) for value in (difference.running, difference.files))
    return f"{difference.key}: running {plain(running)}, files {plain(files)}"
