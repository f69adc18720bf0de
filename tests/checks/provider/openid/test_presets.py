"""Each preset ends without FAIL against a provider with that product's documented end points."""

from __future__ import annotations

import re

import pytest

from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest
from checks.provider.openid.own_settings import settings_findings
from tests.checks.provider.openid.asking import SETTINGS, Provider, asked, statuses, task
from tests.checks.provider.row_provider import http
from tests.records import openid_discovery
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Status
from wizard.interview.openid_presets import OPENID_PRESETS, OpenIdPreset
from wizard.interview.steps import step
from wizard.rules import check

DOCUMENTS = openid_discovery()
KNOWN = [preset for preset in OPENID_PRESETS if preset.id != "other"]


def test_every_product_has_a_document() -> None:
    assert [preset.id for preset in KNOWN] == ["keycloak", "authentik", "authelia", "entra", "google", "okta", "auth0", "cognito", "zitadel", "dex"]  # fmt: skip
    assert set(DOCUMENTS) == {preset.id for preset in KNOWN}


def settings_of(preset: OpenIdPreset) -> dict[str, str]:
    issuer = DOCUMENTS[preset.id]["issuer"]
    taken = {name: SETTINGS[name] for name in SETTINGS if not name.startswith("OPENID_")}
    own = {name: SETTINGS[name] for name in ("OPENID_CLIENT_ID", "OPENID_CLIENT_SECRET", "OPENID_SESSION_SECRET")}
    return {**taken, **own, "OPENID_ISSUER": issuer, **preset.values}


@pytest.mark.parametrize("preset", KNOWN, ids=[preset.id for preset in KNOWN])
async def test_a_preset_needs_id_and_secret_alone(preset: OpenIdPreset) -> None:
    settings = settings_of(preset)
    example = re.escape(preset.issuer or settings["OPENID_ISSUER"])
    pattern = re.sub(r"[A-Z]{4,}(\\-ID)?", "[A-Za-z0-9_-]+", example)
    assert re.fullmatch(pattern, settings["OPENID_ISSUER"]), "the example has the form of the real issuer"
    main = {name.removeprefix("settings.") for name in step("openid").questions if name.startswith("settings.")}
    assert main <= settings.keys()

    def jwks(request: ProviderRequest) -> HttpResponse | None:
        return (
            http(request.url, 200, {"keys": [{"kty": "RSA"}]}) if request.url == provider.metadata["jwks_uri"] else None
        )

    provider = Provider(jwks, **DOCUMENTS[preset.id])
    about = task(**settings)
    found = statuses([*settings_findings(about), *await asked(provider, about)])
    assert set(found.values()) == {Status.PASS}
    assert "secret.accepted" in found


@pytest.mark.parametrize("preset", KNOWN, ids=[preset.id for preset in KNOWN])
def test_the_rules_have_nothing_against_a_preset(preset: OpenIdPreset) -> None:
    found = check(deployment(settings_of(preset), release="v0.8.8-rc1"))
    assert [each.id for each in found if each.status is Status.FAIL and "openid" in each.id] == []
