"""Findings of the mail server, in the order of the SMTP conversation. ``delivery`` repeats that conversation."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_DOCS = "https://www.librechat.ai/docs/configuration/authentication/email"
_NO_MAIL = "LibreChat cannot send mail: password reset and email verification do not work."
_LOST = "LibreChat does not retry, so the email is lost."
_WAIT = "Wait a few minutes and try again."
_LOGIN = ("EMAIL_USERNAME", "EMAIL_PASSWORD")
_of = partial(FindingEntry, check="smtp", docs=_DOCS, counterpart="delivery")
EHLO_BUSY = _of(
    "ehlo.busy",
    "The server closed the connection: it is busy, or there are too many connections.",
    _WAIT,
    consequence=_LOST,
    transient=True,
)
EHLO_OK = _of("ehlo.ok", "The server lists its capabilities.")
EHLO_OLD = _of(
    "ehlo.old",
    "The server does not support EHLO, so encryption and sign-in are not possible.",
    "Use a mail server that supports ESMTP, usually on port 587.",
)
EHLO_REFUSED = _of(
    "ehlo.refused",
    "The server rejects LibreChat's EHLO.",
    "Allow this client on the server, or use its submission port (587).",
    consequence=_NO_MAIL,
)
EHLO_SIZE = _of(
    "ehlo.size",
    "The server accepts only small messages, and LibreChat's messages may be larger.",
    "Raise the limit on the mail server.",
    consequence="The server rejects larger messages.",
)
STARTTLS_REFUSED = _of(
    "starttls.refused",
    "The server offers STARTTLS but then refuses it, and LibreChat gives up.",
    "Fix TLS on the mail server, or try port 465 with EMAIL_ENCRYPTION=tls.",
    consequence=_NO_MAIL,
)
STARTTLS_INJECTED = _of(
    "starttls.injected",
    "After the server accepted STARTTLS, it sent more unencrypted data: something on the network is injecting data, or the "
    "server is broken.",
    "Try again from a different network.",
    consequence=_NO_MAIL,
)
STARTTLS_OK = _of("starttls.ok", "The connection is encrypted after STARTTLS.")
STARTTLS_NONE = _of(
    "starttls.none",
    "The server offers no encryption, so LibreChat sends mail unencrypted.",
    "Use an encrypted port: 465 with EMAIL_ENCRYPTION=tls, or 587. An attacker on the network can also hide STARTTLS "
    "from clients.",
    consequence="Anyone on the network path can read every email, including reset links.",
)
CONNECT_PORT = _of(
    "connect.port",
    "EMAIL_PORT is not a valid port:",
    "Set EMAIL_PORT to 587, or to 465 with EMAIL_ENCRYPTION=tls.",
    consequence="LibreChat cannot even try to connect.",
    settings=("EMAIL_PORT",),
)
CONNECT_SOME = _of(
    "connect.some",
    "Some of the server's IP addresses do not respond, and this LibreChat release picks one at random for each email.",
    "Update LibreChat to v0.8.5 or later.",
    consequence="Some emails fail.",
)
CONNECT_OK = _of("connect.ok", "The server accepts connections.", refutes=("rules.email.tls-port",))
CONNECT_PORT_READ = _of(
    "connect.port-read",
    "EMAIL_PORT is not a port number, so LibreChat uses a different port.",
    "Set EMAIL_PORT to the port number only.",
    settings=("EMAIL_PORT",),
)
CONNECT_NOT_TLS = _of(
    "connect.not-tls",
    "Connections to this port start unencrypted, but LibreChat starts with TLS.",
    "Set EMAIL_ENCRYPTION=starttls, or use the port that expects TLS from the first byte (EMAIL_PORT=465).",
    consequence="Every email fails.",
    supersedes=("rules.email.tls-port",),
)
GREETING_SLOW = _of(
    "greeting.slow",
    "The server delays its greeting.",
    "Some servers do this deliberately on port 25. Use port 587 instead.",
    consequence="Users who register have to wait for the greeting too.",
    refutes=("rules.email.port-465",),
)
GREETING_OK = _of("greeting.ok", "The server sends a greeting.", refutes=("rules.email.port-465",))
GREETING_SILENT = _of(
    "greeting.silent",
    "The server accepted the connection but did not send a complete greeting in time, so LibreChat gives up.",
    "Check that this is the port of a mail server. Some servers delay unknown clients. If yours does, contact its operator.",
    consequence=_NO_MAIL,
    transient=True,
)
GREETING_TLS_FIRST = _of(
    "greeting.tls-first",
    "The port expects TLS from the first byte, but LibreChat waits for an unencrypted greeting.",
    "Set EMAIL_ENCRYPTION=tls, or EMAIL_PORT=587 with EMAIL_ENCRYPTION=starttls.",
    consequence="Every email times out after 30 seconds.",
    supersedes=("rules.email.port-465",),
)
GREETING_BUSY = _of(
    "greeting.busy",
    "The server refuses the connection because it is busy or limits connections.",
    "Wait a few minutes and try again. If the server still refuses the connection, contact its operator.",
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
    "The mail server is localhost, but in LibreChat's container localhost is the container itself, which runs no mail "
    "server.",
    "Use a name that containers can reach: the server's service name, or host.docker.internal with extra_hosts.",
    consequence=_NO_MAIL,
    supersedes=("rules.container.localhost.email-host",),
)
RESOLVE_OK = _of("resolve.ok", "The mail server's name resolves.")
RESOLVE_SERVICE = _of(
    "resolve.service",
    "Nodemailer does not support the service in EMAIL_SERVICE, so LibreChat tries to connect to its own container.",
    "Remove EMAIL_SERVICE, and set EMAIL_HOST and EMAIL_PORT.",
    consequence=_NO_MAIL,
    settings=("EMAIL_SERVICE",),
)
RESOLVE_INSIDE = _of(
    "resolve.inside",
    "Only containers on LibreChat's network can resolve the mail server's name, so nothing can be checked from this machine.",
    "Send an email from LibreChat, or run the check on a machine that can resolve the name.",
)
RESOLVE_FORM = _of(
    "resolve.form",
    "EMAIL_HOST is not a plain host name, but LibreChat uses it as one.",
    "Set EMAIL_HOST to a host name or IP address, without spaces, scheme, port or brackets.",
    consequence=_NO_MAIL,
    settings=("EMAIL_HOST",),
)
RESOLVE_UNKNOWN = _of(
    "resolve.unknown", "The mail server's name does not resolve.", "Correct EMAIL_HOST.", consequence=_NO_MAIL
)
RESOLVE_UNAVAILABLE = _of(
    "resolve.unavailable",
    "The mail server's name could not be looked up: this machine gets no response from DNS.",
    "Check that this machine is online, then try again.",
)
AUTH_NOT_OFFERED = _of(
    "auth.not-offered",
    "The server offers no sign-in on this port, so LibreChat sends mail without a user name and password.",
    "If the server requires a sign-in, use its submission port: 587 or 465.",
    settings=_LOGIN,
)
AUTH_OAUTH = _of(
    "auth.oauth",
    "The server does not accept passwords, only OAuth 2, which LibreChat does not support.",
    "Use an app password if the provider offers one, or use a different relay.",
    consequence="LibreChat crashes with an uncaught error.",
    settings=_LOGIN,
)
AUTH_OK = _of(
    "auth.ok",
    "The server accepts the user name and password.",
    refutes=("rules.email.gmail-password", "rules.email.microsoft"),
)
UNVERIFIED_CREDENTIALS = _of(
    "unverified-credentials",
    "LibreChat would send the mail password to a server without verifying its certificate. The check did not send the password.",
    "Install a trusted certificate on the server, then remove EMAIL_ALLOW_SELFSIGNED.",
    consequence="Anyone who impersonates the server gets the password and every reset link.",
    supersedes=("rules.email.any-certificate", "smtp.certificate.hidden"),
    test_only=True,
    withheld=True,
)
CLEARTEXT_CREDENTIALS = _of(
    "cleartext-credentials",
    "The server offers no encryption, but LibreChat would still send the user name and password. The check did not "
    "send them.",
    "Use an encrypted port: 465 with EMAIL_ENCRYPTION=tls, or 587. If the server offers STARTTLS to other networks, "
    "something on this network is hiding it. If the relay needs no sign-in, remove EMAIL_USERNAME and EMAIL_PASSWORD.",
    consequence="Anyone on the network can read the password.",
    supersedes=("smtp.starttls.none",),
    test_only=True,
)
AUTH_DISABLED = _of(
    "auth.disabled",
    "The server does not allow sign-in with a password for this mailbox or organization.",
    "Switch on Authenticated SMTP for the mailbox (Microsoft 365 admin center), or send through a relay.",
    consequence=_NO_MAIL,
    settings=_LOGIN,
    supersedes=("rules.email.microsoft",),
)
AUTH_APP_PASSWORD = _of(
    "auth.app-password",
    "The server requires an app password; it refuses the account's own password.",
    "Create an app password in the account's security settings, and set EMAIL_PASSWORD to it.",
    consequence=_NO_MAIL,
    settings=("EMAIL_PASSWORD",),
    supersedes=("rules.email.gmail-password",),
)
AUTH_TEMPORARY = _of(
    "auth.temporary",
    "The server is temporarily refusing sign-ins, perhaps after too many attempts.",
    "Wait a few minutes before you try again.",
    consequence=_LOST,
    settings=_LOGIN,
    transient=True,
)
AUTH_MECHANISM = _of(
    "auth.mechanism",
    "The server and LibreChat have no sign-in method in common.",
    "Use the server's submission port (587 or 465), or a relay that accepts a user name and password.",
    consequence=_NO_MAIL,
    settings=_LOGIN,
)
AUTH_REJECTED = _of(
    "auth.rejected",
    "The server rejects the user name or password.",
    "Check whether the user name must be the full email address and whether the provider requires an app password. Check that the password in .env is complete.",
    consequence=_NO_MAIL,
    settings=_LOGIN,
    supersedes=("rules.email.gmail-password",),
)
CERTIFICATE_ENDS_SOON = _of(
    "certificate.ends-soon",
    "The certificate expires soon.",
    "Renew the certificate on the mail server.",
    consequence="Once the certificate expires, every email will fail.",
)
CERTIFICATE_OK = _of("certificate.ok", "The certificate is trusted and matches the server.")
CERTIFICATE_UNNEEDED = _of(
    "certificate.unneeded",
    "This server's certificate is valid, so EMAIL_ALLOW_SELFSIGNED only weakens security.",
    "Remove EMAIL_ALLOW_SELFSIGNED.",
    settings=("EMAIL_ALLOW_SELFSIGNED",),
    supersedes=("rules.email.any-certificate",),
)
CERTIFICATE_HIDDEN = _of(
    "certificate.hidden",
    "EMAIL_ALLOW_SELFSIGNED makes LibreChat accept an invalid certificate.",
    "Fix the certificate, then remove EMAIL_ALLOW_SELFSIGNED.",
    consequence="Anyone on the network path can read the password and every reset link.",
    settings=("EMAIL_ALLOW_SELFSIGNED",),
    supersedes=("rules.email.any-certificate",),
)
CERTIFICATE_NAME = _of(
    "certificate.name",
    "The certificate does not match the server's name, so LibreChat rejects it.",
    "Set EMAIL_HOST to a name in the certificate.",
    consequence=_NO_MAIL,
    settings=("EMAIL_ENCRYPTION_HOSTNAME",),
)
STARTTLS_NOT_TLS = _of(
    "starttls.not-tls",
    "The server accepted STARTTLS, but then did not use TLS.",
    "Check whether a firewall or proxy is interfering with the connection. If not, correct the mail server's configuration.",
    consequence=_NO_MAIL,
)

_STAGES = ("greeting", "ehlo", "starttls", "auth", "sender", "recipient", "data")
SILENT = FindingFamily(
    _of(
        "{}.silent",
        "The server did not respond in time ({}).",
        "Try again. If the server is still slow, ask its operator why.",
        transient=True,
    ),
    _STAGES[1:],
)
CLOSED = FindingFamily(
    _of(
        "{}.closed",
        "The server closed the connection ({}).",
        "Check the server's log. If it reports too many connections, wait and try again.",
        consequence=_NO_MAIL,
    ),
    _STAGES,
)
GARBLED = FindingFamily(
    _of(
        "{}.garbled",
        "The server's response is not SMTP ({}).",
        "Check that this is a mail server and that the port is right.",
        consequence=_NO_MAIL,
    ),
    _STAGES,
)
_TLS_STAGES = ("connect", "starttls")
TLS_VERSION = FindingFamily(
    _of(
        "{}.tls-version",
        "The server supports only TLS 1.0 or 1.1, which LibreChat refuses because they are insecure.",
        "Enable TLS 1.2 or later on the mail server.",
        consequence=_NO_MAIL,
    ),
    _TLS_STAGES,
)
TLS_SILENT = FindingFamily(
    _of(
        "{}.tls-silent",
        "The server did not finish the TLS handshake in time. LibreChat waits longer than this check.",
        "Check that this port uses TLS, then try again.",
        transient=True,
    ),
    _TLS_STAGES,
)
TLS_FAILED = FindingFamily(
    _of("{}.tls", "The TLS handshake failed.", "Check the server's log.", consequence=_NO_MAIL), _TLS_STAGES
)
CLIENT_CERTIFICATE = FindingFamily(
    _of(
        "{}.client-certificate",
        "The server requires a client certificate. LibreChat has no setting for one.",
        "Use a port or server that accepts a password.",
        consequence=_NO_MAIL,
    ),
    _TLS_STAGES,
)
CONNECT = FindingFamily(
    _of(
        "connect.{}",
        "Could not connect to the mail server ({}).",
        "Check EMAIL_HOST, and check that no firewall blocks outgoing connections to this port.",
        consequence=_NO_MAIL,
    ),
    ("refused", "unreachable", "timeout", "failed"),
)
CERTIFICATE = FindingFamily(
    _of(
        "certificate.{}",
        "The certificate is invalid ({}), so LibreChat rejects it.",
        "Fix the certificate on the mail server.",
        consequence=_NO_MAIL,
    ),
    ("expired", "not-yet", "self-signed", "untrusted", "weak"),
)
CERTIFICATE_DOUBTFUL = _of(
    "certificate.doubtful",
    "The certificate is not signed by a public CA. LibreChat may trust it because of a CA file that other users can "
    "write to.",
    "Set the CA file's mode to 0644, and its owner to root or the owner of the LibreChat folder.",
    settings=("NODE_EXTRA_CA_CERTS",),
)
