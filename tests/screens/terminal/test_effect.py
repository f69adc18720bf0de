"""Writing and applying from the full screen: LibreChat runs with what was answered, or everything is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.terminal.operators import to_review, write_anyway
from tests.screens.terminal.terminal import Terminal, wizard
from tests.wizard.apply.stack import Stack


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(tmp_path)
    yield made
    made.end()


def begin(terminal: Terminal, *expected: str) -> None:
    """Press the key that applies, and write although a check failed."""
    terminal.press("ctrl-a")
    write_anyway(terminal, *expected)


def begin_without_administrator(terminal: Terminal) -> None:
    begin(terminal, "Write and apply?", "first administrator")
    if "Write and apply?" in terminal.flat:
        terminal.press("right", "enter")
    else:
        terminal.type("-")
        terminal.press("enter")


def site(stack: Stack) -> dict[str, str]:
    address = f"http://localhost:{stack.port}"
    return {"PORT": str(stack.port), "DOMAIN_CLIENT": address, "DOMAIN_SERVER": address}


def test_first_start_with_the_first_administrator(stack: Stack) -> None:
    with wizard(stack.folder, size=(100, 40), environment=stack.environment) as terminal:
        to_review(terminal, {"access": "localhost", **site(stack), "APP_TITLE": "New", "ALLOW_REGISTRATION": "false"})
        begin(terminal, "first administrator")
        terminal.type("admin@example.com")
        terminal.press("enter")
        terminal.until("$ docker compose up -d")
        terminal.until("LibreChat is running with the new settings")
        assert "First administrator admin@example.com, password (shown only once)" in terminal.flat
        assert stack.told()["appTitle"] == "New"
        terminal.press("enter")
        terminal.until("Done")
        assert "Start LibreChat" not in terminal.flat
        assert "Create the first account" not in terminal.flat
        terminal.press("enter")
        assert terminal.wait() == 0
    assert not stack.record.exists()
    calls = [" ".join(entry["words"]) for entry in stack.log()]
    assert any("create-user" in call for call in calls), calls


def test_what_fails_is_put_back(stack: Stack) -> None:
    done = stack.apply("APP_TITLE: Old", "ALLOW_REGISTRATION: false")
    assert done.status == 0, done.text
    before = stack.files()
    stack.trouble(Broken="image")
    with wizard(stack.folder, size=(100, 40), environment=stack.environment) as terminal:
        to_review(terminal, {"APP_TITLE": "Broken"})
        begin_without_administrator(terminal)
        terminal.until("Apply failed. Put the old files back?")
        terminal.press("enter")
        terminal.until("The old files were put back")
        assert stack.files() == before
        terminal.press("enter")
        terminal.until("Review")
        terminal.press("ctrl-c")
        terminal.until("Leave the wizard?")
        terminal.press("right", "enter")
        assert terminal.wait() == 130
    assert stack.told()["appTitle"] == "Old"
    assert not stack.record.exists()


def test_stopped_in_the_middle_the_next_start_knows(stack: Stack) -> None:
    done = stack.apply("APP_TITLE: Old", "ALLOW_REGISTRATION: false")
    assert done.status == 0, done.text
    before = stack.files()
    stack.trouble(Slow="never")
    with wizard(stack.folder, size=(100, 40), environment=stack.environment) as terminal:
        to_review(terminal, {"APP_TITLE": "Slow"})
        begin_without_administrator(terminal)
        terminal.until("waiting for LibreChat")
        terminal.press("ctrl-c")
        terminal.until("Stopped before it finished.")
        terminal.kill()
        terminal.wait()
    assert stack.files() != before
    with wizard(stack.folder, size=(100, 40), environment=stack.environment) as terminal:
        terminal.until("step 1 of")
        terminal.until("restore")
    assert stack.wizard("restore").status == 0
    assert stack.files() == before


def test_line_by_line_it_fails_and_goes_back(stack: Stack) -> None:
    done = stack.apply("APP_TITLE: Old", "ALLOW_REGISTRATION: false")
    assert done.status == 0, done.text
    before = stack.files()
    stack.trouble(Broken="image")
    with wizard(stack.folder, "--plain", size=(120, 60), environment=stack.environment) as terminal:
        terminal.until("> ")
        terminal.type(":go APP_TITLE\r")
        terminal.until("(APP_TITLE)")
        terminal.type("Broken\r")
        terminal.type(":go review\r")
        terminal.until("or back")
        terminal.type("apply anyway\r" if "apply anyway" in terminal.flat else "apply\r")
        terminal.until_one_of("none for now)", "Put the old files back?")
        if "none for now)" in terminal.flat:
            terminal.type("\r")
        terminal.until("Put the old files back?")
        terminal.type("yes\r")
        terminal.until("The old files were put back")
        assert stack.files() == before
