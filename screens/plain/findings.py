"""A finding as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.basics.finding import SIGNS, Finding
from wizard.basics.plain_text import plain
from wizard.findings.model import LONGEST

if TYPE_CHECKING:
    from screens.plain.console import Console


def tell_finding(console: Console, finding: Finding, caused: str = "") -> None:
    """Tell one finding: what is wrong, what to do, and its id, by which the documents have more."""
    text = (
        f"{SIGNS[finding.status].tag.strip()}: {plain(finding.summary, limit=1000)} {plain(finding.remedy, limit=1000)}"
    )
    console.say(f"{text.rstrip()} ({finding.id})")
    for evidence in (*finding.evidence, *([caused] if caused else ())):
        console.say(f"| {plain(evidence, limit=LONGEST)}", "  ")
