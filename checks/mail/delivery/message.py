"""The test mail: same sender and structure as LibreChat's own mails, with a code in it."""

from __future__ import annotations

import html
import re
import secrets
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate, make_msgid
from typing import Final

from wizard.basics.plain_text import plain
from wizard.librechat.mail_address import is_plain
from wizard.librechat.mail_transport import Sender

REFERENCE: Final = "X-LibreChat-Wizard"
"""The header by which the mail is found again. The Message-ID would not do: relays such as Amazon SES write one of their own."""
_PAGE: Final = """\
<html><head><meta http-equiv='Content-Type' content='text/html; charset=UTF-8' /></head>
<body style='margin: 0;padding: 0;background-color: #212121;color: #ffffff'>
<table style='max-width: 500px;margin: 0 auto;font-family: arial,helvetica,sans-serif;font-size: 14px' role='presentation'>
<tr><td style='padding: 10px'><h1 style='font-size: 22px'>{title}</h1></td></tr>
<tr><td style='padding: 10px'><p>{asks}</p></td></tr>
<tr><td style='padding: 10px'><span style='display: inline-block;padding: 10px 20px;background-color: #10a37f;\
border-radius: 4px'>{code}</span></td></tr>
<tr><td style='padding: 10px'><p>{links}<br /><a href='{link}' style='color: #ffffff'>{link}</a></p></td></tr>
<tr><td style='padding: 10px'><p>{ends}</p><p><small>{made} {reference}</small></p></td></tr>
</table></body></html>
"""
"""After api/server/utils/emails/verifyEmail.handlebars (v0.8.7): same colors, same table; filters see the same kind of mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryMail:
    """What the mail says; not yet how it is packed."""

    subject: str
    text: str
    html: str
    reference: str


def write(*, app: str, code: str, link: str, host: str) -> DeliveryMail:
    """Write the mail. ``link`` is DOMAIN_CLIENT, ``host`` the machine that LibreChat is set up on."""
    app, link, host = (plain(text, limit=200) for text in (app, link, host))
    parts = {
        "title": f"{app}: test email",
        "asks": "Type this code into the setup wizard. The code expires in ten minutes and can be used once.",
        "code": code,
        "links": "The links in LibreChat's emails begin with:",
        "link": link,
        "ends": "Only the wizard asks for this code. If you did not request a test, ignore this email.",
        "made": f"Sent by the LibreChat setup wizard on {host}.",
        "reference": secrets.token_hex(12),
    }
    text = (
        "{title}\n\n{asks}\n\n    {code}\n\n{links}\n{link}\n\n{ends}\n\n-- \n{made}\nReference: {reference}\n".format(
            **parts
        )
    )
    escaped = {name: html.escape(part) for name, part in parts.items()}
    return DeliveryMail(
        subject=f"{app}: your test code",
        text=text,
        html=_PAGE.format(**escaped),
        reference=parts["reference"],
    )


def display_name(sender: Sender) -> str:
    """Return the name of a sender as written between the quotation marks (sendEmail.js:101-103, v0.8.7)."""
    return sender.header[1 : sender.header.rindex('" <')]


def packed(letter: DeliveryMail, sender: Sender, to: str) -> bytes:
    """Return the whole message as sent over SMTP. ``ValueError`` for addresses that no mail can have."""
    is_ascii = sender.envelope.isascii() and to.isascii()
    message = EmailMessage(policy=SMTP if is_ascii else SMTPUTF8)
    name = re.sub(r"[\r\n\x00]", " ", display_name(sender))
    try:
        coded = _coded_domain(sender.envelope)
        message["From"] = _address(name, sender.envelope)
        message["To"] = _address(to, to)
    except (MessageError, IndexError, ValueError) as error:
        raise ValueError("no email address") from error
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=coded)
    message[REFERENCE] = letter.reference
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _address(name: str, address: str) -> Address:
    if not address.isascii() and is_plain(address):
        # Python's parser knows no letters outside of ASCII before the @, RFC 6531 section 3.3 does.
        user, _, domain = address.rpartition("@")
        return Address(display_name=name, username=user, domain=domain)
    return Address(display_name=name, addr_spec=address)


def _coded_domain(address: str) -> str:
    user, _, domain = address.rpartition("@")
    if not user or not domain:
        raise ValueError("no email address")
    return domain.encode("idna").decode("ascii")
