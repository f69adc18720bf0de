"""The proxy texts in the real programs: checked by them, and requests sent through them to a backend that echoes."""

from __future__ import annotations

import datetime as dt
import http.client
import http.server
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.judge import need_program
from tests.patience import wait_for_port
from tests.servers.ports import free_port
from wizard.librechat.site import Site
from wizard.plan import proxy_files
from wizard.plan.certificates import local_authority
from wizard.plan.proxy_files import ProxySite, Upstream, caddyfile, nginx_conf, ready_caddy, ready_nginx, ready_traefik
from wizard.yamlfile.document import YamlText

HOST = "chat.example.com"
ADDRESSES = (
    "https://chat.example.com",
    "https://192.168.1.10",
    "https://[fd00::1]:8443",
    "https://example.com/a.b/chat",
    "https://b\u00fccher.example",
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with certificates for the host."""
    folder = tmp_path_factory.mktemp("pair")
    made = local_authority(dt.datetime.now(dt.UTC), [HOST, "192.168.1.10"])
    for name, content in (("ca.crt", made.ca_pem), ("server.crt", made.cert_pem), ("server.key", made.key_pem)):
        (folder / name).write_bytes(content)
    return folder


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the request's headers; /stream sends one line at once and the other when it is told to."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/stream":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"data: one\n\n")
            self.wfile.flush()
            self.go_on.wait(10)
            self.wfile.write(b"data: two\n\n")
            self.close_connection = True
            return
        body = json.dumps({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        # As LibreChat does from v0.8.8-rc2 on.
        self.send_header("Strict-Transport-Security", "max-age=31536000")
        self.send_header("X-Frame-Options", "SAMEORIGIN")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass


@pytest.fixture(scope="module")
def backend() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={"PATH": os.environ["PATH"], "HOME": str(folder)}
        )
    try:
        wait_for_port(port, lambda: child.poll() is None)
        yield
    finally:
        child.terminate()
        child.wait()


@contextmanager
def connected(port: int, pair: Path) -> Iterator[http.client.HTTPSConnection]:
    """A TLS connection to the loopback port that asks for, and verifies, the host's name."""
    context = ssl.create_default_context(cafile=str(pair / "ca.crt"))
    connection = http.client.HTTPSConnection(HOST, port, context=context, timeout=60)
    loopback = ("127.0.0.1", port)
    connection._create_connection = lambda *_: socket.create_connection(loopback, 10)  # type: ignore[attr-defined]
    try:
        yield connection
    finally:
        connection.close()


def in_place(text: str, pair: Path) -> str:
    return text.replace(proxy_files.CERTIFICATE_IN_CONTAINER, str(pair / "server.crt")).replace(
        proxy_files.KEY_IN_CONTAINER, str(pair / "server.key")
    )


@contextmanager
def caddy(front: ProxySite, pair: Path, folder: Path) -> Iterator[int]:
    text = in_place(caddyfile(front), pair)
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n\thttp_port {free_port()}\n}}\n{text}")
    command = [need_program("caddy"), "run", "--config", "Caddyfile", "--adapter", "caddyfile"]
    with running(command, front.site.port, folder):
        yield front.site.port


@contextmanager
def nginx(front: ProxySite, pair: Path, folder: Path) -> Iterator[int]:
    port = free_port()
    text = in_place(nginx_conf(front), pair)
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace(
        "listen 80", f"listen 127.0.0.1:{free_port()}"
    )
    (folder / "default.conf").write_text("\n".join(line for line in text.splitlines() if "listen [::]" not in line))
    command = [need_program("nginx"), "-e", "stderr", "-p", str(folder), "-c", write_main(folder)]
    with running(command, port, folder):
        yield port


def write_main(folder: Path) -> str:
    """The main configuration around a conf.d file, everything it writes inside the folder."""
    temp = "".join(f"{name}_temp_path {folder}/t;\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = folder / "main.conf"
    main.write_text(
        f"{user}daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temp}include {folder}/default.conf;\n}}\n"
    )
    return str(main)


@pytest.mark.parametrize("serve", [caddy, nginx], ids=["caddy", "nginx"])
def test_librechat_learns_scheme_host_and_the_real_address_of_the_client(
    serve: object, backend: int, pair: Path, tmp_path: Path
) -> None:
    port = free_port()
    site = Site(scheme="https", host=HOST, port=port)
    front = ProxySite(site=site, upstream=f"127.0.0.1:{backend}", own_certificate=True)
    with serve(front, pair, tmp_path) as listening:  # type: ignore[operator]
        forged = {
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Host": "evil.example",
            "Host": HOST,
        }
        with connected(listening, pair) as connection:
            connection.request("GET", "/api/config?x=a%2Fb", headers=forged)
            answer = json.loads(connection.getresponse().read())
            assert answer["path"] == "/api/config?x=a%2Fb"
            headers = answer["headers"]
            assert headers["x-forwarded-proto"] == "https"
            assert headers["x-forwarded-for"] == "127.0.0.1"
            assert headers["x-forwarded-host"] == HOST
            assert headers["host"] == HOST
        with connected(listening, pair) as upgrade:
            upgrade.request("GET", "/ws", headers={"Host": HOST, "Connection": "Upgrade", "Upgrade": "websocket"})
            headers = json.loads(upgrade.getresponse().read())["headers"]
            assert (headers["connection"].lower(), headers["upgrade"]) == ("upgrade", "websocket")


@pytest.mark.parametrize("serve", [caddy, nginx], ids=["caddy", "nginx"])
def test_a_streamed_answer_is_passed_on_piece_by_piece(serve: object, backend: int, pair: Path, tmp_path: Path) -> None:
    Echo.go_on.clear()
    site = Site(scheme="https", host=HOST, port=free_port())
    front = ProxySite(site=site, upstream=f"127.0.0.1:{backend}", own_certificate=True)
    with (
        serve(front, pair, tmp_path) as listening,  # type: ignore[operator]
        connected(listening, pair) as connection,
    ):
        connection.request("GET", "/stream", headers={"Host": HOST})
        response = connection.getresponse()
        # The second piece is not sent before the first has arrived: a proxy that buffers would hang here.
        assert response.readline() == b"data: one\n"
        Echo.go_on.set()
        assert b"data: two" in response.read()


@pytest.mark.parametrize("serve", [caddy, nginx], ids=["caddy", "nginx"])
def test_below_a_path_librechat_sees_its_own_paths(serve: object, backend: int, pair: Path, tmp_path: Path) -> None:
    site = Site(scheme="https", host=HOST, port=free_port(), path="/chat")
    front = ProxySite(site=site, upstream=f"127.0.0.1:{backend}", own_certificate=True)
    with (
        serve(front, pair, tmp_path) as listening,  # type: ignore[operator]
        connected(listening, pair) as connection,
    ):
        connection.request("GET", "/chat/api/config?a=1", headers={"Host": HOST})
        assert json.loads(connection.getresponse().read())["path"] == "/api/config?a=1"
        connection.request("GET", "/chat", headers={"Host": HOST})
        response = connection.getresponse()
        assert response.status == 308
        assert (response.headers["Location"] or "").endswith("/chat/")


def handshake(port: int, pair: Path, *, ciphers: str, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> str:
    """Offer one version and these suites; return the suite that was agreed on."""
    context = ssl.create_default_context(cafile=str(pair / "ca.crt"))
    # Level 0, so that it is the server who refuses what is old.
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        return str((secure.cipher() or ("",))[0])


@pytest.mark.parametrize("serve", [caddy, nginx], ids=["caddy", "nginx"])
def test_old_versions_and_suites_of_tls_are_refused(serve: object, backend: int, pair: Path, tmp_path: Path) -> None:
    front = ProxySite(
        site=Site(scheme="https", host=HOST, port=free_port()), upstream=f"127.0.0.1:{backend}", own_certificate=True
    )
    with serve(front, pair, tmp_path) as port:  # type: ignore[operator]
        for suite in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"):
            assert handshake(port, pair, ciphers=f"ECDHE-ECDSA-{suite}") == f"ECDHE-ECDSA-{suite}"
        for suite in ("AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA384", "CAMELLIA256-SHA384"):
            with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
                handshake(port, pair, ciphers=f"ECDHE-ECDSA-{suite}")
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            handshake(port, pair, ciphers="ALL", version=ssl.TLSVersion.TLSv1_1)


@pytest.mark.parametrize("serve", [caddy, nginx], ids=["caddy", "nginx"])
def test_no_answer_of_the_proxys_own_names_its_version(serve: object, pair: Path, tmp_path: Path) -> None:
    nobody = free_port()
    front = ProxySite(
        site=Site(scheme="https", host=HOST, port=free_port()), upstream=f"127.0.0.1:{nobody}", own_certificate=True
    )
    with serve(front, pair, tmp_path) as port:  # type: ignore[operator]
        with connected(port, pair) as connection:
            connection.request("GET", "/", headers={"Host": HOST})
            bad_gateway = connection.getresponse()
            page = bad_gateway.read().decode()
        plain = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        plain.request("GET", "/", headers={"Host": HOST})
        wrong_scheme = plain.getresponse()
        page += wrong_scheme.read().decode()
        plain.close()
    assert bad_gateway.status == 502
    assert (bad_gateway.headers["Server"] or "").lower() in ("", "caddy", "nginx")
    assert (wrong_scheme.headers["Server"] or "").lower() in ("", "caddy", "nginx")
    assert not re.search(r"(nginx|caddy)/[0-9]", page, re.IGNORECASE)


@pytest.mark.parametrize("hsts", ["max-age=63072000", "max-age=0", ""])
@pytest.mark.parametrize("serve", [caddy, nginx], ids=["caddy", "nginx"])
def test_hsts_is_sent_once_and_with_every_answer(
    serve: object, hsts: str, backend: int, pair: Path, tmp_path: Path
) -> None:
    for upstream, status in ((backend, 200), (free_port(), 502)):
        front = ProxySite(
            site=Site(scheme="https", host=HOST, port=free_port()),
            upstream=f"127.0.0.1:{upstream}",
            own_certificate=True,
            hsts=hsts,
        )
        with serve(front, pair, tmp_path) as port, connected(port, pair) as connection:  # type: ignore[operator]
            connection.request("GET", "/", headers={"Host": HOST})
            answer = connection.getresponse()
            assert answer.status == status
            # Where the proxy has none of its own, LibreChat's comes through.
            expected = hsts or ("max-age=31536000" if status == 200 else "")
            assert answer.headers.get_all("Strict-Transport-Security", []) == [expected] * bool(expected)
            assert answer.headers.get_all("X-Frame-Options", []) == ["SAMEORIGIN"] * (status == 200)


def test_caddy_accepts_the_site_block_for_every_address(pair: Path, tmp_path: Path) -> None:
    for number, address in enumerate(ADDRESSES):
        site = Site.parse(address)
        admin = Site.parse("https://admin.example.com")
        texts = [
            ready_caddy(site, Upstream("127.0.0.1:3080"), hops, hsts)
            for hops in (1, 2)
            for hsts in ("", "max-age=63072000")
        ]
        for own in (True, False):
            front = ProxySite(
                site=site,
                upstream="api:3080",
                admin=admin,
                own_certificate=own,
                email="" if own else "a@b.example",
                hsts="max-age=0",
            )
            texts.append(in_place(caddyfile(front), pair))
        for text in texts:
            file = tmp_path / f"Caddyfile{number}"
            file.write_text(text)
            done = subprocess.run(
                [need_program("caddy"), "adapt", "--config", str(file), "--adapter", "caddyfile"],
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr.decode()
            assert b"not formatted" not in done.stderr, text


def test_nginx_accepts_the_configuration_for_every_address(pair: Path, tmp_path: Path) -> None:
    main = write_main(tmp_path)
    for address in (*ADDRESSES, "http://192.168.1.10"):
        site = Site.parse(address)
        texts = [
            nginx_conf(ProxySite(site=site, upstream="api:3080", admin=Site.parse(admin), own_certificate=True))
            for admin in ("https://admin.example.com", "http://admin.localhost")
        ]
        if site.scheme == "https":
            upstreams = (Upstream("127.0.0.1:3080"), Upstream("api:3080", is_in_docker=True))
            texts += [ready_nginx(site, upstream, 1, "max-age=63072000") for upstream in upstreams]
            texts += [
                ready_nginx(site, Upstream("127.0.0.1:3080"), hops, hsts)
                for hops in (1, 2)
                for hsts in ("", "max-age=63072000")
            ]
        for text in texts:
            local = in_place(text, pair)
            for name, file in (("fullchain", "server.crt"), ("privkey", "server.key")):
                local = local.replace(f"/etc/letsencrypt/live/{site.host}/{name}.pem", str(pair / file))
            (tmp_path / "default.conf").write_text(local)
            done = subprocess.run(
                [need_program("nginx"), "-t", "-q", "-e", "stderr", "-p", str(tmp_path), "-c", main],
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr.decode()


def test_the_inner_of_two_nginx_proxies_keeps_the_headers_of_the_outer_one(
    backend: int, pair: Path, tmp_path: Path
) -> None:
    port = free_port()
    text = ready_nginx(Site(scheme="https", host=HOST, port=port), Upstream(f"127.0.0.1:{backend}"), 2)
    for name, file in (("fullchain", "server.crt"), ("privkey", "server.key")):
        text = text.replace(f"/etc/letsencrypt/live/{HOST}/{name}.pem", str(pair / file))
    text = text.replace(f"listen {port}", f"listen 127.0.0.1:{port}").replace(
        "listen 80", f"listen 127.0.0.1:{free_port()}"
    )
    (tmp_path / "default.conf").write_text("\n".join(line for line in text.splitlines() if "listen [::]" not in line))
    command = [need_program("nginx"), "-e", "stderr", "-p", str(tmp_path), "-c", write_main(tmp_path)]
    outer = {"Host": HOST, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
    with running(command, port, tmp_path), connected(port, pair) as connection:
        connection.request("GET", "/", headers=outer)
        headers = json.loads(connection.getresponse().read())["headers"]
        assert headers["x-forwarded-proto"] == "http"
        assert headers["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"


def read_yaml(text: str) -> Any:
    return YamlText.parse(text.encode(), "traefik.yml").data


def test_the_traefik_text_routes_the_host_to_librechat() -> None:
    plain = read_yaml(ready_traefik(Site.parse("https://chat.example.com"), Upstream("127.0.0.1:3080"), 1))["http"]
    assert plain["routers"]["librechat"]["rule"] == "Host(`chat.example.com`)"
    assert plain["services"]["librechat"]["loadBalancer"]["servers"] == [{"url": "http://127.0.0.1:3080"}]
    assert plain["services"]["librechat"]["loadBalancer"]["passHostHeader"] is True
    below = read_yaml(ready_traefik(Site.parse("https://example.com/chat"), Upstream("127.0.0.1:80"), 2))["http"]
    assert below["routers"]["librechat"]["rule"] == "Host(`example.com`) && PathPrefix(`/chat`)"
    both = read_yaml(ready_traefik(Site.parse("https://example.com/chat"), Upstream("127.0.0.1:80"), 2, "max-age=0"))[
        "http"
    ]
    assert both["routers"]["librechat"]["middlewares"] == ["librechat-path", "librechat-hsts"]
    assert both["middlewares"]["librechat-hsts"] == {
        "headers": {"customResponseHeaders": {"Strict-Transport-Security": "max-age=0"}}
    }
    assert "librechat-hsts" not in str(below)
    assert below["middlewares"]["librechat-path"]["stripPrefix"]["prefixes"] == ["/chat"]
