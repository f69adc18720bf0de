"""Published weaknesses as an operator meets them: which finding, with which status, and never a promise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.librechat.releases import Release
from wizard.rules.advisories import advisory_findings

_GOOGLE = {"ALLOW_SOCIAL_LOGIN": "true", "GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "s"}
_NO_SERVERS = {"interface": {"mcpServers": {"create": False}}}
_TAKEOVER = "advisory.cve-2026-54039"


def found(values: dict[str, str] | None = None, release: str = "v0.8.3", **options: Any) -> dict[str, Finding]:
    options.setdefault("config", _NO_SERVERS)
    return {each.id: each for each in advisory_findings(deployment(values, release=release, **options))}


def test_open_registration_beside_a_provider_fails() -> None:
    finding = found({**_GOOGLE, "ALLOW_REGISTRATION": "true"})[_TAKEOVER]
    assert finding.status is Status.FAIL
    assert "ALLOW_REGISTRATION=false" in finding.remedy
    assert "v0.8.6" in finding.remedy
    assert finding.settings == ("ALLOW_REGISTRATION",)


def test_closing_registration_leaves_the_accounts_made_since() -> None:
    finding = found({**_GOOGLE, "ALLOW_REGISTRATION": "false"})[_TAKEOVER]
    assert finding.status is Status.WARN
    assert "not currently vulnerable" in finding.summary
    assert "Look for accounts" in finding.remedy


def test_what_a_release_no_longer_has_is_not_mentioned() -> None:
    newest = found({**_GOOGLE, "ALLOW_REGISTRATION": "true"}, release="v0.8.8")
    assert [(each.id, each.status) for each in newest.values()] == [("advisory.none", Status.PASS)]
    assert newest["advisory.none"].evidence == ()


def test_what_an_update_does_not_clean_up_is_reported_where_librechat_has_run() -> None:
    evidence = "\n".join(found(release="v0.8.8", has_run=True)["advisory.none"].evidence)
    assert "CVE-2026-54041" in evidence
    assert "logs" in evidence


@pytest.mark.parametrize("release", ["v0.8.3", "v0.8.8"])
def test_a_release_that_is_guessed_is_unknown_and_never_passes(release: str) -> None:
    guessed = deployment({**_GOOGLE, "ALLOW_REGISTRATION": "true"}, release=release)._replace(release_pinned=False)
    (finding,) = advisory_findings(guessed)
    assert (finding.id, finding.status) == ("advisory.release", Status.UNKNOWN)
    assert ("cve-2026-54039" in finding.evidence[0]) is (release == "v0.8.3")


def test_a_release_newer_than_the_wizard_is_unknown() -> None:
    newer = deployment()._replace(release=Release(9, 0, 0))
    assert [each.status for each in advisory_findings(newer)] == [Status.UNKNOWN]


def test_rag_api_counts_only_where_people_can_connect_to_it() -> None:
    published = {"services": {"api": {}, "rag_api": {"ports": ["8000:8000"]}}}
    assert "advisory.cve-2026-33265" not in found(release="v0.8.1-rc2")
    assert found(release="v0.8.1-rc2", compose=published)["advisory.cve-2026-33265"].status is Status.WARN
    assert found(release="v0.8.7", compose=published)["advisory.cve-2026-33265"].status is Status.UNKNOWN


def test_a_configuration_that_is_not_mounted_closes_nothing() -> None:
    assert "advisory.cve-2026-32625" not in {each.id for each in found().values() if each.status is Status.UNKNOWN}
    unmounted = found(config_mounted=False)["advisory.cve-2026-32625"]
    assert unmounted.status is Status.UNKNOWN


def test_no_sentence_says_safe() -> None:
    for release in ("v0.7.0", "v0.8.3", "v0.8.5", "v0.8.7", "v0.8.8"):
        for finding in found(release=release, has_run=True).values():
            assert "safe" not in f"{finding.summary} {finding.remedy} {finding.evidence}".lower()
