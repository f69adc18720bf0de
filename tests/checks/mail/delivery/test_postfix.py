"""A real Postfix with Dovecot's SASL takes the mail, a real Dovecot shows it, and the code comes back."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
from dataclasses import replace

import pytest

from checks.mail.delivery import DELIVERY
from checks.mail.delivery.code import SECONDS
from checks.mail.delivery.delivery import Delivery
from checks.mail.smtp.check import SMTP
from checks.model import Report, Subject
from checks.report import finding_json, report_text
from checks.runner import report
from tests.checks.mail.delivery.asking import FROM, QUICK, TO, all_of, ids, subject, told
from tests.servers.postfix import PASSWORD, USER, MailSystem
from wizard.answers.model import Imap
from wizard.basics.check_outcomes import Ran
from wizard.basics.finding import Finding, Status
from wizard.basics.secret import Secret


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def settings(system: MailSystem) -> dict[str, str]:
    return {
        "EMAIL_HOST": "localhost",
        "EMAIL_PORT": str(system.submission),
        "EMAIL_ENCRYPTION": "starttls",
        "EMAIL_USERNAME": USER,
        "EMAIL_PASSWORD": PASSWORD,
        "EMAIL_FROM_NAME": 'Chat "of" Zoë',
        "APP_TITLE": "Our Chat",
    }


def mailbox(system: MailSystem, *, starttls: bool = False) -> Imap:
    port = system.imap if starttls else system.imaps
    return Imap(host="localhost", port=port, user=USER, password=Secret(PASSWORD), starttls=starttls)


def code_in(text: str) -> str:
    found = re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", text)
    assert found is not None
    return found[0]


async def sent_code(delivery: Delivery, system: MailSystem) -> str:
    """Send a mail and read its code as a person does: in the mailbox."""
    before = {bytes(data) for data in system.mails()}
    findings = await all_of(delivery.send())
    assert ids(findings)[-1] == "delivery.accepted", told(findings)
    new: list[bytes] = []
    for _ in range(400):
        new = new or [data for data in system.mails() if data not in before]
        await asyncio.sleep(0 if new else 0.05)
    (data,) = new
    body = email.message_from_bytes(data, policy=email.policy.default).get_body(("plain",))
    assert body is not None
    return code_in(str(body.get_content()))


async def test_sent_received_typed_back_accepted_and_not_twice(mail_system: MailSystem) -> None:
    delivery = Delivery(subject(settings(mail_system)), limits=QUICK)
    code = await sent_code(delivery, mail_system)
    assert 590 < delivery.expires <= 600
    typed = delivery.enter(f" {code.lower().replace('-', ' ')} ")
    assert (typed.id, typed.status, delivery.left) == ("delivery.received", Status.PASS, 0)
    again = delivery.enter(code)
    assert (again.id, again.status) == ("delivery.code.used", Status.UNKNOWN)


async def test_a_wrong_a_late_and_an_earlier_code_are_refused(mail_system: MailSystem) -> None:
    clock = Clock()
    delivery = Delivery(subject(settings(mail_system)), limits=QUICK, clock=clock)
    first = await sent_code(delivery, mail_system)
    second = await sent_code(delivery, mail_system)
    assert delivery.enter(first).id == "delivery.code.earlier"
    assert delivery.left == 3
    wrong = delivery.enter("BBBB-BBBB")
    assert (wrong.id, wrong.status, delivery.left) == ("delivery.code.wrong", Status.UNKNOWN, 2)
    clock.now += SECONDS + 1
    assert delivery.left == 0
    assert delivery.enter(second).id == "delivery.code.late"
    third = await sent_code(delivery, mail_system)
    for left in (2, 1, 0):
        assert delivery.enter("BBBB-BBBB").id == "delivery.code.wrong"
        assert delivery.left == left
    assert delivery.enter(third).id == "delivery.code.spent", "after three wrong ones the right one no longer counts"


@pytest.mark.parametrize("starttls", [False, True])
async def test_unattended_the_code_is_read_from_the_mailbox(mail_system: MailSystem, starttls: bool) -> None:
    delivery = Delivery(subject(settings(mail_system), imap=mailbox(mail_system, starttls=starttls)), limits=QUICK)
    findings = await all_of(delivery.unattended())
    statuses = {finding.id: finding.status for finding in findings}
    assert statuses["delivery.accepted"] is Status.PASS
    assert statuses["delivery.received"] is Status.PASS, told(findings)
    # The receiver's own line says that Postfix had it over TLS, and nothing of SPF, DKIM and DMARC.
    assert statuses["delivery.headers.dkim"] is Status.UNKNOWN
    assert delivery.received is not None
    assert "with ESMTPSA" in delivery.received.header


@pytest.mark.parametrize(("late", "is_told"), [(0.0, True), (60.0, False)])
async def test_mail_that_takes_long_is_told(
    late: float, is_told: bool, mail_system: MailSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.mail.delivery.delivery._LATE", late)
    about = subject(settings(mail_system), imap=mailbox(mail_system))
    findings = await all_of(Delivery(about, limits=QUICK).unattended())
    statuses = {finding.id: finding.status for finding in findings}
    assert statuses["delivery.received"] is Status.PASS, told(findings)
    assert statuses.get("delivery.late") is (Status.WARN if is_told else None)


async def test_the_mailbox_is_left_as_it_was(mail_system: MailSystem) -> None:
    before = {
        path.name for path in (mail_system.folder / "mail/operator").rglob("*") if path.is_file() and "S" in path.name
    }
    count = len(mail_system.mails())
    await all_of(Delivery(subject(settings(mail_system), imap=mailbox(mail_system)), limits=QUICK).unattended())
    assert len(mail_system.mails()) == count + 1
    read = [path.name for path in (mail_system.folder / "mail/operator/cur").glob("*:2,*S*")]
    assert set(read) <= before, "no mail was marked as read"


async def test_the_mail_looks_like_librechats(mail_system: MailSystem) -> None:
    before = len(mail_system.mails())
    await sent_code(Delivery(subject(settings(mail_system)), limits=QUICK), mail_system)
    assert len(mail_system.mails()) == before + 1
    found = [email.message_from_bytes(data, policy=email.policy.default) for data in mail_system.mails()]
    mail = max(found, key=lambda each: each["Date"].datetime)
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ('Chat "of" Zoë', FROM)
    assert mail["Return-Path"] == f"<{FROM}>"
    assert mail["To"].addresses[0].addr_spec == TO
    assert mail["Message-ID"].endswith("@librechat.test>")
    html = mail.get_body(("html",))
    assert html is not None
    assert "Our Chat" in html.get_content()
    assert "https://chat.example.net" in html.get_content(), "links in emails begin with DOMAIN_CLIENT"
    assert mail.defects == []


async def test_the_check_in_a_run_with_smtp(mail_system: MailSystem) -> None:
    wanted = subject(settings(mail_system), imap=mailbox(mail_system))
    done = await report([SMTP, DELIVERY], wanted)
    assert [type(outcome) for _, outcome in done.outcomes] == [Ran, Ran]
    statuses = {finding.id: finding.status for finding in done.findings}
    assert statuses["smtp.accepted"] is statuses["delivery.received"] is statuses["delivery.link"] is Status.PASS
    assert done.exit_status in (0, 4), "SPF, DKIM and DMARC are not known here"


def everything(delivery: Delivery, wanted: Subject, findings: list[Finding]) -> str:
    shown = report_text(Report(findings=tuple(findings))) + json.dumps([finding_json(each) for each in findings])
    return shown + told(findings) + repr(wanted.answers) + repr(delivery) + repr(delivery.received)


async def test_no_password_anywhere(mail_system: MailSystem, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    wanted = subject(settings(mail_system), imap=mailbox(mail_system))
    delivery = Delivery(wanted, limits=QUICK)
    findings = await all_of(delivery.unattended())
    checks = wanted.answers.checks
    assert checks.imap is not None
    wrong = checks.imap._replace(password=Secret("Other-Canary+8"))
    refused = wanted._replace(answers=wanted.answers._replace(checks=checks._replace(imap=wrong)))
    findings += await all_of(Delivery(refused, limits=QUICK).unattended())
    assert "delivery.imap.login" in ids(findings)
    text = everything(delivery, refused, findings) + everything(delivery, wanted, findings) + caplog.text
    assert "delivery.received" in text
    for secret in (PASSWORD, "Other-Canary+8"):
        assert secret not in text


async def test_a_wrong_password_of_the_mailbox_stops_nothing_else(mail_system: MailSystem) -> None:
    imap = mailbox(mail_system)._replace(password=Secret("wrong"))
    findings = await all_of(Delivery(subject(settings(mail_system), imap=imap), limits=QUICK).unattended())
    assert ids(findings) == ["delivery.imap.login", "delivery.accepted"]
    assert findings[0].status is Status.UNKNOWN
    assert "accepted an email" in findings[1].summary
    missing = mailbox(mail_system)._replace(folder="No such folder")
    findings = await all_of(Delivery(subject(settings(mail_system), imap=missing), limits=QUICK).unattended())
    assert ids(findings)[0] == "delivery.imap.folder"


async def test_a_relay_that_refuses_the_sign_in(mail_system: MailSystem) -> None:
    wrong = settings(mail_system) | {"EMAIL_PASSWORD": "Wrong-Canary+7"}
    delivery = Delivery(subject(wrong), limits=QUICK)
    findings = await all_of(delivery.send())
    assert (findings[-1].id, findings[-1].status) == ("delivery.auth.rejected", Status.FAIL)
    assert delivery.left == 0
    assert "Wrong-Canary+7" not in told(findings)


async def test_a_mail_that_does_not_come(mail_system: MailSystem) -> None:
    """The mailbox is another one than the mail goes to, as where a filter puts it aside."""
    wanted = subject(settings(mail_system), imap=mailbox(mail_system), to="nobody@librechat.test")
    findings = await all_of(Delivery(wanted, limits=replace(QUICK, arrival=0.5)).unattended())
    assert findings[-1].status in (Status.UNKNOWN, Status.FAIL)
    assert "delivery.received" not in ids(findings)
