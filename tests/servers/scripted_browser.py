"""A browser that clicks nothing: it follows redirects with its cookies, as a person does who is signed in by every page at once."""

from __future__ import annotations

import http.client
import re
import ssl
import urllib.request
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from tests.servers.certificates import Certificates

_MOST = 12


def browse(url: str, certificates: Certificates, stops_at: str, jar: dict[str, str] | None = None) -> str:
    """Return the address bar once it begins with ``stops_at``; ``AssertionError`` where it never does. ``jar`` keeps its cookies."""
    context = ssl.create_default_context(cafile=str(certificates.ca))
    jar = {} if jar is None else jar
    for _ in range(_MOST):
        if url.startswith(stops_at):
            return url
        parts = urlsplit(url)
        assert parts.hostname
        connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(parts.hostname, parts.port, context=context)
            if parts.scheme == "https"
            else http.client.HTTPConnection(parts.hostname, parts.port)
        )
        cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
        connection.request(
            "GET", f"{parts.path or '/'}?{parts.query}", headers={"Cookie": cookies, "Accept": "text/html"}
        )
        answer = connection.getresponse()
        answer.read()
        for line in answer.headers.get_all("set-cookie") or ():
            for morsel in SimpleCookie(line).values():
                jar[morsel.key] = morsel.value
        connection.close()
        location = answer.headers.get("location")
        assert location, f"{answer.status} at {parts.path}"
        url = urljoin(url, location)
    raise AssertionError("sent on without end")


def sign_out(url: str, certificates: Certificates, jar: dict[str, str]) -> int:
    """Open the provider's page that signs out and confirm it; return the status that this had."""
    context = ssl.create_default_context(cafile=str(certificates.ca))
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    with opener.open(urllib.request.Request(url, headers=headers)) as page:  # noqa: S310 - https, of the provider
        text = page.read().decode()
    (action,) = re.findall(r'<form[^>]* action="([^"]+)"', text)
    (xsrf,) = re.findall(r'name="xsrf" value="([^"]+)"', text)
    form = urlencode({"xsrf": xsrf, "logout": "yes"}).encode()
    with opener.open(urllib.request.Request(action, form, headers)) as page:  # noqa: S310 - https, of the provider
        return int(page.status)


def asked(url: str, context: ssl.SSLContext) -> tuple[int, str, str]:
    """Ask once over HTTPS; return status, Location and body."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = http.client.HTTPSConnection(parts.hostname, parts.port, context=context)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get("location") or "", body
