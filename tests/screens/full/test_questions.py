"""Answering: what is typed reaches the interview and the preview, and the keys lead from step to step."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest
from textual import events
from textual.message import Message

from screens.full import questions_screen, type_ahead
from screens.full.line_input import LineInput
from screens.full.questions_screen import QuestionsScreen
from screens.full.step_screen import StepScreen
from tests.canaries import CANARIES
from tests.screens.full.operator import at_the_wizard, practice_with
from wizard.answers.draft import Draft
from wizard.interview.interview import Interview
from wizard.interview.preview import Preview, look_ahead

CANARY = CANARIES[0] + "-of-32-letters"


async def test_typed_answer_reaches_journal_and_preview(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder) as operator:
        await operator.go_to("APP_TITLE")
        await operator.press(*"Our_Chat")
        await operator.until("your answer")
        journal = json.loads((folder / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8"))
        assert journal["entries"]["settings.APP_TITLE"] == {"text": "Our_Chat"}
        app = operator.app
        await operator.until_true(lambda: app.preview and app.preview.draft.text("settings.APP_TITLE") == "Our_Chat")


async def test_an_address_is_masked_as_soon_as_it_has_a_password(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    address = f"http://me:{CANARY}@proxy:3128"
    async with at_the_wizard(folder, size=(80, 24)) as operator:
        await operator.go_to("PROXY")
        journal = folder / ".librechat-wizard" / "draft.json"
        seen = []
        for key in address:
            await operator.press(key)
            seen.append(operator.text + journal.read_text(encoding="utf-8"))
        assert "http://me" in seen[8]
        assert not [text for text in seen if f"me:{CANARY[0]}" in text or CANARY[:5] in text]
        await operator.until("your answer")
        assert json.loads(journal.read_text(encoding="utf-8"))["entries"]["settings.PROXY"] == {"secret": True}
        await operator.press("home", "f7")
        await operator.until(CANARY)
        await operator.press("f7")
        await operator.until(CANARY, gone=True)
        await operator.press("end", *["backspace"] * (len(address) - len("http://me")))
        await operator.until("http://me")


async def test_an_address_with_a_password_in_env_is_not_shown(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder):
        pass
    (folder / ".env").write_text(f"HTTPS_PROXY=http://me:{CANARY}@proxy.example:3128\n", encoding="utf-8")
    async with at_the_wizard(folder, size=(100, 60)) as operator:
        await operator.go_to("HTTPS_PROXY")
        await operator.until("from .env")
        assert CANARY[:8] not in operator.text
        await operator.press("f1")
        await operator.until("in .env")
        assert CANARY[:8] not in operator.text


async def test_rules_across_fields_mark_field_and_step(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.go_to("EMAIL_HOST")
        await operator.paste("smtp.our-chat.net")
        await operator.until_true(
            lambda: operator.app.preview and "settings.EMAIL_FROM" in operator.app.preview.by_question
        )
        assert "x Mail" not in operator.text, "an error before anybody had the time to answer"
        await operator.press("ctrl+p")
        await operator.until("x Mail")
        await operator.press("f2")
        await operator.until("Go to a step")
        # The list of another step: it has what the preview of the mail step found out.
        assert "x Mail has a problem" in operator.flat


async def test_refused_value_shows_its_fault_and_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder) as operator:
        before = (folder / ".env.example").read_bytes(), (folder / ".env").exists()
        await operator.go_to("EMAIL_PORT")
        await operator.press(*"abc")
        await operator.until_true(lambda: "x " in operator.field)
        await operator.press("ctrl+n")
        await operator.until("Sign-in providers")
        await operator.press("f2")
        await operator.until("Go to a step")
        await operator.press("end", "enter")
        await operator.until("Nothing can be written with these answers yet")
        await operator.press("ctrl+w")
        assert "EMAIL_PORT" in operator.flat
        assert ((folder / ".env.example").read_bytes(), (folder / ".env").exists()) == before
        await operator.press("tab", "enter")
        await operator.until_true(lambda: "EMAIL_PORT" in operator.field)
        await operator.press("backspace", "backspace", "backspace", *"587")
        await operator.until_true(lambda: "x " not in operator.field)


async def test_next_back_and_the_buttons_beside_them(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.until("step 1 of")
        await operator.press("ctrl+n")
        await operator.until("step 2 of")
        await operator.press("ctrl+n")
        await operator.until("step 3 of")
        await operator.press("ctrl+p")
        await operator.until("step 2 of")
        await operator.click("#push-back")
        await operator.until("step 1 of")
        await operator.click("#push-next")
        await operator.until("step 2 of")


async def test_list_of_steps_jumps_by_key_and_mouse(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.press("f2")
        await operator.until("Go to a step")
        assert "you are here" in operator.flat
        await operator.press("end", "up", "enter")
        await operator.until("Run again")
        await operator.click("#steps", row=2)  # one line of padding, then Welcome and Access
        await operator.until("step 2 of")
        await operator.press("f2")
        await operator.until("Go to a step")
        await operator.press("escape")
        await operator.until("Go to a step", gone=True)
        assert "step 2 of" in operator.flat


async def test_search_goes_to_a_field_that_is_usually_hidden(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.press("f3")
        await operator.until("Find a setting")
        await operator.press(*"cookie")
        await operator.until("SESSION_COOKIE_SECURE")
        await operator.press("escape")
        await operator.until("Find a setting", gone=True)
        await operator.go_to("SESSION_COOKIE_SECURE")
        assert "SESSION_COOKIE_SECURE" in operator.flat
        await operator.press("f1")
        await operator.until("Now: ")


async def test_help_names_the_choice_as_the_screen_does(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        await operator.press("down", "down", "space", "f1")
        await operator.until("Now: Only on this machine (localhost)")


async def test_secret_is_masked_until_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder) as operator:
        await operator.go_to("JWT_SECRET")
        await operator.paste(CANARY)
        await operator.until("your answer")
        assert CANARY not in operator.text
        await operator.press("f7")
        await operator.until(CANARY)
        await operator.press("f7")
        await operator.until(CANARY, gone=True)
        await operator.press("f1")
        await operator.until("(secret)")
        assert CANARY not in operator.text
    for path in (folder / ".librechat-wizard").rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes()


async def test_practice_is_announced_and_has_an_inbox(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", practice=practice_with()) as operator:
        await operator.until("Type anything: it is a practice.")
        assert "PRACTICE" in operator.text.splitlines()[0]
        assert "F11 Inbox" in operator.flat
        await operator.press("f11")
        await operator.until("From: [bold]nobody[/]")


async def test_typed_ahead_keys_reach_the_field_that_the_tab_leads_to(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.go_to("EMAIL_USERNAME")
        for key in (*"user", "tab", *CANARY.replace("-", "")):
            # All at once, as a password manager types.
            operator.app.simulate_key(key)
        interview = operator.app.interview
        await operator.until_true(lambda: interview.draft.text("settings.EMAIL_PASSWORD") == CANARY.replace("-", ""))
        assert interview.draft.text("settings.EMAIL_USERNAME") == "user"
        assert CANARY[:6] not in operator.text


async def test_keys_of_the_application_wait_for_the_text_in_front_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paste = LineInput._on_paste

    async def slowly(line: LineInput, event: events.Paste) -> None:
        await asyncio.sleep(0.3)
        paste(line, event)

    monkeypatch.setattr(LineInput, "_on_paste", slowly)
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.press("ctrl+n")
        await operator.until("step 2 of")
        # One burst, as a slow line delivers it: the way people connect, the address, the next step.
        operator.app.simulate_key("1")
        operator.app.simulate_key("tab")
        operator.app.post_message(events.Paste("chat.example.com"))
        operator.app.simulate_key("ctrl+n")
        await operator.until("step 3 of")
        assert operator.app.interview.draft.text("settings.DOMAIN_CLIENT") == "https://chat.example.com"


async def test_window_that_was_left_answers_the_next_key_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What would wait for a focus that cannot come waits for ever here.
    monkeypatch.setattr(type_ahead, "_LONGEST_WAIT", 10_000.0)
    async with at_the_wizard(tmp_path / "chat") as operator:
        operator.app.post_message(events.AppBlur())
        operator.app.simulate_key("f1")
        await operator.until(">Close<")
        # The other way around, in one packet of the terminal.
        operator.app.simulate_key("escape")
        operator.app.post_message(events.AppBlur())
        await operator.until(">Close<", gone=True)
        operator.app.simulate_key("ctrl+n")
        await operator.until("step 2 of")
        assert operator.app.app_focus, "who types is here"
        assert operator.app.focused is not None


async def test_look_ahead_that_ends_late_does_not_replace_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine the first one, which loads the rules, ends after the one that knows the answer."""
    may_end = threading.Event()
    told: list[Preview] = []

    def held(interview: Interview, draft: Draft) -> Preview:
        if draft.text("access") is None:
            may_end.wait(60)
        return look_ahead(interview, draft)

    def post_message(screen: QuestionsScreen, message: Message) -> bool:
        is_sent = StepScreen.post_message(screen, message)
        if isinstance(message, QuestionsScreen.LookedAhead):
            told.append(message.preview)
        return is_sent

    monkeypatch.setattr(questions_screen, "look_ahead", held)
    monkeypatch.setattr(QuestionsScreen, "post_message", post_message)
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        await operator.until_true(
            lambda: any(one.group == "preview" and one.is_running for one in operator.app.workers)
        )
        await operator.press("4", "tab")
        await operator.until("Type the address that users will open.")
        before = len(told)
        may_end.set()
        await operator.until_true(lambda: len(told) > before)
        assert told[-1].draft.text("access") is None
        await operator.press("f2")
        await operator.until("Go to a step")
        await operator.press("escape")
        await operator.until("Go to a step", gone=True)
        assert "Type the address that users will open." in operator.flat
