"""The request with which LibreChat sends people to the identity provider, byte for byte as node-saml 5.1.0 writes it.

``generateAuthorizeRequestAsync`` and ``_requestToUrlAsync`` (lib/saml.js): redirect binding, unsigned, with RequestedAuthnContext
PasswordProtectedTransport and Comparison="exact", which no setting changes.
"""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, quote_plus, urlsplit, urlunsplit

from wizard.librechat.saml_settings import SamlSettings

_PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
_ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
POST_BINDING: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT_BINDING: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
AUTHN_CONTEXT: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


def authn_request(settings: SamlSettings, identity: str, now: datetime) -> str:
    """Return the XML of one request. ``identity``: its ID, an underscore and 40 hexadecimal digits."""
    instant = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return (
        f'<?xml version="1.0"?><samlp:AuthnRequest xmlns:samlp="{_PROTOCOL}" ID="{_attribute(identity)}" Version="2.0" '
        f'IssueInstant="{instant}" ProtocolBinding="{POST_BINDING}" Destination="{_attribute(settings.entry_point)}" '
        f'AssertionConsumerServiceURL="{_attribute(settings.callback)}">'
        f'<saml:Issuer xmlns:saml="{_ASSERTION}">{_text(settings.issuer)}</saml:Issuer>'
        f'<samlp:NameIDPolicy xmlns:samlp="{_PROTOCOL}" AllowCreate="true" Format="{_attribute(settings.name_id_format)}"/>'
        f'<samlp:RequestedAuthnContext xmlns:samlp="{_PROTOCOL}" Comparison="exact">'
        f'<saml:AuthnContextClassRef xmlns:saml="{_ASSERTION}">{AUTHN_CONTEXT}</saml:AuthnContextClassRef>'
        "</samlp:RequestedAuthnContext></samlp:AuthnRequest>"
    )


def request_url(settings: SamlSettings, request: str) -> str:
    """Return the address that a browser is sent to: the entry point with SAMLRequest in its query, for http and https.

    ``ValueError`` if the entry point is not an address of a web page.
    """
    parts = urlsplit(settings.entry_point.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError("the entry point is not an http:// or https:// URL")
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = deflate.compress(request.encode()) + deflate.flush()
    value = base64.b64encode(packed).decode()
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = [pair for pair in pairs if pair[0] != "SAMLRequest"]
    # ``searchParams.set`` puts it where the first of that name was.
    place = next((index for index, pair in enumerate(pairs) if pair[0] == "SAMLRequest"), len(query))
    query.insert(place, ("SAMLRequest", value))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._[]|")
    return urlunsplit((parts.scheme.lower(), _place(parts), path, _form(query), parts.fragment))


def _place(parts: SplitResult) -> str:
    """Return user, host and port as ``URL.href`` writes them: the host in small letters, without the scheme's own port."""
    user, at, _ = parts.netloc.rpartition("@")
    host = (parts.hostname or "").lower()
    own = {"http": 80, "https": 443}[parts.scheme.lower()]
    port = f":{parts.port}" if parts.port not in (None, own) else ""
    return f"{user}{at}{f'[{host}]' if ':' in host else host}{port}"


def _form(query: list[tuple[str, str]]) -> str:
    """Return a query in the form of WHATWG's ``application/x-www-form-urlencoded``."""

    def quoted(text: str) -> str:
        return quote_plus(text, safe="*").replace("~", "%7E")

    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in query)


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def _attribute(value: str) -> str:
    replaced = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return replaced.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;")
