"""Findings: addresses, cookies and proxies."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
_of_compose = partial(_of, counterpart="compose")
DIFFERENT = _of(
    "domains.different",
    "DOMAIN_CLIENT and DOMAIN_SERVER differ:",
    "Set both settings to the same URL.",
    consequence="the sign-in cookie belongs to only one of the two URLs, and users are redirected to the other URL.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
SUB_PATH = _of(
    "domains.sub-path",
    "DOMAIN_CLIENT and DOMAIN_SERVER have different paths:",
    "Set both to the same URL, and register the new redirect URI with the provider.",
    consequence="providers send users back to a URL outside LibreChat's path.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
COOKIES_INSECURE = _of(
    "cookies.insecure",
    "SESSION_COOKIE_SECURE is false although users connect over HTTPS:",
    "Remove the setting, or set it to true.",
    consequence="the sign-in cookie can be sent in plain text.",
    settings=("SESSION_COOKIE_SECURE",),
)
COOKIES_LOCALHOST = _of(
    "cookies.localhost",
    "This release sets Secure cookies even on localhost:",
    "Use Chrome or Firefox, or update LibreChat to v0.8.3 or later.",
    consequence="Safari drops these cookies, and users are signed out on every reload. Chrome and Firefox keep them.",
    settings=("DOMAIN_SERVER",),
)
COOKIES_CANDIDATE = _of(
    "cookies.candidate",
    "This release candidate of v0.8.2 sets Secure on the cookie for OpenID or SAML sign-in, even on localhost:",
    "Update LibreChat to v0.8.2 or later (v0.8.3 for Safari), or use HTTPS.",
    consequence="every OpenID or SAML sign-in fails with 'Unknown error'.",
    settings=("DOMAIN_SERVER",),
)
COOKIES_LOST = _of(
    "cookies.lost",
    "Users connect over plain HTTP, but LibreChat's cookies are Secure:",
    "Use HTTPS (access: https-proxy or access: https-existing). For a private network, you can also set access to "
    "http-lan in the answers file.",
    consequence="the browser drops the sign-in cookie, and users have to sign in again on every reload.",
)
LOCALHOST = _of(
    "domains.localhost",
    "DOMAIN_SERVER is still localhost:",
    "Set DOMAIN_CLIENT and DOMAIN_SERVER to the URL that users open.",
    consequence="links in emails and redirect URIs lead users to their own machine.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
HTTP = _of(
    "domains.http",
    "DOMAIN_SERVER begins with http://, but users connect over HTTPS:",
    "Use https:// in DOMAIN_CLIENT and DOMAIN_SERVER.",
    consequence="providers send users back to the wrong URL.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
PROXY_TRUST_ALL = _of(
    "proxy.trust-all",
    "TRUST_PROXY trusts every proxy:",
    "Set TRUST_PROXY to the number of proxies in front of LibreChat, or to -1 if none.",
    consequence="anyone who sends an X-Forwarded-For header can choose the IP address that limits and bans apply to.",
    settings=("TRUST_PROXY",),
)
PROXY_TRUST_PROXY = _of(
    "proxy.trust-proxy",
    "TRUST_PROXY is 0 or not a whole number, so LibreChat uses a different number.",
    "Set TRUST_PROXY to the number of proxies in front of LibreChat, or to -1 if none.",
    consequence="Limits and bans may treat all users as one user, or trust IP addresses that clients forge.",
    settings=("TRUST_PROXY",),
)
PORT_MISSING = _of_compose(
    "server.port-missing",
    "PORT is not set:",
    "Set PORT=3080",
    consequence="the port mapping in docker-compose.yml is invalid, and Docker Compose refuses to start the stack.",
    settings=("PORT",),
)
PORT_DEPLOY = _of_compose(
    "server.port-deploy",
    "PORT is not 3080, the port that deploy-compose.yml and its nginx expect:",
    "Set PORT=3080",
    consequence="nobody can reach LibreChat.",
    settings=("PORT",),
)
HOST_LOCAL = _of_compose(
    "server.host",
    "HOST is localhost, which only LibreChat's own container can reach:",
    "Set HOST=0.0.0.0",
    consequence="nobody can reach LibreChat, either through the published port or through a proxy.",
    settings=("HOST",),
)
HOST_FOREIGN = _of_compose(
    "server.host-foreign",
    "HOST is not an address of LibreChat's container:",
    "Set HOST=0.0.0.0",
    consequence="LibreChat stops at startup with 'EADDRNOTAVAIL'.",
    settings=("HOST",),
)
PORT_ELSEWHERE = _of_compose(
    "server.port-elsewhere",
    "No published port is mapped to the port that LibreChat listens on:",
    "Set PORT to the number after the last colon in the ports entry.",
    consequence="nobody can reach LibreChat through the published port.",
    settings=("PORT",),
)

_MEMBERS = ("DOMAIN_CLIENT", "DOMAIN_SERVER")
_SAME_LINK = {"DOMAIN_CLIENT": ("delivery.link",)}
MISSING = FindingFamily(
    _of(
        "domains.missing.{}",
        "{} is not set.",
        "Set {}=https://HOST",
        consequence="links in emails begin with 'undefined', or providers cannot send users back.",
    ),
    _MEMBERS,
    _SAME_LINK,
)
FORM = FindingFamily(
    _of(
        "domains.form.{}",
        "{} is not a URL: its host or port is not valid.",
        "Set {}=https://HOST",
        consequence="URLs that LibreChat builds from this setting do not work.",
    ),
    _MEMBERS,
    _SAME_LINK,
)
NO_SCHEME = FindingFamily(
    _of(
        "domains.no-scheme.{}",
        "{} does not begin with http:// or https://.",
        "Set {}=https://HOST",
        consequence="LibreChat stops at startup, or the URLs that it builds from this setting do not work.",
    ),
    _MEMBERS,
    _SAME_LINK,
)
SLASH = FindingFamily(
    _of(
        "domains.slash.{}",
        "{} ends with a slash:",
        "Remove the trailing slash.",
        consequence="links and redirect URIs contain a double slash and are rejected.",
    ),
    _MEMBERS,
    _SAME_LINK,
)
