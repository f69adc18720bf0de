"""librechat.yaml: only ``registration`` changes, and only as asked."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from wizard.basics.problem import InvalidInput
from wizard.deployment.librechat_yaml import config_version, read_config, with_keys
from wizard.librechat.releases import NEWEST, Release


def registered(
    data: bytes | None, logins: list[str] | None, domains: list[str] | None, release: Release = NEWEST
) -> bytes:
    given = {"registration.socialLogins": logins, "registration.allowedDomains": domains}
    return with_keys(data, {place: value for place, value in given.items() if value is not None}, release)


def changed(before: bytes, after: bytes) -> list[str]:
    lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in lines if line[:2] in ("- ", "+ ")]


@pytest.mark.parametrize("release", ["v0.7.0", "v0.7.7", "v0.8.2", "v0.8.8-rc1"])
def test_in_librechats_own_example_only_the_two_entries_change(release: str, samples: Path) -> None:
    before = (samples / release / "librechat.example.yaml").read_bytes()
    after = registered(before, ["openid", "google"], ["Example.com"], Release.parse(release))
    config = read_config(after)
    assert config
    assert config["registration"] == {
        "socialLogins": ["openid", "google"],
        "allowedDomains": ["example.com"],
    }
    difference = changed(before, after)
    assert difference[0].startswith("-   socialLogins: ['github'")
    assert difference[1:] == ["+   socialLogins: [openid, google]", "+   allowedDomains:", "+     - example.com"]
    assert registered(after, ["openid", "google"], ["example.com"], Release.parse(release)) == after


def test_items_that_stay_keep_their_comments() -> None:
    before = (
        b"version: 1.2.1\nregistration:\n  socialLogins:\n    - openid # staff\n    - github\n    - google # guests\n"
    )
    after = registered(before, ["openid", "google", "saml"], None)
    assert changed(before, after) == ["-     - github", "+     - saml"]
    assert registered(before, None, None) == before
    assert read_config(registered(before, [], None)) == {
        "version": "1.2.1",
        "registration": {"socialLogins": []},
    }


def test_a_new_file_holds_the_version_that_the_release_knows() -> None:
    after = registered(None, ["apple"], None, Release.parse("v0.7.7"))
    assert read_config(after) == {"version": "1.2.1", "registration": {"socialLogins": ["apple"]}}
    assert config_version(Release.parse("v0.8.8-rc1")) == "1.3.14"
    assert config_version(Release.parse("v0.6.9")) == "1.0.5"
    assert config_version(Release.parse("v0.8.8")) == "1.3.17"
    assert config_version(Release.parse("v9.0.0")) == "1.3.18"


def test_a_file_without_a_version_gets_one_because_librechat_would_not_start() -> None:
    assert read_config(registered(b"cache: true\n", ["openid"], None, Release.parse("v0.8.7"))) == {
        "cache": True,
        "version": "1.3.13",
        "registration": {"socialLogins": ["openid"]},
    }


@pytest.mark.parametrize(
    ("logins", "domains", "words"),
    [
        (["gogle"], [], "Did you mean google"),
        ([], ["@example.com"], "without '@'"),
        ([], ["*.example.com"], "not a domain that LibreChat can match"),
        ([], ["example"], "not a domain"),
        ([], ["exa mple.com"], "not a domain"),
    ],
)
def test_what_librechat_could_never_match_is_refused(logins: list[str], domains: list[str], words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        registered(None, logins, domains)
    assert words in str(caught.value)


def test_a_broken_file_is_refused_and_reads_as_none() -> None:
    with pytest.raises(InvalidInput, match=r"librechat\.yaml:3"):
        registered(b"version: 1\nregistration: [\n", ["openid"], None)
    with pytest.raises(InvalidInput, match="not a mapping"):
        registered(b"version: 1\nregistration: yes\n", ["openid"], None)
    assert read_config(b"a: [") is None
    assert read_config(None) is None
    assert read_config(b"") == {}
