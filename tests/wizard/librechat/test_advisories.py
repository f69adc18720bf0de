"""Every published weakness against the table of what is expected, which was written before the code."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from wizard.librechat.advisories import ADVISORIES, Advisory, Exposure, Server
from wizard.librechat.releases import Release

_TABLE = Path(__file__).parents[2] / "records" / "advisories.table"
_LETTERS = {
    "O": Exposure.OPEN,
    "C": Exposure.CLOSED,
    "U": Exposure.UNKNOWN,
    "F": Exposure.FIXED,
    "B": Exposure.BEFORE,
}
_PROVIDERS = {
    "-": {},
    "google": {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "s"},
    "openid": {
        "OPENID_CLIENT_ID": "id",
        "OPENID_CLIENT_SECRET": "s",
        "OPENID_ISSUER": "https://id.example.com",
        "OPENID_SESSION_SECRET": "s",
        "OPENID_SCOPE": "openid",
    },
    "saml": {
        "SAML_ENTRY_POINT": "https://id.example.com",
        "SAML_ISSUER": "i",
        "SAML_CERT": "c",
        "SAML_SESSION_SECRET": "s",
    },
}
_MAIL = {"EMAIL_HOST": "mail.example.com", "EMAIL_USERNAME": "u", "EMAIL_PASSWORD": "p", "EMAIL_FROM": "a@example.com"}
_STOCK = {"ALLOW_EMAIL_LOGIN": "true", "ALLOW_PASSWORD_RESET": "false", "ALLOW_UNVERIFIED_EMAIL_LOGIN": "true"}


def _settings(registration: str, provider: str, *, mail: bool) -> dict[str, str]:
    on = {"ALLOW_REGISTRATION": registration, "ALLOW_SOCIAL_LOGIN": "true"}
    return {**_STOCK, **on, **_PROVIDERS[provider], **(_MAIL if mail else {})}


def _rows() -> list[tuple[str, str, str]]:
    lines = [line.split() for line in _TABLE.read_text(encoding="utf-8").splitlines()]
    return [(line[0].lower(), line[1], "".join(line[2:])) for line in lines if line and line[0].startswith("CVE-")]


def _advisory(identity: str) -> Advisory:
    return next(advisory for advisory in ADVISORIES if advisory.id == identity)


@pytest.mark.parametrize(("identity", "release", "cells"), _rows(), ids=lambda text: text[-12:])
def test_every_cell_of_the_table_is_as_expected(identity: str, release: str, cells: str) -> None:
    combinations = list(product(("false", "true"), _PROVIDERS, (False, True)))
    assert len(cells) == len(combinations)
    for letter, (registration, provider, mail) in zip(cells, combinations, strict=True):
        server = Server(Release.parse(release), _settings(registration, provider, mail=mail), {})
        found = _advisory(identity).exposure(server)
        assert found is _LETTERS[letter], (identity, release, registration, provider, mail)


def test_the_table_knows_every_weakness() -> None:
    assert {identity for identity, _, _ in _rows()} == {advisory.id for advisory in ADVISORIES}
    assert not [each.id for each in ADVISORIES if not re.fullmatch(r"cve-20\d\d-\d{4,}", each.id)]
    assert len({each.id for each in ADVISORIES}) == len(ADVISORIES)


_V083 = Release(0, 8, 3)
_OAUTH = {"mcpServers": {"tool": {"url": "https://tool.example.com", "oauth": {"client_id": "x"}}}}


@pytest.mark.parametrize(
    ("identity", "server", "expected"),
    [
        ("cve-2026-54023", Server(_V083, {**_PROVIDERS["openid"], "OPENID_REUSE_TOKENS": "true"}, {}), Exposure.OPEN),
        ("cve-2026-54023", Server(_V083, {"OPENID_REUSE_TOKENS": "true"}, {}), Exposure.CLOSED),
        ("cve-2026-54023", Server(_V083, {**_PROVIDERS["openid"], "OPENID_REUSE_TOKENS": "yes"}, {}), Exposure.CLOSED),
        ("cve-2026-54041", Server(_V083, {"ALLOW_EMAIL_LOGIN": "false"}, {}), Exposure.CLOSED),
        ("cve-2026-54041", Server(_V083, {}, {}), Exposure.OPEN),
        ("cve-2026-54045", Server(_V083, {"ALLOW_PASSWORD_RESET": "true"}, {}), Exposure.OPEN),
        (
            "cve-2026-54045",
            Server(_V083, {"ALLOW_PASSWORD_RESET": "true", "ALLOW_UNVERIFIED_EMAIL_LOGIN": "true"}, {}),
            Exposure.CLOSED,
        ),
        ("cve-2026-32625", Server(_V083, {}, {"interface": {"mcpServers": {"create": True}}}), Exposure.OPEN),
        ("cve-2026-32625", Server(_V083, {}, {"interface": {"mcpServers": {"create": False}}}), Exposure.CLOSED),
        ("cve-2026-32625", Server(_V083, {}, {"interface": {"mcpServers": {"use": True}}}), Exposure.UNKNOWN),
        ("cve-2026-32625", Server(_V083, {}, {"interface": {"mcpServers": False}}), Exposure.CLOSED),
        ("cve-2026-32625", Server(_V083, {}, {"interface": ["mcpServers"]}), Exposure.UNKNOWN),
        ("cve-2026-33265", Server(Release(0, 8, 1, 2), {}, {}, rag_api_published=True), Exposure.OPEN),
        ("cve-2026-33265", Server(_V083, {}, {}, rag_api_published=True), Exposure.UNKNOWN),
        ("cve-2026-33265", Server(_V083, {}, {}, rag_api_published=None), Exposure.UNKNOWN),
        ("cve-2026-54030", Server(_V083, {}, _OAUTH), Exposure.OPEN),
        ("cve-2026-54030", Server(Release(0, 8, 5), {}, _OAUTH), Exposure.FIXED),
        ("cve-2026-54030", Server(Release(0, 8, 0), {}, {"mcpServers": {"a": {"url": "https://a"}}}), Exposure.UNKNOWN),
        ("cve-2026-54030", Server(Release(0, 8, 0), {}, {"mcpServers": {"a": {"command": "a"}}}), Exposure.CLOSED),
        ("cve-2026-54039", Server(Release(0, 8, 1, 1), {}, {}), Exposure.BEFORE),
        ("cve-2026-54039", Server(Release(0, 8, 6, 1), {}, {}), Exposure.CLOSED),
        ("cve-2026-54042", Server(Release(0, 8, 7, 1), {}, {}), Exposure.FIXED),
        ("cve-2026-54042", Server(Release(0, 8, 6), {}, {}), Exposure.OPEN),
    ],
)
def test_what_the_table_does_not_vary(identity: str, server: Server, expected: Exposure) -> None:
    assert _advisory(identity).exposure(server) is expected
