"""Folders in order, of shapes that are not LibreChat's own: nothing is wrong with them, and nothing is said to be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.wizard.composefile.test_loading import asked
from tests.wizard.rules.builder import HEALTHY
from tests.wizard.rules.test_stack import COMPOSE, found

DOTENV: Final = "".join(f"{name}={value}\n" for name, value in HEALTHY.items())
IMAGE: Final = "ghcr.io/danny-avila/librechat:v0.8.7"
SECRETS: Final = {name: value for name, value in HEALTHY.items() if name.startswith(("CREDS", "JWT", "MEILI"))}
SHAPES: Final[Mapping[str, Mapping[str, str]]] = {
    "traefik-with-its-own-network": {
        COMPOSE: f"""\
services:
  librechat:
    image: {IMAGE}
    env_file: .env
    environment: {{MONGO_URI: "mongodb://mongo:27017/LibreChat"}}
    networks: [proxy, internal]
    labels:
      - traefik.enable=true
      - traefik.docker.network=proxy
      - "traefik.http.routers.chat.rule=Host(`chat.example.net`) || Host(`www.example.net`)"
      - traefik.http.routers.chat.tls.certresolver=le
      - traefik.http.services.chat.loadbalancer.server.port=3080
  mongo:
    image: mongo:7
    networks: [internal]
networks:
  proxy: {{external: true}}
  internal: {{internal: true}}
"""
    },
    "traefik-with-variables-in-its-labels": {
        COMPOSE: f"""\
services:
  api:
    image: {IMAGE}
    volumes: [./.env:/app/.env:ro]
    labels:
      traefik.http.routers.lc.rule: Host(`${{CHAT_HOST}}`)
      traefik.http.services.lc.loadbalancer.server.port: ${{PORT}}
""",
        ".env": f"{DOTENV}CHAT_HOST=chat.example.net\n",
    },
    "tailscale-side-car": {
        COMPOSE: f"""\
services:
  tailscale:
    image: tailscale/tailscale
    hostname: chat
    ports: ["127.0.0.1:3080:3080"]
  api:
    image: {IMAGE}
    network_mode: service:tailscale
    env_file: [.env]
    environment: ["MONGO_URI=mongodb://mongodb:27017/LibreChat"]
  mongodb:
    image: mongo
"""
    },
    "cloudflared-and-no-ports": {
        COMPOSE: f"""\
services:
  tunnel:
    image: cloudflare/cloudflared
    command: tunnel run
    environment: [TUNNEL_TOKEN=x]
  app:
    image: {IMAGE}
    restart: unless-stopped
    env_file:
      - path: .env
        required: true
"""
    },
    "database-elsewhere": {
        COMPOSE: f"""\
services:
  api:
    image: {IMAGE}
    ports: ["3080:3080"]
    volumes: [{{type: bind, source: ./.env, target: /app/.env}}]
    environment:
      MONGO_URI: mongodb+srv://user:${{MONGO_PASSWORD}}@cluster0.example.mongodb.net/LibreChat
""",
        ".env": f"{DOTENV}MONGO_PASSWORD=verysecret\n",
    },
    "ferretdb-and-several-mongo-hosts": {
        COMPOSE: f"""\
services:
  api:
    image: {IMAGE}
    env_file: .env
    environment: ["MONGO_URI=mongodb://ferret:27017,ferret2:27017/LibreChat?replicaSet=rs0"]
    networks: [a, b]
  ferret: {{image: ferretdb/ferretdb, networks: [a]}}
  ferret2: {{image: ferretdb/ferretdb, networks: [b]}}
networks: {{a: , b: }}
"""
    },
    "anchors-and-extension-fields": {
        COMPOSE: f"""\
x-base: &base
  restart: unless-stopped
  logging: {{driver: json-file, options: {{max-size: 10m}}}}
x-env: &env
  MONGO_URI: mongodb://mongodb:27017/LibreChat
services:
  api:
    <<: *base
    image: {IMAGE}
    env_file: [.env]
    environment: {{<<: *env, HOST: 0.0.0.0}}
    ports: ["127.0.0.1:3080:3080"]
  mongodb: {{<<: *base, image: mongo}}
"""
    },
    "several-addresses-of-one-port": {
        COMPOSE: f"""\
services:
  api:
    image: {IMAGE}
    env_file: .env
    ports: ["127.0.0.1:3080:3080", "192.0.2.10:3080:3080", "[::1]:3080:3080", "3081:3080"]
  dns: {{image: x, ports: ["53:53/tcp", "53:53/udp"]}}
"""
    },
    "secrets-in-a-second-file": {
        COMPOSE: f"services:\n  api:\n    image: {IMAGE}\n    env_file: [.env, secrets.env]\n    ports: ['3080:3080']\n",
        ".env": "".join(f"{name}={value}\n" for name, value in HEALTHY.items() if name not in SECRETS),
        "secrets.env": "".join(f"{name}={value}\n" for name, value in SECRETS.items()),
    },
    "everything-in-the-compose-file": {
        COMPOSE: f"services:\n  librechat:\n    image: {IMAGE}\n    ports: ['3080:3080']\n    environment:\n"
        + "".join(f"      {name}: {value!r}\n" for name, value in HEALTHY.items()),
        ".env": "",
    },
    "base-and-production-files": {
        COMPOSE: f"services:\n  api:\n    image: {IMAGE}\n    volumes: [./.env:/app/.env]\n",
        "docker-compose.prod.yml": "services:\n  api:\n    restart: always\n    ports: ['127.0.0.1:3080:3080']\n",
        ".env": f"{DOTENV}COMPOSE_FILE={COMPOSE}:docker-compose.prod.yml\n",
    },
    "profiles-that-share-a-port": {
        COMPOSE: f"""\
services:
  api: {{image: {IMAGE}, env_file: .env, ports: ["3080:3080"], profiles: [prod]}}
  dev: {{image: x, ports: ["3080:3080"], profiles: [dev]}}
""",
        ".env": f"{DOTENV}COMPOSE_PROFILES=prod\n",
    },
    "swarm-keys": {
        COMPOSE: f"""\
version: "3.8"
services:
  api:
    image: {IMAGE}
    env_file: .env
    ports: [{{target: 3080, published: 3080, mode: host}}]
    deploy: {{replicas: 1, labels: ["traefik.http.routers.other.rule=Host(`elsewhere.example`)"]}}
    networks: [front]
networks: {{front: {{driver: overlay, attachable: true}}}}
"""
    },
    "included-from-a-folder-of-its-own": {
        COMPOSE: "include: [chat/compose.yaml]\nservices:\n  caddy: {image: caddy, ports: ['80:80', '443:443', '443:443/udp']}\n",
        ".env": "",
        "chat/compose.yaml": f"services:\n  librechat:\n    image: {IMAGE}\n    env_file: .env\n    environment: [MONGO_URI=mongodb://db/x]\n  db: {{image: mongo}}\n",
        "chat/.env": DOTENV,
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_found_in_a_folder_in_order(shape: str, tmp_path: Path, docker_compose: Path) -> None:
    for name, text in {".env": DOTENV, **SHAPES[shape]}.items():
        if text:
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            path.chmod(0o600)
    assert asked(docker_compose, tmp_path)[0] == "", "Docker Compose takes it"
    # The container's account is not the one that runs the tests.
    told = [(one.id, one.summary) for one in found(tmp_path) if one.id != "files.env.unreadable"]
    assert told == []
