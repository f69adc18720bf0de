"""Every key has a second way, and everything that keys do can be found and chosen from one list."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from screens.demo.folder import make
from screens.full.dialog import Dialog
from screens.full.line_input import LineInput
from screens.full.sign_in_test import SignInTest
from tests.screens.full.operator import Operator, at_the_wizard
from wizard import catalogue


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (("escape", "2"), "Go to a step"),
        (("alt+2",), "Go to a step"),
        (("escape", "3"), "Find a setting"),
        (("slash",), "Find a setting"),
        (("question_mark",), "Everything about"),
        (("escape", "1"), "Everything about"),
        (("alt+n",), "step 3 of"),
        (("alt+p",), "step 1 of"),
        (("escape", "0"), "Save the answers"),
    ],
)
async def test_second_way(tmp_path: Path, keys: tuple[str, ...], shown: str) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        for key in keys:
            operator.app.simulate_key(key)
        await operator.until(shown)


async def test_slash_and_question_mark_are_letters_in_a_field(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered={"APP_TITLE": ""}) as operator:
        await operator.go_to("APP_TITLE")
        await operator.press("a", "slash", "question_mark", "7")
        await operator.until_true(lambda: (operator.app.interview.draft.text("settings.APP_TITLE") or "").endswith("7"))
        assert operator.app.interview.draft.text("settings.APP_TITLE") == "a/?7"
        assert "Find a setting" not in operator.flat


async def test_escape_alone_closes(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.press("f2")
        await operator.until("Go to a step")
        await operator.press("escape")
        await operator.until("Go to a step", gone=True)
        assert operator.app.is_running
        assert "step 1 of" in operator.flat, "it closes the list alone"


async def test_palette_holds_actions_steps_and_settings_with_their_values(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered={"APP_TITLE": "Our chat"}, size=(80, 24)) as operator:
        await operator.press("f3")
        await operator.until("Find a setting")
        await operator.until("^N Next")
        assert "Page Right" not in operator.text, "Textual's own scrolling is no action of the wizard"
        for typed, shown in (
            ("light", "F12 Light or dark"),
            ("save", "F10 Save answers"),
            ("checks", "step Checks"),
            ("app_title", "APP_TITLE = Our chat"),
            ("zzzz", "Nothing found. Try a single word"),
        ):
            await operator.press("home", *["delete"] * 12)
            await operator.paste(typed)
            await operator.until(shown)
        await operator.press("home", *["delete"] * 12)
        await operator.paste("steps")
        await operator.until("F2 Steps")
        await operator.press("enter")
        await operator.until("Go to a step")


async def test_palette_finds_actions_and_commands_by_the_words_for_them(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(100, 30)) as operator:
        await operator.press("f3")
        await operator.until("^C Quit")
        for typed, shown in (("invite", "action:ctrl+l"), ("theme", "action:f12"), ("restore", "command:restore")):
            await operator.press("home", *["delete"] * 12)
            await operator.paste(typed)
            await operator.until_true(
                lambda: [one.id for one in operator.app.screen.query_one(OptionList).options[:1]] == [shown]  # noqa: B023
            )
        await operator.press("enter")
        await operator.until_true(lambda: operator.app.clipboard.endswith(" restore"))


async def test_palette_names_a_question_by_its_title_and_says_what_is_not_read(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(100, 30)) as operator:
        release = operator.app.interview.release
        await operator.press("f3")
        await operator.until("Find a setting")
        await operator.paste("keycloak")
        await operator.until("Sign-in providers")
        assert "guide.providers" not in operator.text
        unread = next(one for one in catalogue.SETTINGS if one.section and not one.is_read(release))
        await operator.press("home", *["delete"] * 12)
        await operator.paste(unread.key)
        await operator.until(f"not read by {release}")


async def test_palette_begins_with_what_leads_on_and_ends_with_leaving(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        await operator.press("f3")
        await operator.until("^C Quit")
        listed = operator.app.screen.query_one(OptionList)
        actions = [option.id for option in listed.options if str(option.id).startswith("action:")]
        assert actions[-1] == "action:ctrl+c"
        await operator.press("enter")
        await operator.until("step 3 of")


async def test_palette_leaves_from_a_field_too(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered={"APP_TITLE": "Ours"}) as operator:
        await operator.go_to("APP_TITLE")
        assert isinstance(operator.app.screen.focused, LineInput)
        await operator.press("f3")
        await operator.until_true(lambda: operator.app.screen.query("Find OptionList"))
        options = operator.app.screen.query_one(OptionList).options
        assert [one.id for one in options if str(one.id).startswith("action:")][-1] == "action:ctrl+c"
        await operator.paste("quit")
        await operator.until_true(lambda: operator.app.screen.query_one(OptionList).options[0].id == "action:ctrl+c")
        await operator.press("enter")
        await operator.until("Leave the wizard?")


def named(operator: Operator) -> str:
    """Return the line of keys."""
    return operator.text.splitlines()[-1]


async def test_back_is_named_only_where_there_is_a_step_before(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(120, 40)) as operator:
        assert "^N Next" in named(operator)
        assert "^P" not in named(operator)
        await operator.press("f3")
        await operator.until_true(lambda: operator.app.screen.query("Find OptionList"))
        assert "action:ctrl+p" not in [one.id for one in operator.app.screen.query_one(OptionList).options]
        await operator.press("escape", "ctrl+n")
        await operator.until("step 2 of")
        await operator.until_true(lambda: "^P Back" in named(operator))


@pytest.mark.parametrize("key", ["f1", "f2", "f3", "f8", "f10"])
async def test_every_dialog_names_how_to_quit_and_does_it(tmp_path: Path, key: str) -> None:
    folder = tmp_path / "chat"
    folder.mkdir()
    make(folder)
    (folder / ".env").write_text(f"JWT_SECRET={'6f' * 32}\n")
    async with at_the_wizard(folder, answered={"APP_TITLE": "Ours"}, step="secrets") as operator:
        await operator.go_to("JWT_SECRET")
        await operator.press(key)
        await operator.until_true(lambda: isinstance(operator.app.screen, Dialog))
        opened = operator.app.screen
        await operator.until_true(lambda: "^C Quit" in named(operator))
        await operator.press("ctrl+c")
        await operator.until("Leave the wizard?")
        await operator.press("escape")
        await operator.until_true(lambda: operator.app.screen is opened)
        assert not operator.app._exit


async def test_live_test_names_its_end_whatever_has_the_keys(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="openid", size=(80, 24)) as operator:
        await operator.press("ctrl+t")
        await operator.until_true(lambda: isinstance(operator.app.screen, SignInTest))
        test = operator.app.screen
        line = test.query_one("#live-paste")
        for _ in range(2):
            await operator.until_true(lambda: "Esc Stop, close" in named(operator))
            assert "^C" not in named(operator)
            line.remove_class("-hidden")
            line.focus()
            await operator.until_true(lambda: line.has_focus)
            await operator.press()
        await operator.press("ctrl+c")
        await operator.until_true(lambda: operator.app.screen is not test)
        assert not operator.app._exit
        assert "Leave the wizard?" not in operator.flat


async def test_each_entry_of_the_palette_has_a_name_of_its_own(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        await operator.press("f3")
        await operator.until("^C Quit")
        listed = operator.app.screen.query_one(OptionList)
        shown = [(str(one.id), str(one.prompt)) for one in listed.options]
        names = [text.split(maxsplit=1)[1] for identity, text in shown if not identity.startswith("setting:")]
        assert len(names) == len({*names})
        assert "Accounts" in names


async def test_footer_of_a_dialog_names_its_own_keys(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=(80, 24)) as operator:
        assert "Space Choose" in operator.text
        await operator.press("tab")
        assert "Space Choose" not in operator.text
        await operator.press("f2")
        await operator.until("Go to a step")
        assert "Esc Back  Enter Choose" in operator.text.splitlines()[-1]
        assert "Next" not in operator.text.splitlines()[-1]
        await operator.press("escape", "f3")
        await operator.until("Find a setting")
        assert "Esc Back  Enter Choose" in operator.text.splitlines()[-1]
        await operator.paste("zzzqq")
        await operator.until("Nothing found")
        await operator.until("Enter Choose", gone=True)
