"""Text of files is drawn as plain text: it cannot steer the terminal, make links or crash the wizard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rounds import of_each_kind
from tests.screens.terminal.terminal import wizard

HOSTILE = {
    "APP_TITLE": "[@click=app.bell]press[/] [/nope] [red]",
    "EMAIL_FROM_NAME": "\x1b]0;owned\x07\x1b[31mred\x1b[2J",
    "EMAIL_USERNAME": "\u202egnp.exe\u202c \u2066x\u2069",
    "EMAIL_HOST": "h" * 5000,
    "OPENID_BUTTON_LABEL": "\U0001f468\u200d\U0001f469 wide \u4e2d\u6587 \u0000",
    "OPENID_SCOPE": "$primary $text-error ${IMAGE}",
}


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    folder = sample_folder("v0.8.7")
    text = "".join(f"{name}='{value}'\n" for name, value in HOSTILE.items())
    (folder / ".env").write_text(f"PORT=3080\n{text}", encoding="utf-8")
    return folder


@pytest.mark.parametrize("size", of_each_kind([(80, 24), (60, 16), (200, 60)], [(80, 24)]))
def test_full_screen_draws_it_inert(folder: Path, size: tuple[int, int]) -> None:
    with wizard(folder, size=size) as terminal:
        terminal.until("step 1 of")
        for name in HOSTILE:
            terminal.press("f3")
            terminal.until("Find a setting")
            terminal.type(name)
            terminal.press("enter")
            terminal.until("Find a setting", gone=True)
            terminal.until(name[:30])
            terminal.press("f1")
            terminal.press("escape")
        for _ in range(8):
            terminal.press("ctrl-n")
            terminal.settle(0.4)
        assert terminal.process.isalive()
        written = terminal.raw.decode(errors="replace")
    assert "\x1b]0;owned" not in written
    assert "\x1b[2J\x1b" not in written.replace("\x1b[2J\x1b[H", "")
    for steering in ("\u202e", "\u2066", "\x07\x1b[31mred"):
        assert steering not in written


def test_line_prompts_draw_it_inert(folder: Path) -> None:
    with wizard(folder, "--plain", size=(120, 60)) as terminal:
        terminal.until("> ")
        for name in HOSTILE:
            terminal.type(f":go {name}\r")
            terminal.until(f"({name})")
        terminal.type(":go review\r")
        terminal.until("write")
        written = terminal.raw.decode(errors="replace")
    assert "\x1b" not in written.replace("\x1b[?2004", "")
    for steering in ("\u202e", "\u2066", "\x07"):
        assert steering not in written


@pytest.mark.parametrize("arguments", [(), ("--plain",)])
def test_broken_compose_file_is_told_and_no_crash(
    sample_folder: Callable[..., Path], arguments: tuple[str, ...]
) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\n", encoding="utf-8")
    with (folder / "docker-compose.yml").open("a", encoding="utf-8") as file:
        file.write("  broken: [\n")
    with wizard(folder, *arguments) as terminal:
        if arguments:
            terminal.until(">")
            terminal.type(":go review\r")
            terminal.until("docker-compose.yml")
            terminal.until("not valid YAML")
        else:
            terminal.until("How much to configure")
            terminal.press("f2")
            terminal.press("end", "enter")
            terminal.until("docker-compose.yml")
            terminal.until("not valid YAML")
        assert terminal.process.isalive()


def test_what_is_wrong_in_the_folder_is_seen_at_once(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\nALLOW_PASSWORD_RESET=true\n", encoding="utf-8")
    with wizard(folder, size=(120, 40)) as terminal:
        terminal.until("Problems found so far")
        terminal.until("reset")
        assert terminal.flat.index("Problems found so far") < terminal.flat.index("reset")
