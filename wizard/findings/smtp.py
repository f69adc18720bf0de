"""Findings of the mail server, in the order of the SMTP conversation. ``delivery`` repeats that conversation."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_DOCS = "https://www.librechat.ai/docs/configuration/authentication/email"
_NO_MAIL = "LibreChat sends no mail: no password resets, no address verification."
_LOST = "LibreChat does not retry, so the mail is lost."
_WAIT = "Wait a few minutes and try again."
_LOGIN = ("EMAIL_USERNAME", "EMAIL_PASSWORD")
_of = partial(FindingEntry, check="smtp", docs=_DOCS, twin="delivery")
EHLO_BUSY = _of(
    "ehlo.busy",
    "The server closed the connection: it is busy, or there were too many connections.",
    _WAIT,
    consequence=_LOST,
    transient=True,
)
EHLO_OK = _of("ehlo.ok", "The server lists its capabilities.")
EHLO_OLD = _of(
    "ehlo.old",
    "The server does not support EHLO: encryption and sign-in are not possible.",
    "Use a mail server that supports ESMTP, usually port 587.",
)
EHLO_REFUSED = _of(
    "ehlo.refused",
    "The server rejects LibreChat's EHLO.",
    "Allow this client on the server, or use its submission port (587).",
    consequence=_NO_MAIL,
)
EHLO_SIZE = _of(
    "ehlo.size",
    "The server accepts only small messages; LibreChat's mails may be larger.",
    "Raise the limit at the mail server.",
    consequence="Larger mails are refused.",
)
STARTTLS_REFUSED = _of(
    "starttls.refused",
    "The server offers STARTTLS but then refuses it, and LibreChat gives up.",
    "Fix TLS at the mail server, or try port 465 with EMAIL_ENCRYPTION=tls.",
    consequence=_NO_MAIL,
)
STARTTLS_INJECTED = _of(
    "starttls.injected",
    "After the server agreed to STARTTLS, it sent more unencrypted data: something on the network injects data, or the server is broken.",
    "Try from another network.",
    consequence=_NO_MAIL,
)
STARTTLS_OK = _of("starttls.ok", "Everything after STARTTLS is encrypted.")
STARTTLS_NONE = _of(
    "starttls.none",
    "The server offers no encryption, and LibreChat sends unencrypted.",
    "Use an encrypted port: 465 with EMAIL_ENCRYPTION=tls, or 587. An attacker on the network can also hide STARTTLS.",
    consequence="Every mail, including reset links, can be read in transit.",
)
CONNECT_PORT = _of(
    "connect.port",
    "EMAIL_PORT is not a valid port:",
    "Use 587, or 465 with EMAIL_ENCRYPTION=tls.",
    consequence="LibreChat cannot even try to connect.",
    settings=("EMAIL_PORT",),
)
CONNECT_SOME = _of(
    "connect.some",
    "Some of the server's addresses do not answer, and this release picks one at random for each mail.",
    "Update LibreChat to v0.8.5 or later.",
    consequence="Some mails fail.",
)
CONNECT_OK = _of("connect.ok", "The server answers.", refutes=("rules.email.tls-port",))
CONNECT_PORT_READ = _of(
    "connect.port-read",
    "EMAIL_PORT is not a port number: LibreChat uses a different port.",
    "Set EMAIL_PORT to a port number.",
    settings=("EMAIL_PORT",),
)
CONNECT_NOT_TLS = _of(
    "connect.not-tls",
    "The port starts unencrypted, but LibreChat begins with TLS there.",
    "EMAIL_ENCRYPTION=starttls, or the port that speaks TLS from the first byte (EMAIL_PORT=465).",
    consequence="Every mail fails.",
    supersedes=("rules.email.tls-port",),
)
GREETING_SLOW = _of(
    "greeting.slow",
    "The server delays its greeting.",
    "Some servers do so on purpose on port 25: use 587.",
    consequence="People who register have to wait as long.",
    refutes=("rules.email.port-465",),
)
GREETING_OK = _of("greeting.ok", "The server sent its greeting.", refutes=("rules.email.port-465",))
GREETING_SILENT = _of(
    "greeting.silent",
    "The server accepted the connection but sent no complete greeting in time: LibreChat gives up.",
    "Check that this is the port of a mail server. Some servers delay unknown clients: ask the operator.",
    consequence=_NO_MAIL,
    transient=True,
)
GREETING_TLS_FIRST = _of(
    "greeting.tls-first",
    "The port speaks TLS from the first byte, but LibreChat waits there for an unencrypted greeting.",
    "EMAIL_ENCRYPTION=tls, or EMAIL_PORT=587 with EMAIL_ENCRYPTION=starttls.",
    consequence="Every mail times out after 30 s.",
    supersedes=("rules.email.port-465",),
)
GREETING_BUSY = _of(
    "greeting.busy",
    "The server is busy or limits connections: it refuses LibreChat.",
    "Wait a few minutes and try again, or ask the server's operator.",
    consequence=_LOST,
    transient=True,
)
GREETING_REFUSED = _of(
    "greeting.refused",
    "The server refuses connections from this machine.",
    "Use the submission port (587), or ask the server's operator to allow this machine's address.",
    consequence=_NO_MAIL,
)
RESOLVE_LOOPBACK = _of(
    "resolve.loopback",
    "The mail server's name means the local machine, but LibreChat runs in a container without a mail server.",
    "Use a name that containers can reach: the server's service name, or host.docker.internal with extra_hosts.",
    consequence=_NO_MAIL,
    supersedes=("rules.container.localhost.email-host",),
)
RESOLVE_OK = _of("resolve.ok", "The mail server has an address.")
RESOLVE_SERVICE = _of(
    "resolve.service",
    "nodemailer does not know the service in EMAIL_SERVICE: LibreChat tries its own container.",
    "Remove EMAIL_SERVICE and set EMAIL_HOST and EMAIL_PORT.",
    consequence=_NO_MAIL,
    settings=("EMAIL_SERVICE",),
)
RESOLVE_INSIDE = _of(
    "resolve.inside",
    "Only containers next to LibreChat can resolve the name, so nothing can be checked from here.",
    "Send a mail from LibreChat, or run the check on a machine that can resolve the name.",
)
RESOLVE_FORM = _of(
    "resolve.form",
    "EMAIL_HOST is not a plain host name, and LibreChat uses it as one.",
    "Write only the name or address: no space, scheme, port or brackets.",
    consequence=_NO_MAIL,
    settings=("EMAIL_HOST",),
)
RESOLVE_UNKNOWN = _of("resolve.unknown", "The name does not resolve.", "Correct EMAIL_HOST.", consequence=_NO_MAIL)
RESOLVE_UNAVAILABLE = _of(
    "resolve.unavailable",
    "The name could not be looked up: DNS gives this machine no answer.",
    "Check that this machine is online, then try again.",
)
AUTH_NOT_OFFERED = _of(
    "auth.not-offered",
    "The server offers no sign-in here, so LibreChat sends its mail without a user name and password.",
    "If the server requires a sign-in, use its submission port: 587 or 465.",
    settings=_LOGIN,
)
AUTH_OAUTH = _of(
    "auth.oauth",
    "The server accepts no password, only OAuth 2, which LibreChat does not support.",
    "Use an app password if the provider has them, or a different relay.",
    consequence="LibreChat's process stops with an uncaught error.",
    settings=_LOGIN,
)
AUTH_OK = _of(
    "auth.ok",
    "The server accepts the user name and password.",
    refutes=("rules.email.gmail-password", "rules.email.microsoft"),
)
UNVERIFIED_CREDENTIALS = _of(
    "unverified-credentials",
    "LibreChat would send the mail password to a server whose certificate nobody verified; the check did not send it.",
    "Get a certificate that verifies, then remove EMAIL_ALLOW_SELFSIGNED.",
    consequence="Anybody who impersonates the server gets the password and every reset link.",
    supersedes=("rules.email.any-certificate", "smtp.certificate.hidden"),
    test_only=True,
    withheld=True,
)
CLEARTEXT_CREDENTIALS = _of(
    "cleartext-credentials",
    "The server offers no encryption, and LibreChat would still send the user name and password; the check did not send them.",
    "Use an encrypted port: 465 with EMAIL_ENCRYPTION=tls, or 587. If the server offers STARTTLS elsewhere, "
    "something on this network hides it. For a relay that requires no sign-in, remove EMAIL_USERNAME and "
    "EMAIL_PASSWORD.",
    consequence="Anybody on the network can read the password.",
    supersedes=("smtp.starttls.none",),
    test_only=True,
)
AUTH_DISABLED = _of(
    "auth.disabled",
    "Password sign-in is switched off for this mailbox or organisation.",
    "Switch on Authenticated SMTP for the mailbox (Microsoft 365 admin center), or send through a relay.",
    consequence=_NO_MAIL,
    settings=_LOGIN,
    supersedes=("rules.email.microsoft",),
)
AUTH_APP_PASSWORD = _of(
    "auth.app-password",
    "The server requires an app password here; the account's own password is refused.",
    "Create an app password in the account's security settings and put it into EMAIL_PASSWORD.",
    consequence=_NO_MAIL,
    settings=("EMAIL_PASSWORD",),
    supersedes=("rules.email.gmail-password",),
)
AUTH_TEMPORARY = _of(
    "auth.temporary",
    "The server temporarily refuses sign-ins, perhaps after too many attempts.",
    "Wait a few minutes and try again, but not in a loop.",
    consequence=_LOST,
    settings=_LOGIN,
    transient=True,
)
AUTH_MECHANISM = _of(
    "auth.mechanism",
    "The server supports no sign-in method that LibreChat supports.",
    "Use its submission port (587 or 465), or a relay that accepts a user name and password.",
    consequence=_NO_MAIL,
    settings=_LOGIN,
)
AUTH_REJECTED = _of(
    "auth.rejected",
    "The server rejects the user name or password.",
    "Check that the user name is the full mail address, that the provider does not require an app password, and "
    "that the password is complete in .env.",
    consequence=_NO_MAIL,
    settings=_LOGIN,
    supersedes=("rules.email.gmail-password",),
)
CERTIFICATE_ENDS_SOON = _of(
    "certificate.ends-soon",
    "The certificate expires soon.",
    "Renew it at the mail server.",
    consequence="From then on every mail fails.",
)
CERTIFICATE_OK = _of("certificate.ok", "The certificate is trusted and matches the server.")
CERTIFICATE_UNNEEDED = _of(
    "certificate.unneeded",
    "EMAIL_ALLOW_SELFSIGNED accepts every certificate, but this server's certificate is valid: the setting only weakens security.",
    "Remove EMAIL_ALLOW_SELFSIGNED.",
    settings=("EMAIL_ALLOW_SELFSIGNED",),
    supersedes=("rules.email.any-certificate",),
)
CERTIFICATE_HIDDEN = _of(
    "certificate.hidden",
    "EMAIL_ALLOW_SELFSIGNED hides what is wrong with the certificate.",
    "Fix the certificate, then remove EMAIL_ALLOW_SELFSIGNED.",
    consequence="Anybody on the network path can read the password and every reset link.",
    settings=("EMAIL_ALLOW_SELFSIGNED",),
    supersedes=("rules.email.any-certificate",),
)
CERTIFICATE_NAME = _of(
    "certificate.name",
    "The certificate does not match the server: LibreChat rejects it.",
    "Name the server in EMAIL_HOST as its certificate does.",
    consequence=_NO_MAIL,
    settings=("EMAIL_ENCRYPTION_HOSTNAME",),
)
STARTTLS_NOT_TLS = _of(
    "starttls.not-tls",
    "The server agreed to STARTTLS but then did not speak TLS.",
    "Something on the network interferes, or the server is broken.",
    consequence=_NO_MAIL,
)

_STAGES = ("greeting", "ehlo", "starttls", "auth", "sender", "recipient", "data")
SILENT = FindingFamily(
    _of(
        "{}.silent",
        "The server did not answer in time ({}).",
        "Ask the server's operator why it is slow; try again.",
        transient=True,
    ),
    _STAGES[1:],
)
CLOSED = FindingFamily(
    _of(
        "{}.closed",
        "The server closed the connection ({}).",
        "The server's log shows why. Some close when there are too many connections: wait and try again.",
        consequence=_NO_MAIL,
    ),
    _STAGES,
)
GARBLED = FindingFamily(
    _of(
        "{}.garbled",
        "The server answered with something that is not SMTP ({}).",
        "Check that this is a mail server, and that the port is right.",
        consequence=_NO_MAIL,
    ),
    _STAGES,
)
_TLS_STAGES = ("connect", "starttls")
TLS_VERSION = FindingFamily(
    _of(
        "{}.tls-version",
        "The server speaks only TLS 1.0 or 1.1, which LibreChat refuses (rightly).",
        "Enable TLS 1.2 or later on the mail server.",
        consequence=_NO_MAIL,
    ),
    _TLS_STAGES,
)
TLS_SILENT = FindingFamily(
    _of(
        "{}.tls-silent",
        "The server did not finish the TLS handshake in time. LibreChat would wait longer.",
        "Check that this port speaks TLS, then try again.",
        transient=True,
    ),
    _TLS_STAGES,
)
TLS_FAILED = FindingFamily(
    _of("{}.tls", "The TLS handshake failed.", "The server's log shows why.", consequence=_NO_MAIL), _TLS_STAGES
)
CLIENT_CERTIFICATE = FindingFamily(
    _of(
        "{}.client-certificate",
        "The server requires a client certificate, which LibreChat does not support.",
        "Use a port or server that accepts a password.",
        consequence=_NO_MAIL,
    ),
    _TLS_STAGES,
)
CONNECT = FindingFamily(
    _of(
        "connect.{}",
        "Could not connect to the mail server ({}).",
        "Check EMAIL_HOST, and that no outgoing firewall blocks this port.",
        consequence=_NO_MAIL,
    ),
    ("refused", "unreachable", "timeout", "failed"),
)
CERTIFICATE = FindingFamily(
    _of(
        "certificate.{}",
        "The certificate has a fault ({}): LibreChat refuses it.",
        "Fix the certificate at the mail server.",
        consequence=_NO_MAIL,
    ),
    ("expired", "not-yet", "self-signed", "untrusted", "weak"),
)
CERTIFICATE_DOUBTFUL = _of(
    "certificate.doubtful",
    "The certificate is not signed by a public authority. LibreChat may trust it because of a file that other users can write.",
    "Change the file's owner to root or the folder's owner, and its mode to 0644.",
    settings=("NODE_EXTRA_CA_CERTS",),
)
