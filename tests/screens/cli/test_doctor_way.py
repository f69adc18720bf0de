"""``doctor --only dns,tls,proxy`` as an operator types it, against real nginx before the stand-in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.checks.site.proxy.test_proxies import GOOD, librechat
from tests.screens.cli.program import Run, run
from tests.servers.certificates import Certificates
from tests.servers.ports import free_port
from tests.servers.proxies import HOST, nginx

COMPOSE = """
services:
  api:
    image: registry.librechat.ai/danny-avila/librechat:v0.8.7
    ports: ["127.0.0.1:${PORT}:${PORT}"]
    volumes: [{type: bind, source: ./.env, target: /app/.env}]
"""


def folder_of(room: Path, url: str, port: int) -> Path:
    folder = room / "LibreChat"
    folder.mkdir()
    (folder / "docker-compose.yml").write_text(COMPOSE)
    (folder / ".env").write_text(f"PORT={port}\nDOMAIN_CLIENT={url}\nDOMAIN_SERVER={url}\n")
    (folder / ".env").chmod(0o600)
    return folder


async def doctor(room: Path, certificate: str, *more: str, location: str = GOOD) -> Run:
    certificates = Certificates(room)
    async with (
        librechat() as server,
        nginx(room / "nginx", server.port, pem=certificates.file(certificate), location=location) as port,
    ):
        folder = folder_of(room, f"https://{HOST}:{port}", server.port)
        arguments: list[str | Path] = ["doctor", "--dir", folder, "--only", "dns,tls,proxy", "--json"]
        return await asyncio.to_thread(run, *arguments, "--cacert", certificates.ca, *more)


def read(done: Run) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(done.out)
    return shown


async def test_a_site_in_order_ends_with_status_0(tmp_path: Path) -> None:
    done = await doctor(tmp_path, "valid", "--resolve", f"{HOST}:127.0.0.1")
    shown = read(done)
    assert (done.status, shown["exit"]) == (0, 0), done.text
    assert [each["outcome"] for each in shown["outcomes"]] == ["ran", "ran", "ran"]
    assert {each["status"] for each in shown["findings"]} == {"PASS"}


async def test_an_expired_certificate_ends_with_status_1_and_its_remedy(tmp_path: Path) -> None:
    done = await doctor(tmp_path, "expired", "--resolve", f"{HOST}:127.0.0.1")
    shown = read(done)
    assert done.status == 1
    failed = {each["id"]: each["remedy"] for each in shown["findings"] if each["status"] == "FAIL"}
    assert "certbot renew" in failed["tls.certificate.expired"]
    assert len(failed) == 1, "one cause, one finding"
    assert {each["check"]: each["outcome"] for each in shown["outcomes"]}["proxy"] == "skipped"


async def test_a_name_without_an_address_stops_what_would_need_one(tmp_path: Path) -> None:
    shown = read(await doctor(tmp_path, "valid", "--url", "https://nobody.invalid"))
    assert [each["id"] for each in shown["findings"]] in (["dns.no-address"], ["dns.unavailable"])
    outcomes = {each["check"]: each["outcome"] for each in shown["outcomes"]}
    assert outcomes["tls"] == outcomes["proxy"] == "skipped", "whoever knows no address asks nobody"


async def test_a_cacert_without_a_certificate_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    done = await doctor(tmp_path, "valid", "--cacert", str(tmp_path / "empty.pem"))
    assert done.status == 2
    assert "--cacert" in read(done)["problems"][0]


async def test_offline_asks_nobody(tmp_path: Path) -> None:
    done = await doctor(tmp_path, "valid", "--offline", "--resolve", f"{HOST}:127.0.0.1")
    assert {each["outcome"] for each in read(done)["outcomes"]} == {"skipped"}


def test_an_older_release_is_called_a_downgrade(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "http://localhost:3080", 3080)
    heads = {
        target: run("doctor", "--dir", folder, "--offline", "--for-release", target).out.splitlines()[0].split(":")[0]
        for target in ("v0.8.5", "v0.8.8")
    }
    assert heads == {
        "v0.8.5": "Downgrade from LibreChat v0.8.7 to v0.8.5",
        "v0.8.8": "Update from LibreChat v0.8.7 to v0.8.8",
    }


def test_every_kind_of_doctor_run_that_fails_ends_with_what_it_means(
    sample_folder: Callable[..., Path], tmp_path: Path
) -> None:
    folder, nobody = sample_folder("v0.8.7"), f"http://127.0.0.1:{free_port()}"
    (folder / ".env").write_text(f"PORT=3080\nDOMAIN_CLIENT={nobody}\nDOMAIN_SERVER={nobody}\n")
    login = ("--login", "ada@example.com", "--password-file", "-")
    session = run("doctor", "--only", "session", *login, "--dir", folder, stdin="pw\n")
    longer = run("doctor", "--only", "session", "--for", "1s", *login, "--dir", folder, stdin="pw\n")
    assert (session.status, longer.status) == (1, 1), longer.text
    assert longer.err.splitlines()[-1] == session.err.splitlines()[-1] != ""
    alone = run("doctor", "--only", "instance", "--url", nobody, cwd=tmp_path)
    assert alone.status == 1, alone.text
    assert "Nothing is listening" in alone.err.splitlines()[-1]
    (folder / ".env").write_bytes("PORT=3080\nAPP_TITLE=\u00fc\n".encode("utf-16"))
    odd = run("doctor", "--offline", "--dir", folder)
    assert (odd.status, "UTF-16" in odd.err.splitlines()[-1]) == (1, True), odd.text
