"""What servers and files say is drawn as plain text in the rows of checks and review."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import App
from textual.widget import Widget

from screens.full.finding_rows import FindingRow
from screens.full.review_screen import coloured
from wizard.basics.finding import Finding, Status

HOSTILE = "220 [@click=app.bell]mail[/] [/nope] \x1b]0;owned\x07\x1b[31m \u202egnp.exe " + "x" * 5000


class Rows(App[None]):
    def compose(self) -> Iterator[Widget]:
        finding = Finding(
            id="smtp.greeting.odd",
            status=Status.UNKNOWN,
            summary="The server greets oddly.",
            evidence=(HOSTILE, "550 [link=https://example.com]x[/link]"),
            settings=("EMAIL_HOST",),
            remedy="Look at it.",
        )
        yield FindingRow(finding, ("settings.EMAIL_HOST",))


async def test_evidence_is_inert() -> None:
    async with Rows().run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        lines = ["".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()]
        links = [
            segment
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and (segment.style.link or "@click" in (segment.style.meta or {}))
        ]
    text = "\n".join(lines)
    assert "? inconclusive: The server greets oddly." in text
    assert "[@click=app.bell]mail[/] [/nope]" in text
    assert "[link=https://example.com]x[/link]" in text
    assert "Go to EMAIL_HOST" in text
    assert not [char for char in text if ord(char) < 32 and char != "\n"]
    assert "\u202e" not in text
    assert links == []
    assert text.count("x" * 30) < 20


def test_difference_keeps_its_signs_without_colour() -> None:
    text = coloured("--- a\n+++ b\n@@ line 1 @@\n-old [red]\n+new [/]\n").plain
    assert text == "--- a\n+++ b\n@@ line 1 @@\n-old [red]\n+new [/]"
