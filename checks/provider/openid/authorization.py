"""Sends LibreChat's authorization request with prompt=none, without a user, and classifies the reply.

(a) Sent back to our redirect URI: client and URI are known, and the error says the rest. (b) A sign-in page, while a wrong redirect
URI gets something else: accepted. (c) An error of class 400, or a redirect to an error: refused. (d) As the control: not known.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode

from checks.net.errors import HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import PROBE, REFUSALS, ProviderConversation
from checks.provider.openid.task import AuthorizationSeen, ClientStanding, Metadata, OpenIdTask
from wizard.librechat.browser_url import split_address
from wizard.librechat.openid_request import (
    ADMIN_CALLBACK_PATH,
    authorization_parameters,
    unfit_scope,
    wants_nonce,
)

VERIFIER: Final = f"{PROBE}-{PROBE}-0123456789"
"""The PKCE verifier of the requests; nothing hangs on it, because no code is ever issued."""
CONTROL: Final = "/x"
"""What makes our redirect URI one that nobody registered."""
_NEEDS_PERSON: Final = frozenset(
    {"login_required", "interaction_required", "consent_required", "account_selection_required"}
)
"""OpenID Connect Core 3.1.2.6: what prompt=none ends with where all is well and nobody is signed in."""
_LATER: Final = frozenset({"server_error", "temporarily_unavailable", "access_denied"})
PASSING: Final = _LATER | _NEEDS_PERSON
"""Errors that say nothing of the client's registration."""
POLICY: Final = {
    "invalid_scope": "scope.refused",
    "unauthorized_client": "policy.flow",
    "unsupported_response_type": "policy.flow",
}


class AnswerClass(Enum):
    """The class of an answer to an authorization request."""

    BACK = auto()
    """Sent to our redirect URI."""
    PAGE = auto()
    """A page, or sent to one: the provider continues."""
    REFUSED = auto()
    ODD = auto()


class AuthorizationReply(NamedTuple):
    """An answer, classified."""

    kind: AnswerClass
    error: str = ""
    description: str = ""
    issuer: str = ""
    status: int = 0


def authorization_url(task: OpenIdTask, metadata: Metadata, *, prompt_none: bool, control: bool = False) -> str:
    """Return the address of the request; ``control``: with an unregistered redirect URI."""
    changes = {"prompt": "none"} if prompt_none else {}
    if control:
        changes["redirect_uri"] = authorization_parameters(task.settings, task.release)["redirect_uri"] + CONTROL
    return request_address(task, metadata, RequestWords(state=PROBE, nonce=PROBE, verifier=VERIFIER), changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWords:
    """What is chosen anew for each sign-in (RFC 6749 section 10.12, RFC 7636, OpenID Connect Core 3.1.2.1)."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    """Sent where LibreChat sends one."""
    verifier: str = field(repr=False)


def request_address(
    task: OpenIdTask, metadata: Metadata, words: RequestWords, changes: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return the authorization request as LibreChat makes it; ``changes`` are parameters that are otherwise for once."""
    parameters = authorization_parameters(task.settings, task.release)
    parameters["code_challenge"] = _challenge(words.verifier)
    parameters["state"] = words.state
    if wants_nonce(task.settings, task.release):
        parameters["nonce"] = words.nonce
    parameters |= changes
    parts = split_address(str(metadata["authorization_endpoint"]))
    query = [*parse_qsl(parts.query, keep_blank_values=True), *parameters.items()]
    return parts._replace(query=urlencode(query), fragment="").geturl()


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def classify(response: HttpResponse, redirect: str) -> AuthorizationReply:
    """Return the class of an answer. What a page says is not read: it is themed and in any language."""
    status = response.status
    if status // 100 == 3:  # noqa: PLR2004 - redirects
        target = split_address(response.header("location"), response.url)
        fields = {name: values[0] for name, values in parse_qs(target.query).items()}
        fields |= {name: values[0] for name, values in parse_qs(target.fragment).items()}
        error, description, issuer = (fields.get(name, "") for name in ("error", "error_description", "iss"))
        if target._replace(query="", fragment="").geturl() == _without_query(redirect):
            return AuthorizationReply(AnswerClass.BACK, error, description, issuer, status)
        if error or "authError" in fields:
            return AuthorizationReply(AnswerClass.REFUSED, error, description, status=status)
        return AuthorizationReply(AnswerClass.PAGE, status=status)
    if status == 200:  # noqa: PLR2004 - OK
        error = response.object.get("error", "")
        return AuthorizationReply(AnswerClass.REFUSED if error else AnswerClass.PAGE, str(error), status=status)
    error = response.object.get("error", "")
    kind = AnswerClass.REFUSED if status in REFUSALS or error else AnswerClass.ODD
    return AuthorizationReply(kind, str(error), str(response.object.get("error_description", "")), status=status)


def _without_query(address: str) -> str:
    return split_address(address)._replace(query="", fragment="").geturl()


async def ask_authorization(
    task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation
) -> AuthorizationSeen:
    """Make the request and its control: two requests, three where prompt=none alone is refused."""
    redirect = authorization_parameters(task.settings, task.release)["redirect_uri"]
    try:
        real = classify(await conversation.page(authorization_url(task, metadata, prompt_none=True)), redirect)
        quiet = True
        if real.kind in {AnswerClass.REFUSED, AnswerClass.ODD}:
            # Some providers refuse prompt=none itself.
            real = classify(await conversation.page(authorization_url(task, metadata, prompt_none=False)), redirect)
            quiet = False
        if real.kind is AnswerClass.REFUSED:
            return _seen(ClientStanding.REFUSED, "client.refused", real)
        if real.kind is AnswerClass.ODD:
            return _seen(ClientStanding.UNKNOWN, "provider.odd", real)
        url = authorization_url(task, metadata, prompt_none=quiet, control=True)
        control = classify(await conversation.page(url), redirect + CONTROL)
    except HttpError as error:
        evidence = (task.shown(metadata["authorization_endpoint"]), task.shown(error.detail))
        return AuthorizationSeen(registration=ClientStanding.UNKNOWN, cause="provider.unreachable", evidence=evidence)
    if real.kind is AnswerClass.BACK:
        return _sent_back(task, metadata, real, control)
    if control.kind is AnswerClass.REFUSED:
        return _seen(ClientStanding.ACCEPTED, "", real)
    return _seen(ClientStanding.UNKNOWN, "client.unchecked", real)


def _seen(registration: ClientStanding, cause: str, answer: AuthorizationReply) -> AuthorizationSeen:
    summary = f"HTTP {answer.status}" + (f", error={answer.error}" if answer.error else "")
    evidence = (summary, answer.description) if answer.description else (summary,)
    return AuthorizationSeen(registration=registration, cause=cause, evidence=evidence, issuer=answer.issuer)


def _sent_back(
    task: OpenIdTask, metadata: Metadata, real: AuthorizationReply, control: AuthorizationReply
) -> AuthorizationSeen:
    """Judge the error that comes back to our redirect URI."""
    seen = _seen(ClientStanding.POLICY, policy_cause(task, metadata, real), real)
    if real.error in _NEEDS_PERSON or not real.error:
        any_redirect = control.kind is AnswerClass.BACK
        return AuthorizationSeen(
            registration=ClientStanding.ACCEPTED, evidence=seen.evidence, issuer=real.issuer, any_redirect=any_redirect
        )
    if real.error in _LATER:
        return AuthorizationSeen(
            registration=ClientStanding.UNKNOWN, cause="provider.odd", evidence=seen.evidence, issuer=real.issuer
        )
    return seen


def policy_cause(task: OpenIdTask, metadata: Metadata, answer: AuthorizationReply) -> str:
    """Return which policy it is: by the error's code, the provider's own metadata, and last the error's description."""
    if answer.error in POLICY:
        unfit = answer.error == "invalid_scope" and unfit_scope(task.value("OPENID_SCOPE"))
        return "scope.separator" if unfit else POLICY[answer.error]
    words = answer.description.lower()
    if metadata.get("require_pushed_authorization_requests") is True or "pushed authorization" in words:
        return "policy.par"
    if metadata.get("require_signed_request_object") is True or "request object" in words:
        return "policy.jar"
    return "policy.refused"


async def refuses_admin_panel(task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation) -> str:
    """Return the admin panel's redirect URI if the provider refuses it; the caller knows that LibreChat's own is accepted.

    Only what gets an error where LibreChat's own gets none is refused; empty if that is not so, or no answer came.
    """
    redirect = task.value("DOMAIN_SERVER") + ADMIN_CALLBACK_PATH
    words = RequestWords(state=PROBE, nonce=PROBE, verifier=VERIFIER)
    url = request_address(task, metadata, words, {"redirect_uri": redirect})
    try:
        answer = classify(await conversation.page(url), redirect)
    except HttpError:
        return ""
    return redirect if answer.kind is AnswerClass.REFUSED else ""
