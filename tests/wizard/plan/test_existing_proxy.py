"""What a plan for the operator's own proxy says of how LibreChat is reached: never a port that is not open."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from wizard.answers.model import Access, Answers, Given, Source
from wizard.apply.stack_files import compose_files
from wizard.composefile.override import Override
from wizard.plan.proposal import Proposal, propose
from wizard.store.apply_record import ConcernedServices

IMAGE: Final = "ghcr.io/danny-avila/librechat:v0.8.7"
OVERRIDE: Final = "docker-compose.override.yml"
FRONT: Final = {"image": "caddy:2", "ports": ["80:80", "443:443"]}
NGINX: Final = ".librechat-wizard/proxy/librechat.nginx.conf"
TLS: Final = "server {\n  listen 443 ssl;\n}\n"


def planned(folder: Path, services: dict[str, Any], *, base: str = "docker-compose.yml", **settings: str) -> Proposal:
    (folder / base).write_text(json.dumps({"services": services, "networks": {"edge": {"external": True}}}))
    lines = [
        f"{name}={str(number) * 64}" for number, name in enumerate(("CREDS_KEY", "JWT_SECRET", "JWT_REFRESH_SECRET"), 1)
    ]
    lines += [f"CREDS_IV={'4' * 32}", *(f"{name}={value}" for name, value in settings.items())]
    (folder / ".env").write_text("\n".join([*lines, ""]))
    given = {"DOMAIN_CLIENT": Given(value="https://chat.example.com", source=Source.FILE)}
    return propose(folder, Answers(settings=given, access=Access.HTTPS_EXISTING))


def upstream(proposal: Proposal) -> str:
    texts = {edit.path: edit.after.decode() for edit in proposal.plan.edits}
    [line] = [line for line in texts[NGINX].splitlines() if "http://" in line and "return" not in line]
    address = line.split("http://")[1].rstrip(";")
    assert all(address in text for path, text in texts.items() if path.startswith(".librechat-wizard/proxy/"))
    return address


@pytest.mark.parametrize(
    ("service", "others", "settings", "address"),
    [
        ({"ports": ["127.0.0.1:3080:3080"]}, {}, {}, "127.0.0.1:3080"),
        ({"ports": ["127.0.0.1:8080:3090"]}, {}, {"PORT": "3090"}, "127.0.0.1:8080"),
        ({"ports": ["[::1]:${PORT}:${PORT}"]}, {}, {"PORT": "3090"}, "[::1]:3090"),
        ({"ports": ["${BIND}:3080:3080"]}, {}, {"BIND": "127.0.0.1"}, "127.0.0.1:3080"),
        ({"network_mode": "host"}, {}, {"HOST": "127.0.0.1", "PORT": "3090"}, "127.0.0.1:3090"),
        ({}, {}, {}, "chat:3080"),
        ({"expose": ["3090"], "networks": ["edge"]}, {}, {"PORT": "3090"}, "chat:3090"),
        ({}, {"web": FRONT}, {}, "chat:3080"),
        ({"ports": ["127.0.0.1:3080:3080"]}, {"web": FRONT}, {}, "chat:3080"),
        ({"ports": ["127.0.0.1:3080:3080"], "networks": ["edge"]}, {"web": FRONT}, {}, "127.0.0.1:3080"),
        ({"ports": ["127.0.0.1:3080:3080"]}, {"web": {**FRONT, "network_mode": "host"}}, {}, "127.0.0.1:3080"),
        ({"network_mode": "service:vpn"}, {"vpn": {"image": "vpn"}}, {}, "vpn:3080"),
    ],
)
def test_a_folder_that_opens_no_port_is_not_told_to_close_one(
    service: dict[str, Any], others: dict[str, Any], settings: dict[str, str], address: str, tmp_path: Path
) -> None:
    api = {"image": IMAGE, "volumes": ["./.env:/app/.env"], **service}
    made = planned(tmp_path, {"chat": api, **others}, **settings)
    assert upstream(made) == address
    assert not any("without your proxy" in note or "!override" in note for note in made.plan.notes), made.plan.notes
    assert any(address in note for note in made.plan.notes) is (not address.startswith(("127.", "[")))


@pytest.mark.parametrize(
    ("service", "settings", "address", "words"),
    [
        ({"ports": ["${PORT}:${PORT}"]}, {"PORT": "3090"}, "127.0.0.1:3090", '"127.0.0.1:${PORT}:${PORT}"'),
        ({"ports": ["8080:3080"]}, {}, "127.0.0.1:8080", '"127.0.0.1:8080:3080"'),
        ({"ports": [{"target": 3080, "published": "8081"}]}, {}, "127.0.0.1:8081", '"127.0.0.1:8081:3080"'),
        ({"ports": ["10.0.0.5:3080:3080"]}, {}, "10.0.0.5:3080", '"127.0.0.1:3080:3080"'),
        ({"network_mode": "host"}, {"HOST": "::"}, "127.0.0.1:3080", "HOST=127.0.0.1"),
        ({"network_mode": "host"}, {}, "127.0.0.1:3080", "HOST=127.0.0.1"),
    ],
)
def test_an_open_port_is_named_in_the_folders_own_words(
    service: dict[str, Any], settings: dict[str, str], address: str, words: str, tmp_path: Path
) -> None:
    made = planned(tmp_path, {"chat": {"image": IMAGE, "volumes": ["./.env:/app/.env"], **service}}, **settings)
    assert upstream(made) == address
    [note] = [note for note in made.plan.notes if "without your proxy" in note]
    assert words in note


def test_what_a_former_answer_closed_counts_as_open_again(tmp_path: Path) -> None:
    services = {"chat": {"image": IMAGE, "volumes": ["./.env:/app/.env"], "ports": ["8080:3080"]}}
    written = Override.parse(None, OVERRIDE).with_ports("chat", ["127.0.0.1:8080:3080"], part="access").to_bytes()
    for own, is_open in ((written, True), (written.replace(b"librechat-wizard", b"mine"), False)):
        (tmp_path / OVERRIDE).write_bytes(own)
        assert any("without your proxy" in note for note in planned(tmp_path, services).plan.notes) is is_open


@pytest.mark.parametrize(("conf", "is_own"), [(TLS, True), ("server {\n  listen 80;\n  # listen 443 ssl;\n}\n", False)])
def test_only_an_nginx_of_the_deploy_stack_without_tls_is_left_out(conf: str, is_own: bool, tmp_path: Path) -> None:
    (tmp_path / "client").mkdir()
    (tmp_path / "client" / "nginx.conf").write_text(conf)
    client = {
        "image": "nginx",
        "ports": ["80:80", "443:443"],
        "volumes": ["./client/nginx.conf:/etc/nginx/conf.d/default.conf"],
    }
    api = {"image": IMAGE, "env_file": [".env"], "ports": ["127.0.0.1:3080:3080"]}
    made = planned(tmp_path, {"api": api, "client": client}, base="deploy-compose.yml")
    assert any("--scale client=0" in note for note in made.plan.notes) is not is_own
    # The command that is printed is the one that the note speaks of, and --apply starts no more.
    assert [" --scale client=0" in step for step in made.plan.apply_steps] == [not is_own]
    started = replace(compose_files(made.snapshot, has_override=False), without=made.plan.without)
    assert ("client=0" in started.start(ConcernedServices(services=()))) is not is_own
    assert any(note.startswith("client in this folder already serves HTTPS") for note in made.plan.notes) is is_own
    assert upstream(made) == ("api:3080" if is_own else "127.0.0.1:3080")


@pytest.mark.parametrize(("stack", "port"), [("compose", ""), ("compose", "3999"), ("deploy", "")])
def test_a_port_that_is_only_planned_counts_as_planned(
    sample_folder: Callable[..., Path], stack: str, port: str
) -> None:
    folder = sample_folder("v0.8.8", stack)
    values = {"DOMAIN_CLIENT": "https://chat.example.com", **({"PORT": port} if port else {})}
    given = {name: Given(value=value, source=Source.FILE) for name, value in values.items()}
    wanted = Answers(settings=given, access=Access.HTTPS_EXISTING)
    first = propose(folder, wanted)
    assert upstream(first) == f"127.0.0.1:{port or 3080}"
    assert not any("publishes no port" in note for note in first.plan.notes), first.plan.notes
    for edit in first.plan.edits:
        (folder / edit.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / edit.path).write_bytes(edit.after)
        (folder / edit.path).chmod(edit.mode)
    again = propose(folder, wanted)
    assert again.plan.edits == ()
    assert [note for note in first.plan.notes if "without your proxy" in note] == [
        note for note in again.plan.notes if "without your proxy" in note
    ]
