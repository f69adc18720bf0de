"""What the answers lead to: findings as they come, files before they are written, and nothing without a yes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from checks.model import Check, Subject
from checks.settings import RULES
from tests.screens.full.operator import at_the_wizard, practice_with
from wizard import rules
from wizard.basics.finding import Finding
from wizard.findings.envelope import SENDER_NONE
from wizard.findings.sender import ADDRESS_NONE
from wizard.findings.smtp import CONNECT_OK, EHLO_OLD, SILENT
from wizard.plan import proposal

HOSTILE = "220 [@click=app.bell]mail[/] [/nope] \x1b]0;owned\x07\x1b[31mred \u202egnp.exe"
FOUND = (
    CONNECT_OK.passed("All is well here."),
    SENDER_NONE.fail("No sender, says the mail server."),
    EHLO_OLD.warn("An old server."),
    SILENT.of("auth").unknown("The line was cut."),
    ADDRESS_NONE.fail("EMAIL_FROM has no address.", evidence=(HOSTILE,), settings=("EMAIL_FROM_NAME",)),
)
"""``smtp.sender.none`` says less than ``sender.address.none`` on the same matter."""
MAIL = {"EMAIL_HOST": "smtp.our-chat.net", "EMAIL_FROM": "chat@our-chat.net", "EMAIL_USERNAME": "chat", "EMAIL_PASSWORD": "abcdefgh"}  # fmt: skip


async def finds(_: Subject) -> AsyncIterator[Finding]:
    for finding in FOUND:
        yield finding


FAKE = Check(id="smtp", title="Mail server", run=finds)


async def test_checks_show_one_finding_a_matter_and_the_worst_first(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="checks", practice=practice_with(FAKE)) as operator:
        await operator.until("1 failed, 1 warning, 1 inconclusive.")
        await operator.until("All is well here.")
        summaries = ("EMAIL_FROM has no address.", "The line was cut.", "An old server.", "All is well here.")
        places = [operator.flat.index(text) for text in summaries]
        assert places == sorted(places)
        assert "No sender, says the mail server." not in operator.flat
        assert "Go to EMAIL_FROM_NAME Go to EMAIL_FROM " in operator.flat, "the setting of the finding left out is lost"


async def test_text_of_a_server_is_drawn_plain_and_leads_nowhere(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered=MAIL, step="mail", practice=practice_with(FAKE)) as operator:
        await operator.press("ctrl+t")
        await operator.until("1 failed, 1 warning, 1 inconclusive.")
        assert "No sender, says the mail server." not in operator.flat, (
            "a live test shows what another finding says better"
        )
        await operator.until("[@click=app.bell]mail[/] [/nope]")
        assert not [char for char in operator.text if ord(char) < 32 and char != "\n"]
        assert "\u202e" not in operator.text
        strips = operator.app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
        assert not [style for style in styles if style.link or "@click" in (style.meta or {})]


async def test_finding_of_a_live_test_leads_to_its_field(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered=MAIL, step="mail", practice=practice_with(FAKE)) as operator:
        await operator.press("ctrl+t")
        await operator.until("Go to EMAIL_FROM_NAME")
        await operator.press("tab", "enter")
        await operator.until("Go to EMAIL_FROM_NAME", gone=True)
        await operator.until_true(lambda: "EMAIL_FROM_NAME" in operator.field)


async def test_review_lists_the_files_and_asks_before_it_writes_what_failed(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, answered={"EMAIL_HOST": "smtp.our-chat.net"}, step="review") as operator:
        await operator.until("will change. Ctrl+W writes ")
        await operator.until("+++ .env")
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        await operator.press("ctrl+w")
        await operator.until("A check failed")
        await operator.press("enter")
        await operator.until("A check failed", gone=True)
        assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
        await operator.press("ctrl+w")
        await operator.until("A check failed")
        await operator.press("right", "enter")
        await operator.until("Written: ")
        assert "EMAIL_HOST=smtp.our-chat.net" in (folder / ".env").read_text(encoding="utf-8")
        assert "docker compose up" in operator.flat
        await operator.press("f2")
        assert "Go to a step" not in operator.flat, "there is no way back once the files are written"
        assert "F2 Steps" not in operator.flat
        await operator.click("#push-close")
        await operator.until_true(lambda: operator.app._exit)
    assert operator.app.return_code == 0
    assert "\nWritten: .env" in operator.app.exit_message


async def test_review_begins_with_the_difference(tmp_path: Path) -> None:
    async with at_the_wizard(
        tmp_path / "chat", answered={"APP_TITLE": "Ours"}, step="review", size=(80, 24)
    ) as operator:
        await operator.until("1 file will change. Ctrl+W writes it.")
        await operator.until("+++ .env")
        rows = [str(part.render()) for part in operator.app.screen.query("#rows .part")]
        places = [
            next(n for n, row in enumerate(rows) if row.startswith(text)) for text in ("---", "Notes", "Run these")
        ]
        assert places == sorted(places)
        assert places[0] == 0


async def test_practice_ends_with_what_its_servers_saw(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review", practice=practice_with()) as operator:
        await operator.until("Ctrl+W writes ")
        assert "Write and apply" not in operator.flat
        await operator.press("ctrl+w")
        await operator.until("The practice mail server has seen it.")
        assert ".librechat-wizard/backups" not in operator.flat
    assert operator.app.exit_message == "The practice run is over. Everything was removed."


async def test_refused_write_shows_why_and_the_review_again(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, step="review") as operator:
        await operator.until("Ctrl+W writes ")
        (folder / ".env").write_text("APP_TITLE=somebody-else\n", encoding="utf-8")
        await operator.press("ctrl+w")
        await operator.until_true(lambda: len(operator.app._notifications) > 0)
        await operator.until("Ctrl+W writes ")
        assert not operator.app.is_writing
    assert (folder / ".env").read_text(encoding="utf-8") == "APP_TITLE=somebody-else\n"


@pytest.mark.parametrize("size", [(60, 16), (120, 40)])
async def test_review_can_be_read_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review", size=size) as operator:
        await operator.until("Write the files")
        assert "^W Write" in operator.flat


@pytest.mark.parametrize(
    ("step", "shown"), [("review", "will change. Ctrl+W writes "), ("checks", "All is well here.")]
)
async def test_one_look_makes_one_proposal_and_asks_the_rules_once(
    step: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()
    for place, function in ((proposal, proposal.propose), (rules, rules.check)):

        def counted(*given: Any, function: Callable[..., Any] = function) -> Any:
            asked[function.__name__] += 1
            return function(*given)

        monkeypatch.setattr(place, function.__name__, counted)
    async with at_the_wizard(
        tmp_path / "chat", answered=MAIL, step=step, practice=practice_with(RULES, FAKE)
    ) as operator:
        await operator.until(shown)
        assert asked == {"propose": 1, "check": 1}


async def test_home_and_end_scroll_the_review_where_the_keys_are_on_a_button(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review", size=(80, 24)) as operator:
        await operator.until("Ctrl+W writes ")
        rows = operator.app.screen.query_one("#rows")
        await operator.press("end")
        await operator.until_true(lambda: rows.scroll_offset.y == rows.max_scroll_y > 0)
        await operator.press("home")
        await operator.until_true(lambda: rows.scroll_offset.y == 0)


async def test_plain_http_is_not_asked_about_what_only_a_proxy_with_https_sends(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        for access, is_asked in (("http-lan", False), ("localhost", False), ("https-proxy", True)):
            operator.app.interview.answer("access", access)
            assert ("proxy.hsts" in operator.app.interview.shown(everything=True)) is is_asked
