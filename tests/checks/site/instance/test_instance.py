"""Who answers at the address, and whether it runs with what the files say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checks.site.instance.findings import logs_command, recreate_command
from checks.site.session.registered import INSTANCE, SESSION
from screens.demo.librechat import StandIn
from tests.checks.site.instance.asking import ask, ids, settings, subject
from tests.servers.answering import Answering, Asked, answer
from tests.wizard.rules.builder import deployment
from wizard.answers.model import Stack
from wizard.deployment.file_state import FileState
from wizard.librechat.releases import Release
from wizard.store.apply_record import ApplyRecord, ApplyStage

SAME = {"DOMAIN_SERVER": "https://chat.example.net", "DOMAIN_CLIENT": "https://chat.example.net"}


async def test_librechat_with_the_settings_of_the_files() -> None:
    async with StandIn(settings(SAME)) as server:
        made = await ask(subject(server.url), INSTANCE)
        assert ids(made) == {"instance.librechat": "PASS", "instance.applied": "PASS"}
        assert server.limited_requests == 0
        assert server.sessions == ()


@pytest.mark.parametrize(
    ("running", "files", "name"),
    [
        ({"ALLOW_REGISTRATION": "true"}, {"ALLOW_REGISTRATION": "false"}, "ALLOW_REGISTRATION"),
        ({"DOMAIN_SERVER": "http://localhost:3080"}, {}, "DOMAIN_SERVER"),
        ({}, {"GITHUB_CLIENT_ID": "x", "GITHUB_CLIENT_SECRET": "y"}, "GITHUB_CLIENT_ID"),
        ({}, {"MIN_PASSWORD_LENGTH": "12"}, "MIN_PASSWORD_LENGTH"),
        ({"MIN_PASSWORD_LENGTH": "12"}, {}, "MIN_PASSWORD_LENGTH"),
        ({"LDAP_URL": "ldap://x", "LDAP_USER_SEARCH_BASE": "dc=x"}, {}, "LDAP_URL"),
    ],
)
async def test_edited_and_not_applied(running: dict[str, str], files: dict[str, str], name: str) -> None:
    async with StandIn(settings({**SAME, **running})) as server:
        made = await ask(subject(server.url, files), INSTANCE)
        found = next(finding for finding in made.findings if finding.id == "instance.not-applied")
        assert name in found.settings
        assert "--force-recreate" in found.remedy


def test_command_is_the_one_of_the_stack() -> None:
    nginx = {"image": "nginx:1.27", "depends_on": ["api"]}
    compose = {"services": {"api": {}, "client": nginx, "mongodb": {"image": "mongo"}}}
    deploy = deployment(stack=Stack.DEPLOY, compose=compose)
    named = "docker compose -f deploy-compose.yml"
    assert recreate_command(deploy) == f"{named} up -d --force-recreate --no-deps api client", (
        "nginx knows api by its old address"
    )
    assert logs_command(deploy).startswith(f"{named} logs")
    override = FileState(name="docker-compose.override.yml", data=b"", kind="file")
    with_own = deploy._replace(files={**deploy.files, override.name: override})
    assert recreate_command(with_own).startswith(f"{named} -f docker-compose.override.yml up")
    assert recreate_command(deployment()) == "docker compose up -d --force-recreate --no-deps api"
    cut_off = ApplyRecord(when=datetime.now(UTC), stage=ApplyStage.START_OLD)
    assert f"run: {named} up -d" in cut_off.notice(deploy.compose_command)


async def test_what_was_not_applied_keeps_nobody_from_trying_the_sign_in() -> None:
    async with StandIn(settings({**SAME, "ALLOW_REGISTRATION": "true"})) as server:
        made = await ask(subject(server.url, {"ALLOW_REGISTRATION": "false"}), INSTANCE, SESSION)
        assert ids(made)["instance.not-applied"] == "FAIL"
        assert "session.kept" in ids(made)


async def test_older_release_than_the_folder() -> None:
    async with StandIn(settings(SAME, release=Release(0, 8, 3))) as server:
        assert ids(await ask(subject(server.url, release="v0.8.7"), INSTANCE))["instance.release"] == "WARN"
        assert "instance.release" not in ids(await ask(subject(server.url, release="v0.8.3"), INSTANCE))


CONFIG = '{"serverDomain": "x", "emailLoginEnabled": true, "registrationEnabled": false}'


@pytest.mark.parametrize(
    ("reply", "wanted", "words"),
    [
        (answer(502, "<html>", "Server: nginx", kind="text/html"), "gateway", "does not"),
        (answer(302, "", "Location: https://auth.example.com/?rd=https://chat"), "forward-auth", "Authelia"),
        (answer(302, "", "Location: https://team.cloudflareaccess.com/cdn-cgi/access/login"), "forward-auth", "Access"),
        (answer(301, "", "Location: https://www.example.com/api/config"), "redirected", "different URL"),
        (answer(401, "", "WWW-Authenticate: Basic realm=x"), "forward-auth", "its own sign-in"),
        (answer(403, "<html>", "Server: cloudflare", kind="text/html"), "firewall", "Cloudflare"),
        (answer(429, "x"), "limited", "429"),
        (answer(500, '{"error": "x"}'), "server-error", "database"),
        (answer(200, "<html>", kind="text/html"), "stranger", "not LibreChat"),
        (answer(200, '{"version": "1"}'), "stranger", "not LibreChat"),
        (answer(200, "[" * 100_000), "stranger", "not LibreChat"),
        (b"220 mail ESMTP\r\n\r\n", "garbled", "valid HTTP response"),
    ],
)
async def test_something_else_answers(reply: bytes, wanted: str, words: str) -> None:
    async with Answering(lambda _: reply) as server:
        made = await ask(subject(f"http://localhost:{server.port}"), INSTANCE)
        assert ids(made) == {f"instance.{wanted}": "UNKNOWN" if wanted == "limited" else "FAIL"}
        assert words in made.findings[0].summary


async def test_firewall_that_lets_no_post_through() -> None:
    def half(asked: Asked) -> bytes:
        return answer(200, CONFIG) if asked.path == "/api/config" else answer(403, "<html>", kind="text/html")

    async with Answering(half) as server:
        assert ids(await ask(subject(f"http://localhost:{server.port}"), INSTANCE))["instance.post"] == "FAIL"


async def test_nothing_listens() -> None:
    made = await ask(subject("http://127.0.0.1:9"), INSTANCE)
    assert ids(made) == {"instance.refused": "FAIL"}
    assert "docker compose" in made.findings[0].remedy


async def test_what_the_server_says_is_drawn_inert() -> None:
    def hostile(asked: Asked) -> bytes:
        evil = CONFIG.replace('"x"', '"\\u001b[31m[bold]\\u202eevil"')
        return (
            answer(200, evil)
            if asked.path == "/api/config"
            else answer(200, "Refresh token not provided", kind="text/html")
        )

    async with Answering(hostile) as server:
        made = await ask(subject(f"http://localhost:{server.port}"), INSTANCE)
        shown = " ".join(line for finding in made.findings for line in finding.evidence)
        assert "\\x1b" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("status", "page", "is_older"),
    [
        (200, '<!DOCTYPE html><html><body><div id="root"></div></body></html>', True),
        (403, "<html><title>403 Forbidden</title></html>", False),
        (404, "<html><center>nginx</center></html>", False),
        (200, "<html><title>Just a moment...</title></html>", False),
    ],
)
async def test_only_the_page_of_librechat_itself_says_that_it_is_older(status: int, page: str, is_older: bool) -> None:
    def front(asked: Asked) -> bytes:
        if asked.path == "/readyz":
            return answer(status, page, kind="text/html")
        return answer(200, CONFIG) if asked.path == "/api/config" else answer(200, "Refresh token not provided")

    async with Answering(front) as server:
        made = await ask(subject(f"http://localhost:{server.port}", release="v0.8.7"), INSTANCE)
    assert ("instance.release" in ids(made)) is is_older
