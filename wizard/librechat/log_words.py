"""Reduces a log line to known words, so that it can be shown without the name of a person or host.

A rule that takes addresses and tokens out has to know every form of them. This one knows what may stay.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from wizard.basics.patterns import late_pattern
from wizard.findings.log_causes import log_causes

LEFT_OUT: Final = "\u2026"
"""Stands in the place of the words that are left out."""
_FURTHER: Final = """\
a an and are as at be been by can cannot could did do does done for from had has have if in into is it its may more must no not of on or
out set than that the then there this to was were when where which while will with without you your
account address after again all allowed already api app authentication before blocked browser callback caught cause client code config
configuration connect connection container cookie could created credentials database default denied directory does domain email enabled
env error errors exit exited expected expired fail failed failure fatal file files found host id info input internal invalid issuer key
kind level line login message method missing name names null object occurred open operation parameters password path permission port process
profile property provider proxy read ready received redirect refused register registered request required response restart role running scope
secret server service session sign start started starting state status stopped strategy string success successful syntax system timeout
timestamp title token trace type uncaught undefined unexpected unknown unhandled update uri url use used user username userinfo users valid
value verify version warn warning write yaml
Attempted Authentication Cannot Connected Connection Email Error ErrorController Failed Login MongoDB Passport Request SAML Server Temporary
TypeError Unknown User ValidationError Validation Warning deleted deletedCount listening successfully
LibreChat chat-mongodb chat-meilisearch mongodb meilisearch rag_api vectordb nginx api-1 node npm google github discord facebook apple openid
saml ldap local"""
_TIME: Final = late_pattern(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?)?|\d\d:\d\d:\d\d(?:[.,]\d{1,6})?")
_POSITION: Final = late_pattern(r"\d{1,5}:\d{1,4}")
"""Line and column of a fault in a file."""
_ADDRESS: Final = late_pattern(r"(?:\d{1,3}\.){3}|::|.*@")
_CHUNK: Final = late_pattern(r"\s+|[\"{}()\[\],]|[^\s\"{}()\[\],]+")
_EDGE: Final = ".:;=<>!?*|'`/\\-$#@&+%~^"
_LONGEST: Final = 320
_BEFORE: Final = 120


@cache
def known_words() -> frozenset[str]:
    """Return the words that may be shown: those of the causes and some of every log."""
    texts = (
        word
        for cause in log_causes()
        for line in (*cause.lines, *cause.near)
        for word in _CHUNK.findall(line.replace("*", " "))
    )
    words = frozenset(word.strip(_EDGE) for word in (*texts, *_FURTHER.split())) - {""}
    return frozenset(word for word in words if not _ADDRESS.match(word))


def shown_line(text: str, around: str = "", names: frozenset[str] = frozenset()) -> str:
    """Return a line with unknown words left out, cut to the part around a word of it; ``names`` may stay as well."""
    position = text.find(around) if around else 0
    begin = max(0, position - _BEFORE) if len(text) > _LONGEST else 0
    known = known_words()
    parts: list[str] = []
    for number, chunk in enumerate(_CHUNK.findall(text[begin : begin + _LONGEST])):
        if chunk.isspace():
            parts.append(" ")
            continue
        is_cut = (begin > 0 and number == 0) or not chunk.isascii()
        parts.append(LEFT_OUT if is_cut else _shown(chunk, known, names))
    shown = re.sub(rf"{LEFT_OUT}(?:[^\w]*{LEFT_OUT})+", LEFT_OUT, "".join(parts))
    return re.sub(r" {2,}", " ", shown).strip()


def _shown(chunk: str, known: frozenset[str], names: frozenset[str]) -> str:
    core = chunk.strip(_EDGE)
    if not core or core in known or core in names or _TIME.fullmatch(core) or _POSITION.fullmatch(core):
        return chunk
    start = chunk.index(core)
    return f"{chunk[:start]}{LEFT_OUT}{chunk[start + len(core) :]}"
