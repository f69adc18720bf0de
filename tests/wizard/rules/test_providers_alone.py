"""What follows where people come through providers: limits, administrators, copies of LibreChat, and answers given on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.wizard.rules.builder import HEALTHY, LDAP, OPENID, deployment
from tests.wizard.rules.test_stack import found
from wizard.basics.finding import Finding
from wizard.rules import check

SOCIAL: Final = {"ALLOW_SOCIAL_LOGIN": "true", "ALLOW_SOCIAL_REGISTRATION": "true"}
PROVIDERS: Final = {
    "google": {
        "GOOGLE_CLIENT_ID": "a.apps.googleusercontent.com",
        "GOOGLE_CLIENT_SECRET": "5a" * 12,
        "GOOGLE_CALLBACK_URL": "/oauth/google/callback",
    },
    "github": {
        "GITHUB_CLIENT_ID": "Iv1.0123456789abcdef",
        "GITHUB_CLIENT_SECRET": "5a" * 20,
        "GITHUB_CALLBACK_URL": "/oauth/github/callback",
    },
    "saml": {
        "SAML_ENTRY_POINT": "https://login.example.net/sso",
        "SAML_ISSUER": "librechat",
        "SAML_CERT": "/app/saml/idp.pem",
        "SAML_CALLBACK_URL": "/oauth/saml/callback",
        "SAML_SESSION_SECRET": "6f" * 32,
    },
    "openid": {name: value for name, value in OPENID.items() if name != "LOGIN_MAX"},
}
CLOSED: Final = {"ALLOW_EMAIL_LOGIN": "false", "ALLOW_REGISTRATION": "false"}
ADMIN: Final = {
    "OPENID_ADMIN_ROLE": "boss",
    "OPENID_ADMIN_ROLE_PARAMETER_PATH": "roles",
    "OPENID_ADMIN_ROLE_TOKEN_KIND": "id",
}


def told(values: dict[str, str]) -> dict[str, Finding]:
    return {one.id: one for one in check(deployment({**SOCIAL, **values}))}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_shares_the_limit_of_sign_ins(provider: str) -> None:
    assert "rules.limits.sso" in told(PROVIDERS[provider])
    assert "rules.limits.sso" not in told({**PROVIDERS[provider], "LOGIN_MAX": "50"})
    assert "rules.limits.sso" not in told({**PROVIDERS[provider], "ALLOW_SOCIAL_LOGIN": "false"})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_where_only_providers_are_left_somebody_has_to_be_made_an_administrator(provider: str) -> None:
    identity = "rules.openid.no-admin" if provider == "openid" else "rules.social.no-admin"
    alone = {**PROVIDERS[provider], **CLOSED}
    assert [name for name in told(alone) if name.endswith(".no-admin")] == [identity]
    for more in ({"ALLOW_EMAIL_LOGIN": "true"}, LDAP):
        assert not any(name.endswith(".no-admin") for name in told({**alone, **more}))
    assert not any(name.endswith(".no-admin") for name in told({**alone, **PROVIDERS["openid"], **ADMIN}))
    if provider != "openid":
        assert "users role EMAIL ADMIN" in told(alone)[identity].remedy


def test_accounts_that_somebody_else_makes_are_not_missed() -> None:
    google = {**PROVIDERS["google"], "ALLOW_SOCIAL_REGISTRATION": "false"}
    identity = "rules.social.no-registration"
    assert identity in told(google)
    assert identity in told({**google, "ALLOW_REGISTRATION": "true", "ALLOW_EMAIL_LOGIN": "true"})
    assert identity in told({**google, **CLOSED})
    assert identity not in told({**google, "ALLOW_REGISTRATION": "false", "ALLOW_EMAIL_LOGIN": "true"})


@pytest.mark.parametrize(
    ("redis", "statuses"), [("", ["WARN"]), ("USE_REDIS=true\nREDIS_URI=redis://redis:6379\n", [])]
)
def test_copies_as_services_of_their_own_want_redis_too(redis: str, statuses: list[str], tmp_path: Path) -> None:
    (tmp_path / "base.env").write_text("".join(f"{key}={value}\n" for key, value in HEALTHY.items()) + redis)
    (tmp_path / "docker-compose.yml").write_text(
        "x-lc: &lc {image: 'ghcr.io/danny-avila/librechat:v0.8.7', env_file: base.env}\n"
        "services: {lc1: *lc, lc2: *lc, redis: {image: redis}}\n"
    )
    copies = [one for one in found(tmp_path) if one.id == "rules.redis.copies"]
    assert [one.status.value for one in copies] == statuses
    assert all("(lc1, lc2) are running without Redis" in one.summary for one in copies)


@pytest.mark.parametrize(
    ("service", "is_told"),
    [
        ("env_file: [.env, .env.local]", False),
        ("env_file: [base.env, chat.env]", False),
        ("env_file: [.env, chat.env]", True),
        ("env_file: [chat.env]\n    environment: {ALLOW_REGISTRATION: 'true'}", False),
        ("env_file: [.env]\n    environment: {ALLOW_REGISTRATION: 'true'}", True),
        ("volumes: [./.env:/app/.env]\n    environment: {ALLOW_REGISTRATION: 'true'}", True),
        ("volumes: [./.env:/app/.env]\n    env_file: [chat.env]", True),
    ],
)
def test_files_that_are_laid_over_one_another_are_no_mistake(service: str, is_told: bool, tmp_path: Path) -> None:
    text = "".join(f"{key}={value}\n" for key, value in HEALTHY.items())
    (tmp_path / ".env").write_text(f"{text}ALLOW_REGISTRATION=false\n")
    chat = "true" if "chat.env" in service and "environment" not in service else "false"
    for name, value in (("base.env", "false"), ("chat.env", chat), (".env.local", "true")):
        (tmp_path / name).write_text(f"{text}ALLOW_REGISTRATION={value}\n")
    head = "services:\n  chat:\n    image: ghcr.io/danny-avila/librechat:v0.8.7\n"
    (tmp_path / "docker-compose.yml").write_text(f"{head}    {service}\n")
    assert ("files.compose.overrides" in [one.id for one in found(tmp_path)]) is is_told


def test_the_digest_of_an_image_does_not_hide_its_name(tmp_path: Path) -> None:
    from wizard.answers.model import Answers
    from wizard.deployment.snapshot import take

    image = f"ghcr.io/danny-avila/librechat-api:v0.8.7@sha256:{'2c' * 32}"
    (tmp_path / "docker-compose.yml").write_text(f"services: {{chat: {{image: '{image}', env_file: .env}}}}\n")
    snapshot = take(tmp_path, Answers())
    assert snapshot.release_source == "the image ghcr.io/danny-avila/librechat-api:v0.8.7"
