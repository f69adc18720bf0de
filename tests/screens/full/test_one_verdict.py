"""What the checks found, and nothing else, is what every page says afterwards: steps, review, question and end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from checks.model import Check, Subject
from checks.provider.ldap import LDAP
from checks.provider.oauth import OAUTH
from checks.provider.openid import OPENID
from checks.provider.saml import SAML
from checks.settings import RULES
from tests.screens.full.operator import Operator, at_the_wizard, practice_with
from tests.screens.full.test_done_step import to_the_end
from wizard.basics.finding import Finding
from wizard.findings.chosen import EMPTY
from wizard.findings.smtp import AUTH_REJECTED, CONNECT_OK, EHLO_OLD

MAIL = {"EMAIL_HOST": "smtp.our-chat.net", "EMAIL_FROM": "chat@our-chat.net", "EMAIL_USERNAME": "chat", "EMAIL_PASSWORD": "abcdefgh"}  # fmt: skip
SAMPLE = {**MAIL, "EMAIL_FROM": "noreply@librechat.ai"}
"""With a sender that the rules refuse, too."""
REJECTED = "Mail server rejected the password."


async def rejects(_: Subject) -> AsyncIterator[Finding]:
    yield AUTH_REJECTED.fail(REJECTED, settings=("EMAIL_PASSWORD",))


async def passes(_: Subject) -> AsyncIterator[Finding]:
    for text in ("It answers.", "It greets.", "It accepts."):
        yield CONNECT_OK.passed(text)


async def warns_at_last(subject: Subject) -> AsyncIterator[Finding]:
    async for finding in passes(subject):
        yield finding
    yield EHLO_OLD.warn("An old server.")


def mail_server(*, run: object) -> Check:
    return Check(id="smtp", title="Mail server", run=run)  # type: ignore[arg-type]


FAILING = mail_server(run=rejects)


async def test_review_and_end_give_the_verdict_of_the_checks(tmp_path: Path) -> None:
    verdict = f"Mail will not arrive: {REJECTED} (1 more failed)"
    practice = practice_with(FAILING, RULES)
    async with at_the_wizard(tmp_path / "chat", answered=SAMPLE, step="checks", practice=practice) as operator:
        await operator.until(verdict)
        await operator.press("ctrl+n")
        await operator.until("Ctrl+W writes ")
        await operator.until(verdict)
        await operator.press("ctrl+w")
        await operator.until("A check failed")
        asked = operator.flat.partition("A check failed")[2]
        assert asked.index(REJECTED) < asked.index("EMAIL_FROM is an address"), "the question has an order of its own"
        await operator.press("right", "enter")
        await operator.until("Written: ")
        await operator.until(verdict)


async def test_folder_that_changed_since_is_judged_again(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, answered=MAIL, step="checks", practice=practice_with(RULES)) as operator:
        await operator.until("0 failed")
        (folder / ".env").write_text("ALLOW_PASSWORD_RESET=true\nJWT_SECRET=short\n", encoding="utf-8")
        await operator.press("ctrl+n")
        await operator.until("were not checked with these answers")


async def run_test(operator: Operator) -> None:
    await operator.press("ctrl+t")
    await operator.until("1 failed")
    await operator.press("escape")
    await operator.until("Test the mail server", gone=True)


@pytest.mark.parametrize("step", ["checks", "mail"])
async def test_step_is_marked_by_what_was_found_last(tmp_path: Path, step: str) -> None:
    practice = practice_with(RULES, FAILING)
    async with at_the_wizard(tmp_path / "chat", answered=MAIL, step="accounts", practice=practice) as operator:
        await operator.press("ctrl+n")
        await operator.until("\u00bb Mail")
        await operator.press("ctrl+n")
        await operator.until("\u221a Mail")
        operator.app.show_step(step)
        await operator.until("\u00bb Mail" if step == "mail" else "1 failed")
        if step == "mail":
            await run_test(operator)
        await operator.until_true(lambda: "x Mail   " in operator.text)
        operator.app.interview.answer("settings.EMAIL_PASSWORD", "another-one")
        await operator.press("ctrl+n")
        await operator.until("\u221a Mail")


async def test_test_of_a_step_counts_in_the_review(tmp_path: Path) -> None:
    practice = practice_with(FAILING)
    async with at_the_wizard(
        tmp_path / "chat", answered=MAIL, step="mail", practice=practice, size=(60, 40)
    ) as operator:
        await run_test(operator)
        operator.app.show_step("review")
        await operator.until(f"Mail will not arrive: {REJECTED} DNS was not checked with these answers.")


async def test_end_does_not_wait_for_mail_that_does_not_arrive(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered=SAMPLE, step="review", size=(60, 40)) as operator:
        await to_the_end(operator)
        await operator.until("Mail will not arrive")
        await operator.until("do not use the sign-up page until mail works")
        assert "create your account immediately" not in operator.flat


async def test_end_says_that_no_mail_is_configured(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review", size=(60, 40)) as operator:
        await to_the_end(operator)
        await operator.until("The first account becomes the administrator. LibreChat sends no email.")


async def with_providers(operator: Operator, names: str) -> None:
    operator.app.interview.answer("guide.providers", names)
    operator.app.show_step("checks")
    await operator.until("failed, ")


@pytest.mark.parametrize(
    ("name", "title", "lacking"),
    [
        ("openid", "OpenID", "OPENID_CLIENT_ID, OPENID_ISSUER, OPENID_CLIENT_SECRET"),
        ("saml", "SAML", "SAML_ENTRY_POINT, SAML_CERT"),
        ("ldap", "LDAP", "LDAP_URL, LDAP_USER_SEARCH_BASE"),
        ("google", "Google", "GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET"),
    ],
)
async def test_provider_that_was_chosen_and_left_empty_is_incomplete(
    tmp_path: Path, name: str, title: str, lacking: str
) -> None:
    practice = practice_with(RULES, OPENID, OAUTH, SAML, LDAP)
    async with at_the_wizard(tmp_path / "chat", practice=practice, size=(140, 50)) as operator:
        operator.app.interview.answer("access", "localhost")
        await with_providers(operator, name)
        await operator.until(f"warning: Sign-in with {title} is incomplete: {lacking} are missing.")
        # The list of steps follows once all checks have ended.
        await operator.until_true(lambda: f"!   {title}" in operator.text)
    async with at_the_wizard(tmp_path / "other", practice=practice, size=(140, 50)) as operator:
        await with_providers(operator, "")
        assert "is incomplete" not in operator.flat


async def test_step_whose_own_check_has_not_run_keeps_what_its_fields_say(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", practice=practice_with(RULES), size=(140, 50)) as operator:
        operator.app.interview.answer("guide.providers", "openid")
        operator.app.show_step("openid")
        await operator.until("OPENID_CLIENT_ID")
        await with_providers(operator, "openid")
        await operator.until_true(lambda: "! Checks" in operator.text)
        await operator.until_true(lambda: "!   OpenID" in operator.text)


async def test_test_of_one_provider_leaves_what_is_known_of_another(tmp_path: Path) -> None:
    wrong = [EMPTY["oauth"].fail(f"{name} is wrong.", settings=(f"{name}_CLIENT_ID",)) for name in ("GOOGLE", "GITHUB")]

    async def finds(_: Subject) -> AsyncIterator[Finding]:
        for finding in wrong:
            yield finding

    values = {f"{name}_CLIENT_{part}": "0123456789" for name in ("GOOGLE", "GITHUB") for part in ("ID", "SECRET")}
    practice = practice_with(Check(id="oauth", title="Social sign-in", run=finds))
    async with at_the_wizard(tmp_path / "chat", answered=values, practice=practice, size=(140, 50)) as operator:
        await with_providers(operator, "google,github")
        await operator.until_true(lambda: "x   Google" in operator.text and "x   GitHub" in operator.text)
        wrong[:] = [EMPTY["oauth"].passed("Google knows this client.")]
        operator.app.show_step("google")
        await operator.until("\u00bbx Google")
        await operator.press("ctrl+t")
        await operator.until("Google knows this client.")
        await operator.press("escape", "ctrl+n")
        await operator.until_true(lambda: "\u221a   Google" in operator.text and "\u00bbx   GitHub" in operator.text)


@pytest.mark.parametrize("run", [passes, warns_at_last])
async def test_live_test_says_what_is_well_once(tmp_path: Path, run: object) -> None:
    practice = practice_with(mail_server(run=run))
    async with at_the_wizard(tmp_path / "chat", answered=MAIL, step="mail", practice=practice) as operator:
        await operator.press("ctrl+t")
        await operator.until("0 failed")
        places = []
        for text in ("It answers.", "It greets.", "It accepts."):
            await operator.until(text)
            assert operator.flat.count(text) == 1, operator.text
            places.append(operator.flat.index(text))
        assert places == sorted(places)
