"""What LibreChat made up itself (``.env.temp``) is the last origin of a value, and is adopted into ``.env``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wizard.rules.builder import HEALTHY
from wizard.answers.model import Access, Answers
from wizard.deployment.assembled import deployment
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import take
from wizard.plan.proposal import propose
from wizard.rules import check
from wizard.rules.origins import described

MADE = {"CREDS_KEY": "ab" * 32, "CREDS_IV": "cd" * 16, "JWT_SECRET": "ef" * 32, "JWT_REFRESH_SECRET": "09" * 32}
COMPOSE = """services:
  api:
    image: ghcr.io/danny-avila/librechat:{release}
    environment: ["MONGO_URI=mongodb://mongodb/LibreChat"{more}]
    volumes: ["./.env:/app/.env", "{source}:{target}"]
  mongodb: {{image: mongo, volumes: ["./data-node:/data/db"]}}
volumes: {{keep: {{}}}}
"""


def made(
    folder: Path, source: str, target: str, *, more: str = "", release: str = "v0.8.8", own: str = ""
) -> Deployment:
    (folder / "docker-compose.yml").write_text(COMPOSE.format(release=release, more=more, source=source, target=target))
    (folder / ".env").write_text(own)
    (folder / "data").mkdir(exist_ok=True)
    lines = "".join(f'{name}="{value}"\n' for name, value in MADE.items())
    (folder / "data" / ".env.temp").write_text(f"# made by LibreChat\n{lines}")
    return deployment(take(folder, Answers()), {})


@pytest.mark.parametrize(
    ("source", "target", "more", "release", "is_there"),
    [
        ("./data", "/app/data", ", LIBRECHAT_TEMP_CREDENTIALS_PATH=/app/data/.env.temp", "v0.8.8", True),
        ("./data", "/app/data", ", LIBRECHAT_TEMP_CREDENTIALS_PATH=data/.env.temp", "v0.8.8", True),
        ("./data/.env.temp", "/app/.env.temp", "", "v0.8.8", True),
        ("./data", "/app/data", "", "v0.8.8", False),
        ("keep", "/app/data", ", LIBRECHAT_TEMP_CREDENTIALS_PATH=/app/data/.env.temp", "v0.8.8", False),
        ("./data/.env.temp", "/app/.env.temp", "", "v0.8.7", False),
        ("./data/.env.temp", "/app/.env.temp", "", "latest", True),
    ],
)
def test_it_counts_where_librechat_reads_it(
    source: str, target: str, more: str, release: str, is_there: bool, tmp_path: Path
) -> None:
    here = made(tmp_path, source, target, more=more, release=release)
    assert here.effective is not None
    found = here.effective.values.get("JWT_SECRET")
    assert (found is not None) is is_there
    assert here.settings.get("JWT_SECRET", "") == (MADE["JWT_SECRET"] if is_there else "")
    if found is not None:
        assert (found.origin.mechanism.value, str(found.origin)) == ("generated", "data/.env.temp:4")


def test_a_value_wins_over_it_and_a_blank_one_does_not(tmp_path: Path) -> None:
    own = f"JWT_SECRET=\nCREDS_KEY={HEALTHY['CREDS_KEY']}\n"
    here = made(tmp_path, "./data/.env.temp", "/app/.env.temp", own=own)
    assert here.effective is not None
    assert here.settings["CREDS_KEY"] == HEALTHY["CREDS_KEY"]
    assert described(here.effective.values["JWT_SECRET"]) == "JWT_SECRET comes from data/.env.temp:4"
    found = {one.id: one for one in check(here)}
    told = found["rules.secrets.missing.jwt-secret"]
    assert (told.status.value, told.origins) == ("WARN", ("JWT_SECRET comes from data/.env.temp:4",))
    assert "(data/.env.temp:4)" in told.summary
    assert not {"files.compose.overrides", "rules.secrets.missing.creds-key"} & found.keys()
    assert not [one for one in found.values() if MADE["JWT_SECRET"] in f"{one}"]


@pytest.mark.parametrize("own", ["", "JWT_SECRET=\n"])
def test_a_run_adopts_it_into_the_environment_file(own: str, tmp_path: Path) -> None:
    made(tmp_path, "./data", "/app/data", more=", LIBRECHAT_TEMP_CREDENTIALS_PATH=/app/data/.env.temp", own=own)
    proposal = propose(tmp_path, Answers(access=Access.LOCALHOST))
    planned = proposal.deployment.effective
    assert planned is not None
    found = {name: planned.values[name] for name in MADE}
    assert {name: one.value for name, one in found.items()} == MADE
    assert {str(one.origin).partition(":")[0] for one in found.values()} == {".env"}
    assert not [one.id for one in check(proposal.deployment) if "secrets.missing" in one.id]
