"""What the files of a folder say together, held against the real Docker Compose where it has a say."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from wizard.answers.model import Answers, Stack
from wizard.basics.finding import Status
from wizard.basics.problem import InvalidInput
from wizard.catalogue.answers_form import Installation
from wizard.deployment.assembled import deployment
from wizard.deployment.model import Deployment
from wizard.deployment.service import is_librechat_image
from wizard.deployment.snapshot import take
from wizard.plan.proposal import propose
from wizard.rules import check

NO_PROXY = "services:\n  api:\n    image: a\n    environment: ['NO_PROXY=${NO_PROXY:-localhost},mongodb']\n"


def current(folder: Path, compose: str, environment: str = "", config: str | None = None) -> Deployment:
    (folder / "docker-compose.yml").write_text(compose)
    (folder / ".env").write_text(environment)
    if config is not None:
        (folder / "librechat.yaml").write_text(config)
    return deployment(take(folder, Answers()), {})


def ids(found: Deployment) -> list[str]:
    return [finding.id for finding in check(found)]


@pytest.mark.parametrize("text", ["true", "True", "false", "7", "7.0", "1e3", "0x1F", "0o17", "0.5", "yes", "'true'"])
def test_scalars_of_environment_are_what_docker_compose_hands_on(
    docker_compose: Path, tmp_path: Path, text: str
) -> None:
    found = current(tmp_path, f"services:\n  api:\n    image: a\n    environment: {{LOGIN_MAX: {text}}}\n")
    command = [str(docker_compose), "config", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.settings["LOGIN_MAX"] == json.loads(done.stdout)["services"]["api"]["environment"]["LOGIN_MAX"]


def test_a_switch_that_a_compose_file_repeats_is_not_called_different(tmp_path: Path) -> None:
    mount = "    volumes: ['./.env:/app/.env']\n"
    compose = f"services:\n  api:\n    image: a\n    environment: {{ALLOW_REGISTRATION: true}}\n{mount}"
    assert "files.compose.overrides" not in ids(current(tmp_path, compose, "ALLOW_REGISTRATION=true\n"))
    assert "files.compose.overrides" in ids(current(tmp_path, compose, "ALLOW_REGISTRATION=false\n"))


def test_a_line_that_a_compose_file_hands_on_has_its_effect(tmp_path: Path) -> None:
    found = current(tmp_path, NO_PROXY, "NO_PROXY=idp.example.net\n")
    assert found.settings["NO_PROXY"] == "idp.example.net,mongodb"
    assert "files.compose.overrides" not in ids(found)


MOUNTS = "services:\n  api:\n    image: librechat:{}\n    volumes: ['./librechat.yaml:/app/librechat.yaml']\n"


@pytest.mark.parametrize(
    "text",
    [
        "registration: {allowedDomains: [example.net]}",
        "version: 1.2",
        "version: '1.3.5'\nregistration:",
        "version: '1.3.5'\nregistration: {allowedDomains: example.net}",
        "version: '1.3.5'\nregistration: {socialLogins: [1]}",
    ],
)
@pytest.mark.parametrize(("release", "effect"), [("v0.8.1", "ignores the whole file"), ("v0.8.7", "stops at startup")])
def test_a_librechat_yaml_that_its_schema_refuses(tmp_path: Path, text: str, release: str, effect: str) -> None:
    found = current(tmp_path, MOUNTS.format(release), config=f"{text}\n")
    (finding,) = [finding for finding in check(found) if finding.id == "files.config.schema"]
    assert effect in finding.summary
    assert "rules.accounts.allowed-domains" not in ids(found)


def test_a_librechat_yaml_that_is_no_yaml_is_ignored_by_librechat(tmp_path: Path) -> None:
    found = current(tmp_path, MOUNTS.format("v0.8.7"), config="registration: [\n")
    (finding,) = [finding for finding in check(found) if finding.id == "files.config.invalid"]
    assert "starts without" in finding.summary


def test_a_librechat_yaml_that_nobody_mounts_stops_nobody_whatever_is_in_it(tmp_path: Path) -> None:
    compose = "services:\n  api:\n    image: ghcr.io/danny-avila/librechat:v0.8.7\n"
    for text, evidence in (("registration: [\n", 1), ("version: 1.3.5\n", 0)):
        told = [one for one in check(current(tmp_path, compose, config=text)) if one.id.startswith("files.config.")]
        assert [(one.id, one.status) for one in told] == [("files.config.not-mounted", Status.WARN)]
        assert len(told[0].evidence) == evidence


def test_why_librechat_yaml_is_no_yaml_is_evidence_with_its_line(tmp_path: Path) -> None:
    found = current(tmp_path, MOUNTS.format("v0.8.7"), config="version: 1.3.0\nregistration:\n\tsocialLogins: []\n")
    (finding,) = [finding for finding in check(found) if finding.id == "files.config.invalid"]
    assert finding.evidence == ("librechat.yaml:3: not valid YAML: a tab character (indent with spaces).",)


def test_one_odd_domain_does_not_lock_everybody_out(tmp_path: Path) -> None:
    text = "version: 1.3.5\nregistration: {allowedDomains: ['@example.net', example.org]}\n"
    (finding,) = [
        finding
        for finding in check(current(tmp_path, MOUNTS.format("v0.8.7"), config=text))
        if finding.id == "rules.accounts.allowed-domains"
    ]
    assert "'@example.net'" in finding.summary
    assert "these entries match nobody" in finding.summary


def test_an_env_that_no_compose_file_hands_over(tmp_path: Path) -> None:
    compose = "services:\n  api:\n    image: a\n    ports: ['3080:3080']\n"
    assert "files.env.not-mounted" in ids(current(tmp_path, compose, "ALLOW_REGISTRATION=false\n"))
    # Without a setting in it, nothing is lost: it only fills in ${NAME}.
    assert "files.env.not-mounted" not in ids(current(tmp_path, compose, "TAG=1\n"))
    assert "files.env.not-mounted" not in ids(current(tmp_path, compose, "TAG=1\nPORT=3080\nUID=1000\nGID=1000\n"))


def test_an_env_for_docker_compose_alone_beside_the_environment_files_of_the_service(tmp_path: Path) -> None:
    compose = "services:\n  chat:\n    image: librechat:${LIBRECHAT_TAG}\n    env_file: [{path: common.env}]\n"
    (tmp_path / "common.env").write_text("ALLOW_REGISTRATION=false\nALLOW_EMAIL_LOGIN=true\n")
    own = "LIBRECHAT_TAG=v0.8.7\nPORT=3080\nTZ=Europe/Berlin\nALLOW_EMAIL_LOGIN=true\n"
    assert "files.env.not-mounted" not in ids(current(tmp_path, compose, own))
    found = check(current(tmp_path, compose, own + "ALLOW_REGISTRATION=true\nLOGIN_MAX=50\n"))
    (one,) = [each for each in found if each.id == "files.env.not-mounted"]
    assert (one.status.value, set(one.settings)) == ("WARN", {"ALLOW_REGISTRATION", "LOGIN_MAX"})
    assert "common.env" in one.remedy
    bare = current(tmp_path, compose.partition("    env_file")[0], own)
    (one,) = [each for each in check(bare) if each.id == "files.env.not-mounted"]
    assert (one.status.value, "Add to service chat:" in one.remedy) == ("FAIL", True)


@pytest.mark.parametrize(
    "way",
    [
        "env_file: .env",
        "env_file: [./.env]",
        "env_file: [{path: .env}]",
        "volumes: ['./.env:/app/.env']",
        "volumes: ['${PWD}/.env:/app/.env:ro']",
        "volumes: [{type: bind, source: .env, target: /app/.env}]",
    ],
)
def test_every_way_of_handing_it_over_counts(tmp_path: Path, way: str) -> None:
    found = ids(current(tmp_path, f"services:\n  api:\n    image: a\n    {way}\n"))
    assert not {"files.env.not-mounted", "files.env.other", "files.compose.no-api"} & set(found)


def test_an_absolute_path_of_the_same_env(tmp_path: Path) -> None:
    found = current(tmp_path, f"services:\n  api:\n    image: a\n    volumes: ['{tmp_path}/.env:/app/.env']\n")
    assert "files.env.other" not in ids(found)


def test_another_file_in_the_place_of_env(tmp_path: Path) -> None:
    compose = "services:\n  api:\n    image: a\n    volumes: ['./librechat.env:/app/.env']\n"
    assert "files.env.other" in ids(current(tmp_path, compose))


def test_librechat_under_another_name(tmp_path: Path) -> None:
    compose = "services:\n  librechat:\n    image: a\n    env_file: .env\n"
    assert "files.compose.no-api" in ids(current(tmp_path, compose))


def test_what_env_file_hands_over_is_read_as_docker_compose_reads_it(tmp_path: Path) -> None:
    text = "EMAIL_PASSWORD=a#b\n"
    handed = current(tmp_path, "services:\n  api:\n    image: a\n    env_file: .env\n", text)
    assert handed.settings["EMAIL_PASSWORD"] == "a#b"
    mounted = current(tmp_path, "services:\n  api:\n    image: a\n    volumes: ['./.env:/app/.env']\n", text)
    assert mounted.settings["EMAIL_PASSWORD"] == "a"


@pytest.mark.parametrize(
    ("line", "is_left_out"),
    [
        ("COMPOSE_FILE=docker-compose.yml", True),
        ("COMPOSE_FILE=other.yml:docker-compose.override.yml", True),
        ("COMPOSE_FILE=docker-compose.yml:./docker-compose.override.yml", False),
        ("COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=docker-compose.yml,docker-compose.override.yml", False),
        ("COMPOSE_FILE=", True),
        ("#COMPOSE_FILE=docker-compose.yml", False),
    ],
)
def test_an_override_that_compose_file_leaves_out(
    docker_compose: Path, tmp_path: Path, line: str, is_left_out: bool
) -> None:
    (tmp_path / "docker-compose.override.yml").write_text("services:\n  api:\n    environment: {LOGIN_MAX: '9'}\n")
    (tmp_path / "other.yml").write_text("services:\n  api:\n    image: b\n")
    found = current(tmp_path, "services:\n  api:\n    image: a\n    env_file: .env\n", f"{line}\n")
    assert ("files.compose.not-listed" in ids(found)) is is_left_out
    done = subprocess.run([str(docker_compose), "config"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ("image: a" in done.stdout and "LOGIN_MAX" in done.stdout) is not is_left_out


def test_a_second_override_has_no_effect(docker_compose: Path, tmp_path: Path) -> None:
    for number, name in enumerate(("docker-compose.override.yaml", "docker-compose.override.yml")):
        (tmp_path / name).write_text(f"services:\n  api:\n    environment: {{LOGIN_MAX: '{number}'}}\n")
    found = current(tmp_path, "services:\n  api:\n    image: a\n    env_file: .env\n")
    assert "files.compose.second-override" in ids(found)
    done = subprocess.run([str(docker_compose), "config"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f'LOGIN_MAX: "{found.settings["LOGIN_MAX"]}"' in done.stdout


def test_compose_file_tells_the_stack_of_a_clone(tmp_path: Path) -> None:
    (tmp_path / "deploy-compose.yml").write_text("services:\n  api:\n    image: a\n    env_file: .env\n")
    compose = "services:\n  api:\n    image: a\n"
    assert current(tmp_path, compose, "COMPOSE_FILE=deploy-compose.yml\n").stack is Stack.DEPLOY
    assert current(tmp_path, compose, "#COMPOSE_FILE=deploy-compose.yml\n").stack is Stack.COMPOSE


def test_a_librechat_yaml_of_another_server_is_named(tmp_path: Path) -> None:
    compose = (
        "services:\n  api:\n    image: a\n    environment: {CONFIG_PATH: 'https://u:pa55@cfg.example.net/lc.yaml'}\n"
    )
    found = current(tmp_path, compose)
    (finding,) = [finding for finding in check(found) if finding.id == "files.config.remote"]
    assert "cfg.example.net" in finding.summary
    assert "docker-compose.yml:4" in finding.summary
    assert "pa55" not in f"{finding}"


def test_a_service_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(
        "services:\n  chat:\n    image: librechat:v0.8.7\n  second:\n    image: registry.example.net/x/librechat-api:v0.8.7\n"
    )
    with pytest.raises(InvalidInput, match=r"librechat: \{service: NAME\}"):
        propose(tmp_path, Answers())
    with pytest.raises(InvalidInput, match="Did you mean chat"):
        propose(tmp_path, Answers(librechat=Installation(service="chta")))
    proposal = propose(tmp_path, Answers(librechat=Installation(service="chat")))
    for edit in proposal.plan.edits:
        (tmp_path / edit.path).parent.mkdir(exist_ok=True)
        (tmp_path / edit.path).write_bytes(edit.after)
    # The next run need not be told again.
    assert take(tmp_path, Answers()).service == "chat"


@pytest.mark.parametrize(
    ("image", "is_own"),
    [
        ("ghcr.io/danny-avila/librechat-dev-api:latest", True),
        ("registry.librechat.ai/danny-avila/librechat:v0.8.7@sha256:ab", True),
        ("localhost:5000/team/librechat", True),
        ("ghcr.io/danny-avila/lc-dev-api", True),
        ("ghcr.io/danny-avila/librechat-rag-api-dev-lite:latest", False),
        ("registry.librechat.ai/clickhouse/librechat-admin-panel:latest", False),
        ("ghcr.io/librechat/mongo:8", False),
    ],
)
def test_an_image_of_librechat_is_known_by_its_name(image: str, is_own: bool) -> None:
    assert is_librechat_image(image) is is_own
