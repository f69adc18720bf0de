"""A docker command that records what it is asked and keeps one stack: its api container is the stand-in for LibreChat.

``state/trouble.json`` maps a text to a kind of trouble: where ``.env`` holds the text, that trouble happens.
"""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

CHECKOUT = Path(__file__).resolve().parents[3]
SERVICES = ("api", "mongodb", "meilisearch")
MONGOOSE = """
const fs = require('fs')
const file = process.env.STATE + '/users.json'
const users = () => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [])
const ranked = () => users().map((user, number) => ({role: number ? 'USER' : 'ADMIN', ...user}))
const matches = wanted => user => Object.entries(wanted).every(([name, value]) => user[name] === value)
const collection = name => ({findOne: async wanted => (name === 'users' ? ranked() : []).find(matches(wanted)) ?? null})
const broken = async () => { throw new Error('mongodb://someone:hidden-pass@mongodb does not answer') }
const asPromise = fs.existsSync(process.env.STATE + '/nodb') ? broken : async () => ({collection})
module.exports = {createConnection: () => ({asPromise})}
"""


class Docker:
    """One call of the command."""

    def __init__(self, state: Path, arguments: list[str]) -> None:
        self.state = state
        self.words = arguments
        self.folder = Path.cwd()

    @property
    def env_file(self) -> str:
        path = self.folder / ".env"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @property
    def trouble(self) -> str:
        path = self.state / "trouble.json"
        known = json.loads(path.read_text()) if path.is_file() else {}
        # "!TEXT": where .env does not hold it.
        return next(
            (kind for text, kind in known.items() if (text.lstrip("!") in self.env_file) != (text[0] == "!")), ""
        )

    def containers(self) -> dict[str, dict[str, Any]]:
        path = self.state / "containers.json"
        found: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.is_file() else {}
        for container in found.values():
            if container["pid"] and not Path(f"/proc/{container['pid']}/cmdline").is_file():
                container["State"] = "exited"
        return found

    def keep(self, containers: dict[str, dict[str, Any]]) -> None:
        (self.state / "containers.json").write_text(json.dumps(containers))

    def run(self) -> int:
        self.record()
        verbs = {
            "version": self.version,
            "config": lambda _: 0,
            "ps": self.ps,
            "up": self.up,
            "exec": self.execute,
            "run": self.run_once,
            "rm": lambda words: remove(self.state, words[-1]),
            "logs": self.logs,
            "inspect": self.inspect,
            "stop": self.stop,
            "start": self.start,
            "restart": self.start,
            "down": self.stop,
        }
        verb = next(word for word in self.words if word in verbs)
        if (self.state / "down").exists() and verb not in ("version", "config"):
            sys.stderr.write("Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?\n")
            return 1
        words = self.words[self.words.index(verb) + 1 :]
        kill_caller(self.state, verb)
        return verbs[verb]([word for word in words if word not in ("-a", "-d", "-T")])

    def record(self) -> None:
        entry = {"words": self.words, "environment": dict(os.environ), "registration": self.is_open()}
        if (self.state / "screen").exists():
            entry["screen"] = (self.state / "screen").read_text()
        with (self.state / "log").open("a") as log:
            log.write(json.dumps(entry) + "\n")

    def is_open(self) -> bool:
        return "ALLOW_REGISTRATION=true" in self.env_file.replace("'", "").replace('"', "").splitlines()

    def version(self, _: list[str]) -> int:
        sys.stdout.write("2.39.1\n")
        return 0

    def ps(self, words: list[str]) -> int:
        if any('working_dir"}}' in word and "service" not in word for word in words):
            others = self.state / "others"
            sys.stdout.write(others.read_text() if others.exists() else f"{self.folder}\n" * len(self.containers()))
            return 0
        for service, container in self.containers().items():
            if "json" in words:
                sys.stdout.write(json.dumps({"Service": service, **container}) + "\n")
            else:
                sys.stdout.write(f"{service} {container['State']}\n")
        return 0

    def up(self, words: list[str]) -> int:
        if (self.state / "noise").exists():
            # As Docker Compose 2.40.3 says it where its output is no terminal.
            for name in ("UID", "GID") * 3:
                text = f'The \\"{name}\\" variable is not set. Defaulting to a blank string.'
                sys.stderr.write(f'time="2026-11-29T07:40:56Z" level=warning msg="{text}"\n')
        if self.trouble == "image":
            sys.stderr.write(
                " api Pulling\n api Error manifest unknown\nError response from daemon: manifest unknown\n"
            )
            return 1
        if not self.env_file:
            sys.stderr.write("env file .env not found\n")
            return 1
        named = [word for word in words if not word.startswith("-")]
        containers = self.containers()
        for service in named or SERVICES:
            is_running = containers.get(service, {}).get("State") == "running"
            if is_running and ("--force-recreate" not in words or self.trouble == "stale"):
                sys.stderr.write(f" Container {service}  Running\n")
                continue
            sys.stderr.write(f" Container \x1b[31m{service}\x1b[0m  Started\n")
            end(containers.get(service))
            containers[service] = self.started(service)
        self.keep(containers)
        return 0

    def started(self, service: str) -> dict[str, Any]:
        pid, status = 0, "running"
        if service == "api" and self.trouble in ("exits", "memory"):
            status = "exited"
        elif (service == "api" and self.trouble == "restarts") or (service == "mongodb" and self.trouble == "avx"):
            status = "restarting"
        elif service == "api" and self.trouble not in ("never", "avx"):
            command = [sys.executable, "-P", "-m", "tests.wizard.apply.container", str(self.folder), str(self.state)]
            with (self.state / "container.log").open("ab") as log:
                child = subprocess.Popen(
                    command,
                    cwd=CHECKOUT,
                    env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            pid = child.pid
        started = datetime.now(UTC).isoformat().replace("+00:00", "123Z")
        code = {"avx": 132, "memory": 137}.get(self.trouble, 1)
        return {
            "State": status,
            "pid": pid,
            "ExitCode": code if status != "running" else 0,
            "ID": f"{service}-{time.time_ns()}",
            "started": started,
        }

    def execute(self, words: list[str]) -> int:
        # What runs in a container goes on when the docker command that started it is ended.
        if child := os.fork():
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.setsid()
        if words[1] == "mongodump":
            return dump(self.state)
        if words[2] == "-" or words[2].endswith("delete-user.js"):
            return self.node(words[2:])
        return self.create(words)

    def run_once(self, words: list[str]) -> int:
        """Run node in a container of its own, which goes on when this command is killed, until ``rm -f`` of its name."""
        name = words[words.index("--name") + 1]
        node = words[words.index("node") + 1 :]
        image = self.state / "app"
        program = [sys.executable, str(self.state / "node.py")] if (self.state / "node.py").exists() else ["node"]
        child = subprocess.Popen(
            [*program, *(word.replace("/app/", f"{image}/") for word in node)],
            cwd=image,
            env={"PATH": os.environ["PATH"], **json.loads((self.state / "container-environment.json").read_text())},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        (self.state / name).write_text(str(child.pid))
        # The container has pipes of its own, as the engine's: it holds none of this command's open.
        pairs = ((child.stdout, 1), (child.stderr, 2))
        pumps = [threading.Thread(target=pump, args=pair) for pair in pairs]
        for thread in pumps:
            thread.start()
        for thread in pumps:
            thread.join()
        status = child.wait()
        (self.state / name).unlink(missing_ok=True)
        return status if status >= 0 else 128 - status

    def create(self, words: list[str]) -> int:
        script, email, name, username, *flags = words[2:]
        password = sys.stdin.readline().rstrip("\n")
        path = self.state / "users.json"
        users = json.loads(path.read_text()) if path.is_file() else []
        sys.stdout.write("\x1b[33mWarming up the engines...\x1b[0m\nPassword: (leave blank, to generate one)\n> ")
        if email in [user["email"] for user in users]:
            sys.stdout.write("\x1b[31mError: A user with that email or username already exists!\x1b[0m\n")
            return 1
        if not password:
            return 1
        if (self.state / "refuse").exists():
            sys.stdout.write("\x1b[31mError: The email address provided cannot be used.\x1b[0m\n")
            return 1
        if (self.state / "keep").exists():
            (self.state / "keep").write_text(json.dumps({"password": password}))
        users.append({"email": email, "name": name, "username": username, "password": password})
        if (self.state / "slow").exists():
            time.sleep(float((self.state / "slow").read_text()))
        path.write_text(json.dumps(users))
        (self.state / "script").write_text(f"{script} {' '.join(flags)}")
        time.sleep(0.3)
        if (self.state / "edits").exists():
            with (self.folder / ".env").open("a") as env:
                env.write((self.state / "edits").read_text())
        sys.stdout.write("\x1b[32mUser created successfully!\x1b[0m\n")
        return 0

    def node(self, words: list[str]) -> int:
        """Run the real node on what stands for the image: its mongoose and delete-user.js know ``users.json`` alone."""
        image = self.state / "app"
        modules = image / "node_modules" / "mongoose"
        modules.mkdir(parents=True, exist_ok=True)
        (modules / "index.js").write_text(MONGOOSE)
        release = self.state / "release"
        version = release.read_text() if release.exists() else "v0.8.7"
        (image / "package.json").write_text(json.dumps({"version": version}))
        script = words if words[0] == "-" else [str(Path(__file__).with_name("deleteuser.js")), *words[1:]]
        environment = {"PATH": os.environ["PATH"], "MONGO_URI": "mongodb://mongodb", "STATE": str(self.state)}
        return subprocess.run(
            ["node", *script], cwd=image, env={**environment, "RELEASE": version}, check=False
        ).returncode

    def logs(self, _: list[str]) -> int:
        for line in self.env_file.splitlines():
            sys.stdout.write(f"error: read {line}\x1b]0;title\x07\n" if "JWT_SECRET" in line else "")
        sys.stdout.write("error: mongodb://someone:hidden-pass@mongodb:27017 does not answer\n")
        return 0

    def inspect(self, words: list[str]) -> int:
        for container in self.containers().values():
            if container["ID"] == words[-1]:
                sys.stdout.write(f"{container['started']}\n")
        return 0

    def start(self, words: list[str]) -> int:
        """Start containers that are there, also those that run (``restart``)."""
        containers = self.containers()
        for service in words:
            if service in containers:
                end(containers[service])
                containers[service] = self.started(service)
        self.keep(containers)
        return 0

    def stop(self, words: list[str]) -> int:
        containers = self.containers()
        for service in [word for word in words if not word.startswith("-")] or list(containers):
            end(containers.get(service))
            if service in containers:
                containers[service] |= {"State": "exited", "pid": 0}
        self.keep({} if "down" in self.words else containers)
        return 0


def kill_caller(state: Path, verb: str) -> None:
    """Kill the wizard where ``state/kills`` says so: ``run 2`` is at the second call of that kind; this one is carried out."""
    path = state / "kills"
    wanted, _, count = path.read_text().partition(" ") if path.exists() else ("", "", "")
    if wanted == verb and int(count) > 1:
        path.write_text(f"{wanted} {int(count) - 1}")
    elif wanted == verb:
        path.unlink()
        os.kill(os.getppid(), signal.SIGKILL)


def dump(state: Path) -> int:
    if (state / "nodump").exists():
        sys.stderr.write("exec: mongodump: executable file not found in $PATH\n")
        return 127
    sys.stdout.buffer.write(gzip.compress(b"a dump"))
    return 0


def remove(state: Path, name: str) -> int:
    """Kill a container of ``run`` by its name."""
    running = state / name
    if not running.exists():
        sys.stderr.write(f"Error response from daemon: No such container: {name}\n")
        return 1
    os.killpg(int(running.read_text()), signal.SIGKILL)
    running.unlink()
    sys.stdout.write(f"{name}\n")
    return 0


def pump(stream: IO[bytes] | None, descriptor: int) -> None:
    """Hand on what a container says."""
    while stream is not None and (chunk := os.read(stream.fileno(), 65536)):
        os.write(descriptor, chunk)


def end(container: dict[str, Any] | None) -> None:
    """End a container's process and wait until its port is free."""
    pid = container["pid"] if container else 0
    if pid:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        while Path(f"/proc/{pid}/stat").is_file() and ") Z " not in Path(f"/proc/{pid}/stat").read_text():
            time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(Docker(Path(sys.argv[1]), sys.argv[2:]).run())
