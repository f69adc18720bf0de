"""The planned files are judged by a real Docker Compose, where parts of them are included and extended too."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.answers.model import Access, Answers, Certificate, Given, Proxy, Source
from wizard.basics.finding import Status
from wizard.findings.files import COMPOSE_REFUSED
from wizard.plan.compose_verdict import Judgement, judged_proposal
from wizard.plan.proposal import propose

FILES = {
    "docker-compose.yml": (
        "include: [sub/mongo.yml]\n"
        "services:\n"
        "  api:\n"
        "    image: ghcr.io/danny-avila/librechat:v0.8.7\n"
        "    extends: {file: sub/common.yml, service: base}\n"
        "    env_file: .env\n"
        "    environment: {HOST: 0.0.0.0, MONGO_URI: 'mongodb://mongodb:27017/LibreChat'}\n"
    ),
    "sub/mongo.yml": "services:\n  mongodb: {image: 'mongo:7', volumes: ['../data-node:/data/db']}\n",
    "sub/common.yml": "services:\n  base:\n    ports: ['8080:3080']\n    env_file: extra.env\n",
    "sub/extra.env": "APP_TITLE=Old\n",
}


def verdict(folder: Path, monkeypatch: pytest.MonkeyPatch, compose: Path, answers: Answers, **over: str) -> Judgement:
    """Return what Docker Compose says of what the answers lead to."""
    (folder / "bin").mkdir()
    (folder / "bin" / "docker-compose").symlink_to(compose)
    monkeypatch.setenv("PATH", str(folder / "bin"))
    chat = folder / "chat"
    (chat / "sub").mkdir(parents=True)
    for name, text in (FILES | over).items():
        (chat / name).write_text(text)
    return judged_proposal(propose(chat, answers), ())


def given(**settings: str) -> Answers:
    """Return answers for HTTPS by a certificate of the wizard's own: it writes files in a folder below."""
    values = {name: Given(text, Source.FILE) for name, text in settings.items()}
    proxy = Proxy(server="caddy", certificate=Certificate.INTERNAL)
    site = {"DOMAIN_CLIENT": Given("https://chat.example.com", Source.FILE)}
    return Answers(settings=site | values, access=Access.HTTPS_PROXY, proxy=proxy)


def test_files_that_docker_compose_never_reads_are_no_reason_not_to_ask_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker_compose: Path
) -> None:
    made = verdict(tmp_path, monkeypatch, docker_compose, given())
    assert (made.findings, made.remark) == ((), "")
    assert made.seconds > 0


def test_an_environment_file_that_an_extended_file_names_is_no_reason_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker_compose: Path
) -> None:
    made = verdict(tmp_path, monkeypatch, docker_compose, given(APP_TITLE="New"))
    assert (made.findings, made.remark) == ((), "")


def test_what_it_refuses_in_an_included_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker_compose: Path
) -> None:
    bad = {"sub/mongo.yml": "services:\n  mongodb: {image: 'mongo:7', ports: ['notaport:1']}\n"}
    made = verdict(tmp_path, monkeypatch, docker_compose, given(), **bad)
    assert [(one.id, one.status) for one in made.findings] == [(COMPOSE_REFUSED.id, Status.FAIL)]


def test_a_refusal_is_not_held_against_a_plan_that_changes_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker_compose: Path
) -> None:
    bad = {"sub/mongo.yml": "services:\n  mongodb: {image: 'mongo:7', ports: ['notaport:1']}\n"}
    made = verdict(tmp_path, monkeypatch, docker_compose, given(APP_TITLE="New"), **bad)
    assert made.findings == ()
    assert made.remark == "it reads sub/extra.env from disk, without the planned changes"
