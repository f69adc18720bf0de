"""What Docker Compose is asked leaves no file, quotes no value, reaches nobody, and is the same as of the real files."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.canaries import CANARIES
from wizard.basics.environments import docker_environment, judging_environment
from wizard.composefile.judge import ComposeVerdict, ComposeVerdictKind, judge

BASE = "services:\n  api:\n    image: x\n    ports: ['${PORT}:${PORT}']\n    env_file: [.env]\n"
CANARY = CANARIES[2]
ENVIRONMENT = "PORT=3080\nTAG=v1\n"
NAMES = {"base_name": "docker-compose.yml", "override_name": "docker-compose.override.yml"}

SAME = [
    "environment: {A: 1, B: true, C: null, D: 1.5, E: '${TAG}', F: '${NONE:-a b}', G: $$x, H: \"a\\x41\\u00e9b\"}",
    "environment: ['A=1', 'A=2', 'B=${TAG}', C, 'D=']",
    "environment: ['A=1', 'A=1']",
    "environment: {A: '${'}",
    "environment: {A: 'pass$word'}",
    "environment: {A: '${TAG:?needed}'}",
    "environment: {A: '${MISSING:?needed}'}",
    "environment: {A: [1]}",
    "environment:\n      A: |-\n        line 1\n        line ${TAG}\n      B: >2-\n          x\n",
    "labels: {a.b/c: 'x y', d: 1}\n    annotations: [a=b]",
    "labels: ['traefik.http.routers.x.rule=Host(`h`)', 'traefik.http.routers.y.rule=Host(`g`)']",
    "command: sh -c 'echo \"a b\" && serve --token=x'",
    "command: 'sh -c \"open'",
    "command: [serve, 1]",
    "command: [serve, '1', '2', '2']",
    "entrypoint: ['/bin/sh', '-c', 'x']",
    "healthcheck: {test: [CMD, curl, '-f', 'http://h'], interval: 10s}",
    "healthcheck: {test: curl -f, interval: ten}",
    "build: {context: ., args: {A: 1, B: '${TAG}'}}",
    "build: {context: ., args: [A=1], secrets: [db_password]}",
    "secrets: [db_password]",
    "networks: {auth: {aliases: [x]}}",
    "depends_on: {auth: {condition: service_started}}",
    "depends_on: [nobody]",
    "ports: ['99999:1']",
    "ports: !override ['3081:3081', '3082:3082']",
    "env_file: [more.env]",
    "env_file: [{path: more.env, required: true}, {path: none.env, required: false}]",
    "env_file: [none.env]",
    "env_file: ['${TAG}.env']",
    "env_file: !reset null",
    "environment: !reset null",
    "environment: {A: !reset null, B: &b x, C: *b}",
    "<<: *base",
    "<<: [*base, *other]\n    environment: {<<: *pairs, Z: 1}",
    "logging: {driver: json-file, options: {max-size: 10m}}",
    "sysctls: {net.core.somaxconn: 1024}",
    "user: '1000:1000'\n    restart: sometimes",
    "image: 'a:${TAG}'\n    deploy: {labels: {a: b}, resources: {limits: {cpus: '0.5', memory: 50M}}}",
    "extends: {file: other.yml, service: base}",
    "extends: {file: none.yml, service: base}",
    "no_such: 1",
]
REST = """\
  auth: {image: y}
networks: {auth: {driver: bridge, driver_opts: {a: '1'}}}
secrets: {db_password: {file: ./pw}}
configs: {c: {content: "a ${TAG}"}}
x-base: &base {image: "ghcr.io/a/b:1", ports: ["3090:3090"], environment: {K: v}}
x-other: &other {user: "1", secrets: [db_password]}
x-pairs: &pairs {Q: "1", MY_TOKEN: "2"}
x-note: 5
"""


def asked(folder: Path | None, program: Path, override: str, environment: str = ENVIRONMENT) -> ComposeVerdict:
    files = {NAMES["base_name"]: BASE, NAMES["override_name"]: override, ".env": environment}
    data = {name: text.encode() for name, text in files.items()}
    return judge(data, **NAMES, folder=folder, program=[str(program)])  # type: ignore[arg-type]


def with_anchors(service: str) -> str:
    """Put the extensions first: an anchor is named before it is used."""
    extensions = [line for line in REST.splitlines() if line.startswith("x-")]
    rest = [line for line in REST.splitlines() if not line.startswith("x-")]
    return "\n".join((*extensions, "services:", "  api:", f"    {service}", *rest, ""))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "LibreChat"
    place.mkdir()
    (place / "more.env").write_text("A=1\nB='x y'\n")
    (place / "v1.env").write_text("A=1\n")
    (place / "pw").write_text("x")
    (place / "other.yml").write_text("services:\n  base:\n    image: z\n")
    return place


@pytest.mark.parametrize("service", SAME)
def test_the_verdict_is_that_of_the_real_files(service: str, folder: Path, docker_compose: Path) -> None:
    override = with_anchors(service)
    verdict = asked(folder, docker_compose, override)
    for name, text in {NAMES["base_name"]: BASE, NAMES["override_name"]: override, ".env": ENVIRONMENT}.items():
        (folder / name).write_text(text)
    real = subprocess.run(
        [docker_compose, "config", "-q"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=docker_environment(),
    )
    assert verdict.kind is not ComposeVerdictKind.ABSENT, verdict.message
    assert (verdict.kind is ComposeVerdictKind.OK) == (real.returncode == 0), f"{verdict.message}\n{real.stderr}"


LEAKS = [
    f"environment: {{A: '${{B:?plain-{CANARY}}}'}}",
    f"environment: {{A: '${{B?{CANARY}}}'}}",
    f"environment: ['A=${{B:?{CANARY}}}']",
    f"image: '${{B:?{CANARY}}}'",
    f"ports: ['${{B:?{CANARY}}}:1']",
    f"environment: {{A: '{CANARY} ${{'}}",
    f"labels: ['A={CANARY} ${{']",
    f"labels: {{A: '{CANARY} ${{x'}}",
    f"command: 'a \"{CANARY}'",
    f"command: [a, '{CANARY} ${{']",
    f"entrypoint: '{CANARY} ${{'",
    f"healthcheck: {{test: '{CANARY} ${{'}}",
    f"build: {{context: ., args: ['X={CANARY}${{']}}",
    f"build: {{context: ., args: {{X: '{CANARY}${{'}}}}",
    f"environment:\n      A: |\n        {CANARY}\n        ${{\n",
    f"environment: {{<<: {{Q: '{CANARY} ${{'}}}}",
    f"environment: {{A: [{CANARY}]}}",
    f"environment: [{{MY_PASSWORD: {CANARY}}}]",
    f"labels: {{API_KEY: {{x: {CANARY}}}}}",
    f"logging: {{options: {{token: '{CANARY} ${{'}}}}",
    f"build: {{context: 'https://u:{CANARY}@h/x ${{'}}",
    "env_file: [leak.env]",
    "env_file: ['${WHERE}']",
    "extends: {file: leak.yml, service: base}",
]


@pytest.mark.parametrize("service", LEAKS)
def test_no_value_is_in_its_words(service: str, folder: Path, docker_compose: Path) -> None:
    (folder / "leak.env").write_text(f"A=1\nA {CANARY}=2\nB='{CANARY}\n")
    (folder / "leak.yml").write_text(f"services:\n  base:\n    image: x\n    command: '{CANARY} ${{'\n")
    verdict = asked(folder, docker_compose, with_anchors(service), f"{ENVIRONMENT}WHERE=leak.env\n")
    assert verdict.kind is ComposeVerdictKind.REFUSED
    assert CANARY not in verdict.message
    assert CANARY[:7] not in verdict.message


@pytest.mark.parametrize(
    "top", [f"x-note: '{CANARY} ${{'", f"x-a: {{b: ['{CANARY} ${{']}}", f"configs: {{c: {{content: '{CANARY} ${{'}}}}"]
)
def test_no_value_of_an_extension_is_in_its_words(top: str, folder: Path, docker_compose: Path) -> None:
    verdict = asked(folder, docker_compose, f"services: {{}}\n{top}\n")
    assert verdict.kind is ComposeVerdictKind.REFUSED
    assert CANARY not in verdict.message


def test_no_file_is_there_while_it_judges(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a kill leaves nothing either. The program says what it can see of the folder and of the temporary place."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    program = tmp_path / "compose"
    program.write_text(
        f"#!/bin/sh\nls -A {temporary} {folder} >&2\n"
        f'for file; do case $file in /proc/self/fd/*) cat "$file" >>{tmp_path}/seen ;; esac; done\nexit 1\n'
    )
    program.chmod(0o755)
    before = sorted(folder.iterdir())
    verdict = asked(folder, program, f"services: {{api: {{environment: {{MY_TOKEN: {CANARY}}}}}}}\n")
    assert verdict.kind is ComposeVerdictKind.REFUSED
    assert not set(verdict.message.replace("other.yml", "").split()) & {".env", "docker-compose.yml"}
    assert sorted(folder.iterdir()) == before
    assert not list(temporary.iterdir())
    seen = (tmp_path / "seen").read_text()
    assert "image: x" in seen, "the program reads the files by descriptor"
    assert CANARY not in seen


def test_a_compose_that_cannot_read_memory_is_no_refusal(tmp_path: Path) -> None:
    program = tmp_path / "compose"
    program.write_text('#!/bin/sh\necho "open /proc/self/fd/7: permission denied" >&2\nexit 1\n')
    program.chmod(0o755)
    verdict = asked(None, program, "services: {}\n")
    assert verdict.kind is ComposeVerdictKind.ABSENT
    assert "in-memory" in verdict.message


class Listener:
    """Counts who connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


Where = Callable[[int], str]
REMOTE: Mapping[str, Where] = {
    "git": lambda port: f"include: ['http://127.0.0.1:{port}/evil.git']\nservices: {{}}\n",
    "path": lambda port: f"include: [{{path: ['http://127.0.0.1:{port}/evil.git']}}]\nservices: {{}}\n",
    "oci": lambda port: f"include: ['oci://127.0.0.1:{port}/evil']\nservices: {{}}\n",
    "extends": lambda port: (
        f"services: {{api: {{extends: {{file: 'http://127.0.0.1:{port}/evil.git', service: a}}}}}}\n"
    ),
    "ssh": lambda port: f"include: ['ssh://git@127.0.0.1:{port}/evil.git']\nservices: {{}}\n",
    "local": lambda _: "include: [far.yml]\nservices: {}\n",
}


@pytest.mark.parametrize("way", REMOTE)
def test_parts_from_elsewhere_are_not_fetched(way: str, folder: Path, docker_compose: Path, listener: Listener) -> None:
    (folder / "far.yml").write_text(f"include: ['http://127.0.0.1:{listener.port}/evil.git']\n")
    verdict = asked(folder, docker_compose, REMOTE[way](listener.port))
    assert verdict.kind is ComposeVerdictKind.ABSENT
    assert "which the wizard does not download" in verdict.message
    assert not listener.calls


def test_docker_compose_itself_fetches_nothing(folder: Path, docker_compose: Path, listener: Listener) -> None:
    """An address that only Docker Compose puts together."""
    override = "include: ['${WHERE}']\nservices: {}\n"
    where = f"{ENVIRONMENT}WHERE=http://127.0.0.1:{listener.port}/evil.git\n"
    verdict = asked(folder, docker_compose, override, where)
    assert verdict.kind is not ComposeVerdictKind.OK
    assert not listener.calls
    # The same with the environment of before: the listener would have been called.
    (folder / "docker-compose.yml").write_text(override)
    (folder / ".env").write_text(where)
    command = [str(docker_compose), "config", "-q"]
    for environment, calls in ((judging_environment(), False), (docker_environment(), True)):
        subprocess.run(command, cwd=folder, capture_output=True, check=False, env=environment, timeout=60)
        assert bool(listener.calls) is calls
