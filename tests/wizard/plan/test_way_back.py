"""HTTPS that is only tried, and the way back to plain HTTP on the same host: what is noted, and what is set."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.answers.file import parse
from wizard.plan.proposal import propose

COMPOSE = "services:\n  api:\n    image: registry.librechat.ai/librechat-ai/librechat:{release}\n    ports: ['${{PORT}}:${{PORT}}']\n    volumes: [{{type: bind, source: ./.env, target: /app/.env}}]\n"
HTTPS = "https-existing"


def planned(
    tmp_path: Path, former: str, access: str, address: str, *, release: str = "v0.8.8", more: str = ""
) -> tuple[str, str]:
    """Return the notes and the .env of a plan for a folder that was reached under ``former``."""
    folder = tmp_path / "chat"
    folder.mkdir(exist_ok=True)
    (folder / "docker-compose.yml").write_text(COMPOSE.format(release=release), encoding="utf-8")
    (folder / ".env").write_text(f"PORT=3080\nDOMAIN_CLIENT={former}\nDOMAIN_SERVER={former}\n", encoding="utf-8")
    text = f"version: 1\naccess: {access}\nsettings: {{DOMAIN_CLIENT: '{address}'{more}}}\n"
    plan = propose(folder, parse(text.encode(), "a.yaml", tmp_path).answers).plan
    written = next(edit.after.decode() for edit in plan.edits if edit.path == ".env")
    return "\n".join(plan.notes), written


@pytest.mark.parametrize(
    ("former", "address", "release", "is_noted"),
    [
        ("http://chat.lan", "https://chat.lan", "v0.8.8", True),
        ("", "https://chat.lan", "v0.8.8", True),
        ("https://chat.lan", "https://chat.lan", "v0.8.8", False),
        ("http://192.168.1.10", "https://192.168.1.10", "v0.8.8", False),
        ("http://chat.lan", "https://chat.lan", "v0.8.8-rc1", False),
    ],
)
def test_the_step_to_https_says_what_librechat_asks_of_browsers(
    tmp_path: Path, former: str, address: str, release: str, is_noted: bool
) -> None:
    notes, _ = planned(tmp_path, former, HTTPS, address, release=release)
    assert ("set HSTS_ENABLED to false" in notes) is is_noted
    answered, _ = planned(tmp_path, former, HTTPS, address, release=release, more=", HSTS_ENABLED: false")
    assert "HSTS_ENABLED to false" not in answered


@pytest.mark.parametrize(
    ("former", "address", "is_same"),
    [
        ("https://chat.lan", "http://chat.lan", True),
        ("https://chat.lan:8443/", "http://chat.lan:3080", True),
        ("https://other.lan", "http://chat.lan", False),
        ("http://chat.lan", "http://chat.lan", False),
    ],
)
def test_the_way_back_says_what_browsers_keep(tmp_path: Path, former: str, address: str, is_same: bool) -> None:
    notes, written = planned(tmp_path, former, "http-lan", address)
    assert ("keep their Secure cookie" in notes) is is_same
    assert ("HSTS_MAX_AGE=0" in notes) is is_same
    # One visit over HTTPS, by whatever way, would shut people out of the plain address.
    assert "HSTS_ENABLED=false" in written


def test_an_address_is_never_remembered_for_https(tmp_path: Path) -> None:
    notes, written = planned(tmp_path, "https://192.168.1.10", "http-lan", "http://192.168.1.10:3080")
    assert "keep their Secure cookie" in notes
    assert "HSTS" not in notes + written


def test_an_older_release_reads_no_such_switch(tmp_path: Path) -> None:
    _, written = planned(tmp_path, "https://chat.lan", "http-lan", "http://chat.lan", release="v0.8.7")
    assert "HSTS_ENABLED" not in written
