"""Findings of the check ``oauth``: Google, GitHub, Discord, Facebook and Apple before anybody signs in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from wizard.findings.model import FindingEntry

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {"google": "Google", "github": "GitHub", "discord": "Discord", "facebook": "Facebook", "apple": "Apple"}
)
"""The providers by their names in librechat.yaml."""
_500 = "Users see 'An unknown error occurred.' after the provider's sign-in page."
_PAGE = "The provider shows an error page and never sends users back."
_of = partial(
    FindingEntry, check="oauth", docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC"
)


_credentials: Final = ("{credentials}",)
"""The settings that a refused secret is about; Apple's is signed with a key."""
_of_each: Final = MappingProxyType(
    {
        "undecided": _of("undecided", "{title}: no problems found. Only a real sign-in can verify the rest."),
        "announced": _of("announced", "This check sends token requests with code=librechat-wizard-probe to {title}."),
        "accepted": _of("accepted", "{title} accepts the client ID and the redirect URI."),
        "secret-accepted": _of("secret-accepted", "{title} accepts the client secret."),
        "settings.switched-off": _of(
            "switched-off",
            "ALLOW_SOCIAL_LOGIN is not true, so sign-in with {title} is off.",
            "Set ALLOW_SOCIAL_LOGIN=true, without quotation marks around the value.",
            consequence="Nobody can sign in with {title}.",
            settings=("ALLOW_SOCIAL_LOGIN",),
        ),
        "settings.missing": _of(
            "missing",
            "Sign-in with {title} is off, because a required setting is missing.",
            "Set the missing setting, then restart LibreChat.",
            consequence="Nobody can sign in with {title}.",
            supersedes=("rules.social.half.{provider}",),
        ),
        "redirect": _of(
            "redirect",
            "LibreChat does not serve the redirect URI that it sends to {title}.",
            "Set {callback}=/oauth/{provider}/callback, and remove any slash at the end of DOMAIN_SERVER.",
            consequence=_PAGE,
            settings=("DOMAIN_SERVER", "{callback}"),
            supersedes=(
                "rules.social.callback.{provider}",
                "oauth.{provider}.redirect-refused",
                "oauth.{provider}.refused",
            ),
        ),
        "redirect.refused": _of(
            "redirect-refused",
            "{title} rejects LibreChat's redirect URI.",
            "Register exactly this redirect URI with {title}.",
            consequence=_PAGE,
            settings=("DOMAIN_SERVER", "{callback}"),
        ),
        "client": _of(
            "client",
            "{title} does not recognize the client ID in {client}.",
            "Copy the client ID from {title}'s console.",
            consequence=_PAGE,
            settings=("{client}",),
        ),
        "refused": _of(
            "refused",
            "{title} rejected the authorization request because of the client ID or the redirect URI.",
            "Compare the client ID and redirect URI with those in {title}'s console.",
            consequence=_PAGE,
            settings=("{client}", "DOMAIN_SERVER", "{callback}"),
        ),
        "unchecked": _of(
            "unchecked",
            "{title} does not reveal whether the redirect URI is registered until someone signs in.",
            "Sign in once to find out.",
            settings=("{callback}",),
        ),
        "unreachable": _of(
            "unreachable",
            "{title} could not be reached from this machine.",
            "Run the check on a machine with internet access.",
            transient=True,
        ),
        "secret": _of(
            "secret",
            "{title} rejected the client secret.",
            "Create a new client secret in {title}'s console and copy it without spaces.",
            consequence=_500,
            settings=_credentials,
        ),
        "secret.unchecked": _of(
            "secret-unchecked",
            "{title} gives the same response to correct and incorrect secrets, so the secret could not be checked.",
            "Sign in once to find out.",
            settings=_credentials,
        ),
        "secret.space": _of(
            "secret-space",
            "{title}'s client secret begins or ends with a space, which LibreChat sends as part of the secret.",
            "Remove the space from {secret}.",
            consequence=_500,
            settings=("{secret}",),
        ),
        "token": _of(
            "token",
            "{title}'s token endpoint does not respond as OAuth requires.",
            "Try again later. If you run the provider's server yourself, check its base URL.",
            consequence=_500,
            transient=True,
        ),
        "token.busy": _of(
            "token-busy",
            "{title}'s token endpoint refused the request, so the secret could not be checked.",
            "Try again later: doctor --only oauth",
            transient=True,
        ),
    }
)
"""What is said about every provider, by cause. What is in braces is filled in by :func:`_of_provider`."""


def _of_provider(provider: str, title: str) -> Iterator[tuple[str, FindingEntry]]:
    """Yield each entry with the provider's own names in it, by cause."""
    name = provider.upper()
    names = {
        "provider": provider,
        "title": title,
        "client": f"{name}_CLIENT_ID",
        "secret": f"{name}_CLIENT_SECRET",
        "callback": f"{name}_CALLBACK_URL",
    }

    apple = ("APPLE_PRIVATE_KEY_PATH", "APPLE_KEY_ID", "APPLE_TEAM_ID")
    credentials = apple if provider == "apple" else (names["secret"],)

    def filled(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text.format_map(names) for text in texts)

    for cause, entry in _of_each.items():
        settings = credentials if entry.settings == _credentials else filled(entry.settings)
        yield (
            cause,
            entry._replace(
                name=f"{provider}.{entry.name}",
                meaning=entry.meaning.format_map(names),
                fix=entry.fix.format_map(names),
                consequence=entry.consequence.format_map(names),
                settings=settings,
                supersedes=filled(entry.supersedes),
                docs="",
            ),
        )


COMMON: Final = MappingProxyType(
    {(provider, cause): entry for provider, title in TITLES.items() for cause, entry in _of_provider(provider, title)}
)
"""What is said about every provider, by its name and the cause."""
FACEBOOK_BROKEN = _of(
    "facebook.broken",
    "Sign-in with Facebook fails with an error for every account, regardless of the settings.",
    "Remove facebook from registration.socialLogins in librechat.yaml.",
    consequence="LibreChat expects a photo that it never requests from Facebook, and returns status 500.",
    settings=("FACEBOOK_CLIENT_ID",),
)
GITHUB_BASE = _of(
    "github.base",
    "GITHUB_ENTERPRISE_BASE_URL is not an https URL.",
    "Set GITHUB_ENTERPRISE_BASE_URL=https://github.example.com",
    consequence="Either the client secret is sent in plain text, or nobody can sign in.",
    settings=("GITHUB_ENTERPRISE_BASE_URL",),
)
APPLE_KEY = _of("apple.key", "The Apple private key can sign the client secret.")
APPLE_UNSEEN = _of(
    "apple.key-unseen",
    "The wizard could not read the Apple private key, so it checked neither the key nor the client secret.",
    "Mount the .p8 file into the api service, and run the check as a user that can read the file.",
    consequence="Without the key file, users see 'An unknown error occurred.' after Apple's sign-in page.",
    settings=("APPLE_PRIVATE_KEY_PATH",),
)
APPLE_IDS = _of(
    "apple.ids",
    "The Apple team ID or key ID is missing, or is not ten characters long.",
    "Copy both from developer.apple.com: the team ID from Membership, and the key ID from Keys.",
    consequence=_500,
    settings=("APPLE_TEAM_ID", "APPLE_KEY_ID"),
)
APPLE_FAULTS: Final = MappingProxyType(
    {
        "apple.key-file": _of(
            "apple.key-file",
            "The file named in APPLE_PRIVATE_KEY_PATH is missing.",
            "Mount the .p8 file into the api service at the path in APPLE_PRIVATE_KEY_PATH.",
            consequence=_500,
            settings=("APPLE_PRIVATE_KEY_PATH",),
        ),
        "apple.key-form": _of(
            "apple.key-form",
            "The file named in APPLE_PRIVATE_KEY_PATH is not a PEM private key, or its line breaks are missing.",
            "Use the .p8 file from Apple unchanged.",
            consequence=_500,
            settings=("APPLE_PRIVATE_KEY_PATH",),
        ),
        "apple.key-kind": _of(
            "apple.key-kind",
            "The file named in APPLE_PRIVATE_KEY_PATH is not an EC key on the P-256 curve.",
            "Create a key for 'Sign in with Apple' at developer.apple.com and use its .p8 file.",
            consequence=_500,
            settings=("APPLE_PRIVATE_KEY_PATH",),
        ),
    }
)
"""What is wrong with Apple's key, by the cause of :mod:`wizard.librechat.social_verdict`."""
