"""Sends a mail through Mailgun, with the fields that LibreChat posts (sendEmail.js:33-38, v0.8.7)."""

from __future__ import annotations

import re
from typing import Final

from checks.mail.delivery.message import REFERENCE, DeliveryMail
from checks.mail.mailgun.api import Api, EndlessAnswerError, message_of
from checks.mail.mailgun.findings import unreached
from checks.net.errors import HttpError
from checks.net.http import HttpResponse
from wizard.basics.finding import Finding
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.findings import delivery as ids
from wizard.librechat.mail_transport import Sender

_SANDBOX: Final = late_pattern(r"sandbox|authorized recipient", re.IGNORECASE)
_OK, _NO_KEY, _FORBIDDEN, _UNKNOWN = 200, 401, 403, 404


async def send(api: Api, message: DeliveryMail, sender: Sender, to: str) -> Finding:
    """Send the mail; PASS if Mailgun accepted it, else what stopped it. Ids begin with ``delivery.``."""
    if (fault := api.fault) is not None:
        return fault.as_counterpart("delivery")
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
    except (HttpError, EndlessAnswerError) as error:
        return unreached("delivery", api, error)
    if answer.status == _OK and isinstance(answer.object.get("id"), str):
        return ids.ACCEPTED.passed(f"Mailgun accepted an email from {plain(api.mailgun.domain)}.")
    return _refused(api, answer, to)


def _refused(api: Api, answer: HttpResponse, to: str) -> Finding:
    evidence = api.message(answer)
    if _SANDBOX.search(message_of(answer)):
        summary = (
            f"{plain(api.mailgun.domain)} is a Mailgun sandbox domain, and {plain(to)} is not one of its "
            "authorized recipients."
        )
        return ids.SANDBOX.fail(summary, evidence=(evidence,))
    if answer.status in (_NO_KEY, _FORBIDDEN, _UNKNOWN):
        return ids.REFUSED.fail(evidence=(evidence,))
    if answer.status == 400:  # noqa: PLR2004 - the form is at fault
        return ids.FORM.fail(evidence=(evidence,))
    summary = f"Mailgun temporarily refused the email (HTTP {answer.status}). LibreChat does not retry."
    return ids.UNAVAILABLE.unknown(summary, evidence=(evidence,))
