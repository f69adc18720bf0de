"""A mail over Mailgun, with the fields that LibreChat posts (sendEmail.js:33-38, v0.8.7)."""

from __future__ import annotations

import re
from typing import Final

from checks.mail.delivery.message import REFERENCE, DeliveryMail
from checks.mail.mailgun.api import Api, TooLargeError, message_of
from checks.mail.mailgun.findings import finding, unreached
from checks.net.errors import HttpError
from checks.net.http import HttpResponse
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.librechat.mail_transport import Sender

_SANDBOX: Final = re.compile(r"sandbox|authorized recipient", re.IGNORECASE)
_OK, _NO_KEY, _FORBIDDEN, _UNKNOWN = 200, 401, 403, 404


async def send(api: Api, message: DeliveryMail, sender: Sender, to: str) -> Finding:
    """Send the mail; PASS where Mailgun took it, else what stopped it. Ids begin with ``delivery.``."""
    if (fault := api.fault) is not None:
        return finding(f"delivery.{fault[0]}", Status.FAIL, fault[1], settings=("MAILGUN_HOST",))
    form = {
        "from": sender.header,
        "to": f'"{to}" <{to}>',
        "subject": message.subject,
        "html": message.html,
        "o:tracking-clicks": "no",
        "text": message.text,
        f"h:{REFERENCE}": message.reference,
    }
    try:
        answer = await api.send(form)
    except (HttpError, TooLargeError) as error:
        return unreached("delivery", api, error)
    if answer.status == _OK and isinstance(answer.object.get("id"), str):
        return finding("delivery.accepted", Status.PASS, f"Mailgun accepted a mail for {plain(api.mailgun.domain)}.")
    return _refused(api, answer, to)


def _refused(api: Api, answer: HttpResponse, to: str) -> Finding:
    told = api.message(answer)
    if _SANDBOX.search(message_of(answer)):
        summary = (
            f"{plain(api.mailgun.domain)} is Mailgun's sandbox, and {plain(to)} is not among its authorised recipients."
        )
        remedy = "Authorise the address at Mailgun for a test; for other people's mail add a domain of your own."
        return finding("delivery.sandbox", Status.FAIL, summary, told, settings=("MAILGUN_DOMAIN",), remedy=remedy)
    if answer.status in (_NO_KEY, _FORBIDDEN, _UNKNOWN):
        summary = "Mailgun refuses key or domain: no mail of LibreChat's goes out."
        names = ("MAILGUN_API_KEY", "MAILGUN_DOMAIN", "MAILGUN_HOST")
        remedy = "The check 'mailgun' says which of them: doctor --only mailgun."
        return finding("delivery.refused", Status.FAIL, summary, told, settings=names, remedy=remedy)
    if answer.status == 400:  # noqa: PLR2004 - the form is at fault
        summary = "Mailgun refuses the mail itself: sender or recipient is not as it wants them."
        return finding(
            "delivery.form",
            Status.FAIL,
            summary,
            told,
            settings=("EMAIL_FROM",),
            remedy="Its answer says what is wrong.",
        )
    summary = f"Mailgun did not take the mail now ({answer.status}). LibreChat does not try again."
    return finding("delivery.unavailable", Status.UNKNOWN, summary, told, remedy="Wait some minutes and try again.")
