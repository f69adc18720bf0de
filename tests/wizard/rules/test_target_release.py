"""Another release as a whole: what matters comes first, nothing is said twice, and the advice fits the way it leads."""

from __future__ import annotations

import pytest

from tests.wizard.rules.builder import deployment
from wizard.basics.finding import SIGNS, Finding
from wizard.librechat.releases import Release
from wizard.rules.target_release import target_findings

_SERVERS = {"interface": {"mcpServers": {"create": True}}}
_STEALS_SECRETS = "advisory.cve-2026-32625"


def found(before: str, after: str) -> dict[str, Finding]:
    given = deployment({"ALLOW_PASSWORD_RESET": "true"}, release=before, config=_SERVERS, has_run=True)
    return {each.id: each for each in target_findings(given, Release.parse(after))}


@pytest.mark.parametrize(("before", "after"), [("v0.8.7", "v9.9.9"), ("v0.8.3", "v0.8.8"), ("v0.8.8", "v0.8.2")])
def test_the_worst_comes_first(before: str, after: str) -> None:
    statuses = [each.status for each in found(before, after).values()]
    assert len(set(statuses)) > 1
    assert statuses == sorted(statuses, key=tuple(SIGNS).index)


def test_that_a_release_is_newer_than_what_is_known_is_reported_once() -> None:
    assert sum("newer than" in each.summary for each in found("v0.8.7", "v9.9.9").values()) == 1


def test_who_goes_back_to_a_weakness_is_told_not_to_and_nothing_that_has_not_happened() -> None:
    back = found("v0.8.7", "v0.8.3")[_STEALS_SECRETS]
    assert "below v0.8.4" in back.remedy
    assert "interface.mcpServers.create" in back.remedy
    assert "Update" not in back.remedy
    assert "exposed" not in back.remedy


@pytest.mark.parametrize(("before", "after"), [("v0.8.3", "v0.8.2"), ("v0.8.2", "v0.8.3")])
def test_who_has_the_weakness_already_is_told_what_may_have_happened(before: str, after: str) -> None:
    kept = found(before, after)[_STEALS_SECRETS]
    assert "Update to v0.8.4" in kept.remedy
    assert "may have been exposed" in kept.remedy


def test_an_update_to_a_release_with_a_new_weakness_exposes_nothing_yet() -> None:
    google = {"ALLOW_SOCIAL_LOGIN": "true", "GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "s"}
    given = deployment({**google, "ALLOW_REGISTRATION": "true"}, release="v0.8.0", has_run=True)
    (new,) = [each for each in target_findings(given, Release(0, 8, 5)) if each.id == "advisory.cve-2026-54039"]
    assert "Update to v0.8.6" in new.remedy
    assert "Look for accounts" not in new.remedy
