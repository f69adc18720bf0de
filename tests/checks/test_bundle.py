"""The bundle for an issue: a fully configured folder is in it, and nothing of a secret, an address, a host or a person."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from checks.bundle import bundle
from checks.model import Report
from screens.cli.main import main
from tests.canaries import CANARIES, found_in
from tests.screens.cli.program import run
from wizard.answers.model import Answers
from wizard.catalogue import by_key
from wizard.catalogue.model import Kind
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take
from wizard.rules import check

PERSON: Final = "Wilhelmina"
HOST: Final = "zwiebelfisch"
PEOPLE: Final = (
    PERSON,
    *["Adelgunde", "Balthasar", "Cunigunde", "Dankwart", "Edeltraud", "Friedhelm", "Gundula", "Hildegund", "Irmtraud"],
)
HOSTS: Final = (
    HOST,
    *["wolpertinger", "rasselbock", "elwedritsch", "hanghuhn", "steinlaus", "eiszapfen", "kuckucksei", "nachtkrapp"],
    "tatzelwurm",
)
USERS: Final = (
    "uwetestmann",
    *(f"{name}bauer" for name in ["anton", "berta", "caesar", "dora", "emil", "fritz", "gustav", "heinrich", "ida"]),
)
"""With the ten secrets forty words that must not leave the machine: of secrets, people, hosts, and user names in paths."""


def filled(folder: Path) -> None:
    """Give every setting a value with something in it that must not leave the machine."""
    lines = ["PORT=3080"]
    for number, (name, setting) in enumerate(sorted(by_key().items())):
        turn = number % 10
        canary, person, host, user = CANARIES[turn], PEOPLE[turn], HOSTS[turn], USERS[turn]
        form = {
            Kind.URL: f"https://{person}:{canary}@{host}{number}.example.net:8443/{canary}/",
            Kind.HOST: f"{host}{number}.example.net",
            Kind.EMAIL: f"{person}.{canary}@{host}.example.net",
            Kind.PATH: f"/home/{user}/{canary}.pem",
            Kind.SECRET: canary,
            Kind.LIST: f"{canary},{person},/home/{user}",
        }.get(setting.kind, f"{person} {canary}")
        if name != "PORT":
            lines.append(f"{name}='{form}'")
    lines.append(f"{PERSON.upper()}_API='{CANARIES[3]}'")
    (folder / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / ".env").chmod(0o600)
    (folder / "docker-compose.override.yml").write_text(
        f"services:\n  api:\n    image: images.{HOST}.net/{PERSON.lower()}/librechat:{PERSON.lower()}\n"
        f"    command: [sh, -c, 'echo {CANARIES[1]}']\n    environment: {{{PERSON}_KEY: {CANARIES[2]}}}\n"
        f"    volumes: ['/home/{PERSON}/{CANARIES[4]}:/srv/{PERSON}']\n"
        f"  {PERSON.lower()}-tool:\n    image: {HOST}\n    user: {PERSON}\n"
        f"    labels: {{traefik.http.routers.x.rule: 'Host(`{HOST}.example.net`)'}}\n",
        encoding="utf-8",
    )


def leaks(text: str) -> list[str]:
    """Return what must not be in a bundle and is."""
    folded = text.lower()
    plain = [word.lower() for word in (*PEOPLE, *HOSTS, *USERS)]
    encoded = [
        form
        for word in (*PEOPLE, *HOSTS, *USERS)
        for form in (
            word.lower()[::-1],
            word.encode().hex(),
            base64.b64encode(word.encode()).decode().lower().rstrip("="),
        )
    ]
    words = (*plain, *encoded, "example.net", "@")
    return [*(word for word in words if word in folded), *found_in(text.encode())]


def test_nothing_of_a_person_or_secret_is_in_it(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    filled(folder)
    snapshot = take(folder, Answers())
    current = deployment(snapshot, {})
    log = "".join(
        f"2026-11-21 00:45:58 error: [registerUser] [Email: {PERSON}.{canary}@{HOST}.example.net] connect ECONNREFUSED 203.0.113.7:465\n"
        for canary in CANARIES
    ).encode()
    report = Report.of(check(current))
    programs = {"Docker": f"28.5.2+{PERSON}", "Docker Compose": CANARIES[0]}
    text = bundle(report, current, release_source=f"{PERSON}", programs=programs, log=log)
    assert leaks(text) == []
    assert "203.0.113.7" not in text
    assert "EMAIL_PASSWORD: set (secret" in text
    assert "- Docker 28.5.2\n- Docker Compose not found\n" in text
    assert "error: [registerUser]" in text
    assert "- service-" in text
    assert "volume at /data/db" in text or "bind at /data/db" in text
    assert all(one.id in text for one in report.findings)


def test_hosts_are_told_apart_without_their_names(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text(
        "PORT=3080\nDOMAIN_CLIENT=https://a.example.net\nDOMAIN_SERVER=https://a.example.net/\nOPENID_ISSUER=http://192.168.1.1/x\n"
        "EMAIL_HOST=localhost\nSESSION_EXPIRY=1000 * 60\nEMAIL_ENCRYPTION=tls\nEMAIL_PASSWORD='a#b'\n"
    )
    current = deployment(take(folder, Answers()), {})
    text = bundle(Report(), current, release_source="", programs={}, log=None)
    for line in (
        "- DOMAIN_CLIENT: https://<host-1, a name>",
        "- DOMAIN_SERVER: https://<host-1, a name>, ends with /",
        "- OPENID_ISSUER: http://<host-4, private address>, with a path",
        "- EMAIL_HOST: <host-2, localhost>",
        "- SESSION_EXPIRY: 1000 * 60",
        "- EMAIL_ENCRYPTION: tls",
        "- EMAIL_PASSWORD: set (secret, under 8 characters, with #)",
    ):
        assert line in text, text


def test_it_is_written_once_for_its_owner_alone(
    sample_folder: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sample_folder("v0.8.7")
    filled(folder)
    target = tmp_path / "bundle.md"
    words = ["doctor", "--dir", str(folder), "--offline", "--only", "rules", "--bundle"]
    main([*words, str(target)])
    assert target.stat().st_mode & 0o777 == 0o600
    assert leaks(target.read_text(encoding="utf-8")) == []
    assert main([*words, str(target)]) == 2
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert main([*words, str(tmp_path / "link")]) == 2
    assert "--bundle: already exists." in capsys.readouterr().err
    main([*words, "-"])
    assert capsys.readouterr().out.startswith("## Versions\n")


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ('echo "28.2.2 28.1.1"', ("client 28.2.2", "engine 28.1.1", "Compose 28.2.2")),
        ('echo "28.2.2 "; exit 1', ("client 28.2.2", "engine did not respond", "Compose not found")),
        ("", ("client not found", "engine not found", "Compose not found")),
    ],
)
def test_a_program_without_a_version_is_not_missing(
    script: str, text: tuple[str, ...], sample_folder: Callable[..., Path], tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    if script:
        (programs / "docker").write_text(f"#!/bin/sh\n{script}\n")
        (programs / "docker").chmod(0o755)
    words = ("doctor", "--dir", sample_folder("v0.8.7"), "--offline", "--only", "rules", "--bundle", "-")
    done = run(*words, environment={"PATH": str(programs)})
    assert [line for line in done.out.splitlines() if line.startswith("- Docker ")] == [
        f"- Docker {each}" for each in text
    ]


def test_an_engine_that_nobody_confirmed_is_not_asked(sample_folder: Callable[..., Path]) -> None:
    words = ("doctor", "--dir", sample_folder("v0.8.7"), "--offline", "--only", "rules", "--bundle", "-")
    done = run(*words, environment={"DOCKER_HOST": "tcp://192.0.2.1:2375"})
    lines = [line for line in done.out.splitlines() if line.startswith("- Docker ")]
    assert len(lines) == 3
    assert all("not asked" in line for line in lines), lines
