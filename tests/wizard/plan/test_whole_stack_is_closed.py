"""``access: localhost`` is proved on every compose file that counts: what is open anywhere in the stack is named with its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.wizard.rules.test_stack import COMPOSE, OVERRIDE, dotenv, make
from wizard.answers.model import Access, Answers
from wizard.basics.problem import InvalidInput
from wizard.plan.proposal import Proposal, propose

ANSWERS: Final = Answers(access=Access.LOCALHOST)
MORE: Final = "services:\n  grafana:\n    image: x\n    ports: ['{port}']\n"
BASE: Final = (
    "services:\n  api:\n    image: ghcr.io/danny-avila/librechat:v0.8.7\n    ports: ['${PORT}:${PORT}']\n"
    "    volumes: ['./.env:/app/.env']\n"
)
OWN: Final = "".join(line for line in dotenv().splitlines(keepends=True) if not line.startswith("DOMAIN"))


def proposal(folder: Path, files: Mapping[str, str]) -> Proposal:
    """Return what the answer leads to in a folder with these files."""
    return propose(make(folder, {".env": OWN, COMPOSE: BASE, **files}), ANSWERS)


INCLUDED: Final = {COMPOSE: f"include: [more.yml]\n{BASE}"}
BESIDE: Final = {
    OVERRIDE: "services:\n  api:\n    restart: always\n",
    ".env": f"{OWN}COMPOSE_FILE={COMPOSE}:more.yml:{OVERRIDE}\n",
}


@pytest.mark.parametrize("way", [INCLUDED, BESIDE], ids=["include", "COMPOSE_FILE"])
@pytest.mark.parametrize("port", ["3000:3000", "0.0.0.0:3000:3000", "192.0.2.1:3000:3000", "[::]:3000:3000", "3000"])
def test_an_open_port_of_another_file_is_named(way: Mapping[str, str], port: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposal(tmp_path / "folder", {**way, "more.yml": MORE.format(port=port)})
    (problem,) = refused.value.problems
    assert (problem.field, problem.file, problem.line) == ("services.grafana.ports", "more.yml", 4)
    assert "127.0.0.1" in problem.remedy


@pytest.mark.parametrize("way", [INCLUDED, BESIDE], ids=["include", "COMPOSE_FILE"])
@pytest.mark.parametrize("port", ["127.0.0.1:3000:3000", "[::1]:3000:3000"])
def test_what_is_closed_in_another_file_is_no_obstacle(way: Mapping[str, str], port: str, tmp_path: Path) -> None:
    found = proposal(tmp_path / "folder", {**way, "more.yml": MORE.format(port=port)})
    assert found.deployment.librechat["ports"][0]["host_ip"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("services:\n  more:\n    image: x\n    network_mode: host\n", "services.more.network_mode"),
        (
            "services:\n  more:\n    image: x\n    networks: [lan]\nnetworks:\n  lan:\n    driver: macvlan\n",
            "networks.lan",
        ),
    ],
)
def test_other_ways_to_be_open_are_seen_too(text: str, field: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposal(tmp_path / "folder", {**INCLUDED, "more.yml": text})
    assert [(problem.field, problem.file) for problem in refused.value.problems] == [(field, "more.yml")]


def test_an_override_that_is_not_listed_binds_nothing(tmp_path: Path) -> None:
    files = {OVERRIDE: "services:\n  api:\n    restart: always\n", ".env": f"{OWN}COMPOSE_FILE={COMPOSE}\n"}
    with pytest.raises(InvalidInput) as refused:
        proposal(tmp_path / "folder", files)
    assert [(problem.file, problem.line) for problem in refused.value.problems] == [(COMPOSE, 4)]


def test_a_service_of_a_profile_that_is_not_chosen_is_not_started(tmp_path: Path) -> None:
    more = MORE.format(port="3000:3000") + "    profiles: [debug]\n"
    assert proposal(tmp_path / "folder", {**INCLUDED, "more.yml": more}).plan.edits


def test_extends_of_another_file_is_followed(tmp_path: Path) -> None:
    base = BASE + "  web:\n    extends: {file: common.yml, service: web}\n"
    for number, (port, is_open) in enumerate({"80:80": True, "127.0.0.1:80:80": False}.items()):
        files = {COMPOSE: base, "common.yml": f"services:\n  web:\n    image: x\n    ports: ['{port}']\n"}
        if is_open:
            with pytest.raises(InvalidInput) as refused:
                proposal(tmp_path / str(number), files)
            assert [(problem.file, problem.line) for problem in refused.value.problems] == [("common.yml", 4)]
        else:
            assert proposal(tmp_path / str(number), files).plan.edits
