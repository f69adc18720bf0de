"""Senders that no server would take are told without the network; so is what the check is about at all."""

from __future__ import annotations

import socket

import pytest

from checks.model import Report, RunMemory, Subject
from checks.registry import select
from checks.static_run import needs_loop, run_static
from tests.wizard.rules.builder import deployment
from wizard.basics.check_outcomes import Skipped
from wizard.basics.finding import Status

OWN = {"EMAIL_HOST": "mail.provider.org"}
GMAIL = {"EMAIL_HOST": "smtp.gmail.com"}
MAILGUN = {"MAILGUN_API_KEY": "k", "MAILGUN_DOMAIN": "mg.whole.org"}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "sendto", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def report(values: dict[str, str]) -> Report:
    subject = Subject(memory=RunMemory(), deployment=deployment(values), offline=True)
    checks = select(("sender",))
    assert not needs_loop(checks, subject)
    return run_static(checks, subject)


CANNOT = [
    ("noreply@librechat.ai", GMAIL, "domain.sample"),
    ("LibreChat <noreply@LibreChat.ai>", OWN, "domain.sample"),
    ("chat@mail.example.com", OWN, "domain.sample"),
    ("chat@team.example", MAILGUN, "domain.sample"),
    ("me@gmail.com", OWN, "domain.mailbox"),
    ("me@gmail.com", MAILGUN, "domain.mailbox"),
    ("me@outlook.com", GMAIL, "domain.mailbox"),
    ("me@yahoo.com", {"EMAIL_SERVICE": "SendGrid"}, "domain.mailbox"),
    ("me@gmx.de", {"EMAIL_HOST": "email-smtp.eu-west-1.amazonaws.com"}, "domain.mailbox"),
    ("root@localhost", OWN, "domain.inside"),
    ("root@server", GMAIL, "domain.inside"),
    ("root@[192.0.2.1]", GMAIL, "domain.inside"),
    ("chat@nas.local", GMAIL, "domain.inside"),
    ("nobody", GMAIL, "address.none"),
]


@pytest.mark.parametrize(("address", "server", "identity"), CANNOT)
def test_a_domain_that_cannot_send(address: str, server: dict[str, str], identity: str) -> None:
    done = report({"EMAIL_FROM": address, **server})
    assert [(finding.id, finding.status) for finding in done.findings] == [(f"sender.{identity}", Status.FAIL)]
    assert "EMAIL_FROM" in done.findings[0].settings
    assert done.findings[0].remedy


CAN = [
    ("me@gmail.com", GMAIL),
    ("me@googlemail.com", {"EMAIL_SERVICE": "gmail"}),
    ("me@hotmail.com", {"EMAIL_HOST": "smtp-mail.outlook.com"}),
    ("me@outlook.de", {"EMAIL_HOST": "smtp.office365.com"}),
    ("me@icloud.com", {"EMAIL_SERVICE": "iCloud"}),
    ("me@yahoo.com", {"EMAIL_SERVICE": "Yahoo"}),
    ("me@gmx.net", {"EMAIL_HOST": "mail.gmx.net"}),
    ("me@whole.org", OWN),
    ("me@notgmail.com", OWN),
    ("me@mylibrechat.ai", OWN),
]


@pytest.mark.parametrize(("address", "server"), CAN)
def test_a_domain_that_can(address: str, server: dict[str, str]) -> None:
    done = report({"EMAIL_FROM": address, **server})
    assert done.findings == ()
    assert dict(done.outcomes)["sender"] == Skipped(because="offline; only the settings were checked")


def test_a_name_inside_with_a_server_inside_is_a_warning() -> None:
    for host in ("mailserver", "192.168.1.5", "nas.lan"):
        done = report({"EMAIL_FROM": "chat@nas.lan", "EMAIL_HOST": host})
        assert [(finding.id, finding.status) for finding in done.findings] == [("sender.domain.inside", Status.WARN)]


def test_without_mail_there_is_nothing_to_check() -> None:
    assert dict(report({}).outcomes)["sender"] == Skipped(because="no mail server is configured")
    made_up = Skipped(because="EMAIL_FROM uses a reserved test domain, and an internal server sends the mail")
    for host in ("127.0.0.1", "mail.practice.example"):
        practice = {"EMAIL_FROM": "chat@practice.example", "EMAIL_HOST": host}
        assert dict(report(practice).outcomes)["sender"] == made_up
    assert dict(report(OWN).outcomes)["sender"] == Skipped(because="EMAIL_FROM is not set")
