"""Which ports a plan leaves open to the network, judged by a real Docker Compose."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patience import LAST_RESORT
from tests.wizard.plan.accesses import OVERRIDE, STACKS, apply, inputs, merged, published
from wizard.answers.model import Access, Answers, Certificate, Given, Proxy, Source, Stack
from wizard.plan.access import needs
from wizard.plan.proposal import propose


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("release", ["v0.7.0", "v0.8.7", "v0.8.8-rc1"])
def test_for_this_machine_only_means_loopback_for_every_published_port(
    release: str, stack: Stack, sample_folder: Callable[..., Path], docker_compose: Path
) -> None:
    folder = sample_folder(release, stack.value)
    before = published(folder, docker_compose, None, stack)
    assert {address for _, address, _ in before} == {"*"}
    local = apply(needs(inputs(folder, release, stack)), folder, None)
    after = published(folder, docker_compose, local, stack)
    assert after == {(service, "127.0.0.1", port) for service, _, port in before}
    lan = {"DOMAIN_CLIENT": "http://192.168.1.10:3080"}
    opened = needs(inputs(folder, release, stack, access=Access.HTTP_LAN, given=lan, override=local))
    assert published(folder, docker_compose, apply(opened, folder, local), stack) == before


def test_for_this_machine_only_follows_the_address_that_was_given(
    sample_folder: Callable[..., Path], docker_compose: Path
) -> None:
    folder = sample_folder("v0.8.7")
    plan = needs(inputs(folder, given={"DOMAIN_CLIENT": "http://[::1]:3080"}))
    assert published(folder, docker_compose, apply(plan, folder, None)) == {
        ("api", "::1", "3080"),
        ("admin-panel", "::1", "3000"),
    }


def test_a_port_of_the_operators_own_is_named_with_its_line_and_nothing_is_written(
    sample_folder: Callable[..., Path],
) -> None:
    folder = sample_folder("v0.8.7")
    override = b"services:\n  api:\n    ports:\n      - 3080:3080 # for the scanner\n  db:\n    image: m\n    ports:\n      - target: 1\n        published: 2\n"
    plan = needs(inputs(folder, override=override))
    assert [(problem.field, problem.line) for problem in plan.problems] == [
        ("services.api.ports", 4),
        ("services.db.ports", 8),
    ]
    assert "3080:3080" in plan.problems[0].message
    assert "127.0.0.1:2:1" in plan.problems[1].remedy
    assert apply(plan, folder, override) == override


def test_ports_are_bound_however_they_are_written(tmp_path: Path, docker_compose: Path) -> None:
    (tmp_path / ".env.example").write_bytes(b"ADDRESS=192.0.2.1\nPORT=3080\n")
    ports = [
        "8080:3080",
        "${ADDRESS}:${OUTER:-8081}:3081/udp",
        "[::]:8082:3082",
        {"target": 3083, "published": "8083", "host_ip": "192.0.2.2"},
        {"target": 3084, "published": 8084, "protocol": "udp"},
        "9000-9001:9000-9001",
        3085,
    ]
    (tmp_path / "docker-compose.yml").write_text(json.dumps({"services": {"api": {"image": "x", "ports": ports}}}))
    after = apply(needs(inputs(tmp_path)), tmp_path, None)
    (tmp_path / ".env").write_bytes((tmp_path / ".env.example").read_bytes())
    (tmp_path / OVERRIDE).write_bytes(after or b"")
    done = subprocess.run(
        [docker_compose, "config", "--format", "json"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=LAST_RESORT,
    )
    found = json.loads(done.stdout)["services"]["api"]["ports"]
    assert {port["host_ip"] for port in found} == {"127.0.0.1"}
    assert {(port.get("published", ""), port["target"], port["protocol"]) for port in found} == {
        ("8080", 3080, "tcp"),
        ("8081", 3081, "udp"),
        ("8082", 3082, "tcp"),
        ("8083", 3083, "tcp"),
        ("8084", 3084, "udp"),
        ("9000", 9000, "tcp"),
        ("9001", 9001, "tcp"),
        ("", 3085, "tcp"),
    }


def test_ports_are_published_on_loopback_only_behind_the_proxy(
    sample_folder: Callable[..., Path], docker_compose: Path
) -> None:
    folder = sample_folder("v0.8.7")
    plan = needs(inputs(folder, access=Access.HTTPS_PROXY, given={"DOMAIN_CLIENT": "https://chat.example.com"}))
    assert published(folder, docker_compose, apply(plan, folder, None)) == {
        ("api", "127.0.0.1", "3080"),
        ("admin-panel", "127.0.0.1", "3000"),
        ("caddy", "*", "80"),
        ("caddy", "*", "443"),
    }
    assert merged(folder, Stack.COMPOSE, (folder / OVERRIDE).read_bytes())["services"]["api"]["ports"] == [
        "127.0.0.1:${PORT}:${PORT}"
    ]


def test_a_port_that_the_operator_published_stays_and_is_named(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    override = b"services:\n  api:\n    ports:\n      - '8080:3080' # for the scanner\n"
    given = {"DOMAIN_CLIENT": "https://chat.example.com"}
    plan = needs(inputs(folder, access=Access.HTTPS_PROXY, given=given, override=override))
    after = apply(plan, folder, override)
    assert merged(folder, Stack.COMPOSE, after)["services"]["api"]["ports"] == [
        "8080:3080",
        "127.0.0.1:${PORT}:${PORT}",
    ]
    assert after
    assert b"'8080:3080' # for the scanner\n" in after
    assert any("8080:3080" in note for note in plan.notes)


@pytest.mark.parametrize(
    ("ports", "after"),
    [
        (["8080:3080"], {("api", "127.0.0.1", "8080")}),
        (["127.0.0.1:8080:3080"], {("api", "127.0.0.1", "8080")}),
        (["127.0.0.1:8080:3080", "[::1]:8081:3080", "0.0.0.0:9000-9001:3080-3081"], None),
        ([{"target": 3080, "published": "8080"}], {("api", "127.0.0.1", "8080")}),
        ([], set()),
    ],
)
def test_a_proxy_of_ours_binds_the_ports_that_are_written_and_leaves_those_on_loopback(
    ports: list[object], after: set[tuple[str, str, str]] | None, tmp_path: Path, docker_compose: Path
) -> None:
    (tmp_path / ".env.example").write_bytes(b"")
    (tmp_path / "docker-compose.yml").write_text(json.dumps({"services": {"api": {"image": "x", "ports": ports}}}))
    site = {"DOMAIN_CLIENT": "https://chat.example.com"}
    plan = needs(inputs(tmp_path, access=Access.HTTPS_PROXY, proxy=Proxy(server="caddy"), given=site))
    assert not plan.problems
    written = apply(plan, tmp_path, None)
    assert (b"!override" in (written or b"")) == any("127.0.0.1" not in str(port) for port in ports)
    found = {each for each in published(tmp_path, docker_compose, written) if each[0] == "api"}
    assert found == (
        after
        if after is not None
        else {
            ("api", "127.0.0.1", "8080"),
            ("api", "::1", "8081"),
            *(("api", "127.0.0.1", port) for port in ("9000", "9001")),
        }
    )


def test_ports_that_another_file_brings_in_are_bound_too(tmp_path: Path) -> None:
    (tmp_path / "common.yml").write_text("services:\n  base:\n    ports: ['8443:3080']\n")
    (tmp_path / "docker-compose.yml").write_text(
        "services:\n  api:\n    image: ghcr.io/danny-avila/librechat:v0.8.7\n    env_file: .env\n    extends: {file: common.yml, service: base}\n"
    )
    (tmp_path / ".env").write_text("")
    given = Answers(
        settings={"DOMAIN_CLIENT": Given("https://chat.example.com", Source.TYPED)},
        access=Access.HTTPS_PROXY,
        proxy=Proxy(server="caddy", certificate=Certificate.ACME),
    )
    override = next(edit for edit in propose(tmp_path, given).plan.edits if edit.path == OVERRIDE)
    assert b"127.0.0.1:8443:3080" in override.after
