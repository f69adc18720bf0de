"""Each SAML preset ends without a finding against a provider that sends what that product sends."""

from __future__ import annotations

from typing import Any

import pytest
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from tests.checks.provider.saml.asking import Provider, asked, encoded, ids, task, variables
from tests.checks.provider.saml.test_examine import PASSED
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Status
from wizard.interview.directory_presets import SAML_PRESETS, DirectoryPreset
from wizard.interview.presets import console_values
from wizard.interview.steps import step
from wizard.rules import check

CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
WS_FED = {f"{CLAIMS}{name}": text for name, text in (
    ("emailaddress", "ada@example.org"), ("name", "ada@corp.example"), ("givenname", "Ada"), ("surname", "Lovelace"),
)}  # fmt: skip
PLAIN = {
    "email": "ada@example.org",
    "username": "ada",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "Role": ["a", "b"],
}
INTERNET = {"mail": "ada@example.org", "uid": "ada", "givenName": "Ada", "sn": "Lovelace", "memberOf": ["a", "b"]}
SENT: dict[str, dict[str, Any]] = {
    "entra": {"attributes": {**WS_FED, "http://schemas.microsoft.com/identity/claims/tenantid": "t"}},
    "adfs": {"attributes": WS_FED, "method": SignatureMethod.RSA_SHA256, "digest": DigestAlgorithm.SHA256},
    "keycloak": {"attributes": PLAIN, "signs": "response"},
    "simplesamlphp": {"attributes": INTERNET, "signs": "both"},
}
"""What each product sends as its preset has it set up; the names are those of its documentation."""
KNOWN = [preset for preset in SAML_PRESETS if preset.id != "other"]


def test_every_product_is_here() -> None:
    assert [preset.id for preset in KNOWN] == list(SENT)


@pytest.mark.parametrize("preset", KNOWN, ids=[preset.id for preset in KNOWN])
async def test_a_preset_needs_address_id_and_certificate_alone(preset: DirectoryPreset) -> None:
    settings = variables(**preset.values)
    main = {name.removeprefix("settings.") for name in step("saml").questions if name.startswith("settings.")}
    assert main <= settings.keys()
    found = await asked(task(settings, response=encoded(**SENT[preset.id])), Provider())
    assert ids(found) == PASSED
    assert {finding.status for finding in found} == {Status.PASS}
    assert found[3].summary.startswith("Ada Lovelace, ada@example.org, ")


@pytest.mark.parametrize("preset", KNOWN, ids=[preset.id for preset in KNOWN])
def test_the_rules_have_nothing_against_a_preset(preset: DirectoryPreset) -> None:
    found = check(deployment(variables(**preset.values), release="v0.8.8-rc1"))
    assert [each.id for each in found if each.status is Status.FAIL and "saml" in each.id] == []


@pytest.mark.parametrize("preset", SAML_PRESETS, ids=[preset.id for preset in SAML_PRESETS])
def test_what_is_entered_there_is_what_libre_chat_sends(preset: DirectoryPreset) -> None:
    settings = variables(**preset.values)
    lines = console_values(step("saml"), settings, preset.id)
    assert [one.text for one in lines[:2]] == [settings["SAML_CALLBACK_URL"], settings["SAML_ISSUER"]]
    assert all(one.label and one.text for one in lines)
