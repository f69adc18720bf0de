"""The table of situations that operators meet: each is told by a finding that a test shows, or the table says why it cannot be."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.finding_samples import declared
from tests.wizard.rules.builder import OPENID, deployment
from wizard.findings import kubernetes
from wizard.findings.log_causes import log_causes
from wizard.rules import check

TESTS: Final = Path(__file__).resolve().parents[2]
NONE: Final = "-"
CASES: Final[list[tuple[str, dict[str, str], dict[str, Any]]]] = [
    ("files.env.twice", {}, {"text": "PORT=3080\nPORT=3081\n"}),
    ("rules.domains.slash.domain-server", {"DOMAIN_SERVER": "https://chat.example.net/"}, {}),
    ("rules.secrets.missing.creds-key", {"CREDS_KEY": ""}, {}),
    ("rules.secrets.missing.jwt-refresh-secret", {"JWT_REFRESH_SECRET": ""}, {}),
    (
        "rules.openid.reuse-auth0",
        {**OPENID, "OPENID_ISSUER": "https://x.auth0.com/", "OPENID_REUSE_TOKENS": "true"},
        {},
    ),
    (
        "rules.openid.reuse-entra",
        {**OPENID, "OPENID_ISSUER": "https://login.microsoftonline.com/t/v2.0", "OPENID_REUSE_TOKENS": "true"},
        {},
    ),
]
"""Of the findings that the table names, those that no other test shows: settings, and what else is so."""


class Situation(NamedTuple):
    """A row of the table."""

    id: str
    title: str
    findings: tuple[str, ...]
    why: str


@cache
def situations() -> tuple[Situation, ...]:
    """Return the rows of tools/situations.table."""
    lines = (TESTS.parent / "tools" / "situations.table").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if not line.startswith("#")]
    found = []
    for row in rows:
        identity, title, findings, *why = row
        told = () if findings == NONE else tuple(findings.split(", "))
        found.append(Situation(identity, title, told, why[0] if why else ""))
    return tuple(found)


@cache
def _tests() -> str:
    paths = [path for path in TESTS.rglob("*") if path.suffix in (".py", ".json", ".jsonl", ".table")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_situation_is_told_or_the_table_says_why_not() -> None:
    rows = situations()
    told = [row for row in rows if row.findings]
    assert len({row.id for row in rows}) == len(rows) == 162
    assert len(told) >= 130
    assert [row.id for row in rows if bool(row.findings) == bool(row.why)] == []


def test_every_finding_that_is_named_is_declared_and_shown_by_a_test() -> None:
    causes = {cause.id for cause in log_causes()}  # tests/wizard/librechat/test_log_excerpts.py shows each
    forms = [re.escape(name).replace("setting", "[a-z0-9_-]+") for name in declared() if "setting" in name]
    named = {name for row in situations() for name in row.findings}
    assert [
        name for name in named if name not in declared() and not any(re.fullmatch(form, name) for form in forms)
    ] == []
    shown = _tests()
    assert [name for name in sorted(named - causes) if not any(word in shown for word in _spellings(name))] == []


def _spellings(name: str) -> tuple[str, ...]:
    """Return how a test may name a finding: whole, without its check, by its entry, or in a table by its last word."""
    tail, last = name.partition(".")[2], name.rpartition(".")[2]
    whole = (f'"{name}"', f'"{tail}"', f" {tail} ", f" {tail}\n", f" {name} ", f" {name}\n", f'"{tail} ', f" {name}")
    if name.startswith("kubernetes."):
        return (*whole, *(f"ids.{entry}" for entry, its in vars(kubernetes).items() if getattr(its, "id", "") == name))
    return (*whole, f'"{last}"') if name.startswith(("session.login.", "rules.headers.")) else whole


@pytest.mark.parametrize(("identity", "values", "options"), CASES, ids=[case[0] for case in CASES])
def test_a_situation_in_the_files_is_told(identity: str, values: dict[str, str], options: dict[str, Any]) -> None:
    assert identity in {finding.id for finding in check(deployment(values, **options))}
    assert identity not in {finding.id for finding in check(deployment())}
