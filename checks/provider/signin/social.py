"""A real sign-in through Google, GitHub, Discord, Facebook or Apple: request, code and decision as in LibreChat.

At most four requests are sent to the provider: token, profile, GitHub's addresses, revocation. The token is kept only in this process's
memory, until :meth:`SocialSignIn.finish` returns. It is sent in a header, not in the URL as two of the strategies send it.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderConversation, RequestLimitError, Transport
from checks.provider.oauth.apple_key import key_kind
from checks.provider.oauth.examine import ReplyClass, authorization_url, client_secret_of, redeem, token_class
from checks.provider.oauth.own_settings import settings_findings
from checks.provider.oauth.task import SocialTask
from checks.provider.signin.pasted_address import Pasted, PastedAddress, read_address, read_form
from checks.provider.signin.result import BegunSignIn, SignInResult
from checks.provider.signin.social_decision import SocialDecision, social_findings
from checks.provider.signin.social_revoking import revoke_social
from checks.provider.signin.token_claims import claims_of
from checks.provider.signin.userinfo import FAILURES
from wizard.basics.finding import Status
from wizard.basics.secret import Secret
from wizard.findings import social_sign_in as ids
from wizard.librechat.browser_url import origin
from wizard.librechat.image_environment import image_environment
from wizard.librechat.openid_situation import KnownAccount, NoAnswer, Outcome
from wizard.librechat.social_profile import social_profile
from wizard.librechat.social_situation import AppleKey, AppRegistration, ProviderStep, SocialSituation
from wizard.librechat.social_verdict import KEY_CAUSES, NEEDS_PROFILE, social_sign_in

_REFUSED: Final = {
    Pasted.FOREIGN: ids.FOREIGN,
    Pasted.OTHER_STATE: ids.STATE,
    Pasted.NO_CODE: ids.NO_CODE,
    Pasted.TAKEN: ids.TAKEN,
}
_REFUSED_FORM: Final = {
    Pasted.FOREIGN: ids.FORM,
    Pasted.OTHER_STATE: ids.FORM_STATE,
    Pasted.NO_CODE: ids.FORM_NO_CODE,
}
_CAUSES: Final = {
    ReplyClass.CODE: "token.code",
    ReplyClass.CLIENT: "secret",
    ReplyClass.REDIRECT: "redirect.refused",
    ReplyClass.BUSY: "token.busy",
}
"""What the token endpoint's error means, if the client's registration is not known."""
_FOR_ALL: Final = frozenset({Outcome.NOT_REGISTERED, Outcome.LOST})
_KEYS: Final = frozenset({"apple.ids", *KEY_CAUSES.values()})
"""Causes for which everybody is refused."""
_NO_TOKEN: Final = ProviderStep(status=400)
_MOST_FIELDS: Final = 50
_AWAY: Final = frozenset({Failure.UNRESOLVED, Failure.UNREACHABLE})
"""Failures of this machine's network; the container's may work."""


SocialSignInResult = SignInResult[SocialDecision]
SocialBegun = BegunSignIn[SocialDecision]


class SocialSignIn:
    """One sign-in, from the request to the decision; it accepts one code."""

    def __init__(
        self,
        task: SocialTask,
        transport: Transport,
        *,
        allowed_domains: tuple[str, ...] = (),
        accounts: tuple[KnownAccount, ...] = (),
    ) -> None:
        self._secret = client_secret_of(task)
        self._task = replace(task, sent=self._secret)
        self._conversation = ProviderConversation(transport)
        self._state = secrets.token_urlsafe(32)
        self._is_redeemed = False
        self._situation = SocialSituation(
            provider=task.provider,
            settings=image_environment(task.settings),
            release=task.release,
            key=_key(task),
            accounts=accounts,
            allowed_domains=allowed_domains,
        )

    def begin(self) -> SocialBegun:
        """Return the address to open; none if a sign-in cannot succeed."""
        task, own = self._task, tuple(settings_findings(self._task))
        decision = self._decided_already()
        if any(finding.status is Status.FAIL for finding in own):
            return BegunSignIn(findings=own, decision=decision)
        if decision is not None and task.provider == "apple":
            told = tuple(social_findings(task, decision))
            names = {finding.id for finding in told}
            return BegunSignIn(findings=(*(each for each in own if each.id not in names), *told), decision=decision)
        if task.provider == "apple" and not self._secret:
            return BegunSignIn(findings=(*own, ids.APPLE_UNTRIED.unknown()))
        return BegunSignIn(findings=own, url=authorization_url(task, state=self._state), redirect=task.redirect)

    async def finish(self, pasted: Secret) -> SocialSignInResult:
        """Redeem the pasted code, once, and report LibreChat's decision."""
        address, registered = self._read(pasted)
        refused = _REFUSED_FORM if self._task.provider == "apple" else _REFUSED
        if (entry := refused.get(address.kind)) is not None:
            return SignInResult(findings=(entry.unknown(),), is_final=address.kind is Pasted.TAKEN)
        if self._is_redeemed:
            return SignInResult(findings=(ids.USED.unknown(),))
        self._is_redeemed = True
        if address.error or address.code is None:
            situation = replace(self._situation, app=AppRegistration(redirect_uris=registered), error=address.error)
            return self._judged(situation, error_message=address.description)
        return await self._redeemed(address.code)

    def _read(self, pasted: Secret) -> tuple[PastedAddress, frozenset[str] | None]:
        """Read what was pasted; with the address that is registered, where GitHub says that LibreChat's is not.

        GitHub sends people to the registered one then, with an error (docs.github.com, authorization request errors).
        """
        task, state = self._task, self._state
        if task.provider == "apple":
            return read_form(pasted, state), None
        client = task.settings.get("DOMAIN_CLIENT", "") or task.settings.get("DOMAIN_SERVER", "")
        address = read_address(pasted, task.redirect, state, client)
        server = origin(task.settings.get("DOMAIN_SERVER", ""))
        if address.kind in {Pasted.CALLBACK, Pasted.OTHER_STATE} or task.provider != "github" or server is None:
            return address, None
        registered = f"{server}/oauth/github/callback"
        other = read_address(pasted, registered, state, client)
        return (other, frozenset({registered})) if other.error else (address, None)

    async def _redeemed(self, code: Secret) -> SocialSignInResult:
        try:
            response = await redeem(self._task, self._conversation, self._secret, code.reveal())
        except HttpError as error:
            if error.failure in _AWAY:
                return SignInResult(findings=(ids.UNREDEEMED.unknown(evidence=(self._shown(error.detail),)),))
            failed = ProviderStep(failure=FAILURES.get(error.failure, NoAnswer.UNREACHABLE))
            return self._judged(replace(self._situation, token=failed))
        tokens = _fields(response)
        token = tokens.get("access_token")
        if response.status // 100 != 2 or not isinstance(token, str) or not token:  # noqa: PLR2004 - success
            seen = token_class(response)
            return self._judged(
                replace(self._situation, token=_NO_TOKEN),
                cause=_CAUSES.get(seen.kind, ""),
                error_message=seen.summary,
            )
        try:
            result = await self._identified(tokens, token)
        finally:
            # Whatever was found, and if somebody interrupts it: the token goes back.
            given_back = await revoke_social(self._task, self._conversation, self._secret, tokens)
        return result if given_back is None else replace(result, findings=(*result.findings, given_back))

    async def _identified(self, tokens: dict[str, Any], token: str) -> SocialSignInResult:
        if self._task.provider not in NEEDS_PROFILE:
            claims = claims_of(tokens.get("id_token"))
            if claims is None:
                # appleStrategy.js throws: "idToken is missing".
                return self._judged(replace(self._situation, token=_NO_TOKEN))
            return self._judged(self._known(claims), fields=dict(claims))
        addresses = self._task.addresses
        step, fields = await self._asked(addresses.profile, token)
        emails: object = None
        if step.is_well and addresses.emails:
            _, emails = await self._asked(addresses.emails, token)
        if not step.is_well or not isinstance(fields, dict):
            failed = ProviderStep(status=500) if step.is_well else step
            return self._judged(replace(self._situation, profile_step=failed))
        shown = {**fields, "emails": emails} if addresses.emails else fields
        return self._judged(self._known(fields, emails), fields=shown)

    def _known(self, fields: dict[str, Any] | Any, emails: object = None) -> SocialSituation:
        return replace(self._situation, profile=social_profile(self._task.provider, fields, emails))

    async def _asked(self, url: str, token: str) -> tuple[ProviderStep, Any]:
        """Ask with the token; the answer's JSON value, ``None`` if it is none or an error."""
        try:
            response = await self._conversation.get(url, headers={"Authorization": f"Bearer {token}"})
        except HttpError as error:
            return ProviderStep(failure=FAILURES.get(error.failure, NoAnswer.UNREACHABLE)), None
        except RequestLimitError:
            return ProviderStep(failure=NoAnswer.UNREACHABLE), None
        step = ProviderStep(status=response.status)
        return step, response.json if step.is_well else None

    def _decided_already(self) -> SocialDecision | None:
        """Return the decision if it does not depend on the person."""
        verdict = social_sign_in(self._situation)
        if verdict.outcome not in _FOR_ALL and verdict.cause not in _KEYS:
            return None
        return SocialDecision(situation=self._situation, verdict=verdict, cause=verdict.cause)

    def _judged(
        self,
        situation: SocialSituation,
        *,
        cause: str = "",
        error_message: str = "",
        fields: dict[str, Any] | None = None,
    ) -> SocialSignInResult:
        verdict = social_sign_in(situation)
        decision = SocialDecision(
            situation=situation,
            verdict=verdict,
            cause=cause or verdict.cause,
            error_message=error_message,
            fields=fields or {},
        )
        findings = tuple(social_findings(self._task, decision))
        return SignInResult(findings=findings, decision=decision, claims=decision.claims(self._task))

    def _shown(self, text: object) -> str:
        return self._task.shown(text)


def _key(task: SocialTask) -> AppleKey:
    """Return what Apple's key is; one that cannot be seen from here raises no doubt."""
    return AppleKey.FIT if task.provider != "apple" or task.key.unseen else key_kind(task.key.text)


def _fields(response: HttpResponse) -> dict[str, Any]:
    """Return the token endpoint's answer: JSON, else a form, as npm oauth reads it (lib/oauth2.js)."""
    if response.json is not None:
        return response.object
    try:
        return {} if response.is_page else dict(parse_qsl(response.text, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}
