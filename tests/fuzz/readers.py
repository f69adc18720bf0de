"""Every reader of foreign text that is fuzzed: bytes in, and nothing out but an answer or an error of its own."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from checks.browser import set_cookie
from checks.mail.delivery import received
from checks.mail.sender.tag_list import TagListError, tags
from wizard.answers import file
from wizard.basics.problem import WizardError
from wizard.composefile.model import interpolated_names, merged_model
from wizard.deployment import adoption
from wizard.deployment.librechat_yaml import read_config
from wizard.dotenv import npm
from wizard.dotenv.document import Document
from wizard.interview.draft_file import DraftFile
from wizard.store.account_record import ProbeRecords
from wizard.store.workplace import Workplace
from wizard.yamlfile import nodes
from wizard.yamlfile.parsed import ParsedYaml


def _dotenv(data: bytes) -> None:
    document = Document.parse(data)
    document.values()
    document.compose_values()
    npm.entries(npm.normalised(data.decode("utf-8", "replace")))


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
        workplace = Workplace(folder)
        ProbeRecords(folder).left()
        DraftFile(folder).read()
        workplace.pending()
        workplace.interrupted()
        workplace.backups()


def _set_cookie(data: bytes) -> None:
    set_cookie.parse(data.decode("latin-1"))
    set_cookie.parse_date(data.decode("latin-1"))


def _mail(data: bytes) -> None:
    received.read(data, "reference")
    with contextlib.suppress(TagListError):
        tags(data.decode("latin-1"))


def _adoption(data: bytes) -> None:
    adoption._first_file(data)
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
SEEDS: Final[dict[str, tuple[bytes, ...]]] = {
    "dotenv": (b"export A='x' # y\nB=\"${A:-z}\\n\"\nC=`\n`\n", b"A=1\r\nB: 2\rA\n"),
    "yaml": (b"version: 1\nendpoints: {custom: [{name: &a x, b: *a}]}\n", b"? [a]\n: !!int 1\n<<: {}\n"),
    "compose": (_COMPOSE,),
    "records": (json.dumps(_RECORD).encode(),),
    "set-cookie": (b"refreshToken=x; Path=/; Max-Age=9; Expires=Wed, 21 Oct 2026 07:28:00 GMT; SameSite=Strict",),
    "mail": (b"Subject: =?utf-8?b?eA==?=\nContent-Type: text/plain; charset=x\n\nv=DKIM1; p=AAAA", b"v=DMARC1; p=none"),
    "adoption": (b'CREDS_KEY="x"\n', b".env.temp".ljust(257, b"\0") + b"ustar\0" + b"0" * 249),
    "answers": (b"version: 1\naccess: localhost\nsettings: {EMAIL_PORT: 587, JWT_SECRET: {generate: true}}\n",),
}


def feed(reader: str, data: bytes) -> None:
    """Give a reader some bytes; errors that it is made to raise are answers."""
    with contextlib.suppress(WizardError):
        READERS[reader](data)
