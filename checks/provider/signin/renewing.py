"""Renews the provider's tokens as LibreChat does, often enough to know whether people stay signed in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from checks.net.errors import HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderConversation, RequestLimitError
from checks.provider.openid.task import Metadata, OpenIdTask
from checks.provider.signin.token_claims import claims_of, id_token_of
from wizard.basics.finding import Finding
from wizard.findings import openid_sign_in as ids
from wizard.findings.openid_check import FINDINGS
from wizard.librechat.browser_url import href
from wizard.librechat.openid_renewal import ACCESS_TOKEN_SINCE, renewal_fault, renewal_parameters
from wizard.librechat.openid_situation import NoAnswer, ProviderAnswer, TokenAnswer
from wizard.librechat.openid_tokens import answer_fault

MOST_RENEWALS: Final = 2
"""The second one shows whether the refresh token of the first counts, new or old; further ones show nothing else."""
_USUAL: Final = 3600.0
"""The lifetime in seconds that is assumed if the response has none (it is optional, RFC 6749 section 5.1)."""
_AFTER: Final = 1.0
"""Seconds after the end of a token at which it is renewed: LibreChat's page renews when a request was refused."""


def _silent(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """How long the sign-in is kept, and how its progress is shown."""

    seconds: float
    tell: Callable[[str], None] = _silent
    """Shows a line that says what the check is waiting for."""
    wait: Callable[[float], Awaitable[object]] = asyncio.sleep


@dataclass(slots=True)
class HeldTokens:
    """The newest tokens of a sign-in, kept only in this process's memory."""

    fields: Mapping[str, Any] = field(repr=False)

    @property
    def refresh_token(self) -> str:
        """The refresh token; empty if there is none."""
        token = self.fields.get("refresh_token")
        return token if isinstance(token, str) else ""

    def lifetime(self) -> float:
        """Return the seconds until the first token expires, at most the lifetime that the provider states."""
        given = self.fields.get("expires_in")
        access = float(given) if isinstance(given, int | float) and not isinstance(given, bool) else _USUAL
        end = (claims_of(self.fields.get("id_token")) or {}).get("exp")
        left = end - time.time() if isinstance(end, int | float) and not isinstance(end, bool) else access
        return max(0.0, min(access, left))

    def renewed(self, fields: Mapping[str, Any]) -> None:
        """Return the new tokens; a token that the response omits is kept (``existingRefreshToken``, api/server/services/AuthService.js)."""
        self.fields = {**self.fields, **fields}


class Renewals:
    """The renewals of one sign-in."""

    def __init__(
        self, task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation, held: HeldTokens
    ) -> None:
        self._task, self._metadata, self._conversation, self._held = task, metadata, conversation, held

    async def run(self, renewal: Renewal) -> AsyncIterator[Finding]:
        """Wait for the tokens to expire, renew them at most twice, and yield the findings."""
        if self._task.release >= ACCESS_TOKEN_SINCE and claims_of(self._held.fields.get("access_token")) is None:
            yield ids.OPAQUE.warn()
        left, was_new, done = renewal.seconds, True, 0
        while done < MOST_RENEWALS:
            seconds = self._held.lifetime() + _AFTER
            if seconds > left:
                break
            renewal.tell(
                f"The tokens are valid for {seconds - _AFTER:.0f} s. Waiting, then renewing them ({done + 1} of {MOST_RENEWALS})."
            )
            await renewal.wait(seconds)
            left -= seconds
            try:
                answer, keys = await self._renew()
            except (HttpError, RequestLimitError) as error:
                detail = error.detail if isinstance(error, HttpError) else ""
                yield ids.NOT_RENEWED.unknown(evidence=(self._task.shown(detail),))
                return
            if cause := renewal_fault(answer, keys):
                yield self._failed(cause, answer, was_new=was_new or done == 0)
                return
            was_new = bool(answer.fields.get("refresh_token"))
            self._held.renewed(answer.fields)
            done += 1
        yield self._renewal_finding(done, was_new=was_new)

    async def _renew(self) -> tuple[TokenAnswer, ProviderAnswer]:
        task = self._task
        form = renewal_parameters(task.settings, task.release, self._held.refresh_token)
        form["client_id"] = task.value("OPENID_CLIENT_ID")
        if task.secret:
            form["client_secret"] = task.secret
        # It is the end point that got the code: may_have_secret was asked before that.
        response = await self._conversation.post(href(str(self._metadata["token_endpoint"])) or "", form)
        keys = await self._keys()
        return _answer(response, keys), keys

    async def _keys(self) -> ProviderAnswer:
        try:
            response = await self._conversation.get(str(self._metadata.get("jwks_uri")))
        except (HttpError, RequestLimitError):
            return ProviderAnswer(failure=NoAnswer.UNREACHABLE)
        return ProviderAnswer(status=response.status, body=response.json)

    def _failed(self, cause: str, answer: TokenAnswer, *, was_new: bool) -> Finding:
        error = answer.fields.get("error")
        evidence = (self._task.shown(f"HTTP {answer.status}" + (f", error={error}" if error else "")),)
        if cause == "renewal.refused" and not isinstance(error, str):
            # A gateway's page, or a server that is busy, says nothing of the token.
            return ids.NOT_RENEWED.unknown(evidence=(*evidence, answer_fault(answer)))
        if cause == "renewal.refused" and not was_new:
            cause = "renewal.not-rotated"
        entry = ids.SIGN_IN.get(cause) or FINDINGS[cause]
        return entry.unknown(evidence=evidence) if cause == "renewal.no-id-token" else entry.fail(evidence=evidence)

    def _renewal_finding(self, done: int, *, was_new: bool) -> Finding:
        if done == 0:
            lives = f"The tokens are valid for {self._held.lifetime():.0f} s, longer than this run may take."
            return ids.NOT_RENEWED.unknown(evidence=(lives,))
        rotation = "with a new refresh token" if was_new else "with the same refresh token"
        often = "once" if done == 1 else f"{done} times"
        return ids.RENEWED.passed(evidence=(f"renewed {often}, {rotation}",))


def _answer(response: HttpResponse, keys: ProviderAnswer) -> TokenAnswer:
    fields = response.object
    return TokenAnswer(
        status=response.status,
        body=response.json,
        id_token=id_token_of(fields.get("id_token"), keys.fields),
        access_claims=claims_of(fields.get("access_token")),
    )
