"""The servers of a recorded row, for the check to ask over the network: certificates, ports and all."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from checks.net.node_trust import NamedAuthorities
from checks.provider.ldap.probe import probe
from checks.provider.ldap.static import static_findings
from checks.provider.ldap.task import LdapLimits, LdapTask
from tests.patience import hurried
from tests.servers.certificates import Certificates
from tests.servers.ldap import Directory
from tests.servers.lines import Reader, Writer
from tests.servers.smtp import listening
from tests.wizard.librechat.providers.ldap_rows import LdapRow, speaks_tls
from tests.wizard.librechat.providers.ldap_servers import ActiveDirectory, Scripted, Slapd, samba, shown
from wizard.basics.finding import Finding
from wizard.librechat.ldap_filter import LdapFilter
from wizard.librechat.ldap_settings import ldap_settings
from wizard.librechat.ldap_verdict import OK, LdapReply, NoLdapResult
from wizard.librechat.releases import RECORDED


def quick() -> LdapLimits:
    """Loopback answers at once: the same check with less patience."""
    short = hurried(0.6)
    return LdapLimits(dns=3, connect=short, answer=short, diagnostics=short)


_SHAPES = {
    "wrongname": "wronghost",
    "otherissuer": "untrusted",
    "iponly": "address_alone",
    "chain": "intermediate",
    "nochain": "intermediate_missing",
}


class Answering:
    """A simulated directory in the form that the server asks it in."""

    def __init__(self, behind: Slapd | ActiveDirectory | Scripted) -> None:
        self.script = behind if isinstance(behind, Scripted) else Scripted(Slapd([]))
        self.inner = behind.behind if isinstance(behind, Scripted) else behind

    def bind(self, name: str, password: str, *, secure: bool) -> LdapReply:
        if self.script.service_bind is not OK:
            return self.script.service_bind
        return self.inner.bind(name, password, secure=secure)

    def search(
        self, base: str, scope: int, asked: LdapFilter, attributes: tuple[str, ...]
    ) -> tuple[LdapReply, list[tuple[str, dict[str, list[bytes]]]]]:
        if self.script.search_reply is not OK:
            return self.script.search_reply, []
        hits = self.inner.find(base, asked, whole=scope != 0)
        return hits.reply, [(entry.name, shown(entry, attributes, hits.hidden)) for entry in hits.entries]


async def _at_once(_: Reader, writer: Writer) -> None:
    writer.close()


async def _never(_: Reader, __: Writer) -> None:
    import asyncio

    await asyncio.sleep(60)


@contextlib.asynccontextmanager
async def serving(row: LdapRow, certificates: Certificates) -> AsyncIterator[tuple[LdapTask, list[Directory]]]:
    """Run the row's servers, and give the task of the check and the directories that are asked."""
    directories: list[Directory] = []
    url = row.settings.url
    if "127.0.0.9" in url:
        own = "" if re.search(r":\d+$", url) else ":636" if url.startswith("ldaps") else ":389"
        url = url.replace("127.0.0.9", "127.0.0.1") + own
    async with contextlib.AsyncExitStack() as stack:
        for port, (token, behind) in _servers(row).items():
            scripted = behind if isinstance(behind, Scripted) else None
            secure = speaks_tls(token)
            directory = Directory(Answering(behind), secure=secure)
            directories.append(directory)
            handler: Any = directory
            if scripted is not None and scripted.connection is not OK:
                handler = _never if scripted.connection is NoLdapResult.SILENT else _at_once
            name = getattr(behind, "certificate", "valid")
            context = certificates.context(_SHAPES.get(name, name)) if secure and scripted is None else None
            real = await stack.enter_async_context(listening(handler, context=context))
            url = re.sub(rf"{port}(?=\D|$)", str(real), url)
        variables = {**row.variables, "LDAP_URL": url}
        yield _task(row, variables, certificates), directories


def _servers(row: LdapRow) -> dict[int, tuple[str, Any]]:
    if "127.0.0.9" not in row.settings.url:
        return row.servers
    # The real domain controller of the recording, on ports of this test's own.
    port, secure = (636, True) if row.settings.url.startswith("ldaps") else (389, False)
    port = 3269 if ":3269" in row.settings.url else port
    return {port: ("samba.tls" if secure else "samba.plain", samba())}


def _task(row: LdapRow, variables: dict[str, str], certificates: Certificates) -> LdapTask:
    settings = ldap_settings(variables, RECORDED)
    user = row.row["credentials"][-1][0]
    return LdapTask(
        variables=variables,
        settings=settings,
        authorities=authorities(settings.ca_path, certificates) if settings.ca_path else None,
        user=user if isinstance(user, str) else "",
        allowed_domains=tuple(row.domains),
        limits=quick(),
    )


def authorities(path: str, certificates: Certificates) -> NamedAuthorities:
    """Return what the check reads of a file of the recording."""
    name = path.removeprefix("{certs}/")
    authority = certificates.ca.read_text()
    texts = {
        "ca.pem": authority,
        "ca-crlf.pem": authority,
        "adca.pem": authority,
        "bundle.pem": _certificate(certificates, "selfsigned") + authority,
        "selfsigned.pem": _certificate(certificates, "selfsigned"),
        "valid.pem": _certificate(certificates, "valid"),
    }
    readable = path.startswith("{certs}/") or path == "package.json"
    return NamedAuthorities(texts.get(name, ""), is_readable=readable)


def _certificate(certificates: Certificates, name: str) -> str:
    text = certificates.file(name).read_text()
    return (
        text[text.index("-----BEGIN CERTIFICATE") :].split("-----END CERTIFICATE-----\n")[0]
        + "-----END CERTIFICATE-----\n"
    )


async def findings_of(task: LdapTask) -> list[Finding]:
    """Run the check on a task, as the runner does: what the settings tell, then what the directory does."""
    found = list(static_findings(task))
    return found + [finding async for finding in probe(task)]


def with_memory(task: LdapTask, folder: Any) -> LdapTask:
    """Return the task with a folder to remember rejections in."""
    return replace(task, folder=folder)
