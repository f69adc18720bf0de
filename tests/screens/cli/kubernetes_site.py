"""A folder for Kubernetes and the cluster that kubectl and helm are set up for: the tests' own API server on loopback."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.helm_judge import CHART, program
from tests.screens.cli.program import Run, answers, run
from tests.servers.kubernetes import ApiServer, api_server

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
        yield Site(folder, server, environment)
