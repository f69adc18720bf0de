"""What a person tries in a live test stands below its own heading, in sight, and once however often it is tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Static

from checks.mail.smtp.check import SMTP
from checks.model import Check, Report, Subject
from checks.provider.ldap import LDAP
from screens.demo.folder import make
from screens.full.fields import Field
from screens.full.finding_rows import FindingRow, ProblemRow
from screens.full.live_test import LiveTest
from screens.full.mail_test import MAIL_TO
from screens.shared import sign_ins
from tests.screens.full.operator import Operator, at_the_wizard, practice_with
from tests.screens.full.test_insecure_login import UNVERIFIED, settings
from tests.screens.full.test_sign_in import at_openid
from tests.servers.certificates import Certificates
from tests.servers.ldap import Directory
from tests.servers.ldap import served as directory_served
from tests.servers.smtp import serving
from wizard.basics.finding import Finding, Status
from wizard.findings import delivery
from wizard.findings import ldap as ldap_ids
from wizard.librechat.ldap_verdict import LdapReply, LdapResult

SIZES = ((80, 24), (60, 16))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def _trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certificates.ca))


def live(operator: Operator) -> LiveTest:
    screen = operator.app.screen
    assert isinstance(screen, LiveTest), operator.text
    return screen


async def checked(operator: Operator) -> LiveTest:
    """Run the checks to their end."""
    await operator.press("ctrl+t")
    await operator.until_true(lambda: isinstance(operator.app.screen, LiveTest))
    test = live(operator)
    await operator.until_true(lambda: test.report.outcomes and not test.is_running)
    return test


async def tried(operator: Operator) -> None:
    """Press F8, and wait until it has done all."""
    test = live(operator)
    await operator.press("f8")
    await operator.until_true(lambda: not test.is_running)
    await operator.press()


def below_heading(test: LiveTest) -> list[FindingRow]:
    """Return the findings below the only heading."""
    (heading,) = test.rows.query(".live-check")
    assert isinstance(heading.parent, Widget)
    return list(heading.parent.query(FindingRow))


def is_in_view(test: LiveTest, widget: Widget) -> bool:
    """Return whether the first line of something can be read."""
    region = widget.region
    return bool(region.height) and test.rows.region.contains_region(Region(region.x, region.y, 1, 1))


@pytest.mark.parametrize("size", SIZES)
async def test_email_that_is_held_back_is_told_below_its_heading(
    tmp_path: Path, certificates: Certificates, size: tuple[int, int]
) -> None:
    async with (
        serving(UNVERIFIED, certificates) as server,
        at_the_wizard(
            tmp_path / "chat", answered=settings(server.port), step="mail", practice=practice_with(SMTP), size=size
        ) as operator,
    ):
        operator.app.interview.answer(MAIL_TO, "ann@our-chat.net")
        test = await checked(operator)
        await operator.until_true(lambda: test.rows.query("#push-insecure"))
        for _ in range(2):
            await tried(operator)
            row = below_heading(test)[-1]
            assert row.finding.withheld
            await operator.until_true(lambda: is_in_view(test, row))  # noqa: B023
            (offer,) = test.rows.query("#push-insecure")
            assert offer.parent is row.parent


async def test_email_without_a_recipient_offers_the_field_once_and_in_sight(tmp_path: Path) -> None:
    answered = {"EMAIL_HOST": "localhost", "EMAIL_PORT": "9", "EMAIL_FROM": "chat@our-chat.net"}
    practice = practice_with(SMTP)
    async with at_the_wizard(
        tmp_path / "chat", answered=answered, step="mail", practice=practice, size=(60, 16)
    ) as operator:
        test = await checked(operator)
        for _ in range(3):
            await tried(operator)
            (there,) = (one for one in test.rows.query(".jump") if one.name == MAIL_TO)
            await operator.until_true(lambda: is_in_view(test, there) and there.has_focus)  # noqa: B023
        await operator.press("enter")
        await operator.until_true(
            lambda: [one.identity for one in operator.app.screen.query(Field).filter(".-focused")] == [MAIL_TO]
        )


async def test_answers_that_cannot_run_are_told_once(tmp_path: Path) -> None:
    answered = {"EMAIL_HOST": "localhost", "EMAIL_PORT": "abc"}
    practice = practice_with(SMTP)
    async with at_the_wizard(tmp_path / "chat", answered=answered, step="mail", practice=practice) as operator:
        await operator.press("ctrl+t")
        await operator.until_true(lambda: operator.app.screen.query(ProblemRow))
        count = len(live(operator).rows.query(FindingRow))
        for _ in range(3):
            await tried(operator)
            assert len(live(operator).rows.query(FindingRow)) == count


async def test_headers_that_say_nothing_are_no_doubt_about_the_step(tmp_path: Path) -> None:
    answered = {"EMAIL_HOST": "localhost", "EMAIL_PORT": "9", "EMAIL_FROM": "chat@our-chat.net"}
    practice = practice_with(SMTP)
    async with at_the_wizard(tmp_path / "chat", answered=answered, step="mail", practice=practice) as operator:
        test = await checked(operator)
        found = test.report
        for pasted in ("nonsense", "From: ann@our-chat.net"):
            await operator.click("#push-headers")
            await operator.until("Paste the headers")
            assert "^C Quit" in operator.text.splitlines()[-1]
            await operator.paste(pasted)
            await operator.press("ctrl+s")
            await operator.until_true(lambda: operator.app.screen is test and test.rows.query(".live-check"))
            await operator.until_true(
                lambda: {one.finding.check for one in below_heading(test)} == {delivery.HEADERS_NONE.check}
            )
            assert test.report == found


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("size", SIZES)
async def test_sign_in_is_one_however_often_it_is_begun(
    tmp_path: Path, certificates: Certificates, size: tuple[int, int]
) -> None:
    async with at_openid(tmp_path / "chat", certificates, size) as operator:
        test = await checked(operator)
        found = test.report
        line = test.query_one("#live-paste")
        for _ in range(2):
            await tried(operator)
            await operator.until_true(lambda: line.has_focus)
            shown = "\n".join(str(each.visual) for each in test.rows.query(Static))
            assert shown.count("/auth?") == 1
            assert operator.app.clipboard in shown
        for pasted in ("https://elsewhere.example/", "nonsense"):
            await operator.paste(pasted)
            await operator.press("enter")
            await operator.until_true(lambda: not test.is_running and below_heading(test))
            (row,) = below_heading(test)
            await operator.until_true(lambda: is_in_view(test, row))  # noqa: B023
        assert test.report == found, "what was pasted says nothing about the settings"
        await operator.press("f5")
        await operator.until_true(lambda: not line.display)
        await operator.until_true(lambda: not test.is_running)
        assert not test.rows.query(".live-check")
        assert test.focused is not None
        assert test.focused.display


class EmptyDirectory:
    """Knows its reader alone."""

    def bind(self, *_: Any, **__: Any) -> LdapReply:
        return LdapResult(0)

    def search(self, *_: Any) -> tuple[LdapReply, list[Any]]:
        return LdapResult(0), []


async def signed_in(operator: Operator) -> FindingRow:
    """Try a person of the directory with F8; return what decides, once it is in view."""
    test = live(operator)
    await operator.press("f8")
    await operator.until("User name")
    await operator.press(*"ann", "enter", *"secret", "enter")
    await operator.until_true(lambda: operator.app.screen is test and test.rows.query(".live-check"))
    await operator.until_true(lambda: below_heading(test) and not test.is_running)
    row = below_heading(test)[-1]
    await operator.until_true(lambda: is_in_view(test, row))
    return row


@pytest.mark.parametrize("size", SIZES)
async def test_what_the_directory_says_of_a_person_is_in_view(tmp_path: Path, size: tuple[int, int]) -> None:
    folder = tmp_path / "chat"
    folder.mkdir()
    make(folder)
    (folder / "docker-compose.override.yml").write_text("services:\n  api:\n    network_mode: host\n")
    async with directory_served(Directory(EmptyDirectory())) as port:
        answered = {
            "LDAP_URL": f"ldap://localhost:{port}",
            "LDAP_BIND_DN": "cn=reader,dc=example",
            "LDAP_BIND_CREDENTIALS": "secret",
            "LDAP_USER_SEARCH_BASE": "dc=example",
            "LDAP_SEARCH_FILTER": "(uid={{username}})",
        }
        async with at_the_wizard(
            folder, answered=answered, step="ldap", practice=practice_with(LDAP), size=size
        ) as operator:
            test = await checked(operator)
            was_well = test.report
            for _ in range(2):
                row = await signed_in(operator)
                assert row.finding.status is not Status.PASS
            assert set(was_well.findings) < set(test.report.findings)


async def test_password_that_is_held_back_twice_is_offered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    withheld = ldap_ids.BIND_WITHHELD.unknown()

    async def finds(_: Subject) -> AsyncIterator[Finding]:
        yield withheld

    async def sign_in(*_: object) -> sign_ins.SignInOutcome:
        return sign_ins.SignInOutcome(report=Report.of([withheld]))

    monkeypatch.setattr(sign_ins, "ldap_sign_in_of", sign_in)
    practice = practice_with(Check(id="ldap", title="LDAP directory", run=finds))
    async with at_the_wizard(tmp_path / "chat", step="ldap", practice=practice, size=(80, 24)) as operator:
        test = await checked(operator)
        assert test.rows.query("#push-insecure")
        for _ in range(2):
            row = await signed_in(operator)
            assert row.finding == withheld
            (offer,) = test.rows.query("#push-insecure")
            assert offer.parent is row.parent
