"""The SMTP check from the first stage to the last."""

from __future__ import annotations

from collections.abc import AsyncIterator

from checks.mail.smtp.envelope import message, recipient, sender
from checks.mail.smtp.greeting import encrypt, hello
from checks.mail.smtp.opening import connect, greet
from checks.mail.smtp.resolving import resolve
from checks.mail.smtp.session import SmtpSession, Stop
from checks.mail.smtp.sign_in import sign_in
from checks.mail.smtp.task import SmtpTask, TimeBudget
from wizard.basics.finding import Finding

_STAGES = (resolve, connect, greet, hello, encrypt, sign_in, sender, recipient, message)


async def probe(task: SmtpTask) -> AsyncIterator[Finding]:
    """Talk with the mail server as LibreChat would, and give a finding for each stage.

    The last one is ``smtp.accepted`` (PASS) or what stopped it. Nothing is sent unless the task holds a message, and the
    password never travels in clear, nor to a server that nobody verified unless the task says so.
    """
    session = SmtpSession(task=task, budget=TimeBudget(total=task.limits.total))
    is_polite = False
    try:
        for stage in _STAGES:
            for finding in await stage(session):
                yield finding
        is_polite = True
    except Stop as stop:
        for finding in stop.findings:
            yield finding
    finally:
        if session.connection is not None:
            if is_polite:
                await session.connection.leave()
            else:
                session.connection.close()
