"""Lines of environment files, judged by who reads them: npm dotenv at /app/.env, Docker Compose through env_file, or both."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.wizard.composefile.test_loading import asked
from tests.wizard.rules.builder import HEALTHY, MAIL
from tests.wizard.rules.test_stack import found

NAMES: Final = (".env", "chat.env")
GOT: Final = {
    # As Docker Compose hands it on, with the status and the id of what is found.
    "EMAIL_PASSWORD=ab$cd9": ("ab", "FAIL", "files.env.shortened"),
    'EMAIL_PASSWORD="ab$cd9!"': ("ab!", "FAIL", "files.env.shortened"),
    "EMAIL_PASSWORD='ab$cd9'": ("ab$cd9", "", ""),
    "EMAIL_PASSWORD=ab$$cd9": ("ab$cd9", "", ""),
    "EMAIL_PASSWORD=ab$PORT": ("ab3080", "", ""),
    "EMAIL_PASSWORD=$MAIL_SECRET": ("", "", ""),
    "EMAIL_PASSWORD=pre-$MAIL_SECRET": ("pre-", "WARN", "files.env.shortened"),
    "EMAIL_PASSWORD=${MAIL_SECRET:-ab9}c": ("ab9c", "", ""),
    "EMAIL_FROM_NAME=Chat $chat": ("Chat ", "WARN", "files.env.shortened"),
    "EMAIL_PASSWORD=r7#Kqv-Lx9": ("r7#Kqv-Lx9", "", ""),
    "EMAIL_PASSWORD= # none yet": ("# none yet", "FAIL", "files.env.reads-differently"),
    "EMAIL_FROM_NAME=`Our chat`": ("`Our chat`", "WARN", "files.env.reads-differently"),
}
TOLD: Final = {
    "files.env.shortened",
    "files.env.reads-differently",
    "files.env.only-compose",
    "files.env.compose-refuses",
}


def make(folder: Path, name: str, line: str, service: str) -> list[tuple[str, str]]:
    text = "".join(f"{key}={value}\n" for key, value in {**HEALTHY, **MAIL}.items()) + f"{line}\n"
    (folder / name).write_text(text)
    head = "services:\n  chat:\n    image: ghcr.io/danny-avila/librechat:v0.8.7\n"
    (folder / "docker-compose.yml").write_text(f"{head}    {service}\n")
    return [(one.status.value, one.id) for one in found(folder) if one.id in TOLD]


@pytest.mark.parametrize("line", GOT)
def test_what_docker_compose_hands_on_alone_is_what_is_judged(line: str, tmp_path: Path, docker_compose: Path) -> None:
    value, status, identity = GOT[line]
    for name in NAMES:
        (tmp_path / ".env").unlink(missing_ok=True)
        told = make(tmp_path, name, line, f"env_file: {name}")
        assert told == ([(status, identity)] if identity else []), name
        environment = asked(docker_compose, tmp_path)[1]["services"]["chat"]["environment"]  # type: ignore[index]
        assert environment[line.partition("=")[0]].replace("$$", "$") == value


def test_a_compose_file_loses_it_in_the_same_way(tmp_path: Path) -> None:
    environment = "env_file: .env\n    environment: {EMAIL_PASSWORD: %s}"
    for written, told in (("ab$cd9", [("FAIL", "files.env.shortened")]), ("ab$$cd9", []), ("'${MISSING}x'", [])):
        assert make(tmp_path, ".env", "", environment % written) == told


@pytest.mark.parametrize("line", ["EMAIL_PASSWORD=ab$cd9", "EMAIL_PASSWORD=r7#Kqv", "A B=c", "EMAIL_PASSWORD=`ab`"])
def test_a_file_that_librechat_alone_reads_has_one_meaning(line: str, tmp_path: Path) -> None:
    assert make(tmp_path, "chat.env", line, "volumes: [./chat.env:/app/.env:ro]") == []


def test_a_name_set_twice_is_told_of_the_file_that_it_stands_in(tmp_path: Path) -> None:
    make(tmp_path, "chat.env", "PORT=3080", "volumes: [./chat.env:/app/.env:ro]")
    [twice] = [one for one in found(tmp_path) if one.id == "files.env.twice"]
    assert twice.summary.startswith("chat.env sets PORT on lines")


@pytest.mark.parametrize(
    "line",
    ["A B='3'", "'A'='3'", "A='open", "A='it's'", "A='it\\'s'", "A=`it's`", "A='a' b", "A='a\r\nb'\r"],
)
def test_single_quotes_are_no_remedy_where_they_are_there_already(line: str, tmp_path: Path) -> None:
    assert make(tmp_path, ".env", line, "volumes: [./.env:/app/.env]\n    env_file: .env")
    for one in found(tmp_path):
        assert one.id not in TOLD or (one.remedy and "single quotes" not in one.remedy), (one.id, one.remedy)


def test_single_quotes_are_the_remedy_for_what_else_is_filled_in_or_cut(tmp_path: Path) -> None:
    for line in ("A=a$b", "A=a#b", "A=`a`", 'A="a\\tb"', "A=${open"):
        make(tmp_path, ".env", line, "volumes: [./.env:/app/.env]\n    env_file: .env")
        assert any(one.id in TOLD and "single quotes" in one.remedy for one in found(tmp_path)), line
