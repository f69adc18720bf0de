"""Findings: certificates, redirects and TLS versions at the site's address."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_NOBODY = "Nobody can open LibreChat."
_of = partial(FindingEntry, check="tls")
_PROXY_LOG = "Check the proxy's log."
CERTIFICATE_REFUSED = _of(
    "certificate.refused",
    "Browsers reject the certificate.",
    "Get a new certificate. OpenSSL's message gives the reason.",
    consequence=_NOBODY,
)
CERTIFICATE_EXPIRED = _of(
    "certificate.expired",
    "The certificate has expired.",
    "Renew the certificate, then reload the proxy.",
    consequence=_NOBODY,
)
CERTIFICATE_NOT_YET = _of(
    "certificate.not-yet",
    "The certificate is not valid yet.",
    "Check the clocks of this machine and of the machine that issued the certificate (timedatectl). If they are "
    "right, get a new certificate.",
    consequence=_NOBODY,
)
CERTIFICATE_CHAIN_EXPIRED = _of(
    "certificate.chain-expired",
    "The server's own certificate is valid, but an intermediate certificate that it sends has expired.",
    "Renew the certificate, and serve the certificate chain that comes with it (fullchain.pem).",
    consequence=_NOBODY,
)
CERTIFICATE_NAME = _of(
    "certificate.name",
    "The certificate does not match the host name.",
    "Get a certificate for the name that users type, or correct DOMAIN_CLIENT and DOMAIN_SERVER.",
    consequence=_NOBODY,
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
CERTIFICATE_SELF_SIGNED = _of(
    "certificate.self-signed",
    "The certificate is self-signed.",
    "Get a certificate from a public CA (Caddy and certbot do this automatically).",
    consequence=_NOBODY,
)
CERTIFICATE_CHAIN = _of(
    "certificate.chain",
    "The server sends only its own certificate: the intermediate certificate is missing, or the CA is not public.",
    "Serve the full certificate chain. In nginx, set ssl_certificate to fullchain.pem, not cert.pem.",
    consequence=_NOBODY,
)
CERTIFICATE_UNTRUSTED = _of(
    "certificate.untrusted",
    "The certificate was issued by a CA that browsers do not trust.",
    "Import the CA's certificate on every device, or get a certificate from a public CA.",
    consequence=_NOBODY,
)
CERTIFICATE_WEAK = _of(
    "certificate.weak",
    "The certificate's key or signature is too weak.",
    "Get a certificate with a key of at least 2048 bits (RSA) or 256 bits (EC).",
    consequence=_NOBODY,
)
CERTIFICATE_OK = _of("certificate.ok", "The certificate is trusted and matches the host name.")
CERTIFICATE_ENDS_SOON = _of(
    "certificate.ends-soon",
    "The certificate expires soon.",
    "Renew the certificate now, then reload the proxy. To see why automatic renewal failed, run: certbot renew --dry-run",
    consequence="Once the certificate expires, nobody can open LibreChat.",
)
CERTIFICATE_OWN_CA = _of(
    "certificate.own-ca",
    "The certificate is valid, but it was issued by a private CA: devices that have not imported this CA show a "
    "warning.",
)
REDIRECT_LOOP = _of(
    "redirect.loop",
    "The http:// address redirects in a loop.",
    "Configure port 80 to redirect to the https address.",
    consequence="Users who type the name without https:// see an error.",
)
REDIRECT_OK = _of("redirect.ok", "The http:// address redirects to https://.")
REDIRECT_ELSEWHERE = _of(
    "redirect.elsewhere",
    "The http:// address redirects browsers to a different address.",
    "Configure port 80 to redirect to the https address.",
    consequence="A sign-in cookie from another host is not valid on this site.",
)
REDIRECT_CLOSED = _of(
    "redirect.closed", "Nothing responds at the http:// address, so nobody can sign in without encryption."
)
REDIRECT_GARBLED = _of(
    "redirect.garbled",
    "The http:// address does not return a valid HTTP response.",
    "Configure port 80 to redirect to the https address, or close the port.",
)
REDIRECT_NONE = _of(
    "redirect.none",
    "The http:// address returns a page instead of a redirect to https://.",
    "Configure port 80 to redirect to the https address.",
    consequence="Users who sign in over HTTP send the password in plain text, and are signed out at the next reload.",
)
REDIRECT_ERROR = _of(
    "redirect.error",
    "The http:// address returns an error instead of a redirect to https://.",
    "Configure port 80 to redirect to the https address.",
    consequence="Users who type the name without https:// may see an error.",
)
FRONT_LOOP = _of(
    "front.loop",
    "The site redirects in a loop.",
    "Remove the redirect from the proxy's HTTPS configuration. Only port 80 should redirect.",
    consequence="Nobody can reach LibreChat ('too many redirects').",
)
FRONT_ELSEWHERE = _of(
    "front.elsewhere",
    "The site redirects to another address: the proxy's own sign-in page, or another host.",
    "Exempt LibreChat (at least /api/ and /oauth/) from the proxy's own authentication, or use the host name that the site redirects to.",
    consequence="Requests to /api and /oauth are redirected too, so sign-in with a provider fails.",
)
HSTS_NONE = _of("hsts.none", "The site does not tell browsers to use only https:// (no HSTS).")
HSTS_OFF = _of(
    "hsts.off",
    "The site sends a Strict-Transport-Security header that turns HSTS off.",
    "Send Strict-Transport-Security: max-age=31536000, or remove the header.",
)
HSTS_OK = _of("hsts.ok", "The site tells browsers to use only https:// (HSTS).")
LOCAL = _of("local", "The site is on this machine, so the connection needs no encryption.")
PLAIN = _of(
    "plain",
    "Users connect over plain HTTP.",
    "Use HTTPS: the wizard sets it up (access: https-proxy).",
    consequence="Anyone on the network can read passwords and hijack sessions, and browsers block the microphone and "
    "the clipboard.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
NO_ADDRESS = _of(
    "no-address",
    "This machine could not resolve the site's name.",
    "Specify the site's IP address: --resolve HOST:ADDRESS",
)
DIFFERENT = _of(
    "different",
    "The site's IP addresses return different responses.",
    "Install a valid certificate on every server, or remove the wrong addresses from DNS.",
    consequence="LibreChat works or fails depending on which address a browser picks.",
)
VERSION_OBSOLETE = _of(
    "version.obsolete",
    "The site still accepts an insecure TLS version, which no browser needs.",
    "Allow only TLS 1.2 and later.",
)

CONNECT = FindingFamily(
    _of(
        "{}",
        "Could not connect to the site ({}).",
        "Check that the proxy is running and publishes the port, and that no firewall or router blocks it.",
        consequence="nobody can open LibreChat.",
    ),
    ("connect.refused", "connect.silent", "connect.unreachable"),
)
HANDSHAKE = FindingFamily(
    _of("{}", "The TLS handshake failed ({}).", _PROXY_LOG, consequence="nobody can open LibreChat."),
    (
        "handshake.plain",
        "handshake.old",
        "handshake.unnamed",
        "handshake.silent",
        "handshake.closed",
        "handshake.failed",
    ),
)
FRONT = FindingFamily(
    _of(
        "front.{}",
        "The connection is encrypted, but the server does not return a valid HTTP response ({}).",
        "Check the proxy's log. A server that requires client certificates can also cause this error.",
        consequence="nobody can open LibreChat.",
    ),
    FAILURES,
)
