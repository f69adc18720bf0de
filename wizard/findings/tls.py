"""Findings: certificates, redirects and TLS versions at the site's address."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_NOBODY = "Nobody can open LibreChat."
_of = partial(FindingEntry, check="tls")
_PROXY_LOG = "The proxy's log shows why."
CERTIFICATE_REFUSED = _of(
    "certificate.refused",
    "The certificate is refused.",
    "Get a new one; OpenSSL's message is shown above.",
    consequence=_NOBODY,
)
CERTIFICATE_EXPIRED = _of(
    "certificate.expired", "The certificate has expired.", "Renew it, then reload the proxy.", consequence=_NOBODY
)
CERTIFICATE_NOT_YET = _of(
    "certificate.not-yet",
    "The certificate is not valid yet.",
    "Check the clocks of this machine and of the machine that issued it (timedatectl). If they are right, get a new certificate.",
    consequence=_NOBODY,
)
CERTIFICATE_CHAIN_EXPIRED = _of(
    "certificate.chain-expired",
    "An intermediate certificate that the server sends has expired, although the server's own has not.",
    "Renew the certificate and serve the chain that comes with it (fullchain.pem).",
    consequence=_NOBODY,
)
CERTIFICATE_NAME = _of(
    "certificate.name",
    "The certificate does not match the name.",
    "Get a certificate for the name that people type, or correct DOMAIN_CLIENT and DOMAIN_SERVER.",
    consequence=_NOBODY,
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
CERTIFICATE_SELF_SIGNED = _of(
    "certificate.self-signed",
    "The certificate is self-signed.",
    "Get one from a public authority (Caddy and certbot do this automatically).",
    consequence=_NOBODY,
)
CERTIFICATE_CHAIN = _of(
    "certificate.chain",
    "The server sends only its own certificate: the intermediate certificate is missing, or the authority is not a public one.",
    "Serve the whole chain: in nginx ssl_certificate names fullchain.pem, not cert.pem.",
    consequence=_NOBODY,
)
CERTIFICATE_UNTRUSTED = _of(
    "certificate.untrusted",
    "The certificate comes from an authority that browsers do not know.",
    "Import the authority's certificate on every device, or get a certificate from a public authority.",
    consequence=_NOBODY,
)
CERTIFICATE_WEAK = _of(
    "certificate.weak",
    "The certificate has too weak a key or signature.",
    "Get one with a key of at least 2048 bits (RSA) or 256 bits (EC).",
    consequence=_NOBODY,
)
CERTIFICATE_OK = _of("certificate.ok", "The certificate is trusted and matches the address.")
CERTIFICATE_ENDS_SOON = _of(
    "certificate.ends-soon",
    "The certificate expires soon.",
    "Renew it now (certbot renew --dry-run shows why automatic renewal failed), then reload the proxy.",
    consequence="From then on nobody can open LibreChat.",
)
CERTIFICATE_OWN_CA = _of(
    "certificate.own-ca",
    "The certificate is valid and comes from a private authority: only devices that trust that authority open LibreChat without a warning.",
)
REDIRECT_LOOP = _of(
    "redirect.loop",
    "http:// redirects in a loop.",
    "Let port 80 redirect to the https address.",
    consequence="People who type the name without https:// get an error.",
)
REDIRECT_OK = _of("redirect.ok", "http:// redirects to https://.")
REDIRECT_ELSEWHERE = _of(
    "redirect.elsewhere",
    "http:// redirects browsers to a different address than the site's.",
    "Let port 80 redirect to the https address.",
    consequence="A sign-in cookie for another address is not valid here.",
)
REDIRECT_CLOSED = _of("redirect.closed", "Nothing answers at http://, so nobody can sign in without encryption.")
REDIRECT_GARBLED = _of(
    "redirect.garbled",
    "http:// does not return a valid HTTP response.",
    "Let port 80 redirect to the https address, or close it.",
)
REDIRECT_NONE = _of(
    "redirect.none",
    "http:// answers with a page and does not redirect to https://.",
    "Let port 80 redirect to the https address.",
    consequence="People who sign in there send the password in plain text, and are signed out at the next reload.",
)
REDIRECT_ERROR = _of(
    "redirect.error",
    "http:// answers with an error and does not redirect to https://.",
    "Let port 80 redirect to the https address.",
    consequence="People who type the bare name may see an error.",
)
FRONT_LOOP = _of(
    "front.loop",
    "The site redirects in a loop.",
    "Remove the redirect from the proxy's https section; only port 80 should redirect.",
    consequence="Nobody can reach LibreChat ('too many redirects').",
)
FRONT_ELSEWHERE = _of(
    "front.elsewhere",
    "Opening the site leads to another address: a login of the proxy, or another name.",
    "Exempt LibreChat's address from the proxy's own login (at least /api/ and /oauth/), or open LibreChat at that name.",
    consequence="LibreChat's own requests are redirected too, so sign-in with a provider fails.",
)
HSTS_NONE = _of("hsts.none", "The site does not tell browsers to use only https:// (no HSTS).")
HSTS_OFF = _of(
    "hsts.off",
    "The site sends Strict-Transport-Security in a form that turns it off.",
    "Write Strict-Transport-Security: max-age=31536000, or remove it.",
)
HSTS_OK = _of("hsts.ok", "Browsers remember to use only https:// (HSTS).")
LOCAL = _of("local", "The site is on this machine: the connection needs no encryption.")
PLAIN = _of(
    "plain",
    "People use plain HTTP.",
    "Use HTTPS: the wizard sets it up (access: https-proxy).",
    consequence="Anybody on the network can read passwords and take over sessions, and browsers block the microphone and the clipboard there.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
NO_ADDRESS = _of(
    "no-address", "This machine could not resolve the site's name.", "Name its address with --resolve HOST:ADDRESS."
)
DIFFERENT = _of(
    "different",
    "The site's addresses give different answers.",
    "Give all of them a valid certificate, or remove the others from DNS.",
    consequence="Whether it works depends on which one a browser picks.",
)
VERSION_OBSOLETE = _of(
    "version.obsolete",
    "The site still accepts an insecure TLS version, which no browser needs.",
    "Offer TLS 1.2 and later only.",
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
        "The site is encrypted, but the server does not return a valid HTTP response ({}).",
        "The proxy's log shows why. A server that requires client certificates closes the connection like this, too.",
        consequence="nobody can open LibreChat.",
    ),
    FAILURES,
)
