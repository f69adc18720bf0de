"""LibreChat without Docker: a clone or archive that npm, systemd or pm2 runs, and the settings that it gets.

LibreChat reads ``.env`` of its working directory (``require('dotenv').config()``, api/config/credentials.js, v0.8.8-rc1) and never
overrides what its process has already: what systemd or pm2 hands over wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from wizard.answers.model import Stack
from wizard.basics.filesystem import NotRegularError, TooLargeError, is_folder, is_there, read_present
from wizard.basics.own_command import in_folder
from wizard.deployment.file_state import FileState
from wizard.deployment.librechat_yaml import read_config
from wizard.deployment.model import Deployment
from wizard.deployment.read_states import read_state
from wizard.deployment.snapshot import COMPOSE_BASES, DEPLOY_BASE
from wizard.deployment.systemd import environment_file, words
from wizard.dotenv.document import Document
from wizard.librechat.releases import NEWEST, Release

_UNITS: Final = ("etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system")
_LARGEST: Final = 1_000_000
_MOST_UNITS: Final = 3000
_NAMES_SCRIPT: Final = b"ct/librechat.sh"
"""What Proxmox's community script leaves in the container's ``update`` command (ct/librechat.sh there)."""
_DELETED: Final = ("librechat.yaml", "uploads", "client/public/images", ".env.temp", "data", "logs")
"""What an update of that script deletes: it saves ``.env`` and empties the folder (CLEAN_INSTALL=1)."""
_FILES: Final = (".env", ".env.development", "librechat.yaml", "package.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalInstall:
    """How LibreChat is run in a folder without Docker."""

    runner: str = ""
    """``systemd``, ``pm2``; empty if that is not known."""
    name: str = ""
    """The unit or process: ``librechat.service``."""
    user: str = ""
    """The account that it runs as; empty if nothing says so: of a system unit root, of pm2 its owner."""
    command: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the process gets besides ``.env``, over which it wins."""
    environment_files: tuple[str, ...] = ()
    """Files that systemd reads (``EnvironmentFile=``), as it names them."""
    deleted_by_update: tuple[str, ...] = ()
    """What is in the folder and goes with the next update of the installer; nothing if none is known to do that."""

    @property
    def is_root(self) -> bool:
        """Whether it runs as root."""
        return self.runner == "systemd" and self.user in ("", "root", "0")

    @property
    def restart_command(self) -> str:
        """The command that lets LibreChat read its settings anew; without a runner, what runs has to be stopped first."""
        if self.runner == "systemd":
            return f"sudo systemctl restart {self.name}"
        if self.runner == "pm2":
            return f"pm2 restart {self.name} --update-env"
        return "npm run backend"

    @property
    def restart(self) -> str:
        """What to do so that LibreChat reads its settings anew, in words that follow a colon."""
        return self.restart_command if self.runner else f"stop LibreChat and run: {in_folder(self.restart_command)}"

    @property
    def logs(self) -> str:
        """The command that shows LibreChat's log."""
        if self.runner == "systemd":
            return f"journalctl -u {self.name} -n 200 --no-pager"
        return (
            f"pm2 logs {self.name} --lines 200 --nostream"
            if self.runner == "pm2"
            else in_folder("tail -n 200 api/logs/error-*.log")
        )


def is_source_tree(folder: Path) -> bool:
    """Return whether a folder holds LibreChat's own code, so that it can be run without Docker."""
    return _release(folder) is not None and is_folder(folder / "api" / "server")


def install_without_docker(folder: Path) -> LocalInstall | None:
    """Return how LibreChat is run in a folder without Docker; ``None`` if Docker Compose runs it, or it is no such folder.

    A clone has LibreChat's compose files, too: a unit that runs in it says that they are not used.
    """
    if not is_source_tree(folder):
        return None
    install = found_install(folder.resolve())
    has_compose = any(is_there(folder / name) for name in (*COMPOSE_BASES, DEPLOY_BASE))
    return install if install.runner or not has_compose else None


def found_install(folder: Path, root: Path = Path("/")) -> LocalInstall:
    """Return how LibreChat is run in the folder, as far as unit files and pm2's own record tell."""
    deleted = _deleted_by_update(folder, root)
    for found in (*_units(folder, root), *_pm2(folder, root)):
        return found if not deleted else _with_deleted(found, deleted)
    return LocalInstall(deleted_by_update=deleted)


def local_deployment(folder: Path, install: LocalInstall, after: Mapping[str, FileState] | None = None) -> Deployment:
    """Return what LibreChat gets in a folder without Docker, given the files named in ``after``."""
    files = {name: read_state(folder, name) for name in _FILES} | dict(after or {})
    document = Document.parse(files[".env"].data or b"")
    settings = {**document.values(), **install.environment}
    if "npm run backend" in install.command or not install.command:
        # package.json:40, v0.8.8-rc1: cross-env NODE_ENV=production; what .env says about it does not count.
        settings["NODE_ENV"] = "development" if "backend:dev" in install.command else "production"
    config = files["librechat.yaml"]
    return Deployment(
        folder=folder,
        stack=Stack.LOCAL,
        release=_release(folder) or NEWEST,
        release_known=_release(folder) is not None,
        release_pinned=_release(folder) is not None,
        settings=MappingProxyType(settings),
        overridden=MappingProxyType(dict(install.environment)),
        dotenv=document,
        files=MappingProxyType(files),
        service="",
        config=read_config(config.data),
        config_mounted=config.kind == "file",
        has_run=any(is_folder(folder / name) for name in ("logs", "api/logs", "uploads")),
    )


def _release(folder: Path) -> Release | None:
    """Return the release that package.json names; ``None`` if it is not LibreChat's."""
    found = _json(folder / "package.json")
    if not isinstance(found, dict) or str(found.get("name", "")).lower() != "librechat":
        return None
    try:
        return Release.parse(str(found.get("version", "")))
    except ValueError:
        return None


def _json(path: Path) -> object:
    try:
        return json.loads(_bytes(path))
    except (ValueError, RecursionError):
        return None


def _bytes(path: Path) -> bytes:
    try:
        present = read_present(path, largest=_LARGEST, is_foreign=True)
    except (OSError, NotRegularError, TooLargeError):
        return b""
    return b"" if present is None else present.data


def _units(folder: Path, root: Path) -> Iterator[LocalInstall]:
    """Yield the systemd units that run something in the folder (systemd.unit(5), systemd.exec(5))."""
    for place in _UNITS:
        try:
            paths = sorted((root / place).glob("*.service"))[:_MOST_UNITS]
        except OSError:
            continue
        for path in paths:
            service = _service_section(_bytes(path).decode("utf-8", "replace"))
            directories = [
                value.removeprefix("-").strip('"').rstrip("/") for value in service.get("WorkingDirectory", ())
            ]
            commands = service.get("ExecStart", ())
            named = [*directories, *(folder_of(command) for command in commands)]
            if str(folder) in named and any(re.search(r"\bnpm\b|\bnode\b|api/server", command) for command in commands):
                yield _unit(path.name, service, root)


def folder_of(command: str) -> str:
    """Return the folder of a command that names LibreChat's program by its whole path; empty for others."""
    found = re.search(r"(/[^\s\"']+)/api/server/index\.js", command)
    return found[1] if found else ""


def _unit(name: str, service: Mapping[str, list[str]], root: Path) -> LocalInstall:
    environment: dict[str, str] = {}
    for line in service.get("Environment", ()):
        environment |= dict(word.split("=", 1) for word in words(line) if "=" in word)
    files = [line.removeprefix("-").strip('"') for line in service.get("EnvironmentFile", ())]
    for path in files:
        # Later ones win, and all of them over Environment= (systemd.exec(5)).
        environment |= environment_file(_bytes(_below(root, path)))
    return LocalInstall(
        runner="systemd",
        name=name,
        user=next(reversed(service.get("User", ())), ""),
        command=" ".join(service.get("ExecStart", ())),
        environment=MappingProxyType(environment),
        environment_files=tuple(files),
    )


def _below(root: Path, path: str) -> Path:
    return Path(path) if path.startswith(f"{root}/") else root / path.lstrip("/")


def _service_section(text: str) -> dict[str, list[str]]:
    """Return the assignments of ``[Service]``, in order; an empty value takes back what was given (systemd.syntax(7))."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in map(str.strip, re.sub(r"\\\n", " ", text).splitlines()):
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            if value.strip():
                found.setdefault(name.strip(), []).append(value.strip())
            else:
                found[name.strip()] = []
    return found


def _pm2(folder: Path, root: Path) -> Iterator[LocalInstall]:
    """Yield the processes of pm2's own record that run in the folder (``~/.pm2/dump.pm2``, written by ``pm2 save``)."""
    homes = [root / "root", *sorted((root / "home").glob("*"))] if is_folder(root / "home") else [root / "root"]
    for home in homes[:_MOST_UNITS]:
        listed = _json(home / ".pm2" / "dump.pm2")
        for entry in listed if isinstance(listed, list) else ():
            if isinstance(entry, dict) and str(entry.get("pm_cwd", "")).rstrip("/") == str(folder):
                given = entry.get("args")
                arguments = given if isinstance(given, list) else []
                command = " ".join(map(str, [entry.get("pm_exec_path", ""), *arguments]))
                yield LocalInstall(
                    runner="pm2", name=str(entry.get("name", "librechat")), user=home.name, command=command
                )


def _deleted_by_update(folder: Path, root: Path) -> tuple[str, ...]:
    if _NAMES_SCRIPT not in _bytes(root / "usr/bin/update"):
        return ()
    return tuple(name for name in _DELETED if is_there(folder / name))


def _with_deleted(found: LocalInstall, deleted: tuple[str, ...]) -> LocalInstall:
    from dataclasses import replace

    return replace(found, deleted_by_update=deleted)
