"""A person's account data after an OpenID sign-in: address, names, and whether an account may be used or created."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.librechat.openid_situation import KnownAccount
from wizard.librechat.releases import Release

EMAIL_CLAIM_SINCE: Final = Release(0, 8, 3)
"""First release that reads OPENID_EMAIL_CLAIM (api/strategies/openidStrategy.js)."""
FALLBACK_SINCE: Final = Release(0, 8, 1)
"""First release that takes preferred_username or upn if there is no email, and that lets people without an address pass where
no domain is required."""
_ADDRESS: Final = late_pattern(r"\S+@\S+\.\S+")
"""What the user's model wants of an address (packages/data-schemas/src/schema/user.ts)."""
_BOOLEANS: Final = frozenset({"true", "false", "1", "0", "yes", "no"})


class AccountFault(NamedTuple):
    """Why a person is not signed in although the provider vouches for them."""

    cause: str
    detail: str = ""
    is_invalid: bool = False
    """Whether LibreChat answers 400 with validation messages; else the person is sent back with auth_failed."""


def email_of(settings: Mapping[str, str], release: Release, claims: Mapping[str, Any]) -> Any:
    """Return what LibreChat takes for the email address: hostile, and not always a text."""
    named = settings.get("OPENID_EMAIL_CLAIM", "").strip() if release >= EMAIL_CLAIM_SINCE else ""
    if named and claims.get(named):
        return claims[named]
    if release < FALLBACK_SINCE:
        return claims.get("email")
    return next((claims[name] for name in ("email", "preferred_username", "upn") if claims.get(name)), None)


def name_of(settings: Mapping[str, str], claims: Mapping[str, Any]) -> Any:
    """Return the display name. The standard claim ``name`` is not used unless OPENID_NAME_CLAIM names it (``getFullName``)."""
    if settings.get("OPENID_NAME_CLAIM"):
        return claims.get(settings["OPENID_NAME_CLAIM"])
    parts = [str(claims[name]) for name in ("given_name", "family_name") if claims.get(name)]
    return " ".join(parts) or claims.get("username") or claims.get("email")


def username_of(settings: Mapping[str, str], claims: Mapping[str, Any]) -> Any:
    """Return the user name (``convertToUsername``); lists are joined by underscores."""
    if settings.get("OPENID_USERNAME_CLAIM"):
        return claims.get(settings["OPENID_USERNAME_CLAIM"])
    value = claims.get("preferred_username") or claims.get("username") or claims.get("email")
    if isinstance(value, list):
        return "_".join(map(str, value))
    return value if isinstance(value, str) else ""


def domain_fault(email: Any, allowed: Iterable[str], release: Release) -> AccountFault | None:
    """Return why ``registration.allowedDomains`` keeps an address out: exact names, no sub-domains, any case.

    ``isEmailDomainAllowed`` (packages/api/src/auth/domain.ts:16-33, v0.8.8-rc1).
    """
    wanted = [domain.lower() for domain in allowed]
    if not email and release < FALLBACK_SINCE:
        return AccountFault("domain.refused")
    if not wanted:
        return None
    domain = email.split("@")[1].lower() if isinstance(email, str) and email.count("@") else ""
    return None if domain in wanted else AccountFault("domain.refused", domain)


def looked_up(email: Any) -> str:
    """Return an address as LibreChat looks an account up by it; empty for what is none (``email?.trim()``, api/strategies/socialLogin.js)."""
    return email.strip().lower() if isinstance(email, str) else ""


def same_address(email: Any, accounts: Iterable[KnownAccount]) -> KnownAccount | None:
    """Return the account that is found by an address."""
    address = looked_up(email)
    return next((each for each in accounts if address and each.email.lower() == address), None)


def known_account(
    subject: str, email: Any, accounts: Iterable[KnownAccount], provider: str
) -> KnownAccount | AccountFault | None:
    """Return the account that a person has already, why it may not be used, or ``None`` for a new person.

    Bound accounts are found by their ``sub``; an address that belongs to another provider, or to another ``sub``, is refused
    (``findOpenIDUser``; api/strategies/socialLogin.js, v0.8.8-rc1).
    """
    kept = tuple(accounts)
    bound = next((each for each in kept if each.provider == provider and each.subject == subject), None)
    if bound is not None:
        return bound
    same = same_address(email, kept)
    if same is None:
        return None
    if same.provider == provider and not same.subject:
        return same
    return AccountFault("account.other-sub" if same.provider == provider else "account.other-provider", same.provider)


def model_fault(email: Any, name: Any, username: Any, *, verified: Any) -> AccountFault | None:
    """Return why the user's model refuses what the provider says (packages/data-schemas/src/schema/user.ts, mongoose 8)."""
    if email is None or email == "":
        return AccountFault("claims.no-email", is_invalid=True)
    if not isinstance(email, str) or not _ADDRESS.search(email):
        return AccountFault("claims.bad-email", str(email), is_invalid=True)
    for label, value in (("name", name), ("username", username)):
        if isinstance(value, list | Mapping):
            return AccountFault("claims.type", label, is_invalid=True)
    if isinstance(verified, list | Mapping) or (isinstance(verified, str) and verified and verified not in _BOOLEANS):
        return AccountFault("claims.type", "email_verified", is_invalid=True)
    return None


def is_verified(value: Any) -> bool:
    """Return what the model keeps of ``email_verified``, as mongoose casts it."""
    return value in (True, 1, "true", "1", "yes")
