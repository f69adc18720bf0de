"""A sign-in against npm oidc-provider with a scripted browser: who somebody would be, what is refused, and that nothing stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from checks.model import Subject
from checks.provider.signin.openid import LOOPBACK, OpenIdSignInResult
from screens.shared.sign_ins import openid_sign_in
from tests.checks.provider.openid.asking import CHAT, SECRET, subject
from tests.servers.certificates import Certificates
from tests.servers.openid_provider import openid_provider
from tests.servers.scripted_browser import browse, sign_out
from wizard.basics.finding import Status
from wizard.basics.secret import Secret

CLIENT: Final[Mapping[str, Any]] = {
    "client_id": "librechat",
    "client_secret": SECRET,
    "redirect_uris": [f"{CHAT}/oauth/openid/callback", LOOPBACK.format(8765)],
    "token_endpoint_auth_method": "client_secret_post",
}
ADA: Final[Mapping[str, Any]] = {
    "sub": "ada-1",
    "email": "Ada@Example.org",
    "email_verified": True,
    "given_name": "Ada",
    "family_name": "Lovelace",
    "preferred_username": "ada",
    "groups": ["librechat-users", "librechat-admins"],
}
ADMIN: Final = {
    "OPENID_ADMIN_ROLE": "librechat-admins",
    "OPENID_ADMIN_ROLE_PARAMETER_PATH": "groups",
    "OPENID_ADMIN_ROLE_TOKEN_KIND": "userinfo",
    "OPENID_REQUIRED_ROLE": "librechat-users",
    "OPENID_REQUIRED_ROLE_PARAMETER_PATH": "groups",
    "OPENID_REQUIRED_ROLE_TOKEN_KIND": "userinfo",
}


async def done(about: Subject, certificates: Certificates, *, redirect: str = "") -> tuple[OpenIdSignInResult, str]:
    """Sign in, and return what it came to with what was pasted."""
    import asyncio

    sign_in = openid_sign_in(about, redirect=redirect)
    begun = await sign_in.begin()
    assert begun.url, begun.findings
    pasted = await asyncio.to_thread(browse, begun.url, certificates, redirect or f"{CHAT}/oauth/openid/callback")
    return await sign_in.finish(Secret(pasted)), pasted


async def test_who_somebody_would_be(certificates: Certificates) -> None:
    async with openid_provider(certificates, [CLIENT], account=ADA) as provider:
        admin, pasted = await done(subject(provider.issuer, **ADMIN), certificates)
        person, _ = await done(subject(provider.issuer), certificates)
        other, _ = await done(
            subject(provider.issuer, **{**ADMIN, "OPENID_REQUIRED_ROLE": "Librechat-Users"}), certificates
        )
        nonce, _ = await done(subject(provider.issuer, OPENID_GENERATE_NONCE="true"), certificates)
        loopback, _ = await done(subject(provider.issuer), certificates, redirect=LOOPBACK.format(8765))
        asked = list(provider.requests)
    summaries = [finding.summary for finding in admin.findings]
    assert summaries[0] == (
        "LibreChat would sign you in as Ada Lovelace (ada@example.org), role ADMIN because of OPENID_ADMIN_ROLE=librechat-admins."
    )
    assert person.findings[0].summary == "LibreChat would sign you in as Ada Lovelace (ada@example.org), role USER."
    assert person.findings[0].evidence == (
        "No account has this sub or address: a new account is created with the role USER.",
        "An account from OpenID has this sub: that account is used, and keeps its role.",
        "An account with a password has this address: refused (returned to the sign-in page with 'auth_failed').",
        (
            "An account from OpenID has this address and a different sub: refused (returned to the sign-in page with "
            "'auth_failed')."
        ),
    )
    assert (other.findings[0].id, other.findings[0].status) == ("openid.role.case", Status.FAIL)
    assert nonce.decision is not None
    assert loopback.decision is not None
    assert nonce.decision.is_signed_in
    assert loopback.decision.is_signed_in
    shown = [claim.line() for claim in admin.claims]
    assert "userinfo email = Ada@Example.org" in shown
    assert "id nonce = (not shown)" in [claim.line() for claim in nonce.claims]
    for each in (admin, person, other, nonce, loopback):
        assert "openid.signin.revoked" in [finding.id for finding in each.findings]
    assert "POST /token/revocation 200" in asked
    told = json.dumps([(each.summary, each.evidence, repr(each)) for each in admin.findings]) + repr(admin)
    assert pasted.partition("code=")[2].partition("&")[0] not in told
    assert SECRET not in told


async def test_what_is_pasted_wrongly_is_refused_and_a_code_counts_once(certificates: Certificates) -> None:
    import asyncio

    async with openid_provider(certificates, [CLIENT], account=ADA) as provider:
        about = subject(provider.issuer)
        sign_in, another = openid_sign_in(about), openid_sign_in(about)
        begun = await sign_in.begin()
        await another.begin()
        callback = f"{CHAT}/oauth/openid/callback"
        pasted = await asyncio.to_thread(browse, begun.url, certificates, callback)
        wrong = {
            "openid.signin.state": [(another, pasted), (sign_in, pasted.replace("state=", "state=x"))],
            "openid.signin.foreign": [
                (sign_in, pasted.replace(CHAT, "https://evil.example")),
                (sign_in, "javascript:alert(1)"),
                (sign_in, ""),
                (sign_in, "\x1b]0;x\x07" * 9000),
                (sign_in, pasted.replace("https://", "https://user@")),
            ],
            "openid.signin.taken": [(sign_in, f"{CHAT}/login?redirect=false&error=auth_failed")],
            "openid.signin.no-code": [(sign_in, pasted.replace("code=", "kode="))],
        }
        for name, cases in wrong.items():
            for each, text in cases:
                result = await each.finish(Secret(text))
                assert [finding.id for finding in result.findings] == [name], text[:80]
                assert result.decision is None
        assert "POST /token" not in " ".join(provider.requests)
        first = await sign_in.finish(Secret(pasted))
        second = await sign_in.finish(Secret(pasted))
        assert first.decision is not None
        assert first.decision.is_signed_in
        assert [finding.id for finding in second.findings] == ["openid.signin.used"]
        assert provider.requests.count("POST /token 200") <= 1
        # The same provider, to have it started once.
        found = {}
        for error in ("access_denied", "invalid_scope", "server_error"):
            sign_in = openid_sign_in(subject(provider.issuer))
            begun = await sign_in.begin()
            state = begun.url.partition("state=")[2].partition("&")[0]
            answer = f"{CHAT}/oauth/openid/callback?error={error}&error_description=no%1b[31m&state={state}&iss={provider.issuer}"
            result = await sign_in.finish(Secret(answer))
            found[error] = result.findings[0].id
            assert "\x1b" not in repr(result.findings)
    assert found == {
        "access_denied": "openid.callback.denied",
        "invalid_scope": "openid.scope.refused",
        "server_error": "openid.callback.error",
    }


async def test_the_browser_can_be_signed_out_at_the_provider(certificates: Certificates) -> None:
    import asyncio

    jar: dict[str, str] = {}

    async def again() -> tuple[OpenIdSignInResult, int]:
        """Sign in with the same browser; with the number of times that the provider asked who it is."""
        before = sum("/interaction/" in request for request in provider.requests)
        sign_in = openid_sign_in(subject(provider.issuer))
        begun = await sign_in.begin()
        pasted = await asyncio.to_thread(browse, begun.url, certificates, f"{CHAT}/oauth/openid/callback", jar)
        result = await sign_in.finish(Secret(pasted))
        return result, sum("/interaction/" in request for request in provider.requests) - before

    async with openid_provider(certificates, [CLIENT], account=ADA) as provider:
        first, asked = await again()
        _, asked_again = await again()
        status = await asyncio.to_thread(sign_out, first.sign_out, certificates, jar)
        _, asked_afterwards = await again()
    assert first.sign_out == f"{provider.issuer}/session/end?client_id=librechat"
    assert status == 200
    assert asked >= 2, "signed in and consented"
    assert asked_afterwards > asked_again, "who it is was forgotten"
