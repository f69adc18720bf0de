"""Starts a practice run: folder, mail server, stand-in."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model import Check, Probe, Subject
from checks.options import Login, SiteOptions
from checks.registry import ALL
from screens.demo import Practice
from screens.demo.background import ACCOUNT, Background
from screens.demo.folder import make
from screens.demo.identity_provider import CALLBACK, CLIENT_ID, CLIENT_SECRET
from screens.demo.mail_server import MailServer
from screens.demo.practice_folder import practice_folder
from wizard.basics.finding import Finding
from wizard.basics.library_logs import keep_off_terminal
from wizard.basics.plain_text import plain
from wizard.basics.secret import reveal
from wizard.catalogue.questions import variable_id

if TYPE_CHECKING:
    from checks.mail.smtp.task import SmtpTask

BANNER = "PRACTICE: nothing here is real, and nothing is kept"
_ADDRESS = ACCOUNT.email
_AUTHORITY = "practice-authority.pem"
_EXTRA = "NODE_EXTRA_CA_CERTS"
_HOST = "mail.practice.example"
"""What LibreChat's container would call the mail server; it is on this machine, and no name is looked up."""


@contextlib.contextmanager
def practice() -> Iterator[tuple[Path, Practice]]:
    """Provide a practice folder with its servers; remove everything at the end."""
    keep_off_terminal()
    with practice_folder() as folder, MailServer() as mail:
        make(folder)
        with Background(_before()) as stand_in, _trusting(folder / _AUTHORITY, stand_in.authority):
            http, https = stand_in.addresses

            def written(settings: Mapping[str, str]) -> tuple[str, ...]:
                refused = stand_in.restart(settings)
                if refused:
                    return (f"LibreChat would not start with these settings: {plain(refused, limit=200)}.",)
                person = f"sign in as {ACCOUNT.email} with password {reveal(ACCOUNT.password)}"
                return (
                    f"The LibreChat stand-in at {http} and {https} (self-signed certificate) now uses your settings. To test the settings, {person}.",
                    _send(settings, mail),
                )

            yield (
                folder,
                Practice(
                    banner=BANNER,
                    hints=(
                        "F5 fills in values that work here. F11 shows the practice mailbox.",
                        f"A stand-in for LibreChat is running at {http} and {https}, and an OpenID provider at {stand_in.provider.issuer}.",
                    ),
                    checks=tuple(_in_practice(check, stand_in.provider.issuer) for check in ALL),
                    site_options=SiteOptions(
                        url=http.replace("127.0.0.1", "localhost"),
                        login=Login(email=ACCOUNT.email, password=ACCOUNT.password),
                    ),
                    suggestions=_suggestions(mail.port, stand_in.provider.issuer),
                    written=written,
                    inbox=lambda: _inbox(mail),
                ),
            )


def task(subject: Subject) -> SmtpTask:
    """Return the task of the mail check; the practice server's name leads to this machine without a look-up."""
    from checks.mail.smtp.task import task_of

    wanted = task_of(subject)
    if wanted.smtp.host != _HOST:
        return wanted
    return replace(wanted, smtp=replace(wanted.smtp, host="127.0.0.1"), in_container=False)


async def _smtp(subject: Subject) -> AsyncIterator[Finding]:
    from checks.mail.smtp.probe import probe

    async for finding in probe(task(subject)):
        yield finding


def _in_practice(check: Check, issuer: str) -> Check:
    """Return a check as it runs in a practice: mail and OpenID go to the practice's own servers, and nobody on the internet is asked."""
    if check.id == "smtp":
        return check._replace(run=_smtp)
    if check.id == "openid" and check.run is not None:
        return check._replace(run=partial(_openid, check.run, issuer))
    return check._replace(run=None, network=False) if check.id == "oauth" else check


async def _openid(run: Probe, issuer: str, subject: Subject) -> AsyncIterator[Finding]:
    if subject.deployment.settings.get("OPENID_ISSUER") == issuer:
        async for finding in run(subject):
            yield finding


@contextlib.contextmanager
def _trusting(path: Path, authority: bytes) -> Iterator[None]:
    """Let the checks of this practice trust its own authority, as NODE_EXTRA_CA_CERTS does it for LibreChat."""
    before = os.environ.get(_EXTRA)
    path.write_bytes(authority)
    os.environ[_EXTRA] = str(path)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_EXTRA, None)
        else:
            os.environ[_EXTRA] = before


def _before() -> dict[str, str]:
    """Return what the stand-in runs with before anything is written."""
    return {"JWT_SECRET": secrets.token_hex(32), "JWT_REFRESH_SECRET": secrets.token_hex(32)}


def _suggestions(port: int, issuer: str) -> dict[str, dict[str, str]]:
    mail = {
        "EMAIL_HOST": _HOST,
        "EMAIL_PORT": str(port),
        "EMAIL_FROM": "librechat@practice.example",
        "EMAIL_FROM_NAME": "Practice LibreChat",
    }
    openid = {
        "ALLOW_SOCIAL_LOGIN": "true",
        "OPENID_ISSUER": issuer,
        "OPENID_CLIENT_ID": CLIENT_ID,
        "OPENID_CLIENT_SECRET": CLIENT_SECRET,
        "OPENID_SCOPE": "openid profile email offline_access",
        "OPENID_CALLBACK_URL": CALLBACK,
    }
    return {
        "openid": {variable_id(name): text for name, text in openid.items()},
        "access": {"access": "localhost"},
        "mail": {**{variable_id(name): text for name, text in mail.items()}, "checks.mail_to": _ADDRESS},
    }


def _send(settings: Mapping[str, str], mail: MailServer) -> str:
    """Send a confirmation mail as LibreChat would, where the settings lead to the practice mail server."""
    host, port, sender = (settings.get(f"EMAIL_{part}", "").strip() for part in ("HOST", "PORT", "FROM"))
    if not host:
        return "Mail is not configured, so LibreChat sends no email."
    if (host, port) != (_HOST, str(mail.port)):
        return "Mail is configured for a server outside this practice run, so no email is sent."
    from email.message import EmailMessage
    from email.utils import formataddr

    import aiosmtplib

    from checks.net.aio import run

    message = EmailMessage()
    message["From"] = formataddr((settings.get("EMAIL_FROM_NAME") or settings.get("APP_TITLE") or "", sender))
    message["To"] = _ADDRESS
    message["Subject"] = f"Verify your email for {settings.get('APP_TITLE') or 'LibreChat'}"
    link = f"{settings.get('DOMAIN_CLIENT', '').rstrip('/')}/verify?token=practice&email={_ADDRESS}"
    message.set_content(f"Hi newcomer,\n\nConfirm your address here: {link}\n")
    try:
        run(aiosmtplib.send(message, hostname="127.0.0.1", port=mail.port, start_tls=False, timeout=10))
    except (aiosmtplib.SMTPException, OSError) as error:
        return f"The confirmation email could not be sent: {type(error).__name__}."
    return "LibreChat's confirmation email has arrived in the practice mailbox."


def _inbox(mail: MailServer) -> str:
    if not mail.messages:
        return "The mailbox is empty. Use the recommended answers in\nthe Mail step, then write the files."
    lines = []
    # The newest first, as mail programs show them.
    for number, message in reversed(list(enumerate(mail.messages, 1))):
        lines += [f"{number}. {plain(message.subject, limit=200)}", f"   From: {plain(message.sender, limit=200)}"]
        lines += [f"   To: {plain(one, limit=200)}" for one in message.recipients[:5]]
        lines += ["", *(f"   {plain(line, limit=300)}" for line in message.text.splitlines()[:40]), ""]
    return "\n".join(lines)
