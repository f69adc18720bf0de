"""The state of one ``ldap`` check run, passed from stage to stage, and how the run ends early."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

from checks.net.identity import certificate_facts, is_for
from checks.provider.ldap.connection import LdapConnection
from checks.provider.ldap.task import LdapTask
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.basics.redaction import SecretFilter
from wizard.librechat.ldap_account import Entry, LdapAccountVerdict
from wizard.librechat.ldap_url import LdapAddress, parse_ldap_url

_SHOWN = 300


class StopLdap(Exception):
    """The conversation cannot go on; the last finding says why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(findings[-1].id)
        self.findings = findings


@dataclass(slots=True)
class LdapSession:
    """The run. Only the stages change it, one after the other."""

    task: LdapTask
    addresses: list[str] = field(default_factory=list)
    address: str = ""
    """The one that answered."""
    context: ssl.SSLContext | None = None
    """How LibreChat itself would connect; ``None`` for ldap://."""
    is_protected: bool = False
    """Whether the connection keeps passwords from others: verified TLS, or this machine itself."""
    is_local: bool = False
    """Whether the address that answered is this machine itself."""
    judged: bytes = b""
    """The certificate on which ``is_protected`` rests, DER; empty without TLS."""
    why_unprotected: str = ""
    account: LdapAccountVerdict | None = None
    """What LibreChat would make of the test user's entry, once it is found."""
    entry: Entry = field(default_factory=dict)

    @property
    def place(self) -> LdapAddress:
        """Host, port and scheme; only after the static findings made sure of them."""
        return parse_ldap_url(self.task.settings.url)

    @property
    def host_and_port(self) -> str:
        """``host:port`` for messages."""
        place = self.place
        return f"{plain(place.host, limit=100)}:{place.port}"

    def protects(self, connection: LdapConnection) -> bool:
        """Whether this very connection keeps a password from others; each one can lead to another server.

        Where LibreChat verifies, the connection did too, and only the name is left to compare; otherwise nothing but the
        certificate that was verified will do.
        """
        if not self.is_protected or self.is_local:
            return self.is_protected
        shown = connection.certificate
        if shown and shown == self.judged:
            return True
        facts = certificate_facts(shown) if self.task.settings.verifies else None
        return facts is not None and is_for(self.place.host, facts.names)

    def shown(self, text: object, *, limit: int = _SHOWN) -> str:
        """Return foreign text as evidence: inert, short, and without a password that was sent."""
        secrets = [self.task.settings.bind_password]
        if self.task.password is not None:
            secrets.append(self.task.password.reveal())
        return plain(SecretFilter([secret for secret in secrets if secret], shortest=1).clean(str(text)), limit=limit)

    async def connect(self) -> LdapConnection:
        """Open a connection as LibreChat does, to the address that answered."""
        place = self.place
        return await LdapConnection.open(
            self.address,
            place.port,
            seconds=self.task.limits.connect,
            context=self.context,
            server_name=place.host,
        )
