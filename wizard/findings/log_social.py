"""Log causes: Google, GitHub, Discord, Facebook and Apple, and the switch for all providers."""

from __future__ import annotations

from functools import partial
from typing import Final

from wizard.basics.finding import Status
from wizard.findings.log_model import NO_ADDRESS, RECREATE, LogCause, thread

_LOGINS: Final = (
    *(f"{name}Login" for name in ("google", "github", "discord", "facebook", "apple", "openid", "saml", "social")),
    *("openidStrategy", "samlStrategy"),
)
"""How LibreChat calls the code of each provider in its log (api/strategies, v0.8.8)."""
_of = partial(LogCause, check="log")
_PROVIDERS = ("google", "github", "discord", "facebook", "apple")

OFF = _of(
    "social.off",
    "Sign-in through providers is off: ALLOW_SOCIAL_LOGIN is not true. If you do not use a provider, this is intended.",
    f"To use Google, OpenID, SAML or another provider, set ALLOW_SOCIAL_LOGIN=true. Then run: {RECREATE}",
    consequence="The sign-in page shows no provider buttons, not even for OpenID or SAML.",
    settings=("ALLOW_SOCIAL_LOGIN",),
    docs=thread(2991),
    lines=("Social logins are disabled. Set ALLOW_SOCIAL_LOGIN=true",),
    weight=Status.PASS,
)
STRATEGY = _of(
    "social.strategy-missing",
    "A user clicked the button for a provider that is not set up in LibreChat.",
    "Set ALLOW_SOCIAL_LOGIN=true, and set the provider's client ID and secret (for Apple, also the team ID, key ID and key "
    f"path). Then run: {RECREATE}",
    consequence="The button leads to an error.",
    settings=("ALLOW_SOCIAL_LOGIN",),
    docs=thread(2991),
    lines=tuple(f"Unknown authentication strategy*{name}" for name in _PROVIDERS),
)
OTHER_PROVIDER = _of(
    "social.other-provider",
    "An account with the same email address already exists with a different sign-in method. LibreChat does not link accounts.",
    "The user can use the existing account's sign-in method. Or change the account's sign-in method: docker compose exec mongodb mongosh "
    "LibreChat --eval "
    '\'db.users.updateOne({email: "ADDRESS"}, {$set: {provider: "PROVIDER"}})\'. To create new accounts that use Google, run: docker compose exec api npm run create-user -- --provider=google',
    consequence="That user cannot sign in through that provider.",
    docs=thread(9027),
    lines=("already exists with provider",),
    at_info=tuple(f"[{name}] User " for name in _LOGINS),
    unless=("[ldapStrategy]",),
    weight=Status.WARN,
)
REGISTRATION_OFF = _of(
    "social.registration-off",
    "A user without an account clicked a provider's button, but ALLOW_SOCIAL_REGISTRATION is not true.",
    f"Set ALLOW_SOCIAL_REGISTRATION=true, and run: {RECREATE}. Or create the account: "
    "docker compose exec api npm run create-user -- --provider=NAME",
    consequence="Users without an account cannot sign in through that provider.",
    settings=("ALLOW_SOCIAL_REGISTRATION",),
    lines=("Registration blocked - social registration is disabled",),
    weight=Status.WARN,
)
DOMAIN = _of(
    "social.domain",
    "registration.allowedDomains in librechat.yaml does not list a user's email domain.",
    "Add the exact domain, without @ or wildcards: registration: {allowedDomains: ['example.com']}. Then run: "
    + RECREATE,
    consequence="Users with an email address in that domain cannot sign in.",
    docs=thread(7545),
    lines=(
        "Authentication blocked - email domain not allowed",
        "Email domain not allowed",
        "[Social Login not allowed]",
    ),
    unless=NO_ADDRESS,
    supersedes=("log.openid.callback",),
)
STATE = _of(
    "social.state",
    "The browser did not send back the cookie from the start of the sign-in.",
    "If users connect over plain HTTP, set SESSION_COOKIE_SECURE=false or switch to HTTPS. Users must finish the sign-in in the same browser "
    f"within ten minutes. A proxy must not rewrite cookie paths. Then run: {RECREATE}",
    consequence="Sign-in through that provider sends users back to the sign-in page.",
    settings=("SESSION_COOKIE_SECURE", "DOMAIN_SERVER"),
    docs="https://github.com/danny-avila/LibreChat/pull/15880",
    lines=(
        "[OAuth] Rejected*callback: Unable to verify authorization request state",
        "[OAuth] Rejected*callback: Invalid",
    ),
    supersedes=("log.openid.state-lost",),
)
REDIRECT = _of(
    "social.redirect-uri",
    "The redirect URI that LibreChat sent is not registered with the provider.",
    "In the provider's console, register exactly DOMAIN_SERVER followed by the provider's callback path, such as https://chat.example.com/oauth/google/callback (or github, discord or facebook instead of google).",
    consequence="Sign-in through that provider fails for all users.",
    settings=("DOMAIN_SERVER",),
    docs=thread(3451),
    lines=("redirect_uri MUST match", "redirect_uri_mismatch", "Invalid OAuth2 redirect_uri", "URL blocked"),
)
SECRET = _of(
    "social.secret",
    "The provider returned no token for the authorization code, most likely because the client secret is wrong.",
    "Copy the client secret again, without spaces (LibreChat does not remove them), or create a new secret. Then run: "
    f"{RECREATE}",
    consequence="Sign-in through that provider fails for all users.",
    settings=("GITHUB_CLIENT_SECRET", "GOOGLE_CLIENT_SECRET", "DISCORD_CLIENT_SECRET"),
    lines=("Failed to obtain access token", "Error validating client secret", "incorrect_client_credentials"),
    certain=False,
)
GITHUB_EMAIL = _of(
    "social.github-email",
    "GitHub sent no email address.",
    "In a GitHub App, set the 'Email addresses' account permission to read-only, and ask users to authorize the app again. "
    "Or use an OAuth App.",
    consequence="Affected users cannot sign in with GitHub.",
    settings=("GITHUB_CLIENT_ID",),
    lines=(
        *(f"[githubLogin] Authentication blocked - email domain not allowed {empty}" for empty in NO_ADDRESS),
        "Failed to fetch user emails",
        "[githubLogin] Cannot read properties of undefined",
    ),
)
GOOGLE_EMAIL = _of(
    "social.google-email",
    "Google's response does not contain the email address or the picture that LibreChat needs.",
    "The Google account needs a profile picture, and the consent screen for GOOGLE_CLIENT_ID must include the email and profile "
    "scopes. If other users can sign in, the problem is with the user's account.",
    consequence="Affected users cannot sign in with Google.",
    settings=("GOOGLE_CLIENT_ID",),
    docs=thread(1638),
    lines=(
        "[googleLogin] Cannot read properties of",
        *(f"[googleLogin] Authentication blocked - email domain not allowed {empty}" for empty in NO_ADDRESS),
    ),
    certain=False,
)
FACEBOOK = _of(
    "social.facebook",
    "Sign-in with Facebook does not work because LibreChat expects a picture and an email address that it never requests.",
    f"Remove FACEBOOK_CLIENT_ID and use another provider. Then run: {RECREATE}",
    consequence="Everyone who clicks the Facebook button sees an error.",
    settings=("FACEBOOK_CLIENT_ID",),
    lines=("[facebookLogin] Cannot read properties of",),
)
APPLE_KEY = _of(
    "social.apple-key",
    "LibreChat's container cannot read the Apple private key file, or the file is not an Apple key.",
    "Mount the file (volumes: ./AuthKey.p8:/app/AuthKey.p8:ro), make it readable by the container's user, and set "
    "APPLE_PRIVATE_KEY_PATH=/app/AuthKey.p8. Then "
    f"run: {RECREATE}",
    consequence="Sign-in with Apple fails for all users.",
    settings=("APPLE_PRIVATE_KEY_PATH",),
    lines=("Couldn't read your Private Key", "AppleAuth Error", "secretOrPrivateKey must be an asymmetric key"),
    supersedes=("log.files.folder",),
)
APPLE_EMAIL = _of(
    "social.apple-email",
    "Apple sent no email address: it sends one only when the user first consents.",
    "Ask the user to remove the application at appleid.apple.com and sign in again. The Services ID needs the email "
    "scope.",
    consequence="That user cannot sign in with Apple.",
    settings=("APPLE_CLIENT_ID",),
    lines=(
        "[appleLogin] User validation failed: email",
        *(f"[appleLogin] Authentication blocked - email domain not allowed {empty}" for empty in NO_ADDRESS),
    ),
)
DISCORD_EMAIL = _of(
    "social.discord-email",
    "Discord sent no email address.",
    "The Discord account needs a verified email address.",
    consequence="That user cannot sign in with Discord.",
    settings=("DISCORD_CLIENT_ID",),
    lines=(
        "[discordLogin] User validation failed: email",
        *(f"[discordLogin] Authentication blocked - email domain not allowed {empty}" for empty in NO_ADDRESS),
    ),
)
PROFILE = _of(
    "social.profile",
    "The provider issued a token, but LibreChat could not fetch the user's profile.",
    "Check that the container can reach the provider's API, and check which scopes the client may request. For GitHub "
    "Enterprise, also check GITHUB_ENTERPRISE_BASE_URL.",
    consequence="Sign-in through that provider fails.",
    settings=("GITHUB_ENTERPRISE_BASE_URL",),
    lines=("Failed to fetch user profile",),
    certain=False,
)
