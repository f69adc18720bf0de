"""What fails because of the release, the container, the database or the names that people type; and what is well beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from checks.model import RunMemory, Subject
from checks.options import SiteOptions
from checks.settings import RULES
from tests.wizard.rules.builder import MAIL, OPENID, deployment
from wizard.answers.model import Answers
from wizard.deployment.assembled import deployment as deployment_of
from wizard.deployment.snapshot import take
from wizard.rules import check

LOCAL: Final = {"DOMAIN_CLIENT": "http://localhost:3080", "DOMAIN_SERVER": "http://localhost:3080"}
GOOGLE: Final = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret-of-google"}
GITHUB: Final = "GITHUB_ENTERPRISE_BASE_URL"
_OURS: Final = (
    "sub-path-release",
    "localhost-mail",
    "google-name",
    "github-base",
    "not-kept",
    "database.",
    "redis.",
    "container.",
    "email.service",
)


def _redis(address: str) -> dict[str, str]:
    return {"USE_REDIS": "true", "REDIS_URI": address}


def found(values: dict[str, str], **options: Any) -> set[str]:
    """Return the findings of this module alone."""
    return {one.id for one in check(deployment(values, **options)) if any(word in one.id for word in _OURS)}


@pytest.mark.parametrize(
    ("identity", "values", "options", "well"),
    [
        (
            "rules.domains.sub-path-release",
            {"DOMAIN_CLIENT": "https://x.example.net/chat", "DOMAIN_SERVER": "https://x.example.net/chat"},
            {"release": "v0.7.9"},
            {"DOMAIN_CLIENT": "https://x.example.net", "DOMAIN_SERVER": "https://x.example.net"},
        ),
        ("rules.domains.localhost-mail", {**LOCAL, **MAIL}, {}, LOCAL),
        ("rules.social.google-name", {**GOOGLE, "DOMAIN_SERVER": "https://192.168.1.10"}, {}, GOOGLE),
        ("rules.social.google-name", {**GOOGLE, "DOMAIN_SERVER": "https://chat.lan"}, {}, GOOGLE),
        ("rules.social.google-name", {**GOOGLE, "DOMAIN_SERVER": "https://chat"}, {}, GOOGLE),
        ("rules.social.github-base", {GITHUB: "github.example.com"}, {}, {GITHUB: "https://github.example.com/"}),
        ("rules.social.github-base", {GITHUB: "https://github.example.com/api/v3"}, {}, {GITHUB: ""}),
        ("rules.secrets.not-kept", {"JWT_SECRET": ""}, {"release": "v0.8.8"}, {}),
        (
            "rules.secrets.not-kept",
            {"JWT_SECRET": "", "LIBRECHAT_TEMP_CREDENTIALS_PATH": "/app/data/.env.temp"},
            {"release": "v0.8.8"},
            {"JWT_SECRET": "", "LIBRECHAT_TEMP_CREDENTIALS_PATH": "/app/keys/.env.temp"},
        ),
        ("rules.database.uri", {"MONGO_URI": ""}, {}, {"MONGO_URI": "mongodb://mongodb:27017/LibreChat"}),
        ("rules.database.uri", {"MONGO_URI": "mongodb:27017/LibreChat"}, {}, {}),
        ("rules.database.uri", {"MONGO_URI": "mongodb://u:p@ss@db:27017/L"}, {}, {"MONGO_URI": "mongodb://u:p%40ss@db/L"}),
        ("rules.database.uri", {"MONGO_URI": "mongodb+srv://u:<password>@c.example.net/L"}, {}, {}),
        ("rules.database.uri", {"MONGO_URI": "mongodb://u:p/w@db/L"}, {}, {}),
        ("rules.database.uri", {"MONGO_URI": "mongodb://u:50%@db/L"}, {}, {}),
        ("rules.database.uri", {"MONGO_URI": "mongodb+srv://c.example.net:27017/L"}, {}, {"MONGO_URI": "mongodb+srv://c.example.net/L"}),
        ("rules.database.localhost", {"MONGO_URI": "mongodb://127.0.0.1:27017/LibreChat"}, {}, {"MONGO_URI": "mongodb://a:1,b:2/L?replicaSet=r"}),
        ("rules.database.name", {"MONGO_URI": "mongodb://mongodb:27017/?authSource=admin"}, {}, {"MONGO_URI": "mongodb://mongodb/L"}),
        ("rules.database.uri", {"MONGO_URI": "mongodb://u:12/ss@db/L"}, {}, {"MONGO_URI": "mongodb://u:12%2Fss@db/L"}),
        ("rules.database.uri", {"MONGO_URI": "mongodb://u:1#2@db/L"}, {}, {"MONGO_URI": "mongodb://u:1%232@db/L"}),
        ("rules.database.uri", {"MONGO_URI": "mongodb://u:a[b@db/L"}, {}, {}),
        ("rules.database.uri", {"MONGO_URI": "mongodb://a,10.0.0.999:27017/L"}, {}, {"MONGO_URI": "mongodb://a,10.0.0.99:27017/L"}),
        ("rules.redis.uri", _redis("redis://u:12/ss@redis"), {}, _redis("redis://u:a@b@redis/0")),
        ("rules.redis.uri", _redis("redis://256.1.1.1:6379"), {}, _redis("redis://[fd00::1]:6379")),
        ("rules.email.service", {"EMAIL_SERVICE": "Gmial"}, {}, {"EMAIL_SERVICE": "someone@gmail.com"}),
        ("rules.email.service", {"EMAIL_SERVICE": "company-relay"}, {}, {"EMAIL_SERVICE": "Send Grid"}),
        *(
            (f"rules.container.localhost.{name.lower().replace('_', '-')}", {**beside, name: address}, {}, {**beside, name: well})
            for name, beside, address, well in (
                ("EMAIL_HOST", MAIL, "localhost", "host.docker.internal"),
                ("EMAIL_HOST", MAIL, "127.0.0.53", "10.0.0.53"),
                ("EMAIL_HOST", MAIL, "::1", "fd00::1"),
                ("MEILI_HOST", {"SEARCH": "true"}, "http://0.0.0.0:7700", "http://meilisearch:7700"),
                ("MEILI_HOST", {"SEARCH": "true"}, "http://127.1:7700", "http://172.17.0.1:7700"),
                ("RAG_API_URL", {}, "http://[::1]:8000", "http://rag_api:8000"),
                ("HTTPS_PROXY", {}, "http://u:p@LOCALHOST:3128", "http://localhost.example.net:3128"),
                ("MAILGUN_HOST", {"MAILGUN_API_KEY": "k" * 32, "MAILGUN_DOMAIN": "x.example.net"}, "http://localhost:1", "https://api.eu.mailgun.net"),
            )
        ),
        ("rules.redis.uri", _redis("redis:6379"), {}, _redis("redis://redis:6379")),
        ("rules.redis.uri", _redis("redis://a:1,b:2"), {}, _redis("redis://a:1,rediss://u:p@b:2/0")),
        ("rules.redis.uri", _redis("redis://:6379@/0"), {}, {"REDIS_URI": "localhost:6379"}),
        ("rules.redis.localhost", _redis("redis://localhost:6379"), {}, _redis("redis://localhost.example.net:6379")),
        ("rules.redis.localhost", _redis("rediss://u:p@[::1]:6379/0"), {}, {"REDIS_URI": "redis://localhost"}),
        ("rules.redis.localhost", _redis("redis://127.0.0.1"), {}, _redis("redis://u:localhost@redis")),
    ],
)  # fmt: skip
def test_a_fault_is_found_and_what_is_well_is_not(
    identity: str, values: dict[str, str], options: dict[str, Any], well: dict[str, str]
) -> None:
    assert found(values, **options) == {identity}
    assert found(well, **options) == set()


def test_no_fault_of_a_connection_string_quotes_it() -> None:
    for value in ("mongodb://u:canary@x@db/L", "canary", "mongodb://u:canary%@db/L", "mongodb://u:<canary>@db/L"):
        assert all("canary" not in str(one) for one in check(deployment({"MONGO_URI": value})))


def test_an_own_database_in_env_that_compose_beats_is_told(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")

    def beaten(line: str) -> list[tuple[str, ...]]:
        (folder / ".env").write_text(f"PORT=3080\n{line}\n", encoding="utf-8")
        findings = check(deployment_of(take(folder, Answers()), {}))
        return [one.settings for one in findings if one.id == "rules.database.beaten"]

    assert beaten("MONGO_URI=mongodb+srv://c.example.net/L") == [("MONGO_URI",)]
    assert beaten("MEILI_HOST=https://search.example.net") == [("MEILI_HOST",)]
    assert beaten("MONGO_URI=mongodb://127.0.0.1:27017/LibreChat\nMEILI_HOST=http://0.0.0.0:7700") == []


@pytest.mark.parametrize(
    ("url", "told"), [("https://chat.example.net", True), ("http://127.0.0.1:8080", False), ("", False)]
)
def test_another_url_than_localhost_is_told(url: str, told: bool) -> None:
    subject = Subject(memory=RunMemory(), deployment=deployment(LOCAL), site_options=SiteOptions(url=url))
    assert RULES.static is not None
    assert ("rules.domains.localhost-url" in {one.id for one in RULES.static(subject)}) is told


@pytest.mark.parametrize(
    ("values", "release"),
    [
        ({**OPENID, **LOCAL}, "v0.8.2"),
        ({**OPENID, **LOCAL}, "v0.8.1"),
        (LOCAL, "v0.8.2-rc3"),
        (OPENID, "v0.8.2-rc3"),
    ],
)
def test_the_secure_session_cookie_of_a_candidate_is_told_only_where_it_is_lost(
    values: dict[str, str], release: str
) -> None:
    assert "rules.cookies.candidate" not in {one.id for one in check(deployment(values, release=release))}
