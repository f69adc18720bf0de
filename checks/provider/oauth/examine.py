"""Requests to a social provider: LibreChat's authorization request and a made-up code, each with a control."""

import base64
import binascii
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from enum import Enum, auto
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, quote, urlencode

from checks.net.errors import HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import BUSY, PROBE, REFUSALS, ProviderConversation, Transport
from checks.provider.oauth.apple_key import client_secret, fresh_key, key_kind
from checks.provider.oauth.own_settings import settings_findings
from checks.provider.oauth.task import SocialTask
from checks.provider.verdict import undecided
from wizard.basics.finding import Finding
from wizard.findings.oauth import COMMON, TITLES
from wizard.librechat.browser_url import split_address
from wizard.librechat.social_situation import AppleKey

_CONTROL: Final = "/x"
_CODE: Final = frozenset({"invalid_grant", "bad_verification_code"})
"""The code is wrong, so the client is right (RFC 6749; docs.github.com, troubleshooting OAuth app access token requests)."""
_CLIENT: Final = frozenset({"invalid_client", "unauthorized_client", "incorrect_client_credentials"})
_FORBIDDEN: Final = 403
_FACEBOOK_CODE, _FACEBOOK_CLIENT = 100, frozenset({1, 101})
"""Facebook's numbers: invalid verification code; wrong secret or unknown app."""


class ReplyClass(Enum):
    """The class of a provider's reply."""

    GOES_ON = auto()
    REFUSED = auto()
    REDIRECT = auto()
    """Refused, and the error says that it is the redirect URI."""
    CLIENT = auto()
    """Refused, and the error says that it is the client or its secret."""
    CODE = auto()
    """The code alone is wrong."""
    BUSY = auto()
    """The request was not examined: too many requests, or a firewall."""
    ODD = auto()


class Reply(NamedTuple):
    """A reply, classified."""

    kind: ReplyClass
    summary: str
    """Foreign text, which may repeat what was sent: ``SocialTask.shown`` makes it evidence."""


def authorization_url(task: SocialTask, *, control: bool = False, state: str = PROBE) -> str:
    """Return the address to which LibreChat sends people; ``control``: with an unregistered redirect URI."""
    redirect = task.redirect + (_CONTROL if control else "")
    query = {
        "response_type": "code",
        "redirect_uri": redirect,
        "client_id": task.value("CLIENT_ID"),
        "state": state,
        **task.addresses.parameters,
    }
    return f"{task.addresses.authorize}?{urlencode(query, quote_via=quote)}"


def page_class(response: HttpResponse) -> Reply:
    """Return the class of the answer to an authorization request, by status and address, never by the page."""
    status = response.status
    summary = f"HTTP {status}"
    if status // 100 == 3:  # noqa: PLR2004 - redirects
        target = split_address(response.header("location"), response.url)
        fields = parse_qs(target.query)
        error = fields.get("error", [""])[0] or _google_error(fields.get("authError", [""])[0])
        if not error:
            return Reply(ReplyClass.GOES_ON, summary)
        kinds = {
            "redirect_uri_mismatch": ReplyClass.REDIRECT,
            "invalid_client": ReplyClass.CLIENT,
            "application_suspended": ReplyClass.CLIENT,
        }
        return Reply(kinds.get(error, ReplyClass.REFUSED), f"{summary}, error={error}")
    if status == 200:  # noqa: PLR2004 - OK
        return Reply(ReplyClass.GOES_ON, summary)
    return Reply(ReplyClass.REFUSED if status in REFUSALS else ReplyClass.ODD, summary)


def _google_error(text: str) -> str:
    """Return the error code in Google's ``authError``: base64url of a message whose first field is the code."""
    if not text:
        return ""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return "authError"
    return next((code for code in ("redirect_uri_mismatch", "invalid_client") if code.encode() in data), "authError")


def token_class(response: HttpResponse) -> Reply:
    """Classify the reply to a made-up code, by its error code."""
    found = _by_error(response)
    is_busy = response.status in BUSY or (response.status == _FORBIDDEN and found.kind is ReplyClass.ODD)
    return found._replace(kind=ReplyClass.BUSY) if is_busy else found


def _by_error(response: HttpResponse) -> Reply:
    error: Any = response.object.get("error")
    if isinstance(error, dict):
        number = error.get("code")
        if not isinstance(number, int) or isinstance(number, bool):
            return Reply(ReplyClass.ODD, f"HTTP {response.status}")
        kind = (
            ReplyClass.CODE
            if number == _FACEBOOK_CODE
            else ReplyClass.CLIENT
            if number in _FACEBOOK_CLIENT
            else ReplyClass.ODD
        )
        return Reply(kind, f"HTTP {response.status}, code {number}")
    if not isinstance(error, str):
        return Reply(ReplyClass.ODD, f"HTTP {response.status}")
    summary = f"HTTP {response.status}, error={error}"
    if error == "redirect_uri_mismatch":
        return Reply(ReplyClass.REDIRECT, summary)
    return Reply(
        ReplyClass.CODE if error in _CODE else ReplyClass.CLIENT if error in _CLIENT else ReplyClass.ODD, summary
    )


async def examine(task: SocialTask, transport: Transport) -> AsyncIterator[Finding]:
    """Query the provider and report what LibreChat's sign-in would meet; at most four requests."""
    own = list(settings_findings(task))
    found: list[Finding] = []
    async for finding in _asked(task, ProviderConversation(transport)):
        found.append(finding)
        yield finding
    note = f"The client secret was not tested: {task.unsent}." if task.unsent else ""
    entry, silent = (COMMON[task.provider, cause] for cause in ("undecided", "unreachable"))
    for finding in undecided(entry, (*own, *found), unreached=(silent,), evidence=(note,)):
        yield finding


async def _asked(task: SocialTask, conversation: ProviderConversation) -> AsyncIterator[Finding]:
    if not task.addresses.authorize.startswith("https://"):
        return
    try:
        page = page_class(await conversation.page(authorization_url(task)))
        control = None
        if page.kind is ReplyClass.GOES_ON:
            control = page_class(await conversation.page(authorization_url(task, control=True)))
        token = None
        if (secret := client_secret_of(task)) and not task.unsent:
            task = replace(task, sent=secret)
            yield COMMON[task.provider, "announced"].passed(
                f"{TITLES[task.provider]} receives two token requests with code={PROBE}; one has a wrong secret."
            )
            token = token_class(await redeem(task, conversation, secret))
        for finding in _authorization(task, page, control, token):
            yield finding
        if token is not None:
            async for finding in _secret_findings(task, conversation, page, token):
                yield finding
    except HttpError as error:
        evidence = (task.shown(task.addresses.token), task.shown(error.detail or error.failure))
        yield COMMON[task.provider, "unreachable"].unknown(evidence=evidence)


def client_secret_of(task: SocialTask) -> str:
    """Return what LibreChat sends as client secret; empty if it could not make it, or the key is not to be seen from here."""
    if task.provider != "apple":
        return task.value("CLIENT_SECRET")
    if task.key.unseen or key_kind(task.key.text) is not AppleKey.FIT or not task.value("KEY_ID"):
        return ""
    return _signed(task, task.key.text or "")


def _signed(task: SocialTask, key: str) -> str:
    ids = {"client_id": task.value("CLIENT_ID"), "team_id": task.value("TEAM_ID"), "key_id": task.value("KEY_ID")}
    return client_secret(key, **ids)


async def redeem(task: SocialTask, conversation: ProviderConversation, secret: str, code: str = PROBE) -> HttpResponse:
    """Send the token request as passport-oauth2 does: client and secret in the body; without a value, ``code`` is made up."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": task.redirect,
        "client_id": task.value("CLIENT_ID"),
        "client_secret": secret,
    }
    return await conversation.post(task.addresses.token, form)


def _authorization(task: SocialTask, page: Reply, control: Reply | None, token: Reply | None) -> Iterator[Finding]:
    """Judge the authorization request; which of the two a refusal means, the token request tells where the provider does not."""
    evidence = (f"redirect_uri={task.shown(task.redirect)}", task.shown(page.summary))
    of = {
        cause: COMMON[task.provider, cause]
        for cause in ("accepted", "unchecked", "refused", "redirect.refused", "client")
    }
    if page.kind is ReplyClass.GOES_ON:
        is_told = control is not None and control.kind in {ReplyClass.REFUSED, ReplyClass.REDIRECT, ReplyClass.CLIENT}
        yield of["accepted"].passed(evidence=evidence) if is_told else of["unchecked"].unknown(evidence=evidence)
    elif page.kind is ReplyClass.ODD:
        yield COMMON[task.provider, "unreachable"].unknown(evidence=evidence)
    elif task.provider == "github" and page.kind is ReplyClass.REDIRECT and _comes_back(task):
        yield of["redirect.refused"].warn(evidence=evidence)
    else:
        cause = {ReplyClass.REDIRECT: "redirect.refused", ReplyClass.CLIENT: "client"}.get(page.kind, "refused")
        if cause == "refused" and token is not None and token.kind in {ReplyClass.CODE, ReplyClass.REDIRECT}:
            cause = "redirect.refused"
        elif cause == "refused" and token is not None and token.kind is ReplyClass.CLIENT:
            cause = "client"
        remedy = f"Register this redirect URI with {TITLES[task.provider]}: {task.shown(task.redirect)}"
        yield of[cause].fail(evidence=evidence, remedy=remedy if cause == "redirect.refused" else of[cause].fix)


def _comes_back(task: SocialTask) -> bool:
    """Whether the settings already show a wrong redirect URI: GitHub then sends people to the registered one."""
    return any(finding.id == COMMON["github", "redirect"].id for finding in settings_findings(task))


async def _secret_findings(
    task: SocialTask, conversation: ProviderConversation, page: Reply, token: Reply
) -> AsyncIterator[Finding]:
    of = {
        cause: COMMON[task.provider, cause]
        for cause in ("secret", "secret.unchecked", "token", "token.busy", "secret-accepted")
    }
    if token.kind is ReplyClass.CLIENT:
        if page.kind not in {ReplyClass.CLIENT, ReplyClass.REFUSED}:
            yield of["secret"].fail(evidence=(task.shown(token.summary),))
        return
    if token.kind is ReplyClass.ODD:
        yield of["token"].fail(evidence=(task.shown(token.summary),))
        return
    if token.kind is ReplyClass.BUSY:
        yield of["token.busy"].unknown(evidence=(task.shown(token.summary),))
        return
    wrong = _signed(task, fresh_key()) if task.provider == "apple" else secrets.token_urlsafe(24)
    control = token_class(await redeem(task, conversation, wrong))
    if control.kind is ReplyClass.CLIENT:
        yield of["secret-accepted"].passed(evidence=(task.shown(token.summary),))
        return
    cause = "token.busy" if control.kind is ReplyClass.BUSY else "secret.unchecked"
    yield of[cause].unknown(evidence=(task.shown(token.summary), task.shown(f"wrong secret: {control.summary}")))
