"""``signin`` through GitHub (Enterprise, on loopback) and Apple as an operator runs it, and what is refused."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patience import within
from tests.screens.cli.program import run, tree
from tests.screens.cli.test_signin import CHAT, Conversation, write
from tests.servers.answering import Answering, answer
from tests.servers.certificates import Certificates
from tests.servers.github_enterprise import CLIENT, SECRET, GitHub, github_enterprise
from tests.servers.ports import free_port
from tests.servers.scripted_browser import browse

SampleFolder = Callable[..., Path]
CALLBACK = f"{CHAT}/oauth/github/callback"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def github(running: GitHub, **changes: str) -> dict[str, str]:
    """Return the settings of GitHub Enterprise."""
    return {
        "GITHUB_CLIENT_ID": CLIENT,
        "GITHUB_CLIENT_SECRET": SECRET,
        "GITHUB_CALLBACK_URL": "/oauth/github/callback",
        "GITHUB_ENTERPRISE_BASE_URL": running.base,
        "ALLOW_SOCIAL_REGISTRATION": "true",
        **changes,
    }


async def through(
    folder: Path, certificates: Certificates, running: GitHub, *wrong: str, **changes: str
) -> tuple[int, str, str]:
    """Sign in as a person does; return exit status, standard output and what was told. Nothing of the sign-in is in either."""
    write(folder, github(running, **changes))

    def talk() -> tuple[int, str, str]:
        conversation = Conversation(folder, certificates, "github", "--json")
        bar = browse(conversation.address(), certificates, CHAT)
        status, out = conversation.end(*(text.format(bar=bar) for text in wrong), bar)
        return status, out, conversation.told

    before = tree(folder)
    status, out, told = await within(asyncio.to_thread(talk))
    assert tree(folder) == before, "nothing is written"
    assert [secret for secret in (*running.given, SECRET) if secret in out + told] == []
    return status, out, told


async def test_github_is_pasted_back(sample_folder: SampleFolder, certificates: Certificates) -> None:
    folder = sample_folder("v0.8.7")
    async with github_enterprise(certificates, CALLBACK) as running:
        foreign = "https://elsewhere.example/oauth/github/callback?code=x&state=y"
        status, out, told = await through(folder, certificates, running, foreign, "{bar}x")
        asked, tokens = running.requests.copy(), running.tokens.copy()
    found = json.loads(out)
    assert (status, found["exit"], found["provider"], found["decision"]["outcome"]) == (0, 0, "github", "signed-in")
    assert found["person"] == {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "email_verified": False,
        "username": "ada",
        "role": "USER",
        "role_by": None,
    }
    assert found["decision"]["by_account"] == [
        "No account has this id or address: a new account is created with the role USER.",
        "An account from GitHub has this id: that account is used, and keeps its role.",
        "An account with a password has this address: refused (returned to the sign-in page with 'auth_failed').",
        "An account from GitHub has this address and a different id: that account is used, and keeps its role.",
    ]
    assert "is not LibreChat's callback" in told
    assert "state differs" in told
    assert asked.count("POST /login/oauth/access_token 200") == 1
    assert (asked[-1], tokens) == (f"DELETE /api/v3/applications/{CLIENT}/token 204", set()), "the token is given back"


async def test_github_comes_back_to_this_machine(sample_folder: SampleFolder, certificates: Certificates) -> None:
    folder, port = sample_folder("v0.8.7"), free_port()
    own = f"http://localhost:{port}"

    def talk() -> tuple[int, str]:
        conversation = Conversation(folder, certificates, "github")
        bar = browse(conversation.address(), certificates, own)
        with urllib.request.urlopen(bar) as page:  # noqa: S310 - http, of the listener
            assert page.url.endswith("/signed-in"), "the code leaves the address bar"
        return conversation.end()

    async with github_enterprise(certificates, f"{own}/oauth/github/callback") as running:
        write(folder, {**github(running), "DOMAIN_CLIENT": own, "DOMAIN_SERVER": own})
        status, out = await within(asyncio.to_thread(talk))
    assert (status, out.splitlines()[-1]) == (
        0,
        "LibreChat would sign you in as Ada Lovelace (ada@example.org, not verified), role USER.",
    ), out


@pytest.mark.parametrize(
    ("emails", "changes", "name", "outcome"),
    [
        (None, {"ALLOW_SOCIAL_REGISTRATION": "false"}, "oauth.registration.off", "auth-failed"),
        ([], {}, "oauth.github.email-permission", "server-error"),
        (None, {"GITHUB_CLIENT_SECRET": "another"}, "oauth.github.secret", "server-error"),
        (None, {"GITHUB_CALLBACK_URL": "/oauth/callback"}, "oauth.github.redirect", "server-error"),
    ],
    ids=["registration", "emails", "secret", "redirect"],
)
async def test_what_keeps_a_person_out(
    sample_folder: SampleFolder,
    certificates: Certificates,
    emails: list[dict[str, object]] | None,
    changes: dict[str, str],
    name: str,
    outcome: str,
) -> None:
    async with github_enterprise(certificates, CALLBACK, emails) as running:
        status, out, _ = await through(sample_folder("v0.8.7"), certificates, running, **changes)
        assert running.tokens == set()
    found = json.loads(out)
    assert [finding["id"] for finding in found["findings"] if finding["status"] == "FAIL"] == [name]
    assert [finding["id"] for finding in found["findings"]].count(name) == 1, "once, as a doubt or for certain"
    assert (status, found["person"], found["decision"]["outcome"]) == (1, None, outcome)


def with_apple(folder: Path, key: Path, **changes: str) -> Path:
    """Write a folder with Apple; its key is mounted."""
    mounts = f"services:\n  api:\n    volumes:\n      - {key}:/keys/AuthKey.p8:ro\n"
    (folder / "docker-compose.override.yml").write_text(mounts)
    settings = {
        "APPLE_CLIENT_ID": "org.example.chat",
        "APPLE_TEAM_ID": "TEAM123456",
        "APPLE_KEY_ID": "KEY1234567",
        "APPLE_PRIVATE_KEY_PATH": "/keys/AuthKey.p8",
        "APPLE_CALLBACK_URL": "/oauth/apple/callback",
    }
    write(folder, {**settings, **changes})
    return folder


def test_apple_says_how_its_form_is_pasted(sample_folder: SampleFolder, apple_file: Path) -> None:
    folder = with_apple(sample_folder("v0.8.7"), apple_file)
    done = run("signin", "apple", "--dir", folder, stdin="")
    assert (done.status, done.out.splitlines()[-1]) == (4, "Inconclusive. Nothing was pasted.")
    assert "https://appleid.apple.com/auth/authorize?response_type=code&" in done.err
    assert "response_mode=form_post" in done.err
    assert "doctor --watch-signin" in done.err
    foreign = run("signin", "apple", "--dir", folder, stdin="code=abc&state=of-another\nnothing\n")
    assert (foreign.status, foreign.err.count("state differs"), foreign.err.count("is not the form")) == (4, 1, 1)
    assert [
        word for word in ("address bar and paste", "complete URL", "private key can sign") if word in foreign.err
    ] == []
    assert foreign.out.count("private key can sign") == 1
    apple_file.unlink()
    broken = run("signin", "apple", "--dir", folder, "--json")
    found = json.loads(broken.out)
    assert (broken.status, [each["id"] for each in found["findings"] if each["status"] == "FAIL"]) == (
        1,
        ["oauth.apple.key-file"],
    ), broken.text
    assert found["decision"] == {"outcome": "server-error", "cause": "apple.key-file", "by_account": []}


def test_a_decision_that_needs_no_browser_is_told(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    write(folder, {"GOOGLE_CLIENT_ID": "1234", "GOOGLE_CALLBACK_URL": "/oauth/google/callback"})
    done = run("signin", "google", "--dir", folder, "--json")
    found = json.loads(done.out)
    assert (done.status, found["person"]) == (1, None)
    assert found["decision"] == {"outcome": "not-registered", "cause": "settings.missing", "by_account": []}
    told = run("signin", "google", "--dir", folder).out.splitlines()[-1]
    assert told.startswith("Nobody can sign in this way. LibreChat does not register Google"), told


async def test_a_librechat_that_runs_with_apple_receives_the_form(
    sample_folder: SampleFolder, apple_file: Path
) -> None:
    async with Answering(lambda _: answer(200, '{"appleLoginEnabled": true}')) as running:
        own = f"http://localhost:{running.port}"
        folder = with_apple(sample_folder("v0.8.7"), apple_file, DOMAIN_CLIENT=own, DOMAIN_SERVER=own)
        done = await within(asyncio.to_thread(run, "signin", "apple", "--dir", folder))
    assert "LibreChat is already running with Apple sign-in. It receives the form" in done.err
    assert f"(cd {folder} && docker compose stop api)" in done.err
    assert [words for words in ("callback URL from", "Network tab and paste") if words in done.err] == []


def test_what_is_known_before_is_told_before_the_address(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    names = {"CLIENT_ID": "1234", "CLIENT_SECRET": "abcd", "CALLBACK_URL": "/oauth/facebook/callback"}
    write(folder, {f"FACEBOOK_{name}": text for name, text in names.items()})
    done = run("signin", "facebook", "--dir", folder, "--json")
    assert -1 < done.err.find("WARN: ") < done.err.find("https://www.facebook.com/")
    assert [(each["id"], each["status"]) for each in json.loads(done.out)["findings"]] == [
        ("oauth.facebook.broken", "WARN"),
        ("oauth.signin.unredeemed", "UNKNOWN"),
    ]


@pytest.fixture
def apple_file(tmp_path: Path) -> Path:
    """A private key as Apple gives it."""
    from checks.provider.oauth.apple_key import fresh_key

    path = tmp_path / "AuthKey.p8"
    path.write_text(fresh_key())
    return path


@pytest.mark.parametrize("name", ["discord", "apple"])
def test_what_is_not_configured_cannot_be_tried(sample_folder: SampleFolder, name: str) -> None:
    done = run("signin", name, "--dir", sample_folder("v0.8.7"))
    assert (done.status, f"signin {name}" in done.err, "no social login is configured" in done.err) == (2, True, True)
