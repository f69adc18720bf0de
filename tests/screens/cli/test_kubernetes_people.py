"""``users`` and ``keys status`` where LibreChat runs in a pod: the real kubectl runs real scripts by the tests' API server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.judge import image_node
from tests.screens.cli.kubernetes_site import ASKED, Site, kubernetes_site
from tests.screens.cli.program import Run, run
from tests.servers.kubernetes_exec import PodProgram
from tests.wizard.apply.people_stack import PeopleStack, people_stack, session, user

DEPLOYMENT = "lc-librechat"
LABELS = {"app.kubernetes.io/instance": "lc"}


class PodSite:
    """A site whose pods have LibreChat's scripts and a database."""

    def __init__(self, site: Site, people: PeopleStack) -> None:
        self.site, self.people = site, people
        deployment = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "spec": {"replicas": 1, "selector": {"matchLabels": LABELS}, "template": {"metadata": {"labels": LABELS}}},
        }
        site.server.put("deployments", DEPLOYMENT, deployment)
        site.server.program = self.program

    def program(self, command: list[str]) -> PodProgram:
        """Return what a command in the pod starts: it has the environment that the pod would have."""
        assert command[0] == "node"
        words = [word.replace("/app/", f"{self.people.image}/") for word in command[1:]]
        environment = json.loads((self.people.state / "container-environment.json").read_text())
        secret = self.site.secret() if ("secrets", "librechat-credentials-env") in self.site.server.objects else {}
        return PodProgram(
            arguments=[image_node(), *words], environment={**secret, **environment}, folder=self.people.image
        )

    def pod(self, name: str, *, is_ready: bool = True, is_ending: bool = False, made: str = "") -> None:
        """Put one more pod of the Deployment there; a service mesh has its container first in it."""
        metadata = {"name": name, "namespace": "chat", "labels": LABELS, "creationTimestamp": made}
        if is_ending:
            metadata["deletionTimestamp"] = made
        self.site.server.objects["pods", name] = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": {"containers": [{"name": "istio-proxy"}, {"name": DEPLOYMENT}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": str(is_ready)}]},
        }

    def run(self, *words: str, stdin: str = "") -> Run:
        return run(*words, "--dir", self.site.folder, stdin=stdin, environment=self.site.environment)


@pytest.fixture
def pods(tmp_path: Path) -> Iterator[PodSite]:
    room = tmp_path / "people"
    room.mkdir()
    with kubernetes_site(tmp_path) as site, people_stack(room) as people:
        done = site.answer(ASKED)
        assert done.status == 0, done.text
        yield PodSite(site, people)


def test_accounts_are_listed_made_and_removed_in_the_pod(pods: PodSite) -> None:
    ann, eve = user("ann@example.com", "ADMIN"), user("eve@example.com")
    pods.people.fill(ann, eve, sessions=[session(ann)])
    listed = pods.run("users", "list", "--json")
    assert listed.status == 0, listed.text
    assert [one["email"] for one in json.loads(listed.out)["people"]] == ["ann@example.com", "eve@example.com"]
    password = "kanarie 1 $x"
    made = pods.run("users", "add", "bob@example.com", "--password-file", "-", stdin=f"{password}\n")
    assert (made.status, made.out) == (0, "Created the account bob@example.com with the role USER.\n"), made.text
    assert (pods.people.user("bob@example.com") or {})["password"] == f"clear:{password}"
    assert (
        "Run manually: kubectl -n chat exec -it pod/lc-librechat-1-0 -c librechat -- node /app/config/create"
        in made.err
    )
    gone = pods.run("users", "remove", "eve@example.com", "--yes")
    assert gone.status == 0, gone.text
    assert pods.people.user("eve@example.com") is None
    seen = made.text + json.dumps(pods.site.server.commands) + json.dumps(pods.site.server.requests)
    assert "kanarie" not in seen


def test_the_newest_ready_pod_and_the_containers_own_name_are_chosen(pods: PodSite) -> None:
    pods.people.fill(user("ann@example.com", "ADMIN"))
    pods.pod("lc-librechat-old", made="2026-10-01T00:00:00Z")
    pods.pod("lc-librechat-new", made="2027-10-01T00:00:00Z")
    pods.pod("lc-librechat-starting", made="2027-11-01T00:00:00Z", is_ready=False)
    pods.pod("lc-librechat-ending", made="2027-12-01T00:00:00Z", is_ending=True)
    done = pods.run("users", "list")
    assert done.status == 0, done.text
    assert {(pod, container) for pod, container, _ in pods.site.server.commands} == {("lc-librechat-new", DEPLOYMENT)}


def test_where_no_command_can_run_the_reason_is_reported(pods: PodSite) -> None:
    server = pods.site.server
    server.forbidden.add(("create", "pods/exec"))
    done = pods.run("users", "list")
    assert (done.status, "needs the create verb on pods/exec in the namespace chat" in done.err) == (4, True), done.text
    server.forbidden = {("list", "pods")}
    done = pods.run("users", "list")
    assert (done.status, "kubectl is not allowed to read pods in the cluster" in done.err) == (4, True), done.text
    server.forbidden = set()
    server.objects["pods", "lc-librechat-1-0"]["status"]["conditions"] = []
    done = pods.run("users", "list")
    assert (done.status, "No pod of deployment/lc-librechat in the namespace chat is ready." in done.err) == (4, True)
    del server.objects["deployments", DEPLOYMENT]
    done = pods.run("users", "list")
    assert (done.status, "There is no deployment/lc-librechat in the namespace chat." in done.err) == (4, True)
    done = run("users", "list", "--dir", pods.site.folder, environment={"PATH": "/nonexistent"})
    assert (done.status, "kubectl is not in the PATH" in done.err) == (4, True), done.text


def test_keys_status_asks_the_database_from_the_pod(pods: PodSite) -> None:
    """What the pod gets differs from the file: the Secret was not applied, or the pods were not restarted."""
    held = {"CREDS_KEY": "0a" * 32, "CREDS_IV": "0b" * 16}
    body = {"apiVersion": "v1", "kind": "Secret", "stringData": held}
    pods.site.server.put("secrets", "librechat-credentials-env", body)
    done = pods.run("keys", "status")
    assert done.status == 1, done.text
    assert "LibreChat's pod does not use the CREDS_KEY and CREDS_IV from the files" in done.out.replace("\n  ", " ")
    assert "kubectl -n chat exec -i pod/lc-librechat-1-0 -c librechat -- node -" in done.err
    assert not [value for value in held.values() if value in done.text]


def test_names_that_the_values_give_the_objects_count(pods: PodSite) -> None:
    """Trap K16: with nameOverride or fullnameOverride nothing is called RELEASE-librechat."""
    (pods.site.folder.parent / "mine.yaml").write_text('fullnameOverride: "ours"\n')
    done = pods.site.answer(ASKED.replace("replicas: 2", "replicas: 2, values: mine.yaml"))
    assert done.status == 0, done.text
    pods.site.server.put("deployments", "ours", pods.site.server.objects["deployments", DEPLOYMENT])
    pods.people.fill(user("ann@example.com", "ADMIN"))
    del pods.site.server.objects["deployments", DEPLOYMENT]
    assert pods.run("users", "list").status == 0
