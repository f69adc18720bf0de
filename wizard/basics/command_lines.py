"""Text in lines of a width, with every command whole: what is copied from a terminal has to work."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from wizard.basics.own_command import COMPOSE_WORDS, GROUPED, PROGRAM, WORD, program

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS: Final = ("cat", "chgrp", "chmod", "chown", "cp", "curl", "df", "mkdir", "mv", "rm", "rmdir", "sed")
_FIRST_WORDS: Final = {
    "caddy": "reload run trust validate version",
    "certbot": "certonly renew",
    "docker compose": COMPOSE_WORDS,
    "docker-compose": COMPOSE_WORDS,
    "docker": "context cp exec image info inspect kill load login logs manifest network ps pull restart rm run start stats stop system version volume",
    "git": "checkout clone fetch log pull status",
    "helm": "get history install list repo rollback show status template uninstall upgrade",
    "journalctl": "",
    "kubectl": "apply config create delete describe diff exec get logs port-forward replace rollout run",
    "nginx": "",
    "npm": "ci exec install prune run start",
    "openssl": "pkey rand req s_client verify x509",
    "pm2": "list logs reload restart save start stop",
    "ssh": r"\S+@",
    "sudo": "cat chgrp chmod chown cp docker journalctl mkdir mv rm sed systemctl usermod",
    "ss": "",
    "systemctl": "cat daemon-reload enable reload restart start status stop",
    "tail": "",
    "timedatectl": "set-ntp status",
}
"""What follows the name of a program that is also a name in a sentence ("nginx answers"), if it is a command; or an option does."""
_PROSE: Final = (
    "after again and are as at because before but by can cannot could did does for from has have if in into is it its not of on "
    "or so than that the then this to until was were when where which while will with without"
)
"""Words that end a command in a sentence: none of these is an argument in one of ours."""
_FOLDER: Final = r"""(?:'[^']*'|"'"|[\w@%+=:,./-])+(?<![.,:])"""
"""A folder as ``shlex.quote`` writes it."""
_TIED: Final = "\0"
"""Stands for a space at which no line ends; plain text has none."""
_MARKS: Final = {"(": ")", "'": "'", '"': '"'}
"""What sets a command apart in a sentence; in a line of its own, nothing has to."""
_STOPS: Final = re.compile(r"\s*(?P<moved>[?!])?[.,;]?(?=\s|\Z)")
"""What a sentence has after a command, and a shell would take as part of it."""


def wrapped(text: str, width: int, *, head: str = "", indent: str = "", inset: str = "    ") -> list[str]:
    """Return a text in lines of that width, ``head`` before the first one and ``indent`` before the others.

    A command is never broken. If the text does not fit into one line, one that a colon introduces gets a line of its own, ``inset``
    further in, without the sentence's own signs; so does one that takes more than half a line.
    """
    text = text.rstrip()
    if len(head) + len(text) <= width:
        return [head + text] if text else []
    lines: list[str] = []
    for part, is_command in _parts(text, width - len(indent)):
        if is_command:
            lines.append(f"{indent}{inset}{part}")
        else:
            lines += _prose_lines(part, width, indent if lines else head, indent)
    return lines


def _prose_lines(text: str, width: int, head: str, indent: str) -> list[str]:
    import textwrap

    tied = _commands(program()).sub(lambda found: found[0].replace(" ", _TIED), text)
    lines = textwrap.wrap(
        tied, width, initial_indent=head, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(_TIED, " ") for line in lines]


def _parts(text: str, room: int) -> Iterator[tuple[str, bool]]:
    """Yield prose, and between it the commands that get lines of their own."""
    begun = 0
    for found in _commands(program()).finditer(text):
        prose, end = text[begun : found.start()].rstrip(), found.end()
        is_marked = bool(prose) and text[end : end + 1] == _MARKS.get(prose[-1])
        stops = _STOPS.match(text, end + is_marked)
        if stops is None or not (len(found[0]) > room // 2 or prose.endswith(":")):
            continue
        text_before = prose[:-1].rstrip() if is_marked else prose
        if before := f"{text_before}{stops['moved'] or (':' if is_marked else '')}".lstrip():
            yield before, False
        yield found[0], True
        begun = stops.end()
    if rest := text[begun:].strip():
        yield rest, False


def _first(words: str) -> str:
    return rf"-|(?:{'|'.join(words.split())})\b" if words else "-"


@cache
def _commands(own: str) -> re.Pattern[str]:
    prose = "|".join(_PROSE.split())
    argument = rf"(?: --dir {_FOLDER}| (?!(?:{prose})(?![\w./=-])){WORD})"
    known = "|".join(rf"{name}(?= (?:{_first(words)}))" for name, words in _FIRST_WORDS.items())
    programs = "|".join((re.escape(own), re.escape(PROGRAM), *_PROGRAMS, known))
    started = rf"(?:[A-Z_]+=\S+ )?(?:{programs})(?![\w./-]){argument}+"
    one = rf"(?:{GROUPED}|{started})"
    # A shell's own signs bind; what follows a pipe is a program of any name.
    return re.compile(rf"(?<![\w./-]){one}(?: (?:&&|\|) (?:{one}|[a-z]+{argument}*)| > {WORD})*")
