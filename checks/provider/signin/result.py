"""How a test sign-in begins and ends, for OpenID and the social providers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from checks.provider.signin.claims import ShownClaim
    from wizard.basics.finding import Finding

Decision = TypeVar("Decision")
"""The class of LibreChat's decision: one for OpenID, another for the social providers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunSignIn(Generic[Decision]):
    """The address to open in a browser, or the findings that explain why there is none."""

    findings: tuple[Finding, ...] = ()
    url: str = field(default="", repr=False)
    redirect: str = ""
    decision: Decision | None = None
    """LibreChat's decision if it does not depend on the provider's reply: nobody can sign in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInResult(Generic[Decision]):
    """The result of a sign-in."""

    findings: tuple[Finding, ...]
    decision: Decision | None = None
    """``None`` if no code was redeemed."""
    claims: tuple[ShownClaim, ...] = ()
    """The provider's claims about the person, shortened."""
    sign_out: str = field(default="", repr=False)
    """The address that ends the browser's session at the provider; empty if it offers none."""
    is_final: bool = True
    """Whether the sign-in is over: no other address can be pasted."""
