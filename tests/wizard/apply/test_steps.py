"""Who is concerned by a change of LibreChat's own compose files, and that the real Docker Compose takes the commands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from wizard.answers.file import load
from wizard.answers.model import Answers, Stack
from wizard.apply import failures, stack_files
from wizard.apply.events import Reason
from wizard.apply.stack_files import ComposeFiles, StackFiles
from wizard.librechat.releases import Release
from wizard.plan.proposal import propose
from wizard.store.apply_record import ConcernedServices

SampleFolder = Callable[..., Path]


def side(folder: Path, stack: str, env: str, override: str = "") -> StackFiles:
    base = "deploy-compose.yml" if stack == "deploy" else "docker-compose.yml"
    return StackFiles(env=env.encode(), base=(folder / base).read_bytes(), override=override.encode() or None)


@pytest.mark.parametrize(
    ("stack", "name", "services"),
    [
        ("compose", "APP_TITLE", ("api",)),
        ("compose", "JWT_SECRET", ("api", "rag_api")),
        ("compose", "MEILI_MASTER_KEY", ("api", "meilisearch")),
        ("compose", "ADMIN_PANEL_SESSION_SECRET", ("api", "admin-panel")),
        ("compose", "DOMAIN_CLIENT", ("api", "admin-panel")),
        # The nginx of the deploy stack looks up api's address once, at its start.
        ("deploy", "APP_TITLE", ("api", "client")),
        ("deploy", "JWT_SECRET", ("api", "client", "rag_api")),
        ("deploy", "MEILI_MASTER_KEY", ("api", "client", "meilisearch")),
    ],
)
def test_services_that_read_a_setting(
    sample_folder: SampleFolder, stack: str, name: str, services: tuple[str, ...]
) -> None:
    folder = sample_folder("v0.8.7", stack)
    old, new = (side(folder, stack, f"PORT=3080\n{name}={value}\n") for value in ("one", "two"))
    assert stack_files.concerned_services(old, new, frozenset({".env"})) == ConcernedServices(services=services)


CADDY = """services:
  caddy: {image: "caddy:2", depends_on: [api], volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]}
"""


def test_proxy_comes_goes_and_reads_its_own_file(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    without, with_it = (side(folder, "compose", "PORT=3080\n", text) for text in ("", CADDY))
    assert stack_files.concerned_services(
        without, with_it, frozenset({"docker-compose.override.yml"})
    ) == ConcernedServices(services=("caddy",))
    assert stack_files.concerned_services(
        with_it, without, frozenset({"docker-compose.override.yml"})
    ) == ConcernedServices(orphans=True)
    assert stack_files.concerned_services(with_it, with_it, frozenset({"Caddyfile"})) == ConcernedServices(
        services=("caddy",)
    )
    assert stack_files.concerned_services(with_it, with_it, frozenset({"librechat.yaml"})) == ConcernedServices()


def test_first_install_behind_a_proxy_concerns_it_all(sample_folder: SampleFolder, tmp_path: Path) -> None:
    folder = sample_folder("v0.8.7")
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        "version: 1\naccess: https-proxy\nproxy: {server: caddy, certificate: acme}\n"
        "settings: {DOMAIN_CLIENT: 'https://chat.example.com'}\n"
    )
    proposal = propose(folder, load(answers).answers)
    edits = proposal.plan.edits
    new = stack_files.after(proposal.snapshot, edits)
    found = stack_files.concerned_services(stack_files.before(proposal.snapshot), new, stack_files.changed_files(edits))
    assert {"api", "caddy", "admin-panel"} <= set(found.services)
    assert "vectordb" not in found.services


@pytest.mark.parametrize(
    ("stack", "release", "script"),
    [
        (Stack.COMPOSE, Release(0, 7, 2), "/app/config/create-user.js EMAIL NAME USER"),
        (Stack.DEPLOY, Release(0, 7, 2), "/app/api/create-user.js EMAIL NAME USER"),
        (Stack.DEPLOY, Release(0, 7, 4), "/app/api/create-user.js EMAIL NAME USER --email-verified=true"),
        (Stack.DEPLOY, Release(0, 7, 5), "/app/config/create-user.js EMAIL NAME USER --email-verified=true"),
        (Stack.COMPOSE, Release(0, 8, 8, 1), "/app/config/create-user.js EMAIL NAME USER --email-verified=true"),
    ],
)
def test_script_that_makes_accounts(stack: Stack, release: Release, script: str) -> None:
    words = ComposeFiles(options=()).create_user(stack, release, "EMAIL", "NAME", "USER")
    assert " ".join(words) == f"exec -T api node {script}"


@pytest.mark.parametrize("stack", ["compose", "deploy"])
def test_the_real_docker_compose_takes_every_command(
    sample_folder: SampleFolder, docker_compose: Path, tmp_path: Path, stack: str
) -> None:
    """There is no engine: it has to fail for want of one, not for its arguments."""
    folder = sample_folder("v0.8.7", stack)
    (folder / ".env").write_bytes((folder / ".env.example").read_bytes())
    from wizard.deployment.snapshot import take

    files = stack_files.compose_files(take(folder, Answers()), has_override=False)
    reach = ConcernedServices(services=("api", "meilisearch"), orphans=True)
    commands = [
        files.start(reach),
        files.recreate(reach),
        files.create_user(Stack(stack), Release(0, 8, 7), "a@example.com", "A person", "a"),
        files.arguments("ps", "-a", "--format", "json"),
        files.arguments("logs", "--no-color", "--tail", "20", "api"),
        files.arguments("stop", "api"),
        files.arguments("down"),
    ]
    for words in commands:
        done = subprocess.run(
            [docker_compose, *words],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env={"DOCKER_HOST": f"unix://{tmp_path}/none.sock", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        )
        output = [line for line in done.stderr.splitlines() if "level=warning" not in line]
        assert failures.of_output(output).reason is Reason.DOCKER, (words, output)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Error response from daemon: manifest for librechat:v9 not found: manifest unknown", Reason.IMAGE),
        ("Error response from daemon: pull access denied for librechat, repository does not exist", Reason.IMAGE),
        ("Bind for 0.0.0.0:3080 failed: port is already allocated", Reason.PORT),
        ("listen tcp4 0.0.0.0:80: bind: address already in use", Reason.PORT),
        ("permission denied while trying to connect to the Docker daemon socket", Reason.DOCKER),
        ("something else", Reason.COMMAND),
    ],
)
def test_words_of_docker(line: str, reason: Reason) -> None:
    assert failures.of_output((line,)).reason is reason
