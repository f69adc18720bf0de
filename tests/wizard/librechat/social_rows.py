"""Recorded sign-ins through social providers as the situations of the verdict; the stand-in answers as they document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.wizard.librechat.openid_rows import BASE, CHAT, known, named, settings_of
from wizard.librechat.openid_situation import KnownAccount, NoAnswer
from wizard.librechat.releases import RECORDED, Release
from wizard.librechat.social_situation import AppleKey, AppRegistration, Profile, ProviderStep, SocialSituation

SECRET: Final = "social-secret-1"
KEY_PATH: Final = "/keys/AuthKey.p8"
KEYS: Final = {
    KEY_PATH: AppleKey.FIT,
    "/keys/NotPem.p8": AppleKey.NOT_PEM,
    "/keys/OneLine.p8": AppleKey.ONE_LINE,
    "/keys/Rsa.p8": AppleKey.OTHER_KIND,
}
"""The key files of the recording, by what they hold; any other path leads nowhere."""
_APPLE: Final = {
    "APPLE_CLIENT_ID": "client-1",
    "APPLE_TEAM_ID": "TEAM123456",
    "APPLE_KEY_ID": "KEY1234567",
    "APPLE_PRIVATE_KEY_PATH": KEY_PATH,
}


def base_of(provider: str) -> dict[str, str]:
    """Return the settings with which the provider works."""
    name = provider.upper()
    own = _APPLE if provider == "apple" else {f"{name}_CLIENT_ID": "client-1", f"{name}_CLIENT_SECRET": SECRET}
    without = {key: value for key, value in BASE.items() if not key.startswith("OPENID_")}
    return without | own | {f"{name}_CALLBACK_URL": f"/oauth/{provider}/callback"}


def step_of(fault: Mapping[str, Any]) -> ProviderStep:
    """Return how a request of LibreChat ends."""
    known("fault", fault, ("status", "reset", "hang"))
    failed = NoAnswer.UNREACHABLE if fault.get("reset") else NoAnswer.SILENT if fault.get("hang") else None
    return ProviderStep(status=fault.get("status", 200), failure=failed)


def profile_of(account: Mapping[str, Any]) -> Profile:
    """Return what the stand-in says of the person."""
    names = ("email", "id", "ghId", "email_verified", "picture", "emailsForbidden", "publicEmail", "avatar", "user")
    known("account", account, (*names, "fbEmailGranted", "name"))
    return Profile(
        subject=str(account.get("id", account.get("ghId", ""))),
        email=account.get("email", ""),
        email_verified=account.get("email_verified", True),
        has_picture=account.get("picture", True) is not False,
        emails_allowed=not account.get("emailsForbidden"),
    )


def accounts_of(before: Mapping[str, Any], provider: str, account: Mapping[str, Any]) -> tuple[KnownAccount, ...]:
    """Return the accounts that were there before."""
    known("before", before, ("local", "signed_in_once", "then"))
    if "local" in before:
        return (KnownAccount(provider="local", email=before["local"]),)
    own = KnownAccount(provider=provider, email=account.get("email", ""), subject=str(account.get("id", "")))
    return (own,) if before.get("signed_in_once") else ()


def situation_of(recorded: Mapping[str, Any], release: Release = RECORDED) -> SocialSituation:
    """Return a recorded row as the verdict takes it."""
    row = named(recorded)
    provider, account, before = row["provider"]["name"], row["provider"]["account"], row.get("before", {})
    known("provider", row["provider"], ("name", "account", "redirect_uris"))
    settings = settings_of(row, base_of(provider))
    faults = row.get("faults_at_sign_in", {})
    known("faults_at_sign_in", faults, ("deny", "token", "profile"))
    then = before.get("then")
    now = {**account, **then["account"]} if isinstance(then, Mapping) else account
    is_apple = provider == "apple"
    return SocialSituation(
        provider=provider,
        settings=settings,
        release=release,
        app=AppRegistration(
            client_id="client-1",
            secret=None if is_apple else SECRET,
            redirect_uris=frozenset(row["provider"].get("redirect_uris", [f"http://{CHAT}/oauth/{provider}/callback"])),
            team_id=_APPLE["APPLE_TEAM_ID"] if is_apple else None,
            key_id=_APPLE["APPLE_KEY_ID"] if is_apple else None,
        ),
        key=KEYS.get(settings.get("APPLE_PRIVATE_KEY_PATH", ""), AppleKey.MISSING) if is_apple else AppleKey.FIT,
        error="access_denied" if faults.get("deny") else "",
        token=step_of(faults.get("token", {})),
        profile_step=step_of(faults.get("profile", {})),
        profile=profile_of(now),
        accounts=accounts_of(before, provider, account),
        allowed_domains=tuple(row.get("allowedDomains", ())),
    )
