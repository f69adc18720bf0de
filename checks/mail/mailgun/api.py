"""Mailgun's API as LibreChat uses it (sendEmail.js:26-46, v0.8.7), and the requests that show why it refuses."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from checks.browser.origin import parse_web_address
from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse, Web
from checks.net.node_trust import Trust
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.basics.redaction import SecretFilter
from wizard.findings.mailgun import HOST, HOST_IN_CLEAR
from wizard.librechat.mail_transport import Mailgun

REGIONS: Final = {"US": "https://api.mailgun.net", "EU": "https://api.eu.mailgun.net"}
"""Mailgun's two; a domain lives in one of them, a key counts in both."""
_LARGEST: Final = 256 * 1024
_QUERY: Final = "/%:@!$&'()*+,;=~?"


class EndlessAnswerError(Exception):
    """The server answered with more than Mailgun ever says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Mailgun with these settings."""

    mailgun: Mailgun
    trust: Trust
    """Whose certificates count: the API key goes to who has one."""
    seconds: float = 20
    """For each question."""

    @property
    def fault(self) -> Finding | None:
        """What is wrong with MAILGUN_HOST so that it is not asked; else ``None``."""
        host = self.mailgun.host
        try:
            parts = urlsplit(host)
            is_url = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            return HOST.fail("MAILGUN_HOST is not a URL: LibreChat cannot send any mail.")
        if parts.scheme == "http" and is_url:
            return HOST_IN_CLEAR.fail()
        if parts.scheme != "https" or not is_url:
            return HOST.fail("MAILGUN_HOST is not a URL that begins with https://: LibreChat cannot send any mail.")
        if parts.username is not None or parts.query or parts.fragment:
            return HOST.fail(
                "MAILGUN_HOST contains more than a scheme, host name and port, so LibreChat builds the wrong URL."
            )
        return None

    @property
    def _key(self) -> str:
        return base64.b64encode(f"api:{self.mailgun.key.reveal()}".encode(errors="replace")).decode("ascii")

    async def empty_mail(self, host: str = "") -> HttpResponse:
        """Send an empty form to where LibreChat sends its mails. Mailgun looks at key and domain first, then refuses it (400).

        So it is found out what LibreChat's own requests would meet, also with a key that may only send, and nothing is sent.
        """
        mailgun = self.mailgun
        return await self._post(f"{host or mailgun.host}/v3/{mailgun.domain}/messages", {})

    async def domain(self) -> HttpResponse:
        """Request the state of the domain. Sending-only keys get no answer (401)."""
        url = f"{self.mailgun.host.rstrip('/')}/v4/domains/{self.mailgun.domain}"
        return await self._ask("GET", url, self._headers)

    async def send(self, form: dict[str, str]) -> HttpResponse:
        """Send a mail as LibreChat does."""
        return await self._post(self.mailgun.url, form)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Basic {self._key}", "Accept": "application/json"}

    async def _post(self, url: str, form: dict[str, str]) -> HttpResponse:
        boundary = secrets.token_hex(16)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
            for name, text in form.items()
        ]
        body = ("".join(parts) + f"--{boundary}--\r\n").encode("utf-8", "replace")
        headers = {**self._headers, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        return await self._ask("POST", url, headers, body)

    async def _ask(self, method: str, url: str, headers: dict[str, str], body: bytes | None = None) -> HttpResponse:
        """Ask an https URL once, and follow no redirect: the key goes to no other host.

        Raises:
            HttpError: no answer came, or none that is HTTP.
            EndlessAnswerError: the answer has no end.

        """
        target, query = parse_web_address(url), urlsplit(url).query
        if target is None:
            raise HttpError(Failure.NAME, "no host name")
        whole = f"{target.scheme}://{target.host}:{target.port}{target.path}"
        whole += f"?{quote(query, safe=_QUERY)}" if query else ""
        async with Web(self.trust.context_with_names, seconds=self.seconds, is_browser=False) as web:
            response = await web.ask(method, whole, headers=headers, body=body, limit=_LARGEST)
        if response.cut:
            raise EndlessAnswerError
        return response

    def message(self, response: HttpResponse) -> str:
        """Return status and message of a response as evidence."""
        return self.shown(f"{response.status} {message_of(response)}")

    def shown(self, text: str, *, limit: int = 200) -> str:
        """Return foreign text as evidence: inert, short, without the key in any form that was sent."""
        secrets_known = SecretFilter([self._key, self.mailgun.key], shortest=1)
        return plain(secrets_known.clean(text), limit=limit)

    @property
    def other_region(self) -> tuple[str, str] | None:
        """Name and host of the other region, where the configured host is one of the two; else ``None``.

        To no other host than these is the key ever sent besides the configured one.
        """
        host = self.mailgun.host.rstrip("/").lower()
        if host not in REGIONS.values():
            return None
        return next((name, other) for name, other in REGIONS.items() if other != host)


def message_of(response: HttpResponse) -> str:
    """Return the message in Mailgun's JSON, else the beginning of the body; foreign text."""
    message = response.object.get("message")
    return message if isinstance(message, str) else response.body[:300].decode("utf-8", "replace")
