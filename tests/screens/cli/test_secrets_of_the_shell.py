"""Secrets that compose files take from the shell or from ``.env`` by their names alone."""

from __future__ import annotations

from pathlib import Path

from tests.screens.cli.program import answers, run

STACK = """services:
  api:
    image: ghcr.io/danny-avila/librechat:v0.8.7
    env_file: [common.env]
    environment:
      MONGO_URI: mongodb://mongodb:27017/LibreChat
      CREDS_KEY: ${CREDS_KEY}
      CREDS_IV: ${CREDS_IV}
      JWT_SECRET:
      JWT_REFRESH_SECRET:
    ports: ["127.0.0.1:3080:3080"]
  mongodb: {image: mongo, volumes: ['./data-node:/data/db']}
"""
TEXT = "version: 1\nsettings: {SESSION_EXPIRY: 30m}\n"
NAMES = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")


def own_folder(folder: Path) -> Path:
    (folder / "compose.yaml").write_text(STACK)
    (folder / "common.env").write_text("DOMAIN_CLIENT=http://localhost:3080\nDOMAIN_SERVER=http://localhost:3080\n")
    return folder


def test_no_new_value_takes_the_place_of_one_of_the_shell(tmp_path: Path) -> None:
    folder = own_folder(tmp_path)
    values = {name: digit * (32 if name == "CREDS_IV" else 64) for name, digit in zip(NAMES, "abcd", strict=True)}
    done = run("--answers", answers(folder, TEXT), "--dir", folder, "--offline", "--force", environment=values)
    assert (done.status, (folder / ".env").exists()) == (2, False), done.text
    assert all(f"{name}: its value comes from this shell" in done.err for name in NAMES)
    assert not [value for value in values.values() if value in done.text]
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    run("--answers", answers(folder, TEXT), "--dir", folder, "--offline", "--force", environment=values)
    assert all(f"{name}={value}\n" in (folder / ".env").read_text() for name, value in values.items())


def test_another_key_of_the_shell_is_never_to_be_unset(tmp_path: Path) -> None:
    folder = own_folder(tmp_path)
    (folder / ".env").write_text(f"CREDS_KEY={'a' * 64}\nCREDS_IV={'b' * 32}\n")
    shell = {"CREDS_KEY": "c" * 64}
    done = run("doctor", "--dir", folder, "--offline", "--json", "--only", "files", environment=shell)
    assert "unset CREDS_KEY" not in done.out
    assert "Set CREDS_KEY in .env:1 to the shell's value" in done.out


def test_a_name_without_a_value_is_written_where_docker_compose_takes_it_from(tmp_path: Path) -> None:
    folder = own_folder(tmp_path)
    run("--answers", answers(folder, TEXT), "--dir", folder, "--offline", "--force")
    written = (folder / ".env").read_text()
    assert all(f"\n{name}=" in f"\n{written}" for name in NAMES)
    assert "JWT" not in (folder / "common.env").read_text()
