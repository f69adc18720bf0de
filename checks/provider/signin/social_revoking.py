"""Deletes the token of a test sign-in, if the provider can do so without withdrawing consent to the whole application."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from checks.net.errors import HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderConversation, RequestLimitError
from checks.provider.oauth.task import SocialTask
from wizard.basics.finding import Finding
from wizard.findings import social_sign_in as ids
from wizard.findings.oauth import TITLES

_DISCORD: Final = "https://discord.com/api/oauth2/token/revoke"
"""RFC 7009, with the client's secret (discord.com/developers/docs/topics/oauth2)."""
_GITHUB: Final = "https://api.github.com/applications/{}/token"
"""Deletes one token of an application (docs.github.com, REST API, OAuth authorizations)."""
_WITHDRAWS: Final = "At {}, revoking the token also revokes the user's consent to the application, so the token was not revoked. It remains valid until it expires."
_PATIENT: Final = frozenset({"google", "facebook", "apple"})
"""Their revocation withdraws the consent: Google's and Apple's revocation end points, Facebook's DELETE /me/permissions."""


async def revoke_social(
    task: SocialTask, conversation: ProviderConversation, secret: str, tokens: Mapping[str, Any]
) -> Finding | None:
    """Revoke the token; ``None``: there was none."""
    token = tokens.get("access_token")
    if not isinstance(token, str) or not token:
        return None
    if task.provider in _PATIENT:
        return ids.NOT_REVOKED.passed(_WITHDRAWS.format(TITLES[task.provider]))
    try:
        response = await _asked(task, conversation, secret, token)
    except (HttpError, RequestLimitError, TimeoutError):
        return ids.NOT_REVOKED.warn()
    if response.status // 100 != 2:  # noqa: PLR2004 - success
        return ids.NOT_REVOKED.warn(evidence=(f"the provider returned {response.status} for the revocation",))
    return ids.REVOKED.passed(evidence=("The browser stays signed in to the provider until you sign out there.",))


async def _asked(task: SocialTask, conversation: ProviderConversation, secret: str, token: str) -> HttpResponse:
    client = task.value("CLIENT_ID")
    if task.provider == "discord":
        form = {"token": token, "token_type_hint": "access_token", "client_id": client, "client_secret": secret}
        return await conversation.post(_DISCORD, form)
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    base = task.settings.get("GITHUB_ENTERPRISE_BASE_URL", "")
    url = f"{base}/api/v3/applications/{client}/token" if base else _GITHUB.format(client)
    return await conversation.delete(url, {"access_token": token}, {"Authorization": f"Basic {basic}"})
