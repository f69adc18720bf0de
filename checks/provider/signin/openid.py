"""A real sign-in through OpenID: LibreChat's request, code exchange and decision.

At most eight requests are sent to the provider: discovery, token, userinfo, keys, revocation. Tokens are kept only in this process's
memory, until :meth:`OpenIdSignIn.finish` returns.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import MOST, ProviderConversation, Transport
from checks.provider.openid.authorization import (
    PASSING,
    AnswerClass,
    AuthorizationReply,
    RequestWords,
    policy_cause,
    request_address,
)
from checks.provider.openid.discovery import discover
from checks.provider.openid.own_settings import settings_findings
from checks.provider.openid.secret import may_have_secret
from checks.provider.openid.task import Metadata, OpenIdTask
from checks.provider.signin.decision import OpenIdDecision, decision_findings
from checks.provider.signin.pasted_address import Pasted, PastedAddress, read_address
from checks.provider.signin.renewing import MOST_RENEWALS, HeldTokens, Renewal, Renewals
from checks.provider.signin.result import BegunSignIn, SignInResult
from checks.provider.signin.revoking import revoke, sign_out_address
from checks.provider.signin.token_claims import claims_of, id_token_of
from checks.provider.signin.userinfo import FAILURES, NOTHING, Userinfo, ask, ask_userinfo
from wizard.basics.finding import Finding, Status
from wizard.basics.secret import Secret
from wizard.findings import openid_sign_in as ids
from wizard.findings.openid_check import FINDINGS
from wizard.librechat.browser_url import href
from wizard.librechat.image_environment import image_environment
from wizard.librechat.openid_request import CALLBACK_PATH, redirect_uri
from wizard.librechat.openid_session import place
from wizard.librechat.openid_situation import (
    Browser,
    Callback,
    KnownAccount,
    NoAnswer,
    OpenIdSituation,
    ProviderAnswer,
    TokenAnswer,
)
from wizard.librechat.openid_start import endpoint_fault, settings_fault
from wizard.librechat.openid_verdict import sign_in
from wizard.librechat.values import is_enabled

_REFUSED: Final = {
    Pasted.FOREIGN: ids.FOREIGN,
    Pasted.OTHER_STATE: ids.STATE,
    Pasted.NO_CODE: ids.NO_CODE,
    Pasted.TAKEN: ids.TAKEN,
}
LOOPBACK: Final = "http://127.0.0.1:{}" + CALLBACK_PATH
"""The redirect URI of a listener on this machine (RFC 8252 section 7.3)."""


OpenIdSignInResult = SignInResult[OpenIdDecision]
Begun = BegunSignIn[OpenIdDecision]


class OpenIdSignIn:
    """One sign-in, from the request to the decision; it accepts one code."""

    def __init__(
        self,
        task: OpenIdTask,
        transport: Transport,
        *,
        allowed_domains: tuple[str, ...] = (),
        accounts: tuple[KnownAccount, ...] = (),
        redirect: str = "",
        renewal: Renewal | None = None,
    ) -> None:
        """``redirect``: the redirect URI of a listener on this machine; empty for LibreChat's own.

        ``renewal``: how long the tokens are kept in memory and renewed before they are revoked; ``None``: they are revoked at once.
        """
        self._task = task
        self._renewal = renewal
        self._conversation = ProviderConversation(transport, most=MOST if renewal is None else MOST + MOST_RENEWALS * 2)
        self._allowed_domains = allowed_domains
        self._accounts = accounts
        self._redirect = redirect or redirect_uri(task.settings)
        self._words = RequestWords(
            state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48)
        )
        self._metadata: Metadata = {}
        self._is_redeemed = False

    async def begin(self) -> Begun:
        """Request the discovery document, and return the address to open; none if a sign-in cannot succeed."""
        own = list(settings_findings(self._task))
        if settings_fault(self._task.settings, self._task.release) is not None or _has_failed(own):
            return BegunSignIn(findings=tuple(own))
        discovered = await discover(self._task, self._conversation)
        found = (*own, *(each for each in discovered.findings if each.status is not Status.PASS))
        self._metadata = discovered.metadata
        if not discovered.is_usable or endpoint_fault(self._metadata, "authorization_endpoint"):
            return BegunSignIn(findings=found)
        url = request_address(self._task, self._metadata, self._words, {"redirect_uri": self._redirect})
        return BegunSignIn(findings=found, url=url, redirect=self._redirect)

    async def finish(self, pasted: Secret) -> OpenIdSignInResult:
        """Redeem the pasted code, once, and report LibreChat's decision."""
        task = self._task
        client = task.value("DOMAIN_CLIENT") or task.value("DOMAIN_SERVER")
        address = read_address(pasted, self._redirect, self._words.state, client)
        if (entry := _REFUSED.get(address.kind)) is not None:
            is_final = address.kind is Pasted.TAKEN
            return SignInResult(findings=(entry.unknown(),), is_final=is_final)
        if self._is_redeemed:
            return SignInResult(findings=(ids.USED.unknown(),))
        self._is_redeemed = True
        if address.error or address.code is None:
            return self._judged(address, TokenAnswer(), Userinfo(), NOTHING)
        return await self._redeemed(address, address.code)

    async def _redeemed(self, address: PastedAddress, code: Secret) -> OpenIdSignInResult:
        task, metadata = self._task, self._metadata
        if endpoint_fault(metadata, "token_endpoint"):
            return self._judged(address, TokenAnswer(), Userinfo(), NOTHING)
        if task.secret and not may_have_secret(task, metadata):
            shown = task.shown(metadata.get("token_endpoint"))
            return SignInResult(
                findings=(FINDINGS["secret.elsewhere"].unknown(evidence=(f"token_endpoint: {shown}",)),)
            )
        try:
            response = await self._token(code)
        except HttpError as error:
            if error.failure in {Failure.UNRESOLVED, Failure.UNREACHABLE}:
                return SignInResult(findings=(ids.UNREDEEMED.unknown(evidence=(task.shown(error.detail),)),))
            answer = TokenAnswer(failure=FAILURES.get(error.failure, NoAnswer.UNREACHABLE))
            return self._judged(address, answer, Userinfo(), NOTHING)
        held = HeldTokens(response.object)
        try:
            result = replace(await self._identified(address, response), sign_out=sign_out_address(task, metadata))
            if self._renewal is not None and result.decision is not None and result.decision.is_signed_in:
                renewals = Renewals(task, self._metadata, self._conversation, held)
                found = [finding async for finding in renewals.run(self._renewal)]
                result = replace(result, findings=(*result.findings, *found))
        finally:
            # Whatever was found, and if somebody interrupts it: the tokens go back.
            given_back = await revoke(task, self._metadata, self._conversation, held.fields)
        return result if given_back is None else replace(result, findings=(*result.findings, given_back))

    async def _identified(self, address: PastedAddress, response: HttpResponse) -> OpenIdSignInResult:
        keys = await ask(self._conversation, self._metadata.get("jwks_uri")) if self._reuses else NOTHING
        fields = response.object
        token = TokenAnswer(
            status=response.status,
            body=response.json,
            id_token=id_token_of(fields.get("id_token"), keys.fields),
            access_claims=claims_of(fields.get("access_token")),
        )
        access_token = fields.get("access_token")
        userinfo = await ask_userinfo(self._task, self._metadata, self._conversation, access_token)
        return self._judged(address, token, userinfo, keys)

    @property
    def _reuses(self) -> bool:
        return is_enabled(self._task.value("OPENID_REUSE_TOKENS"))

    async def _token(self, code: Secret) -> HttpResponse:
        """Redeem the code as openid-client does: the secret in the body, the verifier always (RFC 6749 section 4.1.3)."""
        form = {
            "grant_type": "authorization_code",
            "code": code.reveal(),
            "redirect_uri": self._redirect,
            "code_verifier": self._words.verifier,
            "client_id": self._task.value("OPENID_CLIENT_ID"),
        }
        if self._task.secret:
            form["client_secret"] = self._task.secret
        return await self._conversation.post(href(str(self._metadata["token_endpoint"])) or "", form)

    def _judged(
        self, address: PastedAddress, token: TokenAnswer, userinfo: Userinfo, keys: ProviderAnswer
    ) -> OpenIdSignInResult:
        decision = self._decision(self._situation(address, token, userinfo, keys), address)
        return SignInResult(
            findings=tuple(decision_findings(self._task, decision)),
            decision=decision,
            claims=decision.claims(self._task),
        )

    def _situation(
        self, address: PastedAddress, token: TokenAnswer, userinfo: Userinfo, keys: ProviderAnswer
    ) -> OpenIdSituation:
        task = self._task
        start = task.start or f"{(task.value('DOMAIN_CLIENT') or task.value('DOMAIN_SERVER')).rstrip('/')}/oauth/openid"
        # Behind https the proxy counts as one that says so; the check ``proxy`` tests it.
        forwarded = "https" if place(start).scheme == "https" else ""
        return OpenIdSituation(
            settings=image_environment(task.settings),
            release=task.release,
            discovery=ProviderAnswer(body=self._metadata),
            callback=Callback(issuer=address.issuer, error=address.error),
            browser=Browser(start=start, forwarded_proto=forwarded),
            token=token,
            userinfo=userinfo.answer,
            on_behalf_of=userinfo.is_exchanged,
            keys=keys,
            sent_nonce=self._words.nonce,
            now=_now(),
            accounts=self._accounts,
            allowed_domains=self._allowed_domains,
        )

    def _decision(self, situation: OpenIdSituation, address: PastedAddress) -> OpenIdDecision:
        verdict = sign_in(situation)
        cause = verdict.cause
        if cause == "callback.error" and address.error not in PASSING:
            reply = AuthorizationReply(AnswerClass.BACK, address.error, address.description)
            cause = policy_cause(self._task, self._metadata, reply)
        return OpenIdDecision(situation=situation, verdict=verdict, cause=cause, error_message=address.description)


def _has_failed(findings: list[Finding]) -> bool:
    return any(finding.status is Status.FAIL for finding in findings)


def _now() -> float:
    import time

    return time.time()
