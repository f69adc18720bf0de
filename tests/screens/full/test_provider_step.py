"""The step of a sign-in provider: what is entered there stays in view, and it can be tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from checks.model import Check, Subject
from checks.registry import ALL
from tests.screens.full.operator import at_the_wizard, practice_with
from wizard.basics.finding import Finding
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
            assert "Enter at Authelia (F9 copies): redirect_uris" in operator.flat
            assert "token_endpoint_auth_method client_secret_post" in operator.flat


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
        stages = [text.index(each) for each in ("discovery document", "sign-in page", "code, secret", "refused OPENID")]
        assert stages == sorted(stages)
