"""librechat.yaml: what LibreChat's own schema said of each text, and what it does with a key that it ignores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.deployment.file_state import FileState
from wizard.deployment.librechat_yaml import read_config
from wizard.rules import check

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "records" / "config-schema.jsonl").read_text(encoding="utf-8").splitlines()
]


def found(
    text: str, *, release: str = "v0.8.8", values: dict[str, str] | None = None, head: str = "version: '1.3.5'\n"
) -> list[Finding]:
    """Return what is found of a librechat.yaml."""
    data = (head + text).encode()
    state = FileState(name="librechat.yaml", data=data, kind="file", mode=0o644)
    given = deployment(values, release=release, config=read_config(data), files={"librechat.yaml": state})
    return [finding for finding in check(given) if finding.id.startswith("files.config.")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["yaml"].partition("\n")[2].strip() or "version alone")
def test_the_verdict_is_that_of_librechats_schema(row: dict[str, Any]) -> None:
    for release, verdict in row["verdicts"].items():
        effect = "stops at startup" if release != "v0.7.7" else "ignores the whole file"
        refused = [finding for finding in found(row["yaml"], release=release, head="") if effect in finding.summary]
        assert bool(refused) is (verdict != "accepted"), (release, verdict, refused)
        assert all(finding.status is Status.FAIL for finding in refused)


@pytest.mark.parametrize(
    ("text", "identity", "status", "says"),
    [
        ("registraton: {socialLogins: [google]}\n", "schema", "FAIL", "registraton (line 2) is not a LibreChat key (did you mean registration?)"),
        ("Registration:\n  socialLogins: [google]\n", "schema", "FAIL", "did you mean registration?"),
        ("endpoint: {}\n", "schema", "FAIL", "endpoint (line 2)"),
        ("x-logins: [google]\n", "foreign", "WARN", "supports x-logins (line 2) in librechat.yaml"),
        (
            "registration:\n  allowedDomain: [example.com]\n",
            "misspelt",
            "FAIL",
            "registration.allowedDomain (line 3), so users with any email domain can register",
        ),
        ("registration:\n  socialLogin: [google]\n", "misspelt", "FAIL", "sign-in buttons"),
        ("registration: {sociallogins: [google]}\n", "misspelt", "FAIL", "registration.sociallogins"),
        ("registration: {openIdDiscovery: {startupAttempts: 3}}\n", "misspelt", "FAIL", "openIdDiscovery"),
    ],
)  # fmt: skip
def test_a_misspelt_key_is_told_as_librechat_takes_it(text: str, identity: str, status: str, says: str) -> None:
    (finding,) = found(text)
    assert (finding.id, finding.status.value) == (f"files.config.{identity}", status)
    assert says in finding.summary
    assert finding.remedy


@pytest.mark.parametrize(
    "text", ["registration: {invitationsOnly: true}\n", "skillSync: {}\n", "permissions: {}\n", "fileStrategies: {}\n"]
)
def test_a_key_that_some_release_knows_or_may_know_is_not_called_misspelt(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("openidDiscovery: {startupAttempts: 3}\n", 2, "Indent it under registration:"),
        ("interface:\n  turnstile: {siteKey: 0x4AAAAAAAxyz012345}\n", 3, "Move it to the top level"),
        ("registration:\n  startupAttempts: 3\n", 3, "Indent it under registration.openidDiscovery:"),
        ("interface:\n  modalAcceptance: true\n", 3, "Indent it under interface.termsOfService:"),
        (
            "interface:\n  externalUrl: https://x.y\n",
            3,
            "interface.termsOfService: or indent it under interface.privacyPolicy:",
        ),
        ("endpoints:\n  registration: {socialLogins: [google]}\n", 3, "Move it to the top level"),
        ("allowedDomains: [example.com]\n", 2, "Indent it under registration:"),
        ("registration:\n  termsOfService: {externalUrl: https://x.y}\n", 3, "Indent it under interface:"),
        ("modelSpecs:\n  list:\n    - name: a\n      secureImageLinks: true\n", 0, "Move it to the top level"),
    ],
)
def test_a_key_at_the_wrong_indentation(text: str, line: int, remedy: str) -> None:
    (finding,) = [each for each in found(text) if each.id == "files.config.misplaced"]
    assert finding.status is Status.FAIL
    assert (f"librechat.yaml line {line}:" in finding.summary) is bool(line)
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    "text",
    [
        "actions: {allowedDomains: [example.com]}\nmcpSettings: {allowedDomains: [mcp.example.com]}\n",
        "interface:\n  prompts: {create: true, share: false, public: false}\n  mcpServers: {create: true}\n",
        "endpoints:\n  custom:\n    - name: a\n      options: {size: 3, language: en}\n",
        "interface: {sharedLinks: {create: true, share: true, public: false, snapshotFiles: true}}\n",
        "interface: {termsOfService: {externalUrl: https://x.y, modalAcceptance: true, modalContent: '# Terms'}}\n",
    ],
)
def test_names_that_mean_something_else_elsewhere_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "release", "named"),
    [
        ("registration: {oauthStateTtlMs: 600000}\n", "v0.8.8-rc3", "registration.oauthStateTtlMs"),
        (
            "registration: {openidDiscovery: {retryDelayMs: 100}}\n",
            "v0.8.7",
            "registration.openidDiscovery.retryDelayMs",
        ),
        ("interface: {sharedLinks: {public: false}}\n", "v0.8.6", "interface.sharedLinks.public"),
        ("interface: {termsOfService: {modalTitle: Terms}}\n", "v0.7.2", "interface.termsOfService.modalTitle"),
    ],
)
def test_a_key_that_came_later_has_no_effect(text: str, release: str, named: str) -> None:
    (finding,) = found(text, release=release)
    assert (finding.id, finding.status) == ("files.config.too-new", Status.WARN)
    assert f"LibreChat {release} ignores {named} " in finding.summary
    assert found(text, release="v0.8.8") == []


@pytest.mark.parametrize(
    "text", ["turnstile: {siteKey: your-site-key-here}\n", "turnstile: {siteKey: ''}\n", "turnstile: {siteKey: a b}\n"]
)
def test_a_site_key_that_is_none_locks_people_out(text: str) -> None:
    (finding,) = found(text)
    assert (finding.id, finding.status) == ("files.config.site-key", Status.FAIL)


def test_terms_that_people_accept_have_a_text() -> None:
    (finding,) = found("interface: {termsOfService: {modalAcceptance: true}}\n")
    assert finding.id == "files.config.terms-empty"
    assert found("interface: {termsOfService: {modalAcceptance: false}}\n") == []


@pytest.mark.parametrize("name", ["termsOfService", "privacyPolicy"])
def test_a_link_has_its_scheme(name: str) -> None:
    (finding,) = found(f"interface: {{{name}: {{externalUrl: example.com/x}}}}\n")
    assert (finding.id, finding.status) == ("files.config.link", Status.WARN)
    assert found(f"interface: {{{name}: {{externalUrl: https://example.com/x}}}}\n") == []


def test_the_file_wins_over_the_environment() -> None:
    text = "registration: {openidDiscovery: {startupAttempts: 3}}\n"
    (finding,) = found(text, values={"OPENID_DISCOVERY_RETRY_ATTEMPTS": "10"})
    assert (finding.id, finding.settings) == ("files.config.shadowed", ("OPENID_DISCOVERY_RETRY_ATTEMPTS",))
    assert found(text, values={"OPENID_DISCOVERY_RETRY_ATTEMPTS": "3"}) == []
    assert found(text, values={"OPENID_DISCOVERY_RETRY_DELAY_MS": "10"}) == []


def test_a_file_that_is_not_mounted_or_not_validated_is_not_judged() -> None:
    config = {"version": "1.3.5", "registration": None}
    assert not [
        each for each in check(deployment(config=config, config_mounted=False)) if each.id == "files.config.schema"
    ]
    bypassed = deployment({"CONFIG_BYPASS_VALIDATION": "true"}, config=config)
    assert not [each for each in check(bypassed) if each.id == "files.config.schema"]
