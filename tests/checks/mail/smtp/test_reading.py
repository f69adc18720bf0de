"""What servers offer and what certificates are for, read as Node and nodemailer read it: the real ones judge."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import subprocess
from pathlib import Path
from random import Random

import pytest
from aiosmtplib.protocol import SMTPProtocol

from checks.mail.smtp import connection
from checks.mail.smtp.connection import sendable
from checks.mail.smtp.offer import after_ehlo
from checks.mail.smtp.task import task_of
from checks.model import RunMemory, Subject
from checks.net.identity import CertificateNames, is_for
from checks.net.node_trust import Trust, trust_of
from tests.servers.certificates import Certificates
from tests.wizard.rules.builder import MAIL, deployment
from wizard.answers.model import Answers, CheckInputs, Stack
from wizard.deployment.model import Deployment

_OFFERS = r"""
const texts = JSON.parse(require('fs').readFileSync(0))
const found = texts.map(text => {
    const whole = text.split('\n').map(line => '250-' + line).join('\n')
    const size = whole.match(/[ -]SIZE(?:[ \t]+(\d+))?/im)
    return [
        /[ -]STARTTLS\b/im.test(whole), /[ -]AUTH\b/i.test(whole), /[ -]SMTPUTF8\b/im.test(whole),
        ...['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'].map(
            name => new RegExp('[ -]AUTH(?:(\\s+|=)[^\\n]*\\s+|\\s+|=)' + name, 'i').test(whole)),
        size ? Number(size[1]) || 0 : 0,
    ]
})
process.stdout.write(JSON.stringify(found))
"""
_IDENTITIES = """
const {checkServerIdentity} = require('tls')
const cases = JSON.parse(require('fs').readFileSync(0))
const found = cases.map(([name, dns, ips, cn]) => {
    const alternative = [...dns.map(each => 'DNS:' + each), ...ips.map(each => 'IP Address:' + each)].join(', ')
    const cert = {subject: cn.length ? {CN: cn.length > 1 ? cn : cn[0]} : {}}
    if (alternative) cert.subjectaltname = alternative
    return checkServerIdentity(name, cert) === undefined
})
process.stdout.write(JSON.stringify(found))
"""


def node(script: str, cases: object) -> list[object]:
    done = subprocess.run(["node", "-e", script], input=json.dumps(cases), capture_output=True, text=True, check=True)
    answers: list[object] = json.loads(done.stdout)
    return answers


def test_offers() -> None:
    random = Random(1)
    pieces = [
        *("AUTH", "auth", "PLAIN", "Login", "CRAM-MD5", "XOAUTH2", "STARTTLS", "SIZE", "SMTPUTF8", "1000", "X"),
        *(" ", " ", "=", "-", "\n", "\n", "\t"),
    ]
    texts = ["".join(random.choices(pieces, k=random.randrange(1, 14))) for _ in range(20000)]
    texts += ["mail-starttls.test\nPIPELINING", "h\nAUTH=PLAIN LOGIN", "h\nAUTH PLAIN-CLIENTTOKEN", "h\nSIZE"]
    answers = node(_OFFERS, texts)
    assert len({str(answer) for answer in answers}) > 30
    for text, answer in zip(texts, answers, strict=True):
        offer = after_ehlo(text)
        mechanisms = [name in offer.mechanisms for name in ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2")]
        assert [offer.starttls, offer.allows_auth, offer.utf8, *mechanisms, offer.largest] == answer, text


def test_who_a_certificate_is_for() -> None:
    random = Random(2)
    labels = ["mail", "Mail", "a", "*", "m*", "*l", "xn--ab", "xn--*", "**", "", "b c", "tést", "test", "com"]
    hosts = ["127.0.0.1", "::1", "0:0:0:0:0:0:0:1", "10.0.0.1", "localhost", "localhost.", "*"]

    def name() -> str:
        return (
            ".".join(random.choices(labels, k=random.randrange(1, 4)))
            if random.random() < 0.8
            else random.choice(hosts)
        )

    cases = []
    for _ in range(20000):
        host = name()
        near = [random.choice([host, host.upper(), f"*.{host.partition('.')[2]}", name()]) for _ in range(2)]
        dns = random.sample(near, k=random.randrange(3))
        cases.append(
            (host, dns, random.sample(hosts[:4], k=random.randrange(3)), random.sample(near, k=random.randrange(3)))
        )
    answers = node(_IDENTITIES, cases)
    assert 2000 < sum(answer is True for answer in answers) < 18000
    for (host, dns, addresses, common), answer in zip(cases, answers, strict=True):
        names = CertificateNames(dns=tuple(dns), addresses=tuple(addresses), common=tuple(common))
        assert is_for(host, names) is answer, (host, names)


@pytest.mark.parametrize("name", ["", ".a", "a" * 64 + ".test", "a..b", "\ud800"])
def test_names_that_python_cannot_send_are_left_out(name: str) -> None:
    assert sendable(name) in ("", name)


def with_compose(
    folder: Path,
    api: dict[str, object],
    values: dict[str, str] = MAIL,
    *,
    overridden: dict[str, str] | None = None,
    stack: Stack = Stack.COMPOSE,
) -> Deployment:
    services = {"services": {"api": api, "mailserver": {}}}
    return deployment(values, compose=services, overridden=overridden, stack=stack)._replace(folder=folder)


def test_extra_authorities_through_the_mount(certificates: Certificates, tmp_path: Path) -> None:
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs" / "ca.pem").write_bytes(certificates.ca.read_bytes())
    (tmp_path / "empty.pem").write_text("no certificate")
    mounts = [
        {"type": "bind", "source": "./certs", "target": "/certs"},
        {"type": "bind", "source": "./empty.pem", "target": "/certs/empty.pem"},
        {"type": "volume", "source": "data", "target": "/data"},
    ]

    def trust(path: str, **environment: str) -> Trust:
        given = {"NODE_EXTRA_CA_CERTS": path} if path else {}
        return trust_of(with_compose(tmp_path, {"volumes": mounts}, overridden=given), environment)

    assert trust("/certs/ca.pem").extra == tmp_path / "certs" / "ca.pem"
    assert "contains no certificate" in trust("/certs/empty.pem").problem
    assert "cannot be read" in trust("/certs/none.pem").problem
    assert "mounted there" in trust("/data/ca.pem").problem
    assert trust("/elsewhere", NODE_EXTRA_CA_CERTS=str(certificates.ca)).extra is None, "the container's word counts"
    assert trust("", NODE_EXTRA_CA_CERTS=str(certificates.ca)).extra == certificates.ca
    assert trust("") == Trust()


def test_a_line_in_dotenv_comes_too_late_for_node(certificates: Certificates, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(certificates.ca.read_bytes())
    api: dict[str, object] = {"volumes": [{"type": "bind", "source": "./ca.pem", "target": "/app/api/ca.pem"}]}
    named = MAIL | {"NODE_EXTRA_CA_CERTS": "/app/api/ca.pem"}
    assert trust_of(with_compose(tmp_path, api, named), {}) == Trust()
    deploy = with_compose(tmp_path, api, named, stack=Stack.DEPLOY)
    assert trust_of(deploy, {}).extra == tmp_path / "ca.pem"


def test_task(tmp_path: Path) -> None:
    plain = task_of(Subject(memory=RunMemory(), deployment=with_compose(tmp_path, {})))
    assert (plain.sender, plain.recipient, plain.recipient_given) == (MAIL["EMAIL_FROM"], MAIL["EMAIL_FROM"], False)
    assert (plain.hello, plain.in_container, plain.configured, plain.message) == ("[127.0.0.1]", True, True, None)
    assert "mailserver" in plain.neighbours
    answers = Answers(checks=CheckInputs(mail_to="Me <me@example.org>"))
    named = with_compose(tmp_path, {"hostname": "chat.example.net", "network_mode": "host"})
    full = task_of(Subject(memory=RunMemory(), deployment=named, answers=answers))
    assert (full.recipient, full.recipient_given, full.hello) == ("me@example.org", True, "chat.example.net")
    assert not full.in_container
    numbered = task_of(Subject(memory=RunMemory(), deployment=with_compose(tmp_path, {"hostname": "10.0.0.7"})))
    assert numbered.hello == "[10.0.0.7]"


async def test_of_aiosmtplib_only_public_names_are_used() -> None:
    """Any release of it may change the others."""
    protocol = SMTPProtocol(asyncio.get_running_loop())
    private = {name for name in (*dir(protocol), *vars(protocol)) if name.startswith("_") and not name.endswith("__")}
    assert {"_buffer", "_response_pending"} <= private
    tree = ast.parse(inspect.getsource(connection))
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert not (named | defined) & private
