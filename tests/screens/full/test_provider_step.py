"""The step of a sign-in provider: what is entered there stays in view, and it can be tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from checks.model import Check, Subject
from checks.registry import ALL
from tests.screens.full.operator import at_the_wizard, practice_with
from wizard.basics.finding import Finding
from wizard.findings import ldap
from wizard.findings import openid_check as ids
from wizard.findings.openid_check import FINDINGS

URI = "/oauth/openid/callback"


async def test_what_is_entered_at_the_provider_stays_in_view(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24), step="openid") as operator:
        operator.app.interview.answer("guide.providers", "openid")
        operator.app.interview.answer("guide.openid", "authelia")
        for name in ("OPENID_CALLBACK_URL", "OPENID_CLIENT_ID"):
            await operator.go_to(name)
            await operator.until(f"http://localhost:3080{URI}")
            assert "For Authelia (F9 to copy): redirect_uris" in operator.flat
            assert "token_endpoint_auth_method client_secret_post" in operator.flat


async def test_the_redirect_uri_is_of_the_answered_address_whatever_else_is_wrong(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24), step="openid", shows_notes=True) as operator:
        for name, text in (("guide.providers", "openid"), ("access", "http-lan")):
            operator.app.interview.answer(name, text)
        await operator.go_to("OPENID_ISSUER")
        # Not that of .env.example: no browser in the network reaches it.
        await operator.until(f"https://YOUR-ADDRESS{URI}")
        await operator.press("f9")
        # What needs no address can be copied.
        await operator.until_true(lambda: operator.app.clipboard == "openid profile email")
        notes = " ".join(note.message for note in operator.app._notifications)
        assert "Redirect URI: first answer 'Address for browsers'" in notes
        operator.app.interview.answer("settings.DOMAIN_CLIENT", "192.168.1.50")
        await operator.paste("foo")
        await operator.until("has no scheme")
        await operator.until(f"http://192.168.1.50:3080{URI}")
        await operator.press("f9")
        await operator.until_true(lambda: operator.app.clipboard == f"http://192.168.1.50:3080{URI}")


async def test_the_provider_is_tried_stage_by_stage(tmp_path: Path) -> None:
    async def run(_: Subject) -> AsyncIterator[Finding]:
        yield ids.REGISTERED.passed()
        yield ids.CLIENT_ACCEPTED.passed()
        yield FINDINGS["secret.wrong"].fail()

    openid = next(check for check in ALL if check.id == "openid")
    stub = Check(id="openid", title=openid.title, run=run)
    async with at_the_wizard(tmp_path / "chat", practice=practice_with(stub), step="openid") as operator:
        operator.app.interview.answer("guide.providers", "openid")
        await operator.go_to("OPENID_CLIENT_SECRET")
        await operator.press("ctrl+t")
        await operator.until("Test the sign-in provider")
        await operator.until("1 failed")
        text = operator.text
        stages = [
            text.rindex(each) for each in ("discovery document", "sign-in page", "code, secret", "rejected OPENID")
        ]
        assert stages == sorted(stages)


@pytest.mark.parametrize(
    ("product", "lines"),
    [
        ("entra", ("Entra ID (Azure AD) (F9 to copy): Reply URL", "Identifier (Entity ID)", "/oauth/saml")),
        (
            "keycloak",
            ("Keycloak (F9 to copy): Valid redirect URIs", "Client signature required Off", "Sign documents On"),
        ),
    ],
)
async def test_what_is_entered_at_a_saml_provider_stays_in_view(
    tmp_path: Path, product: str, lines: tuple[str, ...]
) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24), step="saml") as operator:
        operator.app.interview.answer("guide.providers", "saml")
        operator.app.interview.answer("guide.saml", product)
        for name in ("SAML_CERT", "SAML_ENTRY_POINT"):
            await operator.go_to(name)
            await operator.until("http://localhost:3080/oauth/saml/callback")
            for line in lines:
                assert line in operator.flat


async def test_a_provider_without_settings_says_that_there_is_nothing_to_test(tmp_path: Path) -> None:
    checks = tuple(check for check in ALL if check.id == "openid")
    async with at_the_wizard(tmp_path / "chat", practice=practice_with(*checks), step="openid") as operator:
        operator.app.interview.answer("guide.providers", "openid")
        await operator.press("ctrl+t")
        await operator.until("Nothing to test yet: fill in this step's fields first.")
        assert "0 failed" not in operator.text


async def test_saml_values_follow_the_address_that_was_answered(tmp_path: Path) -> None:
    answered = {"DOMAIN_CLIENT": "https://chat.example.com"}
    async with at_the_wizard(tmp_path / "chat", answered=answered, step="saml") as operator:
        operator.app.interview.answer("access", "https-existing")
        operator.app.interview.answer("guide.providers", "saml")
        assert operator.app.interview.draft.text("settings.SAML_ISSUER") == "https://chat.example.com"
        callback = operator.app.interview.draft.text("settings.SAML_CALLBACK_URL")
        assert callback == "https://chat.example.com/oauth/saml/callback"


async def test_a_directory_is_tried_from_its_step(tmp_path: Path) -> None:
    asked: list[str] = []

    async def run(subject: Subject) -> AsyncIterator[Finding]:
        asked.append(subject.deployment.settings.get("LDAP_URL", ""))
        yield ldap.BIND_OK.passed()

    stub = Check(id="ldap", title="LDAP directory", run=run)
    async with at_the_wizard(tmp_path / "chat", practice=practice_with(stub), step="ldap") as operator:
        operator.app.interview.answer("guide.providers", "ldap")
        await operator.go_to("LDAP_BIND_DN")
        await operator.press("ctrl+t")
        await operator.until("A rejected password is not")
        await operator.until("sent again.")
        await operator.until(ldap.BIND_OK.meaning)
        assert len(asked) == 1, "the directory is asked once"


async def test_f9_names_the_value_that_is_missing(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="saml") as operator:
        for name, text in (("access", "https-proxy"), ("guide.providers", "saml"), ("settings.SAML_ISSUER", ""), ("settings.SAML_CALLBACK_URL", "https://x.example.com/oauth/saml/callback")):  # fmt: skip
            operator.app.interview.answer(name, text)
        await operator.go_to("SAML_ENTRY_POINT")
        await operator.press("f9")
        await operator.until_true(lambda: operator.app.clipboard.startswith("https://x.example.com"))
        notes = " ".join(note.message for note in operator.app._notifications)
        assert "Entity ID (audience): first answer" in notes
