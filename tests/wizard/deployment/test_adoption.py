"""Values that LibreChat generated itself are found in the folder or, through docker, in its container."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tarfile
from pathlib import Path

import pytest

from wizard.basics.secret import reveal
from wizard.deployment.adoption import Adoption, look, parse

KEY, VECTOR, JWT, REFRESH = "1a" * 32, "2b" * 16, "3c" * 32, "4d" * 32
TEXT = (
    f'# made by LibreChat\nCREDS_KEY={KEY}\nCREDS_IV="{VECTOR}"\nJWT_SECRET={JWT}\nJWT_REFRESH_SECRET=short\nOTHER=x\n'
)
WHOLE = TEXT.replace("short", REFRESH)
ABSENT = {
    "20.10.24": "Error: No such container:path: {id}:{path}",
    "28.5.2": "Error response from daemon: Could not find the file {path} in container {id}",
}
DOCKER = """\
import json, sys
from pathlib import Path
state = json.loads(Path({state!r}).read_text())
verb, *words = sys.argv[1:]
def refuse(text):
    sys.stderr.write(text + "\\n")
    raise SystemExit(1)
if "refuses" in state:
    refuse(state["refuses"])
if verb == "ps":
    print(*("\\t".join((one["id"], one["name"], one["folder"])) for one in state["containers"]), sep="\\n")
    raise SystemExit
name = words[0].partition(":")[0] if verb == "cp" else words[1] if verb == "exec" else words[-1]
one = next((one for one in state["containers"] if one["id"] == name), None)
gone = Path({state!r} + ".gone")
if verb == "cp" and "vanishes" in state:
    gone.touch()
if gone.exists() and verb == "inspect":
    one = None
if one is None:
    refuse("Error: No such container: " + name)
if verb == "inspect":
    print(json.dumps([one["told"]]))
elif verb == "cp":
    path = words[0].partition(":")[2]
    if path not in one["files"]:
        refuse(state["absent"].format(id=name, path=path))
    sys.stdout.buffer.write(Path(one["files"][path]).read_bytes())
else:
    script = sys.stdin.read()
    task = json.loads(script.partition("const task = ")[2].partition("\\n")[0])
    print(json.dumps({{"mark": task["mark"], **one["database"]}}))
"""


class Engine:
    """A docker on PATH with one LibreChat container of a folder."""

    def __init__(self, room: Path, monkeypatch: pytest.MonkeyPatch, version: str = "28.5.2") -> None:
        self.folder = room / "LibreChat"
        self.folder.mkdir()
        self.room = room
        self.environment = ["PATH=/usr/bin"]
        self.files: dict[str, str] = {}
        self.is_running, self.started = True, "2026-01-01T00:00:00Z"
        self.database: dict[str, object] = {"ok": True, "fingerprints": {}}
        self.working_dir = str(self.folder)
        self.further: dict[str, object] = {"absent": ABSENT[version]}
        tools = room / "bin"
        tools.mkdir()
        code = DOCKER.format(state=str(room / "state.json"))
        (tools / "docker").write_text(f"#!{sys.executable} -IS\n{code}")
        (tools / "docker").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")

    def holds(self, path: str, text: str) -> None:
        copy = self.room / f"copy-{len(self.files)}.tar"
        copy.write_bytes(archive(text))
        self.files[path] = str(copy)

    def look(self, *, has_run: bool = True, **settings: str) -> Adoption:
        told = {
            "State": {"Running": self.is_running, "StartedAt": self.started},
            "Config": {"Env": self.environment},
        }
        container = {
            "id": "abc123",
            "name": "LibreChat",
            "folder": self.working_dir,
            "files": self.files,
            "told": told,
            "database": self.database,
        }
        (self.room / "state.json").write_text(json.dumps({"containers": [container], **self.further}))
        return look(self.folder, "api", settings, has_run=has_run)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    return Engine(tmp_path, monkeypatch)


def archive(text: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        member = tarfile.TarInfo(".env.temp")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text.encode()))
    return target.getvalue()


def sha(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def docker(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Put a docker on PATH that plays the real one's part."""
    folder.mkdir()
    (folder / "docker").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_only_usable_values_are_taken() -> None:
    assert {name: reveal(value) for name, value in parse(TEXT).items()} == {
        "CREDS_KEY": KEY,
        "CREDS_IV": VECTOR,
        "JWT_SECRET": JWT,
    }


@pytest.mark.parametrize("name", [".env.temp", "data/.env.temp"])
def test_the_file_in_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(TEXT)
    found = look(tmp_path, "api", {}, has_run=True)
    assert reveal(found.values["JWT_SECRET"]) == JWT
    assert found.source == name


@pytest.mark.parametrize("path", ["/app/data/.env.temp", "/app/.env.temp"])
@pytest.mark.parametrize("version", list(ABSENT))
def test_out_of_the_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, version: str) -> None:
    """Compose files before rc1 give the path no name, and LibreChat then takes /app/.env.temp."""
    engine = Engine(tmp_path, monkeypatch, version)
    engine.holds(path, WHOLE)
    found = engine.look()
    assert reveal(found.values["CREDS_KEY"]) == KEY
    assert found.source == f"LibreChat:{path}"
    assert found.unknown_reason == ""


@pytest.mark.parametrize("is_in_container", [True, False])
def test_the_path_that_librechat_was_told(engine: Engine, is_in_container: bool) -> None:
    name, path = "LIBRECHAT_TEMP_CREDENTIALS_PATH", "/data/own.temp"
    engine.holds(path, WHOLE)
    engine.holds("/app/.env.temp", WHOLE.replace("1a", "9e"))
    engine.environment += [f"{name}={path}"] if is_in_container else []
    found = engine.look() if is_in_container else engine.look(LIBRECHAT_TEMP_CREDENTIALS_PATH=path)
    assert reveal(found.values["CREDS_KEY"]) == KEY


def test_values_of_the_containers_own_environment(engine: Engine) -> None:
    """On the deploy stack .env is an env_file: what it held at the start is in the container, whatever it holds now."""
    values = {"CREDS_KEY": KEY, "CREDS_IV": VECTOR, "JWT_SECRET": JWT, "JWT_REFRESH_SECRET": REFRESH}
    engine.environment += [f"{name}={value}" for name, value in values.items()]
    assert {name: reveal(value) for name, value in engine.look().values.items()} == values


@pytest.mark.parametrize("version", list(ABSENT))
def test_a_container_without_the_file_has_generated_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    found = Engine(tmp_path, monkeypatch, version).look()
    assert not found.values
    assert not found.unknown_reason


def test_a_value_in_use_that_no_file_holds_is_not_none(engine: Engine) -> None:
    """It stood in .env when LibreChat started and was taken out since: the database alone knows of it."""
    engine.database = {"ok": True, "fingerprints": {"CREDS_KEY": sha(KEY)}}
    found = engine.look()
    assert not found.values
    assert "the values found for CREDS_KEY do not match" in found.unknown_reason


def test_values_that_the_database_does_not_know_are_not_adopted(engine: Engine) -> None:
    engine.holds("/app/data/.env.temp", WHOLE)
    engine.database = {"ok": True, "fingerprints": {"CREDS_KEY": sha(KEY), "CREDS_IV": sha("other")}}
    assert "CREDS_IV" in engine.look().unknown_reason
    engine.database = {"ok": True, "fingerprints": {"CREDS_KEY": sha(KEY), "CREDS_IV": sha(VECTOR)}}
    assert reveal(engine.look().values["CREDS_IV"]) == VECTOR


@pytest.mark.parametrize("fault", ["stopped", "database"])
def test_none_is_only_the_answer_where_the_database_says_so(engine: Engine, fault: str) -> None:
    if fault == "stopped":
        engine.is_running = False
    else:
        engine.database = {"ok": False}
    found = engine.look()
    assert "database could not be read" in found.unknown_reason
    assert found.has_container


def test_a_container_that_never_started_uses_nothing(engine: Engine) -> None:
    engine.is_running, engine.started = False, "0001-01-01T00:00:00Z"
    assert engine.look().unknown_reason == ""


def test_a_container_that_is_replaced_while_it_is_asked_has_not_answered_none(engine: Engine) -> None:
    """The client of 20.10 says of a container that is gone what it says of a file that is not there."""
    engine.is_running, engine.started = False, "0001-01-01T00:00:00Z"
    engine.further["vanishes"] = True
    assert "was replaced in the meantime" in engine.look().unknown_reason


def test_a_stopped_container_gives_its_values(engine: Engine) -> None:
    engine.holds("/app/.env.temp", WHOLE)
    engine.is_running = False
    assert reveal(engine.look().values["JWT_REFRESH_SECRET"]) == REFRESH


def test_the_container_of_another_folder_is_none_of_ours(engine: Engine) -> None:
    engine.holds("/app/.env.temp", WHOLE)
    other = engine.room / "Other"
    other.mkdir()
    engine.working_dir = str(other)
    found = engine.look()
    assert not found.values
    assert not found.has_container
    other.rmdir()
    # The folder was moved: its container still names the old place.
    assert reveal(engine.look().values["CREDS_KEY"]) == KEY
    assert not engine.look(has_run=False).values


@pytest.mark.parametrize(
    "script",
    [
        'echo "Cannot connect to the Docker daemon" >&2; exit 1',
        'echo "Error response from daemon: No such container: LibreChat" >&2; exit 1',
        "echo garbage",
        "printf 'abc\\tLibreChat\\t%s\\n' \"$FOLDER\"",
    ],
)
def test_what_cannot_be_told_is_not_taken_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    docker(monkeypatch, tmp_path / "bin", script.replace("$FOLDER", str(tmp_path)))
    assert look(tmp_path, "api", {}, has_run=True).unknown_reason


def test_no_docker_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "docker is not in the PATH" in look(tmp_path, "api", {}, has_run=True).unknown_reason


def test_an_endless_copy_is_not_held_in_memory(engine: Engine) -> None:
    engine.files["/app/data/.env.temp"] = "/dev/zero"
    engine.room.joinpath("bin/docker").write_text(
        engine.room.joinpath("bin/docker")
        .read_text()
        .replace(
            'sys.stdout.buffer.write(Path(one["files"][path]).read_bytes())',
            "for _ in range(3000): sys.stdout.buffer.write(bytes(1000000))",
        )
    )
    found = engine.look()
    assert not found.values
    assert "larger than any file that LibreChat writes" in found.unknown_reason


def test_a_link_in_the_container_is_not_followed(engine: Engine) -> None:
    copy = engine.room / "link.tar"
    with tarfile.open(copy, mode="w") as tar:
        member = tarfile.TarInfo(".env.temp")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/shadow"
        tar.addfile(member)
    engine.files["/app/data/.env.temp"] = str(copy)
    assert "no readable copy" in engine.look().unknown_reason
