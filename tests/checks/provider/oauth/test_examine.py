"""What the check says of social providers: each PASS turns into the right finding when its one fact is broken; Apple's key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization import load_pem_private_key as load

from checks.model import RunMemory, Subject
from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest
from checks.provider.oauth import OAUTH
from checks.provider.oauth.apple_key import client_secret, fresh_key, key_kind
from checks.provider.oauth.examine import examine
from checks.provider.oauth.own_settings import settings_findings
from checks.provider.oauth.task import KeyFile, SocialTask, key_file, task_of
from tests.checks.provider.oauth.row_social import RowSocial, task_of_row
from tests.checks.provider.row_provider import http
from tests.records import openid_verdicts
from tests.wizard.librechat.social_rows import SECRET, situation_of
from tests.wizard.rules.builder import deployment
from wizard.answers.model import Stack
from wizard.basics.finding import Finding, Status
from wizard.librechat.social_situation import AppleKey

PROVIDERS = ("google", "github", "discord", "facebook", "apple")
ROWS = {name: next(row for row in openid_verdicts() if row["kind"] == "social" and row["provider"]["name"] == name) for name in PROVIDERS}  # fmt: skip
Odd = Callable[[ProviderRequest], HttpResponse | None]


class Social:
    """A provider that answers as it documents, but for what a test says."""

    def __init__(self, provider: str, odd: Odd | None = None) -> None:
        clean = {**ROWS[provider], "provider": {"name": provider, "account": {}}}
        self.transport = RowSocial(
            clean, situation_of({**clean, "settings": {}, "faults_at_sign_in": {}, "before": {}})
        )
        self.odd = odd

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        odd = self.odd(request) if self.odd is not None else None
        return odd if odd is not None else await self.transport(request)

    def task(self, **changes: str) -> SocialTask:
        made = task_of_row(self.transport.situation)
        return SocialTask(provider=made.provider, settings={**made.settings, **changes}, key=made.key)


async def found(social: Social, task: SocialTask | None = None) -> list[Finding]:
    about = task or social.task()
    findings = [*settings_findings(about), *[finding async for finding in examine(about, social)]]
    assert not [finding for finding in findings if SECRET in repr(finding)]
    assert len(social.transport.requests) <= 4
    return findings


def statuses(findings: list[Finding]) -> dict[str, Status]:
    return {finding.id.removeprefix("oauth."): finding.status for finding in findings}


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_provider_that_knows_librechat(provider: str) -> None:
    got = statuses(await found(Social(provider)))
    expected = {f"{provider}.{name}": Status.PASS for name in ("accepted", "announced", "secret-accepted", "undecided")}
    also = {"apple": {"apple.key": Status.PASS}, "facebook": {"facebook.broken": Status.WARN}}
    assert got == expected | also.get(provider, {})


class Mutation(NamedTuple):
    """One broken fact: the PASS that it breaks, and the finding that says so."""

    provider: str
    breaks: str
    found: str
    status: Status
    settings: Mapping[str, str] = {}
    odd: Odd | None = None


def _on(kind: str, response: Callable[[str], HttpResponse]) -> Odd:
    def odd(request: ProviderRequest) -> HttpResponse | None:
        return response(request.url) if (request.form is not None) == (kind == "token") else None

    return odd


def _refused(_: ProviderRequest) -> HttpResponse:
    raise HttpError(Failure.UNRESOLVED, "no name server")


F, W, U = Status.FAIL, Status.WARN, Status.UNKNOWN
MUTATIONS = (
    Mutation("google", "accepted", "client", F, {"GOOGLE_CLIENT_ID": "other"}),
    Mutation("google", "accepted", "redirect-refused", F, odd=_on("page", lambda url: http(url, 302, location="/e?authError=ChVyZWRpcmVjdF91cmlfbWlzbWF0Y2g"))),
    Mutation("google", "undecided", "redirect", F, {"GOOGLE_CALLBACK_URL": "/elsewhere"}),
    Mutation("google", "secret-accepted", "secret", F, {"GOOGLE_CLIENT_SECRET": "other"}),
    Mutation("google", "secret-accepted", "secret-unchecked", U, odd=_on("token", lambda url: http(url, 400, {"error": "invalid_grant"}))),
    Mutation("google", "secret-accepted", "token", F, odd=_on("token", lambda url: http(url, 500, "<html>"))),
    Mutation("google", "secret-accepted", "token", F, odd=_on("token", lambda url: http(url, 400, {"error": {"code": []}}))),
    Mutation("google", "secret-accepted", "token", F, odd=_on("token", lambda url: http(url, 400, {"error": {"code": True}}))),
    Mutation("google", "secret-accepted", "token-busy", U, odd=_on("token", lambda url: http(url, 403, "<html>"))),
    Mutation("google", "secret-accepted", "token-busy", U, odd=_on("token", lambda url: http(url, 429, {"error": "unauthorized_client"}))),
    Mutation("google", "secret-accepted", "token-busy", U, odd=_on("token", lambda url: http(url, 502, "<html>"))),
    Mutation("google", "secret-accepted", "token-busy", U, odd=_on("token", lambda url: http(url, 503, "<html>"))),
    Mutation("google", "accepted", "unreachable", U, odd=_refused),
    Mutation("google", "accepted", "unreachable", U, odd=_on("page", lambda url: http(url, 429, "<html>"))),
    Mutation("github", "accepted", "client", F, {"GITHUB_CLIENT_ID": "other"}),
    Mutation("github", "accepted", "unchecked", U, odd=_on("page", lambda url: http(url, 302, location="/login"))),
    Mutation("github", "secret-accepted", "secret", F, {"GITHUB_CLIENT_SECRET": "other"}),
    Mutation("github", "undecided", "base", F, {"GITHUB_ENTERPRISE_BASE_URL": "http://github.example.com"}),
    Mutation("discord", "accepted", "redirect", F, {"DOMAIN_SERVER": "http://localhost:3080/"}),
    Mutation("discord", "accepted", "redirect-refused", F, odd=_on("page", lambda url: http(url, 400, "<html>"))),
    Mutation("discord", "secret-accepted", "secret", F, {"DISCORD_CLIENT_SECRET": f"{SECRET} "}),
    Mutation("facebook", "secret-accepted", "secret", F, {"FACEBOOK_CLIENT_SECRET": "other"}),
    Mutation("apple", "secret-accepted", "secret", F, {"APPLE_KEY_ID": "KEY0000000"}),
    Mutation("apple", "secret-accepted", "ids", W, {"APPLE_KEY_ID": ""}),
)  # fmt: skip


@pytest.mark.parametrize("broken", MUTATIONS, ids=[f"{each.provider}-{each.breaks}-{each.found}" for each in MUTATIONS])
async def test_each_pass_turns_into_the_right_finding_when_its_fact_is_broken(broken: Mutation) -> None:
    social = Social(broken.provider, broken.odd)
    task = social.task(**broken.settings)
    got = statuses(await found(social, task))
    print(f"{broken.provider:<10}{broken.breaks:<18} -> {broken.status:<8}{broken.found}")  # noqa: T201 - the mutation table
    assert f"{broken.provider}.{broken.breaks}" not in got
    assert got[f"{broken.provider}.{broken.found}"] is broken.status
    assert (Status.FAIL in got.values()) is (broken.status is Status.FAIL)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("error", ["unknown parameter client_secret {}", "\x1b[2J{}"])
async def test_a_provider_that_repeats_the_secret_is_quoted_without_it(provider: str, error: str) -> None:
    sent: list[str] = []

    def echo(request: ProviderRequest) -> HttpResponse | None:
        if request.form is None:
            return http(request.url, 302, location=f"/e?error={social.task().value('CLIENT_SECRET')}")
        sent.append(request.form["client_secret"])
        return http(request.url, 400, {"error": error.format(sent[-1])})

    social = Social(provider, echo)
    findings = await found(social)
    assert sent
    assert sent[0][:40] not in repr(findings), "evidence is cut, and the beginning of a signed secret stays"
    assert "\x1b" not in "".join(text for finding in findings for text in finding.evidence)
    assert statuses(findings)[f"{provider}.token"] is Status.FAIL


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: str = "") -> str:
    sealed = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed).decode()


def test_kinds_of_keys() -> None:
    good = fresh_key()
    assert key_kind(good) is AppleKey.FIT
    assert key_kind(None) is AppleKey.MISSING
    assert key_kind("nothing") is AppleKey.NOT_PEM
    assert key_kind(good.replace("\n", "")) is AppleKey.ONE_LINE
    assert key_kind(good.replace("\n", "\\n")) is AppleKey.ONE_LINE
    assert key_kind(_pem(ec.generate_private_key(ec.SECP384R1()))) is AppleKey.OTHER_KIND
    assert key_kind(_pem(rsa.generate_private_key(65537, 2048))) is AppleKey.OTHER_KIND
    assert key_kind(_pem(ec.generate_private_key(ec.SECP256R1()), "sealed")) is AppleKey.NOT_PEM
    assert key_kind("-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n") is AppleKey.NOT_PEM


def test_the_client_secret_of_apple() -> None:
    key = fresh_key()
    secret = client_secret(key, client_id="com.example.chat", team_id="TEAM123456", key_id="KEY1234567")
    public = load(key.encode(), password=None).public_key()
    claims = jwt.decode(secret, public, algorithms=["ES256"], audience="https://appleid.apple.com")  # type: ignore[arg-type]
    assert (claims["iss"], claims["sub"]) == ("TEAM123456", "com.example.chat")
    assert 0 < claims["exp"] - claims["iat"] <= 180
    assert jwt.get_unverified_header(secret)["kid"] == "KEY1234567"


@pytest.mark.parametrize(
    ("text", "identity", "status"),
    [
        (fresh_key(), "apple.key", Status.PASS),
        (None, "apple.key-file", Status.FAIL),
        ("no key", "apple.key-form", Status.FAIL),
        (_pem(ec.generate_private_key(ec.SECP384R1())), "apple.key-kind", Status.FAIL),
    ],
)
def test_a_key_file_that_is_mounted(text: str | None, identity: str, status: Status, tmp_path: Path) -> None:
    settings = {**Social("apple").task().settings, "APPLE_PRIVATE_KEY_PATH": "/app/keys/AuthKey.p8"}
    (tmp_path / "keys").mkdir()
    if text is not None:
        (tmp_path / "keys" / "AuthKey.p8").write_text(text)
    volume = {"type": "bind", "source": str(tmp_path / "keys"), "target": "/app/keys"}
    made = deployment(dict(settings), compose={"services": {"api": {"volumes": [volume]}}})
    findings = statuses(list(settings_findings(task_of(Subject(memory=RunMemory(), deployment=made), "apple"))))
    assert findings[identity] is status
    assert "PRIVATE" not in repr(key_file(made))


def test_without_docker_the_path_is_the_path(tmp_path: Path) -> None:
    (tmp_path / "key.p8").write_text(fresh_key())
    settings = {**Social("apple").task().settings, "APPLE_PRIVATE_KEY_PATH": "key.p8"}
    made = deployment(dict(settings), stack=Stack.LOCAL)._replace(folder=tmp_path)
    assert key_kind(key_file(made).text) is AppleKey.FIT


def test_a_key_file_that_no_mount_leads_to() -> None:
    made = deployment(dict(Social("apple").task().settings))
    key = key_file(made)
    assert isinstance(key, KeyFile)
    assert key.unseen
    assert (
        statuses(list(settings_findings(task_of(Subject(memory=RunMemory(), deployment=made), "apple"))))[
            "apple.key-unseen"
        ]
        is Status.WARN
    )


def test_the_check_applies_to_social_logins_alone() -> None:
    assert OAUTH.applies(Subject(memory=RunMemory(), deployment=deployment({}))) is not None
    assert OAUTH.applies(Subject(memory=RunMemory(), deployment=deployment({"GITHUB_CLIENT_ID": "x"}))) is None
    assert OAUTH.static is not None
    only = list(OAUTH.static(Subject(memory=RunMemory(), deployment=deployment({"GITHUB_CLIENT_ID": "x"}))))
    assert [finding.id for finding in only] == ["oauth.github.switched-off"]


async def test_google_names_the_redirect_uri_in_the_address_of_its_error_page() -> None:
    error = "ChVyZWRpcmVjdF91cmlfbWlzbWF0Y2g"
    social = Social(
        "google", _on("page", lambda url: http(url, 302, location=f"/signin/oauth/error?authError={error}"))
    )
    (failed,) = [finding for finding in await found(social) if finding.status is Status.FAIL]
    assert failed.id == "oauth.google.redirect-refused"
    assert social.task().redirect in failed.remedy


async def test_nothing_is_claimed_about_a_provider_that_did_not_respond() -> None:
    findings = await found(Social("google", _refused))
    assert "google.undecided" not in statuses(findings)
    assert {one.status for one in findings} - {Status.PASS} == {Status.UNKNOWN}


async def test_beside_a_warning_no_absence_of_problems_is_claimed() -> None:
    ends = [
        one for each in ("google", "facebook") for one in await found(Social(each)) if one.id.endswith(".undecided")
    ]
    assert ["no problems" in one.summary for one in ends] == [True, False]
