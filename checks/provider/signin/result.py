"""What a sign-in of a person's own begins with and comes to, for OpenID and the social providers alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from checks.provider.signin.claims import ShownClaim
    from wizard.basics.finding import Finding

Decision = TypeVar("Decision")
"""What LibreChat decides: one class for OpenID, another one for the social providers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunSignIn(Generic[Decision]):
    """What a person needs for the browser, or why there is nothing to open."""

    findings: tuple[Finding, ...] = ()
    url: str = field(default="", repr=False)
    redirect: str = ""
    decision: Decision | None = None
    """Where nobody could sign in whatever the provider says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInResult(Generic[Decision]):
    """What a sign-in came to."""

    findings: tuple[Finding, ...]
    decision: Decision | None = None
    """``None``: nothing was redeemed."""
    claims: tuple[ShownClaim, ...] = ()
    """What the provider said about the person, cut."""
    sign_out: str = field(default="", repr=False)
    """The address that ends the browser's session at the provider; empty if it offers none."""
    is_final: bool = True
    """Whether another address may not be pasted any more."""
