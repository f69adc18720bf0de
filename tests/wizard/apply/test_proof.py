"""What undoes a change once LibreChat runs with it, and what only is told; with the network, as an operator has it."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from checks.model import Check, Report, RunMemory, Subject
from checks.options import Allowance
from checks.provider.openid import OPENID
from checks.registry import AUTOMATIC
from checks.runner import report
from checks.site.session.registered import INSTANCE
from screens.demo.folder import make
from screens.demo.librechat import StandIn
from screens.shared import apply_job
from screens.shared.apply_job import with_earlier_findings
from screens.shared.librechat_probes import sign_in_with
from tests.checks.provider.openid.asking import SETTINGS
from tests.checks.site.instance.asking import ADA, settings
from tests.checks.site.session.test_session import Slow
from tests.finding_samples import sample
from tests.patience import wait_until
from tests.screens.cli.program import CHECKOUT
from tests.wizard.apply.stack import Stack
from tests.wizard.rules import builder
from wizard.answers.model import Answers
from wizard.apply.address import ApiAddress
from wizard.apply.first_admin import admin, verified
from wizard.apply.proof import SiteAccess, may_be_caused_by
from wizard.basics.check_events import CheckEvent, Started
from wizard.basics.check_outcomes import Ran, TimedOut
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import Finding, Status
from wizard.catalogue.answers_form import CheckInputs
from wizard.librechat.site import Site
from wizard.plan.proposal import propose
from wizard.store.folder_store import FolderStore

NEW = ("APP_TITLE: New", "ALLOW_REGISTRATION: false")
NAME = SiteAccess(site=Site.parse("https://chat.example.com"))


@pytest.mark.parametrize(
    ("identity", "access", "was_open", "wanted"),
    [
        ("rules.jwt.equal", NAME, False, True),
        ("files.env.open", NAME, False, True),
        ("session.lost", NAME, False, True),
        ("dns.no-address", NAME, True, False),
        ("proxy.upload.limit", NAME, True, False),
        ("smtp.auth.rejected", NAME, True, False),
        ("openid.discovery.unreachable", NAME, True, False),
        ("openid.secret.wrong", NAME, True, False),
        ("openid.inside.unreachable", NAME, True, False),
        ("openid.inside.not-registered", NAME, False, True),
        ("oauth.github.token", NAME, True, False),
        ("ldap.connect.refused", NAME, True, False),
        ("saml.metadata.certificate", NAME, True, False),
        ("tls.connect.refused", NAME, False, False),
        ("tls.connect.refused", NAME, True, True),
        ("instance.stranger", NAME, False, False),
        ("instance.gateway", NAME, True, True),
        ("instance.refused", SiteAccess(site=Site.parse("http://localhost:3080")), False, True),
        ("instance.refused", SiteAccess(site=Site.parse("http://192.168.1.10:3080")), False, True),
    ],
)
def test_what_undoes_a_change(identity: str, access: SiteAccess, was_open: bool, wanted: bool) -> None:
    found = sample(identity)
    assert may_be_caused_by(found, access, was_open=was_open) is wanted
    untold = sample(identity, Status.UNKNOWN)
    assert not may_be_caused_by(untold, access, was_open=True)


async def test_provider_that_was_asked_before_the_change_is_not_asked_again() -> None:
    about = Subject(memory=RunMemory(), deployment=builder.deployment(dict(SETTINGS), release="v0.8.8-rc1"))
    asked: list[str] = []

    async def ask(_: Subject) -> AsyncIterator[Finding]:
        asked.append("provider")
        yield sample("openid.secret.wrong")
        yield sample("openid.secret.accepted", Status.PASS)

    check = OPENID._replace(run=ask)
    before = await report([check], about)
    assert asked == ["provider"]
    after = await report([with_earlier_findings(check, before)], about)
    assert asked == ["provider"]
    assert after.findings == before.findings
    assert after.exit_status is before.exit_status is ExitStatus.FAILED
    offline = await report([check], about._replace(offline=True))
    await report([with_earlier_findings(check, offline)], about)
    assert asked == ["provider"] * 2, "the settings alone were looked at before"
    cut = Report(outcomes=(("openid", TimedOut(seconds=1)),))
    assert isinstance(dict((await report([with_earlier_findings(check, cut)], about)).outcomes)["openid"], TimedOut)
    assert with_earlier_findings(INSTANCE, Report(outcomes=(("instance", Ran(seconds=1)),))) is INSTANCE


async def test_an_apply_asks_no_provider_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)
    given: list[Check] = []

    async def run(checks: Sequence[Check], _: Subject) -> AsyncIterator[CheckEvent]:
        given.extend(checks)
        for check in checks:
            yield Started(check=check.id)

    monkeypatch.setattr(apply_job, "run", run)
    before = Report(outcomes=tuple((name, Ran(seconds=1)) for name in ("openid", "ldap", "tls")))
    proposal = propose(tmp_path, Answers())
    request = apply_job.ApplyRequest(proposal=proposal, store=FolderStore(tmp_path), report=before)
    events = [event async for event in apply_job.job_of(request).checks()]
    assert len(events) == len(given) == len(AUTOMATIC)
    assert {new.id for new, old in zip(given, AUTOMATIC, strict=True) if new is not old} == {"openid", "ldap"}


async def test_the_container_is_asked_after_the_change_and_the_last_sentence_agrees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = Answers(checks=CheckInputs(from_container=True))
    about = Subject(
        memory=RunMemory(), deployment=builder.deployment(dict(SETTINGS), release="v0.8.8-rc1"), answers=answers
    )

    async def inside(*_: object) -> AsyncIterator[Finding]:
        yield sample("openid.inside.not-registered")

    monkeypatch.setattr("checks.provider.openid.from_container.inside", inside)
    before = Report(
        findings=(sample("openid.discovery.ok", Status.PASS), sample("openid.signin.undecided", Status.PASS)),
        outcomes=(("openid", Ran(seconds=1)),),
    )
    after = await report([with_earlier_findings(OPENID, before)], about)
    assert {finding.id for finding in after.findings} == {"openid.inside.not-registered", "openid.discovery.ok"}


def apply(
    stack: Stack, *settings: str, address: str = "", flags: tuple[str, ...] = ()
) -> tuple[int, str, dict[str, object]]:
    """Apply with all checks; ``address`` stands for the one on this machine."""
    path = stack.answers(*settings)
    if address:
        access = (
            "localhost" if "localhost" in address else "http-lan" if address.startswith("http:") else "https-existing"
        )
        text = path.read_text()
        path.write_text(
            re.sub(r"(DOMAIN_\w+): .*", rf"\1: {address}", text).replace("access: localhost", f"access: {access}")
        )
    done = stack.wizard("--answers", path, "--apply", "--json", *flags)
    assert "apply" in json.loads(done.out), done.text
    return done.status, done.err, json.loads(done.out)["apply"]


def test_name_that_does_not_lead_here_yet_is_told_and_undoes_nothing(stack: Stack) -> None:
    status, err, told = apply(stack, *NEW, address="https://chat.nobody.invalid")
    assert told["outcome"] == "done", err
    assert stack.told()["appTitle"] == "New"
    assert "rolling back would not fix these failures" in err or "inconclusive" in err
    assert status in (1, 4), "4 where no name server answers this machine"
    assert not stack.record.exists()


@pytest.fixture
def stranger() -> Iterator[int]:
    """A page of somebody else."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>This name is for sale")

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


def test_another_machine_at_the_name_undoes_nothing_and_at_localhost_it_does(running: Stack, stranger: int) -> None:
    resolve = ("--resolve", "chat.example.com:127.0.0.1")
    status, err, told = apply(running, *NEW, address=f"http://chat.example.com:{stranger}", flags=resolve)
    assert (status, told["outcome"]) == (1, "done"), err
    assert "would not fix these failures: instance.stranger" in err
    assert running.told()["appTitle"] == "New"
    status, err, told = apply(running, "APP_TITLE: Newer", address=f"http://localhost:{stranger}")
    assert (status, told["outcome"]) == (1, "went-back"), err
    assert running.told()["appTitle"] == "New"


@pytest.fixture
def front(stack: Stack) -> Iterator[int]:
    """A proxy before the stack that loses LibreChat as soon as its title is New."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            request = urllib.request.Request(
                f"http://127.0.0.1:{stack.port}{self.path}", data, dict(self.headers.items())
            )
            status, body = 502, b"<html>Bad Gateway"
            if b"New" not in (stack.folder / ".env").read_bytes():
                with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310 - loopback
                    status, body = reply.status, reply.read()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


def test_change_that_takes_a_way_that_was_open_is_undone(stack: Stack, front: int) -> None:
    resolve, name = ("--resolve", "chat.example.com:127.0.0.1"), f"http://chat.example.com:{front}"
    status, err, told = apply(stack, "APP_TITLE: Old", address=name, flags=resolve)
    assert told["outcome"] == "done", err
    before = stack.files()
    status, err, told = apply(stack, *NEW, address=name, flags=resolve)
    assert (status, told["outcome"]) == (1, "went-back"), err
    assert "instance.gateway" in err
    assert stack.files() == before
    assert stack.told()["appTitle"] == "Old"


def test_one_run_makes_at_most_three_limited_requests_the_administrators_included(stack: Stack) -> None:
    login = "checks: {login: {email: ann@example.com, password: practice-password}}"
    (stack.folder.parent / "password").write_text("practice-password")
    path = stack.answers("ALLOW_REGISTRATION: false", "LOGIN_MAX: 50")
    path.write_text(
        re.sub(r"(DOMAIN_\w+): .*", rf"\1: http://chat.example.com:{stack.port}", path.read_text()).replace(
            "access: localhost", "access: http-lan"
        )
    )
    path.write_text(path.read_text() + f"{login}\n")
    file = str(stack.folder.parent / "password")
    admin = ("--first-admin", "ann@example.com", "--admin-password-file", file)
    done = stack.wizard("--answers", path, "--apply", *admin, "--resolve", "chat.example.com:127.0.0.1")
    assert "First administrator: ann@example.com (ADMIN)" in done.err
    assert "[proxy.limited]" in done.err, "the sign-ins have used what this run may ask"
    assert " 0 failed" in done.err.rpartition("Checked in")[2]
    request = urllib.request.Request(f"http://127.0.0.1:{stack.port}/api/auth/login", data=b"{}")
    request.add_header("Content-Type", "application/json")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=60)  # noqa: S310 - loopback
    caught.value.close()
    assert int(caught.value.headers["X-RateLimit-Remaining"]) >= 50 - 3 - 1


def test_nohup_outlives_the_line(running: Stack) -> None:
    process = begun(running, "nohup")
    process.send_signal(signal.SIGHUP)
    assert process.wait(30) == 1, "it went on, gave up waiting, and went back"
    assert process.stderr is not None
    assert b"The old files were put back" in process.stderr.read()
    process.stderr.close()


def begun(running: Stack, *before: str) -> subprocess.Popen[bytes]:
    """Begin an apply whose LibreChat never answers, and return when it waits for it."""
    running.trouble(New="never")
    process = subprocess.Popen(
        [
            *before,
            sys.executable,
            "-P",
            "-m",
            "wizard",
            "--answers",
            running.answers(*NEW),
            "--apply",
            "--offline",
            "--dir",
            running.folder,
        ],
        cwd=CHECKOUT,
        env={
            "PYTHONPATH": str(CHECKOUT),
            "LANG": "C.UTF-8",
            **running.environment,
            "LIBRECHAT_WIZARD_READY_SECONDS": "4",
        },
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if b"waiting for LibreChat" in line:
            break
    return process


def test_termination_ends_the_command_that_runs(running: Stack) -> None:
    process = begun(running)
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: process.poll() is not None, "it goes on")
    assert process.returncode == 130
    assert process.stderr is not None
    assert b"was interrupted while LibreChat was starting" in process.stderr.read()
    process.stderr.close()


@pytest.mark.parametrize("moment", [0.02, 0.06, 0.1, 0.14, 0.18, 0.3, 9])
async def test_administrators_sign_in_is_counted_and_ended_whenever_it_is_cut_off(moment: float) -> None:
    allowance = Allowance()
    async with StandIn(settings()) as server, Slow(server.port) as slow:
        account = admin(ADA.email, ADA.password, {})
        task = asyncio.create_task(
            verified(account, ApiAddress(host="127.0.0.1", port=slow.port), {}, sign_in_with(allowance))
        )
        done, _ = await asyncio.wait([task], timeout=moment if moment < 1 else None)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if moment > 1:
            assert [each.result().role for each in done] == ["ADMIN"]
        assert server.sessions == ()
        assert allowance.used == server.limited_requests == 1


async def test_administrator_is_not_tried_once_too_often() -> None:
    allowance = Allowance(used=3)
    async with StandIn(settings()) as server:
        made = await verified(
            admin(ADA.email, ADA.password, {}),
            ApiAddress(host="127.0.0.1", port=server.port),
            {},
            sign_in_with(allowance),
        )
        assert (made.role, server.requests) == ("", [])
        assert "used up its 3 rate-limited requests" in made.note
