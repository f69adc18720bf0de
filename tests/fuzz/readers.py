"""Every reader of foreign text that is fuzzed: bytes in, and nothing out but an answer or an error of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import httpcore2

from checks.browser import set_cookie
from checks.mail.delivery import headers, received
from checks.mail.delivery.imap import Mailbox, MailboxError
from checks.mail.sender import dkim, dmarc, spf_record
from checks.mail.sender.tag_list import TagListError, tags
from checks.mail.smtp.connection import SmtpConnection, SmtpReply
from checks.mail.smtp.offer import after_ehlo
from checks.net.dns import Lookup
from checks.net.errors import DnsError, HttpError, SmtpError
from checks.net.http import Web
from tests.servers.dns import answering, resolver_at
from wizard.answers import file
from wizard.answers.model import Imap
from wizard.basics.json_words import marked_object, objects
from wizard.basics.problem import WizardError
from wizard.basics.secret import Secret
from wizard.composefile.model import interpolated_names, merged_model
from wizard.deployment import adoption, docker_view
from wizard.deployment.librechat_yaml import read_config
from wizard.dotenv import npm, npm_entries
from wizard.dotenv.document import Document
from wizard.interview.draft_file import DraftFile
from wizard.store.account_record import ProbeRecords
from wizard.store.folder_store import FolderStore
from wizard.yamlfile import nodes
from wizard.yamlfile.parsed import ParsedYaml


def _dotenv(data: bytes) -> None:
    document = Document.parse(data)
    document.values()
    document.compose_values()
    npm_entries.entries(npm.normalised(data.decode("utf-8", "replace")))


def _yaml(data: bytes) -> None:
    for read in (lambda: nodes.compose(data, "it"), lambda: ParsedYaml.parse(data, "it"), lambda: read_config(data)):
        with contextlib.suppress(WizardError):
            read()


def _compose(data: bytes) -> None:
    base, _, override = data.partition(b"\n---8<---\n")
    merged_model(base, override or None, base_name="base", override_name="override")
    interpolated_names(base)


def _records(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        room = folder / ".librechat-wizard"
        backup = room / "backups/2026-01-02T03-04-05Z"
        backup.mkdir(parents=True, mode=0o700)
        room.chmod(0o700)
        for path in (*(room / one for one in ("apply.json", "transaction.json", "probe.json", "draft.json")), backup / "manifest.json"):  # fmt: skip
            path.write_bytes(data)
        store = FolderStore(folder)
        ProbeRecords(folder).left()
        DraftFile(folder).read()
        store.pending()
        store.interrupted()
        store.backups()


def _set_cookie(data: bytes) -> None:
    set_cookie.parse(data.decode("latin-1"))
    set_cookie.parse_date(data.decode("latin-1"))


def _mail(data: bytes) -> None:
    received.read(data, "reference")
    with contextlib.suppress(TagListError):
        tags(data.decode("latin-1"))


def _smtp(data: bytes) -> None:
    """What a mail server says, to its end."""
    asyncio.run(_talked_to(data))


@contextlib.asynccontextmanager
async def _saying(data: bytes) -> AsyncIterator[int]:
    """Serve on loopback: each who connects is told this, whatever it says, until it leaves; give the port."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Cancelled when the client is done with it: that is no fault of a stream.
        with contextlib.suppress(OSError, asyncio.CancelledError):
            writer.write(data)
            await writer.drain()
            writer.write_eof()
            # To its end: closing a socket with something unread in it takes back what was said.
            while await reader.read(1 << 16):
                pass
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _talked_to(data: bytes) -> None:
    async with _saying(data) as port:
        connection = await SmtpConnection.open("127.0.0.1", port, seconds=600)
        with contextlib.suppress(SmtpError):
            reply: SmtpReply = await connection.greeting(600)
            while True:
                after_ehlo(reply.text)
                str(reply)
                reply = await connection.greeting(600)
        connection.close()


def _imap(data: bytes) -> None:
    """What a mailbox's server says, in clear: TLS is not what is tried."""
    asyncio.run(_mailbox(data))


async def _mailbox(data: bytes) -> None:
    async with _saying(data) as port:
        imap = Imap(host="127.0.0.1", port=port, starttls=False, user="a", password=Secret("b"), folder="INBOX")
        with contextlib.suppress(MailboxError):
            async with Mailbox(imap, None, 600) as mailbox:  # type: ignore[arg-type] # TLS is begun with it
                async for message in mailbox.arrived():
                    received.read(message, "reference")


def _http(data: bytes) -> None:
    """What a web server answers, and what is read in it."""
    asyncio.run(_asked(data))


async def _asked(data: bytes) -> None:
    async with Web(None, seconds=600) as web:
        web._pool._network_backend = httpcore2.AsyncMockBackend([data])
        for method in ("GET", "POST"):
            with contextlib.suppress(HttpError):
                answer = await web.ask(method, "http://web.test/", body=b"{}" if method == "POST" else None)
                _ = answer.object, answer.text, answer.is_page
                for cookie in answer.all("Set-Cookie"):
                    set_cookie.parse(cookie)


def _docker(data: bytes) -> None:
    """What Docker, Compose and scripts in containers print."""
    text = data.decode("utf-8", "replace")
    objects(text)
    marked_object(text, "mark")


def _dns(data: bytes) -> None:
    """What a name server answers; the number of the question is put in, so that it is looked at."""
    asyncio.run(_resolved(data))


async def _resolved(data: bytes) -> None:
    async with answering(lambda question: question.id.to_bytes(2, "big") + data[2:]) as port:
        for kind in ("TXT", "MX"):
            with contextlib.suppress(DnsError):
                await Lookup(resolver=resolver_at(port), seconds=0.05, total=1).ask("a.test", kind)


def _sender(data: bytes) -> None:
    """Records of a mail domain, and the headers of a message that a person pasted."""
    with contextlib.suppress(spf_record.SpfSyntaxError):
        spf_record.parse(data)
    dkim.parse_key(data)
    dkim.signatures(data)
    dmarc.parse_policy(data)
    headers.verdict(data.decode("utf-8", "replace"))


def _adoption(data: bytes) -> None:
    docker_view.first_file(data, 64 * 1024)
    adoption.parse(data.decode("utf-8", "replace"))


def _answers(data: bytes) -> None:
    file.parse(data, "it", Path("/nonexistent"))


READERS: Final[dict[str, Callable[[bytes], None]]] = {
    "dotenv": _dotenv,
    "yaml": _yaml,
    "compose": _compose,
    "records": _records,
    "set-cookie": _set_cookie,
    "mail": _mail,
    "smtp": _smtp,
    "imap": _imap,
    "http": _http,
    "docker": _docker,
    "dns": _dns,
    "sender": _sender,
    "adoption": _adoption,
    "answers": _answers,
}
_RECORD: Final = {
    "version": 1,
    "when": "2026-01-02T03:04:05+00:00",
    "stage": "write",
    "earlier": "",
    "backups": ["x"],
    "former": "none",
    "running": [],
    "folders": ["a"],
    "forward": {"services": [], "orphans": False},
    "back": {"services": [], "orphans": False},
    "admin": "",
    "needs_admin": False,
    "backup": "x",
    "step": "mail",
    "files": [{"name": ".env", "copy": "1", "before": None}],
    "entries": [],
    "email": "librechat-wizard-probe-00000000@a.b",
}
_COMPOSE: Final = b"""\
services:
  api:
    environment: [A=1]
    ports: ['3080:3080']
    volumes: ['./a:/b:ro']
    env_file: .env

---8<---
services:
  api:
    environment: {A: null}
    ports: !override []
    volumes: [{type: bind, target: /b}]
"""
_MAILBOX: Final = (
    b"* OK mail.test\r\n+ go\r\n+ on\r\nw1 OK in\r\n* OK [UIDNEXT 5] next\r\nw2 OK\r\nw3 OK\r\n* SEARCH 5 6\r\nw4 OK\r\n"
    b"* 5 FETCH (BODY[]<0> {12}\r\nSubject: x\r\n)\r\nw5 OK\r\n* 6 FETCH (BODY[]<0> {1}\r\ny)\r\nw6 OK\r\n"
)
_REPLY: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: refreshToken=x; Path=/; Secure\r\n"
    b'Transfer-Encoding: chunked\r\n\r\n7\r\n{"a":1}\r\n0\r\n\r\n'
)
_ANSWER: Final = (
    b"\0\0\x81\x80\0\1\0\2\0\0\0\0\1a\4test\0\0\x10\0\1"
    b"\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\5\4text\xc0\x0c\0\x0f\0\1\0\0\0\x3c\0\4\0\x0a\xc0\x0e"
)
"""a.test: one TXT, one MX whose name points into the question."""
SEEDS: Final[dict[str, tuple[bytes, ...]]] = {
    "dotenv": (b"export A='x' # y\nB=\"${A:-z}\\n\"\nC=`\n`\n", b"A=1\r\nB: 2\rA\n"),
    "yaml": (b"version: 1\nendpoints: {custom: [{name: &a x, b: *a}]}\n", b"? [a]\n: !!int 1\n<<: {}\n"),
    "compose": (_COMPOSE,),
    "records": (json.dumps(_RECORD).encode(),),
    "set-cookie": (b"refreshToken=x; Path=/; Max-Age=9; Expires=Wed, 21 Oct 2026 07:28:00 GMT; SameSite=Strict",),
    "mail": (b"Subject: =?utf-8?b?eA==?=\nContent-Type: text/plain; charset=x\n\nv=DKIM1; p=AAAA", b"v=DMARC1; p=none"),
    "smtp": (b"220 mail.test ESMTP\r\n250-mail.test\r\n250-SIZE 10\r\n250 AUTH PLAIN LOGIN\r\n535 5.7.8 no\r\n",),
    "imap": (_MAILBOX,),
    "http": (
        _REPLY,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 302 Found\r\nLocation: /x\r\nSet-Cookie: a=b\r\n\r\n<html>",
    ),
    "docker": (
        b'{"Service":"api","State":"running","ExitCode":0,"mark":"mark"}\n{"Service":"b"}\n',
        b'x\n[{"ID":"1"}, null]',
    ),
    "dns": (_ANSWER,),
    "sender": (
        b"v=spf1 ip4:192.0.2.0/24 include:_spf.test redirect=%{d}.test -all",
        b"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7",
        b"v=DMARC1; p=reject; rua=mailto:a@b.test!10m; pct=50; fo=1:d",
        b"Authentication-Results: mx.test; spf=pass smtp.mailfrom=a.test; dkim=fail (bad) header.d=b.test\r\n",
    ),
    "adoption": (b'CREDS_KEY="x"\n', b".env.temp".ljust(257, b"\0") + b"ustar\0" + b"0" * 249),
    "answers": (b"version: 1\naccess: localhost\nsettings: {EMAIL_PORT: 587, JWT_SECRET: {generate: true}}\n",),
}


def feed(reader: str, data: bytes) -> None:
    """Give a reader some bytes; errors that it is made to raise are answers."""
    with contextlib.suppress(WizardError):
        READERS[reader](data)
