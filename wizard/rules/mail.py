"""Mail: what the settings alone tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.basics.finding import Finding
from wizard.librechat.mail_configured import ANONYMOUS_SINCE
from wizard.rules.view import Rule, View, fail, warn

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
"""Mailbox domains whose mail only their own servers may send, with the word their servers' names bear."""


def reset_without_mail(view: View) -> Iterator[Finding]:
    """R10: reset links for everybody."""
    if view.is_on("ALLOW_PASSWORD_RESET") and not view.has_mail:
        summary = "Password reset is on and no mail is set up: LibreChat shows the reset link to whoever asks, for any account."
        remedy = "ALLOW_PASSWORD_RESET=false, or set up mail: EMAIL_HOST (or EMAIL_SERVICE) and EMAIL_FROM."
        yield fail(
            "rules.email.reset-without-mail", summary, "ALLOW_PASSWORD_RESET", "EMAIL_HOST", "EMAIL_FROM", remedy=remedy
        )


def half_configured(view: View) -> Iterator[Finding]:
    """E13 and servers without a sender."""
    if view.has_smtp and not view.value("EMAIL_FROM"):
        summary = "A mail server is set, but no EMAIL_FROM: mail counts as not set up."
        yield warn("rules.email.no-sender", summary, "EMAIL_FROM", remedy="EMAIL_FROM=somebody@your-domain")
    user, password = bool(view.value("EMAIL_USERNAME")), bool(view.value("EMAIL_PASSWORD"))
    if view.has_smtp and user != password:
        lacking = "EMAIL_PASSWORD" if user else "EMAIL_USERNAME"
        summary = f"{lacking} is missing: LibreChat does not sign in at the mail server, and most servers then refuse the mail."
        yield warn(
            "rules.email.half-credentials",
            summary,
            "EMAIL_USERNAME",
            "EMAIL_PASSWORD",
            remedy=f"Set {lacking} too, or neither.",
        )
    if view.has_smtp and not user and not password and view.value("EMAIL_FROM") and view.release < ANONYMOUS_SINCE:
        summary = f"LibreChat {view.release} takes mail for set up only with user and password; v0.8.4 and later work without."
        yield warn(
            "rules.email.no-credentials",
            summary,
            "EMAIL_USERNAME",
            "EMAIL_PASSWORD",
            remedy="Update LibreChat, or sign in at the server.",
        )
    if bool(view.value("MAILGUN_API_KEY")) != bool(view.value("MAILGUN_DOMAIN")):
        summary = "Only one of MAILGUN_API_KEY and MAILGUN_DOMAIN is set: Mailgun is not used."
        yield warn(
            "rules.email.half-mailgun", summary, "MAILGUN_API_KEY", "MAILGUN_DOMAIN", remedy="Set both or neither."
        )


def precedence(view: View) -> Iterator[Finding]:
    """E12, E15: settings that another one makes ineffective."""
    if view.value("EMAIL_SERVICE") and view.value("EMAIL_HOST"):
        summary = (
            "EMAIL_SERVICE and EMAIL_HOST are both set: the service decides, host, port and encryption are ignored."
        )
        yield warn(
            "rules.email.service-and-host", summary, "EMAIL_SERVICE", "EMAIL_HOST", remedy="Take one of them out."
        )
    if view.value("MAILGUN_API_KEY") and view.value("MAILGUN_DOMAIN") and view.has_smtp:
        summary = "Mailgun and an SMTP server are both set: LibreChat sends through Mailgun only."
        yield warn(
            "rules.email.mailgun-and-smtp", summary, "MAILGUN_API_KEY", "EMAIL_HOST", remedy="Take one of them out."
        )


def transport(view: View) -> Iterator[Finding]:
    """E06, E07, E09: a TLS mode that does not fit the port."""
    if not view.value("EMAIL_HOST") or view.value("EMAIL_SERVICE"):
        return
    port, mode = view.value("EMAIL_PORT"), view.deployment.settings.get("EMAIL_ENCRYPTION", "")
    if port == "465" and mode != "tls":
        summary = "Port 465 speaks TLS from the first byte, and LibreChat waits there for a greeting in clear: every mail times out."
        yield fail("rules.email.port-465", summary, "EMAIL_ENCRYPTION", "EMAIL_PORT", remedy="EMAIL_ENCRYPTION=tls")
    elif mode == "tls" and port in ("25", "587", "2525"):
        summary = f"Port {port} begins in clear, and LibreChat begins with TLS there: every mail fails."
        yield fail(
            "rules.email.tls-port",
            summary,
            "EMAIL_ENCRYPTION",
            "EMAIL_PORT",
            remedy="EMAIL_ENCRYPTION=starttls, or EMAIL_PORT=465.",
        )
    if view.is_on("EMAIL_ALLOW_SELFSIGNED"):
        summary = "EMAIL_ALLOW_SELFSIGNED accepts every certificate: whoever stands in between reads the password and every reset link."
        remedy = "Take it out; give LibreChat the server's CA with NODE_EXTRA_CA_CERTS."
        yield warn("rules.email.any-certificate", summary, "EMAIL_ALLOW_SELFSIGNED", remedy=remedy)


def sender(view: View) -> Iterator[Finding]:
    """E05, E16: a sender that servers refuse."""
    address = view.value("EMAIL_FROM")
    if not address or not (view.has_smtp or view.value("MAILGUN_API_KEY")):
        return
    domain = address.rpartition("@")[2].lower()
    if any(sign in address for sign in "<> ,;"):
        yield warn(
            "rules.email.sender-name",
            "EMAIL_FROM is more than an address.",
            "EMAIL_FROM",
            remedy="The address alone; the name goes to EMAIL_FROM_NAME.",
        )
    elif "@" not in address:
        yield fail(
            "rules.email.sender-form",
            "EMAIL_FROM is no mail address: mails have no sender.",
            "EMAIL_FROM",
            remedy="EMAIL_FROM=somebody@your-domain",
        )
    elif domain in ("librechat.ai", "example.com", "example.org"):
        summary = (
            f"EMAIL_FROM is an address at {domain}, which is not yours: servers refuse the mail or take it for spam."
        )
        yield fail(
            "rules.email.sample-sender", summary, "EMAIL_FROM", remedy="An address of your own domain or mail account."
        )
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
            summary = f"EMAIL_FROM is an address at {domain}, but another server sends it: recipients take the mail for forged."
            yield fail(
                "rules.email.foreign-mailbox",
                summary,
                "EMAIL_FROM",
                "EMAIL_HOST",
                remedy="An address of a domain of your own, or that provider's server.",
            )


def gmail_password(view: View) -> Iterator[Finding]:
    """E04, E17: providers that refuse the account's own password."""
    service = f"{view.value('EMAIL_SERVICE')} {view.value('EMAIL_HOST')}".lower()
    password = view.value("EMAIL_PASSWORD").replace(" ", "")
    if ("gmail" in service or "smtp.google" in service) and password and not re.fullmatch(r"[a-z]{16}", password):
        summary = "Gmail wants an app password (16 letters) here; the account's own password is refused."
        yield warn(
            "rules.email.gmail-password",
            summary,
            "EMAIL_PASSWORD",
            remedy="myaccount.google.com, Security, App passwords.",
        )
    if password and ("outlook" in service or "office365" in service):
        summary = (
            "Microsoft refuses passwords for sending mail unless Authenticated SMTP is switched on for this mailbox."
        )
        yield warn(
            "rules.email.microsoft",
            summary,
            "EMAIL_SERVICE",
            remedy="Switch it on for the mailbox, or send through a relay.",
        )


RULES: tuple[Rule, ...] = (reset_without_mail, half_configured, precedence, transport, sender, gmail_password)
