"""Several checks see the same fault; people are told of it once."""

from __future__ import annotations

import pytest

from checks.fold import folded
from checks.mail.sender import SENDER
from checks.mail.smtp.check import SMTP
from checks.runner import report
from checks.settings import RULES
from checks.static_run import run_static
from tests.checks.mail.delivery.asking import subject
from tests.finding_samples import sample
from tests.servers.certificates import Certificates
from tests.servers.smtp import CLEAR, Kind, serving
from wizard.basics.finding import Finding, Status


def mail_ids(findings: tuple[Finding, ...]) -> list[str]:
    """Return the ids of what is wrong with the mail."""
    wrong = (finding.id for finding in findings if finding.status is not Status.PASS)
    return [identity for identity in wrong if "mail" in identity or not identity.startswith("rules.")]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("noreply@librechat.ai", "sender.domain.sample"),
        ("me@gmail.com", "sender.domain.mailbox"),
        ("nobody", "sender.address.none"),
    ],
)
def test_a_sender_that_cannot_send_is_told_once(address: str, wanted: str) -> None:
    about = subject({"EMAIL_FROM": address, "EMAIL_HOST": "mail.own-domain.net"})
    assert mail_ids(run_static([RULES, SENDER], about).findings) == [wanted]
    assert len(mail_ids(run_static([RULES], about).findings)) == 1, "alone the rules say it themselves"


@pytest.mark.parametrize(
    ("kind", "settings", "wanted", "guess"),
    [
        (Kind(implicit=True, certificate="valid"), {}, "smtp.greeting.tls-first", "port-465"),
        (Kind(), {"EMAIL_ENCRYPTION": "tls"}, "smtp.connect.not-tls", "tls-port"),
    ],
)
async def test_a_mode_that_does_not_fit_the_port_is_told_once(
    kind: Kind,
    settings: dict[str, str],
    wanted: str,
    guess: str,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made_up = f"rules.email.{guess}"
    monkeypatch.setattr("wizard.rules.check", lambda _: [sample(made_up, Status.FAIL, "EMAIL_ENCRYPTION", "EMAIL_X")])
    async with serving(kind, certificates) as server:
        about = subject({"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), **settings})
        done = await report([RULES, SMTP], about)
    told = {finding.id: finding for finding in done.findings}
    assert made_up not in told
    assert told[wanted].status is Status.FAIL
    assert "EMAIL_X" in told[wanted].settings
    assert list(told)[-1] == wanted


async def test_a_connection_in_clear_is_told_once(certificates: Certificates) -> None:
    login = {"EMAIL_USERNAME": "user", "EMAIL_PASSWORD": "secret"}
    async with serving(CLEAR, certificates) as server:
        about = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port)}
        told = mail_ids((await report([SMTP], subject(about | login))).findings)
        without = mail_ids((await report([SMTP], subject(about))).findings)
    assert told == ["smtp.cleartext-credentials"]
    assert without == ["smtp.starttls.none"]


def test_a_guess_gives_way_to_what_was_tried() -> None:
    assert folded([sample("rules.email.gmail-password", Status.WARN), sample("smtp.auth.ok", Status.PASS)])[0].id == (
        "smtp.auth.ok"
    )
    assert len(folded([sample("rules.email.port-465"), sample("smtp.greeting.ok", Status.PASS)])) == 1
    assert len(folded([sample("rules.email.port-465"), sample("smtp.connect.ok", Status.PASS)])) == 2


def test_what_the_second_conversation_says_again_is_left_out() -> None:
    again = sample("delivery.recipient.none", Status.UNKNOWN)
    assert folded([sample("smtp.recipient.none", Status.UNKNOWN), again]) == (
        sample("smtp.recipient.none", Status.UNKNOWN),
    )
    assert folded([again]) == (again,)
    assert len(folded([sample("smtp.sender.ok", Status.PASS), sample("delivery.sender.ok")])) == 2


def test_links_that_lead_nowhere_are_told_once() -> None:
    assert [each.id for each in folded([sample("rules.domains.missing.domain-client"), sample("delivery.link")])] == [
        "rules.domains.missing.domain-client"
    ]
    assert len(folded([sample("rules.domains.missing.domain-server"), sample("delivery.link")])) == 2


def test_nothing_else_is_touched() -> None:
    other = (
        sample("rules.email.reset-without-mail"),
        sample("smtp.accepted", Status.PASS),
        sample("sender.spf.missing"),
    )
    assert folded(other) == other
