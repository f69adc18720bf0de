"""Decodes the SAMLResponse form field as copied from a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from wizard.basics.secret import Secret
from wizard.librechat.saml_verdict import decoded, js_time
from wizard.librechat.saml_xml import XmlFault, parse_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseField:
    """What is read of it without judging it."""

    text: str = field(repr=False)
    """The value itself, base64."""
    made: datetime | None = None
    """When the provider says that it made the response."""
    destination: str = ""
    """Where the provider had the browser post it."""


def response_field(given: Secret) -> ResponseField:
    """Read the field's value, whether it was copied as such, with its name, or as the form was sent."""
    text = given.reveal().strip().removeprefix("SAMLResponse=").partition("&")[0]
    text = unquote(text) if "%" in text else text
    try:
        root = parse_xml(decoded(text))
    except XmlFault:
        return ResponseField(text=text)
    return ResponseField(text=text, made=js_time(root.get("IssueInstant", "")), destination=root.get("Destination", ""))
