"""Keys that may have encrypted something, wherever the compose files keep the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.screens.cli.program import answers, run

SampleFolder = Callable[..., Path]
NpmDotenv = Callable[[Sequence[bytes]], list[dict[str, str]]]

OWN_STACK = """services:
  api:
    image: ghcr.io/danny-avila/librechat:v0.8.7
    volumes: ["./.env:/app/.env", "./uploads:/app/uploads"]
    environment: ["MONGO_URI=%s", HOST=0.0.0.0]
    ports: ["127.0.0.1:3080:3080"]
%s"""


@pytest.mark.parametrize(
    ("address", "rest", "left"),
    [
        (
            "mongodb://mongodb:27017/LibreChat",
            "  mongodb: {image: mongo, volumes: ['./mongodb:/data/db']}\n",
            "mongodb/x",
        ),
        ("mongodb://u:p@db:27017/a", "  db: {image: mongo, volumes: ['m:/data/db']}\nvolumes: {m: {}}\n", ""),
        ("mongodb+srv://u:p@cluster0.abcde.mongodb.net/LibreChat", "", "uploads/x"),
        ("mongodb://host.docker.internal/LibreChat", "", ""),
    ],
)
def test_a_published_key_in_use_stays_wherever_the_database_lies(
    sample_folder: SampleFolder, npm_dotenv: NpmDotenv, address: str, rest: str, left: str
) -> None:
    folder = sample_folder("v0.8.7")
    (folder / "docker-compose.yml").write_text(OWN_STACK % (address, rest))
    (folder / ".env").write_bytes((folder / ".env.example").read_bytes())
    if left:
        (folder / left).parent.mkdir()
        (folder / left).touch()
    old = npm_dotenv([(folder / ".env").read_bytes()])[0]
    text = "version: 1\nsettings: {SESSION_EXPIRY: 30m}\n"
    done = run("--answers", answers(folder, text), "--dir", folder, "--offline", "--force")
    assert (done.status, "written" in done.text) == (1, True), done.text
    assert "accept_loss" in " ".join(done.text.split())
    new = npm_dotenv([(folder / ".env").read_bytes()])[0]
    assert [(new[name], name) for name in ("CREDS_KEY", "CREDS_IV")] == [
        (old[name], name) for name in ("CREDS_KEY", "CREDS_IV")
    ]
    asked = text.replace("}", ", CREDS_KEY: {generate: true, replace: true}}")
    refused = run("--answers", answers(folder, asked), "--dir", folder, "--offline", "--force")
    assert (refused.status, "accept_loss" in refused.err) == (2, True)
