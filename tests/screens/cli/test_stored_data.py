"""Keys that may have encrypted something, wherever the compose files keep the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.screens.cli.program import answers, run
from wizard.answers.file import load
from wizard.plan.proposal import propose

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
    assert "keys rotate creds --dir" in " ".join(done.text.split())
    new = npm_dotenv([(folder / ".env").read_bytes()])[0]
    names = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
    assert [(new[name], name) for name in names] == [(old[name], name) for name in names]
    assert "rules.secrets.published.jwt-secret" in done.text
    asked = text.replace("}", ", CREDS_KEY: {generate: true, replace: true}}")
    refused = run("--answers", answers(folder, asked), "--dir", folder, "--offline", "--force")
    assert (refused.status, "accept_loss" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("rest", "lines", "is_made"),
    [
        ("", "", False),
        ("  search: {image: 'getmeili/meilisearch:v1.12', env_file: .env}\n", "", True),
        ("  search: {image: index, environment: ['MEILI_MASTER_KEY=${MEILI_MASTER_KEY}']}\n", "", True),
        ("", "MEILI_HOST=http://search.example.net:7700\n", True),
        ("", "SEARCH=true\n", True),
        ("", "SEARCH=false\n", False),
    ],
)
def test_a_search_key_is_made_only_where_something_searches(
    rest: str, lines: str, is_made: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "chat"
    folder.mkdir()
    (folder / "docker-compose.yml").write_text(
        OWN_STACK % ("mongodb://mongodb/a", f"  mongodb: {{image: mongo}}\n{rest}")
    )
    (folder / ".env").write_text(lines)
    given = load(answers(folder, "version: 1\naccess: localhost\n")).answers
    made = {change.name for edit in propose(folder, given).plan.edits for change in edit.changes}
    assert ("MEILI_MASTER_KEY" in made) is is_made
    assert "JWT_SECRET" in made
