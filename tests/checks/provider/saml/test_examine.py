"""What the check says of providers: each PASS turns into the right finding when its one fact is broken; what was pasted is kept nowhere."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from checks.model import RunMemory, Subject
from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest
from checks.provider.saml import SAML
from checks.provider.saml.examine import MOST
from checks.provider.saml.task import task_of
from tests.checks.provider.row_provider import http
from tests.checks.provider.saml.asking import METADATA, NOW, Provider, asked, encoded, failed, ids, task, variables
from tests.servers.saml_idp import Answer, IdentityProvider, signing_key
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.librechat.releases import Release

PASSED = ["certificate.ok", "metadata.ok", "request.form", "account.ok", "undecided"]
HTTP = "http://chat.example/oauth/saml/callback"
RC2 = Release(0, 8, 8, 2)
RANDOM = "-----BEGIN CERTIFICATE-----\n" + "A" * 64 + "\n-----END CERTIFICATE-----\n"


def _changed_after_signing() -> str:
    text = IdentityProvider().response(now=NOW).replace("ada@example.org", "eve@example.org")
    return base64.b64encode(text.encode()).decode()


def _two_assertions() -> str:
    text = IdentityProvider().response(now=NOW)
    begin, end = text.index("<saml:Assertion"), text.index("</samlp:Response>")
    return base64.b64encode((text[:end] + text[begin:end] + text[end:]).encode()).decode()


async def test_a_well_behaved_provider_leaves_the_rest_to_a_sign_in() -> None:
    provider = Provider()
    found = await asked(task(response=encoded()), provider)
    assert ids(found) == PASSED
    assert {finding.status for finding in found} == {Status.PASS}
    assert found[3].summary == "Ada L, ada@example.org, id ada-1, would get the role USER."
    assert found[-1].summary == "No problems found. Only a real sign-in can verify the rest."
    assert len(provider.requests) == 2
    query = parse_qs(urlsplit(provider.requests[1].url).query)
    assert list(query) == ["SAMLRequest"]


@dataclass(frozen=True)
class Mutation:
    fact: str
    expected: str
    settings: dict[str, str | None] = field(default_factory=dict)
    provider: dict[str, Any] = field(default_factory=dict)
    response: str | None = None
    task: dict[str, Any] = field(default_factory=dict)
    status: Status = Status.FAIL


MUTATIONS = [
    Mutation("SAML_ISSUER is set", "settings.incomplete", {"SAML_ISSUER": None}),
    Mutation("ALLOW_SOCIAL_LOGIN is true", "settings.incomplete", {"ALLOW_SOCIAL_LOGIN": "false"}),
    Mutation("SAML_CALLBACK_URL is set", "settings.incomplete", {"SAML_CALLBACK_URL": ""}),
    Mutation("the release has SAML", "settings.release", task={"release": Release(0, 7, 8)}),
    Mutation("SAML_ENTRY_POINT is whole", "settings.entry-point", {"SAML_ENTRY_POINT": "/sso"}),
    Mutation("DOMAIN_CLIENT is set", "settings.client-address", {"DOMAIN_CLIENT": None}),
    Mutation("the callback is https", "settings.cookies", {"SAML_CALLBACK_URL": HTTP}, response=encoded(recipient=HTTP)),
    Mutation("the file of SAML_CERT is there", "certificate.no-file", {"SAML_CERT": "./idp.pem"}),
    Mutation("the file has content", "certificate.empty", {"SAML_CERT": "./idp.pem"}, task={"file": ""}),
    Mutation("the file is PEM", "certificate.form", {"SAML_CERT": "./idp.pem"}, task={"file": "<metadata/>"}),
    Mutation("a key is in it", "certificate.no-key", {"SAML_CERT": "./idp.pem"}, task={"file": RANDOM}),
    Mutation("the key is RSA", "certificate.key-kind", {"SAML_CERT": signing_key("elliptic", bits=0).pem}),
    Mutation("one certificate", "certificate.several", {"SAML_CERT": signing_key().pem + signing_key("b").pem}, status=Status.WARN),
    Mutation("requests may be unsigned", "metadata.signed-requests", provider={"wants_signed": True}),
    Mutation("redirect binding", "metadata.no-redirect", provider={"post_only": True}),
    Mutation("its key is SAML_CERT's", "metadata.certificate", provider={"keys": [signing_key("b")]}),
    Mutation("its location", "metadata.entry-point", {"SAML_ENTRY_POINT": "https://idp.example/other"}, status=Status.WARN),
    Mutation("SAML_IDP_ISSUER", "metadata.idp-issuer", {"SAML_IDP_ISSUER": "https://idp.example/x"},
        response=encoded(issuer="https://idp.example/x"), task={"release": RC2}),
    Mutation("well-formed XML", "response.not-xml", response=base64.b64encode(b"<a>").decode()),
    Mutation("no DOCTYPE", "response.not-xml", response=base64.b64encode(b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>").decode()),
    Mutation("the status is Success", "response.status", response=encoded(status="Responder", message="no")),
    Mutation("an assertion in plain text", "response.encrypted", response=encoded(encrypted=True)),
    Mutation("one assertion", "response.several-assertions", response=_two_assertions()),
    Mutation("the assertion is signed", "response.assertion-signature", response=encoded(signs="none")),
    Mutation("by the key of SAML_CERT", "response.assertion-signature", response=encoded(IdentityProvider(key=signing_key("b")))),
    Mutation("nothing changed since", "response.assertion-signature", response=_changed_after_signing()),
    Mutation(
        "with RSA and SHA-256", "response.assertion-signature",
        response=encoded(method=SignatureMethod.RSA_SHA384, digest=DigestAlgorithm.SHA384),
    ),
    Mutation("the response is signed too", "response.response-signature", {"SAML_USE_AUTHN_RESPONSE_SIGNED": "true"}),
    Mutation("valid by now", "response.too-early", response=encoded(not_before=5)),
    Mutation("valid when it arrived", "response.expired", response=encoded(not_on_or_after=-1)),
    Mutation("the audience, byte by byte", "response.audience", {"SAML_ISSUER": "https://chat.example/sp/"}),
    Mutation("an audience", "response.audience", response=encoded(audience=None)),
    Mutation("an email address", "account.no-mail", response=encoded(attributes={"username": "ada"})),
    Mutation("one with @", "account.invalid-mail", response=encoded(attributes={"email": "ada"})),
    Mutation("one address", "account.many-values", response=encoded(attributes={"email": ["a@x.org", "b@x.org"]})),
    Mutation("its domain is allowed", "account.domain", task={"allowed_domains": ("example.com",)}),
    Mutation("a NameID", "account.name-id", response=encoded(name_id=None), task={"release": RC2}),
    Mutation("the provider's own Issuer", "account.idp-issuer", {"SAML_IDP_ISSUER": "https://idp.example/meta"},
        response=encoded(issuer="https://idp.example/x"), task={"release": RC2}),
]  # fmt: skip


@pytest.mark.parametrize("changed", MUTATIONS, ids=lambda changed: changed.fact)
async def test_each_pass_turns_into_the_right_finding_when_its_one_fact_is_broken(changed: Mutation) -> None:
    about = task(variables(**changed.settings), response=changed.response or encoded(), **changed.task)
    found = await asked(about, Provider(**changed.provider))
    told = {finding.id.removeprefix("saml."): finding.status for finding in found}
    assert told.get(changed.expected) is changed.status, told
    sys.stdout.write(f"{changed.fact:32} -> {changed.status} {changed.expected}\n")
    if changed.status is Status.FAIL:
        assert failed(found) == [changed.expected]
        assert "undecided" not in told
        assert all(finding.remedy and finding.consequence for finding in found if finding.status is Status.FAIL)


async def test_an_expired_certificate_is_a_note() -> None:
    old = signing_key("old", expired=True)
    about = task(variables(SAML_CERT=old.pem), response=encoded(IdentityProvider(key=old)))
    found = await asked(about, Provider(keys=[old]))
    assert ids(found) == ["certificate.expired", *PASSED[1:]]
    assert {finding.status for finding in found} == {Status.PASS}


async def test_a_response_that_lay_about_is_judged_as_of_its_time() -> None:
    then = NOW - timedelta(hours=2)
    found = await asked(task(response=IdentityProvider().encoded(now=then)))
    assert ids(found)[-3:] == ["response.aged", "account.ok", "undecided"]
    assert found[-3].status is Status.UNKNOWN
    late = IdentityProvider().encoded(Answer(audience="https://chat.example/other"), then)
    assert failed(await asked(task(response=late))) == ["response.audience"]


@pytest.mark.parametrize("form", ["{}", "  {}\n", "SAMLResponse={}", "SAMLResponse={}&RelayState=x"])
async def test_a_response_is_understood_in_each_way_that_browsers_show_it(form: str) -> None:
    value = encoded()
    given = value if "=" not in form else value.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    assert "account.ok" in ids(await asked(task(response=form.format(given))))


async def test_what_was_pasted_is_in_no_finding_and_in_no_text_of_the_task() -> None:
    value = encoded(audience="https://chat.example/other")
    about = task(response=value)
    found = await asked(about)
    told = json.dumps([(each.summary, each.remedy, each.evidence) for each in found]) + repr(found) + repr(about)
    assert failed(found) == ["response.audience"]
    for part in (value, value[100:160], "SignatureValue"):
        assert part not in told


async def test_nothing_is_asked_while_the_settings_cannot_work() -> None:
    provider = Provider()
    await asked(task(variables(SAML_ENTRY_POINT="/sso")), provider)
    assert provider.requests == []


def _page(status: int, body: str = "", **headers: str) -> Provider:
    def odd(request: ProviderRequest) -> HttpResponse | None:
        return None if request.url == METADATA else http(request.url, status, body, **headers)

    return Provider(odd)


@pytest.mark.parametrize(
    "provider", [_page(200, "Welcome"), _page(404, "<input type=password>"), _page(500), _page(302, location="/again")]
)
async def test_without_a_login_form_nothing_is_claimed(provider: Provider) -> None:
    found = await asked(task(), provider)
    assert ids(found) == ["certificate.ok", "metadata.ok", "request.unclear", "undecided"]
    assert found[2].status is Status.UNKNOWN
    assert len(provider.requests) <= MOST
    assert sum("SAMLRequest" in request.url for request in provider.requests) == 1


async def test_a_login_form_behind_redirects_is_one() -> None:
    def odd(request: ProviderRequest) -> HttpResponse | None:
        return http(request.url, 302, location="/login?x=1") if "SAMLRequest" in request.url else None

    found = await asked(task(), Provider(odd))
    assert ids(found)[2] == "request.form"


async def test_a_provider_that_is_not_reached_fails_nothing() -> None:
    def nowhere(_: ProviderRequest) -> HttpResponse | None:
        raise HttpError(Failure.REFUSED, "nobody listens there")

    found = await asked(task(), Provider(nowhere))
    assert ids(found) == ["certificate.ok", "metadata.unread", "request.no-answer"]
    assert [finding.status for finding in found[1:3]] == [Status.UNKNOWN, Status.UNKNOWN]


def _metadata_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "metadata.xml"
    path.write_text(text)
    return path


async def test_metadata_may_be_a_file(tmp_path: Path) -> None:
    found = await asked(task(metadata=_metadata_of(tmp_path, IdentityProvider().metadata())))
    assert ids(found)[1] == "metadata.ok"
    for text in ("", "<html/>", "<!DOCTYPE a><a/>", "{}"):
        found = await asked(task(metadata=_metadata_of(tmp_path, text)))
        assert ids(found)[1] == "metadata.unread"
        assert found[1].status is Status.UNKNOWN
    assert "No such file" in (await asked(task(metadata=tmp_path / "none.xml")))[1].summary
    assert ids(await asked(task(metadata=tmp_path)))[1] in ("metadata.unread", "metadata.large")


def _subject(folder: Path, value: str, *mounts: Mapping[str, str]) -> Subject:
    compose = {"services": {"api": {"volumes": mounts}}}
    built = deployment(variables(SAML_CERT=value), release="v0.8.8-rc1", compose=compose)
    return Subject(memory=RunMemory(), deployment=built._replace(folder=folder))


def test_the_file_of_the_certificate_is_read_where_it_is_mounted(tmp_path: Path) -> None:
    (tmp_path / "idp.pem").write_text(signing_key().pem)
    mount = {"type": "bind", "source": "./idp.pem", "target": "/app/idp.pem"}
    seen = task_of(_subject(tmp_path, "./idp.pem", mount))
    assert seen.has_key
    unseen = task_of(_subject(tmp_path, "./idp.pem"))
    assert not unseen.has_key
    assert "/app/idp.pem" in unseen.unseen
    assert SAML.static is not None
    told: list[Finding] = list(SAML.static(_subject(tmp_path, "./idp.pem")))
    assert [(finding.id, finding.status) for finding in told] == [("saml.certificate.unseen", Status.UNKNOWN)]


def test_the_check_applies_where_saml_is_meant() -> None:
    assert SAML.applies is not None
    assert SAML.applies(Subject(memory=RunMemory(), deployment=deployment({}))) is not None
    assert SAML.applies(Subject(memory=RunMemory(), deployment=deployment({"SAML_CERT": "x"}))) is None
