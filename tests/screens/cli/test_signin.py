"""``signin`` as an operator runs it: the address on standard error, the address bar pasted, LibreChat's decision as data."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.canary_run import note_output, program_environment, program_path
from tests.checks.provider.signin.test_real_provider import ADA, CLIENT
from tests.patience import within
from tests.screens.cli.program import CHECKOUT, run, tree
from tests.servers.certificates import Certificates
from tests.servers.openid_provider import OpenIdProvider, openid_provider
from tests.servers.ports import free_port
from tests.servers.saml_idp import Answer, IdentityProvider, signing_key
from tests.servers.scripted_browser import browse
from tests.servers.slapd import ADA_PASSWORD, BASE, READER, READER_PASSWORD, OpenLdap, openldap

SampleFolder = Callable[..., Path]
CHAT = "https://chat.example.com"
CALLBACK = f"{CHAT}/oauth/openid/callback"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def write(folder: Path, settings: dict[str, str]) -> None:
    """Write the folder's .env."""
    base = {"DOMAIN_CLIENT": CHAT, "DOMAIN_SERVER": CHAT, "ALLOW_SOCIAL_LOGIN": "true", "PORT": "3080"}
    lines = [f"{name}='{value}'" for name, value in {**base, **settings}.items()]
    (folder / ".env").write_text("\n".join(lines) + "\n")
    (folder / ".env").chmod(0o600)


def openid(issuer: str, **changes: str) -> dict[str, str]:
    """Return the settings of OpenID."""
    return {
        "OPENID_CLIENT_ID": "librechat",
        "OPENID_CLIENT_SECRET": str(CLIENT["client_secret"]),
        "OPENID_ISSUER": issuer,
        "OPENID_SESSION_SECRET": "6f" * 32,
        "OPENID_SCOPE": "openid profile email",
        "OPENID_CALLBACK_URL": "/oauth/openid/callback",
        **changes,
    }


def write_ldap(folder: Path, directory: OpenLdap) -> None:
    """Make a folder whose LibreChat asks the directory, with the network of the machine."""
    (folder / "docker-compose.override.yml").write_text("services:\n  api:\n    network_mode: host\n")
    write(
        folder,
        {
            "LDAP_URL": f"ldap://localhost:{directory.plain}",
            "LDAP_BIND_DN": READER,
            "LDAP_BIND_CREDENTIALS": READER_PASSWORD,
            "LDAP_USER_SEARCH_BASE": f"ou=people,{BASE}",
            "LDAP_SEARCH_FILTER": "(uid={{username}})",
        },
    )


class Conversation:
    """The program with pipes, so that what is pasted can depend on what it printed."""

    def __init__(self, folder: Path, certificates: Certificates, *words: str, command: str = "signin") -> None:
        self.told = ""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "wizard", command, *words, "--dir", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/nonexistent"),
                "LANG": "C.UTF-8",
                "PYTHONPATH": program_path(),
                "NODE_EXTRA_CA_CERTS": str(certificates.ca),
                **program_environment(),
            },
        )

    def address(self) -> str:
        """Return the address that it printed."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.told += line
            if line.startswith("https://localhost"):
                return line.strip()
        raise AssertionError(self.told)

    def end(self, *pasted: str) -> tuple[int, str]:
        """Paste, and return exit status and standard output; everything that was told is in ``told``."""
        out, err = self._process.communicate("".join(f"{line}\n" for line in pasted))
        self.told += err
        # The address of the request has the state and the challenge, which are no secrets once it is redeemed.
        note_output(out + self.told, "signin")
        return self._process.returncode, out


@contextlib.asynccontextmanager
async def provider(certificates: Certificates, **changes: Any) -> AsyncIterator[OpenIdProvider]:
    client = {**CLIENT, "redirect_uris": [CALLBACK, *changes.pop("also", ())]}
    async with openid_provider(certificates, [client], account=ADA, **changes) as running:
        yield running


def pasted_through(folder: Path, certificates: Certificates, *words: str) -> tuple[int, str, str, str]:
    """Sign in as a person does; return exit status, standard output, what was told, and what was pasted."""
    talk = Conversation(folder, certificates, *words)
    bar = browse(talk.address(), certificates, CALLBACK)
    status, out = talk.end("https://elsewhere.example/", bar)
    return status, out, talk.told, bar


async def test_openid_is_pasted_back(sample_folder: SampleFolder, certificates: Certificates) -> None:
    folder = sample_folder("v0.8.7")
    async with provider(certificates) as running:
        write(folder, openid(running.issuer))
        before = tree(folder)
        status, out, told, bar = await within(
            asyncio.to_thread(pasted_through, folder, certificates, "openid", "--json")
        )
        write(folder, openid(running.issuer, OPENID_REQUIRED_ROLE="nobody", OPENID_REQUIRED_ROLE_TOKEN_KIND="userinfo"))
        refused = await within(asyncio.to_thread(pasted_through, folder, certificates, "openid", "--plain"))
    found = json.loads(out)
    assert (status, found["exit"], found["command"], found["provider"]) == (0, 0, "signin", "openid")
    assert found["person"]["email"] == "ada@example.org"
    assert found["decision"]["outcome"] == "signed-in"
    assert "is not LibreChat's callback" in told
    assert found["sign_out"] == f"{running.issuer}/session/end?client_id=librechat"
    assert f"\n{found['sign_out']}\n" in told, "whole, to be copied"
    code = bar.partition("code=")[2].partition("&")[0]
    assert code not in out + told
    assert str(CLIENT["client_secret"]) not in out + told
    assert refused[0] == 1
    assert "[openid.role.blank]" in refused[1]
    assert "userinfo groups" in refused[1]
    write(folder, openid(running.issuer))
    left = {name: what for name, what in tree(folder).items() if name != ".env"}
    assert left == {name: what for name, what in before.items() if name != ".env"}, "nothing is written"


async def test_openid_comes_to_a_listener(sample_folder: SampleFolder, certificates: Certificates) -> None:
    folder, port = sample_folder("v0.8.7"), free_port()
    own = f"http://127.0.0.1:{port}/oauth/openid/callback"

    def through() -> tuple[int, str]:
        talk = Conversation(folder, certificates, "openid", "--listen", str(port))
        bar = browse(talk.address(), certificates, own)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/favicon.ico")
        with urllib.request.urlopen(bar) as page:  # noqa: S310 - http, of the listener
            assert page.url.endswith("/signed-in"), "the code leaves the address bar"
        return talk.end()

    async with provider(certificates, also=[own]) as running:
        write(folder, openid(running.issuer))
        status, out = await within(asyncio.to_thread(through))
    assert (status, "LibreChat would sign you in as Ada Lovelace (ada@example.org), role USER." in out) == (
        0,
        True,
    ), out


async def test_the_doctor_renews_the_tokens(sample_folder: SampleFolder, certificates: Certificates) -> None:
    folder = sample_folder("v0.8.7")

    def through() -> tuple[int, str, str]:
        words = ("--only", "session", "--for", "20s", "--json")
        talk = Conversation(folder, certificates, *words, command="doctor")
        status, out = talk.end(browse(f"{talk.address()}&prompt=consent", certificates, CALLBACK))
        return status, out, talk.told

    lives = {"AccessToken": 1, "IdToken": 1, "RefreshToken": 600, "Session": 600, "Grant": 600, "Interaction": 600}
    async with provider(certificates, ttl=lives) as running:
        reuse = {"OPENID_REUSE_TOKENS": "true", "OPENID_SCOPE": "openid profile email offline_access"}
        write(folder, openid(running.issuer, **reuse))
        status, out, told = await within(asyncio.to_thread(through))
    found = {finding["id"]: finding["status"] for finding in json.loads(out)["findings"]}
    assert (status, found["session.kept"], found["openid.renewal.ok"]) == (0, "PASS", "PASS"), out
    assert "(2 of 2)" in told


def test_sessions_of_librechats_own_need_an_account(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    write(folder, openid("https://id.example.com"))
    done = run("doctor", "--only", "session", "--for", "5m", "--dir", folder)
    assert (done.status, "needs an account: OPENID_REUSE_TOKENS is not true" in done.err) == (2, True)


def refusals() -> Iterator[tuple[list[str], str, int]]:
    yield ["signin"], "PROVIDER", 2
    yield ["signin", "twitter"], "Choose one of: openid, ldap, saml, google", 2
    yield ["signin", "saml", "--user", "ada"], "can only be used with signin ldap", 2
    yield ["signin", "ldap", "--listen", "8080"], "can only be used with signin openid", 2
    yield ["signin", "openid", "--listen", "80"], "--listen", 2
    yield ["signin", "openid"], "OpenID is not configured", 2
    yield ["signin", "ldap", "--user", "ada"], "LDAP is not configured", 2
    yield ["signin", "ldap"], "LDAP is not configured", 2
    yield ["signin", "saml"], "SAML is not configured", 2


@pytest.mark.parametrize(("words", "message", "status"), tuple(refusals()), ids=lambda value: str(value)[:40])
def test_what_cannot_be_tried_is_refused(
    sample_folder: SampleFolder, words: list[str], message: str, status: int
) -> None:
    done = run(*words, "--dir", sample_folder("v0.8.7"), stdin="x\n")
    assert (done.status, message in done.err) == (status, True), done.text


def test_nothing_pasted_is_inconclusive_and_a_bad_setting_needs_no_browser(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    write(folder, openid("http://id.example.com"))
    done = run("signin", "openid", "--dir", folder)
    assert (done.status, "[openid.issuer.not-https]" in done.out) == (1, True)


def test_a_password_that_is_missing_names_no_option_that_was_not_given(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text(
        "PORT=3080\nLDAP_URL=ldap://127.0.0.1:9\nLDAP_USER_SEARCH_BASE=dc=example\n", encoding="utf-8"
    )
    words = ("signin", "ldap", "--user", "ada", "--dir", folder)
    done = run(*words)
    assert (done.status, "--password-file: " in done.err, "standard input" in done.err) == (2, False, True), done.err
    assert "--password-file: " in run(*words, "--password-file", "-").err


def test_ldap_binds_once_and_remembers_a_rejection(sample_folder: SampleFolder, certificates: Certificates) -> None:
    folder = sample_folder("v0.8.7")
    with openldap(certificates) as directory:
        write_ldap(folder, directory)
        words = ("signin", "ldap", "--user", "ada", "--password-file", "-", "--dir", folder)
        right = run(*words, stdin=f"{ADA_PASSWORD}\n")
        wrong, again = (run(*words, "--json", stdin="Wrong-Canary+8\n") for _ in range(2))
    assert (right.status, right.out.splitlines()[-1]) == (
        0,
        "LibreChat would sign you in as Ada Lovelace (ada@example.org), role USER.",
    )
    assert "LibreChat has no accounts: a new account is created with the role ADMIN." in " ".join(right.out.split())
    assert (wrong.status, json.loads(wrong.out)["person"]) == (1, None)
    assert "ldap.user.refused" in wrong.out
    assert (again.status, "ldap.user.remembered" in again.out) == (1, True)
    told = right.text + wrong.text + again.text
    assert [word for word in (ADA_PASSWORD, "Wrong-Canary+8", READER_PASSWORD) if word in told] == []


@pytest.mark.parametrize(
    ("answer", "status", "last"),
    [
        (Answer(), 0, "LibreChat would sign you in as Ada L (ada@example.org), role USER."),
        (Answer(audience="another"), 1, "This person could not sign in."),
        (None, 4, "Inconclusive. Nothing was pasted."),
    ],
)
def test_saml_judges_a_pasted_response(
    sample_folder: SampleFolder, answer: Answer | None, status: int, last: str
) -> None:
    folder = sample_folder("v0.8.7")
    write(
        folder,
        {
            "SAML_ENTRY_POINT": "https://idp.example/sso",
            "SAML_ISSUER": "https://chat.example/sp",
            "SAML_CERT": signing_key().base64,
            "SAML_SESSION_SECRET": "5e" * 32,
            "SAML_CALLBACK_URL": f"{CHAT}/oauth/saml/callback",
        },
    )
    before = tree(folder)
    response = "" if answer is None else IdentityProvider().encoded(answer)
    done = run("signin", "saml", "--dir", folder, stdin=f"{response}\n" if response else "")
    assert (done.status, done.out.splitlines()[-1].startswith(last)) == (status, True), done.text
    assert "https://idp.example/sso?SAMLRequest=" in done.err
    assert not response or response[100:160] not in done.text
    assert tree(folder) == before
