"""Findings of the check ``openid``: the provider's replies before anybody signs in."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

from wizard.findings.model import ONLY_A_SIGN_IN, FindingEntry
from wizard.findings.openid_client import CLIENT_ENTRIES, SECRET_ENTRIES

_NO_BUTTON = "The OpenID button leads to 'An unknown error occurred.' for all users until LibreChat is restarted."
_NOBODY = "Nobody can sign in through OpenID."
_FAILED = "Users are sent back to the sign-in page with 'auth_failed'."
_REFUSED = ("openid.redirect.refused", "openid.client.refused")
"""What the provider says about a redirect URI that the settings already show to be wrong."""
_of = partial(
    FindingEntry, check="openid", docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC"
)

_at_start = partial(_of, stage="discovery")

UNDECIDED = _of("signin.undecided", f"No problems found. {ONLY_A_SIGN_IN}")
ANNOUNCED = _of(
    "probe.announced", "The check's requests to the provider contain librechat-wizard-probe.", stage="secret"
)
UNASKED = _of(
    "probe.unasked",
    "The provider could not be checked: this run has reached its request limit.",
    "Run only this check: doctor --only openid",
)
REGISTERED = _at_start("discovery.ok", "LibreChat can register OpenID when it starts.")
CLIENT_ACCEPTED = _of(
    "client.accepted", "The provider accepts the client ID, the redirect URI and the scopes.", stage="client"
)
SECRET_ACCEPTED = _of(
    "secret.accepted", "The provider accepts the client secret the way LibreChat sends it.", stage="secret"
)
CLOCK = _of("clock.ok", "The clocks of this machine and the provider agree.")
KEYS = _of("reuse.keys-ok", "The provider publishes the keys that LibreChat needs to verify reused tokens.")

_SETTINGS = (
    _of(
        "settings.switched-off",
        "ALLOW_SOCIAL_LOGIN is not true, so LibreChat does not register OpenID.",
        "Set ALLOW_SOCIAL_LOGIN=true, without quotation marks around the value.",
        consequence=_NOBODY,
        settings=("ALLOW_SOCIAL_LOGIN",),
    ),
    _of(
        "settings.missing",
        "OpenID sign-in is off, because a required setting is missing.",
        "Set the missing setting, then restart LibreChat.",
        consequence=_NO_BUTTON,
        supersedes=("rules.openid.half", "rules.openid.no-scope"),
    ),
    _of(
        "issuer.form",
        "OPENID_ISSUER is not a URL.",
        "Set OPENID_ISSUER=https://HOST, without quotation marks.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
        supersedes=("rules.openid.issuer-form",),
    ),
    _of(
        "issuer.not-https",
        "OPENID_ISSUER does not begin with https://, which LibreChat requires.",
        "Use the provider's https URL. If the provider has no https URL, serve the provider over HTTPS.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
        supersedes=("rules.openid.http-issuer", "rules.openid.issuer-form"),
    ),
    _of(
        "redirect.unset",
        "DOMAIN_SERVER is not a URL, so LibreChat cannot build its redirect URI.",
        "Set DOMAIN_SERVER=https://chat.example.com",
        consequence="The OpenID button leads to an error page (500).",
        settings=("DOMAIN_SERVER",),
        supersedes=_REFUSED,
    ),
    _of(
        "redirect.slash",
        "DOMAIN_SERVER ends with a slash, so the button and the redirect URI contain a double slash.",
        "Remove the slash at the end of DOMAIN_SERVER.",
        consequence="Users return to LibreChat without being signed in.",
        settings=("DOMAIN_SERVER",),
        supersedes=_REFUSED,
    ),
    _of(
        "redirect.path",
        "OPENID_CALLBACK_URL is not the path that LibreChat serves.",
        "Set OPENID_CALLBACK_URL=/oauth/openid/callback",
        consequence="The provider rejects the redirect URI, or users return to LibreChat without being signed in.",
        settings=("OPENID_CALLBACK_URL",),
        supersedes=(*_REFUSED, "rules.social.callback.openid"),
    ),
    _of(
        "redirect.no-client",
        "DOMAIN_CLIENT is not set, but LibreChat needs it at the end of a sign-in.",
        "Set DOMAIN_CLIENT=https://chat.example.com",
        consequence="Every sign-in fails with an error after the provider's sign-in page.",
        settings=("DOMAIN_CLIENT",),
    ),
    _of(
        "start.query",
        "The link to /oauth/openid has a query string, which LibreChat mistakes for the provider's response.",
        "Link to /oauth/openid without a query string.",
        consequence="The link returns '401 Unauthorized'.",
    ),
    _of(
        "session.two-hosts",
        "DOMAIN_CLIENT and DOMAIN_SERVER have different hosts, and a cookie is valid for only one host.",
        "Use the same host in DOMAIN_CLIENT and DOMAIN_SERVER.",
        consequence="Users return from the provider but are not signed in.",
        settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
    ),
    _of(
        "session.other-host",
        "Users start the sign-in on a different host than the one in DOMAIN_SERVER.",
        "Open LibreChat at the address in DOMAIN_SERVER, or set DOMAIN_SERVER to the address that users open.",
        consequence=_FAILED,
        settings=("DOMAIN_SERVER",),
    ),
    _of(
        "session.not-encrypted",
        "The session cookie is Secure, but users open LibreChat over plain HTTP.",
        "Use HTTPS, or set SESSION_COOKIE_SECURE=false on a trusted network (v0.8.6 and later).",
        consequence=_FAILED,
        settings=("DOMAIN_SERVER", "SESSION_COOKIE_SECURE"),
    ),
    _of(
        "session.callback-http",
        "The session cookie is Secure, but DOMAIN_SERVER begins with http://.",
        "Set DOMAIN_SERVER=https://HOST, the address that users open.",
        consequence=_FAILED,
        settings=("DOMAIN_SERVER",),
    ),
    _of(
        "session.lifetime",
        "A session lifetime is not a whole number of seconds, so LibreChat cannot sign tokens.",
        "Set the lifetime to a multiple of 1000 (ms), for example 1000 * 60 * 15.",
        consequence="Every sign-in fails with an error after the provider's sign-in page.",
        settings=("SESSION_EXPIRY", "REFRESH_TOKEN_EXPIRY"),
    ),
    _of(
        "scope.no-openid",
        "OPENID_SCOPE does not contain the openid scope.",
        "Set OPENID_SCOPE='openid profile email' (separated by spaces).",
        consequence="The provider sends no ID token, so every sign-in fails with an error.",
        settings=("OPENID_SCOPE",),
    ),
    _of(
        "scope.separator",
        "OPENID_SCOPE contains a quotation mark or a backslash, which a scope must not contain.",
        "Set OPENID_SCOPE=openid profile email (separated by spaces).",
        consequence=_FAILED,
        settings=("OPENID_SCOPE",),
    ),
    _of(
        "tls.unverified",
        "NODE_TLS_REJECT_UNAUTHORIZED=0 switches off every certificate check in LibreChat.",
        "Remove NODE_TLS_REJECT_UNAUTHORIZED. For a private CA, set NODE_EXTRA_CA_CERTS instead.",
        consequence="Anyone on the network can read the client secret and forge sign-ins.",
        settings=("NODE_TLS_REJECT_UNAUTHORIZED",),
    ),
)
_DISCOVERY = (
    _at_start(
        "discovery.unreachable",
        "The provider's discovery document could not be fetched.",
        "Check the host in OPENID_ISSUER, start the provider, then restart LibreChat.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
        transient=True,
    ),
    _at_start(
        "discovery.unknown",
        "This machine could not connect to the provider, so OpenID could not be checked.",
        "Run the check on a machine that can reach the provider, or specify the provider's IP address: --resolve "
        "HOST:ADDRESS",
        transient=True,
    ),
    _at_start(
        "discovery.slow",
        "The provider did not respond within 30 seconds, LibreChat's timeout.",
        "Find out why the provider is slow, then restart LibreChat.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
        transient=True,
    ),
    _at_start(
        "discovery.status",
        "The provider has no discovery document at OPENID_ISSUER.",
        "Set OPENID_ISSUER to the discovery document's URL without /.well-known/openid-configuration.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "discovery.redirect",
        "The URL of the discovery document redirects, but LibreChat does not follow redirects.",
        "Set OPENID_ISSUER to the URL that the redirect points to.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "discovery.not-json",
        "The discovery document is not JSON.",
        "Set OPENID_ISSUER to the discovery document's URL without /.well-known/openid-configuration.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "discovery.too-much",
        "The discovery document is too large.",
        "Check that OPENID_ISSUER is your provider's URL.",
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "discovery.no-issuer",
        "The discovery document contains no issuer.",
        "Set OPENID_ISSUER to your provider's issuer.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "discovery.issuer-mismatch",
        "The issuer in the discovery document does not match OPENID_ISSUER.",
        "Set OPENID_ISSUER to the issuer in the discovery document, including any trailing slash.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "discovery.issuer-inside",
        "The provider uses a different issuer than the one in its discovery document.",
        "In the provider's configuration, set its public URL to the issuer in the discovery document.",
        consequence=_FAILED,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "discovery.http-endpoint",
        "The discovery document contains an http:// endpoint, which LibreChat does not use.",
        "Configure the provider's public https URL (Keycloak: KC_HOSTNAME and KC_PROXY_HEADERS=xforwarded), then "
        "restart LibreChat.",
        consequence=_NOBODY,
    ),
    _at_start(
        "discovery.no-endpoint",
        "The discovery document does not contain an endpoint that LibreChat needs.",
        "Check OPENID_ISSUER, and use a provider that supports the authorization code flow.",
        consequence=_NOBODY,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "tls.refused",
        "LibreChat does not trust the provider's certificate.",
        "Mount the CA's certificate. In the api service's environment, set NODE_EXTRA_CA_CERTS to the mounted path.",
        consequence=_NO_BUTTON,
        settings=("NODE_EXTRA_CA_CERTS",),
    ),
    _at_start(
        "tls.name",
        "The certificate does not match the provider's host name.",
        "In OPENID_ISSUER, use a name from the certificate, or install a certificate for the provider's name.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "tls.expired",
        "The provider's certificate has expired or is not valid yet.",
        "Renew the provider's certificate, then restart LibreChat.",
        consequence=_NO_BUTTON,
    ),
    _at_start(
        "tls.ca-file",
        "LibreChat cannot read the file named in NODE_EXTRA_CA_CERTS, so it does not trust the provider.",
        "Mount the file into the api service, then recreate the service.",
        consequence=_NO_BUTTON,
        settings=("NODE_EXTRA_CA_CERTS",),
    ),
    _at_start(
        "tls.handshake",
        "The provider does not support TLS 1.2 or later at OPENID_ISSUER.",
        "Check the port in OPENID_ISSUER, and enable TLS 1.2 or 1.3 on the provider's server.",
        consequence=_NO_BUTTON,
        settings=("OPENID_ISSUER",),
    ),
    _at_start(
        "tls.unknown",
        "This check could not verify the provider's certificate, but LibreChat might trust it.",
        "Set NODE_EXTRA_CA_CERTS to the path of the CA's certificate. The file must be owned by root or the LibreChat folder's owner and "
        "have mode 0644.",
        settings=("NODE_EXTRA_CA_CERTS",),
    ),
    _at_start(
        "proxy.invalid",
        "The forward proxy's URL does not begin with http:// or https://.",
        "Set PROXY=http://HOST:PORT",
        consequence=_NO_BUTTON,
        settings=("PROXY",),
    ),
    _at_start(
        "proxy.dead",
        "The forward proxy blocks LibreChat's connection to the provider.",
        "Fix the proxy, or add the provider's host to NO_PROXY (v0.8.7 and later).",
        consequence=_NO_BUTTON,
        settings=("PROXY", "NO_PROXY"),
    ),
    _at_start(
        "reuse.no-jwks",
        "OPENID_REUSE_TOKENS is on, but the discovery document contains no jwks_uri.",
        "Set OPENID_REUSE_TOKENS=false",
        consequence="LibreChat does not start: it exits, and Docker keeps restarting it.",
        settings=("OPENID_REUSE_TOKENS",),
    ),
    _at_start(
        "reuse.keys",
        "To reuse tokens, LibreChat needs an RSA or EC key, but the provider's jwks_uri returned none.",
        "Have the provider sign ID tokens with RS256 or ES256, or set OPENID_REUSE_TOKENS=false.",
        consequence="Users can sign in, but every request after that fails with status 401.",
        settings=("OPENID_REUSE_TOKENS",),
    ),
    _at_start(
        "clock.skew",
        "This machine's clock is ahead of the provider's.",
        "Synchronize both clocks with NTP. OPENID_CLOCK_TOLERANCE has no effect.",
        consequence="LibreChat treats short-lived ID tokens as expired, and the sign-in fails.",
    ),
)
FINDINGS = MappingProxyType(
    {entry.name: entry for entry in (*_SETTINGS, *_DISCOVERY, *CLIENT_ENTRIES, *SECRET_ENTRIES)}
)
"""What keeps OpenID from working, by the cause that :mod:`wizard.librechat.openid_verdict` and the check give."""
