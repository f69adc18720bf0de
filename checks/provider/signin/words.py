"""What LibreChat decides about one person, in words, the same for every provider: who they would be, and which accounts change that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from wizard.librechat.openid_situation import KnownAccount, Outcome, SignInVerdict
from wizard.librechat.user_record import Attribute

Accounts = TypeVar("Accounts")

ENDS: Final[Mapping[Outcome, str]] = {
    Outcome.SIGNED_IN: "signed in",
    Outcome.AUTH_FAILED: "returned to the sign-in page with 'auth_failed'",
    Outcome.SERVER_ERROR: "500 'An unknown error occurred.'",
    Outcome.REFUSED_400: "400 with validation messages",
    Outcome.NOT_KEPT: "signed in to the provider, but not to LibreChat",
    Outcome.TOKEN_REJECTED: "signed in, but then every request gets status 401",
    Outcome.LOST: "sent to a LibreChat page, but not signed in",
    Outcome.HANGS: "no response for minutes",
    Outcome.CALLBACK_409: "409, the address is taken",
    Outcome.CALLBACK_200: "signed in, then sent to the URL 'undefined'",
    Outcome.PROVIDER_REFUSED: "the provider's error page",
}
"""How a sign-in ends, as people see it."""
_CASES: Final = (
    "No account has this {identity} or address",
    "An account from {provider} has this {identity}",
    "An account with a password has this address",
    "An account from {provider} has this address and a different {identity}",
)
"""The account that LibreChat may already have for a person; only its database knows which one exists."""
_OTHER: Final = "librechat-wizard-other-subject"


def would_be(name: str, email: str, role: str, because: str = "") -> str:
    """Return who somebody would be in LibreChat. The texts are plain already."""
    reason = f" because of {because}" if because else ""
    return f"LibreChat would sign you in as {name or '(no name)'} ({email or 'no address'}), role {role}{reason}."


def created(role: str) -> str:
    """Return that a new account is made."""
    return f"a new account is created with the role {role}."


def used(role: str = "") -> str:
    """Return that an account is used; ``role``: the one that it gets, empty if it keeps its own."""
    return f"that account is used, and gets the role {role}." if role else "that account is used, and keeps its role."


def refused(end: str) -> str:
    """Return that LibreChat refuses; ``end`` is what the person sees."""
    return f"refused ({end})."


def end_of(verdict: SignInVerdict) -> str:
    """Return how a sign-in ends, as people see it."""
    return ENDS.get(verdict.outcome, str(verdict.outcome))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInDecision:
    """LibreChat's decision about one person: the verdict, and what the provider said about it."""

    verdict: SignInVerdict
    cause: str = ""
    """The verdict's cause, or a more exact one from the provider's error."""
    error_message: str = field(default="", repr=False)
    """The provider's error message: foreign text."""

    @property
    def is_signed_in(self) -> bool:
        """Whether this person would get in."""
        return self.verdict.outcome is Outcome.SIGNED_IN


def known_accounts(provider: str, email: str, subject: str) -> tuple[tuple[KnownAccount, ...], ...]:
    """Return the accounts that LibreChat may already have for somebody who signs in through OpenID or a social provider."""
    return (
        (),
        (KnownAccount(provider=provider, email=email, subject=subject),),
        (KnownAccount(provider="local", email=email),),
        (KnownAccount(provider=provider, email=email, subject=_OTHER),),
    )


def by_account(
    provider: str, identity: str, cases: Iterable[Accounts], decide: Callable[[Accounts], str]
) -> tuple[str, ...]:
    """Return LibreChat's decision for each account that it may already have for a person.

    ``provider`` is the provider's name, ``identity`` what holds the person's id there. ``cases`` has no account of theirs, the
    provider's account with this id, a local account, and the provider's account with another id.
    """
    named = (case.format(provider=provider, identity=identity) for case in _CASES)
    return tuple(f"{case}: {decide(accounts)}" for case, accounts in zip(named, cases, strict=True))


def verdict_in_words(verdict: SignInVerdict) -> str:
    """Return what LibreChat does with the account after a sign-in through OpenID or a social provider."""
    person = verdict.person
    if person is None or verdict.outcome is not Outcome.SIGNED_IN:
        return refused(end_of(verdict))
    return created(person.role) if person.is_new else used(person.role if person.role_by else "")


def directory_in_words(role: str, *, is_new: bool, refuses: bool | None) -> str:
    """Return what LibreChat does with the account after a sign-in through SAML or LDAP, where people keep their role.

    ``refuses``: whether a faulty account is refused, rather than a database error; ``None`` if it has no fault.
    """
    if refuses is not None:
        return refused("auth_failed" if refuses else "a database error")
    return created(role) if is_new else used()


def attribute_text(value: Attribute) -> str:
    """Return the value of an attribute in one line; several are listed."""
    return ", ".join(value) if isinstance(value, tuple) else value or ""
