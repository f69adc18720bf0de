"""LibreChat's decision on a sign-in through Google, GitHub, Discord, Facebook or Apple.

api/strategies/{google,github,discord,facebook,apple}Strategy.js and api/strategies/socialLogin.js (v0.8.8-rc1), with the Passport
strategies that they use; recorded against a stand-in that answers as the providers document.
"""

from __future__ import annotations

from typing import Final

from wizard.librechat.browser_url import split_address
from wizard.librechat.cookies import is_localhost, state_cookie
from wizard.librechat.image_environment import image_environment
from wizard.librechat.openid_account import AccountFault, domain_fault, known_account, model_fault, same_address
from wizard.librechat.openid_request import is_callback, redirect_uri
from wizard.librechat.openid_session import keeps_session, place, tokens_fault
from wizard.librechat.openid_situation import KnownAccount, Outcome, Person, SignInVerdict
from wizard.librechat.providers import has_social_login, is_registered
from wizard.librechat.social_situation import AppleKey, SocialSituation
from wizard.librechat.values import is_enabled

KEY_CAUSES: Final = {
    AppleKey.MISSING: "apple.key-file",
    AppleKey.NOT_PEM: "apple.key-form",
    AppleKey.ONE_LINE: "apple.key-form",
    AppleKey.OTHER_KIND: "apple.key-kind",
}
"""The finding that says what is wrong with Apple's key."""
_DENIED: Final = "access_denied"
"""The one error for which passport-oauth2 sends people back to the sign-in page (lib/strategy.js; RFC 6749 section 4.1.2.1)."""
NEEDS_PROFILE: Final = frozenset({"google", "github", "discord", "facebook"})
"""The providers that are asked who it is after the token; Apple says it in its ID token."""


def social_sign_in(situation: SocialSituation) -> SignInVerdict:
    """Return how a sign-in ends."""
    settings, provider = situation.settings, situation.provider
    if not is_registered(provider, settings, situation.release):
        cause = "settings.missing" if has_social_login(settings) else "settings.switched-off"
        return SignInVerdict(outcome=Outcome.NOT_REGISTERED, cause=cause)
    return _at_provider(situation) or _exchanged(situation) or _person(situation)


def _at_provider(situation: SocialSituation) -> SignInVerdict | None:
    """Return how it ends before a code comes back, ``None`` if one does."""
    app, provider = situation.app, situation.provider
    name = provider.upper()
    client_id, returns_to = situation.settings.get(f"{name}_CLIENT_ID", ""), redirect_uri(situation.settings, name)
    if app.client_id is not None and client_id != app.client_id:
        return SignInVerdict(outcome=Outcome.PROVIDER_REFUSED, cause="client", detail=client_id)
    if app.redirect_uris is not None and returns_to not in app.redirect_uris:
        # GitHub sends people to the address that is registered, with an error (docs.github.com, redirect_uri_mismatch).
        comes_back = provider == "github" and any(_is_own(situation, uri) for uri in app.redirect_uris)
        outcome = Outcome.SERVER_ERROR if comes_back else Outcome.PROVIDER_REFUSED
        return SignInVerdict(outcome=outcome, cause="redirect", detail=returns_to)
    if not is_callback(split_address(returns_to).path, provider):
        return SignInVerdict(outcome=Outcome.LOST, cause="redirect", detail=returns_to)
    if not situation.error:
        return _state_fault(situation)
    if situation.error == _DENIED:
        return SignInVerdict(outcome=Outcome.AUTH_FAILED, cause="denied")
    # passport-oauth2 makes an error of every other one; Apple's word for "no" is another one.
    return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause="callback.error", detail=situation.error)


def _state_fault(situation: SocialSituation) -> SignInVerdict | None:
    """Return how it ends where the cookie with which it began does not come back; localhost counts as safe to browsers."""
    environment = image_environment(situation.settings)
    cookie = state_cookie(situation.provider, environment, situation.release)
    end = place(redirect_uri(situation.settings, situation.provider.upper()))
    if cookie is None or not cookie.secure or end.scheme == "https" or is_localhost(f"{end.scheme}://{end.host}"):
        return None
    return SignInVerdict(outcome=Outcome.AUTH_FAILED, cause="session.state-cookie", detail=cookie.name)


def _is_own(situation: SocialSituation, address: str) -> bool:
    """Whether an address is LibreChat's callback, whatever DOMAIN_SERVER says exactly."""
    server = situation.settings.get("DOMAIN_SERVER", "")
    return place(address).host == place(server).host and is_callback(split_address(address).path, situation.provider)


def _exchanged(situation: SocialSituation) -> SignInVerdict | None:
    """Return how it ends at the token request; every fault of it is LibreChat's 500."""
    if (cause := _token_fault(situation)) is None:
        return None
    return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause=cause)


def _token_fault(situation: SocialSituation) -> str | None:
    settings, app = situation.settings, situation.app
    if situation.provider == "apple":
        # passport-apple signs the client secret at each sign-in (token.js); nothing of it is looked at when LibreChat starts.
        if situation.key is not AppleKey.FIT:
            return KEY_CAUSES[situation.key]
        if not settings.get("APPLE_KEY_ID"):
            return "apple.ids"
        team, key = settings.get("APPLE_TEAM_ID", ""), settings["APPLE_KEY_ID"]
        if not team:
            return "apple.ids"
        if (app.team_id or team) != team or (app.key_id or key) != key:
            return "apple.refused"
    elif app.secret is not None and settings.get(f"{situation.provider.upper()}_CLIENT_SECRET") != app.secret:
        # Not trimmed, unlike OPENID_CLIENT_SECRET.
        return "secret"
    return None if situation.token.is_well else "token"


def _profile_fault(situation: SocialSituation) -> str:
    """Return why LibreChat's strategy stumbles over the profile: each of these is its 500."""
    provider, profile = situation.provider, situation.profile
    if provider in NEEDS_PROFILE and not situation.profile_step.is_well:
        return "profile"
    if provider == "facebook":
        # profile.photos[0] while no photo was asked for (facebookStrategy.js).
        return "facebook.broken"
    if provider == "google" and not profile.has_picture:
        return "google.picture"
    if provider == "google" and not profile.email:
        return "google.email"
    if provider == "github" and not (profile.emails_allowed and profile.email):
        return "github.email-permission"
    return ""


def _account(situation: SocialSituation) -> KnownAccount | AccountFault | None:
    """Return the account that is used. Unlike OpenID's, one of the same provider with the same address is, whatever id it is bound to."""
    profile, provider = situation.profile, situation.provider
    found = known_account(profile.subject, profile.email or None, situation.accounts, provider)
    if not isinstance(found, AccountFault) or found.cause != "account.other-sub":
        return found
    return same_address(profile.email, situation.accounts)


def _person(situation: SocialSituation) -> SignInVerdict:
    """Return how it ends from the profile on (``socialLogin``): domain, account, registration, model, cookies."""
    settings, release, profile = situation.settings, situation.release, situation.profile
    if cause := _profile_fault(situation):
        return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause=cause)
    email = profile.email or None
    fault = domain_fault(email, situation.allowed_domains, release) if situation.allowed_domains else None
    account = _account(situation)
    fault = fault or (account if isinstance(account, AccountFault) else None)
    if fault is None and account is None and not is_enabled(settings.get("ALLOW_SOCIAL_REGISTRATION")):
        fault = AccountFault("registration.off")
    fault = fault or (None if isinstance(account, KnownAccount) else model_fault(email, "", "", verified=False))
    if fault is not None:
        outcome = Outcome.REFUSED_400 if fault.is_invalid else Outcome.AUTH_FAILED
        return SignInVerdict(outcome=outcome, cause=fault.cause, detail=fault.detail)
    if name := tokens_fault({**settings, "OPENID_REUSE_TOKENS": ""}):
        return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause="session.lifetime", detail=name)
    if not keeps_session(settings, release, place(redirect_uri(settings, situation.provider.upper()))):
        return SignInVerdict(outcome=Outcome.NOT_KEPT, cause="session.two-hosts")
    # GitHub's strategy never says that an address is verified; Discord's and Apple's always do.
    verified = situation.provider in {"discord", "apple"} or (situation.provider == "google" and profile.email_verified)
    person = Person(
        email=profile.email.lower(),
        name=profile.name,
        username=profile.username.lower(),
        email_verified=verified,
        is_new=not isinstance(account, KnownAccount),
    )
    return SignInVerdict(outcome=Outcome.SIGNED_IN, person=person)
