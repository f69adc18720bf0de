"""The check ``oauth``: Google, GitHub, Discord, Facebook and Apple before anybody signs in."""

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
_500 = "People see 'An unknown error occurred.' after the provider's page."
_PAGE = "The provider shows an error page and never sends people back."
_of = partial(
    FindingEntry, check="oauth", docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC"
)


def _common(provider: str, title: str) -> Iterator[tuple[str, FindingEntry]]:
    """Give what is said of every provider, by cause."""
    name = provider.upper()
    of = partial(_of, docs="")
    client, secret, callback = f"{name}_CLIENT_ID", f"{name}_CLIENT_SECRET", f"{name}_CALLBACK_URL"
    credentials = ("APPLE_PRIVATE_KEY_PATH", "APPLE_KEY_ID", "APPLE_TEAM_ID") if provider == "apple" else (secret,)
    refused = (f"oauth.{provider}.redirect-refused", f"oauth.{provider}.refused")
    yield "undecided", of(f"{provider}.undecided", f"{title}: no fault found; a real sign-in decides the rest.")
    yield "announced", of(f"{provider}.announced", f"{title} gets token requests named librechat-wizard-probe.")
    yield "accepted", of(f"{provider}.accepted", f"{title} accepts client ID and redirect URI.")
    yield "secret-accepted", of(f"{provider}.secret-accepted", f"{title} accepts the client secret.")
    yield (
        "settings.switched-off",
        of(
            f"{provider}.switched-off",
            f"ALLOW_SOCIAL_LOGIN is not true, so LibreChat does not register {title}.",
            "ALLOW_SOCIAL_LOGIN=true, without quotation marks around the value.",
            consequence=f"Nobody can sign in with {title}.",
            settings=("ALLOW_SOCIAL_LOGIN",),
        ),
    )
    yield (
        "settings.missing",
        of(
            f"{provider}.missing",
            f"A setting is missing without which LibreChat does not register {title}.",
            "Set what is missing, then restart LibreChat.",
            consequence=f"Nobody can sign in with {title}.",
            supersedes=(f"rules.social.half.{provider}",),
        ),
    )
    yield (
        "redirect",
        of(
            f"{provider}.redirect",
            f"LibreChat's redirect URI for {title} is not an address that LibreChat serves.",
            f"{callback}=/oauth/{provider}/callback and DOMAIN_SERVER without a slash at its end.",
            consequence=_PAGE,
            settings=("DOMAIN_SERVER", callback),
            supersedes=(f"rules.social.callback.{provider}", *refused),
        ),
    )
    yield (
        "redirect.refused",
        of(
            f"{provider}.redirect-refused",
            f"{title} refuses LibreChat's redirect URI.",
            f"Register exactly this redirect URI at {title}.",
            consequence=_PAGE,
            settings=("DOMAIN_SERVER", callback),
        ),
    )
    yield (
        "client",
        of(
            f"{provider}.client",
            f"{title} does not know {client}.",
            f"Copy the client ID from {title}'s console.",
            consequence=_PAGE,
            settings=(client,),
        ),
    )
    yield (
        "refused",
        of(
            f"{provider}.refused",
            f"{title} refused the authorization request: client ID or redirect URI.",
            f"Compare client ID and redirect URI with {title}'s console.",
            consequence=_PAGE,
            settings=(client, "DOMAIN_SERVER", callback),
        ),
    )
    yield (
        "unchecked",
        of(
            f"{provider}.unchecked",
            f"{title} does not say before somebody signs in whether the redirect URI is registered.",
            "Sign in once to find out.",
            settings=(callback,),
        ),
    )
    yield (
        "unreachable",
        of(
            f"{provider}.unreachable",
            f"{title} could not be reached from this machine.",
            "Run the check where the internet can be reached.",
            transient=True,
        ),
    )
    yield (
        "secret",
        of(
            f"{provider}.secret",
            f"{title} refused the client secret.",
            f"Make a new client secret at {title} and copy it without blanks.",
            consequence=_500,
            settings=credentials,
        ),
    )
    yield (
        "secret.unchecked",
        of(
            f"{provider}.secret-unchecked",
            f"{title} answers a right and a wrong secret alike, so the secret could not be checked.",
            "Sign in once to find out.",
            settings=credentials,
        ),
    )
    yield (
        "secret.space",
        of(
            f"{provider}.secret-space",
            f"The client secret of {title} begins or ends with a blank, which LibreChat sends along.",
            f"Remove the blank from {secret}.",
            consequence=_500,
            settings=(secret,),
        ),
    )
    yield (
        "token",
        of(
            f"{provider}.token",
            f"{title}'s token end point does not answer as OAuth requires.",
            "Try again later; check the base URL if the server is your own.",
            consequence=_500,
            transient=True,
        ),
    )
    yield (
        "token.busy",
        of(
            f"{provider}.token-busy",
            f"{title}'s token end point turned the request away, so the secret could not be checked.",
            "Try again later: doctor --only oauth",
            transient=True,
        ),
    )


COMMON: Final = MappingProxyType(
    {(provider, cause): entry for provider, title in TITLES.items() for cause, entry in _common(provider, title)}
)
"""What is said of every provider, by its name and the cause."""
FACEBOOK_BROKEN = _of(
    "facebook.broken",
    "Sign-in with Facebook ends with an error for every account, whatever is configured.",
    "Remove facebook from registration.socialLogins in librechat.yaml.",
    consequence="LibreChat reads a photo that it never asked Facebook for, and answers 500.",
    settings=("FACEBOOK_CLIENT_ID",),
)
GITHUB_BASE = _of(
    "github.base",
    "GITHUB_ENTERPRISE_BASE_URL is no https address.",
    "GITHUB_ENTERPRISE_BASE_URL=https://github.example.com",
    consequence="The client secret would travel in clear, or nobody can sign in.",
    settings=("GITHUB_ENTERPRISE_BASE_URL",),
)
APPLE_KEY = _of("apple.key", "Apple's private key can sign the client secret.")
APPLE_UNSEEN = _of(
    "apple.key-unseen",
    "Apple's private key could not be read from here, so neither key nor client secret was checked.",
    "Mount the .p8 file into the api service; run the check as a user who may read it.",
    consequence="Without the file, people see 'An unknown error occurred.' after Apple's page.",
    settings=("APPLE_PRIVATE_KEY_PATH",),
)
APPLE_IDS = _of(
    "apple.ids",
    "Apple's team ID or key ID is missing or does not have ten characters.",
    "Copy both from developer.apple.com: the team ID from Membership, the key ID from Keys.",
    consequence=_500,
    settings=("APPLE_TEAM_ID", "APPLE_KEY_ID"),
)
APPLE_FAULTS: Final = MappingProxyType(
    {
        "apple.key-file": _of(
            "apple.key-file",
            "The file in APPLE_PRIVATE_KEY_PATH is missing.",
            "Mount the .p8 file into the api service under the path in APPLE_PRIVATE_KEY_PATH.",
            consequence=_500,
            settings=("APPLE_PRIVATE_KEY_PATH",),
        ),
        "apple.key-form": _of(
            "apple.key-form",
            "The file in APPLE_PRIVATE_KEY_PATH is not a private key in PEM form with its line breaks.",
            "Use the .p8 file as Apple gave it to you, unchanged.",
            consequence=_500,
            settings=("APPLE_PRIVATE_KEY_PATH",),
        ),
        "apple.key-kind": _of(
            "apple.key-kind",
            "The file in APPLE_PRIVATE_KEY_PATH is not an EC key on P-256.",
            "Make a key for 'Sign in with Apple' at developer.apple.com and use its .p8 file.",
            consequence=_500,
            settings=("APPLE_PRIVATE_KEY_PATH",),
        ),
    }
)
"""What is wrong with Apple's key, by the cause of :mod:`wizard.librechat.social_verdict`."""
