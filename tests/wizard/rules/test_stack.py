"""Faults of the compose files: each in a folder of its own, and the same folder without it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from checks.model import RunMemory, Subject
from checks.registry import select
from checks.static_run import run_static
from tests.wizard.composefile.test_loading import asked
from tests.wizard.rules.builder import HEALTHY
from wizard.answers.model import Answers
from wizard.basics.finding import Finding
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take
from wizard.rules import check

BASE: Final = """\
services:
  api:
    image: ghcr.io/danny-avila/librechat:v0.8.7
    ports: ["127.0.0.1:3080:3080"]
    environment: ["MONGO_URI=mongodb://mongodb:27017/LibreChat"]
    volumes: ["./.env:/app/.env"]
  mongodb:
    image: mongo
"""
OVERRIDE: Final = "docker-compose.override.yml"
COMPOSE: Final = "docker-compose.yml"


class Fault(NamedTuple):
    """A folder with one fault."""

    identity: str
    status: str
    bad: Mapping[str, str]
    """Files of the folder, in place of or beside the usual ones."""
    good: Mapping[str, str]
    """The same without the fault."""
    says: tuple[str, ...]
    refused: bool = False
    """Whether Docker Compose itself refuses the faulty files."""


def over(text: str) -> dict[str, str]:
    """Return an override with these lines for the service api."""
    return {OVERRIDE: f"services:\n  api:\n{text}"}


LABELS: Final = (
    '    labels:\n      - "traefik.http.routers.chat.rule=Host(`{host}`) && PathPrefix(`/`)"\n'
    '      - "traefik.http.services.chat.loadbalancer.server.port={port}"\n'
)
FAULTS: Final = (
    Fault(
        "files.stack.port-twice", "FAIL",
        over('    ports: ["${PORT}:3080"]\n'), over('    ports: !override ["${PORT}:3080"]\n'),
        (f"{OVERRIDE}:3 publishes port 3080 for api", f"{COMPOSE}:4", "address already in use", "!override"),
    ),
    Fault(
        "files.stack.port-twice", "FAIL",
        {OVERRIDE: 'services:\n  web:\n    image: x\n    ports: ["0.0.0.0:3080:80"]\n'},
        {OVERRIDE: 'services:\n  web:\n    image: x\n    ports: ["192.0.2.7:3080:80", "3080:80/udp"]\n'},
        ("for web", "for api", "choose another port"),
    ),
    Fault(
        "files.stack.network-mode", "FAIL",
        {OVERRIDE: "services:\n  ts:\n    image: x\n  api:\n    network_mode: service:ts\n    extra_hosts: ['a:1.2.3.4']\n"},
        {OVERRIDE: "services:\n  ts:\n    image: x\n  api:\n    network_mode: service:ts\n    ports: !reset []\n  mongodb:\n    network_mode: service:ts\n"},
        (f"ports ({COMPOSE}:4)", f"extra_hosts ({OVERRIDE}:6)", "conflicting options", "ports: !reset []", "ts"),
    ),
    Fault(
        "files.stack.host-network-ports", "WARN",
        over("    network_mode: host\n"), over("    network_mode: host\n    ports: !reset []\n"),
        (f"{COMPOSE}:4", "ignores them"),
    ),
    Fault(
        "files.compose.refused", "FAIL",
        {OVERRIDE: "services:\n  api:\n    network_mode: host\n    networks: [front]\nnetworks:\n  front:\n"},
        {OVERRIDE: "services:\n  mongodb:\n    networks: [front, default]\nnetworks:\n  front:\n"},
        ("both networks and network_mode",), refused=True,
    ),
    Fault(
        "files.stack.no-database", "FAIL",
        {OVERRIDE: "services:\n  api:\n    networks: [front]\nnetworks:\n  front:\n"},
        {OVERRIDE: "services:\n  api:\n    networks: [front, default]\nnetworks:\n  front:\n"},
        ("the network front", "the network default", "MONGO_URI", "networks: [default, front]"),
    ),
    Fault(
        "files.stack.no-database", "FAIL",
        {OVERRIDE: "services:\n  api:\n    environment: {MONGO_URI: 'mongodb://user:pw@db.internal:27017,other/x'}\n  mongodb:\n    networks: {back: {aliases: [db.internal]}}\nnetworks:\n  back:\n"},
        {OVERRIDE: "services:\n  mongodb:\n    networks: {default: {aliases: [db.internal]}}\n"},
        ("the network back",),
    ),
    Fault(
        "files.stack.no-companion", "WARN",
        {OVERRIDE: "services:\n  api:\n    environment: {MEILI_HOST: 'http://chat-meili:7700'}\n  meilisearch:\n    image: x\n    container_name: chat-meili\n    networks: [back]\nnetworks:\n  back:\n"},
        {OVERRIDE: "services:\n  api:\n    environment: {MEILI_HOST: 'http://chat-meili:7700'}\n  meilisearch:\n    image: x\n    container_name: chat-meili\n"},
        ("meilisearch in the network back", "Meilisearch (MEILI_HOST)"),
    ),
    Fault(
        "files.stack.traefik-host", "FAIL",
        over(LABELS.format(host="other.example.net", port=3080)), over(LABELS.format(host="chat.example.net", port=3080)),
        ("other.example.net", "DOMAIN_CLIENT is chat.example.net", f"{OVERRIDE}:4", "404"),
    ),
    Fault(
        "files.stack.traefik-port", "FAIL",
        over(LABELS.format(host="chat.example.net", port=80)), over(LABELS.format(host="a.example.org`, `chat.example.net", port=3080)),
        ("port 80 ", "listens on 3080", f"{OVERRIDE}:5", "Bad Gateway"),
    ),
    Fault(
        "files.compose.refused", "FAIL",
        over('    environment: ["A=${NOBODY_SETS:?}"]\n'), over('    environment: ["A=${PORT:?}"]\n'),
        ("NOBODY_SETS", f"{OVERRIDE}:3"), refused=True,
    ),
    Fault(
        "files.compose.refused", "FAIL",
        {OVERRIDE: "service:\n  api:\n    restart: always\n"}, {OVERRIDE: "x-own: 1\nservices:\n  api:\n    restart: always\n"},
        (f"{OVERRIDE}:3", "service", "Did you mean services?"), refused=True,
    ),
    Fault(
        "files.stack.unread-name", "FAIL",
        {"docker-compose-override.yml": "services:\n  api:\n    restart: always\n"}, over("    restart: always\n"),
        ("docker-compose-override.yml", f"mv docker-compose-override.yml {OVERRIDE}"),
    ),
    Fault(
        "files.stack.unread-name", "FAIL",
        {"Docker-Compose.overrides.yaml": "services: {}\n"},
        {"docker-compose.overrides.yml": "services:\n  other:\n    image: x\n", COMPOSE: f"include: [docker-compose.overrides.yml]\n{BASE.replace('api', 'chat')}"},
        ("Docker-Compose.overrides.yaml",),
    ),
    Fault(
        "files.stack.override-left-out", "WARN",
        {COMPOSE: "", "deploy-compose.yml": BASE, **over("    restart: always\n")}, {COMPOSE: "", "deploy-compose.yml": BASE},
        ("npm run start:deployed", f"docker compose -f deploy-compose.yml -f {OVERRIDE} up -d"),
    ),
    *(
        Fault(
            "rules.server.host", "FAIL",
            over(f"    environment: ['HOST={name}']\n"), over("    environment: ['HOST=0.0.0.0']\n"),
            ("own container", "HOST=0.0.0.0", OVERRIDE),
        )
        for name in ("localhost", "127.0.0.1", "::1", "127.1", "LOCALHOST")
    ),
    Fault(
        "rules.server.host", "FAIL",
        # The sample's own line, handed over by env_file; at /app/.env alone the image's HOST wins.
        {COMPOSE: BASE.replace('volumes: ["./.env:/app/.env"]', "env_file: .env"), ".env": "HOST=localhost\n"}, {".env": "HOST=localhost\n"},
        (".env:1",),
    ),
    Fault(
        "rules.server.host", "FAIL",
        over("    environment: ['HOST=127.0.0.1']\n"),
        {OVERRIDE: "services:\n  ts:\n    image: x\n    network_mode: service:api\n  api:\n    environment: ['HOST=127.0.0.1']\n"},
        ("own container",),
    ),
    Fault(
        "rules.server.host-foreign", "WARN",
        over("    environment: ['HOST=192.168.1.5']\n"),
        {OVERRIDE: "services:\n  api:\n    environment: ['HOST=172.30.0.5']\n    networks: {default: {ipv4_address: 172.30.0.5}}\nnetworks: {default: {ipam: {config: [{subnet: 172.30.0.0/24}]}}}\n"},
        ("192.168.1.5",),
    ),
    Fault(
        "rules.server.port-elsewhere", "FAIL",
        {".env": "PORT=4000\n"}, {".env": "PORT=4000\n", **over('    ports: !override ["8080:4000"]\n')},
        ("127.0.0.1:3080:4000", "port 4000 (PORT in .env:1)", "PORT=3080"),
    ),
    Fault(
        "rules.server.port-elsewhere", "FAIL",
        {".env": "# nothing\n", **over('    ports: !override ["80:8080"]\n')}, {".env": "PORT=8080\n", **over('    ports: !override ["80:8080"]\n')},
        ("PORT is not set", "80:3080"),
    ),
    Fault(
        "rules.server.port-elsewhere", "WARN",
        # Another service publishes 443: the published port may be a left-over.
        {".env": "PORT=4000\n", OVERRIDE: "services:\n  caddy:\n    image: caddy\n    ports: ['443:443']\n"},
        {".env": "PORT=4000\n", OVERRIDE: "services:\n  api:\n    ports: !override ['9229:9229']\n"},
        ("4000",),
    ),
    *(
        Fault(
            "files.stack.user", status,
            {".env": f"PORT=3080\n{line}\n", **over('    user: "${UID}:${GID}"\n')}, {".env": "UID=1001\nGID=0\n", **over('    user: "${UID}:${GID}"\n')},
            (f"{line} (.env:2)", "api does not start", f"{line[:3]}=1000"),
        )
        for line, status in (("UID=abc", "WARN"), ("GID=-1", "FAIL"), ("UID=4294967295", "FAIL"), ("GID=1000.5", "FAIL"))
    ),
    Fault(
        "files.stack.user", "FAIL",
        {OVERRIDE: "services:\n  mongodb:\n    user: '1000:-5'\n"}, {OVERRIDE: "services:\n  mongodb:\n    user: mongodb\n  api:\n    user: node\n"},
        (f"GID=-5 ({OVERRIDE}:3)", "mongodb does not start"),
    ),
    Fault(
        "files.stack.dev-server", "WARN",
        over("    command: [npm, run, 'backend:dev']\n"), over("    command: npm run backend\n"),
        ("nodemon", "Remove the command"),
    ),
)  # fmt: skip


def make(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a folder: the usual files, and these over them; an empty text takes one away."""
    folder.mkdir()
    for name, text in {COMPOSE: BASE, ".env": dotenv(), **files}.items():
        if text:
            (folder / name).write_text(text)
    return folder


def dotenv() -> str:
    """Return an environment file with which nothing is wrong."""
    return "".join(f"{name}={value}\n" for name, value in HEALTHY.items())


def found(folder: Path) -> list[Finding]:
    """Return what the rules say of a folder."""
    return list(check(deployment(take(folder, Answers()), {})))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.identity)
def test_a_fault_is_found_and_its_absence_is_not(fault: Fault, tmp_path: Path, docker_compose: Path) -> None:
    findings = [one for one in found(make(tmp_path / "bad", fault.bad)) if one.id == fault.identity]
    assert [one.status.value for one in findings] == [fault.status]
    text = " ".join((findings[0].summary, findings[0].remedy, *findings[0].evidence))
    assert [words for words in fault.says if words not in text] == []
    assert fault.identity not in [one.id for one in found(make(tmp_path / "good", fault.good))]
    if "deploy-compose.yml" not in fault.bad:
        assert bool(asked(docker_compose, tmp_path / "bad")[0]) is fault.refused
        assert asked(docker_compose, tmp_path / "good")[0] == ""


def test_the_file_that_stands_in_for_an_override_is_not_reported_where_it_is_read(tmp_path: Path) -> None:
    listed = {"docker-compose.overrides.yml": "services:\n  api:\n    restart: always\n"}
    listed[".env"] = f"{dotenv()}COMPOSE_FILE={COMPOSE}:docker-compose.overrides.yml\n"
    assert [one.id for one in found(make(tmp_path / "listed", listed)) if one.check == "files"] == ["files.env.open"]


def test_labels_that_do_not_name_a_host_say_nothing(tmp_path: Path) -> None:
    rules = ("HostRegexp(`.+`)", "PathPrefix(`/chat`)", "Host(`x.example`) || HostRegexp(`.+`)")
    for number, rule in enumerate(rules):
        folder = make(tmp_path / str(number), over(f'    labels: {{traefik.http.routers.a.rule: "{rule}"}}\n'))
        assert "files.stack.traefik-host" not in [one.id for one in found(folder)]
    off = over(LABELS.format(host="other.example.net", port=1) + '      - "traefik.enable=false"\n')
    assert not [one for one in found(make(tmp_path / "off", off)) if "traefik" in one.id]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (("compose",), ["compose.stack.port-twice", "compose.server.host"]),
        (("files", "rules", "compose"), ["files.stack.port-twice", "rules.server.host"]),
        ((), ["files.stack.port-twice", "rules.server.host"]),
    ],
)
def test_the_check_compose_says_the_same_under_ids_of_its_own_and_only_when_asked(
    only: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    folder = make(tmp_path / "bad", over("    ports: ['3080:3080']\n    environment: ['HOST=localhost']\n"))
    subject = Subject(memory=RunMemory(), deployment=deployment(take(folder, Answers()), {}))
    report = run_static(select(only), subject)
    assert [one.id for one in report.findings if one.status.value == "FAIL"] == expected
    assert all(one.id.startswith(f"{one.check}.") for one in report.findings)


def test_compose_files_with_which_nothing_is_wrong_pass_the_check_compose(tmp_path: Path) -> None:
    subject = Subject(memory=RunMemory(), deployment=deployment(take(make(tmp_path / "good", {}), Answers()), {}))
    assert [(one.id, one.status.value) for one in run_static(select(("compose",)), subject).findings] == [
        ("compose.ok", "PASS")
    ]
