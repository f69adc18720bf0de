"""HSTS and frames: what the switches lead to for people, and silence where they are right."""

from __future__ import annotations

import pytest

from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Status
from wizard.rules import check

LAN = {"DOMAIN_CLIENT": "http://chat.lan", "DOMAIN_SERVER": "http://chat.lan", "SESSION_COOKIE_SECURE": "false"}
ENFORCED = {"CSP_ENABLED": "1", "CSP_REPORT_ONLY": "off"}
PORTAL = {**ENFORCED, "CSP_FRAME_ANCESTORS": "'self' https://portal.example.net"}


def found(values: dict[str, str], release: str = "v0.8.8") -> dict[str, str]:
    return {
        finding.id.removeprefix("rules.headers."): finding.settings[0]
        for finding in check(deployment(values, release=release))
        if finding.id.startswith("rules.headers.") and finding.status is Status.WARN
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {}),
        (LAN, {"hsts-http": "HSTS_ENABLED"}),
        ({**LAN, "HSTS_ENABLED": "no"}, {}),
        ({**LAN, "HSTS_ENABLED": "false "}, {}),
        ({**LAN, "HSTS_ENABLED": "nein"}, {"hsts-http": "HSTS_ENABLED"}),
        ({**LAN, "DOMAIN_CLIENT": "http://192.168.1.10:3080"}, {}),
        ({**LAN, "DOMAIN_CLIENT": "http://localhost:3080"}, {}),
        ({"HSTS_MAX_AGE": "86400"}, {}),
        ({"HSTS_MAX_AGE": ""}, {}),
        ({"HSTS_MAX_AGE": "60 * 60 * 24"}, {"hsts-max-age": "HSTS_MAX_AGE"}),
        ({"HSTS_MAX_AGE": "-1"}, {"hsts-max-age": "HSTS_MAX_AGE"}),
        ({"HSTS_MAX_AGE": "1.5"}, {"hsts-max-age": "HSTS_MAX_AGE"}),
        ({"HSTS_PRELOAD": "yes"}, {"hsts-preload": "HSTS_PRELOAD"}),
        ({"HSTS_PRELOAD": "yes", "HSTS_INCLUDE_SUBDOMAINS": "on"}, {}),
        ({"HSTS_PRELOAD": "1", "HSTS_INCLUDE_SUBDOMAINS": "on", "HSTS_MAX_AGE": "300"}, {"hsts-preload": "HSTS_PRELOAD"}),
        ({"X_FRAME_OPTIONS": "DENY"}, {}),
        ({"X_FRAME_OPTIONS": "none"}, {"frame-open": "X_FRAME_OPTIONS"}),
        ({"X_FRAME_OPTIONS": "off", **ENFORCED}, {}),
        ({"X_FRAME_OPTIONS": "off", "CSP_ENABLED": "true"}, {"frame-open": "X_FRAME_OPTIONS"}),
        ({"SECURITY_HEADERS": "0"}, {"frame-open": "SECURITY_HEADERS"}),
        ({"SECURITY_HEADERS": "0", **ENFORCED}, {"frame-open": "SECURITY_HEADERS"}),
        (PORTAL, {}),
        ({**PORTAL, "CSP_REPORT_ONLY": "true"}, {"frame-no-effect": "CSP_FRAME_ANCESTORS"}),
        ({**PORTAL, "CSP_ENABLED": ""}, {"frame-no-effect": "CSP_FRAME_ANCESTORS"}),
        ({**PORTAL, "CSP_FRAME_ANCESTORS": "https://portal.example.org"}, {"frame-cookies": "CSP_FRAME_ANCESTORS"}),
        ({**PORTAL, "CSP_FRAME_ANCESTORS": "https://*.example.net:8443,'self'"}, {}),
        ({**PORTAL, "CSP_FRAME_ANCESTORS": "*"}, {"frame-cookies": "CSP_FRAME_ANCESTORS"}),
        ({**PORTAL, "CSP_FRAME_ANCESTORS": "https:"}, {"frame-cookies": "CSP_FRAME_ANCESTORS"}),
        ({**PORTAL, "DOMAIN_CLIENT": "https://chat.a.co.uk", "CSP_FRAME_ANCESTORS": "https://b.co.uk"}, {"frame-cookies": "CSP_FRAME_ANCESTORS"}),
        ({**LAN, **ENFORCED, "HSTS_ENABLED": "0", "CSP_ADDITIONAL_DIRECTIVES": "upgrade-insecure-requests"}, {"upgrade": "CSP_ADDITIONAL_DIRECTIVES"}),
        ({**ENFORCED, "CSP_ADDITIONAL_DIRECTIVES": "upgrade-insecure-requests"}, {}),
    ],
)  # fmt: skip
def test_what_the_switches_lead_to(values: dict[str, str], expected: dict[str, str]) -> None:
    assert found(values) == expected
    assert found(values, "v0.8.8-rc1") == {}, "before v0.8.8-rc2 LibreChat sends none of these headers"


@pytest.mark.parametrize(
    ("release", "config", "is_reported"),
    [
        ("v0.8.8", {}, True),
        ("v0.8.8", {"secureImageLinks": False}, False),
        ("v0.8.7", {}, False),
        ("v0.8.7", {"secureImageLinks": True}, True),
    ],
)
def test_where_the_cookie_is_lost_pictures_are_too(release: str, config: dict[str, bool], is_reported: bool) -> None:
    given = deployment({**LAN, "SESSION_COOKIE_SECURE": "true"}, release=release, config={"version": "1.3.5", **config})
    (lost,) = [finding for finding in check(given) if finding.id == "rules.cookies.lost"]
    assert any("secureImageLinks" in line for line in lost.evidence) is is_reported
