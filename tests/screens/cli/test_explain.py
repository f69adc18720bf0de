"""``settings``: every variable in words and as JSON."""

from __future__ import annotations

import json

import pytest

from screens.shared import explain
from tests.screens.cli.program import run
from wizard import catalogue
from wizard.basics.problem import InvalidInput
from wizard.catalogue.accept import Accepted, accept
from wizard.catalogue.model import Kind


def test_every_setting_is_explained_within_80_columns() -> None:
    for setting in catalogue.SETTINGS:
        text = explain.setting_text(setting.key)
        assert text.startswith(f"{setting.key}: {setting.title}\n")
        words = [line for line in text.splitlines() if "http" not in line]
        assert max(map(len, words)) <= 80


@pytest.mark.parametrize(
    ("name", "default", "example"),
    [
        ("SESSION_EXPIRY", "900000 (15 minutes)", "SESSION_EXPIRY=1000 * 60 * 15"),
        ("REFRESH_TOKEN_EXPIRY", "604800000 (1 week)", "REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7"),
        ("LOGIN_WINDOW", "5 (5 minutes)", ""),
    ],
)
def test_duration_is_in_words_and_has_an_example(name: str, default: str, example: str) -> None:
    text = " ".join(explain.setting_text(name).split())
    assert f"Default: {default}" in text
    assert ("Example: " in text, example in text) == (bool(example), True)


def test_example_of_every_duration_is_accepted() -> None:
    for setting in catalogue.SETTINGS:
        if setting.kind is Kind.DURATION:
            lines = explain.setting_text(setting.key, 400).splitlines()
            (line,) = [line for line in lines if line.startswith("Example: ")]
            value = line.partition("=")[2].partition(" (")[0]
            assert isinstance(accept(setting, value), Accepted), line


def test_the_list_names_all() -> None:
    text = explain.settings_list_text()
    assert all(f"  {setting.key} " in text for setting in catalogue.SETTINGS)


def test_an_unknown_name_leads_to_the_nearest() -> None:
    with pytest.raises(InvalidInput, match="Did you mean JWT_SECRET"):
        explain.setting_text("JWT_SECRT")
    done = run("settings", "JWT_SECRT")
    assert (done.status, "JWT_SECRET" in done.err) == (2, True)


def test_json_bears_what_the_command_line_promises() -> None:
    entries = json.loads(run("settings", "--json").out)
    assert len(entries) == len(catalogue.SETTINGS)
    promised = {"name", "section", "kind", "secret", "default", "choices", "since", "until", "help", "docs"}
    assert all(promised <= set(entry) for entry in entries)
    (one,) = json.loads(run("settings", "SESSION_COOKIE_SECURE", "--json").out)
    assert one["since"] == "v0.8.6"
    assert one["choices"] == ["true", "false"]
