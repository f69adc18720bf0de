"""What v0.8.8 decides anew, as rules over a folder's settings: words of the security headers, keys that stop the start."""

from __future__ import annotations

import pytest

from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.catalogue import by_key
from wizard.catalogue.accept import Accepted, ValueFault, accept
from wizard.rules import check


def found(values: dict[str, str], identity: str, release: str = "v0.8.8") -> list[Finding]:
    return [finding for finding in check(deployment(values, release=release)) if finding.id == identity]


@pytest.mark.parametrize("text", ["yes", "1", "ON", " enabled ", "no", "none", ""])
def test_a_switch_of_the_headers_takes_more_words_than_true(text: str) -> None:
    assert not found({"HSTS_ENABLED": text}, "rules.values.choice.hsts-enabled")
    assert not found({"HSTS_ENABLED": text}, "rules.values.not-true")


@pytest.mark.parametrize("text", ["ja", "t", "2", "wahr"])
def test_another_word_counts_as_not_set(text: str) -> None:
    (finding,) = found({"HSTS_ENABLED": text}, "rules.values.choice.hsts-enabled")
    assert finding.status is Status.WARN
    assert "insist on HTTPS for a year" in finding.summary
    assert finding.remedy == "One of: true, false."


@pytest.mark.parametrize("text", ["deny", "SAMEORIGIN", "SameOrigin", "off", "none", ""])
def test_a_policy_counts_in_any_case_and_every_word_for_off(text: str) -> None:
    assert not found({"X_FRAME_OPTIONS": text}, "rules.values.choice.x-frame-options")
    assert isinstance(accept(by_key()["X_FRAME_OPTIONS"], text), Accepted)


def test_a_policy_that_there_is_not() -> None:
    allow = "ALLOW-FROM https://portal.example.net"
    assert found({"X_FRAME_OPTIONS": allow}, "rules.values.choice.x-frame-options")
    assert isinstance(accept(by_key()["X_FRAME_OPTIONS"], allow), ValueFault)
    # Only the header beside it has this word.
    assert found({"CROSS_ORIGIN_OPENER_POLICY": "cross-origin"}, "rules.values.choice.cross-origin-opener-policy")
    assert not found(
        {"CROSS_ORIGIN_RESOURCE_POLICY": "cross-origin"}, "rules.values.choice.cross-origin-resource-policy"
    )


@pytest.mark.parametrize(("text", "written"), [("deny", "DENY"), ("none", "off"), ("sameorigin", "SAMEORIGIN")])
def test_a_policy_is_written_as_the_catalogue_spells_it(text: str, written: str) -> None:
    assert accept(by_key()["X_FRAME_OPTIONS"], text) == Accepted(written)


@pytest.mark.parametrize(
    ("values", "release", "status", "effect"),
    [
        ({"CREDS_KEY": "0f" * 16}, "v0.8.7", Status.WARN, "weakly"),
        ({"CREDS_KEY": "0f" * 16}, "v0.8.8", Status.FAIL, "LibreChat does not start"),
        ({"CREDS_KEY": "x" * 64}, "v0.8.8-rc4", Status.FAIL, "nobody can store a key"),
        ({"CREDS_KEY": "x" * 64}, "v0.8.8", Status.FAIL, "LibreChat does not start"),
    ],
)
def test_a_malformed_key_stops_the_start_from_v088_on(
    values: dict[str, str], release: str, status: Status, effect: str
) -> None:
    (finding,) = found(values, "rules.secrets.creds-key-form", release)
    assert (finding.status, effect in finding.summary) == (status, True)


def test_a_malformed_vector_stops_the_start_from_v088_on() -> None:
    (before,) = found({"CREDS_IV": "1e" * 15}, "rules.secrets.creds-iv-form", "v0.8.7")
    (after,) = found({"CREDS_IV": "1e" * 15}, "rules.secrets.creds-iv-form")
    assert "storing a key ends with an error" in before.summary
    assert "LibreChat does not start" in after.summary
