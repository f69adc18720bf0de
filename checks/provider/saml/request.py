"""Sends LibreChat's SAML request to the provider once, as a browser would."""

from __future__ import annotations

import re
import secrets
from typing import Final
from urllib.parse import urljoin, urlsplit

from checks.net.errors import HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderConversation, RequestLimitError
from checks.provider.saml.task import SamlTask
from wizard.basics.finding import Finding
from wizard.basics.patterns import late_pattern
from wizard.findings import saml as ids
from wizard.librechat.saml_request import authn_request, request_url

_PASSWORD: Final = late_pattern(rb"<input\b[^<>]{0,2000}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
_MOST_REDIRECTS: Final = 4
_OK: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


async def request_finding(task: SamlTask, conversation: ProviderConversation) -> Finding:
    """Send the request and follow where it leads, without cookies. Only a login form says anything, and not much."""
    request = authn_request(task.settings, f"_{secrets.token_hex(20)}", task.clock())
    try:
        answer = await _page(request_url(task.settings, request), conversation)
    except ValueError:
        return ids.NO_FORM.unknown(evidence=("SAML_ENTRY_POINT is not a valid URL",))
    except RequestLimitError:
        return ids.NO_FORM.unknown(evidence=("too many redirects",))
    except (HttpError, TimeoutError) as error:
        return ids.NO_ANSWER.unknown(
            evidence=(error.detail if isinstance(error, HttpError) else "no response in time",)
        )
    if answer.status == _OK and _PASSWORD.search(answer.body):
        return ids.FORM_CAME.passed()
    return ids.NO_FORM.unknown(evidence=(f"HTTP {answer.status} from {_bare(answer.url)}",))


async def _page(url: str, conversation: ProviderConversation) -> HttpResponse:
    """Return the page that a browser would end on; an address of another scheme than the web's ends the way."""
    answer = await conversation.page(url)
    for _ in range(_MOST_REDIRECTS):
        target = urljoin(answer.url, answer.header("location"))
        if answer.status not in _REDIRECTS or not target.startswith(("http://", "https://")):
            return answer
        answer = await conversation.page(target)
    return answer


def _bare(address: str) -> str:
    return urlsplit(address)._replace(query="", fragment="").geturl()
