"""The task of the check ``openid``, and the results that its parts pass on."""

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
    """LibreChat's OpenID with these settings."""

    settings: Mapping[str, str] = field(repr=False)
    release: Release = RECORDED
    start: str = ""
    """Where people begin: ``--url``, else /oauth/openid below DOMAIN_CLIENT."""
    trust_problem: str = ""
    """Why the file in NODE_EXTRA_CA_CERTS does not count."""
    trust_is_doubtful: bool = False
    """Whether LibreChat counts it all the same."""
    has_admin_panel: bool = False
    """Whether the compose files have the admin panel, which has a redirect URI of its own."""
    unsent: str = ""
    """Why no secret is sent ("a dry run sends nothing"): nothing then leaves a trace at the provider. Empty: it is."""

    def value(self, name: str) -> str:
        """Return a setting; nothing if it is not set."""
        return self.settings.get(name, "")

    @property
    def secret(self) -> str:
        """The client secret as LibreChat sends it."""
        return client_secret(self.settings)

    def shown(self, text: object, *, limit: int = 200) -> str:
        """Return foreign text as evidence: inert, short, without the secret."""
        known = [Secret(self.secret)] if self.secret else []
        return plain(SecretFilter(known, shortest=1).clean(str(text)), limit=limit)


class ClientStanding(Enum):
    """What the authorization request tells about the client's registration."""

    ACCEPTED = auto()
    REFUSED = auto()
    """An error page: client ID or redirect URI; the token request tells which."""
    POLICY = auto()
    """Client and redirect URI are known, and the provider sends people back with an error."""
    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class AuthorizationSeen:
    """What the authorization requests came to."""

    registration: ClientStanding
    cause: str = ""
    """The finding's name; empty if nothing is wrong."""
    evidence: tuple[str, ...] = ()
    issuer: str = ""
    """The ``iss`` of the answer: who the provider says it is (RFC 9207)."""
    any_redirect: bool = False
    """Whether a redirect URI that nobody registered came back as well."""


class SecretEnd(Enum):
    """What the token requests tell."""

    RIGHT = auto()
    WRONG = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class SecretSeen:
    """What the token requests came to."""

    end: SecretEnd
    cause: str = ""
    evidence: tuple[str, ...] = ()


Metadata = Mapping[str, Any]
