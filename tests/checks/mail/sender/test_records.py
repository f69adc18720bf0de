"""DMARC and DKIM records of every shape, from a real name server: what receivers make of them is what the check says."""

from __future__ import annotations

import json

import pytest

from checks.mail.sender.dkim import DkimSignature, signatures
from checks.model import Report
from checks.report import report_text
from screens.cli.answers import finding_json
from tests.checks.mail.sender.asking import ask, by_id, ids, task
from tests.checks.mail.sender.shapes import DKIM, DMARC, PRIVATE
from wizard.basics.finding import Finding, Status


def nothing_raw(findings: list[Finding]) -> None:
    text = report_text(Report(findings=tuple(findings))) + json.dumps([finding_json(each) for each in findings])
    assert not [char for char in text.replace("\n", "") if not char.isprintable()]


def test_there_are_enough_shapes() -> None:
    assert len(DMARC) >= 30
    assert len(DKIM) >= 30


@pytest.mark.parametrize("name", DMARC)
async def test_dmarc(name: str, real_dns: int) -> None:
    shape = DMARC[name]
    found = await ask(task(real_dns, {"EMAIL_FROM": f"chat@dmarc-{name}.org", "EMAIL_HOST": "smtp.gmail.com"}))
    finding = by_id(found, f"sender.dmarc.{shape.told}")
    assert ids(found, "dmarc") == [finding.id]
    assert finding.status is (Status.PASS if shape.told == "ok" else Status.WARN)
    assert shape.says in finding.summary
    nothing_raw(found)
    if shape.told == "missing":
        assert (
            f'_dmarc.dmarc-{name}.org. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@dmarc-{name}.org"'
            in finding.remedy
        )


FATAL = ("short", "other-service", "private", "several", "broken")


@pytest.mark.parametrize("name", DKIM)
async def test_dkim(name: str, real_dns: int) -> None:
    shape = DKIM[name]
    found = await ask(task(real_dns, {"EMAIL_FROM": f"chat@dkim-{name}.org", "EMAIL_HOST": "smtp.office365.com"}))
    finding = by_id(found, f"sender.dkim.{shape.told}")
    status = Status.PASS if shape.told == "ok" else Status.FAIL if shape.told in FATAL else Status.WARN
    assert finding.status is status
    assert shape.says in finding.summary
    usable = shape.told in ("ok", "weak")
    assert found[-1].id == ("sender.aligned.ok" if usable else "sender.aligned.nothing")
    nothing_raw(found)
    everything = "".join(text for each in found for text in (each.summary, each.remedy, *each.evidence))
    assert PRIVATE[:40].decode() not in everything


def test_the_selectors_of_a_received_message() -> None:
    message = (
        b"DKIM-Signature: v=1; a=rsa-sha256; d=Whole.org;\r\n s=s2024; h=from:to; b=x\r\n"
        b"DKIM-Signature: v=1; d=provider.org; s=k1; b=y\r\n"
        b"DKIM-Signature: nonsense\r\nDKIM-Signature: v=1; d=\x1b[2J.org; s=k1\r\nSubject: s\r\n\r\nbody"
    )
    assert signatures(message) == (
        DkimSignature(domain="whole.org", selector="s2024"),
        DkimSignature(domain="provider.org", selector="k1"),
    )
