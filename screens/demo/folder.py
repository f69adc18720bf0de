"""The practice folder: a small version of what a person has after fetching LibreChat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_COMPOSE: Final = """\
# A practice folder with the services from LibreChat's docker-compose.yml (v0.8.7). They are not meant to be started.
services:
  api:
    container_name: LibreChat
    ports:
      - "${PORT}:${PORT}"
    depends_on:
      - mongodb
    image: registry.librechat.ai/danny-avila/librechat:v0.8.7
    restart: always
    user: "${UID}:${GID}"
    environment:
      - HOST=0.0.0.0
      - MONGO_URI=mongodb://mongodb:27017/LibreChat
      - MEILI_HOST=http://meilisearch:7700
    volumes:
      - type: bind
        source: ./.env
        target: /app/.env
      - ./uploads:/app/uploads
      - ./logs:/app/logs
  mongodb:
    container_name: chat-mongodb
    image: mongo:8.0
    volumes:
      - ./data-node:/data/db
  meilisearch:
    container_name: chat-meilisearch
    image: getmeili/meilisearch:v1.12.3
    environment:
      - MEILI_MASTER_KEY=${MEILI_MASTER_KEY}
"""
_SAMPLE: Final = """\
# A practice folder: the sign-in settings from LibreChat's .env.example (v0.8.7).
HOST=localhost
PORT=3080
MONGO_URI=mongodb://127.0.0.1:27017/LibreChat
DOMAIN_CLIENT=http://localhost:3080
DOMAIN_SERVER=http://localhost:3080
TRUST_PROXY=1

ALLOW_EMAIL_LOGIN=true
ALLOW_REGISTRATION=true
ALLOW_SOCIAL_LOGIN=false
ALLOW_SOCIAL_REGISTRATION=false
ALLOW_PASSWORD_RESET=false
ALLOW_UNVERIFIED_EMAIL_LOGIN=true

SESSION_EXPIRY=1000 * 60 * 15
REFRESH_TOKEN_EXPIRY=(1000 * 60 * 60 * 24) * 7

EMAIL_HOST=
EMAIL_PORT=25
EMAIL_ENCRYPTION=
EMAIL_USERNAME=
EMAIL_PASSWORD=
EMAIL_FROM_NAME=
EMAIL_FROM=noreply@librechat.ai

BAN_VIOLATIONS=true
LOGIN_MAX=7
LOGIN_WINDOW=5
APP_TITLE=LibreChat
"""


def make(folder: Path) -> None:
    """Write the practice folder's files into an empty folder."""
    (folder / "docker-compose.yml").write_text(_COMPOSE, encoding="utf-8")
    (folder / ".env.example").write_text(_SAMPLE, encoding="utf-8")
