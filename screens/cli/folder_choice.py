"""If the wizard is started outside a LibreChat folder: offers the folders found, or a practice run."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from wizard.basics.installed import InstallMethod, installed
from wizard.basics.own_command import program
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem

PRACTICE: Final = "practice"
_COMPOSE: Final = ("docker-compose.yml", "docker-compose.yaml", "compose.yaml", "compose.yml", "deploy-compose.yml")
_LARGEST: Final = 64 * 1024
"""Bytes of a compose file in which LibreChat's name is looked for."""
_MOST: Final = 100
"""Folders below /opt and /srv that are looked at."""
_DOCKER_SECONDS: Final = 3.0
_WORKING_DIR: Final = '{{.Label "com.docker.compose.project.working_dir"}}'


def choose_folder(environment: Mapping[str, str] = os.environ) -> str:
    """Return the folder to work in, or :data:`PRACTICE`; the current folder if it is LibreChat's or nobody can be asked.

    ``InvalidInput`` if the person at the terminal chooses nothing, and in a container, which has this one folder.
    """
    here = Path()
    if _has_compose_file(here) or not _is_terminal():
        return "."
    if installed().method is InstallMethod.CONTAINER:
        # No other folder can be seen from here.
        message = f"no LibreChat found in the mounted folder, {plain(str(Path.cwd()), limit=200)}."
        ways = f"cd to the LibreChat folder, then run: {program()}. To practice, run: {program()} demo"
        raise InvalidInput(Problem(field="--dir", message=message, remedy=ways))
    found = list(dict.fromkeys(_found(environment)))
    _show(found)
    for _ in range(3):
        sys.stderr.write("Number, folder, or p> ")
        sys.stderr.flush()
        typed = sys.stdin.readline()
        text = typed.strip()
        if not typed or text in ("q", "quit"):
            break
        if text == "p":
            return PRACTICE
        if text.isdigit() and 0 < int(text) <= len(found):
            return found[int(text) - 1]
        if not text and len(found) == 1:
            return found[0]
        if text and _has_compose_file(Path(text).expanduser()):
            return str(Path(text).expanduser())
        sys.stderr.write(f"No docker-compose.yml found in {plain(text, limit=200)}.\n" if text else "")
    ways = f"Specify the LibreChat folder: {program()} --dir DIR. To practice, run: {program()} demo"
    raise InvalidInput(Problem(field="--dir", message="no folder was chosen.", remedy=ways))


def _show(found: list[str]) -> None:
    from checks.report import columns_of, wrapped

    lines = [f"No LibreChat found in {plain(str(Path.cwd()), limit=200)}."]
    if found:
        lines.append("Found on this machine:")
        lines += [f"  {number}  {plain(one, limit=200)}" for number, one in enumerate(found, 1)]
        lines += ["  p  practice with a temporary folder and temporary servers"]
        lines += [
            "Type a number or the path of another folder." + (" Press Enter for number 1." if len(found) == 1 else "")
        ]
    else:
        lines.append(
            "Type the path of the folder that contains docker-compose.yml, or p to practice (nothing is kept)."
        )
    columns = columns_of(sys.stderr)
    for line in lines:
        # The list of folders is to be read whole, and copied.
        parts = [line] if line.startswith(" ") else wrapped(line, "", columns)
        sys.stderr.write("\n".join(parts) + "\n")


def _found(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the folders that hold LibreChat: near by, in the home, below /opt and /srv, and those of running containers."""
    home = environment.get("HOME", "")
    near = [Path("..").resolve()]
    if home.startswith("/"):
        near += [Path(home) / name for name in ("LibreChat", "librechat")]
    for folder in (*near, *_children(Path()), *_below("/opt"), *_below("/srv"), *map(Path, _of_containers())):
        if _is_librechat(folder):
            yield str(folder)


def _below(name: str) -> Iterator[Path]:
    yield Path(name)
    yield from _children(Path(name))


def _children(folder: Path) -> Iterable[Path]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        names = sorted(entry.path for entry, _ in zip(entries, range(_MOST), strict=False) if entry.is_dir())
        return [Path(name).resolve() for name in names]
    return ()


def _of_containers() -> list[str]:
    """Return the project folders of Docker Compose's running containers; nothing if Docker is not here or elsewhere."""
    from wizard.basics.docker_engine import refusal
    from wizard.basics.environments import docker_environment
    from wizard.basics.processes import Invocation, run

    if refusal():
        return []
    command = ("docker", "ps", "--filter", "label=com.docker.compose.project", "--format", _WORKING_DIR)
    done = run(Invocation(arguments=command, environment=docker_environment(), seconds=_DOCKER_SECONDS))
    return [line for line in done.text.splitlines() if line.startswith("/")] if done.status == 0 else []


def _has_compose_file(folder: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return any((folder / name).is_file() for name in _COMPOSE)
    return False


def _is_librechat(folder: Path) -> bool:
    for name in _COMPOSE:
        with contextlib.suppress(OSError), (folder / name).open("rb") as file:
            if b"librechat" in file.read(_LARGEST).lower():
                return True
    return False


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdout is not None and sys.stdin.isatty() and sys.stdout.isatty()
