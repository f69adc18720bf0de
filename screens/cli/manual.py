"""The manual page, generated from the tables behind ``--help`` (man-pages(7), groff_man(7))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screens.cli.parser import (
    ACTIONS,
    COMMANDS,
    DESCRIPTION,
    DOCUMENTATION,
    EXAMPLES,
    STATUSES,
    WORDS,
    Option,
    options_of,
)
from wizard.basics.own_command import PROGRAM


def manual() -> str:
    """Return the page as roff."""
    return "\n".join((*_lines(), ""))


def _lines() -> Iterator[str]:
    yield f'.TH {PROGRAM.upper()} 1 "" "LibreChat auth wizard" "User Commands"'
    yield from (".SH NAME", rf"{_text(PROGRAM)} \- set up LibreChat's sign-in")
    yield ".SH SYNOPSIS"
    yield from (
        rf".B {_text(PROGRAM)}",
        r"[\fIOPTIONS\fR]",
        ".br",
        rf".B {_text(PROGRAM)}",
        r"\fICOMMAND\fR [\fIOPTIONS\fR]",
    )
    yield from (".SH DESCRIPTION", _text(DESCRIPTION))
    yield _text("Without a command, the wizard asks its questions in full-screen mode, or line by line with --plain.")
    yield ".SH OPTIONS"
    yield from _options(options_of(""))
    yield ".SH COMMANDS"
    for name, text in COMMANDS.items():
        word = WORDS.get(name) or ACTIONS.get(name)
        yield rf".SS {name}{f' [{word[0].upper()}]' if word else ''}"
        yield _text(f"{text[:1].upper()}{text[1:]}.")
        if word:
            yield from (".TP", rf"\fI{_text(word[0].upper())}\fR", _text(f"{word[1][:1].upper()}{word[1][1:]}."))
        yield from _options(options_of(name))
    yield ".SH EXIT STATUS"
    for entry in " ".join(STATUSES.split()).removeprefix("exit status: ").rstrip(".").split("; "):
        status, _, meaning = entry.partition(" ")
        yield from (".TP", f".B {status}", _text(f"{meaning[:1].upper()}{meaning[1:]}."))
    yield from (".SH ENVIRONMENT", ".TP", ".B NO_COLOR", _text("If set and not empty, output is not colored."))
    yield from (
        ".TP",
        ".B LIBRECHAT_WIZARD_READY_SECONDS",
        _text("How many seconds --apply waits for LibreChat to respond."),
    )
    yield from (".SH EXAMPLES", ".nf")
    yield from (_text(example.format(PROGRAM)) for lines in EXAMPLES.values() for example in lines)
    yield from (".fi", ".SH SEE ALSO", _text(DOCUMENTATION))


def _options(options: Iterable[Option]) -> Iterator[str]:
    for one in options:
        value = rf" \fI{_text(one.metavar)}\fR" if one.metavar else ""
        yield from (".TP", rf"\fB{_text(one.name)}\fR{value}", _text(f"{one.help[:1].upper()}{one.help[1:]}."))


def _text(text: str) -> str:
    r"""Return a text as roff prints it: a hyphen that is typed is ``\-``, and no line begins with a request."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped
