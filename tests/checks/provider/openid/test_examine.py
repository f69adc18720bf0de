"""What the check says of providers: each PASS turns into the right finding when its one fact is broken, and the secret stays home."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from checks.model import RunMemory, Subject
from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.options import SiteOptions, with_url
from checks.provider.conversation import MOST, PROBE, ProviderConversation, ProviderRequest, RequestLimitError
from checks.provider.openid import OPENID
from checks.provider.openid.examine import examine
from checks.provider.openid.secret import may_have_secret
from tests.checks.provider.openid.asking import (
    CHAT,
    ISSUER,
    METADATA,
    SECRET,
    SETTINGS,
    Answering,
    Provider,
    answering,
    asked,
    failing,
    statuses,
    task,
    told,
)
from tests.checks.provider.row_provider import http
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.findings.openid_inside import UNREACHABLE

PASSED = {"discovery.ok", "client.accepted", "secret.accepted", "clock.ok", "probe.announced", "signin.undecided"}
BACK = f"{CHAT}/oauth/openid/callback"
BASIC = "Basic " + base64.b64encode(f"librechat:{quote(SECRET, safe='')}".encode()).decode()


async def test_a_well_behaved_provider_leaves_the_rest_to_a_sign_in() -> None:
    provider = Provider()
    findings = await asked(provider)
    assert statuses(findings) == dict.fromkeys(PASSED, Status.PASS)
    assert [request.method for request in provider.requests] == ["GET", "GET", "GET", "POST", "POST"]
    assert SECRET not in told(findings)
    assert findings[-1].summary == "No problems found. Only a real sign-in can verify the rest."


def _token(error: str, **fields: Any) -> Answering:
    return lambda request: http(request.url, 400, {"error": error, **fields}) if request.form is not None else None


def _only(accepts: Callable[[ProviderRequest], bool]) -> Answering:
    """Take the client for authenticated where this says so."""

    def odd(request: ProviderRequest) -> HttpResponse | None:
        if request.form is None:
            return None
        return http(request.url, 400, {"error": "invalid_grant" if accepts(request) else "invalid_client"})

    return odd


def _late(request: ProviderRequest) -> HttpResponse | None:
    if ".well-known" not in request.url:
        return None
    past = datetime.now(UTC) - timedelta(seconds=400)
    response = http(request.url, 200, dict(METADATA))
    date = past.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return HttpResponse(
        url=response.url, status=200, headers=(("date", date),), body=response.body, cut=False, address="",
        sent=response.sent, received=response.received,
    )  # fmt: skip


def _back(**fields: str) -> Answering:
    query = "&".join(f"{name}={value}" for name, value in fields.items())

    def odd(request: ProviderRequest) -> HttpResponse | None:
        is_real = request.form is None and "/auth?" in request.url and "callback%2Fx" not in request.url
        return http(request.url, 302, location=f"{BACK}?{query}") if is_real else None

    return odd


class Mutation(NamedTuple):
    """One broken fact: what it breaks, and the finding that says so."""

    breaks: str
    found: str
    status: Status
    odd: Answering | None = None
    metadata: dict[str, Any] = {}  # noqa: RUF012 - never changed
    settings: dict[str, str] = {}  # noqa: RUF012 - never changed


F, W, U = Status.FAIL, Status.WARN, Status.UNKNOWN
MUTATIONS = (
    Mutation("discovery.ok", "discovery.status", F, answering(".well-known", 404)),
    Mutation("discovery.ok", "discovery.redirect", F, answering(".well-known", 301, location="https://x.example")),
    Mutation("discovery.ok", "discovery.not-json", F, answering(".well-known", 200, "<html>")),
    Mutation("discovery.ok", "discovery.not-json", F, answering(".well-known", 200, "[1]")),
    Mutation("discovery.ok", "discovery.no-issuer", F, metadata={"issuer": None}),
    Mutation("discovery.ok", "discovery.issuer-mismatch", F, metadata={"issuer": f"{ISSUER}/realm"}),
    Mutation("discovery.ok", "discovery.unreachable", F, failing(HttpError(Failure.REFUSED), ".well-known")),
    Mutation("discovery.ok", "discovery.unreachable", F, failing(HttpError(Failure.NAME), ".well-known")),
    Mutation("discovery.ok", "discovery.unknown", U, failing(HttpError(Failure.UNRESOLVED), ".well-known")),
    Mutation("discovery.ok", "discovery.slow", F, failing(HttpError(Failure.SILENT), ".well-known")),
    Mutation("discovery.ok", "tls.refused", F, failing(HttpError(Failure.CERTIFICATE, "self-signed"), ".well-known")),
    Mutation("discovery.ok", "tls.handshake", F, failing(HttpError(Failure.HANDSHAKE), ".well-known")),
    Mutation("discovery.ok", "discovery.http-endpoint", F, metadata={"token_endpoint": "http://id.example.com/token"}),
    Mutation("discovery.ok", "discovery.no-endpoint", F, metadata={"authorization_endpoint": None}),
    Mutation("discovery.ok", "proxy.dead", F, failing(HttpError(Failure.REFUSED), ""), settings={"PROXY": "http://p:1"}),
    Mutation("discovery.ok", "discovery.unknown", U, failing(HttpError(Failure.NAME), ""), settings={"PROXY": "http://squid:3128"}),
    Mutation("discovery.ok", "discovery.unknown", U, failing(HttpError(Failure.NAME), ""), settings={"OPENID_ISSUER": "https://keycloak:8443"}),
    Mutation("discovery.ok", "reuse.no-jwks", F, metadata={"jwks_uri": None}, settings={"OPENID_REUSE_TOKENS": "true"}),
    Mutation("clock.ok", "clock.skew", W, _late),
    Mutation("client.accepted", "client.unknown", F, lambda request: http(request.url, 400 if "/auth?" in request.url else 401, {"error": "invalid_client"}) if "well-known" not in request.url else None),
    Mutation("client.accepted", "redirect.refused", F, answering("/auth?", 400, "<html>")),
    Mutation("client.accepted", "redirect.refused", F, answering("/auth?", 302, location=f"{ISSUER}/error?error=invalid_request")),
    Mutation("client.accepted", "client.unchecked", U, answering("/auth?", 302, location=f"{ISSUER}/login")),
    Mutation("client.accepted", "client.unchecked", U, answering("/auth?", 200, "<html>")),
    Mutation("client.accepted", "provider.odd", W, answering("/auth?", 503, "<html>")),
    Mutation("client.accepted", "provider.odd", W, answering("/auth?", 403, "<html>")),
    Mutation("client.accepted", "provider.unreachable", W, failing(HttpError(Failure.CLOSED), "/auth?")),
    Mutation("client.accepted", "scope.refused", F, _back(error="invalid_scope")),
    Mutation("client.accepted", "policy.flow", F, _back(error="unauthorized_client")),
    Mutation("client.accepted", "policy.par", F, _back(error="invalid_request"), metadata={"require_pushed_authorization_requests": True}),
    Mutation("client.accepted", "policy.jar", F, _back(error="invalid_request"), metadata={"require_signed_request_object": True}),
    Mutation("client.accepted", "policy.refused", F, _back(error="invalid_request")),
    Mutation("signin.undecided", "discovery.issuer-inside", F, _back(error="login_required", iss="https://other.example")),
    Mutation("signin.undecided", "tls.unverified", F, settings={"NODE_TLS_REJECT_UNAUTHORIZED": "0"}),
    Mutation("discovery.ok", "tls.unknown", U, failing(HttpError(Failure.CERTIFICATE, "self-signed"), ".well-known"), settings={"NODE_TLS_REJECT_UNAUTHORIZED": "0"}),
    Mutation("secret.accepted", "secret.wrong", F, settings={"OPENID_CLIENT_SECRET": "another"}),
    Mutation("secret.accepted", "secret.missing", F, settings={"OPENID_CLIENT_SECRET": "", "OPENID_USE_PKCE": "true"}),
    Mutation("secret.accepted", "secret.method", F, _only(lambda request: request.headers.get("Authorization") == BASIC)),
    Mutation("secret.accepted", "secret.wrong", F, _only(lambda request: "Authorization" in request.headers)),
    Mutation("secret.accepted", "secret.wrong", F, _only(lambda request: "refresh_token" in (request.form or {}))),
    Mutation("secret.accepted", "secret.wrong", F, _only(lambda request: "client_secret" not in (request.form or {}) and "Authorization" not in request.headers)),
    Mutation("secret.accepted", "token.busy", U, answering("/token", 429, {"error": "unauthorized_client"})),
    Mutation("secret.accepted", "token.busy", U, answering("/token", 503, "<html>")),
    Mutation("secret.accepted", "token.busy", U, lambda request: http(request.url, 429, {"error": "invalid_client"}) if request.form is not None and request.form.get("client_secret") != SECRET else None),
    Mutation("secret.accepted", "secret.public", F, _only(lambda request: "client_secret" not in (request.form or {}) and (request.form or {}).get("client_id") == "librechat" and "code" in (request.form or {}))),
    Mutation("secret.accepted", "secret.unchecked", U, _token("invalid_grant")),
    Mutation("secret.accepted", "secret.unchecked", U, _token("invalid_request")),
    Mutation("secret.accepted", "secret.expired", F, _token("invalid_client", error_codes=[7000222])),
    Mutation("secret.accepted", "token.odd", W, answering("/token", 500, "<html>")),
    Mutation("secret.accepted", "token.unreachable", F, failing(HttpError(Failure.REFUSED), "/token")),
    Mutation("secret.accepted", "secret.elsewhere", U, metadata={"token_endpoint": "https://evil.example.net/token"}),
)  # fmt: skip


@pytest.mark.parametrize("broken", MUTATIONS, ids=[f"{each.breaks}-{each.found}" for each in MUTATIONS])
async def test_each_pass_turns_into_the_right_finding_when_its_fact_is_broken(broken: Mutation) -> None:
    provider = Provider(broken.odd, **broken.metadata)
    about = task(**broken.settings)
    from checks.provider.openid.own_settings import settings_findings

    findings = [*settings_findings(about), *await asked(provider, about)]
    found = statuses(findings)
    print(f"{broken.breaks:<18} -> {broken.status:<8}{broken.found}")  # noqa: T201 - the mutation table
    assert broken.breaks in PASSED
    assert broken.breaks not in found
    assert found[broken.found] is broken.status
    failed = [name for name, status in found.items() if status is Status.FAIL and name != "tls.unverified"]
    assert bool(failed) is (broken.status is Status.FAIL) or broken.found == "tls.unverified"
    assert len(provider.requests) <= MOST
    assert SECRET not in told(findings)


async def test_authentik_looks_at_the_redirect_uri_of_a_code_first() -> None:
    right = {"refresh_token": PROBE, "client_secret": SECRET}.items()
    accepts = _only(lambda request: dict(request.form or {}).items() >= right)
    assert statuses(await asked(Provider(accepts)))["secret.accepted"] is Status.PASS


async def test_a_provider_that_refuses_prompt_none_is_asked_without() -> None:
    def odd(request: ProviderRequest) -> HttpResponse | None:
        if "/auth?" not in request.url or "callback%2Fx" in request.url:
            return None
        is_quiet = "prompt=none" in request.url
        return http(request.url, 400, "<html>") if is_quiet else http(request.url, 302, location="/login")

    assert statuses(await asked(Provider(odd)))["client.accepted"] is Status.PASS


async def test_a_pattern_of_redirect_uris_is_told() -> None:
    def odd(request: ProviderRequest) -> HttpResponse | None:
        if "/auth?" not in request.url:
            return None
        target = parse_qs(urlsplit(request.url).query)["redirect_uri"][0]
        return http(request.url, 302, location=f"{target}?error=login_required")

    found = statuses(await asked(Provider(odd)))
    assert (found["client.accepted"], found["redirect.wildcard"]) == (Status.PASS, Status.WARN)


async def test_the_requests_are_those_of_librechat() -> None:
    provider = Provider(authorization_endpoint=f"{ISSUER}/auth?tenant=a")
    await asked(provider, task(OPENID_GENERATE_NONCE="true", OPENID_AUDIENCE="api"))
    query = parse_qs(urlsplit(provider.requests[1].url).query)
    assert query["tenant"] == ["a"]
    assert {name: query[name] for name in ("client_id", "response_type", "scope", "redirect_uri", "audience")} == {
        "client_id": ["librechat"],
        "response_type": ["code"],
        "scope": ["openid profile email"],
        "redirect_uri": [BACK],
        "audience": ["api"],
    }
    assert {"state", "nonce", "code_challenge", "prompt"} < query.keys()
    assert query["code_challenge_method"] == ["S256"]
    form = provider.requests[3].form
    assert form is not None
    assert (form["grant_type"], form["code"], form["redirect_uri"]) == ("authorization_code", PROBE, BACK)
    assert not [request.url for request in provider.requests if SECRET in request.url]


async def test_no_secret_leaves_in_a_dry_run() -> None:
    from dataclasses import replace

    provider = Provider()
    findings = await asked(provider, replace(task(), unsent="a dry run sends nothing"))
    assert [request for request in provider.requests if request.form is not None] == []
    assert "secret.accepted" not in statuses(findings)
    assert findings[-1].evidence == ("The client secret was not tested: a dry run sends nothing.",)


@pytest.mark.parametrize(
    ("issuer", "endpoint", "expected"),
    [
        ("https://id.example.com", "https://id.example.com/t", True),
        ("https://id.example.com", "https://token.example.com/t", True),
        ("https://id.example.com", "http://id.example.com/t", False),
        ("https://id.example.com", "https://example.org/t", False),
        ("https://a.co.uk", "https://b.co.uk/t", False),
        ("https://a.github.io", "https://b.github.io/t", False),
        ("https://192.0.2.1", "https://192.0.2.2/t", False),
        ("https://accounts.google.com", "https://oauth2.googleapis.com/token", True),
        (
            "https://cognito-idp.eu-west-1.amazonaws.com/x",
            "https://p.auth.eu-west-1.amazoncognito.com/oauth2/token",
            True,
        ),
        ("https://evil.example", "https://p.auth.eu-west-1.amazoncognito.com/oauth2/token", False),
        ("https://cognito-idp.eu-west-1.amazonaws.com/x", "https://cognito-idp.eu-west-1.amazonaws.com/t", True),
        ("https://cognito-idp.eu-west-1.amazonaws.com/x", "https://evil-1.eu-west-1.elb.amazonaws.com/t", False),
        ("https://cognito-idp.eu-west-1.amazonaws.com/x", "https://ec2-192-0-2-1.amazonaws.com/t", False),
        (f"{ISSUER}/.well-known/openid-configuration", "https://evil.example.net/t", False),
        ("https://accounts.google.com/.well-known/openid-configuration", "https://oauth2.googleapis.com/token", True),
        (ISSUER, "https://evil.example.net\\@id.example.com/t", False),
        ("https://localhost:1", "https://localhost:2/t", True),
        ("https://id.example.com", "https://user@id.example.com.evil.example/t", False),
    ],
)
def test_who_may_get_the_secret(issuer: str, endpoint: str, *, expected: bool) -> None:
    about = task(OPENID_ISSUER=issuer)
    assert may_have_secret(about, {"issuer": issuer, "token_endpoint": endpoint}) is expected
    by_itself = "https://" + (urlsplit(endpoint).hostname or "")
    assert may_have_secret(about, {"issuer": by_itself, "token_endpoint": endpoint}) is expected


@pytest.mark.parametrize(
    "issuer",
    [
        f"{ISSUER}/.well-known/openid-configuration",
        "https://login.microsoftonline.com/common/v2.0",
        "https://company.b2clogin.com/company.onmicrosoft.com/policy/v2.0",
    ],
)
async def test_a_document_whose_issuer_nobody_compares_does_not_get_the_secret(issuer: str) -> None:
    ends = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    document: dict[str, Any] = {name: f"https://evil.example.net/{name}" for name in ends}
    provider = Provider(issuer="https://evil.example.net", **document)
    found = statuses(await asked(provider, task(OPENID_ISSUER=issuer)))
    assert found["discovery.ok"] is Status.PASS, "LibreChat takes this document"
    assert found["secret.elsewhere"] is Status.UNKNOWN
    assert "probe.announced" not in found
    assert [request.url for request in provider.requests if request.form is not None] == []


def test_the_check_applies_to_openid_alone() -> None:
    without = Subject(memory=RunMemory(), deployment=deployment({}))
    assert OPENID.applies(without) is not None
    assert OPENID.applies(Subject(memory=RunMemory(), deployment=deployment({"OPENID_ISSUER": ISSUER}))) is None
    assert (
        OPENID.applies(Subject(memory=RunMemory(), deployment=deployment({"OPENID_ISSUER": ISSUER}, release="v0.7.8")))
        is not None
    )


def test_a_link_with_a_query_is_told() -> None:
    about = Subject(
        memory=RunMemory(),
        deployment=deployment(dict(SETTINGS)),
        site_options=with_url(SiteOptions(), f"{CHAT}/oauth/openid?redirect=1"),
    )
    assert about.site_options.url == CHAT
    assert OPENID.static is not None
    assert [finding.id for finding in OPENID.static(about)] == ["openid.start.query"]
    plain = Subject(
        memory=RunMemory(),
        deployment=deployment(dict(SETTINGS)),
        site_options=with_url(SiteOptions(), f"{CHAT}/oauth/openid"),
    )
    assert list(OPENID.static(plain)) == []


async def test_requests_are_counted() -> None:
    conversation = ProviderConversation(Provider(), most=1)
    await conversation.get(f"{ISSUER}/jwks")
    with pytest.raises(RequestLimitError):
        await conversation.get(f"{ISSUER}/jwks")


async def test_the_longest_conversation_ends_at_the_limit() -> None:
    def odd(request: ProviderRequest) -> HttpResponse | None:
        if request.form is not None:
            return http(request.url, 401, {"error": "invalid_client"})
        return (
            http(request.url, 503)
            if "prompt=none" in request.url
            else http(request.url, 200, "<html>")
            if "/auth?" in request.url
            else None
        )

    provider = Provider(odd)
    found = statuses(await asked(provider, task(OPENID_REUSE_TOKENS="true")))
    assert len(provider.requests) == MOST
    assert found["secret.wrong"] is Status.FAIL


async def test_what_the_container_sees_counts_for_the_last_sentence() -> None:
    async def inside() -> AsyncIterator[Finding]:
        yield UNREACHABLE.fail()

    found = [finding async for finding in examine(task(), Provider(), inside())]
    assert "inside.unreachable" in statuses(found)
    assert "signin.undecided" not in statuses(found)


def test_what_is_missing_is_named() -> None:
    assert OPENID.static is not None
    missing = {name: text for name, text in SETTINGS.items() if name != "OPENID_SESSION_SECRET"}
    (finding,) = OPENID.static(Subject(memory=RunMemory(), deployment=deployment(missing)))
    assert (finding.id, finding.settings) == ("openid.settings.missing", ("OPENID_SESSION_SECRET",))


async def test_nothing_is_claimed_about_a_provider_that_did_not_respond() -> None:
    findings = await asked(Provider(failing(HttpError(Failure.UNRESOLVED), "")))
    assert {one.id: one.status for one in findings} == {"openid.discovery.unknown": U}


async def test_beside_a_warning_no_absence_of_problems_is_claimed() -> None:
    findings = await asked(Provider(answering("/auth?", 503, "<html>")))
    assert "openid.signin.undecided" in {one.id for one in findings}
    assert "No problems" not in findings[-1].summary
