"""The mail from inside the container: a program in docker's place runs the real node with the real nodemailer, as the container would."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checks.mail.smtp.check import SMTP
from checks.mail.smtp.from_container import announcement, commands, inside
from checks.model import Report, RunMemory, Subject
from checks.options import SiteOptions
from checks.report import report_text
from checks.runner import report
from screens.cli.check_runs import announce
from tests.checks.mail.smtp.asking import FROM
from tests.checks.mail.smtp.test_beside_nodemailer import node
from tests.judge import JUDGES, need_path
from tests.servers.certificates import Certificates
from tests.servers.smtp import Kind, Server, serving
from tests.wizard.rules.builder import deployment
from wizard.answers.model import Answers, CheckInputs, Stack
from wizard.basics.finding import Finding, Status

PASSWORD = "Correct-Horse+7"
KIND = Kind(certificate="valid", auth="AUTH PLAIN", auth_required=True)
TO = "admin@example.com"
_DOCKER = """#!{python} -I
import json, os, subprocess, sys, time
folder, replies = {folder!r}, {replies!r}
data = b"" if sys.argv[-5:-2] == ["ps", "--format", "json"] or "ps" in sys.argv else sys.stdin.buffer.read()
with open(folder + "/record", "a") as file:
    file.write(json.dumps([sys.argv[1:], dict(os.environ), data.decode()]) + "\\n")
if "ps" in sys.argv:
    sys.stdout.write(replies["ps"])
    sys.exit(replies["status"])
if replies["exec"] == "node":
    done = subprocess.run([{node!r}, "-"], input=data, cwd=folder + "/app", env={environment!r})
    sys.exit(done.returncode)
elif replies["exec"] == "never":
    time.sleep(60)
elif replies["exec"] == "endless":
    while True:
        sys.stdout.write("x" * 65536)
mark = data.decode().partition('"mark": "')[2].partition('"')[0]
sys.stdout.write(replies["exec"].replace("MARK", mark))
"""
RUNNING = '{"Service":"api","State":"running"}\n'


class Machine:
    """A LibreChat folder, a container and a docker."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, ca: Path) -> None:
        self.folder, self._patch, self._ca = folder, monkeypatch, ca
        (folder / "app").mkdir()
        (folder / "bin").mkdir()
        monkeypatch.setenv("PATH", str(folder / "bin"))
        monkeypatch.setenv("EMAIL_PASSWORD", PASSWORD)
        monkeypatch.setenv("COMPOSE_PROJECT_NAME", "chat")

    def contains(self, settings: dict[str, str], *, modules: bool = True) -> None:
        """Put LibreChat with these settings into the container."""
        lines = [f"{name}='{text}'" for name, text in settings.items()]
        (self.folder / "app" / ".env").write_text("\n".join(lines), encoding="utf-8")
        if modules:
            (self.folder / "app" / "node_modules").symlink_to(need_path("npm nodemailer", JUDGES / "node_modules"))

    def docker(self, *, ps: str = RUNNING, status: int = 0, runs: str = "node") -> None:
        text = _DOCKER.format(
            python=sys.executable,
            node=node() if "/" in node() else "/usr/bin/node",
            folder=str(self.folder),
            replies={"ps": ps, "status": status, "exec": runs},
            environment={"NODE_EXTRA_CA_CERTS": str(self._ca)},
        )
        path = self.folder / "bin" / "docker"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    @property
    def record(self) -> list[tuple[list[str], dict[str, str], str]]:
        path = self.folder / "record"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def subject(self, settings: dict[str, str], *, to: str = TO, asked: bool = True) -> Subject:
        checks = CheckInputs(mail_to=to, from_container=asked)
        where = deployment(settings)._replace(folder=self.folder)
        return Subject(memory=RunMemory(), deployment=where, answers=Answers(checks=checks))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificates: Certificates) -> Machine:
    return Machine(tmp_path, monkeypatch, certificates.ca)


def settings(port: int, **more: str) -> dict[str, str]:
    basic = {"EMAIL_FROM": FROM, "EMAIL_FROM_NAME": "LibreChat", "EMAIL_HOST": "localhost", "EMAIL_PORT": str(port)}
    return basic | {"EMAIL_USERNAME": "user", "EMAIL_PASSWORD": "secret"} | more


async def told(subject: Subject, seconds: float = 20) -> list[Finding]:
    found = [finding async for finding in inside(subject, seconds=seconds)]
    text = report_text(Report(findings=tuple(found))) + repr(found)
    assert PASSWORD not in text
    assert not [char for char in text.replace("\n", "") if not char.isprintable()]
    return found


def messages(server: Server) -> list[bytes]:
    return [message for session in server.sessions for message in session.messages]


async def test_one_mail_is_sent_and_no_secret_travels(machine: Machine, certificates: Certificates) -> None:
    machine.docker()
    async with serving(KIND, certificates) as server:
        machine.contains(settings(server.port))
        found = await told(machine.subject(settings(server.port)))
        assert [each.id for each in found] == ["smtp.inside.announced", "smtp.inside.sent"]
        assert len(messages(server)) == 1
        assert server.sessions[0].encrypted
        assert server.sessions[0].signed_in
        code = found[-1].summary.partition(" the code ")[2].partition(" ")[0]
        assert f"LibreChat test mail {code}".encode() in messages(server)[0]
        assert b"RCPT TO:<admin@example.com>" in server.heard
    listing, sending = machine.record
    assert [listing[0], sending[0]] == [list(command[1:]) for command in commands(machine.subject({}).deployment)]
    for argv, environment, given in machine.record:
        assert not [text for text in (*argv, *environment.values(), given) if text == "secret" or PASSWORD in text]
        assert environment["COMPOSE_PROJECT_NAME"] == "chat"
    assert '"secret"' not in sending[2]
    assert TO in sending[2]


@pytest.mark.parametrize(
    ("ps", "status", "wanted"),
    [
        ('[{"Service":"api","State":"running"}]', 0, "sent"),
        ('{"Service":"mongodb","State":"running"}\n{"Service":"api","State":"running"}\n', 0, "sent"),
        ('{"Service":"mongodb","State":"running"}\n{"Service":"api","State":"exited"}\n', 0, "not-running"),
        ("", 0, "not-running"),
        ("[" * 60000, 0, "not-running"),
        ("", 1, "no-docker"),
    ],
)
async def test_whether_the_container_runs(
    ps: str, status: int, wanted: str, machine: Machine, certificates: Certificates
) -> None:
    machine.docker(ps=ps, status=status)
    async with serving(KIND, certificates) as server:
        machine.contains(settings(server.port))
        found = await told(machine.subject(settings(server.port)))
    assert found[-1].id == f"smtp.inside.{wanted}"
    assert found[-1].status is (Status.PASS if wanted == "sent" else Status.UNKNOWN)
    assert len(machine.record) == (2 if wanted == "sent" else 1)


STEERING = '\x1b[2J{"mark": "MARK", "ok": 1}\n{"mark": "MARK", "ok": "yes"}\n[[[\n\x1b]0;owned\x07 ' + PASSWORD


@pytest.mark.parametrize(
    ("runs", "wanted"),
    [
        ("never", "silent"),
        ("endless", "garbled"),
        (STEERING, "garbled"),
        ("", "garbled"),
        ('{"mark": "other", "ok": true}', "garbled"),
        ('{"mark": "MARK", "ok": false, "code": 7, "message": [1], "settings": "x"}', "refused"),
        ('{"mark": "MARK", "ok": false, "code": "EAUTH", "message": "\\u001b[31mnot ' + PASSWORD + '"}', "auth"),
    ],
)
async def test_a_container_that_means_harm(runs: str, wanted: str, machine: Machine) -> None:
    machine.docker(runs=runs)
    found = await told(machine.subject(settings(1, EMAIL_PASSWORD=PASSWORD)), seconds=3)
    assert found[-1].id == f"smtp.inside.{wanted}"
    assert found[-1].status is (Status.FAIL if wanted in ("refused", "auth") else Status.UNKNOWN)
    if wanted == "auth":
        assert "[secret]" in "".join(found[-1].evidence)


async def test_without_docker_and_without_nodemailer(machine: Machine) -> None:
    found = await told(machine.subject(settings(1)))
    assert (found[-1].id, found[-1].status) == ("smtp.inside.no-docker", Status.UNKNOWN)
    machine.docker()
    machine.contains(settings(1), modules=False)
    found = await told(machine.subject(settings(1)))
    assert (found[-1].id, found[-1].status) == ("smtp.inside.no-nodemailer", Status.UNKNOWN)


@pytest.mark.parametrize(
    ("kind", "changes", "wanted"),
    [
        (KIND, {"EMAIL_PASSWORD": PASSWORD}, "auth"),
        (replace(KIND, answers={"AUTH": f"535 not {PASSWORD}".encode()}), {"EMAIL_PASSWORD": PASSWORD}, "auth"),
        (replace(KIND, auth="AUTH XOAUTH2"), {}, "auth"),
        (replace(KIND, certificate="selfsigned"), {}, "connect"),
        (replace(KIND, answers={"RCPT": b"550 no"}), {}, "refused"),
        (replace(KIND, answers={"END": b"552 too big"}), {}, "refused"),
        (KIND, {"EMAIL_HOST": "nowhere.invalid"}, "dns"),
        (KIND, {"EMAIL_PORT": "1"}, "connect"),
    ],
)
async def test_what_the_server_has_against_the_mail(
    kind: Kind, changes: dict[str, str], wanted: str, machine: Machine, certificates: Certificates
) -> None:
    machine.docker()
    async with serving(kind, certificates) as server:
        own = settings(server.port) | changes
        machine.contains(own)
        # The folder knows another password: the container must keep its own one to itself.
        found = await told(machine.subject(own | {"EMAIL_PASSWORD": "another"}))
    assert (found[-1].id, found[-1].status) == (f"smtp.inside.{wanted}", Status.FAIL)


@pytest.mark.parametrize(("changes", "follows"), [({"EMAIL_PORT": "1"}, True), ({}, False)])
async def test_what_follows_where_only_the_container_cannot_send(
    changes: dict[str, str], follows: bool, machine: Machine, certificates: Certificates
) -> None:
    machine.docker()
    on = {"ALLOW_REGISTRATION": "true", "EMAIL_ALLOW_SELFSIGNED": "true"}
    async with serving(KIND, certificates) as server:
        machine.contains(settings(server.port) | changes)
        wanted = machine.subject(settings(server.port) | on)._replace(
            site_options=SiteOptions(allow_insecure_login=True)
        )
        done = await report([SMTP], wanted)
    told = {finding.id: finding.status for finding in done.findings}
    assert told["smtp.accepted"] is Status.PASS
    assert ("smtp.consequence.registration" in told) is follows
    assert done.exit_status == int(follows)


async def test_a_container_with_older_settings_is_told(machine: Machine, certificates: Certificates) -> None:
    machine.docker()
    async with serving(KIND, certificates) as server:
        machine.contains(settings(server.port))
        found = await told(machine.subject(settings(server.port, EMAIL_HOST="mail.example.com")))
        assert [each.id.rpartition(".")[2] for each in found] == ["announced", "outdated", "sent"]
        assert found[1].settings == ("EMAIL_HOST",)
        (machine.folder / "app" / ".env").write_text("MAILGUN_API_KEY=k\nMAILGUN_DOMAIN=d\n", encoding="utf-8")
        found = await told(machine.subject(settings(server.port)))
        assert found[-1].id == "smtp.inside.mailgun"
        assert len(messages(server)) == 1


async def test_it_is_only_done_where_it_is_asked_for(
    machine: Machine, certificates: Certificates, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.docker()
    async with serving(KIND, certificates) as server:
        machine.contains(settings(server.port))
        quiet = machine.subject(settings(server.port), asked=False)
        assert not [each for each in (await report([SMTP], quiet)).findings if "inside" in each.id]
        announce(quiet)
        assert machine.record == []
        assert messages(server) == []
        assert capsys.readouterr().err == ""
        asked = machine.subject(settings(server.port))
        assert "smtp.inside.sent" in [each.id for each in (await report([SMTP], asked)).findings]
        announce(asked)
        assert announcement(asked) in capsys.readouterr().err
        assert all(" ".join(command) in announcement(asked) for command in commands(asked.deployment))
    assert (await told(machine.subject(settings(1), to="")))[-1].id == "smtp.inside.recipient"


def test_the_deploy_stack_is_named() -> None:
    listing, sending = commands(deployment({}, stack=Stack.DEPLOY))
    assert listing[:4] == sending[:4] == ("docker", "compose", "-f", "deploy-compose.yml")
