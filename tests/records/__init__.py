"""What real programs answered, recorded once, so that the tests need neither them nor a network."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
OBSERVED, VERDICTS, READINGS = "librechat-answers.json", "mail-verdicts.jsonl", "dotenv-readings.jsonl"
LEAST = "least-that-tells.table"
LIBRARIES = "sign-in-libraries.json"
STRATEGIES = "sign-in-strategies.jsonl"
OPENID, OPENID_RELEASES, OPENID_PROBES = "openid-verdicts.jsonl", "openid-releases.jsonl", "openid-probes.jsonl"
LDAP, SAML = "ldap-verdicts.jsonl", "saml-verdicts.jsonl"
"""One object a line: the first holds what all rows share (the directories' contents, the certificates)."""


def librechat_answers() -> dict[str, Any]:
    """Return what a real LibreChat answered, by subject."""
    answers: dict[str, Any] = json.loads((FOLDER / OBSERVED).read_text(encoding="utf-8"))
    return answers


def mail_verdicts() -> list[dict[str, Any]]:
    """Return what became of a message that LibreChat's own code sent, for many settings and servers."""
    return _lines(VERDICTS)


def dotenv_readings() -> list[dict[str, Any]]:
    """Return what npm dotenv and Docker Compose read from .env texts."""
    return _lines(READINGS)


def strategies(protocol: str) -> list[dict[str, Any]]:
    """Return which settings made LibreChat register ``openid`` or ``saml`` at its start."""
    return [row for row in _lines(STRATEGIES) if row["protocol"] == protocol]


def openid_verdicts() -> list[dict[str, Any]]:
    """Return how sign-ins through OpenID and the social providers ended, for many settings and faults of the provider."""
    return _lines(OPENID)


def openid_releases() -> list[dict[str, Any]]:
    """Return how some of them ended with older releases: ``id`` of the sign-in, and ``outcomes`` by release."""
    return _lines(OPENID_RELEASES)


def openid_probes() -> list[dict[str, Any]]:
    """Return what a real provider answered to requests that need no user, with negative controls."""
    return _lines(OPENID_PROBES)


def ldap_verdicts() -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return the contents of the recorded directories (LDIF by name), and how each sign-in through LDAP ended."""
    shared, *rows = _lines(LDAP)
    return shared["directory_contents"], rows


def saml_verdicts() -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return the recorded identity providers' certificates by name, and how each sign-in through SAML ended."""
    shared, *rows = _lines(SAML)
    return shared["keys"], rows


@cache
def least_that_tells() -> dict[str, tuple[str, str]]:
    """Return, for each recorded LDAP and SAML sign-in, what has to be asked before its fault can be known, and the fault."""
    lines = (FOLDER / LEAST).read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {name: (least, cause) for name, least, cause in rows}


@cache
def sign_in_libraries() -> dict[str, list[Any]]:
    """Return what LibreChat's libraries for LDAP and SAML make of texts, by subject; ``null``: they throw."""
    subjects: dict[str, list[Any]] = json.loads((FOLDER / LIBRARIES).read_text(encoding="utf-8"))
    return subjects


def openid_discovery() -> dict[str, dict[str, Any]]:
    """Return the discovery documents of well-known providers as they document them, by the id of their preset."""
    found: dict[str, dict[str, Any]] = json.loads((FOLDER / "openid-discovery.json").read_text(encoding="utf-8"))
    return found


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
