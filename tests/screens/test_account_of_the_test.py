"""The account for the sign-in test is judged by the settings of the running LibreChat, wherever they come from."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from screens.plain import run
from tests.screens.full.operator import at_the_wizard, interview_in

COMPOSE = """\
services:
  api:
    image: ghcr.io/danny-avila/librechat:v0.8.7
    volumes: ['./.env:/app/.env']
"""
LDAP = """\
    environment:
      LDAP_URL: ldaps://ldap.example.com
      LDAP_USER_SEARCH_BASE: ou=people,dc=example,dc=com
"""
REFUSED = "Use an address such as"


def in_which_it_has_run(folder: Path, environment: str) -> Path:
    """Return a folder in which LibreChat has run, with LDAP in the compose file at most."""
    (folder / "docker-compose.yml").write_text(COMPOSE + environment, encoding="utf-8")
    (folder / ".env").write_text("PORT=1\n", encoding="utf-8")
    (folder / ".env").chmod(0o600)
    (folder / "data-node").mkdir()
    (folder / "data-node" / "WiredTiger").write_text("", encoding="utf-8")
    return folder


@pytest.mark.parametrize("environment", [LDAP, ""])
async def test_full_screen_takes_a_user_name_with_ldap_of_the_compose_file(tmp_path: Path, environment: str) -> None:
    async with at_the_wizard(in_which_it_has_run(tmp_path, environment)) as operator:
        await operator.press("ctrl+t")
        await operator.until("Try the sign-in")
        await operator.paste("ann")
        await operator.press("enter")
        await operator.paste("a password")
        await operator.press("enter")
        await operator.until("Test the running LibreChat" if environment else REFUSED)


@pytest.mark.parametrize("environment", [LDAP, ""])
def test_line_prompts_take_a_user_name_with_ldap_of_the_compose_file(
    tmp_path: Path, environment: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in (":test", "ann", "", "", ":quit"))))
    with interview_in(in_which_it_has_run(tmp_path, environment)) as interview:
        run(interview)
    output = " ".join(capsys.readouterr().out.split())
    assert ("Password (hidden" in output, REFUSED in output) == (bool(environment), not environment)
