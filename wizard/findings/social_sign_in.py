"""Findings of the check ``oauth`` after a real sign-in through a social provider, and LibreChat's decision."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import Final

from wizard.findings import openid_sign_in as openid
from wizard.findings.model import FindingEntry

_of = partial(
    FindingEntry,
    check="oauth",
    consequence="This user is not signed in.",
    docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC",
)
_500 = "This user sees 'An unknown error occurred.' after the provider's sign-in page."


def _as_openid(entry: FindingEntry) -> FindingEntry:
    """Return what OpenID's sign-in says in the same words."""
    return entry._replace(check="oauth", docs="")


WOULD_BE = _as_openid(openid.WOULD_BE)
CLAIMS = _as_openid(openid.CLAIMS)._replace(meaning="The provider identified this user.")
REVOKED = _as_openid(openid.REVOKED)
NOT_REVOKED = _as_openid(openid.NOT_REVOKED)
FOREIGN = _as_openid(openid.FOREIGN)
STATE = _as_openid(openid.STATE)
NO_CODE = _as_openid(openid.NO_CODE)
FORM = FOREIGN._replace(
    name="signin.form",
    meaning="The pasted text is not the form that Apple sends to LibreChat's callback, so nothing was sent.",
    fix="Copy the form data of the POST to /oauth/apple/callback: the 'view source' line, or the lines with state and "
    "code.",
)
FORM_STATE = STATE._replace(
    name="signin.form-state",
    meaning="The pasted form belongs to a different sign-in (the state differs), so its code was not used.",
    fix="Open the URL that was printed last, and sign in. Then paste the form data of the POST that follows.",
)
FORM_NO_CODE = NO_CODE._replace(
    name="signin.form-no-code",
    meaning="The pasted form contains no code, so there is nothing to redeem.",
    fix="Complete the Apple sign-in, then copy all of the form data, including state and code.",
)
USED = _as_openid(openid.USED)
TAKEN = _as_openid(openid.TAKEN)
UNREDEEMED = _as_openid(openid.UNREDEEMED)
APPLE_UNTRIED = _of(
    "signin.apple-key",
    "The wizard cannot read the Apple private key, so it cannot redeem a code.",
    "Mount the .p8 file into the api service, and run the wizard as a user that can read the file. Or use LibreChat's log: doctor "
    "--watch-signin",
    settings=("APPLE_PRIVATE_KEY_PATH",),
    consequence="",
)
UNVERIFIED = _of(
    "signin.unverified",
    "The provider says that this email address is not verified, but LibreChat treats it as verified.",
    "Limit who may register: registration.allowedDomains in librechat.yaml, or ALLOW_SOCIAL_REGISTRATION=false.",
    consequence="Users can register with someone else's email address.",
    settings=("ALLOW_SOCIAL_REGISTRATION",),
)
NAMELESS = _of(
    "signin.nameless",
    "LibreChat receives no name from Apple: Apple sends it only once, in a form field that LibreChat does not read.",
    "No action is needed: the email address identifies the user.",
    consequence="LibreChat shows no name for this account.",
)

CAUSES: Final = MappingProxyType(
    {
        "token.code": _as_openid(openid.SIGN_IN["token.code"])._replace(transient=True),
        "profile": _of(
            "profile",
            "The provider issued a token, but did not identify the user.",
            "Check in the provider's console that the application's API is enabled and that the application is not "
            "suspended.",
            consequence=_500,
        ),
        "denied": _as_openid(openid.SIGN_IN["callback.denied"]),
        "callback.error": _as_openid(openid.SIGN_IN["callback.error"])._replace(consequence=_500),
        "google.picture": _of(
            "google.picture",
            "The Google account has no picture, so LibreChat returns status 500.",
            "Set a profile picture in the Google account, then sign in again.",
            consequence=_500,
        ),
        "google.email": _of(
            "google.email",
            "Google sends no email address for this account.",
            "Add an address to the Google account, then sign in again.",
            consequence=_500,
        ),
        "github.email-permission": _of(
            "github.email-permission",
            "GitHub does not show LibreChat the email addresses of this account.",
            "In a GitHub App, set the account permission 'Email addresses' to read-only. In the account, verify a "
            "primary address.",
            consequence=_500,
        ),
        "claims.no-email": _of(
            "claims.no-email",
            "The provider sends no email address for this account.",
            "Add and verify an address in the account, allow the application to see it, then sign in again.",
            consequence="This user sees an error page (400) with validation messages.",
        ),
        "claims.bad-email": _of(
            "claims.bad-email",
            "The provider does not send a valid email address.",
            "Correct the address in the account, then sign in again.",
            consequence="This user sees an error page (400) with validation messages.",
        ),
        "registration.off": _of(
            "registration.off",
            "This user has no account, and ALLOW_SOCIAL_REGISTRATION is not true.",
            "Set ALLOW_SOCIAL_REGISTRATION=true, or sign in with an existing LibreChat account.",
            settings=("ALLOW_SOCIAL_REGISTRATION",),
        ),
        "domain.refused": _as_openid(openid.SIGN_IN["domain.refused"]),
        "account.other-provider": _as_openid(openid.SIGN_IN["account.other-provider"]),
        "session.lifetime": _of(
            "session.lifetime",
            "SESSION_EXPIRY or REFRESH_TOKEN_EXPIRY is not a number that LibreChat can use.",
            "Set SESSION_EXPIRY and REFRESH_TOKEN_EXPIRY to whole numbers of milliseconds, or remove both.",
            consequence=_500,
            settings=("SESSION_EXPIRY", "REFRESH_TOKEN_EXPIRY"),
        ),
        "session.state-cookie": _of(
            "session.state-cookie",
            "Browsers drop the sign-in cookie, because it is Secure but the site uses plain HTTP.",
            "Use HTTPS, or set SESSION_COOKIE_SECURE=false on a private network.",
            settings=("SESSION_COOKIE_SECURE",),
        ),
        "session.two-hosts": _of(
            "session.two-hosts",
            "The browser does not keep LibreChat's cookies, so this user is sent back to the sign-in page.",
            "Use the same https:// URL for DOMAIN_CLIENT and DOMAIN_SERVER.",
            settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
        ),
    }
)
"""What keeps a person out after the provider's page, by the cause that :mod:`wizard.librechat.social_verdict` gives."""
