"""Tests the client secret with a made-up code: sent as LibreChat sends it, with controls that must be rejected differently.

The secret goes by POST, in the body, to an end point of OPENID_ISSUER's own domain whose certificate was verified, and nowhere else.
"""

import base64
import secrets
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import BUSY, PROBE, ProviderConversation
from checks.provider.openid.authorization import VERIFIER
from checks.provider.openid.task import Metadata, OpenIdTask, SecretEnd, SecretSeen
from wizard.librechat.browser_url import href, split_address
from wizard.librechat.openid_request import redirect_uri

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_ELSEWHERE: Final = (("accounts.google.com", "oauth2.googleapis.com"),)
"""Issuers whose token endpoint is on another domain by the provider's own documentation."""
_COGNITO: Final = ("cognito-idp.", ".amazonaws.com", ".amazoncognito.com")
"""Amazon Cognito: how its issuers begin and end, and where its end points are. Under amazonaws.com anybody may have a server."""
_ENTRA: Final = {7000222: "secret.expired", 700016: "client.unknown"}
"""Entra ID's numbers of an expired secret and an unknown application (learn.microsoft.com, AADSTS error codes)."""
_GONE: Final = frozenset({Failure.NAME, Failure.REFUSED})


class TokenClass(Enum):
    """The class of a reply to a token request with a made-up code (RFC 6749 section 5.2)."""

    GRANT = auto()
    """``invalid_grant``: the client is authenticated, the code is not one."""
    CLIENT = auto()
    """``invalid_client``, ``unauthorized_client``: the client is not authenticated."""
    OTHER = auto()
    """Another error of OAuth."""
    BUSY = auto()
    """Nobody looked at the request, whatever error is named with it."""
    ODD = auto()
    """No answer of OAuth."""


class TokenReply(NamedTuple):
    """An answer, classified."""

    kind: TokenClass
    summary: str
    codes: frozenset[int] = frozenset()
    """Entra's own numbers."""


def classify(response: HttpResponse) -> TokenReply:
    """Return the class of an answer by its error code."""
    fields = response.object
    error = fields.get("error")
    listed = fields.get("error_codes")
    codes = frozenset(code for code in listed if isinstance(code, int)) if isinstance(listed, list) else frozenset()
    summary = f"HTTP {response.status}, error={error}" if isinstance(error, str) else f"HTTP {response.status}"
    if response.status in BUSY:
        return TokenReply(TokenClass.BUSY, summary)
    if not isinstance(error, str):
        return TokenReply(TokenClass.ODD, summary)
    if error == "invalid_grant":
        return TokenReply(TokenClass.GRANT, summary, codes)
    if error in {"invalid_client", "unauthorized_client"}:
        return TokenReply(TokenClass.CLIENT, summary, codes)
    return TokenReply(TokenClass.OTHER, summary, codes)


def may_have_secret(task: OpenIdTask, metadata: Metadata) -> bool:
    """Whether the token endpoint is https and of OPENID_ISSUER's registrable domain: a hostile document would steal the secret.

    What the document calls its issuer does not count: LibreChat compares it with nothing if OPENID_ISSUER is a ``.well-known``
    address or one of Microsoft's hosts (openid-client 6.5.0, ``performDiscovery``).
    """
    issuer, end = split_address(href(task.value("OPENID_ISSUER")) or ""), split_address(_end_point(metadata))
    own, host = (issuer.hostname or "").lower(), (end.hostname or "").lower()
    if end.scheme != "https" or not own or not host:
        return False
    if own == host or (own, host) in _ELSEWHERE:
        return True
    begin, middle, pools = _COGNITO
    if own.startswith(begin) and own.endswith(middle):
        return host.endswith(pools)
    return _domain(own) is not None and _domain(own) == _domain(host)


def _end_point(metadata: Metadata) -> str:
    """Return the token endpoint as LibreChat reads it: the address that is compared is the one that is asked."""
    return href(str(metadata.get("token_endpoint"))) or ""


@cache
def _suffixes() -> "PublicSuffixList":
    """Return the public suffix list, which takes long to read."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def _domain(host: str) -> str | None:
    """Return the registrable domain; ``None`` for an address or a name without one."""
    if not any(char.isalpha() for char in host.rpartition(".")[2]):
        return None
    found: str | None = _suffixes().privatesuffix(host)
    return found


async def ask_token(task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation) -> SecretSeen:
    """Try the secret: two requests where it is right, at most five if it is not; one of them is the control."""
    if not may_have_secret(task, metadata):
        shown = task.shown(metadata.get("token_endpoint"))
        return SecretSeen(end=SecretEnd.UNKNOWN, cause="secret.elsewhere", evidence=(f"token_endpoint: {shown}",))
    attempts = _Attempts(task, _end_point(metadata), conversation)
    try:
        return await _judged(task, attempts)
    except HttpError as error:
        gone = error.failure in _GONE
        evidence = (task.shown(metadata["token_endpoint"]), task.shown(error.detail or error.failure))
        end = SecretEnd.WRONG if gone else SecretEnd.UNKNOWN
        return SecretSeen(end=end, cause="token.unreachable" if gone else "token.odd", evidence=evidence)


class _Attempts:
    """Token requests with a code that nobody issued."""

    def __init__(self, task: OpenIdTask, url: str, conversation: ProviderConversation) -> None:
        self._task, self._url, self._conversation = task, url, conversation

    @property
    def left(self) -> int:
        """How many requests may still be made."""
        return self._conversation.left

    async def post(self, secret: str, **changes: str | None) -> TokenReply:
        """Send the form with a secret in it, as LibreChat does; without one if it is empty."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": PROBE,
            "redirect_uri": redirect_uri(self._task.settings),
            "code_verifier": VERIFIER,
            "client_id": self._task.value("OPENID_CLIENT_ID"),
            "client_secret": secret or None,
            **changes,
        }
        sent = {name: value for name, value in form.items() if value is not None}
        return classify(await self._conversation.post(self._url, sent))

    async def refresh(self, secret: str) -> TokenReply:
        """Send a made-up refresh token: authentik checks a code's redirect URI before it checks the code."""
        changes = {"grant_type": "refresh_token", "refresh_token": PROBE}
        return await self.post(secret, code=None, redirect_uri=None, code_verifier=None, **changes)

    async def basic(self, secret: str) -> TokenReply:
        """Send the secret in the Authorization header, which LibreChat never does (RFC 6749 section 2.3.1)."""
        client = self._task.value("OPENID_CLIENT_ID")
        pair = f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        form = {
            "grant_type": "authorization_code",
            "code": PROBE,
            "redirect_uri": redirect_uri(self._task.settings),
            "code_verifier": VERIFIER,
        }
        return classify(await self._conversation.post(self._url, form, headers))


_UNDECIDED: Final = {
    TokenClass.BUSY: "token.busy",
    TokenClass.ODD: "token.odd",
    TokenClass.OTHER: "secret.unchecked",
}


async def _judged(task: OpenIdTask, attempts: _Attempts) -> SecretSeen:
    real = await attempts.post(task.secret)
    if real.kind in _UNDECIDED:
        return SecretSeen(end=SecretEnd.UNKNOWN, cause=_UNDECIDED[real.kind], evidence=(real.summary,))
    if real.kind is TokenClass.CLIENT:
        return await _refused(task, attempts, real)
    if not task.secret:
        return SecretSeen(end=SecretEnd.RIGHT, evidence=(real.summary,))
    # The control: a secret that nobody has must be answered otherwise.
    control = await attempts.post(secrets.token_urlsafe(24))
    if control.kind is TokenClass.CLIENT:
        return SecretSeen(end=SecretEnd.RIGHT, evidence=(real.summary,))
    if control.kind is TokenClass.BUSY:
        return _busy(real, control)
    return SecretSeen(
        end=SecretEnd.UNKNOWN, cause="secret.unchecked", evidence=(real.summary, f"a wrong one: {control.summary}")
    )


def _busy(*replies: TokenReply) -> SecretSeen:
    return SecretSeen(end=SecretEnd.UNKNOWN, cause="token.busy", evidence=tuple(reply.summary for reply in replies))


class _Other(NamedTuple):
    """Another way to ask, which tells why the provider refuses the usual one; ``control`` must be refused for it to count."""

    cause: str
    """What is wrong if the client is authenticated in this way; empty: nothing."""
    how: str
    ask: Callable[[], Awaitable[TokenReply]]
    control: Callable[[], Awaitable[TokenReply]]


async def _refused(task: OpenIdTask, attempts: _Attempts, real: TokenReply) -> SecretSeen:
    """Find out why the provider does not authenticate LibreChat: method, public client, code checked first, or the secret."""
    known = next(
        (cause for code, cause in _ENTRA.items() if code in real.codes), "" if task.secret else "secret.missing"
    )
    if known:
        return SecretSeen(end=SecretEnd.WRONG, cause=known, evidence=(real.summary,))
    nobody = secrets.token_urlsafe(24)
    others = (
        _Other(
            "secret.method",
            "in the Authorization header",
            lambda: attempts.basic(task.secret),
            lambda: attempts.basic(nobody),
        ),
        _Other("", "with a refresh token", lambda: attempts.refresh(task.secret), lambda: attempts.refresh(nobody)),
        _Other(
            "secret.public",
            "without a secret",
            lambda: attempts.post(""),
            lambda: attempts.post("", client_id=nobody),
        ),
    )
    wrong = SecretSeen(end=SecretEnd.WRONG, cause="secret.wrong", evidence=(real.summary,))
    for other in others:
        if not attempts.left:
            return wrong
        reply = await other.ask()
        if reply.kind is TokenClass.BUSY:
            return _busy(real, reply)
        if reply.kind is TokenClass.GRANT:
            return await _confirmed(other, attempts, real, reply)
    return wrong


async def _confirmed(other: _Other, attempts: _Attempts, real: TokenReply, reply: TokenReply) -> SecretSeen:
    """Believe that a client is authenticated in another way only if one that nobody knows is not: some look at the code first."""
    evidence = (real.summary, f"{other.how}: {reply.summary}")
    if not attempts.left:
        # Where LibreChat's own way may be well, nothing is claimed without the control.
        end, cause = (SecretEnd.WRONG, "secret.wrong") if other.cause else (SecretEnd.UNKNOWN, "secret.unchecked")
        return SecretSeen(end=end, cause=cause, evidence=evidence)
    control = await other.control()
    if control.kind is TokenClass.BUSY:
        return _busy(real, reply, control)
    if control.kind is TokenClass.CLIENT:
        end = SecretEnd.WRONG if other.cause else SecretEnd.RIGHT
        return SecretSeen(end=end, cause=other.cause, evidence=evidence)
    compared = (*evidence, f"{other.how}, wrong credentials: {control.summary}")
    return SecretSeen(end=SecretEnd.WRONG, cause="secret.wrong", evidence=compared)
