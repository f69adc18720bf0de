"""What a change of the release means, against lists that were written before the code: stock folders and grown ones, up and down."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from checks.model import Report
from checks.report import report_text
from tests.wizard.rules.builder import HEALTHY, OPENID, deployment
from wizard import catalogue
from wizard.answers.model import Stack
from wizard.basics.finding import Status
from wizard.catalogue.model import Kind
from wizard.deployment.model import Deployment
from wizard.dotenv.document import Document
from wizard.librechat.releases import Release
from wizard.rules.release_change import release_changes

ROWS = json.loads((Path(__file__).parents[2] / "records" / "for-release.json").read_text(encoding="utf-8"))
_OLD_JWT = "16f8c0ef4a5d391b26034086c628469d3f9f497f08163ab9b40137092f2909ef"
_OLD_REFRESH = "eaa5191f2914e30b9387fd84e254e4ba6fc51b4654968a9b0803b456a54b8418"
_LAN = {"DOMAIN_CLIENT": "http://192.168.1.10:3080", "DOMAIN_SERVER": "http://192.168.1.10:3080"}
_GOOGLE = {"ALLOW_SOCIAL_LOGIN": "true", "GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "s"}
_SAML = {
    "SAML_ENTRY_POINT": "https://id.example.net/saml",
    "SAML_ISSUER": "librechat",
    "SAML_CERT": "/app/saml.pem",
    "SAML_SESSION_SECRET": "7a" * 32,
    "SAML_CALLBACK_URL": "/oauth/saml/callback",
}
_DEVELOPMENT = {"services": {"api": {"command": "npm run backend:dev"}}}
GROWN: dict[str, dict[str, Any]] = {
    "http in a LAN": {
        "values": {
            **_LAN,
            "JWT_SECRET": _OLD_JWT,
            "JWT_REFRESH_SECRET": _OLD_REFRESH,
            "ALLOW_SHARED_LINKS_PUBLIC": "<unset>",
        },
        "compose": _DEVELOPMENT,
    },
    "three providers": {"values": {**OPENID, **_SAML, **_GOOGLE, "OPENID_REUSE_TOKENS": "true"}},
    "deploy stack with a short key": {
        "values": {
            **_GOOGLE,
            "DOMAIN_CLIENT": "http://chat.lan",
            "DOMAIN_SERVER": "http://chat.lan",
            "CREDS_KEY": "0f" * 16,
        },
        "stack": Stack.DEPLOY,
    },
    "a domain without its scheme": {
        "values": {**OPENID, "DOMAIN_CLIENT": "chat.example.com", "OPENID_SET_FIRST_SUPPORTED_ALGORITHM": "true"},
    },
}


def _stock(samples: Path, release: str) -> Deployment:
    values = Document.parse((samples / release / ".env.example").read_bytes()).values()
    given = {**dict.fromkeys(HEALTHY, "<unset>"), **values}
    return deployment(given, release=release)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['folder']} {row['from']} to {row['to']}")
def test_exactly_what_was_expected_is_found(row: dict[str, Any], samples: Path) -> None:
    name = row["folder"]
    if name in GROWN:
        before = deployment(release=row["from"], has_run=True, **GROWN[name])
    else:
        before = _stock(samples, row["from"])
    found = release_changes(before, Release.parse(row["to"]))
    assert [(each.id, list(each.settings)) for each in found] == [
        (each["id"], each["settings"]) for each in row["findings"]
    ]


def test_what_is_different_and_needs_nothing_is_reported() -> None:
    (different,) = release_changes(deployment(release="v0.8.8-rc1"), Release(0, 8, 8))
    assert different.id == "rules.release.behaviour"
    assert any("HSTS" in line for line in different.evidence)
    (back,) = release_changes(deployment(release="v0.8.8"), Release(0, 8, 8, 1))
    assert (back.id, back.evidence) == ("rules.release.same", ())


@pytest.mark.parametrize("release", ["v0.8.7", "v0.8.8"])
def test_nothing_is_well_with_a_release_that_is_newer_than_what_is_known(release: str) -> None:
    *before, unknown = release_changes(deployment(release=release), Release(0, 9, 9))
    assert (unknown.id, unknown.status) == ("rules.release.same", Status.UNKNOWN)
    assert "v0.9.9" in unknown.summary
    assert [one.summary for one in before if "v0.9.9" in one.summary] == []


def test_it_is_reported_beside_what_stops_too() -> None:
    *found, different = release_changes(deployment({"CREDS_KEY": "0f" * 16}, release="v0.8.7"), Release(0, 8, 8))
    assert [finding.id for finding in found] == ["rules.release.stops"]
    assert (different.id, different.status) == ("rules.release.behaviour", Status.PASS)
    assert any("points expire" in line for line in different.evidence)


def test_the_way_back_from_the_next_release_is_named() -> None:
    newer = deployment(release="v0.8.9", has_run=True)._replace(release=Release(0, 8, 9))
    (data,) = release_changes(newer, Release(0, 8, 8))
    assert "TWO_FACTOR_BACKUP_CODE_FORMAT=legacy" in " ".join(data.evidence)


def test_a_setting_of_the_compose_files_is_not_the_operators() -> None:
    found = release_changes(
        deployment({"HSTS_ENABLED": "false"}, release="v0.8.8", overridden={"HSTS_ENABLED": "false"}), Release(0, 8, 7)
    )
    assert [finding.id for finding in found] == ["rules.release.same"]


@pytest.mark.parametrize(
    ("before", "after", "config", "status", "named"),
    [
        ("v0.8.9-rc1", "v0.8.8", {"credentials": {"writeFormat": "legacy"}}, Status.FAIL, "credentials in librechat.yaml and stops"),
        ("v0.8.8", "v0.7.7", {"turnstile": {"siteKey": "0x4AAAAAAADnPIDROrmt1Wwj"}}, Status.FAIL, "turnstile in librechat.yaml and ignores"),
        ("v0.8.8", "v0.8.7", {"registration": {"oauthStateTtlMs": 600000}}, Status.WARN, "ignores registration.oauthStateTtlMs"),
        ("v0.8.7", "v0.8.8", {"registration": {"oauthStateTtlMs": 600000}}, None, ""),
        ("v0.8.7", "v0.8.6", {"credentials": {}}, None, ""),
        ("v0.8.8", "v0.8.5", {"registration": {"socialLogins": ["google"]}}, None, ""),
    ],
)  # fmt: skip
def test_keys_of_librechat_yaml_that_the_other_release_does_not_know(
    before: str, after: str, config: dict[str, Any], status: Status | None, named: str
) -> None:
    given = deployment(release=before, config={"version": "1.3.5", **config})
    found = [each for each in release_changes(given, Release.parse(after)) if each.id == "rules.release.config"]
    assert [each.status for each in found] == ([] if status is None else [status])
    assert [named in each.summary for each in found] == [True] * len(found)


def test_every_setting_that_loses_its_effect_is_listed_on_lines_that_no_front_cuts() -> None:
    kinds = {Kind.BOOL: "true", Kind.INT: "5", Kind.NUMBER: "5", Kind.TEXT: "some text", Kind.DURATION: "60000"}
    values = {one.key: kinds[one.kind] for one in catalogue.SETTINGS if one.kind in kinds and one.is_settable}
    (found,) = [
        one for one in release_changes(deployment(values, release="v0.8.8"), Release(0, 7, 0)) if "not-read" in one.id
    ]
    lost = [name for name in values if by_key_of(name, "v0.8.8") and not by_key_of(name, "v0.7.0")]
    assert len(lost) > 60
    shown = report_text(Report(findings=(found,)))
    assert [name for name in sorted(lost) if not re.search(rf"\b{name}\b", shown)] == []
    assert "..." not in shown


def by_key_of(name: str, release: str) -> bool:
    """Tell whether a release reads a setting, and the catalogue says since when."""
    setting = catalogue.by_key()[name]
    return setting.since is not None and setting.is_read(Release.parse(release))
