"""Our verdict is LibreChat's: every cell of the recorded runs of its own code that servers on loopback can reproduce."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from checks.mail.smtp.task import SmtpTask
from checks.net.node_trust import Trust
from tests.checks.mail.smtp.asking import FROM, Verdict, ask, task, verdict
from tests.records import mail_verdicts
from tests.servers.certificates import Certificates
from tests.servers.smtp import Server, kind_of, serving
from wizard.basics.finding import Finding
from wizard.librechat.mail_transport import Smtp, sender, transport
from wizard.librechat.releases import NEWEST, Release

DEFAULTS = {"EMAIL_FROM": FROM, "EMAIL_FROM_NAME": "LibreChat", "EMAIL_HOST": "localhost"}
WELL_KNOWN_PORTS = {25: "plain-noauth", 587: "starttls-noauth-valid", 465: "implicit-noauth-valid"}
"""What listened on the real ports when the runs were recorded."""
NOT_HERE = {
    "mail.test": "stood in the recording machine's hosts file",
    "localhost.": "whether it resolves depends on the machine",
}
NODEMAILER_9 = Release(0, 8, 8, 1)
"""The release that was recorded; from v0.8.8-rc4 on LibreChat has nodemailer 10."""
AT_ONCE = 60
MESSAGE = b"Subject: test\r\n\r\n.A line.\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A cell that can be reproduced here."""

    cell: dict[str, Any]
    server: str
    settings: dict[str, str]
    release: Release
    """Decides on nodemailer."""
    verdict: dict[str, Any]


def case_of(cell: dict[str, Any], release: Release = NODEMAILER_9) -> Case | str:
    """Return the case, or why it cannot be had here."""
    changes, verdict = cell["env"], cell["verdict"] if release == NODEMAILER_9 else cell["newer"]
    settings = {name: value for name, value in (DEFAULTS | changes).items() if value is not None}
    if (host := settings["EMAIL_HOST"]) in NOT_HERE:
        return NOT_HERE[host]
    if cell["verdict"].get("reason") == "dns" and cell["group"] == "service":
        return "the recording machine had no network"
    if cell["server"] is not None:
        settings = {**settings, "EMAIL_PORT": "1"}
        return Case(cell=cell, server=cell["server"], settings=settings, release=release, verdict=verdict)
    smtp = transport(settings, release)
    assert isinstance(smtp, Smtp)
    server = WELL_KNOWN_PORTS.get(smtp.port or 0, "")
    return Case(cell=cell, server=server, settings=settings, release=release, verdict=verdict)


@contextlib.asynccontextmanager
async def all_servers(names: set[str], certificates: Certificates) -> AsyncIterator[dict[str, Server]]:
    async with contextlib.AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(serving(kind_of(name), certificates))
            for name in sorted(names - {"", "refused"})
        }


def task_for(case: Case, servers: dict[str, Server], trust: Trust) -> SmtpTask:
    if case.server == "refused":
        return task(case.settings, 1, trust, release=case.release, allows_insecure_login=True)
    if not case.server:
        # The port decides, and no server has it: Node refuses the number.
        wanted = task(case.settings, 1, trust, release=case.release, allows_insecure_login=True)
        smtp = transport(case.settings, case.release)
        assert isinstance(smtp, Smtp)
        return replace(wanted, smtp=smtp)
    wanted = task(case.settings, servers[case.server].port, trust, release=case.release, allows_insecure_login=True)
    # Only a message shows what a server does after DATA; elsewhere the check has to do without.
    return replace(wanted, message=MESSAGE) if case.server.startswith("data") else wanted


def disagreement(case: Case, ours: Verdict) -> str:
    """Return what differs from the recorded verdict; empty where nothing does."""
    theirs = case.verdict
    if ours.in_clear:
        # The check must not find out the rest. LibreChat did send the password in clear: it was taken or refused.
        sent = theirs["ok"] and theirs["auth"] and not theirs["tls"]
        is_right = (sent or theirs.get("code") == "EAUTH") and not ours.accepted
        return "" if is_right else "says that the password would travel in plain text"
    wanted = (theirs["ok"], theirs.get("tls", False), theirs.get("auth", False))
    got = (ours.accepted, ours.encrypted, ours.signed_in) if ours.accepted else (False, False, False)
    return "" if got == wanted else f"says accepted, encrypted, signed in: {got}"


async def test_every_cell(certificates: Certificates, trust: Trust, capsys: pytest.CaptureFixture[str]) -> None:
    cases, left_out = [], Counter[str]()
    for cell in mail_verdicts():
        # Where nodemailer 10 has other words, the release that has it is judged as well.
        for release in (NODEMAILER_9, NEWEST) if "newer" in cell else (NODEMAILER_9,):
            case = case_of(cell, release)
            if isinstance(case, Case):
                cases.append(case)
            else:
                left_out[case] += 1
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(case: Case, servers: dict[str, Server]) -> list[Finding]:
        async with gate:
            return await ask(task_for(case, servers, trust))

    async with all_servers({case.server for case in cases}, certificates) as servers:
        answers = await asyncio.gather(*(one(case, servers) for case in cases))
        heard = {name: server.heard for name, server in servers.items()}
    wrong, in_clear = [], 0
    for case, findings in zip(cases, answers, strict=True):
        ours = verdict(findings)
        in_clear += ours.in_clear
        if told := disagreement(case, ours):
            last = findings[-1]
            wrong.append((case.server, case.cell["env"], told, last.id, last.evidence, case.verdict))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(cases) - len(wrong)} of {len(cases)} verdicts equal LibreChat's, {in_clear} of them by not sending the "
            f"password in plain text; left out: {dict(left_out)}\n"
        )
    assert wrong == []
    assert len(cases) > 2400
    for name in ("plain-auth", "starttls-hidden", "plain-auth-LOGIN", "helo-auth", "auth-535"):
        assert b"AUTH" not in heard[name].upper(), name
        assert not any(form in heard[name] for form in forms_of("secret", "wrong")), name


def test_with_nodemailer_10_the_same_is_tried_but_for_a_sender_that_is_none() -> None:
    others, ends = [], Counter[bool]()
    for cell in mail_verdicts():
        settings = {name: value for name, value in (DEFAULTS | cell["env"]).items() if value is not None}
        before, after = (
            (transport(settings, release), sender(settings, release)) for release in (NODEMAILER_9, NEWEST)
        )
        assert isinstance(before[0], Smtp)
        assert isinstance(after[0], Smtp)
        if (replace(before[0], nodemailer=after[0].nodemailer), before[1]) != after:
            others.append(cell)
        if "newer" in cell:
            ends[cell["newer"]["ok"] == cell["verdict"]["ok"]] += 1
    assert [cell["env"] for cell in others] == [{"EMAIL_FROM": "not-an-address"}]
    # Other words in twelve of all mails; one goes out with 9.0.1 and is refused with 10.6.0: the one above.
    assert ends == Counter({True: 11, False: 1})
    assert [cell["newer"]["code"] for cell in others] == ["EENVELOPE"]


def forms_of(*passwords: str) -> list[bytes]:
    whole = [f"\0user\0{password}" for password in passwords]
    return [base64.b64encode(text.encode()) for text in (*passwords, *whole)] + [text.encode() for text in passwords]
