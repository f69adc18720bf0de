"""How LibreChat would send a mail with these settings: the same decisions in the same order, without a network.

After api/server/utils/sendEmail.js (v0.8.8-rc1) and the nodemailer that the release locks (package-lock.json).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from wizard.basics.secret import Secret
from wizard.librechat.hosts import is_address
from wizard.librechat.mail_address import envelope_address
from wizard.librechat.mail_configured import has_mailgun, has_smtp
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled, js_number

_SERVICES: Final = Path(__file__).with_name("mail_services.json")
_LARGEST_PORT: Final = 0xFFFF
_TLS_PORT: Final = 465
_STARTTLS_PORT: Final = 587
_LENIENT: Final = (10,)
"""The first nodemailer that was recorded with what 9.0.1 does not do (9.1.1 sends such an EMAIL_FROM, too; no LibreChat has it)."""
_NODEMAILER: Final = (
    (Release(0, 8, 8, 4), "10.6.0"),
    (Release(0, 8, 7), "9.0.1"),
    (Release(0, 8, 5, 1), "8.0.5"),
    (Release(0, 8, 1), "7.0.11"),
    (Release(0, 0, 0, 0), "6.9.15"),
)
"""Since which LibreChat release which nodemailer is locked (package-lock.json of the tags v0.5.0 to v0.8.7).

v0.8.8-rc4 asks for ^10.0.2 (api/package.json); 10.6.0, which was recorded, stands for that series. Of 2452 recorded mails it treats one
differently than 9.0.1, so that the mail goes out with the one and not with the other: an EMAIL_FROM that is not an address
(tests/records/mail-verdicts.jsonl). It also passes over blank lines in a server's answers.
"""


class StartTls(Enum):
    """How nodemailer uses STARTTLS on a connection that starts without TLS."""

    OFFERED = "offered"
    """Uses it where the server offers it, and continues in clear if it does not."""
    REQUIRED = "required"
    """Some well-known services only (``requireTLS``); ``EMAIL_ENCRYPTION=starttls`` does not lead here."""
    NEVER = "never"
    """``ignoreTLS``: Maildev only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What LibreChat signs in with; only there where both are set (sendEmail.js:129-139, v0.8.8-rc1)."""

    user: str
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """nodemailer's SMTP transport."""

    host: str
    port: int | None
    """``None`` if Node refuses the number that ``EMAIL_PORT`` gives: no connection is tried."""
    secure: bool
    """TLS from the first byte."""
    starttls: StartTls = StartTls.OFFERED
    certificate_name: str
    """The name or address that the certificate must have."""
    server_name: str = ""
    """The name that is sent before the certificate is chosen (SNI); empty: none."""
    verifies: bool = True
    """False with EMAIL_ALLOW_SELFSIGNED: no certificate is looked at, not even its dates and names."""
    credentials: Credentials | None = None
    auth_method: str = ""
    """A mechanism that the service prescribes (``LOGIN``); empty: the first that the server offers."""
    service: str = ""
    """EMAIL_SERVICE, unchanged; empty: host and port count."""
    service_known: bool = False
    """Whether nodemailer knows the service; where not, LibreChat tries its own machine on port 587 or 465."""
    nodemailer: str
    """The release of nodemailer that decides."""

    @property
    def tries_every_address(self) -> bool:
        """Whether a second address is tried where the first does not answer; before 8.0.5 one is drawn by lot."""
        return _version(self.nodemailer) >= (8, 0, 5)

    @property
    def skips_blank_lines(self) -> bool:
        """Whether a blank line before an answer is passed over (``_processResponse``, 10.6.0); before, it ends the conversation."""
        return _version(self.nodemailer) >= _LENIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailgun:
    """The Mailgun API; it wins over everything else (sendEmail.js:106)."""

    host: str
    """A URL without a path, as it is put in front of the rest: no slash is added or taken away."""
    domain: str
    key: Secret

    @property
    def url(self) -> str:
        """Where the message is posted to (sendEmail.js:26-46)."""
        return f"{self.host}/v3/{self.domain}/messages"


Transport = Smtp | Mailgun


class Sender(NamedTuple):
    """Who the mails come from."""

    header: str
    """The From header before nodemailer encodes it (sendEmail.js:101-103)."""
    envelope: str
    """What follows MAIL FROM, without the angle brackets; empty if EMAIL_FROM has no address."""


def nodemailer_of(release: Release) -> str:
    """Return the nodemailer whose behavior stands for what a LibreChat release ships."""
    return next(version for since, version in _NODEMAILER if release >= since)


def transport(settings: Mapping[str, str], release: Release) -> Transport | None:
    """Return the transport; ``None`` if neither Mailgun nor a service nor a host is named.

    Mailgun wins over EMAIL_SERVICE, which wins over EMAIL_HOST. Whether LibreChat sends mail at all is another question:
    :func:`wizard.librechat.mail_configured.is_configured`.
    """
    if has_mailgun(settings, release):
        host = settings.get("MAILGUN_HOST") or "https://api.mailgun.net"
        return Mailgun(host=host, domain=settings["MAILGUN_DOMAIN"], key=Secret(settings["MAILGUN_API_KEY"]))
    if not has_smtp(settings):
        return None
    return _smtp(settings, release)


def sender(settings: Mapping[str, str], release: Release) -> Sender:
    """Return the sender. An unset name is written out as JavaScript does: ``undefined``."""
    name = settings.get("EMAIL_FROM_NAME") or settings.get("APP_TITLE", "undefined")
    address = settings.get("EMAIL_FROM", "undefined")
    bare = _version(nodemailer_of(release)) >= _LENIENT
    envelope = envelope_address(settings.get("EMAIL_FROM", ""), takes_names=bare)
    return Sender(header=f'"{name}" <{address}>', envelope=envelope)


def _smtp(settings: Mapping[str, str], release: Release) -> Smtp:
    version = nodemailer_of(release)
    service = settings.get("EMAIL_SERVICE", "")
    known = well_known(service, version) if service else None
    options: dict[str, Any] = {"secure": settings.get("EMAIL_ENCRYPTION") == "tls"}
    if not service:
        options |= {"host": settings.get("EMAIL_HOST", ""), "port": settings.get("EMAIL_PORT", "25")}
    options |= known or {}
    secure = bool(options["secure"])
    host = str(options.get("host") or "localhost")
    own_name = settings.get("EMAIL_ENCRYPTION_HOSTNAME", "")
    user, password = settings.get("EMAIL_USERNAME", ""), settings.get("EMAIL_PASSWORD", "")
    starttls = StartTls.REQUIRED if options.get("requireTLS") else StartTls.OFFERED
    return Smtp(
        host=host,
        port=_port(str(options.get("port", "")), secure=secure),
        secure=secure,
        starttls=StartTls.NEVER if options.get("ignoreTLS") else starttls,
        certificate_name=own_name or host,
        server_name=own_name or ("" if is_address(host) else host),
        verifies=not is_enabled(settings.get("EMAIL_ALLOW_SELFSIGNED")),
        credentials=Credentials(user=user, password=Secret(password)) if user and password else None,
        auth_method=str(options.get("authMethod", "")).upper(),
        service=service,
        service_known=known is not None,
        nodemailer=version,
    )


def _port(text: str, *, secure: bool) -> int | None:
    """Return ``Number(port) || default`` (smtp-connection/index.js, constructor) where Node takes it for a port."""
    number = js_number(text)
    if number != number or number == 0:  # noqa: PLR0124 - nan
        return _TLS_PORT if secure else _STARTTLS_PORT
    return int(number) if number.is_integer() and 0 <= number <= _LARGEST_PORT else None


def well_known(service: str, nodemailer: str) -> Mapping[str, Any] | None:
    """Return what nodemailer knows of a service (host, port, secure, authMethod, ignoreTLS, requireTLS), or ``None``.

    The service is a name, one of its other names, its mail domain or an address there (lib/well-known/index.js).
    """
    return _table(nodemailer).get(_plain_name(service.rpartition("@")[2]))


def known_services(nodemailer: str) -> Mapping[str, Mapping[str, Any]]:
    """Return every service by the name that nodemailer lists it under, with ``names`` that lead to it."""
    import json

    tables = json.loads(_SERVICES.read_text(encoding="utf-8"))
    wanted = _version(nodemailer)
    services: dict[str, Mapping[str, Any] | None] = {}
    for version in sorted(tables, key=_version):
        if _version(version) <= wanted:
            services |= tables[version]
    return {name: about for name, about in services.items() if about is not None}


def near_service(service: str) -> str | None:
    """Return the service that an unknown name is most likely a misspelling of; ``None`` if no release or every guess knows it.

    The newest recorded nodemailer and all before it count: a name that one of them knows is not a misspelling.
    """
    from wizard.basics.nearest import nearest_of

    name = _plain_name(service.rpartition("@")[2])
    if not name or any(well_known(service, version) for _, version in _NODEMAILER):
        return None
    names: dict[str, str] = {}
    for listed, about in known_services(_NODEMAILER[0][1]).items():
        names |= {_plain_name(other): other for other in (listed, *about.get("names", ()))}
    near = nearest_of(name, names, at_least=0.75)
    return names[near] if near is not None else None


@cache
def _table(nodemailer: str) -> Mapping[str, Mapping[str, Any]]:
    table: dict[str, Mapping[str, Any]] = {}
    for name, about in known_services(nodemailer).items():
        options = {key: value for key, value in about.items() if key != "names"}
        table |= {_plain_name(other): options for other in (name, *about.get("names", ()))}
    return table


def _plain_name(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9.-]", "", name).lower()


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
