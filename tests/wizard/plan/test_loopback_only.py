"""``access: localhost``: after it no port of the merged model is open to other machines, or it was refused.

A real Docker Compose says what the files publish.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.patience import LAST_RESORT
from tests.wizard.plan.accesses import BASES, OVERRIDE, STACKS, apply, inputs
from wizard.answers.model import Access, Stack
from wizard.plan.access import AccessPlan, needs

API: Final = "services:\n  api:\n    "
REFUSED: Final[dict[str, tuple[str, str, str]]] = {
    "host network": ("", f"{API}network_mode: host\n    ports: !reset []\n", "services.api.network_mode"),
    "host network by a variable": (
        "",
        "services:\n  x: {image: i, network_mode: '${MODE:-host}'}\n",
        "services.x.network_mode",
    ),
    "host network in the base": ("  x: {image: i, network_mode: host}\n", "", "services.x.network_mode"),
    "inherited host network": (
        "",
        "services:\n  p: {image: i, network_mode: host}\n  x: {extends: p}\n",
        "services.x.network_mode services.p.network_mode",
    ),
    "another container's network": (
        "",
        "services:\n  x: {image: i, network_mode: 'container:y'}\n",
        "services.x.network_mode",
    ),
    "a network of the host's": ("", "networks: {default: {name: host, external: true}}\n", "networks.default"),
    "macvlan": ("", "services:\n  x: {image: i, networks: [l]}\nnetworks: {l: {driver: macvlan}}\n", "networks.l"),
    "include in the base": ("include: [more.yml]\n", "", "include"),
    "include": ("", "include: [more.yml]\n", "include"),
    "extends another file": ("", "services:\n  x: {extends: {file: more.yml, service: more}}\n", "services.x.extends"),
    "extends another file in the base": (
        "  x: {extends: {file: more.yml, service: more}}\n",
        "",
        "services.x.extends",
    ),
    "own port": ("", f"{API}ports:\n      - 3080:3080\n", "services.api.ports"),
    "own port in place of the base's": ("", f'{API}ports: !override ["0.0.0.0:3080:3080"]\n', "services.api.ports"),
    "own port, long": ("", f"{API}ports:\n      - target: 3080\n        published: 3080\n", "services.api.ports"),
    "own port, long, tagged": (
        "",
        f"{API}ports: !override [{{target: 3080, published: 3080}}]\n",
        "services.api.ports",
    ),
    "own port on loopback, the base's beside it": (
        "",
        f"{API}ports:\n      - 127.0.0.1:3080:3080/tcp\n",
        "services.api.ports",
    ),
    "own service": ("", 'services:\n  x: {image: i, ports: ["81:80"]}\n', "services.x.ports"),
    "own service, own address": ("", 'services:\n  x: {image: i, ports: ["192.0.2.1:81:80"]}\n', "services.x.ports"),
    "own service, every IPv6 address": ("", 'services:\n  x: {image: i, ports: ["[::]:81:80"]}\n', "services.x.ports"),
    "own service, address by a variable": (
        "",
        "services:\n  x: {image: i, ports: ['${BIND:-0.0.0.0}:81:80']}\n",
        "services.x.ports",
    ),
    "own service that extends one of the file": (
        "",
        'services:\n  x: {image: i, ports: ["81:80"]}\n  y: {extends: x, ports: ["127.0.0.1:82:80"]}\n',
        "services.x.ports",
    ),
    "own service by an anchor": (
        "",
        'x-p: &p {ports: ["81:80"]}\nservices:\n  x: {image: i, <<: *p}\n',
        "services.x.ports",
    ),
    "one variable in the base": (
        "  x: {image: i, ports: ['${ALL:-0.0.0.0:8080:80}']}\n",
        "",
        "services.x.ports",
    ),
    "one variable in the override": (
        "",
        "services:\n  x: {image: i, ports: ['${ALL:-8080:80}']}\n",
        "services.x.ports",
    ),
    "a variable of two parts": ("  x: {image: i, ports: ['${ALL:-0.0.0.0:8080}:80']}\n", "", "services.x.ports"),
}
"""Base (services end with what is given), override, fields of the problems."""
BOUND: Final[dict[str, tuple[str, str, str]]] = {
    "nothing of one's own": ("", "", ""),
    "extends": ('  b: {image: i, ports: ["81:80"]}\n  x: {extends: {service: b}, ports: ["82:80"]}\n', "", "b x"),
    "extends, short, twice": ('  b: {image: i, ports: ["81:80"]}\n  x: {extends: b}\n  y: {extends: x}\n', "", "b x y"),
    "extends, tagged": (
        '  b: {image: i, ports: ["81:80"]}\n  x: {extends: b, ports: !override ["82:80"]}\n',
        "",
        "b x",
    ),
    "nested variables": ("  x: {image: i, ports: ['${A:-${B:-8080}}:80']}\n", "", "x"),
    "a variable with an address": ("  x: {image: i, ports: ['${A:-0.0.0.0}:${B:-8080}:${C:-80}/udp']}\n", "", "x"),
    "variables that are not set": ("  x: {image: i, ports: ['${A}:8080:80', '${B}:81']}\n", "", "x"),
    "long, with variables": (
        "  x: {image: i, ports: [{target: 80, published: '${B:-8080}', host_ip: '${A:-::}', mode: host}]}\n",
        "",
        "x",
    ),
    "own port on loopback": ("", f'{API}ports: !override ["127.0.0.1:3080:3080"]\n', "api"),
    "further port on loopback": ("", f'{API}ports:\n      - "[::1]:81:80"\n', "api"),
    "loopback by a variable": ("", "services:\n  x: {image: i, ports: ['${BIND:-127.0.0.1}:81:80']}\n", "x"),
    "nothing published": ("", f"{API}ports: !reset []\n", ""),
    "host network of the base taken out": (
        "  x: {image: i, network_mode: host}\n",
        "services:\n  x: {network_mode: !reset null}\n",
        "",
    ),
    "extends in the override": (
        '  x: {image: i, ports: ["81:80"]}\n',
        'services:\n  y: {image: i, ports: ["127.0.0.1:82:80"]}\n  x:\n    extends: y\n',
        "x y",
    ),
}
COMPOSE_FILES: Final = (
    "{base}:{over}:third.yml",
    "third.yml",
    "{over}:{base}",
    "{base}",
    "./{base}:./{over}:/etc/third.yml",
)


def folder_with(make: Callable[..., Path], stack: Stack, base: str, override: str) -> tuple[Path, bytes | None]:
    """LibreChat's own files with more services, or a key of the top, in the base file."""
    folder = make("v0.8.7", stack.value)
    path = folder / BASES[stack]
    text = path.read_text()
    at_top = base and not base.startswith(" ")
    path.write_text(base + text if at_top else text.replace("\nservices:\n", f"\nservices:\n{base}", 1))
    assert base in path.read_text()
    (folder / "more.yml").write_text('services: {more: {image: i, ports: ["83:80"]}}\n')
    return folder, override.encode() or None


def open_now(folder: Path, docker_compose: Path, stack: Stack, override: bytes | None) -> tuple[set[str], set[str]]:
    """Return what is open to other machines, and the services with a port on loopback, as Docker Compose says."""
    (folder / ".env").write_bytes((folder / ".env.example").read_bytes())
    (folder / OVERRIDE).write_bytes(override or b"services: {}\n")
    command: list[str | Path] = [
        docker_compose,
        "-f",
        BASES[stack],
        "-f",
        OVERRIDE,
        "config",
        "--format",
        "json",
        "--no-path-resolution",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=LAST_RESORT)
    model: dict[str, Any] = json.loads(done.stdout)
    wide: set[str] = set()
    local: set[str] = set()
    for name, service in model["services"].items():
        if service.get("network_mode", "").startswith(("host", "container:")):
            wide.add(name)
        for port in service.get("ports", []):
            is_local = port.get("host_ip", "") == "::1" or port.get("host_ip", "").startswith("127.")
            (local if is_local else wide).add(name)
    for name, network in model.get("networks", {}).items():
        if network.get("driver") == "macvlan" or network["name"] == "host":
            wide.add(name)
    return wide, local


def told(plan: AccessPlan) -> list[str]:
    return [note for note in plan.notes if "Published on" in note]


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_bound_is_refused_with_its_place(
    case: str, stack: Stack, sample_folder: Callable[..., Path], docker_compose: Path
) -> None:
    base, text, fields = REFUSED[case]
    folder, override = folder_with(sample_folder, stack, base, text)
    wide, _ = open_now(folder, docker_compose, stack, override)
    assert wide
    plan = needs(inputs(folder, stack=stack, override=override))
    assert {problem.field for problem in plan.problems} <= set(fields.split())
    assert plan.problems
    assert not told(plan)
    for problem in plan.problems:
        assert problem.file == (OVERRIDE if text else BASES[stack])
        assert problem.line or "anchor" in case
        assert "a different access mode" in problem.remedy or "!override" in problem.remedy


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("case", BOUND)
def test_every_port_is_bound_and_named(
    case: str, stack: Stack, sample_folder: Callable[..., Path], docker_compose: Path
) -> None:
    base, text, services = BOUND[case]
    folder, override = folder_with(sample_folder, stack, base, text)
    plan = needs(inputs(folder, stack=stack, override=override))
    assert not plan.problems
    after = apply(plan, folder, override)
    wide, local = open_now(folder, docker_compose, stack, after)
    assert not wide
    assert set(services.split()) <= local
    (note,) = told(plan)
    named = note.partition("only: ")[2].partition(". This")[0]
    assert {part.split()[0] for part in named.split("; ")} == local
    # The next run finds nothing to change, another answer takes it all out.
    again = needs(inputs(folder, stack=stack, override=after))
    assert not again.problems
    assert apply(again, folder, after) == after


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("listed", COMPOSE_FILES)
def test_further_files_named_in_dotenv_are_refused(
    listed: str, stack: Stack, sample_folder: Callable[..., Path]
) -> None:
    folder = sample_folder("v0.8.7", stack.value)
    value = listed.format(base=BASES[stack], over=OVERRIDE)
    (problem,) = needs(inputs(folder, stack=stack, current={"COMPOSE_FILE": value})).problems
    assert (problem.file, problem.field) == (".env", "COMPOSE_FILE")
    assert f"COMPOSE_FILE={BASES[stack]}:{OVERRIDE}" in problem.remedy
    right = {"COMPOSE_FILE": f"{folder}/{BASES[stack]};./{OVERRIDE}", "COMPOSE_PATH_SEPARATOR": ";"}
    assert not needs(inputs(folder, stack=stack, current=right)).problems
    more = {"COMPOSE_ENV_FILES": ".env,more.env"}
    assert [problem.field for problem in needs(inputs(folder, stack=stack, current=more)).problems] == [
        "COMPOSE_ENV_FILES"
    ]
    assert not needs(inputs(folder, stack=stack, current={"COMPOSE_ENV_FILES": ".env"})).problems


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("case", REFUSED)
def test_behind_the_proxy_what_stays_open_is_named(
    case: str, stack: Stack, sample_folder: Callable[..., Path], docker_compose: Path
) -> None:
    base, text, fields = REFUSED[case]
    folder, override = folder_with(sample_folder, stack, base, text)
    given = {"DOMAIN_CLIENT": "https://chat.example.com"}
    plan = needs(inputs(folder, stack=stack, access=Access.HTTPS_PROXY, given=given, override=override))
    assert not plan.problems
    after = apply(plan, folder, override)
    wide, _ = open_now(folder, docker_compose, stack, after)
    if wide - {"caddy", "client"}:
        notes = [
            note
            for note in plan.notes
            if "from other machines without the proxy" in note or "publishes LibreChat" in note
        ]
        assert any(field in notes[0] for field in fields.split()) or "publishes LibreChat itself at" in notes[0]


def test_the_line_is_that_of_the_file_as_it_stands(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    ours = apply(needs(inputs(folder)), folder, None)
    assert ours is not None
    override = ours + b'  x:\n    image: i\n    ports:\n      - "81:80"\n'
    (problem,) = needs(inputs(folder, override=override)).problems
    assert problem.line == override.count(b"\n")


def test_a_port_that_is_not_set_yet_is_bound_too(sample_folder: Callable[..., Path], docker_compose: Path) -> None:
    folder = sample_folder("v0.8.7")
    unset = inputs(folder, current={"PORT": ""})
    plan = needs(unset)
    assert not plan.problems
    assert open_now(folder, docker_compose, Stack.COMPOSE, apply(plan, folder, None)) == (set(), {"api", "admin-panel"})
