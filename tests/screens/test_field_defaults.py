"""An empty field shows LibreChat's default only where that is what applies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.shared.field_state import FieldState, about, field_state
from wizard.catalogue.questions import OPENID_PRESET, question, variable_id
from wizard.interview.interview import Interview

COMPOSE = """\
services:
  api:
    image: ghcr.io/danny-avila/librechat:v0.8.7
    env_file: [.env]
    environment:
      - HOST=0.0.0.0
      - LOGIN_WINDOW=${LOGIN_WINDOW:-9}
"""


@pytest.fixture
def interview(tmp_path: Path) -> Iterator[Interview]:
    """A folder whose compose file sets variables, and whose .env has empty lines."""
    (tmp_path / "docker-compose.yml").write_text(COMPOSE, encoding="utf-8")
    (tmp_path / ".env").write_text("PORT=3080\nRESET_PASSWORD_MAX=\nEMAIL_PORT=\n", encoding="utf-8")
    (tmp_path / ".env").chmod(0o600)
    opened = Interview(tmp_path)
    yield opened
    opened.close()


def state(interview: Interview, name: str) -> FieldState:
    return field_state(interview, variable_id(name))


def test_a_default_that_applies_is_shown(interview: Interview) -> None:
    shown = state(interview, "LOGIN_MAX")
    assert (shown.placeholder, shown.origin, shown.value) == ("default: 7", "LibreChat's default", "7")


@pytest.mark.parametrize("name", ["RESET_PASSWORD_MAX", "EMAIL_PORT"])
def test_an_empty_line_is_no_default(interview: Interview, name: str) -> None:
    shown = state(interview, name)
    assert (shown.placeholder, shown.origin, shown.value, shown.sign) == ("", "empty", "", "=")


@pytest.mark.parametrize("name", ["HOST", "LOGIN_WINDOW"])
def test_what_the_compose_files_set_is_no_default(interview: Interview, name: str) -> None:
    shown = state(interview, name)
    assert (shown.placeholder, shown.origin, shown.value) == ("set outside .env", "set outside .env", "")
    interview.answer(variable_id(name), "1")
    interview.answer(variable_id(name), "")
    assert "default" not in state(interview, name).placeholder


def test_an_emptied_field_has_the_default_again(interview: Interview) -> None:
    interview.answer(variable_id("PORT"), "")
    assert state(interview, "PORT").placeholder == "default: 3080"


def test_a_default_of_a_later_release_is_not_shown(interview: Interview) -> None:
    assert str(interview.release) == "v0.8.7"
    assert state(interview, "VIOLATION_SCORE_TTL").placeholder == ""
    interview.answer("librechat.release", "v0.8.8-rc2")
    assert str(interview.release) == "v0.8.8-rc2"
    assert state(interview, "VIOLATION_SCORE_TTL").placeholder.startswith("default: ")


def test_the_manual_is_the_page_on_the_chosen_product(interview: Interview) -> None:
    def manual(name: str) -> str:
        return dict(about(question(name), interview)).get("Manual", "")

    assert manual("settings.OPENID_ISSUER").endswith("/OAuth2-OIDC")
    interview.answer(OPENID_PRESET, "entra")
    assert [manual(name).rpartition("/")[2] for name in ("settings.OPENID_ISSUER", OPENID_PRESET)] == ["azure", "azure"]
    interview.answer(OPENID_PRESET, "zitadel")
    assert manual("settings.OPENID_ISSUER").endswith("/OAuth2-OIDC"), "LibreChat has no page on it"
