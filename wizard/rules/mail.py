"""Rules: mail, from the settings alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import email as ids
from wizard.librechat.mail_configured import ANONYMOUS_SINCE
from wizard.rules.view import Rule, View

_PUBLIC_MAILBOXES = {
    "gmail.com": "gmail",
    "googlemail.com": "gmail",
    "outlook.com": "outlook",
    "hotmail.com": "outlook",
    "live.com": "outlook",
    "yahoo.com": "yahoo",
    "icloud.com": "icloud",
    "me.com": "icloud",
    "gmx.net": "gmx",
    "gmx.de": "gmx",
    "web.de": "web.de",
    "proton.me": "proton",
    "protonmail.com": "proton",
    "aol.com": "aol",
}
"""Mailbox domains whose mail only their own servers may send, with the word in their servers' names."""


def reset_without_mail(view: View) -> Iterator[Finding]:
    """R10: reset links for everybody."""
    if view.is_on("ALLOW_PASSWORD_RESET") and not view.has_mail:
        yield ids.RESET_WITHOUT_MAIL.fail()


def half_configured(view: View) -> Iterator[Finding]:
    """E13 and servers without a sender."""
    if view.has_smtp and not view.value("EMAIL_FROM"):
        yield ids.NO_SENDER.warn()
    user, password = bool(view.value("EMAIL_USERNAME")), bool(view.value("EMAIL_PASSWORD"))
    if view.has_smtp and user != password:
        lacking = "EMAIL_PASSWORD" if user else "EMAIL_USERNAME"
        summary = (
            f"{lacking} is missing. LibreChat does not sign in to the mail server, so most servers reject the mail."
        )
        other = "EMAIL_USERNAME" if user else "EMAIL_PASSWORD"
        yield ids.HALF_CREDENTIALS.warn(
            summary,
            remedy=f"Set {lacking}, or remove {other} if the server does not require authentication.",
            settings=(lacking,),
        )
    if view.has_smtp and not user and not password and view.value("EMAIL_FROM") and view.release < ANONYMOUS_SINCE:
        summary = (
            f"Without a user name and password, LibreChat {view.release} treats mail as not configured; v0.8.4 and "
            "later do not need them."
        )
        yield ids.NO_CREDENTIALS.warn(summary)
    if bool(view.value("MAILGUN_API_KEY")) != bool(view.value("MAILGUN_DOMAIN")):
        yield ids.HALF_MAILGUN.warn()


def precedence(view: View) -> Iterator[Finding]:
    """E12, E15: settings that another one makes ineffective."""
    if view.value("EMAIL_SERVICE") and view.value("EMAIL_HOST"):
        yield ids.SERVICE_AND_HOST.warn()
    if view.value("MAILGUN_API_KEY") and view.value("MAILGUN_DOMAIN") and view.has_smtp:
        yield ids.MAILGUN_AND_SMTP.warn()


def service(view: View) -> Iterator[Finding]:
    """Find a service that nodemailer does not know: it then connects to its own machine (smtp-connection/index.js, constructor)."""
    name = view.value("EMAIL_SERVICE")
    if not name:
        return
    # Loaded where a service is named: most name a host.
    from wizard.librechat.mail_transport import Smtp, near_service
    from wizard.librechat.mail_transport import transport as transport_of

    found = transport_of(view.deployment.settings, view.release)
    if not isinstance(found, Smtp) or found.service_known:
        return
    near = near_service(name)
    summary = f"LibreChat {view.release} does not support EMAIL_SERVICE={plain(name, limit=60)}. LibreChat tries to connect to a mail server in its own container, and no mail is sent."
    remedy = f"Set EMAIL_SERVICE={near}" if near else "Remove EMAIL_SERVICE, and set EMAIL_HOST and EMAIL_PORT."
    # A newer LibreChat may know more services; none is a misspelt name of one that this one knows.
    yield (ids.SERVICE.fail if near else ids.SERVICE.warn)(summary, remedy=remedy)


def transport(view: View) -> Iterator[Finding]:
    """E06, E07, E09: a TLS mode that does not fit the port."""
    if not view.value("EMAIL_HOST") or view.value("EMAIL_SERVICE"):
        return
    port, mode = view.value("EMAIL_PORT"), view.deployment.settings.get("EMAIL_ENCRYPTION", "")
    if port == "465" and mode != "tls":
        yield ids.PORT_465.fail()
    elif mode == "tls" and port in ("25", "587", "2525"):
        summary = f"Connections to port {port} start unencrypted, but LibreChat starts with TLS: every email fails."
        yield ids.TLS_PORT.fail(summary)
    if view.is_on("EMAIL_ALLOW_SELFSIGNED"):
        yield ids.ANY_CERTIFICATE.warn()


def sender(view: View) -> Iterator[Finding]:
    """E05, E16: a sender that servers refuse."""
    address = view.value("EMAIL_FROM")
    if not address or not (view.has_smtp or view.value("MAILGUN_API_KEY")):
        return
    domain = address.rpartition("@")[2].lower()
    if any(sign in address for sign in "<> ,;"):
        yield ids.SENDER_NAME.warn()
    elif "@" not in address:
        # Loaded where a sender is none: most are.
        from wizard.librechat.mail_transport import sender as sender_of

        is_sent = view.has_smtp and bool(sender_of(view.deployment.settings, view.release).envelope)
        effect = (
            "LibreChat sends it unchanged, and mail servers reject the mail" if is_sent else "messages have no sender"
        )
        yield ids.SENDER_FORM.fail(f"EMAIL_FROM is not an email address: {effect}.")
    elif domain in ("librechat.ai", "example.com", "example.org"):
        summary = (
            f"EMAIL_FROM is an address at {domain}, which is not yours: servers reject the mail or treat it as spam."
        )
        yield ids.SAMPLE_SENDER.fail(summary)
    elif domain in _PUBLIC_MAILBOXES:
        server = f"{view.value('EMAIL_SERVICE')} {view.value('EMAIL_HOST')}".lower()
        word = _PUBLIC_MAILBOXES[domain]
        belongs = (
            word in server
            or (word == "gmail" and "google" in server)
            or (word == "icloud" and "mail.me.com" in server)
            or (word == "outlook" and ("office365" in server or "hotmail" in server))
        )
        if not belongs:
            summary = (
                f"EMAIL_FROM is an address at {domain}, but a different server sends the mail: receiving servers treat "
                "it as forged."
            )
            yield ids.FOREIGN_MAILBOX.fail(summary)


def gmail_password(view: View) -> Iterator[Finding]:
    """E04, E17: providers that refuse the account's own password."""
    service = f"{view.value('EMAIL_SERVICE')} {view.value('EMAIL_HOST')}".lower()
    password = view.value("EMAIL_PASSWORD").replace(" ", "")
    if ("gmail" in service or "smtp.google" in service) and password and not re.fullmatch(r"[a-z]{16}", password):
        yield ids.GMAIL_PASSWORD.warn()
    if password and ("outlook" in service or "office365" in service):
        yield ids.MICROSOFT.warn()


RULES: tuple[Rule, ...] = (reset_without_mail, half_configured, precedence, service, transport, sender, gmail_password)
