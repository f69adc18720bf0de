"""What the operator wants: values with their source, and the choices that are no variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import NamedTuple

from wizard.basics.secret import Secret
from wizard.librechat.releases import Release


class Source(Enum):
    """Who said so."""

    TYPED = "typed"
    FLAG = "flag"
    FILE = "file"
    EXISTING = "existing"
    GENERATED = "generated"
    DEFAULT = "default"


class Stack(StrEnum):
    """How LibreChat is run."""

    COMPOSE = "compose"
    DEPLOY = "deploy"
    HELM = "helm"


class Access(StrEnum):
    """How people reach LibreChat."""

    LOCALHOST = "localhost"
    HTTPS_PROXY = "https-proxy"
    HTTPS_EXISTING = "https-existing"
    HTTP_LAN = "http-lan"


class Certificate(StrEnum):
    """Where the certificate of the proxy that the wizard writes comes from."""

    ACME = "acme"
    INTERNAL = "internal"
    FILES = "files"


class Given(NamedTuple):
    """A value and its source. ``None`` means: take the line out, so that LibreChat's default applies."""

    value: str | Secret | None
    source: Source


class Proxy(NamedTuple):
    """The part ``proxy:`` of the answers."""

    server: str = ""
    """``caddy`` or ``nginx``; empty: caddy on the compose stack, nginx on the deploy stack. For https-existing the proxy
    whose text is wanted: ``nginx``, ``caddy`` or ``traefik``; empty: all three."""
    certificate: Certificate = Certificate.ACME
    certificate_file: str = ""
    key_file: str = ""
    email: str = ""
    """Contact for the ACME account; optional."""
    hops: int = 1
    """Proxies between the browser and LibreChat (https-existing)."""
    hsts: bool | None = None
    """Whether browsers are to refuse plain HTTP for this host (RFC 6797); ``False``: they are to forget that they were
    once asked to; ``None``: the proxy says nothing about it."""


class Registration(NamedTuple):
    """The part ``registration:``; goes to librechat.yaml. ``None``: not asked for."""

    social_logins: tuple[str, ...] | None = None
    allowed_domains: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imap:
    """The part ``checks.imap``: the mailbox that ``checks.mail_to`` leads to. It is only read, and only over TLS."""

    host: str
    port: int = 993
    user: str
    password: Secret | None = None
    """``None``: it was not given, and the mailbox is not read."""
    folder: str = "INBOX"
    starttls: bool = False
    """Whether the connection begins in clear (port 143); nothing is sent before TLS has begun."""


class CheckInputs(NamedTuple):
    """The part ``checks:``."""

    mail_to: str = ""
    from_container: bool = False
    """Whether a mail is sent from inside LibreChat's container, too."""
    imap: Imap | None = None
    """``None``: nobody looks whether the test mail arrives."""
    login_email: str = ""
    login_password: Secret | None = None
    login_create: bool = False
    """Whether an account is made for the sign-in, and removed again."""
    allow_insecure_login: bool = False
    """Whether passwords may be sent although the connection does not protect them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Mapping[str, Given]):
    """All answers. As a mapping: variable name to :class:`Given`; immutable."""

    settings: Mapping[str, Given] = field(default_factory=lambda: MappingProxyType({}))
    release: Release | None = None
    stack: Stack | None = None
    access: Access | None = None
    proxy: Proxy = Proxy()  # noqa: RUF009 - a frozen value
    registration: Registration = Registration()  # noqa: RUF009 - a frozen value
    checks: CheckInputs = CheckInputs()  # noqa: RUF009 - a frozen value
    generate: frozenset[str] = frozenset()
    """Names whose value shall be generated where there is none."""
    replace: frozenset[str] = frozenset()
    """Names whose existing value may be replaced by a generated one."""
    accept_loss: frozenset[str] = frozenset()
    """Names whose replacement makes stored data unreadable, and the operator said so."""

    def __getitem__(self, name: str) -> Given:
        return self.settings[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.settings)

    def __len__(self) -> int:
        return len(self.settings)

    def give(self, values: Mapping[str, Given]) -> Answers:
        """Return the answers with these values over the present ones."""
        return replace(self, settings=MappingProxyType({**self.settings, **values}))
