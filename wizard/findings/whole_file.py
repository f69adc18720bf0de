"""Findings: faults of a whole ``.env``, with one cause behind many lines."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
_of_compose = partial(_of, counterpart="compose")
ENCODING = _of(
    "env.encoding",
    ".env is not UTF-8:",
    "Save the file as UTF-8.",
    consequence="LibreChat and Docker Compose read no values, or wrong values.",
)
PREFIX = _of_compose(
    "env.prefix",
    "Some lines in .env begin with a shell or Dockerfile keyword:",
    "Remove the keyword, so that each line is NAME=value.",
    consequence="LibreChat does not read these lines, and Docker Compose rejects the file.",
)
ENDING = _of(
    "env.ending",
    "The lines in .env end with a character that becomes part of the values:",
    "Remove the character, so that each line is NAME=value.",
    consequence="LibreChat reads the wrong values from these lines.",
)
ENCRYPTED = _of_compose(
    "env.encrypted",
    ".env is encrypted:",
    "Decrypt .env: LibreChat and Docker Compose cannot decrypt it.",
    consequence="LibreChat uses the encrypted text as values.",
)
