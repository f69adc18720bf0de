"""The end: where things stand in a few lines, each command copied by a key, and the person's own data in the first account."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.model import Check
from screens.shared import write_result
from screens.shared.lines import Line, Tone
from screens.shared.summary_card import LABEL
from screens.shared.write_result import WriteResult
from tests.screens.full.operator import Operator, at_the_wizard, interview_in, practice_with
from wizard.findings.session import KEPT
from wizard.interview.next_steps import NextStep, next_steps
from wizard.interview.preview import proposal_of

MAIL = {"EMAIL_HOST": "smtp.our-chat.net", "EMAIL_PORT": "587", "EMAIL_FROM": "chat@our-chat.net", "EMAIL_USERNAME": "chat", "EMAIL_PASSWORD": "abcdefgh", "ALLOW_REGISTRATION": "false"}  # fmt: skip


async def to_the_end(operator: Operator) -> None:
    await operator.until("Ctrl+W writes ")
    await operator.press("ctrl+w")
    await operator.until_true(lambda: "Written: " in operator.flat or "A check failed" in operator.flat)
    if "A check failed" in operator.flat:
        await operator.press("right", "enter")
    await operator.until("Written: ")


async def test_card_says_where_things_stand(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered=MAIL, step="review") as operator:
        await to_the_end(operator)
        for text in ("Address", "registration is closed", "configured, not tested", "Undo", "restore"):
            await operator.until(text)
        assert "^N Next" not in operator.text
        assert all(len(line) <= 80 or "docker" in line for line in operator.app.exit_message.splitlines())


async def test_card_and_steps_say_who_gets_in_through_openid_and_what_devices_must_trust(tmp_path: Path) -> None:
    openid = {"OPENID_CLIENT_ID": "x", "OPENID_CLIENT_SECRET": "a-real-secret-of-some-length", "OPENID_ISSUER": "https://id.example.com", "OPENID_SCOPE": "openid profile email", "OPENID_CALLBACK_URL": "/oauth/openid/callback", "ALLOW_SOCIAL_LOGIN": "true"}  # fmt: skip
    site = {"DOMAIN_CLIENT": "https://192.168.1.50", "DOMAIN_SERVER": "https://192.168.1.50"}
    async with at_the_wizard(tmp_path / "chat", answered={**MAIL, **openid, **site}, step="access") as operator:
        for name, text in (("access", "https-proxy"), ("proxy.certificate", "internal")):
            operator.app.interview.answer(name, text)
        await operator.press("f3")
        await operator.until("Find a setting")
        await operator.paste("review")
        await operator.until(" found")
        await operator.press("enter")
        await to_the_end(operator)
        message = " ".join(operator.app.exit_message.split())
        assert "registration is closed, but everyone that OpenID accepts gets an account" in message
        assert message.index("Import certificates/librechat-ca.crt") < message.index("Sign in")


async def test_an_end_without_a_change_offers_nothing_to_restore(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, step="review") as operator:
        await to_the_end(operator)
    for has_backup in (True, False):
        with interview_in(folder) as interview:
            proposal = proposal_of(interview)
            assert proposal.plan.edits == ()
            steps = next_steps(interview.snapshot, proposal.plan, proposal.deployment.settings)
        assert any("restore" in command for one in steps for command in one.commands) is has_backup
        if has_backup:
            (folder / ".librechat-wizard" / "backups").rename(folder / "elsewhere")


@pytest.mark.parametrize("columns", [60, 80])
def test_prose_that_stays_on_the_terminal_fits_it_and_commands_are_whole(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_result, "exit_columns", lambda: columns)
    command = "docker compose exec api npm run create-user -- EMAIL NAME USERNAME --email-verified=true"
    steps = (NextStep(title="Create the first account", commands=(command,), advice="Registration is open. " * 6),)
    card = (
        Line("With these settings, people will stay signed in. " * 2, Tone.TITLE),
        Line("Mail       " + "not configured, really " * 6),
    )
    told = WriteResult(
        written=(".env",), notes=("This note is long enough. " * 4,), next_steps=steps, card=card
    ).exit_message
    lines = told.splitlines()
    assert [line for line in lines if len(line) > columns] == [f"   {command}"]
    begin = lines.index(next(line for line in lines if line.startswith("Mail ")))
    assert all(line.startswith(" " * LABEL) for line in lines[begin + 1 :])
    note = lines.index(next(line for line in lines if line.startswith("* ")))
    assert lines[note + 1].startswith("  ")
    assert (
        max(
            map(
                len,
                write_result.exit_prose(
                    "Nothing changed. Your answers are kept; start the wizard again to continue."
                ).splitlines(),
            )
        )
        <= columns
    )


def test_what_is_new_agrees_in_number() -> None:
    several = WriteResult(written=(".env", "docker-compose.override.yml"), is_all_new=True)
    assert several.headline.detail == "These files are new."
    assert several._replace(written=(".env",)).headline.detail == "This file is new."


async def test_escape_from_the_account_of_a_sign_in_test_is_back_at_the_end(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review") as operator:
        await to_the_end(operator)
        await operator.press("ctrl+t")
        await operator.until("Use a LibreChat account")
        await operator.press("escape")
        await operator.until("Use a LibreChat account", gone=True)
        await operator.press("1")
        await operator.until_true(lambda: operator.app.clipboard == "docker compose up -d")


async def test_end_names_the_backup_only_where_a_file_was_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, step="review") as operator:
        await to_the_end(operator)
        await operator.until("This file is new.")
        assert "Previous files: " not in operator.flat + operator.app.exit_message
    async with at_the_wizard(folder, answered={"APP_TITLE": "Ours"}, step="review") as operator:
        await to_the_end(operator)
        await operator.until("Previous files: .librechat-wizard/backups/")
        assert "is new" not in operator.flat


async def test_commands_are_copied_and_hold_the_persons_own_data(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review") as operator:
        await to_the_end(operator)
        await operator.until("npm run create-user -- EMAIL NAME USERNAME")
        await operator.until("THEIR-EMAIL")
        await operator.press("1")
        assert operator.app.clipboard == "docker compose up -d"
        await operator.click("#push-person")
        await operator.until("Your account")
        for text in ("me@example.com", "Anna B", "anna"):
            await operator.paste(text)
            await operator.press("enter")
        await operator.until('create-user -- me@example.com "Anna B"')
        await operator.press("2")
        assert 'me@example.com "Anna B" anna' in operator.app.clipboard
        assert 'me@example.com "Anna B" anna' in operator.app.exit_message


async def test_review_explains_each_line_on_demand(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered={"APP_TITLE": "Ours"}, step="review") as operator:
        await operator.until("+APP_TITLE=Ours")
        before = operator.flat
        await operator.press("f6")
        await operator.until_true(lambda: len(operator.flat) > len(before))
        await operator.until("Encryption key for stored keys.")
        await operator.press("f6")
        await operator.until("Encryption key for stored keys.", gone=True)


async def test_answers_that_cannot_be_saved_keep_the_name_that_was_typed(tmp_path: Path) -> None:
    missing, name = tmp_path / "nope", "nope/x.yaml"
    async with at_the_wizard(tmp_path / "chat", answered={"APP_TITLE": "Ours"}, step="review") as operator:
        await to_the_end(operator)
        await operator.press("f10")
        await operator.until("Save the answers")
        await operator.press("home", *["delete"] * 30)
        await operator.paste(f"../{name}")
        await operator.press("enter")
        await operator.until("mkdir -p")
        await operator.until(f"../{name}")
        missing.mkdir()
        await operator.press("enter")
        await operator.until("Save the answers as", gone=True)
        assert (missing / "x.yaml").is_file()


async def test_account_that_create_user_would_reject_is_told_in_the_dialog(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review", size=(80, 24)) as operator:
        await to_the_end(operator)
        await operator.click("#push-person")
        await operator.until("Your account")
        for text in ("foo", "Ana O'Neil", "a"):
            await operator.paste(text)
            await operator.press("enter")
        await operator.until("Email: is not an email address.")
        await operator.until("Name: contains a character")
        await operator.until("User name: must have 2 to 80 characters.")
        for text in ("foo", "Ana O'Neil", "Fill in"):
            await operator.until(text)
        # The first line that is wrong has the cursor.
        await operator.press("end")
        await operator.paste("@example.com")
        await operator.press("down", "end", *["backspace"] * 10)
        await operator.paste("Ana O Neil")
        await operator.press("down", "end")
        await operator.paste("na")
        await operator.press("enter")
        await operator.until("Your account", gone=True)
        await operator.press("2")
        assert 'foo@example.com "Ana O Neil" ana' in operator.app.clipboard


async def test_account_of_a_sign_in_test_has_an_email_address(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review") as operator:
        await to_the_end(operator)
        await operator.press("ctrl+t")
        await operator.until("Use a LibreChat account")
        for text in ("foo", "correct horse"):
            await operator.paste(text)
            await operator.press("enter")
        await operator.until("Email: is not an email address.")
        await operator.until("foo")
        await operator.until("Try it")


async def test_sign_in_test_ends_with_what_it_means_for_people(tmp_path: Path) -> None:
    kept = Check(id="session", title="Staying signed in", static=lambda _: iter((KEPT.passed(),)))
    async with at_the_wizard(tmp_path / "chat", step="review", practice=practice_with(kept)) as operator:
        await to_the_end(operator)
        await operator.press("ctrl+t")
        for text in ("ann@example.com", "correct horse"):
            await operator.until("Use a LibreChat account")
            await operator.paste(text)
            await operator.press("enter")
        await operator.until(f"{KEPT.passed().summary} 0 failed")
