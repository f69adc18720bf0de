"""What stands in a field is what the answer is, however fast the keys come and whatever else changes the answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from screens.full.fields import Field, Pick
from screens.full.line_input import AnswerInput
from screens.full.questions_pane import QuestionsPane
from screens.shared.field_state import field_state
from tests.screens.full.operator import Operator, at_the_wizard

USER, SENDER, CLIENT = "settings.EMAIL_USERNAME", "settings.EMAIL_FROM", "settings.DOMAIN_CLIENT"


def burst(operator: Operator, *keys: str) -> None:
    """Send keys all at once, as an unbracketed paste or a slow line delivers them."""
    for key in keys:
        operator.app.simulate_key(key)


def in_field(operator: Operator, identity: str) -> str:
    """Return what the editor of a question holds."""
    field = next(field for field in operator.app.screen.query(Field) if field.identity == identity)
    return field.query_one(AnswerInput).value


def disagreeing(operator: Operator) -> list[str]:
    """Return the questions whose fields do not show what the interview holds."""
    fields = [
        (field, editor) for field in operator.app.screen.query(Field) for editor in field.query("AnswerInput, Pick")
    ]
    return [
        f"{field.identity}: {editor.value!r}, not {held!r}"
        for field, editor in fields
        if isinstance(editor, AnswerInput | Pick)
        and editor.value != (held := field_state(operator.app.interview, field.identity).editor)
    ]


async def at_rest(operator: Operator) -> None:
    """Wait until the answers have been looked at, which comes after the last edit."""
    await operator.until_true(
        lambda: operator.app.preview and operator.app.preview.draft == operator.app.interview.draft
    )
    await operator.press()


@pytest.mark.parametrize(
    ("step", "before", "identity", "text"),
    [
        # The sender follows the user, and its field disappears with the first "@".
        ("mail", ("1", "tab"), USER, "me@gmail.com"),
        ("mail", ("1", "tab"), USER, "me@gmail.com, no, you@gmail.com"),
        ("access", ("4", "tab"), CLIENT, "http://192.168.1.50:8080"),
        ("access", ("1", "tab"), CLIENT, "https://chat.example.com"),
        ("openid", ("1", "tab"), "settings.OPENID_ISSUER", "https://id.example.com/realms/main"),
    ],
)
async def test_a_burst_of_keys_stays_in_its_field(
    tmp_path: Path, step: str, before: tuple[str, ...], identity: str, text: str
) -> None:
    async with at_the_wizard(tmp_path / "chat", step=step) as operator:
        if step == "openid":
            operator.app.interview.answer("guide.providers", "openid")
        await operator.press(*before)
        burst(operator, *text)
        await operator.until_true(lambda: operator.app.interview.draft.text(identity) == text)
        await at_rest(operator)
        assert in_field(operator, identity) == text
        await operator.press("end", "x")
        assert (in_field(operator, identity), operator.app.interview.draft.text(identity)) == (f"{text}x", f"{text}x")
        await at_rest(operator)
        assert disagreeing(operator) == []


async def test_keys_that_come_while_fields_appear_and_disappear_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = QuestionsPane.shape

    async def slowly(pane: QuestionsPane) -> None:
        await asyncio.sleep(0.05)
        await shape(pane)

    monkeypatch.setattr(QuestionsPane, "shape", slowly)
    async with at_the_wizard(tmp_path / "chat", step="mail") as operator:
        await operator.press("1", "tab")
        for key in "me@gmail.com":
            burst(operator, key)
            await asyncio.sleep(0.02)
        await operator.until_true(lambda: operator.app.interview.draft.text(USER) == "me@gmail.com")
        await at_rest(operator)
        assert disagreeing(operator) == []


async def test_the_senders_field_follows_the_user(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="mail", size=(100, 60)) as operator:
        await operator.press("1")
        await operator.go_to("EMAIL_USERNAME")
        await operator.press("f6")
        burst(operator, *"me@gmail.com")
        await operator.until_true(lambda: operator.app.interview.draft.text(SENDER) == "me@gmail.com")
        await at_rest(operator)
        assert disagreeing(operator) == []
        await operator.go_to("EMAIL_FROM")
        await operator.press("end", "x")
        assert operator.app.interview.draft.text(SENDER) == "me@gmail.comx"


async def test_a_release_can_be_typed_anew(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.go_to("librechat.release")
        found = in_field(operator, "librechat.release")
        assert found
        await operator.press("end", *["backspace"] * len(found), *"0.8.6")
        assert in_field(operator, "librechat.release") == "0.8.6"
        await operator.press(*["backspace"] * 5)
        await at_rest(operator)
        assert in_field(operator, "librechat.release") == ""
        await operator.press("tab")
        await operator.until_true(lambda: in_field(operator, "librechat.release") == found)


async def test_an_address_is_completed_with_all_of_its_keys(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        await operator.press("4", "tab")
        await operator.press(*"192.168.1.5")
        line = operator.app.screen.focused
        assert isinstance(line, AnswerInput)
        # The mouse takes the focus away with the last key.
        line.insert_text_at_cursor("0")
        operator.app.set_focus(None)
        await operator.until_true(lambda: operator.app.interview.draft.text(CLIENT) == "http://192.168.1.50:3080")
        await at_rest(operator)
        assert disagreeing(operator) == []


async def test_what_changes_an_answer_changes_the_focused_field(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        operator.app.interview.addresses = lambda: ("192.168.1.7",)
        await operator.press("4", "tab", "f5")
        await operator.until_true(lambda: in_field(operator, CLIENT) == "http://192.168.1.7:3080")
        burst(operator, "end", *"/chat", "f4")
        await operator.until_true(lambda: CLIENT not in operator.app.interview.draft.entries)
        await operator.until_true(lambda: in_field(operator, CLIENT) == "")
        burst(operator, "f4")
        await operator.until_true(lambda: in_field(operator, CLIENT) == "http://192.168.1.7:3080/chat")
        assert disagreeing(operator) == []
        await operator.go_to("JWT_SECRET")
        burst(operator, *"typed-by-hand", "f8")
        await operator.until("will be generated")
        assert in_field(operator, "settings.JWT_SECRET") == ""


async def test_another_preset_changes_the_fields_that_were_typed_in(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="mail", size=(100, 60)) as operator:
        await operator.press("f6")
        await operator.go_to("EMAIL_HOST")
        burst(operator, *"mail.example.com")
        await operator.until_true(
            lambda: operator.app.interview.draft.text("settings.EMAIL_HOST") == "mail.example.com"
        )
        await operator.go_to("guide.mail")
        await operator.press("f6", "1")
        await operator.until_true(lambda: in_field(operator, "settings.EMAIL_HOST") == "smtp.gmail.com")
        await at_rest(operator)
        assert disagreeing(operator) == []


@pytest.mark.parametrize(("name", "default"), [("MIN_PASSWORD_LENGTH", "8"), ("BAN_DURATION", "7200000")])
async def test_an_empty_field_shows_the_default_that_applies(tmp_path: Path, name: str, default: str) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24)) as operator:
        operator.app.interview.answer(f"settings.{name}", "")
        await operator.go_to(name)
        (line,) = operator.app.screen.query("Field.-focused LineInput").results(AnswerInput)
        assert line.value == ""
        assert line.placeholder == f"default: {default}"
        await operator.until(f"default: {default}")
        await operator.press("9")
        await operator.until(f"default: {default}", gone=True)
        await operator.press("backspace")
        await operator.until(f"default: {default}")


async def test_an_empty_field_shows_an_example_rather_than_a_default(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24)) as operator:
        await operator.go_to("EMAIL_HOST")
        (line,) = operator.app.screen.query("Field.-focused LineInput").results(AnswerInput)
        assert line.placeholder == "smtp.example.com"
