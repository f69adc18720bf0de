"""A finding as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.plain.keys import in_words
from screens.shared.person_words import for_person
from wizard.basics.finding import SIGNS, Finding
from wizard.basics.plain_text import plain
from wizard.findings.model import LONGEST

if TYPE_CHECKING:
    from screens.plain.console import Console


def tell_finding(console: Console, finding: Finding, caused: str = "") -> None:
    """Tell one finding: what is wrong, what to do, and its id, by which the documents have more."""
    # A summary quotes servers and certificates; the command that explains a setting works here, too.
    remedy_text = finding.remedy if "For details, run:" in finding.remedy else in_words(for_person(finding.remedy))
    summary, remedy = plain(for_person(finding.summary), limit=1000), plain(remedy_text, limit=1000)
    text = f"{SIGNS[finding.status].tag.strip()}: {summary} {remedy}"
    console.say(f"{text.rstrip()} ({finding.id})")
    for evidence in (*finding.evidence, *([caused] if caused else ())):
        console.say(f"| {plain(evidence, limit=LONGEST)}", "  ")
