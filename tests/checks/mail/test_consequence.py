"""What does not work for people while mail does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.mail.consequence import consequences, links
from checks.mail.smtp.check import SMTP
from checks.model import RunMemory, Subject
from checks.runner import report
from tests.finding_samples import sample
from tests.wizard.rules.builder import MAIL, deployment
from wizard.answers.model import Access
from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import own_command, started_in

ON = {"ALLOW_REGISTRATION": "true", "ALLOW_PASSWORD_RESET": "true", "ALLOW_UNVERIFIED_EMAIL_LOGIN": "true"}
STOPPED = sample("smtp.auth.rejected", Status.FAIL, "EMAIL_PASSWORD")


def found(settings: dict[str, str], stopped: Finding = STOPPED, release: str = "v0.8.7") -> dict[str, Status]:
    about = deployment(MAIL | settings, release=release)
    return {finding.id: finding.status for finding in consequences(about, stopped)}


def test_each_has_its_switch() -> None:
    registration, reset = "smtp.consequence.registration", "smtp.consequence.reset"
    assert found(ON) == {registration: Status.FAIL, reset: Status.FAIL}
    assert found(ON | {"ALLOW_REGISTRATION": "false"}) == {reset: Status.FAIL}
    assert found(ON | {"ALLOW_PASSWORD_RESET": "false"}) == {registration: Status.FAIL}
    assert found({}) == {"smtp.consequence.unverified": Status.WARN}
    assert found(ON, release="v0.7.2") == {}, "mail counts as set up only with a login there"


@pytest.mark.parametrize(
    ("identity", "status"),
    [
        ("smtp.accepted", Status.PASS),
        ("smtp.data.silent", Status.UNKNOWN),
        ("smtp.recipient.refused", Status.FAIL),
        ("smtp.sender.temporary", Status.FAIL),
        ("smtp.greeting.busy", Status.FAIL),
        ("smtp.cleartext-credentials", Status.FAIL),
    ],
)
def test_nothing_follows_from_what_is_not_certain(identity: str, status: Status) -> None:
    assert found(ON, sample(identity, status)) == {}


def test_without_mail_set_up_the_rules_say_it() -> None:
    assert found(ON | {"EMAIL_FROM": "<unset>"}) == {}


def test_the_command_for_an_account_is_one_that_works_in_this_folder(tmp_path: Path) -> None:
    started_in(str(tmp_path))
    try:
        told = {finding.id: finding for finding in consequences(deployment(MAIL | ON, release="v0.8.7"), STOPPED)}
        assert own_command("users add", "EMAIL") in told["smtp.consequence.registration"].remedy
    finally:
        started_in("")


async def test_the_smtp_check_tells_them() -> None:
    about = deployment(MAIL | ON | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": "1"})
    done = await report([SMTP], Subject(memory=RunMemory(), deployment=about))
    assert done.findings[-1].id == "smtp.connect.refused", "what stopped it is the summary"
    told = {finding.id: finding for finding in done.findings}
    assert "smtp.connect.refused" in told
    assert "ALLOW_PASSWORD_RESET" in told["smtp.consequence.reset"].settings
    assert "EMAIL_HOST" in told["smtp.consequence.registration"].settings


@pytest.mark.parametrize(
    ("domain", "access", "status"),
    [
        ("https://chat.example.net", None, Status.PASS),
        ("http://localhost:3080", None, Status.WARN),
        ("http://localhost:3080", Access.LOCALHOST, Status.PASS),
        ("http://chat.localhost", Access.HTTPS_PROXY, Status.WARN),
        ("chat.example.net", None, Status.FAIL),
        ("<unset>", None, Status.FAIL),
        ("http://[", None, Status.FAIL),
        ("https://chat\x1b.example.net", None, Status.PASS),
    ],
)
def test_where_links_lead(domain: str, access: Access | None, status: Status) -> None:
    finding = links(deployment({"DOMAIN_CLIENT": domain}, access=access))
    assert (finding.id, finding.status) == ("delivery.link", status)
    assert finding.summary.isprintable()
