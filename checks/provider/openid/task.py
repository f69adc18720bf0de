"""The task of the check ``openid``, and the results of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from wizard.basics.plain_text import plain
from wizard.basics.redaction import SecretFilter
from wizard.basics.secret import Secret
from wizard.librechat.openid_request import client_secret
from wizard.librechat.releases import RECORDED, Release


@dataclass(frozen=True, kw_only=True)
class OpenIdTask:
    """LibreChat's OpenID settings, and what the check may do with them."""

    settings: Mapping[str, str] = field(repr=False)
    release: Release = RECORDED
    start: str = ""
    """The address where a sign-in starts: the one of ``--url``, else /oauth/openid below DOMAIN_CLIENT."""
    trust_problem: str = ""
    """Why the file named in NODE_EXTRA_CA_CERTS is not used."""
    trust_is_doubtful: bool = False
    """Whether LibreChat uses that file all the same."""
    has_admin_panel: bool = False
    """Whether the compose files have the admin panel, which has a redirect URI of its own."""
    unsent: str = ""
    """Why the client secret is not sent ("a dry run sends nothing"); empty if it is sent."""

    def value(self, name: str) -> str:
        """Return a setting; nothing if it is not set."""
        return self.settings.get(name, "")

    @property
    def secret(self) -> str:
        """The client secret as LibreChat sends it."""
        return client_secret(self.settings)

    def shown(self, text: object, *, limit: int = 200) -> str:
        """Return untrusted text as evidence: plain, short, without the secret."""
        known = [Secret(self.secret)] if self.secret else []
        return plain(SecretFilter(known, shortest=1).clean(str(text)), limit=limit)


class ClientStanding(Enum):
    """Whether the provider accepted the client in the authorization request."""

    ACCEPTED = auto()
    REFUSED = auto()
    """An error page about the client ID or the redirect URI; the token request shows which."""
    POLICY = auto()
    """Client and redirect URI are known, and the provider sends people back with an error."""
    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class AuthorizationSeen:
    """The result of the authorization requests."""

    registration: ClientStanding
    cause: str = ""
    """The finding's name; empty if nothing is wrong."""
    evidence: tuple[str, ...] = ()
    issuer: str = ""
    """The ``iss`` of the answer: who the provider says it is (RFC 9207)."""
    any_redirect: bool = False
    """Whether a redirect URI that nobody registered came back as well."""


class SecretEnd(Enum):
    """Whether the provider accepted the client secret."""

    RIGHT = auto()
    WRONG = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class SecretSeen:
    """The result of the token requests."""

    end: SecretEnd
    cause: str = ""
    evidence: tuple[str, ...] = ()


Metadata = Mapping[str, Any]
