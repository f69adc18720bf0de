"""Well-known mail providers: how to recognize them, the DNS records of their customers, and their mailbox domains.

Source: the providers' own set-up pages for a domain of the customer's (SPF, DKIM), as of 2026; hosts also after nodemailer's
list of services (wizard/librechat/mail_services.json). A provider that is not here is treated as a server of one's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider."""

    id: str
    title: str
    hosts: tuple[str, ...]
    """Ends of the names of its SMTP servers: ``gmail.com`` stands for itself and all names below."""
    include: str = ""
    """The domain after ``include:``; empty if a customer's own domain cannot be used."""
    selectors: tuple[str, ...] = ()
    """DKIM selectors that customers get where they choose no others; empty if each gets others."""
    chosen_selectors: bool = False
    """Whether a customer may choose another selector, so that a key that is missing there may be elsewhere."""
    mailboxes: tuple[str, ...] = ()
    """Public mailbox domains; only this provider's servers send for them."""
    own_return_path: bool = False
    """Puts its own address, or one at a name that the customer set up for that, after MAIL FROM: SPF of EMAIL_FROM's domain
    is not asked."""
    dkim_at: str = ""
    """Where its customers find the DKIM records."""


def _mailbox(identity: str, title: str, hosts: tuple[str, ...], mailboxes: tuple[str, ...]) -> Provider:
    return Provider(id=identity, title=title, hosts=hosts, mailboxes=mailboxes)


def _bulk(identity: str, title: str, hosts: tuple[str, ...], include: str, *selectors: str, at: str) -> Provider:
    return Provider(
        id=identity,
        title=title,
        hosts=hosts,
        include=include,
        selectors=selectors,
        chosen_selectors=True,
        own_return_path=True,
        dkim_at=at,
    )


PROVIDERS: Final[tuple[Provider, ...]] = (
    Provider(id="google", title="Google", hosts=("gmail.com", "googlemail.com", "google.com"), include="_spf.google.com", selectors=("google",), chosen_selectors=True, mailboxes=("gmail.com", "googlemail.com"), dkim_at="Google Admin console, Apps, Gmail, Authenticate email"),
    Provider(id="microsoft", title="Microsoft 365", hosts=("office365.com", "outlook.com", "hotmail.com", "protection.outlook.com", "mx.microsoft"), include="spf.protection.outlook.com", selectors=("selector1", "selector2"), mailboxes=("outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "outlook.fr", "outlook.es", "outlook.it", "hotmail.de", "hotmail.fr", "hotmail.it", "hotmail.es", "hotmail.co.uk", "live.co.uk", "live.de", "live.fr", "live.nl"), dkim_at="Microsoft Defender portal, Email authentication settings, DKIM"),
    Provider(id="fastmail", title="Fastmail", hosts=("fastmail.com", "messagingengine.com"), include="spf.messagingengine.com", selectors=("fm1", "fm2", "fm3"), mailboxes=("fastmail.com", "fastmail.fm"), dkim_at="Fastmail, Settings, Domains"),
    Provider(id="proton", title="Proton Mail", hosts=("protonmail.ch", "proton.me"), include="_spf.protonmail.ch", selectors=("protonmail", "protonmail2", "protonmail3"), mailboxes=("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), dkim_at="Proton Mail, Settings, Domain names"),
    Provider(id="icloud", title="iCloud Mail", hosts=("mail.me.com", "mail.icloud.com"), include="icloud.com", selectors=("sig1",), mailboxes=("icloud.com", "me.com", "mac.com"), dkim_at="iCloud, Custom Email Domain"),
    Provider(id="zoho", title="Zoho Mail", hosts=("zoho.com", "zoho.eu", "zoho.in"), include="zohomail.com", selectors=("zoho", "zmail"), chosen_selectors=True, mailboxes=("zoho.com", "zohomail.com", "zohomail.eu"), dkim_at="Zoho Mail admin console, Domains, DKIM"),
    Provider(id="yandex", title="Yandex", hosts=("yandex.ru", "yandex.com", "yandex.net"), include="_spf.yandex.net", selectors=("mail",), chosen_selectors=True, mailboxes=("yandex.ru", "yandex.com", "ya.ru"), dkim_at="Yandex 360, Domains"),
    Provider(id="mailru", title="Mail.ru", hosts=("mail.ru",), include="_spf.mail.ru", selectors=("mailru",), mailboxes=("mail.ru", "inbox.ru", "list.ru", "bk.ru"), dkim_at="VK WorkSpace, Domains"),
    Provider(id="gandi", title="Gandi Mail", hosts=("mail.gandi.net",), include="_mailcust.gandi.net", selectors=("gm1", "gm2", "gm3"), dkim_at="Gandi, Domain, Email"),
    Provider(id="ionos", title="IONOS", hosts=("ionos.com", "ionos.de", "ionos.co.uk", "ionos.fr", "ionos.es", "1und1.de"), include="_spf-eu.ionos.com", selectors=("s1-ionos", "s2-ionos"), dkim_at="IONOS, Domains, DNS"),
    Provider(id="mailbox", title="mailbox.org", hosts=("mailbox.org",), include="mailbox.org", selectors=("MBO0001", "MBO0002", "MBO0003", "MBO0004"), mailboxes=("mailbox.org",), dkim_at="mailbox.org's help page on custom domains"),
    Provider(id="migadu", title="Migadu", hosts=("migadu.com",), include="spf.migadu.com", selectors=("key1", "key2", "key3"), dkim_at="Migadu admin, Domain, DNS configuration"),
    Provider(id="infomaniak", title="Infomaniak", hosts=("mail.infomaniak.com",), include="spf.infomaniak.ch", dkim_at="Infomaniak Manager, Mail service, Global security"),
    Provider(id="ovh", title="OVHcloud", hosts=("ovh.net", "ovh.com"), include="mx.ovh.com", dkim_at="OVHcloud control panel, Emails, DKIM"),
    Provider(id="godaddy", title="GoDaddy", hosts=("secureserver.net",), include="secureserver.net", dkim_at="GoDaddy, Email & Office"),
    Provider(id="runbox", title="Runbox", hosts=("runbox.com",), include="spf.runbox.com", selectors=("selector1", "selector2"), mailboxes=("runbox.com",), dkim_at="Runbox, Account, Email domains"),
    _mailbox("yahoo", "Yahoo", ("mail.yahoo.com",), ("yahoo.com", "ymail.com", "rocketmail.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.it", "yahoo.es")),
    _mailbox("aol", "AOL", ("aol.com",), ("aol.com", "aim.com")),
    _mailbox("gmx", "GMX", ("gmx.com", "gmx.net", "gmx.de"), ("gmx.net", "gmx.de", "gmx.com", "gmx.at", "gmx.ch")),
    _mailbox("webde", "WEB.DE", ("web.de",), ("web.de",)),
    _mailbox("tonline", "T-Online", ("t-online.de",), ("t-online.de", "magenta.de")),
    _mailbox("qq", "QQ Mail", ("smtp.qq.com",), ("qq.com", "foxmail.com")),
    _mailbox("netease", "NetEase Mail", ("smtp.163.com", "smtp.126.com"), ("163.com", "126.com")),
    _mailbox("naver", "Naver", ("naver.com",), ("naver.com",)),
    _mailbox("seznam", "Seznam", ("seznam.cz",), ("seznam.cz",)),
    _mailbox("tuta", "Tuta", ("tutanota.com",), ("tuta.com", "tutanota.com", "tutanota.de", "tuta.io")),
    _bulk("ses", "Amazon SES", ("amazonaws.com", "awsapps.com"), "amazonses.com", at="Amazon SES console, Verified identities"),
    _bulk("sendgrid", "SendGrid", ("sendgrid.net",), "sendgrid.net", "s1", "s2", at="SendGrid, Settings, Sender Authentication"),
    _bulk("mailgun", "Mailgun", ("mailgun.org", "mailgun.net"), "mailgun.org", "mx", "pic", "k1", "krs", "smtp", "mailo", "email", at="Mailgun, Sending, Domain settings, DNS records"),
    _bulk("postmark", "Postmark", ("postmarkapp.com",), "spf.mtasv.net", at="Postmark, Sender Signatures, DNS settings"),
    _bulk("brevo", "Brevo", ("brevo.com", "sendinblue.com"), "spf.brevo.com", "mail", "brevo1", "brevo2", at="Brevo, Senders, domains, IPs"),
    _bulk("mailjet", "Mailjet", ("mailjet.com",), "spf.mailjet.com", "mailjet", at="Mailjet, Account, Sender domains"),
    _bulk("mandrill", "Mandrill", ("mandrillapp.com",), "spf.mandrillapp.com", "mte1", "mte2", "mandrill", at="Mandrill, Settings, Sending domains"),
    _bulk("sparkpost", "SparkPost", ("sparkpostmail.com",), "_spf.sparkpostmail.com", at="SparkPost, Configuration, Domains"),
    _bulk("smtp2go", "SMTP2GO", ("smtp2go.com",), "spf.smtp2go.com", at="SMTP2GO, Sending, Verified senders"),
    _bulk("resend", "Resend", ("resend.com",), "amazonses.com", "resend", at="Resend, Domains"),
    _bulk("mailersend", "MailerSend", ("mailersend.net",), "_spf.mailersend.net", "mlsend", "mlsend2", at="MailerSend, Domains"),
    _bulk("elasticemail", "Elastic Email", ("elasticemail.com",), "_spf.elasticemail.com", "api", at="Elastic Email, Settings, Domains"),
)  # fmt: skip

MAILGUN: Final = next(provider for provider in PROVIDERS if provider.id == "mailgun")

COMMON_SELECTORS: Final = ("default", "mail", "dkim", "s1", "s2", "selector1", "k1", "key1", "smtp", "email")
"""What servers of one's own are often set up with."""


def is_below(name: str, domain: str) -> bool:
    """Whether a name is the domain or lies below it."""
    name = name.lower().removesuffix(".")
    return name == domain or name.endswith(f".{domain}")


def provider_of(host: str) -> Provider | None:
    """Return the provider whose SMTP server this is; ``None`` for a server of one's own, or an unknown provider's."""
    return next((found for found in PROVIDERS if any(is_below(host, end) for end in found.hosts)), None)


def mailbox_provider(domain: str) -> Provider | None:
    """Return the provider to whose public mailboxes a domain belongs; ``None`` for a domain of one's own."""
    return next((found for found in PROVIDERS if domain.lower() in found.mailboxes), None)
