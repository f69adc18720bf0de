"""What services name must be there: a real Docker Compose refuses the same projects, and the wizard names the line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.wizard.composefile.test_loading import asked, load, write

A: Final = "services:\n  a: {image: x}\n"
REFUSED: Final = {
    "services.a.image": ("services:\n  a: {restart: always}\n", 2),
    "services.a.networks": ("services:\n  a:\n    image: x\n    networks:\n      frnt:\n        aliases: [b]\nnetworks: {front: }\n", 6),
    "services.a.volumes": ("services:\n  a:\n    image: x\n    volumes: ['data:/d']\n", 4),
    "services.a.configs": ("services:\n  a:\n    image: x\n    configs: [c]\n", 4),
    "services.a.secrets": ("services:\n  a:\n    image: x\n    secrets: [{source: c, target: /c}]\nconfigs: {c: {content: x}}\n", 4),
    "services.a.depends_on": ("services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, profiles: [z]}\n", 2),
    "services.a.network_mode": ("services:\n  a:\n    image: x\n    network_mode: service:b\n", 4),
    "services.a.links": ("services:\n  a:\n    image: x\n    links: ['b:c']\n", 4),
    "services.a.volumes_from": ("services:\n  a:\n    image: x\n    volumes_from: [b]\n", 4),
    "services.b.container_name": (f"{A}  b:\n    image: x\n    container_name: qq\n  c: {{image: x, container_name: qq}}\n", 5),
}  # fmt: skip
ACCEPTED: Final = (
    A,
    "services:\n  a: {build: .}\n",
    "services:\n  a: {image: x, networks: [default]}\n",
    "services:\n  a: {image: x, volumes: [/d, 'data:/e', {type: tmpfs, target: /t}]}\nvolumes: {data: }\n",
    f"{A}  b: {{restart: always, networks: [q], volumes: ['q:/q'], profiles: [z]}}\n",
    "services:\n  a: {image: x, depends_on: {b: {condition: service_started, required: false}}}\n  b: {image: x, profiles: [z]}\n",
    "services:\n  a: {image: x, links: ['b:c'], volumes_from: ['b:ro', 'container:x'], network_mode: 'service:b', pid: 'service:b'}\n  b: {image: x}\n",
)


@pytest.mark.parametrize("place", REFUSED)
def test_what_is_missing_is_named_with_its_line(place: str, docker_compose: Path, tmp_path: Path) -> None:
    text, line = REFUSED[place]
    names = write(tmp_path, {"compose.yaml": text})
    assert (
        "invalid compose project" in asked(docker_compose, tmp_path)[0]
        or "already in use" in asked(docker_compose, tmp_path)[0]
    )
    (problem,) = load(tmp_path, *names).refusals
    # Of two containers of one name, either may be named.
    wanted = {(place, line), ("services.c.container_name", 6)} if "container_name" in place else {(place, line)}
    assert (problem.field, problem.line) in wanted
    assert problem.remedy


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_is_there_is_not_missed(text: str, docker_compose: Path, tmp_path: Path) -> None:
    names = write(tmp_path, {"compose.yaml": text})
    assert (asked(docker_compose, tmp_path)[0], load(tmp_path, *names).refusals) == ("", ())


def test_a_name_that_is_almost_right_is_offered(tmp_path: Path) -> None:
    names = write(tmp_path, {"compose.yaml": "services:\n  a: {image: x, networks: [frnt]}\nnetworks: {front: }\n"})
    (problem,) = load(tmp_path, *names).refusals
    assert problem.remedy == "Did you mean front?"
