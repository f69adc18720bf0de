"""A folder for Kubernetes and the cluster that kubectl and helm are set up for: the tests' own API server on loopback."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from tests.helm_judge import CHART, program
from tests.judge import image_node
from tests.screens.cli.program import Run, answers, run
from tests.servers.kubernetes import ApiServer, api_server
from tests.servers.kubernetes_exec import PodProgram
from wizard.librechat.releases import NEWEST
from wizard.librechat.startup_config import startup_config

ASKED: Final = f"""\
version: 1
librechat: {{stack: helm}}
access: https-existing
kubernetes: {{namespace: chat, release: lc, chart_source: {CHART}, replicas: 2, redis: bundled, storage: none, ingress: {{class: traefik, secret: tls}}}}
settings: {{DOMAIN_CLIENT: "https://chat.example.net", ALLOW_REGISTRATION: false}}
"""


@dataclass
class Site:
    """A folder and the cluster that kubectl is set up for."""

    folder: Path
    server: ApiServer
    environment: Mapping[str, str]
    port: int = 0
    """Where LibreChat of the pods answers /api/config."""
    unready: float = 0
    """How often it does not answer yet, the next times that it is asked."""
    says: Mapping[str, object] = field(default_factory=dict)
    """What it says otherwise than its environment would have it say."""
    answered: int = 0

    def answer(self, text: str, *more: str) -> Run:
        return run(
            "--answers",
            answers(self.folder, text),
            "--dir",
            self.folder,
            "--offline",
            *more,
            environment=self.environment,
        )

    def doctor(self) -> dict[str, Any]:
        done = run("doctor", "--dir", self.folder, "--only", "kubernetes", "--json", environment=self.environment)
        found: dict[str, Any] = {one["id"].removeprefix("kubernetes."): one for one in json.loads(done.out)["findings"]}
        return {**found, "exit": done.status}

    def secret(self, name: str = "librechat-credentials-env") -> dict[str, str]:
        data = self.server.objects["secrets", name]["data"]
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    def environment_of_pod(self) -> dict[str, str]:
        return dict(self.server.objects["configmaps", "lc-librechat-configenv"]["data"])

    def program(self, command: list[str]) -> PodProgram:
        """Run node as LibreChat's pod does; its port is that of :func:`_answering` here."""
        assert command[:2] == ["node", "-e"], command
        port = str(self.port)
        return PodProgram(arguments=[image_node(), *command[1:3], port, *command[4:]])

    def helm(self, *words: str | Path) -> None:
        command = [program("helm"), *words, "-n", "chat"]
        subprocess.run(command, env=dict(self.environment), check=True, capture_output=True)


@contextmanager
def kubernetes_site(room: Path) -> Iterator[Site]:
    """Serve the cluster; the folder is empty."""
    folder, kubeconfig = room / "chat", room / "kubeconfig"
    folder.mkdir()
    environment = {
        "PATH": f"{program('kubectl').parent}:{os.environ['PATH']}",
        "KUBECONFIG": str(kubeconfig),
        "HOME": str(room),
    }
    with api_server(kubeconfig) as server:
        made = Site(folder, server, environment)
        server.program = made.program
        with _answering(made):
            yield made


@contextmanager
def _answering(site: Site) -> Iterator[None]:
    """Answer /api/config as LibreChat with the environment of the pods does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            environment = {**site.environment_of_pod(), **site.secret()}
            body = json.dumps({**startup_config(environment, NEWEST), **site.says}).encode()
            self.send_response(503 if site.unready > 0 else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            site.answered += 1
            site.unready -= 1

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
