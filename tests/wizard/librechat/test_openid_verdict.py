"""The verdict on a sign-in is what LibreChat did, for every recorded row; and the single rules that rows do not reach."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.judge import image_node
from tests.records import openid_releases, openid_verdicts
from tests.wizard.librechat import openid_rows
from tests.wizard.librechat.openid_table import NOT_MODELLED, RIGHT, WRONG, cells, drawn, release_cells
from wizard.librechat.browser_url import href
from wizard.librechat.openid_forward_proxy import forward_proxy
from wizard.librechat.openid_request import start_kind
from wizard.librechat.openid_roles import lodash_get
from wizard.librechat.openid_situation import (
    Callback,
    ClientRegistration,
    IdToken,
    KnownAccount,
    OpenIdSituation,
    Outcome,
    ProviderAnswer,
)
from wizard.librechat.openid_start import discovery_url, start
from wizard.librechat.openid_verdict import sign_in
from wizard.librechat.releases import RECORDED, Release

ROWS = openid_verdicts()
BASELINE = next(row for row in ROWS if row["kind"] == "baseline")


def test_every_recorded_sign_in() -> None:
    judged = list(cells(ROWS))
    print(drawn(judged))  # noqa: T201 - the table of the rows
    counts = Counter(cell.column for cell in judged)
    assert len(judged) == len({cell.name for cell in judged}) >= 255
    assert counts[WRONG] == 0
    assert counts[NOT_MODELLED] <= len(judged) * 0.02
    assert all(cell.reason for cell in judged if cell.column == NOT_MODELLED)


def test_every_recorded_release() -> None:
    judged = list(release_cells(ROWS))
    print(drawn(judged))  # noqa: T201 - the table of the rows
    assert len(openid_releases()) == 17
    assert {cell.column for cell in judged} == {RIGHT}


def test_a_failed_sign_in_names_a_cause_and_a_good_one_none() -> None:
    for cell in cells(ROWS):
        assert cell.verdict is not None
        assert (cell.verdict.outcome is Outcome.SIGNED_IN) != bool(cell.verdict.cause), cell.name


def baseline(**changes: Any) -> OpenIdSituation:
    return replace(openid_rows.situation_of(BASELINE), **changes)


def with_settings(**settings: str | None) -> OpenIdSituation:
    return openid_rows.situation_of({**BASELINE, "settings": settings})


def with_claims(**claims: Any) -> OpenIdSituation:
    return openid_rows.situation_of({**BASELINE, "provider": {"scheme": "https", "account": claims}})


def with_id_token(**claims: Any) -> OpenIdSituation:
    fault = {"token": {"idToken": {"set": claims}}}
    return openid_rows.situation_of({**BASELINE, "faults_at_sign_in": fault})


def end(situation: OpenIdSituation) -> tuple[str, str]:
    verdict = sign_in(situation)
    return verdict.outcome, verdict.cause


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"OPENID_CLIENT_SECRET": " right-secret-0123456789 "}, ("signed-in", "")),
        ({"SESSION_EXPIRY": "1500"}, ("server-error", "session.lifetime")),
        ({"NODE_EXTRA_CA_CERTS": None}, ("not-registered", "tls.refused")),
        ({"NODE_EXTRA_CA_CERTS": None, "NODE_TLS_REJECT_UNAUTHORIZED": "0"}, ("signed-in", "")),
        ({"OPENID_SCOPE": "openid,profile,email"}, ("server-error", "scope.no-openid")),
        ({"OPENID_SCOPE": "profile email", "OPENID_GENERATE_NONCE": "true"}, ("auth-failed", "token.no-id-token")),
        ({"OPENID_ADMIN_ROLE": "a", "OPENID_ADMIN_ROLE_PARAMETER_PATH": "b", "OPENID_ADMIN_ROLE_TOKEN_KIND": "ID"}, ("server-error", "admin.kind")),
        ({"OPENID_ROLE_SYNC_API_ENABLED": "true"}, ("server-error", "rolesync.api")),
        ({"OPENID_ROLE_SYNC_ENABLED": "true", "OPENID_ROLE_SYNC_CLAIM": "x", "OPENID_ROLE_SYNC_ROLE_PRIORITY": "USER,Admin"}, ("server-error", "rolesync.admin")),
    ],
)  # fmt: skip
def test_settings_that_no_row_has(settings: Mapping[str, str | None], expected: tuple[str, str]) -> None:
    assert end(with_settings(**settings)) == expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"nonce": "unasked"}, ("auth-failed", "nonce.unasked")),
        ({"aud": ["librechat", "b"]}, ("auth-failed", "token.azp")),
        ({"aud": ["librechat"]}, ("signed-in", "")),
        ({"exp": "1900000000"}, ("auth-failed", "token.claim-type")),
        ({"iss": "https://localhost:9443/"}, ("auth-failed", "discovery.issuer-inside")),
        ({"iat": openid_rows.NOW + 99999}, ("signed-in", "")),
    ],
)
def test_id_tokens_that_no_row_has(claims: Mapping[str, Any], expected: tuple[str, str]) -> None:
    assert end(with_id_token(**claims)) == expected


def test_the_tolerance_ends_at_thirty_seconds() -> None:
    assert end(with_id_token(exp=openid_rows.NOW - 29))[0] == "signed-in"
    assert end(with_id_token(exp=openid_rows.NOW - 30)) == ("auth-failed", "clock.skew")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"email": ["a@example.com"]}, ("refused-400", "claims.bad-email")),
        ({"email": "a@example.com", "email_verified": "perhaps"}, ("refused-400", "claims.type")),
        ({"preferred_username": "ada@example.com"}, ("signed-in", "")),
        ({"email": "", "upn": "ada@example.com"}, ("signed-in", "")),
    ],
)
def test_claims_that_no_row_has(claims: Mapping[str, Any], expected: tuple[str, str]) -> None:
    assert end(with_claims(**claims)) == expected


def test_who_somebody_would_be() -> None:
    person = sign_in(with_claims(email="Ada@Example.com", email_verified=True, name="Ada Probe")).person
    assert person is not None
    assert (person.email, person.email_verified, person.role, person.is_new) == ("ada@example.com", True, "USER", True)
    assert person.name == "Ada@Example.com", "the claim name alone is not used"
    assert "claims.name" in sign_in(with_claims(email="ada@example.com", name="Ada")).notes


def test_an_account_of_another_provider_is_not_linked() -> None:
    taken = (KnownAccount(provider="local", email="BASELINE.works@example.com"),)
    assert end(baseline(accounts=taken)) == ("auth-failed", "account.other-provider")


def test_v080_looks_for_the_address_of_the_id_token_alone() -> None:
    taken = (KnownAccount(provider="local", email="baseline.works@example.com"),)
    old = baseline(accounts=taken, release=Release.parse("v0.8.0"))
    assert end(old) == ("callback-409", "account.other-provider")
    assert end(replace(old, accounts=())) == ("not-kept", "session.two-hosts")


def test_an_unknown_registration_raises_no_doubt() -> None:
    assert end(baseline(client=ClientRegistration())) == ("signed-in", "")


def test_a_required_iss_parameter_that_is_missing() -> None:
    assert end(baseline(callback=Callback())) == ("auth-failed", "callback.no-issuer")


def test_reuse_needs_keys_at_the_start_and_a_refresh_token() -> None:
    reuse = with_settings(OPENID_REUSE_TOKENS="true")
    without_keys = ProviderAnswer(body={**reuse.discovery.fields, "jwks_uri": None})
    assert end(replace(reuse, discovery=without_keys)) == ("start-crash", "reuse.no-jwks")
    body = {key: value for key, value in reuse.token.fields.items() if key != "refresh_token"}
    assert end(replace(reuse, token=replace(reuse.token, body=body))) == ("not-kept", "reuse.no-refresh")
    assert reuse.token.id_token is not None
    claims = reuse.token.id_token.claims
    odd = replace(reuse.token, id_token=IdToken(algorithm="RS256", claims=claims, key_is_published=False))
    assert end(replace(reuse, token=odd)) == ("token-rejected", "reuse.keys")


@pytest.mark.parametrize(
    ("issuer", "inside", "is_registered"),
    [
        ("https://id.example.com", "https://id.example.com/", True),
        ("https://ID.example.com:443", "https://id.example.com", True),
        ("https://id.example.com/a", "https://id.example.com/a/", False),
        ("https://id.example.com/a", "https://id.example.com/A", False),
        ("https://id.example.com/b/../a", "https://id.example.com/a", True),
        ("https://id.example.com/a/.well-known/openid-configuration", "https://elsewhere.example", True),
        ("https://login.microsoftonline.com/common/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0", True),
        ("https://x.b2clogin.com/x/v2.0", "https://x.b2clogin.com/other/v2.0/", True),
        ("https://id.example.com", "no address", False),
    ],
)
def test_issuers(issuer: str, inside: str, *, is_registered: bool) -> None:
    settings = {**openid_rows.BASE, "OPENID_ISSUER": issuer}
    assert start(settings, RECORDED, ProviderAnswer(body={"issuer": inside})).registered is is_registered


def test_addresses_of_discovery() -> None:
    assert discovery_url("https://a.example/x/") == "https://a.example/x/.well-known/openid-configuration"
    assert discovery_url("https://a.example") == "https://a.example/.well-known/openid-configuration"
    assert discovery_url("https://a.example/.well-known/own") == "https://a.example/.well-known/own"
    assert discovery_url("http://a.example") is None


@pytest.mark.parametrize(
    ("settings", "tag", "expected"),
    [
        ({"HTTP_PROXY": "http://p:1"}, "v0.8.8-rc1", ("HTTP_PROXY", "http://p:1")),
        ({"HTTP_PROXY": "http://p:1"}, "v0.8.5", None),
        ({"PROXY": "p:1"}, "v0.8.8-rc1", ("PROXY", None)),
        ({"PROXY": "http://p:1", "NO_PROXY": ".example.com"}, "v0.8.8-rc1", None),
        ({"PROXY": "http://p:1", "NO_PROXY": ".example.com"}, "v0.8.6", ("PROXY", "http://p:1")),
        ({"PROXY": "http://p:1", "NO_PROXY": ".example.com"}, "v0.8.7-rc1", None),
        ({"PROXY": "http://p:1", "no_proxy": ".example.com", "NO_PROXY": "other.test"}, "v0.8.8-rc1", None),
        ({"PROXY": " ", "HTTP_PROXY": "http://p:2"}, "v0.8.8-rc1", ("HTTP_PROXY", "http://p:2")),
        ({"PROXY": "http://p:1", "NO_PROXY": "example.com"}, "v0.8.8-rc1", ("PROXY", "http://p:1")),
        ({"PROXY": "http://p:1", "NO_PROXY": "id.example.com:8443"}, "v0.8.8-rc1", ("PROXY", "http://p:1")),
    ],
)
def test_forward_proxy(settings: Mapping[str, str], tag: str, expected: tuple[str, str | None] | None) -> None:
    assert forward_proxy(settings, Release.parse(tag), "id.example.com", 443) == expected


def test_where_a_sign_in_begins() -> None:
    kinds = [start_kind(f"https://c.example{path}") for path in ("/oauth/openid", "/OAuth/openid/", "//oauth/openid")]
    assert kinds == ["begin", "begin", "page"]
    assert [start_kind(f"https://c.example/oauth/openid?{query}") for query in ("iss=x", "a=b")] == [
        "begin",
        "callback",
    ]


def test_paths_of_claims() -> None:
    claims = {"a": {"b": ["x", "y"]}, "https://c.example/roles": 1, "a.b": 2}
    paths = ("a.b", "a[b][1]", "https://c.example/roles", "a.c", "", "x.y")
    assert [lodash_get(claims, path) for path in paths] == [2, "y", 1, None, None, None]


ADDRESSES = (
    *("https://op.test", " https://op.test ", "https://OP.test:443/a", "https://op.test/a/../b/./c", "op.test:1"),
    *(
        '"https://op.test"',
        "https:op.test",
        "https://op.test\\a\\b",
        "https://user:pw@op.test/x y?q=a b'c#f`",
        "https://",
    ),
    *("https://b\u00fccher.example/\u00fc", "https://op.test/%2e%2E/x", "https://op.test/..", "https://[::1]:443/"),
    *("https://127.1/", "https://op.test:99999", "https://op.test?x", "https://op.test/a//b", "https://op.test/a%zz|^"),
)


def test_addresses_are_read_as_node_reads_them() -> None:
    program = (
        "console.log(JSON.stringify(process.argv.slice(1).map(x=>{try{return new URL(x).href}catch{return null}})))"
    )
    answered = subprocess.run(
        [image_node(), "-e", program, "--", *ADDRESSES], capture_output=True, text=True, check=True
    )
    assert [href(address) for address in ADDRESSES] == json.loads(answered.stdout)
