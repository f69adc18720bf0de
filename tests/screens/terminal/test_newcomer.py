"""What a newcomer trips over at a small terminal: one short walk for each kind, with nothing but the screen to go by."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.demo.folder import make
from tests.screens.terminal.operators import answer_full_screen
from tests.screens.terminal.terminal import Terminal, wizard
from wizard import catalogue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (place := tmp_path / "chat").mkdir()
    make(place)
    return place


def choose_localhost(terminal: Terminal) -> None:
    """Answer the question that everything needs, with a choice that needs no address."""
    terminal.until("step 1 of")
    terminal.press("ctrl-n")
    terminal.until("Access step 2")
    terminal.type("3")
    terminal.until("(•) Only on this machine")


def go_to(terminal: Terminal, step: str, wanted: str) -> None:
    """Go to a step with F3."""
    terminal.press("f3")
    terminal.until("Find a setting")
    terminal.type(step)
    terminal.until("found")
    terminal.press("enter")
    terminal.until(wanted)


def test_leaving_says_which_answer_stays(folder: Path) -> None:
    with wizard(folder) as terminal:
        choose_localhost(terminal)
        terminal.press("ctrl-c")
        terminal.until("Leave the wizard?")
        for answer in ("Stay", "Leave and keep", "Leave and discard"):
            assert answer in terminal.flat, terminal.text


def test_keys_below_a_dialog_are_those_of_the_dialog(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        terminal.press("f1")
        terminal.until("Close")
        assert "Esc" in terminal.lines[-1], terminal.text
        assert "Next" not in terminal.lines[-1], terminal.text


def test_help_explains_every_choice_to_a_newcomer_first(folder: Path) -> None:
    with wizard(folder, size=(80, 40)) as terminal:
        choose_localhost(terminal)
        terminal.press("f1")
        terminal.until("Manual:")
        choices = [line for line in terminal.lines if "│ * " in line]
        assert len(choices) == 4
        assert all(": " in line for line in choices), terminal.text


def test_review_begins_with_what_changes(folder: Path) -> None:
    with wizard(folder) as terminal:
        choose_localhost(terminal)
        go_to(terminal, "review", "+++ .env")
        lines = terminal.lines
        first = next(number for number, line in enumerate(lines) if "+++ .env" in line)
        assert any("+MEILI_MASTER_KEY=" in line for line in lines[first:]), "the first page shows no changed line"
        assert not any("To know" in line for line in lines[:first]), "notes before the difference"


def test_redirect_address_is_in_view_when_openid_opens(folder: Path) -> None:
    with wizard(folder) as terminal:
        choose_localhost(terminal)
        go_to(terminal, "OPENID_ISSUER", "OPENID_ISSUER not set")
        terminal.press("shift-tab")
        terminal.until("Identity provider")
        assert "/oauth/openid/callback" in terminal.flat, terminal.text


def test_notes_speak_to_people(folder: Path) -> None:
    with wizard(folder) as terminal:
        choose_localhost(terminal)
        terminal.press("f5")
        terminal.settle(0.5)
        assert "Set: access" not in terminal.flat
        for odd in ("How much to decide", "No longer read", "Only looks", "Under which address", "as it stands"):
            assert odd not in terminal.flat, terminal.text


def test_question_about_an_earlier_run_lies_over_the_first_step(folder: Path) -> None:
    with wizard(folder) as terminal:
        choose_localhost(terminal)
        terminal.press("ctrl-c")
        terminal.until("Leave the wizard?")
        terminal.press("right", "enter")
        terminal.wait()
    with wizard(folder) as terminal:
        terminal.until("Continue where you left off?")
        terminal.until("step 1 of")
        assert terminal.lines[0].startswith(" LibreChat auth wizard"), terminal.text


def test_an_address_in_one_burst_stays_whole(folder: Path) -> None:
    with wizard(folder) as terminal:
        choose_localhost(terminal)
        go_to(terminal, "guide.mail", "Gmail")
        terminal.type("1")
        terminal.until("apppasswords")
        terminal.press("tab")
        terminal.type("me@gmail.com")
        terminal.until("me@gmail.com")
        terminal.press("end")
        terminal.type("x")
        terminal.until("me@gmail.comx")


def below(terminal: Terminal, text: str) -> str:
    """Return the line below the one in which a text begins, from the column before it on."""
    row = next(number for number, line in enumerate(terminal.lines) if text in line)
    return terminal.lines[row + 1][terminal.lines[row].index(text) - 1 :]


def test_long_command_and_explanation_go_on_below_their_own_beginning(folder: Path) -> None:
    with wizard(folder) as terminal:
        choose_localhost(terminal)
        go_to(terminal, "review", "Ctrl+W writes")
        terminal.press("f6")
        title = catalogue.by_key()["MEILI_MASTER_KEY"].title
        terminal.until(f"{title}. ")
        explained = below(terminal, f"{title}. ")
        assert explained[0] == " ", terminal.text
        assert explained[1].isalpha(), terminal.text
        terminal.press("ctrl-w")
        terminal.until("Create the first account")
        command = below(terminal, "(cd")
        assert command[0] == " ", terminal.text
        assert command[1] != " ", terminal.text


def test_blocked_review_says_why_nothing_is_written(folder: Path) -> None:
    with wizard(folder, size=(120, 40)) as terminal:
        for name, value in (
            ("access", "https-proxy"),
            ("DOMAIN_CLIENT", "https://chat.our-host.net"),
            ("proxy.certificate", "files"),
        ):
            answer_full_screen(terminal, name, value)
        go_to(terminal, "review", "Nothing can be written with these answers yet")
        terminal.until("'From my own certificate files' needs 'Certificate file' and 'Key file'.")
        assert "certificate_file" not in terminal.flat, terminal.text
        terminal.press("ctrl-w")
        terminal.until("Nothing was written. Fix 'Certificate file'")
        terminal.until("in Access")
        terminal.press("tab")
        terminal.until(">Go to Certificate file<")


def test_provider_left_empty_is_incomplete_in_the_checks(folder: Path) -> None:
    with wizard(folder, size=(80, 60)) as terminal:
        choose_localhost(terminal)
        go_to(terminal, "guide.providers", "[ ] OpenID")
        terminal.type("5")
        terminal.until("[x] OpenID")
        go_to(terminal, "checks", "failed, ")
        terminal.until("Sign-in with OpenID is incomplete")
        assert "not run (OpenID is not configured" not in terminal.flat
        assert not any("Not needed here" in line and "OpenID" in line for line in terminal.lines)
