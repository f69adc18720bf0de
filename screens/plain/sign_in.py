"""One real sign-in from a provider's step, as lines: an address to open, a paste, LibreChat's decision."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from screens.plain.console import InputEndedError
from screens.plain.question import problem_text
from screens.shared import sign_ins
from wizard.basics.problem import InvalidInput
from wizard.basics.secret import Secret

if TYPE_CHECKING:
    from checks.model import Subject
    from screens.plain.console import Console
    from screens.plain.words import Words

_OFFER = "Test one sign-in to see which account LibreChat would use? (yes; Enter: no)> "


def offer_sign_in(console: Console, words: Words, provider: str, subject: Subject) -> None:
    """Offer one real sign-in, and tell LibreChat's decision."""
    if not words.read(_OFFER, "Sign in?> ").lower().startswith("y"):
        return
    try:
        outcome = (_ldap if provider == "ldap" else _browser)(console, words, provider, subject)
    except InvalidInput as error:
        console.say(problem_text(error))
        return
    if outcome is not None:
        from checks.report import report_text

        for line in (*report_text(outcome.report).splitlines(), outcome.closing):
            console.show(line)


def _browser(console: Console, _: Words, provider: str, subject: Subject) -> sign_ins.SignInOutcome:
    from checks.net.aio import run

    sign_in = sign_ins.browser_sign_in(provider, subject)
    begun = run(sign_in.begin())
    if not begun.url:
        return begun.unopened()
    _say(console, begun.words(), begun.url)
    outcome = sign_ins.pasted_outcome(sign_in, lambda: _pasted(console), run, console.say) or begun.nothing_pasted()
    _say(console, outcome.afterwards, outcome.sign_out)
    return outcome


def _say(console: Console, text: str, address: str) -> None:
    """Say a text with an address and commands to copy, which may be longer than the lines that are wrapped."""
    for line in text.splitlines():
        console.show_whole(line) if line == address or line.startswith("  ") else console.say(line)


def _ldap(console: Console, words: Words, _: str, subject: Subject) -> sign_ins.SignInOutcome | None:
    from checks.net.aio import run

    name = words.read("User name, as you would type it in LibreChat (Enter: cancel)> ", "Name> ")
    password = console.read_secret("Password (hidden, sent once, not stored)> ") if name else ""
    return run(sign_ins.ldap_sign_in_of(subject, name, Secret(password))) if password else None


def _pasted(console: Console) -> Secret:
    """Return what is pasted; at a terminal also what is longer than a line may be there."""
    if not sys.stdin.isatty():
        return Secret(console.read_secret("> "))
    from screens.shared.hidden_line import HiddenLines, InputEnded

    with HiddenLines() as lines:
        try:
            return lines.read()
        except InputEnded:
            raise InputEndedError from None
