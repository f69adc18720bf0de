"""Every finding is declared once, and what is said of it fits together."""

from __future__ import annotations

from collections import Counter
from enum import Enum

import pytest

from checks.browser.cookies import Rule
from checks.mail.delivery.code import CodeVerdict
from checks.mail.sender.dkim import DkimKeyState
from checks.net.errors import Failure
from checks.net.handshake import TlsFault
from checks.registry import ALL, ON_REQUEST
from checks.site.session.replies import LoginEnd, RefreshEnd
from tests.finding_samples import declared
from wizard.basics.finding import FindingKind, Status
from wizard.findings import delivery, instance, mailgun, proxy, sender, session, smtp, tls
from wizard.findings.email import PORT_465
from wizard.findings.model import FindingFamily
from wizard.findings.registry import entries
from wizard.findings.secrets import MISSING


def test_an_id_is_declared_once() -> None:
    assert [identity for identity, count in Counter(entry.id for entry in entries()).items() if count > 1] == []


def test_a_finding_belongs_to_a_check_that_there_is() -> None:
    assert {entry.check for entry in entries()} == {check.id for check in (*ALL, *ON_REQUEST)}


def test_what_gives_way_is_declared() -> None:
    named = {identity for entry in entries() for identity in (*entry.supersedes, *entry.refutes)}
    # Of a family that stands for any setting one member is declared.
    assert {one for one in named if not {one, f"{one.rpartition('.')[0]}.setting"} & declared().keys()} == set()


def test_a_meaning_is_a_sentence_and_what_is_wrong_has_a_fix() -> None:
    assert [entry.id for entry in entries() if entry.meaning[-1] not in ".:" or not entry.summary.endswith(".")] == []
    assert [entry.id for entry in entries() if entry.consequence and not (entry.fix or entry.kind is FindingKind.CONSEQUENCE or entry.stage)] == []  # fmt: skip


@pytest.mark.parametrize(
    ("family", "members"),
    [
        (session.LOGIN_FAILED, [end for end in LoginEnd if end not in (LoginEnd.SIGNED_IN, LoginEnd.LIMITED, LoginEnd.TOKENS)]),
        (session.LOGIN_FAILED, list(Failure)),
        (session.REFRESH_FAILED, [end for end in RefreshEnd if end is not RefreshEnd.RENEWED]),
        (session.ROTATION_FAILED, [end for end in RefreshEnd if end is not RefreshEnd.RENEWED]),
        (session.COOKIE_DROPPED, list(Rule)),
        (instance.UNREACHABLE, list(Failure)),
        (proxy.UNANSWERED, list(Failure)),
        (tls.FRONT, list(Failure)),
        (delivery.CODE, [verdict for verdict in CodeVerdict if verdict is not CodeVerdict.ACCEPTED]),
        (sender.DKIM_KEY, [state for state in DkimKeyState if state is not DkimKeyState.GOOD]),
    ],
)  # fmt: skip
def test_a_family_has_every_member(family: FindingFamily, members: list[Enum]) -> None:
    assert {str(member.value) for member in members} - set(family.members) == set()


def test_every_fault_of_a_connection_has_an_id() -> None:
    assert set(TlsFault) - {*tls.CONNECT.members, *tls.HANDSHAKE.members} == {TlsFault.CERTIFICATE}
    assert mailgun.UNREACHED.of("dns").at("delivery").id == "delivery.dns"


def test_a_finding_says_what_its_entry_says_unless_it_knows_better() -> None:
    found = PORT_465.fail()
    assert found.summary == f"{PORT_465.meaning} {PORT_465.consequence}"
    assert found.consequence == "Every email times out."
    assert (found.remedy, found.settings) == ("Set EMAIL_ENCRYPTION=tls", ("EMAIL_ENCRYPTION", "EMAIL_PORT"))
    other = PORT_465.warn("So it is.", settings=(), remedy="", evidence=("", "a\x1bb"))
    assert (other.status, other.summary, other.remedy, other.settings) == (Status.WARN, "So it is.", "", ())
    assert other.evidence == (r"a\x1bb",)
    assert PORT_465.passed().remedy == PORT_465.passed().consequence == ""
    assert PORT_465.unknown().consequence == "", "nothing follows from what is not known"


def test_a_member_of_a_family_is_about_its_setting() -> None:
    found = MISSING.of("JWT_SECRET").fail()
    assert (found.id, found.settings) == ("rules.secrets.missing.jwt-secret", ("JWT_SECRET",))
    assert "JWT_SECRET: {generate: true}" in found.remedy
    assert MISSING.has(found)
    assert not MISSING.has(smtp.AUTH_REJECTED.fail(settings=("JWT_SECRET",)))
