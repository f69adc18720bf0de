"""A Kubernetes API server for the few kinds that a release of LibreChat has, on loopback: it stores objects and has no cluster behind it.

Real kubectl and helm talk with it: discovery, GET, LIST with labels and fields, WATCH (what is there, once), POST, PUT, PATCH (server-side
apply, merge, strategic merge by name), DELETE, and exec, which starts a program of this machine. A Deployment is ready at once, and has one pod for each replica. It has no admission, no
conflicts of field managers and no defaults: what it takes is not proven to be taken by a real one.
"""

from __future__ import annotations

import base64
import copy
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ruamel.yaml import YAML

from tests.servers.kubernetes_exec import ExecSession, PodProgram, upgrade
from tests.servers.kubernetes_wire import (
    CLUSTER_WIDE,
    KINDS,
    PROTOBUF,
    Json,
    core,
    merged,
    places,
    schema,
    secret_of,
    without,
)


class ApiServer(ThreadingHTTPServer):
    """The objects, what was asked, and what nobody may do."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[tuple[str, str], Json] = {}
        """By resource and name."""
        self.requests: list[str] = []
        self.forbidden: set[tuple[str, str]] = set()
        """Verb and resource, such as ``("get", "secrets")``."""
        self.log = "LibreChat is listening\n"
        self.program: Callable[[list[str]], PodProgram] | None = None
        """What a command in a pod starts; ``None``: no pod runs commands."""
        self.commands: list[tuple[str, str, list[str]]] = []
        """Pod, container and arguments of every command."""
        self.breaks_pods = False
        """Whether pods of a change never become ready."""
        self.version = 1
        self.lock = threading.RLock()
        self._applied: dict[tuple[str, str, str], Json] = {}
        self._now = datetime(2026, 11, 1, tzinfo=UTC)

    def tick(self) -> str:
        """Return a time that is later than every one before."""
        self._now += timedelta(minutes=1)
        return self._now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def put(self, resource: str, name: str, body: Json, *, manager: str = "") -> Json:
        """Store an object as an API server would."""
        with self.lock:
            self.version += 1
            former = self.objects.get((resource, name))
            meta = body.setdefault("metadata", {})
            meta |= {"name": name, "uid": f"uid-{resource}-{name}", "resourceVersion": str(self.version)}
            if resource not in CLUSTER_WIDE:
                meta.setdefault("namespace", "chat")
            for key, value in (body.pop("stringData", None) or {}).items():
                body.setdefault("data", {})[key] = base64.b64encode(value.encode()).decode()
            changed = former is None or core(former) != core(body)
            meta.setdefault("creationTimestamp", self.tick())
            if changed:
                meta["managedFields"] = [
                    {
                        "manager": manager or "test",
                        "operation": "Update",
                        "apiVersion": body.get("apiVersion", "v1"),
                        "time": self.tick(),
                        "fieldsType": "FieldsV1",
                        "fieldsV1": {},
                    }
                ]
            else:
                meta["managedFields"] = (former or body)["metadata"].get("managedFields", [])
            self.objects[resource, name] = body
            if resource == "deployments":
                self._deploy(body, former)
            return body

    def _deploy(self, body: Json, former: Json | None) -> None:
        same = former is not None and former.get("spec") == body.get("spec")
        meta, spec = body["metadata"], body["spec"]
        meta["generation"] = ((former or {}).get("metadata") or {}).get("generation", 0) + (0 if same else 1)
        count = spec.get("replicas", 1)
        ready = 0 if self.breaks_pods and not same else count
        meta.setdefault("annotations", {})["deployment.kubernetes.io/revision"] = str(meta["generation"])
        body["status"] = {
            "observedGeneration": meta["generation"],
            **dict.fromkeys(("replicas", "updatedReplicas"), count),
            **dict.fromkeys(("readyReplicas", "availableReplicas"), ready),
            "conditions": [
                {
                    "type": "Progressing",
                    "status": "True" if ready or not self.breaks_pods else "False",
                    "reason": "ProgressDeadlineExceeded" if ready < count else "NewReplicaSetAvailable",
                }
            ],
        }
        if same:
            return
        for key in [key for key in self.objects if key[0] == "pods"]:
            del self.objects[key]
        for number in range(count):
            name = f"{meta['name']}-{meta['generation']}-{number}"
            state = "True" if ready else "False"
            self.objects["pods", name] = {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": name,
                    "namespace": "chat",
                    "labels": spec["template"]["metadata"].get("labels", {}),
                    "uid": name,
                },
                "spec": {"containers": [{"name": "librechat"}]},
                "status": {
                    "phase": "Running",
                    "startTime": self.tick(),
                    "conditions": [{"type": "Ready", "status": state}],
                },
            }

    def apply(self, resource: str, name: str, body: Json, manager: str) -> Json:
        """Server-side apply: fields of the manager that it no longer has are taken away."""
        with self.lock:
            present = copy.deepcopy(self.objects.get((resource, name)) or {})
            last = self._applied.get((manager, resource, name))
            self._applied[manager, resource, name] = copy.deepcopy(body)
            return self.put(resource, name, merged(without(present, last, body), body), manager=manager)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ApiServer

    def log_message(self, *_: object) -> None:
        pass

    def _json(self, body: Any, status: int = 200) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _status(self, code: int, reason: str, message: str) -> None:
        self._json(
            {
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Failure",
                "code": code,
                "reason": reason,
                "message": message,
            },
            code,
        )

    def _body(self) -> Any:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command == "DELETE":
            # Only how to delete: helm sends it as protobuf.
            return None
        if raw.startswith(PROTOBUF):
            return secret_of(raw.removeprefix(PROTOBUF))
        try:
            return json.loads(raw or b"{}")
        except ValueError:
            return YAML(typ="safe", pure=True).load(raw)

    def _handle(self, verb: str) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.server.requests.append(f"{self.command} {self.path}")
        body = self._body() if self.command in ("POST", "PUT", "PATCH", "DELETE") else None
        with self.server.lock:
            if self._discovery(parts.path):
                return
            session = self._answer(verb, parts.path, query, body)
        # Others are answered while a command runs.
        if session is not None:
            session.run()

    def _answer(self, verb: str, path: str, query: dict[str, list[str]], body: Any) -> ExecSession | None:
        words = [word for word in path.split("/") if word]
        group, rest = ("", words[2:]) if words[0] == "api" else (words[1], words[3:])
        kinds = next((found for (name, _), found in KINDS.items() if name == group), {})
        if rest[:1] == ["namespaces"] and len(rest) > 2:
            rest = rest[2:]
        resource, name = (rest[0] if rest else ""), (rest[1] if len(rest) > 1 else "")
        if resource not in kinds:
            self._status(404, "NotFound", "the server could not find the requested resource")
            return None
        whole = "/".join((resource, *rest[2:]))
        needed_verb = "create" if rest[2:] == ["exec"] else "list" if verb == "get" and not name else verb
        if {(needed_verb, resource), (needed_verb, whole)} & self.server.forbidden:
            message = f'{resource} "{name}" is forbidden: User "test" cannot {needed_verb} resource "{whole}"'
            self._status(403, "Forbidden", message)
        elif rest[2:] == ["exec"]:
            return self._exec(name, query)
        elif rest[2:] == ["log"]:
            self._text(self.server.log.encode())
        else:
            self._object(
                verb,
                (group, kinds[resource], resource, name),
                {key: values[-1] for key, values in query.items()},
                body,
            )
        return None

    def _text(self, text: bytes, kind: str = "text/plain") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _exec(self, pod: str, query: dict[str, list[str]]) -> ExecSession | None:
        container, command = query.get("container", [""])[-1], query.get("command", [])
        self.server.commands.append((pod, container, command))
        found = self.server.objects.get(("pods", pod))
        containers = [one["name"] for one in found["spec"]["containers"]] if found else []
        if container not in containers:
            self._status(400, "BadRequest", f"container {container} is not valid for pod {pod}")
        elif self.server.program is None:
            self._status(500, "InternalError", "no command runs here")
        elif not upgrade(self):
            self._status(400, "BadRequest", "Upgrade request required")
        else:
            return ExecSession(self, self.server.program(command))
        return None

    def _object(self, verb: str, what: tuple[str, str, str, str], query: dict[str, str], body: Any) -> None:
        group, kind, resource, name = what
        server, key = self.server, (resource, name)
        if verb == "get" and not name:
            self._list(group, kind, resource, query)
        elif verb == "create":
            name = body["metadata"]["name"]
            if (resource, name) in server.objects:
                self._status(409, "AlreadyExists", f'{resource} "{name}" already exists')
            else:
                self._json(server.put(resource, name, body), 201)
        elif verb == "patch" and "apply-patch" in self.headers.get("Content-Type", ""):
            is_new = key not in server.objects
            self._json(server.apply(resource, name, body, query.get("fieldManager", "")), 201 if is_new else 200)
        elif key not in server.objects:
            self._status(404, "NotFound", f'{resource} "{name}" not found')
        elif verb == "get":
            self._json(server.objects[key])
        elif verb == "update":
            self._json(server.put(resource, name, body))
        elif verb == "patch" and isinstance(body, list):
            # helm 4 hands managedFields over to server-side apply; this server has none to speak of.
            self._json(server.objects[key])
        elif verb == "patch":
            strategic = "strategic" in self.headers.get("Content-Type", "")
            made = merged(copy.deepcopy(server.objects[key]), body, strategic=strategic)
            self._json(server.put(resource, name, made))
        else:
            del server.objects[key]
            self._json({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})

    def _list(self, group: str, kind: str, resource: str, query: dict[str, str]) -> None:
        items = [one for (of, _), one in self.server.objects.items() if of == resource]
        for pair in filter(None, query.get("labelSelector", "").split(",")):
            label, sign, value = pair.partition("=")
            if sign and not label.endswith("!"):
                items = [one for one in items if (one["metadata"].get("labels") or {}).get(label) == value.lstrip("=")]
        for pair in filter(None, query.get("fieldSelector", "").split(",")):
            field, _, value = pair.partition("=")
            if field == "metadata.name":
                items = [one for one in items if one["metadata"]["name"] == value]
        version = {"resourceVersion": str(self.server.version)}
        if query.get("watch") in ("true", "1"):
            end = {"annotations": {"k8s.io/initial-events-end": "true"}, **version}
            mark = {"kind": kind, "apiVersion": f"{group}/v1" if group else "v1", "metadata": end}
            events = [*({"type": "ADDED", "object": one} for one in items), {"type": "BOOKMARK", "object": mark}]
            lines = [json.dumps(event).encode() + b"\n" for event in events]
            self._text(b"".join(lines), "application/json")
            return
        self._json(
            {"kind": f"{kind}List", "apiVersion": f"{group}/v1" if group else "v1", "metadata": version, "items": items}
        )

    def _discovery(self, path: str) -> bool:
        if path == "/version":
            self._json({"major": "1", "minor": "33", "gitVersion": "v1.33.0"})
        elif path == "/api":
            self._json({"kind": "APIVersions", "versions": ["v1"]})
        elif path == "/apis":
            groups = [
                {
                    "name": group,
                    "versions": [{"groupVersion": f"{group}/{version}", "version": version}],
                    "preferredVersion": {"groupVersion": f"{group}/{version}", "version": version},
                }
                for group, version in KINDS
                if group
            ]
            self._json({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        elif path == "/openapi/v3":
            self._json({"paths": {place: {"serverRelativeURL": f"/openapi/v3/{place}?hash=1"} for place in places()}})
        elif path.removeprefix("/openapi/v3/") in places():
            self._json(schema(*places()[path.removeprefix("/openapi/v3/")]))
        else:
            for (group, version), resources in KINDS.items():
                if path == (f"/apis/{group}/{version}" if group else f"/api/{version}"):
                    listed = [
                        {
                            "name": name,
                            "singularName": kind.lower(),
                            "namespaced": name not in CLUSTER_WIDE,
                            "kind": kind,
                            "verbs": ["get", "list", "watch", "create", "update", "patch", "delete"],
                        }
                        for name, kind in resources.items()
                    ]
                    listed += (
                        [{"name": "pods/log", "singularName": "", "namespaced": True, "kind": "Pod", "verbs": ["get"]}]
                        if "pods" in resources
                        else []
                    )
                    self._json(
                        {
                            "kind": "APIResourceList",
                            "apiVersion": "v1",
                            "groupVersion": f"{group}/{version}" if group else version,
                            "resources": listed,
                        }
                    )
                    return True
            return False
        return True

    def do_GET(self) -> None:
        self._handle("get")

    def do_POST(self) -> None:
        self._handle("create")

    def do_PUT(self) -> None:
        self._handle("update")

    def do_PATCH(self) -> None:
        self._handle("patch")

    def do_DELETE(self) -> None:
        self._handle("delete")


@contextmanager
def api_server(kubeconfig: Path) -> Iterator[ApiServer]:
    """Serve, and write the kubeconfig that leads there."""
    server = ApiServer()
    server.put("namespaces", "chat", {"apiVersion": "v1", "kind": "Namespace", "status": {"phase": "Active"}})
    address = f"http://127.0.0.1:{server.server_address[1]}"
    context = {"name": "t", "context": {"cluster": "t", "user": "t", "namespace": "default"}}
    kubeconfig.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "t", "cluster": {"server": address}}],
                "users": [{"name": "t", "user": {}}],
                "contexts": [context],
                "current-context": "t",
            }
        )
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
