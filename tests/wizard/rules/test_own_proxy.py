"""A proxy in LibreChat's own folder that serves another host name than DOMAIN_CLIENT's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.wizard.rules.builder import HEALTHY
from tests.wizard.rules.test_stack import found

CADDY: Final = "web: {image: 'caddy:2', ports: ['80:80', '443:443'], environment: {SITE: chat.example.net}, volumes: ['./Caddyfile:/etc/caddy/Caddyfile:ro']}"
NGINX: Final = "web: {image: nginx, ports: ['443:443'], volumes: ['./nginx:/etc/nginx/conf.d:ro']}"
TO: Final = "  reverse_proxy chat:3080 {\n    flush_interval -1\n  }\n"
FITTING: Final = {
    "plain": (CADDY, "Caddyfile", f"# old.example.net {{\nchat.example.net {{\n{TO}}}\n"),
    "several": (
        CADDY,
        "Caddyfile",
        f"{{\n  email a@example.net\n}}\nwww.example.net, https://chat.example.net:443 {{\n{TO}}}\n",
    ),
    "without-braces": (CADDY, "Caddyfile", "chat.example.net\nreverse_proxy chat:3080\n"),
    "wildcard": (CADDY, "Caddyfile", f"*.example.net {{\n{TO}}}\n"),
    "every-name": (CADDY, "Caddyfile", f":443 {{\n{TO}}}\n"),
    "variable": (CADDY, "Caddyfile", f"{{$SITE}} {{\n{TO}}}\n"),
    "variable-from-elsewhere": (CADDY, "Caddyfile", f"{{$OTHER}} {{\n{TO}}}\n"),
    "imported": (CADDY, "Caddyfile", f"import sites/*\nold.example.net {{\n{TO}}}\n"),
    "for-something-else": (CADDY, "Caddyfile", "wiki.example.net {\n  reverse_proxy wiki:80\n}\n"),
    "for-a-longer-name": (CADDY, "Caddyfile", "wiki.example.net {\n  reverse_proxy my-chat:80\n}\n"),
    "nothing-published": (CADDY.replace("ports: ['80:80', '443:443'], ", ""), "Caddyfile", f"inside.lan {{\n{TO}}}\n"),
    "nginx": (
        NGINX,
        "nginx/default.conf",
        "server {\n listen 443 ssl;\n server_name a.example.net chat.example.net;\n location / { proxy_pass http://chat:3080; }\n}\n",
    ),
    "nginx-any": (
        NGINX,
        "nginx/default.conf",
        "server {\n listen 443 ssl;\n server_name _;\n location / { proxy_pass http://chat:3080; }\n}\n",
    ),
    "nginx-without-tls": (
        NGINX,
        "nginx/default.conf",
        "server {\n listen 80;\n server_name localhost;\n location / { proxy_pass http://chat:3080; }\n}\n",
    ),
    "nginx-included": (
        NGINX,
        "nginx/default.conf",
        "include /etc/nginx/more.conf;\nserver {\n listen 443 ssl;\n server_name old.example.net;\n location / { proxy_pass http://chat:3080; }\n}\n",
    ),
}
OTHER: Final = {
    "caddy": (CADDY, "Caddyfile", f"old.example.net {{\n{TO}}}\n", "FAIL", "Caddyfile:1"),
    "caddy-by-variable": (
        CADDY.replace("chat.example.net", "old.example.net"),
        "Caddyfile",
        f"\n{{$SITE}} {{\n{TO}}}\n",
        "FAIL",
        "Caddyfile:2",
    ),
    "caddy-and-others": (
        CADDY,
        "Caddyfile",
        f"chat.example.net {{\n  respond hello\n}}\nold.example.net {{\n{TO}}}\n",
        "FAIL",
        "Caddyfile:4",
    ),
    "nginx": (
        NGINX,
        "nginx/default.conf",
        "upstream lc { server chat:3080; }\nserver {\n listen 443 ssl;\n server_name old.example.net;\n location / { proxy_pass http://lc; }\n}\n",
        "WARN",
        "nginx/default.conf:2",
    ),
}


def told(folder: Path, web: str, name: str, text: str, more: str = "") -> list[tuple[str, str, str]]:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    (folder / ".env").write_text("".join(f"{key}={value}\n" for key, value in HEALTHY.items()))
    compose = (
        f"services:\n  chat:\n    image: ghcr.io/danny-avila/librechat:v0.8.7\n    env_file: .env\n{more}  {web}\n"
    )
    (folder / "docker-compose.yml").write_text(compose)
    return [(one.status.value, one.id, one.summary) for one in found(folder) if one.id.startswith("files.stack.")]


@pytest.mark.parametrize("case", FITTING.values(), ids=FITTING)
def test_a_proxy_that_serves_the_name_or_may_serve_it_is_no_matter(case: tuple[str, str, str], tmp_path: Path) -> None:
    assert told(tmp_path, *case) == []


@pytest.mark.parametrize("case", OTHER.values(), ids=OTHER)
def test_another_name_is_told_with_its_place(case: tuple[str, str, str, str, str], tmp_path: Path) -> None:
    [(status, identity, summary)] = told(tmp_path, *case[:3])
    assert (status, identity) == (case[3], "files.stack.proxy-host")
    assert summary.startswith(f"{case[4]}: web serves LibreChat at old.example.net")


def test_where_people_may_come_another_way_it_is_a_warning(tmp_path: Path) -> None:
    web, name, text = OTHER["caddy"][:3]
    [(status, _, _)] = told(tmp_path, web, name, text, "    ports: ['127.0.0.1:3080:3080']\n")
    assert status == "WARN"


@pytest.mark.parametrize("labels", ["[{0}=Host(`{1}`){2}]", "{{{0}: Host(`{1}`){3}}}"])
@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("    labels: {0}\n", "FAIL"),
        ("    deploy: {{labels: {0}}}\n", "FAIL"),
        ("    deploy: {{labels: {0}}}\n    ports: ['127.0.0.1:3080:3080']\n", ""),
    ],
)
def test_traefiks_labels_count_where_traefik_reads_them(place: str, status: str, labels: str, tmp_path: Path) -> None:
    for host, told_status in (("chat.example.net", ""), ("old.example.net", status)):
        enabled = (", traefik.enable=true", ", traefik.enable: 'true'")
        more = place.format(labels.format("traefik.http.routers.chat.rule", host, *enabled))
        found = [each[0] for each in told(tmp_path, "db: {image: mongo}", "x.txt", "", more)]
        assert found == ([told_status] if told_status else [])
