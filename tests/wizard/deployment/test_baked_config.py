"""A librechat.yaml that a Dockerfile of the folder puts into LibreChat's image: it is read, and it is what gets written."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.wizard.rules.builder import HEALTHY
from wizard.answers.model import Answers, Registration
from wizard.basics.problem import InvalidInput
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take
from wizard.plan.proposal import Proposal, propose
from wizard.rules import check

FROM: Final = "FROM ghcr.io/danny-avila/librechat:v0.8.7\n"
YAML: Final = "version: 1.3.0\nregistration:\n  socialLogins: [google]\nendpoints: {custom: []}\n"
COMPOSE: Final = "services:\n  chat:\n    build: {context: ./image}\n    image: ours/librechat:1\n    env_file: .env\n"
SEEN: Final = {
    "file": "COPY librechat.yaml /app/librechat.yaml\n",
    "into-the-folder": "COPY --chown=node:node ./librechat.yaml /app/\n",
    "relative": "WORKDIR /app\nCOPY librechat.yaml .\n",
    "workdir-of-the-image": 'COPY ["librechat.yaml", "./"]\n',
    "everything": "COPY . /app\n",
    "folder": "COPY config /app/\n",
    "pattern": "ADD *.yaml package.json /app/\n",
    "of-an-earlier-stage": "COPY librechat.yaml /app/librechat.yaml\nFROM base\nRUN echo done\n",
    "by-a-variable": "ARG TARGET=/app\nCOPY librechat.yaml ${TARGET}/librechat.yaml\n",
}
HIDDEN: Final = {
    "of-another-image": "COPY --from=ours/config /librechat.yaml /app/librechat.yaml\n",
    "all-of-another-image": "COPY --from=ours/config / /app/\n",
    "from-an-address": "ADD https://example.net/librechat.yaml /app/librechat.yaml\n",
    "made-by-a-command": "RUN curl -o /app/librechat.yaml https://example.net/x\n",
    "not-there": "COPY missing.yaml /app/librechat.yaml\n",
}
NONE: Final = {
    "something-else": "COPY logo.svg /app/client/public/assets/\n",
    "ignored": "COPY . /app\n",
    "of-another-stage": "FROM alpine AS other\nCOPY librechat.yaml /app/librechat.yaml\nFROM base\n",
}


def folder(path: Path, dockerfile: str) -> Path:
    image = path / "image"
    (image / "config").mkdir(parents=True)
    text = dockerfile if dockerfile.startswith("FROM") else FROM.replace("\n", " AS base\n", 1) + dockerfile
    (image / "Dockerfile").write_text(
        text if not text.startswith("FROM alpine") else FROM.replace("\n", " AS base\n") + text
    )
    (image / "config" / "librechat.yaml").write_text(YAML)
    if "config " not in dockerfile:
        (image / "librechat.yaml").write_text(YAML)
    (path / "docker-compose.yml").write_text(COMPOSE)
    (path / ".env").write_text("".join(f"{name}={value}\n" for name, value in HEALTHY.items()))
    (path / ".env").chmod(0o600)
    return path


def planned(path: Path) -> Proposal:
    return propose(path, Answers(registration=Registration(allowed_domains=("example.com",))))


@pytest.mark.parametrize("dockerfile", SEEN.values(), ids=SEEN)
def test_the_file_in_the_build_context_is_read_and_edited_and_the_image_built(dockerfile: str, tmp_path: Path) -> None:
    path = folder(tmp_path, dockerfile)
    name = "image/config/librechat.yaml" if "config " in dockerfile else "image/librechat.yaml"
    here = deployment(take(path, Answers()), {})
    assert (here.config_name, here.config_mounted) == (name, True)
    assert here.config is not None
    assert here.config["registration"] == {"socialLogins": ["google"]}
    plan = planned(path).plan
    [edit] = [edit for edit in plan.shown_edits if edit.path.endswith("yaml")]
    assert edit.path == name
    assert b"socialLogins: [google]" in edit.after
    assert b"example.com" in edit.after
    assert not any("override" in edit.path for edit in plan.edits)
    assert plan.apply_steps[0] == "docker compose up -d --build"
    assert any("image/Dockerfile:" in note and "is rebuilt" in note for note in plan.notes)


@pytest.mark.parametrize("dockerfile", HIDDEN.values(), ids=HIDDEN)
def test_one_that_cannot_be_seen_is_not_replaced(dockerfile: str, tmp_path: Path) -> None:
    path = folder(tmp_path, dockerfile)
    with pytest.raises(InvalidInput) as refused:
        planned(path)
    [problem] = refused.value.problems
    assert (problem.field, problem.file, problem.line) == ("registration.allowedDomains", "image/Dockerfile", 2)
    assert "files.config.in-image" in [one.id for one in check(deployment(take(path, Answers()), {}))]


@pytest.mark.parametrize("dockerfile", NONE.values(), ids=NONE)
def test_where_the_image_gets_none_it_is_made_and_mounted(dockerfile: str, tmp_path: Path) -> None:
    path = folder(tmp_path, dockerfile)
    (path / "image" / ".dockerignore").write_text("**/librechat.yaml\n" if dockerfile == NONE["ignored"] else "")
    plan = planned(path).plan
    assert {"librechat.yaml", "docker-compose.override.yml"} <= {edit.path for edit in plan.edits}
    assert plan.apply_steps[0] == "docker compose up -d"


@pytest.mark.parametrize(
    ("image", "is_told"),
    [
        ("ours/librechat:1", True),
        ("registry.example.net/danny-avila/librechat:v0.8.7", False),
        ("registry.librechat.ai/danny-avila/librechat-dev-api:latest", False),
    ],
)
def test_an_image_of_somebody_elses_may_have_one(image: str, is_told: bool, tmp_path: Path) -> None:
    path = folder(tmp_path, "")
    (path / "docker-compose.yml").write_text(f"services:\n  chat:\n    image: {image}\n    env_file: .env\n")
    assert any("contains its own" in note for note in planned(path).plan.notes) is is_told
