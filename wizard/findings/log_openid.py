"""Log causes: OpenID Connect: discovery at start, the callback from the provider, claims, roles, tokens."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import LOGS, RECREATE, UNREACHED, LogCause, thread

_of = partial(LogCause, check="log")
_START = (
    "The OpenID button leads to an error for all users until LibreChat is restarted (v0.8.8-rc4 and later retry "
    "automatically)."
)
_NOT_UP = ("log.openid.strategy-missing", "log.openid.not-registered")
"""What follows from a provider that was not found at start."""
_CALLBACK = ("log.openid.token-refused", "log.openid.callback")
_NEAR = ("[openidStrategy]", "[OpenID", "openid", "OpenID", "OAUTH")
HTTP_ISSUER = _of(
    "openid.http-issuer",
    "OPENID_ISSUER, or a URL that the provider publishes, begins with http://, which LibreChat refuses.",
    "Serve the provider over HTTPS. In the provider's configuration, set its https URL (in Keycloak: KC_HOSTNAME) and the proxy headers. Then set "
    f"OPENID_ISSUER=https://... and run: {RECREATE}",
    consequence=_START,
    settings=("OPENID_ISSUER",),
    docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC",
    lines=("only requests to HTTPS are allowed", "OAUTH_HTTP_REQUEST_FORBIDDEN"),
    supersedes=(*_NOT_UP, *_CALLBACK),
)
ISSUER_MISMATCH = _of(
    "openid.issuer-mismatch",
    "OPENID_ISSUER differs from the issuer in the provider's own configuration, for example in a trailing slash or "
    "the path.",
    'Open OPENID_ISSUER/.well-known/openid-configuration, and set OPENID_ISSUER to exactly the value of "issuer" in that document. Then run: '
    f"{RECREATE}",
    consequence=_START,
    settings=("OPENID_ISSUER",),
    lines=("discovered metadata issuer does not match the expected issuer",),
    supersedes=_NOT_UP,
)
ISSUER_URL = _of(
    "openid.issuer-url",
    "OPENID_ISSUER or DOMAIN_SERVER is not a URL.",
    f"Write both with https:// and without quotes: OPENID_ISSUER=https://auth.example.com. Then run: {RECREATE}",
    consequence=_START,
    settings=("OPENID_ISSUER", "DOMAIN_SERVER"),
    docs=thread(25),
    lines=("[openidStrategy]*Invalid URL",),
    supersedes=_NOT_UP,
)
TIMEOUT = _of(
    "openid.timeout",
    "The provider did not respond in time when LibreChat started.",
    "Start the provider first, then restart LibreChat (docker compose restart api). To check from the container whether the provider "
    "responds, run: docker compose exec api wget -qO- OPENID_ISSUER/.well-known/openid-configuration",
    consequence=_START,
    settings=("OPENID_ISSUER",),
    docs=thread(5895),
    lines=("[openidStrategy]*timed out", "[openidStrategy]*aborted due to timeout", "outgoing request timed out after"),
    supersedes=(*_NOT_UP, "log.openid.unreachable"),
)
CERTIFICATE = _of(
    "openid.certificate",
    "LibreChat does not trust the provider's certificate: it is self-signed, or issued by a private CA.",
    f"Mount the CA's certificate (volumes: ./ca.pem:/app/ca.pem:ro) and set NODE_EXTRA_CA_CERTS=/app/ca.pem in the api service's environment, not in .env. Then run: {RECREATE}",
    consequence=_START,
    settings=("NODE_EXTRA_CA_CERTS",),
    lines=(
        "self-signed certificate",
        "self signed certificate",
        "unable to verify the first certificate",
        "unable to get local issuer certificate",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
    ),
    near=("[openidStrategy]", "[OpenID"),
    supersedes=("log.network.certificate", *_NOT_UP, "log.openid.unreachable"),
)
CERTIFICATE_TIME = _of(
    "openid.certificate-time",
    "The provider's certificate has expired, or was issued for a different name.",
    "Renew the certificate at the provider, then run: docker compose restart api",
    consequence=_START,
    settings=("OPENID_ISSUER",),
    lines=("certificate has expired", "does not match certificate's altnames", "CERT_HAS_EXPIRED"),
    near=("[openidStrategy]", "[OpenID"),
    supersedes=("log.network.certificate", *_NOT_UP, "log.openid.unreachable"),
)
REFUSED = _of(
    "openid.refused",
    "LibreChat's container cannot connect to OPENID_ISSUER: the connection is refused, or the host name does not resolve.",
    "The URL must work in the container and in browsers. For a provider on this machine, add extra_hosts: [auth.example.com:host-gateway] to the api service. If PROXY is set, add the provider's host to NO_PROXY (v0.8.7 and later). Then run: "
    "" + RECREATE,
    consequence=_START,
    settings=("OPENID_ISSUER", "PROXY", "NO_PROXY"),
    docs=thread(3041),
    lines=("ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"),
    near=("[openidStrategy]",),
    unless=(
        *(":27017", ":6379", ":7700", "mongodb", "meilisearch", "redis", "rag_api"),
        *("[registerUser]", "[sendEmail]", "resending", "Controller]", "There was an uncaught error"),
    ),
    supersedes=("log.network.name", *UNREACHED, *_NOT_UP, "log.openid.unreachable"),
)
UNREACHABLE = _of(
    "openid.unreachable",
    "LibreChat could not reach the OpenID provider; the log line does not show the cause.",
    "Test the connection from the container: docker compose exec api node -e "
    '"fetch(process.env.OPENID_ISSUER).catch(e => console.log(e.cause))". '
    "The output shows the cause: an unknown host name, a refused connection, or an untrusted certificate. For an untrusted certificate, set NODE_EXTRA_CA_CERTS.",
    consequence=_START,
    settings=("OPENID_ISSUER", "NODE_EXTRA_CA_CERTS"),
    docs=thread(3890),
    lines=("[openidStrategy]*fetch failed", "[OpenID OAuth] Callback authentication error fetch failed"),
    certain=False,
    supersedes=_NOT_UP,
)
DISCOVERY_STATUS = _of(
    "openid.discovery-status",
    "The provider has no OpenID configuration at OPENID_ISSUER.",
    "Open OPENID_ISSUER/.well-known/openid-configuration in a browser. If the response is not JSON, correct OPENID_ISSUER. Keycloak: .../realms/NAME; "
    "Cognito: "
    f"https://cognito-idp.REGION.amazonaws.com/POOL; Entra: https://login.microsoftonline.com/TENANT/v2.0. Then run: {RECREATE}",
    consequence=_START,
    settings=("OPENID_ISSUER",),
    lines=(
        "[openidStrategy] unexpected HTTP response status code",
        "[openidStrategy] expected 200 OK",
        "[openidStrategy] failed to parse",
        '[openidStrategy]*"response" body "issuer" property',
        "[openidStrategy] unexpected response content-type",
    ),
    supersedes=_NOT_UP,
)
NOT_REGISTERED = _of(
    "openid.not-registered",
    "LibreChat could not set up OpenID at startup; the previous log line shows why.",
    f"To see the preceding [openidStrategy] line, run: {LOGS} | grep openidStrategy. If there is no such line, OPENID_SCOPE, "
    "OPENID_SESSION_SECRET or another required setting is empty.",
    consequence=_START,
    settings=("OPENID_ISSUER", "OPENID_SCOPE", "OPENID_SESSION_SECRET"),
    docs=thread(7519),
    lines=("OpenID Connect configuration failed - strategy not registered", "error: [openidStrategy]$"),
    certain=False,
    supersedes=("log.openid.strategy-missing",),
)
STRATEGY = _of(
    "openid.strategy-missing",
    "A user clicked the OpenID button, but LibreChat is running without OpenID.",
    "If LibreChat did not find the provider at startup, start the provider, then restart LibreChat: docker compose restart api. "
    "Otherwise set ALLOW_SOCIAL_LOGIN=true, OPENID_CLIENT_ID, OPENID_CLIENT_SECRET, OPENID_ISSUER, OPENID_SCOPE and OPENID_SESSION_SECRET, "
    f"and recreate the container. To see which case applies, run: {LOGS} | grep openidStrategy",
    consequence="Everyone who clicks that button sees an error.",
    settings=("ALLOW_SOCIAL_LOGIN", "OPENID_ISSUER", "OPENID_SCOPE", "OPENID_SESSION_SECRET"),
    docs=thread(671),
    lines=('Unknown authentication strategy "openid"',),
    certain=False,
)
ADMIN_PROBE = _of(
    "openid.admin-probe",
    "The admin panel asked whether OpenID is set up. If you do not use OpenID, this is harmless.",
    "Sign in to the panel with your email address and password. If that does not work over plain HTTP, set "
    "ADMIN_PANEL_SESSION_COOKIE_SECURE=false.",
    settings=("ADMIN_PANEL_SESSION_COOKIE_SECURE",),
    docs=thread(14504),
    lines=("OpenID client is not initialized", 'Unknown authentication strategy "openidAdmin"'),
    weight=Status.PASS,
)
STATE_LOST = _of(
    "openid.state-lost",
    "The browser did not send back the session cookie from the start of the OpenID sign-in.",
    "Configure the proxy to send X-Forwarded-Proto: https, including in the /oauth location (nginx: proxy_set_header X-Forwarded-Proto $scheme;). Set TRUST_PROXY to the number of proxies. Users must open LibreChat at the host name in "
    "DOMAIN_SERVER. If users connect over plain HTTP, set SESSION_COOKIE_SECURE=false.",
    consequence="All users are sent back to the sign-in page, although the provider signed them in.",
    settings=("TRUST_PROXY", "DOMAIN_SERVER", "DOMAIN_CLIENT", "SESSION_COOKIE_SECURE"),
    docs=thread(11560),
    lines=(
        "Unable to verify authorization request state",
        "did not find expected authorization request details in session",
    ),
    unless=("[OAuth] Rejected",),
    supersedes=_CALLBACK,
)
SECRET_ID = _of(
    "openid.secret",
    "Entra rejected the client secret: the value is wrong, or the secret's ID was used instead.",
    "Create a new client secret in the app registration, and copy the Value column into OPENID_CLIENT_SECRET. Then "
    f"run: {RECREATE}",
    consequence="All users see an error after signing in with the provider.",
    settings=("OPENID_CLIENT_SECRET",),
    docs=thread(8866),
    lines=("AADSTS7000215",),
    supersedes=_CALLBACK,
)
SECRET_EXPIRED = _of(
    "openid.secret-expired",
    "The client secret in Entra has expired.",
    "Create a new client secret in the app registration, and copy the Value column into OPENID_CLIENT_SECRET. Then "
    f"run: {RECREATE}",
    consequence="All users see an error after signing in with the provider.",
    settings=("OPENID_CLIENT_SECRET",),
    lines=("AADSTS7000222",),
    supersedes=_CALLBACK,
)
CLIENT_REFUSED = _of(
    "openid.client",
    "The provider rejected LibreChat as a client: the secret is wrong, or the provider requires another authentication method.",
    f"Copy OPENID_CLIENT_ID and OPENID_CLIENT_SECRET again, and put the secret in single quotes. LibreChat sends the secret in the request body, so configure client_secret_post for the client (Authelia: token_endpoint_auth_method). Use the plain secret, not its hash. Then run: {RECREATE}",
    consequence="All users see an error after signing in with the provider.",
    settings=("OPENID_CLIENT_ID", "OPENID_CLIENT_SECRET"),
    lines=("invalid_client", "unauthorized_client", "Invalid client or Invalid client credentials"),
    supersedes=_CALLBACK,
    certain=False,
)
REDIRECT = _of(
    "openid.redirect-uri",
    "The redirect URI that LibreChat sent is not registered with the provider.",
    "In the provider's console, register exactly DOMAIN_SERVER followed by OPENID_CALLBACK_URL, such as "
    "https://chat.example.com/oauth/openid/callback (Entra: Web platform).",
    consequence="Nobody can sign in with OpenID.",
    settings=("DOMAIN_SERVER", "OPENID_CALLBACK_URL"),
    docs=thread(10482),
    lines=("AADSTS50011", "invalid_redirect_uri", "Invalid parameter: redirect_uri", "Invalid redirect uri"),
    supersedes=_CALLBACK,
)
PLATFORM = _of(
    "openid.platform",
    "The redirect URI is registered in Entra as a single-page application.",
    "Remove the redirect URI in Entra, and register it under the Web platform.",
    consequence="Nobody can sign in with OpenID.",
    settings=("OPENID_CALLBACK_URL",),
    lines=("AADSTS9002325", "AADSTS9002327"),
    supersedes=_CALLBACK,
)
TENANT = _of(
    "openid.tenant",
    "Entra did not find the application in this tenant.",
    f"Set OPENID_ISSUER=https://login.microsoftonline.com/TENANT-ID/v2.0 and OPENID_CLIENT_ID; take both IDs from the same app registration. Then run: {RECREATE}",
    consequence="Nobody can sign in with OpenID.",
    settings=("OPENID_ISSUER", "OPENID_CLIENT_ID"),
    lines=("AADSTS700016", "AADSTS50194", "AADSTS90002", "AADSTS900023"),
    supersedes=_CALLBACK,
)
CONSENT = _of(
    "openid.consent",
    "Entra requires an administrator's consent for the application, or the user is not assigned to it.",
    "Grant admin consent under API permissions, or assign the user or group under Enterprise applications.",
    consequence="Affected users cannot sign in.",
    lines=("AADSTS65001", "AADSTS90094", "AADSTS50105"),
    supersedes=_CALLBACK,
)
NONCE = _of(
    "openid.nonce",
    "A claim in the ID token does not have the expected value. Usually the claim is a nonce that LibreChat did not send.",
    "If the provider is Cognito or federates to another provider, set OPENID_GENERATE_NONCE=true. Otherwise "
    f"compare OPENID_ISSUER and OPENID_CLIENT_ID with iss and aud in the token. Then run: {RECREATE}",
    consequence="The first sign-in attempt fails, or all attempts fail.",
    settings=("OPENID_GENERATE_NONCE", "OPENID_ISSUER", "OPENID_CLIENT_ID"),
    lines=(
        "unexpected JWT claim value encountered",
        "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
        'unexpected ID Token "nonce" claim value',
    ),
    certain=False,
    supersedes=_CALLBACK,
)
CLOCK = _of(
    "openid.clock",
    "The clock skew between LibreChat's machine and the provider is too large.",
    "Synchronize both clocks with NTP: timedatectl set-ntp true. OPENID_CLOCK_TOLERANCE has no effect.",
    consequence="Nobody can sign in with OpenID.",
    lines=("JWT timestamp claim value failed validation", "OAUTH_JWT_TIMESTAMP_CHECK_FAILED"),
    supersedes=_CALLBACK,
)
NO_ID_TOKEN = _of(
    "openid.no-id-token",
    "The provider sent no ID token: OPENID_SCOPE does not contain openid.",
    f"Set OPENID_SCOPE='openid profile email'. Then run: {RECREATE}",
    consequence="Nobody can sign in with OpenID.",
    settings=("OPENID_SCOPE",),
    docs=thread(3086),
    lines=("Cannot read properties of undefined (reading 'sub')",),
    supersedes=_CALLBACK,
)
DENIED = _of(
    "openid.denied",
    "The provider refused the sign-in: the user declined or is not allowed to sign in, or a scope is not allowed.",
    "The provider's log shows the reason. Compare OPENID_SCOPE with the scopes that the client may request.",
    settings=("OPENID_SCOPE",),
    consequence="Affected users cannot sign in.",
    lines=("authorization response from the server is an error", "access_denied", "invalid_scope"),
    certain=False,
    supersedes=_CALLBACK,
)
TOKEN_REFUSED = _of(
    "openid.token-refused",
    "The provider responded to LibreChat's token request with an error that the log does not show.",
    "Usually OPENID_CLIENT_SECRET is wrong, or the provider does not accept it in the request body (client_secret_post). The "
    "authorization code may also have been used twice. The provider's log shows the cause.",
    consequence="Nobody can sign in with OpenID.",
    settings=("OPENID_CLIENT_SECRET",),
    lines=(
        "Callback authentication failed server responded with an error in the response body",
        "ErrorController => error server responded with an error in the response body",
        "Callback authentication failed unexpected HTTP response status code",
        "Callback authentication failed invalid response encountered",
        "ErrorController => error invalid response encountered",
    ),
    certain=False,
    supersedes=("log.openid.callback",),
)
CALLBACK = _of(
    "openid.callback",
    "The callback from the OpenID provider failed.",
    "The rest of the log line shows the reason. If the log line shows 'Unknown error', the usual reason is a lost session cookie. Configure the proxy to send X-Forwarded-Proto: https.",
    consequence="Users are sent back to the sign-in page with the error auth_failed.",
    docs=thread(12378),
    lines=(
        "[OpenID OAuth] Callback authentication failed",
        "[OpenID OAuth] Callback authentication error",
        "Error in OAuth authentication:",
    ),
    certain=False,
)
