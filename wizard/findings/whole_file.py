"""Findings: faults of a whole ``.env``, with one cause behind many lines."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
ENCODING = _of(
    "env.encoding",
    ".env is not UTF-8:",
    "Save the file as UTF-8.",
    consequence="LibreChat and Docker Compose read nothing, or wrong characters.",
)
PREFIX = _of(
    "env.prefix",
    "Lines of .env begin with a shell or Dockerfile keyword:",
    "Remove the word, so each line is NAME=value.",
    consequence="LibreChat does not read these lines, and Docker Compose refuses the file.",
)
ENDING = _of(
    "env.ending",
    "The lines of .env end with a character that becomes part of the values:",
    "Remove it, so each line is NAME=value.",
    consequence="LibreChat reads every value with that character.",
)
ENCRYPTED = _of(
    "env.encrypted",
    ".env is encrypted:",
    "Decrypt the file. LibreChat and Docker Compose do not decrypt it.",
    consequence="LibreChat uses the encrypted texts as values.",
)
