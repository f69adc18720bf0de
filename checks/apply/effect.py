"""Whether the LibreChat that runs believes what was written; the files alone cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from wizard.finding import Finding, Status
from wizard.plaintext import plain
from wizard.values import is_enabled, is_enabled_default_on

if TYPE_CHECKING:
    from checks.apply.door import Answer

_OK: Final = 200
_Reading = Callable[[Mapping[str, str]], object]


def _has_ldap(settings: Mapping[str, str]) -> bool:
    return bool(settings.get("LDAP_URL") and settings.get("LDAP_USER_SEARCH_BASE"))


_TOLD: Final[tuple[tuple[str, str, _Reading], ...]] = (
    ("appTitle", "APP_TITLE", lambda s: s.get("APP_TITLE") or "LibreChat"),
    ("serverDomain", "DOMAIN_SERVER", lambda s: s.get("DOMAIN_SERVER") or "http://localhost:3080"),
    ("emailLoginEnabled", "ALLOW_EMAIL_LOGIN", lambda s: is_enabled_default_on(s.get("ALLOW_EMAIL_LOGIN"))),
    (
        "registrationEnabled",
        "ALLOW_REGISTRATION",
        lambda s: not _has_ldap(s) and is_enabled(s.get("ALLOW_REGISTRATION")),
    ),
    ("socialLoginEnabled", "ALLOW_SOCIAL_LOGIN", lambda s: is_enabled(s.get("ALLOW_SOCIAL_LOGIN"))),
    ("passwordResetEnabled", "ALLOW_PASSWORD_RESET", lambda s: is_enabled(s.get("ALLOW_PASSWORD_RESET"))),
)
"""What GET /api/config says without signing in, the variable, and what it should say (api/server/routes/config.js:209-348,
v0.8.8-rc1)."""


def in_effect(answer: Answer | None, settings: Mapping[str, str]) -> Finding:
    """Compare what the running LibreChat says of itself with what stands in the files."""
    told = answer.json() if answer is not None and answer.status == _OK else {}
    known = [(key, name, wanted(settings)) for key, name, wanted in _TOLD if key in told]
    if not known:
        return Finding(
            id="instance.settings",
            status=Status.UNKNOWN,
            summary="Whether LibreChat runs with these settings could not be told: /api/config gave no settings.",
        )
    wrong = [(key, name, wanted) for key, name, wanted in known if told[key] != wanted]
    if not wrong:
        return Finding(
            id="instance.settings",
            status=Status.PASS,
            summary=f"The running LibreChat says the same as the files ({len(known)} settings compared).",
        )
    return Finding(
        id="instance.settings",
        status=Status.FAIL,
        summary="The running LibreChat says something else than the files: it did not read them.",
        evidence=tuple(
            f"{name}: the files say {plain(str(wanted), limit=80)}, LibreChat says {plain(str(told[key]), limit=80)}"
            for key, name, wanted in wrong
        ),
        settings=tuple(name for _, name, _ in wrong),
        remedy="Another container may answer on this port, or something sets these variables outside of the files.",
    )
