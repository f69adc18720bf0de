"""Queries the userinfo endpoint as LibreChat does: with the access token, or with one exchanged for it."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from checks.net.errors import Failure, HttpError
from checks.provider.conversation import ProviderConversation, RequestLimitError
from checks.provider.openid.task import Metadata, OpenIdTask
from checks.provider.signin.token_claims import claims_of
from wizard.librechat.browser_url import href
from wizard.librechat.openid_situation import NoAnswer, ProviderAnswer
from wizard.librechat.openid_start import endpoint_fault
from wizard.librechat.values import is_enabled

FAILURES: Final = {
    Failure.CERTIFICATE: NoAnswer.CERTIFICATE,
    Failure.HANDSHAKE: NoAnswer.CERTIFICATE,
    Failure.SILENT: NoAnswer.SILENT,
}
NOTHING: Final = ProviderAnswer(failure=NoAnswer.UNREACHABLE)
_OK: Final = 200


class Userinfo(NamedTuple):
    """The reply of the userinfo endpoint."""

    answer: ProviderAnswer = NOTHING
    is_exchanged: bool = False
    """Whether the provider exchanged the access token."""


async def ask_userinfo(
    task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation, access_token: object
) -> Userinfo:
    """Ask for the claims; a fault is not an error, because LibreChat continues without them (``getUserInfo``)."""
    if not isinstance(access_token, str) or endpoint_fault(metadata, "userinfo_endpoint"):
        return Userinfo()
    is_exchanged = False
    if is_enabled(task.value("OPENID_ON_BEHALF_FLOW_FOR_USERINFO_REQUIRED")):
        access_token = await _exchanged(task, metadata, conversation, access_token)
        is_exchanged = bool(access_token)
        if not access_token:
            return Userinfo()
    bearer = {"Authorization": f"Bearer {access_token}"}
    return Userinfo(await ask(conversation, metadata["userinfo_endpoint"], bearer), is_exchanged)


async def _exchanged(
    task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation, access_token: str
) -> str:
    """Exchange the token on behalf of the person (RFC 7523; api/strategies/openidStrategy.js:169-190, v0.8.8-rc1); empty: refused.

    It goes to the end point that got the code: may_have_secret was asked before that.
    """
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": access_token,
        "requested_token_use": "on_behalf_of",
        "scope": task.value("OPENID_ON_BEHALF_FLOW_USERINFO_SCOPE") or "user.read",
        "client_id": task.value("OPENID_CLIENT_ID"),
    }
    if task.secret:
        form["client_secret"] = task.secret
    try:
        response = await conversation.post(href(str(metadata["token_endpoint"])) or "", form)
    except (HttpError, RequestLimitError):
        return ""
    token = response.object.get("access_token")
    return token if response.status == _OK and isinstance(token, str) else ""


async def ask(
    conversation: ProviderConversation, url: object, headers: Mapping[str, str] | None = None
) -> ProviderAnswer:
    """Ask for a JSON document; a signed one (``application/jwt``, OpenID Connect Core 5.3.2) is read without its signature."""
    try:
        response = await conversation.get(str(url), headers=headers)
    except HttpError as error:
        return ProviderAnswer(failure=FAILURES.get(error.failure, NoAnswer.UNREACHABLE))
    except RequestLimitError:
        return NOTHING
    body = response.json
    if body is None and response.header("content-type").partition(";")[0].strip() == "application/jwt":
        body = claims_of(response.text.strip())
    return ProviderAnswer(status=response.status, body=body)
