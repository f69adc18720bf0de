"""A person at the full screen: installs, comes back, changes a mind, is cut off, goes on."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.rounds import of_each_kind
from tests.screens.cli.program import tree
from tests.screens.terminal.operators import answer_full_screen, full_screen, write_anyway
from tests.screens.terminal.terminal import Terminal, wizard

NpmDotenv = Callable[[Sequence[bytes]], list[dict[str, str]]]


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    return sample_folder("v0.8.7")


def test_first_install_with_nothing_but_tab_enter_and_typing(folder: Path, npm_dotenv: NpmDotenv) -> None:
    # The name of the folder is long here, and stands above the commands at the end.
    with wizard(folder, size=(80, 40)) as terminal:
        terminal.until("step 1 of 8")
        terminal.press("enter", "ctrl-n")
        terminal.until("step 2 of 8")
        terminal.press("f5", "tab")
        terminal.type("https://chat.example.com")
        terminal.press("ctrl-n")
        terminal.until("step 3 of 8")
        terminal.press("f5", "ctrl-n")
        terminal.until("step 4 of 8")
        terminal.press("home", *["left"] * 10, "space", "tab")
        terminal.until("smtp.gmail.com")
        answer_full_screen(terminal, "EMAIL_USERNAME", "me@gmail.com")
        answer_full_screen(terminal, "EMAIL_PASSWORD", "abcd efgh ijkl mnop")
        assert "abcd efgh" not in terminal.text
        answer_full_screen(terminal, "EMAIL_FROM", "me@gmail.com")
        terminal.press("ctrl-n")
        terminal.until("step 5 of 8")
        terminal.press("ctrl-n")
        terminal.until("step 6 of 8")
        terminal.until("inconclusive.")
        terminal.press("enter")
        terminal.until("Ctrl+W writes ")
        terminal.press("ctrl-w")
        # Without a network the checks have found no mail server, and the write question says so.
        write_anyway(terminal, "create-user")
        terminal.press("enter")
        assert terminal.wait() == 0
        assert "abcdefgh" not in terminal.raw.decode(errors="replace")

    values = npm_dotenv([(folder / ".env").read_bytes()])[0]
    assert values["DOMAIN_CLIENT"] == values["DOMAIN_SERVER"] == "https://chat.example.com"
    assert values["ALLOW_REGISTRATION"] == "false"
    assert (values["EMAIL_HOST"], values["EMAIL_PORT"], values["EMAIL_ENCRYPTION"]) == (
        "smtp.gmail.com",
        "587",
        "starttls",
    )
    assert values["EMAIL_PASSWORD"] == "abcd efgh ijkl mnop"
    assert len({values[name] for name in ("CREDS_KEY", "JWT_SECRET", "JWT_REFRESH_SECRET")} - {""}) == 3
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    assert (folder / "Caddyfile").exists()
    assert not (folder / ".librechat-wizard" / "draft.json").exists()


def test_second_run_changes_one_value_and_nothing_else(folder: Path) -> None:
    full_screen(folder, {"access": "localhost"})
    before = tree(folder)
    full_screen(folder, {"APP_TITLE": "Ours"})
    after = tree(folder)
    changed = {name for name in after if after[name] != before.get(name) and ".librechat-wizard" not in name}
    assert changed == {".env"}
    old, new = before[".env"][3].decode().splitlines(), after[".env"][3].decode().splitlines()
    assert [line for line in new if line not in old] == ["APP_TITLE=Ours"]


def test_http_lan_warns_and_works(folder: Path) -> None:
    full_screen(folder, {"access": "http-lan", "DOMAIN_CLIENT": "http://192.168.1.10:3080"})
    text = (folder / ".env").read_text(encoding="utf-8")
    assert re.search(r"^DOMAIN_SERVER=http://192\.168\.1\.10:3080$", text, re.MULTILINE)


def test_back_and_forth_loses_nothing(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "access", "https-proxy")
        answer_full_screen(terminal, "DOMAIN_CLIENT", "not a url")
        terminal.until("x ")
        for _ in range(3):
            terminal.press("ctrl-n")
        for _ in range(3):
            terminal.press("ctrl-p")
        terminal.until("step 2 of")
        terminal.press("tab")
        terminal.until("not a url")
        terminal.until("no scheme")
    entries = json.loads((folder / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8"))["entries"]
    assert (entries["access"], entries["settings.DOMAIN_CLIENT"]) == ({"text": "https-proxy"}, {"text": "not a url"})


def test_ctrl_c_keeps_the_answers_when_told_to(folder: Path) -> None:
    before = {name: state for name, state in tree(folder).items() if ".librechat-wizard" not in name}
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "APP_TITLE", "Kept")
        terminal.press("ctrl-c")
        terminal.until("Leave the wizard?")
        terminal.press("right", "enter")
        assert terminal.wait() == 130
    assert {name: state for name, state in tree(folder).items() if ".librechat-wizard" not in name} == before
    with wizard(folder) as terminal:
        terminal.until("Continue where you left off?")
        terminal.press("enter")
        terminal.until("Kept")


def test_ctrl_c_throws_the_answers_away_when_told_to(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "APP_TITLE", "Thrown")
        terminal.press("ctrl-c")
        terminal.until("Leave the wizard?")
        terminal.press("right", "right", "enter")
        assert terminal.wait() == 130
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        assert "Continue where you left off" not in terminal.flat


def test_second_wizard_is_told_of_the_first(folder: Path) -> None:
    with wizard(folder) as first:
        first.until("step 1 of")
        with wizard(folder) as second:
            assert second.wait() == 3
            assert f"process {first.process.pid}" in second.flat


STEPS = (
    *("Welcome", "Access", "Accounts", "Sessions", "Secrets", "Mail", "Providers", "Google", "GitHub", "Discord", "Apple"),
    *("OpenID", "SAML", "LDAP", "Protection", "Sign-in page", "Admin panel", "Server", "Update", "Deprecated", "Checks", "Review"),
)  # fmt: skip


def go_to(terminal: Terminal, number: int) -> None:
    terminal.press("f2")
    terminal.until("Go to a step")
    terminal.press("home")
    terminal.type("\x1b[B" * number)
    terminal.press("enter")
    terminal.until("Go to a step", gone=True)


def title_of(terminal: Terminal) -> str:
    """Return the title of the step, to the right of the list of steps."""
    column = 21
    found = (re.fullmatch(r"(.*?)  (?:step \d|an extra).*", line[column:]) for line in terminal.lines[:4])
    return next((title[1].strip() for title in found if title), "")


KILLED_AT = tuple(range(start, len(STEPS), 6) for start in range(6))
"""Steps at which one person's wizard is killed, one after the other."""


@pytest.mark.parametrize("numbers", of_each_kind(KILLED_AT, (KILLED_AT[1], KILLED_AT[3])))
def test_kill_at_every_screen_is_resumed_there(folder: Path, numbers: range) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "guide.providers", "")
        for _ in range(7):
            terminal.press("space", "down")
        answer_full_screen(terminal, "APP_TITLE", "Kept #1")
        answer_full_screen(terminal, "EMAIL_PASSWORD", "canary-password-77")
        for number in numbers:
            go_to(terminal, number)
            assert title_of(terminal) == STEPS[number]
            journal = (folder / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8")
            terminal.kill(signal.SIGKILL)
            assert terminal.wait() == 128 + signal.SIGKILL
            assert "canary-password-77" not in journal
            terminal = Terminal("--dir", folder)  # noqa: PLW2901 - the same person starts it again
            terminal.until("Continue where you left off?")
            terminal.press("enter")
            terminal.until("Continue where you left off?", gone=True)
            terminal.settle(0.3)
            assert title_of(terminal) == STEPS[number]
            entries = json.loads(journal)["entries"]
            assert json.loads((folder / ".librechat-wizard" / "draft.json").read_text())["entries"] == entries
            assert entries["settings.APP_TITLE"] == {"text": "Kept #1"}
            assert entries["settings.EMAIL_PASSWORD"] == {"secret": True}
        terminal.__exit__(None, None, None)


def test_what_is_to_be_read_first_is_in_sight(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        terminal.settle(0.5)
        assert "No .env yet" in terminal.text
        assert "How much to configure" in terminal.text
        answer_full_screen(terminal, "guide.providers", "")
        terminal.press("space")
        terminal.press("ctrl-n")
        terminal.until("Google step")
        terminal.settle(0.5)
        assert "Redirect URI" in terminal.text
        assert "GOOGLE_CLIENT_ID" in terminal.text


def test_letter_sends_its_field_alone_over_the_line(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of 8")
        terminal.press("f3")
        terminal.type("EMAIL_HOST")
        terminal.press("enter")
        terminal.until("step 4 of")
        terminal.type("smtp.mail.example.com")
        terminal.until("smtp.mail.example.com")
        terminal.until("your answer")
        # What the first letters change elsewhere is drawn: the sign, what it leads to.
        terminal.settle(1)
        before = len(terminal.raw)
        terminal.type("x")
        terminal.until("smtp.mail.example.comx")
        terminal.settle(1)
        sent = terminal.raw[before:].decode(errors="replace")
        assert "comx" in sent
        assert [
            text for text in ("EMAIL_HOST", "The name of the mail server", "Sessions", "Next") if text in sent
        ] == []
