"""Log causes: proxies, networks and browsers, and what a single line leaves open."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import LOGS, RECREATE, LogCause, thread

_of = partial(LogCause, check="log")
_502 = "Users see an error page (502) instead of LibreChat."

UPSTREAM_REFUSED = _of(
    "proxy.upstream-refused",
    "The proxy can reach LibreChat's machine or container, but nothing is listening on the target port.",
    f"To check whether LibreChat is running, run: docker compose ps, and {LOGS}. If it is running, the proxy must connect to LibreChat's PORT (3080). A proxy in a container must use the name of LibreChat's service, not localhost.",
    consequence=_502,
    settings=("PORT",),
    lines=(
        "connect() failed (111: Connection refused) while connecting to upstream",
        "no live upstreams while connecting to upstream",
        "upstream prematurely closed connection",
        "502 Bad Gateway*ECONNREFUSED",
        "dial tcp*:3080: connect: connection refused",
    ),
    certain=False,
)
UPSTREAM_NAME = _of(
    "proxy.upstream-name",
    "The proxy cannot resolve LibreChat's name: the proxy and LibreChat are not on the same network, or the service has a different name.",
    "Put the proxy and LibreChat on the same network in the compose files, and use LibreChat's service name in the proxy's configuration "
    "(http://api:3080).",
    consequence=_502,
    lines=(
        "host not found in upstream",
        "could not be resolved (3: Host not found)",
        "dial tcp: lookup api on*no such host",
        "lookup librechat on*no such host",
    ),
)
PROXY_CERTIFICATE = _of(
    "proxy.certificate-file",
    "The proxy cannot read its certificate or key.",
    "Compare the paths in the proxy's configuration with the mounted files, and make the files readable by the "
    "proxy. Then restart the proxy.",
    consequence="Nobody can open LibreChat over HTTPS.",
    lines=("cannot load certificate", "SSL_CTX_use_PrivateKey_file", "key values mismatch"),
)
ACME = _of(
    "proxy.acme",
    "The proxy could not get a certificate from the certificate authority.",
    "The domain name must resolve to this machine in public DNS, and ports 80 and 443 must be reachable from the internet. After "
    "several failures, wait an hour.",
    consequence="Browsers show a certificate warning, or nobody can open LibreChat.",
    lines=(
        "challenge failed",
        "Unable to obtain ACME certificate",
        "unable to obtain ACME certificate",
        "could not get certificate from issuer",
        "acme: error: 4",
        "urn:ietf:params:acme:error",
        "Some challenges have failed",
    ),
)
BODY = _of(
    "proxy.body-size",
    "The proxy rejects large requests.",
    "For nginx, add this line to the server block: client_max_body_size 25M; Then restart nginx.",
    consequence="Uploads fail; sign-in is not affected.",
    lines=("client intended to send too large body", "413 Request Entity Too Large", "PayloadTooLargeError"),
    weight=Status.WARN,
)
TOO_MANY = _of(
    "limits.login",
    "Too many sign-in or registration attempts came from one IP address.",
    "Wait until the time window has passed. If all users are affected at once, LibreChat sees only the proxy's IP address: "
    "check TRUST_PROXY and X-Forwarded-For. If many users share one IP address, raise LOGIN_MAX or REGISTER_MAX. Then "
    f"run: {RECREATE}",
    consequence="Nobody can sign in (or register) from that IP address until LOGIN_WINDOW (or REGISTER_WINDOW) has passed.",
    settings=("LOGIN_MAX", "LOGIN_WINDOW", "REGISTER_MAX", "REGISTER_WINDOW", "TRUST_PROXY"),
    docs=thread(3912),
    lines=("Too many login attempts", "Too many accounts created, please try again"),
    weight=Status.WARN,
)
BANNED_PAGE = _of(
    "bans.page",
    "LibreChat's page says that an account is banned. The page shows this message for any 403 response.",
    "If the log contains '[BAN] Banning user', a ban is active: wait until BAN_DURATION has passed. Otherwise the cause is a firewall in "
    "front of LibreChat, ALLOW_EMAIL_LOGIN=false, or a URL in the browser that differs from DOMAIN_CLIENT. To search the log, run: "
    f"{LOGS} | grep BAN",
    settings=("BAN_VIOLATIONS", "ALLOW_EMAIL_LOGIN", "DOMAIN_CLIENT"),
    lines=("has been temporarily banned due to violations of our service",),
    certain=False,
)
NOT_KEPT = _of(
    "session.not-kept",
    "The browser tried to renew a session but had no valid one.",
    "After a sign-in through a provider, the usual cause is a lost cookie. Over plain HTTP, set "
    "SESSION_COOKIE_SECURE=false (v0.8.6 and later). Use the same host in DOMAIN_CLIENT and DOMAIN_SERVER. Then run: "
    "" + RECREATE,
    consequence="Users are sent back to the sign-in page.",
    settings=("SESSION_COOKIE_SECURE", "DOMAIN_CLIENT", "DOMAIN_SERVER"),
    docs=thread(11753),
    lines=("Token is not present. User is not authenticated", "Refresh token request failed, redirecting to login"),
    certain=False,
)
JWT_BAD = _of(
    "session.token-invalid",
    "LibreChat rejected a token that has expired or was signed with a different JWT_SECRET.",
    "After JWT_SECRET changes, reload the page. If the error continues, several instances have different secrets, or rag_api must be recreated: "
    "docker compose up -d --force-recreate",
    settings=("JWT_SECRET",),
    lines=(
        "JsonWebTokenError: invalid signature",
        "JsonWebTokenError: jwt malformed",
        "TokenExpiredError: jwt expired",
    ),
    certain=False,
)
FRAME = _of(
    "headers.frame",
    "A page from another origin embeds LibreChat in a frame, which LibreChat does not allow.",
    f"Set CSP_ENABLED=true, CSP_REPORT_ONLY=false, CSP_FRAME_ANCESTORS=\"'self' https://portal.example.com\" and "
    f"X_FRAME_OPTIONS=off (v0.8.8-rc2 and later). Sign-in works only if both pages are on the same site. Then run: "
    f"{RECREATE}",
    consequence="The frame stays blank.",
    settings=("CSP_FRAME_ANCESTORS", "X_FRAME_OPTIONS"),
    lines=("X-Frame-Options", "frame-ancestors"),
    near=("Refused to display", "refused to connect", "violates the following", "in a frame"),
)
GOOGLE_PRIVATE = _of(
    "social.google-private",
    "Google rejects a redirect URI with a private IP address or a non-public host name.",
    f"Use a public domain name in DOMAIN_SERVER and register the redirect URI with Google. Then run: {RECREATE}",
    consequence="Sign-in with Google fails for all users.",
    settings=("DOMAIN_SERVER",),
    lines=("device_id and device_name are required for private IP",),
)
SESSION_SECRET = _of(
    "session.secret-missing",
    "OPENID_SESSION_SECRET or SAML_SESSION_SECRET is missing.",
    f"Set OPENID_SESSION_SECRET (or SAML_SESSION_SECRET) in .env to the output of 'openssl rand -hex 32'. Then run: {RECREATE}",
    consequence="Sign-in through OpenID or SAML fails, or LibreChat does not start.",
    settings=("OPENID_SESSION_SECRET", "SAML_SESSION_SECRET"),
    lines=("secret option required for sessions",),
    supersedes=("log.process.crashed",),
)
CLIENT_ID = _of(
    "social.client-id",
    "A provider is configured, but its client ID is empty.",
    f"Set both the provider's client ID and client secret, or neither. Then run: {RECREATE}",
    consequence="LibreChat does not start, or the button is missing.",
    settings=("GOOGLE_CLIENT_ID", "GITHUB_CLIENT_ID", "DISCORD_CLIENT_ID"),
    lines=("OAuth2Strategy requires a clientID option",),
    supersedes=("log.process.crashed",),
)
CODE_REFUSED = _of(
    "social.code",
    "The provider rejected an authorization code: the client secret or the redirect URI is wrong, or the callback page was loaded twice.",
    "If this happens at every sign-in, compare the client secret and the redirect URI with those in the provider's "
    "console. If it happened once, sign in again.",
    consequence="That sign-in fails.",
    settings=("GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "DISCORD_CLIENT_SECRET"),
    lines=("^TokenError: ", "The client secret is invalid", "The provided client secret is invalid"),
    certain=False,
)
INVITE = _of(
    "accounts.invite",
    "An invitation has expired, was already used, or is for a different email address.",
    "To send a new invitation (valid only for the invited email address), run: docker compose exec api npm run invite-user",
    docs=thread(3979),
    lines=("[getInvite] Error getting invite",),
    weight=Status.PASS,
)
DUPLICATE = _of(
    "accounts.duplicate",
    "The database already has an account with the same email address, user name or provider ID.",
    "The user has to use the existing account's sign-in method. To list the accounts, run: docker compose exec api npm run "
    "list-users",
    consequence="LibreChat does not create the new account.",
    docs=thread(6228),
    lines=("E11000 duplicate key error",),
    certain=False,
)
NOT_BUILT = _of(
    "process.not-built",
    "LibreChat's packages are not installed in this folder, or its frontend is not built.",
    "In this folder, run: npm ci && npm run frontend (also after each update). In a container, use an official image "
    "without a volume mounted over /app.",
    consequence="LibreChat does not start, or shows a blank page.",
    lines=(
        "Cannot find module '/app",
        "Cannot find module 'librechat-data-provider'",
        "Cannot find module '@librechat",
        "Cannot find package '@librechat",
        "client/dist/index.html",
        "Cannot find module 'dotenv'",
        "Cannot find module 'express'",
    ),
    unless=("/config/",),
    supersedes=("log.process.crashed",),
)
NODE_OLD = _of(
    "process.node",
    "The version of Node.js is too old for this LibreChat release.",
    "Install Node.js 20.19 or later (24 for v0.8.8), and check the version with node --version. Then run: npm ci && npm run "
    "frontend",
    consequence="LibreChat does not start.",
    lines=(
        "EBADENGINE",
        "Unsupported engine",
        "ERR_REQUIRE_ESM",
        "SyntaxError: Unexpected token '?'",
        'The engine "node" is incompatible',
    ),
    supersedes=("log.process.crashed",),
)
ARCHITECTURE = _of(
    "compose.architecture",
    "An image was built for a different CPU architecture.",
    "Pull the image again: docker compose pull. If no image exists for this machine's CPU, add platform: linux/amd64 to the service (emulation is slow), or use another image tag.",
    consequence="Containers from that image do not start.",
    lines=("exec format error", "does not match the detected host platform"),
    supersedes=("log.database.unreachable", "log.process.crashed"),
)
OBSOLETE = _of(
    "compose.version-line",
    "The 'version:' line in a compose file is obsolete. This is harmless.",
    "To silence the warning, remove the line.",
    lines=("the attribute `version` is obsolete", "`version` is obsolete"),
    weight=Status.PASS,
)
PANEL_CHECK = _of(
    "admin-panel.openid-check",
    "The admin panel checked for OpenID, which is not configured. If you do not use OpenID, this is harmless.",
    "Sign in to the panel with your email address and password. Over plain HTTP, set "
    "ADMIN_PANEL_SESSION_COOKIE_SECURE=false.",
    settings=("ADMIN_PANEL_SESSION_COOKIE_SECURE",),
    docs=thread(65, "ClickHouse/librechat-admin-panel"),
    lines=("[checkOpenIdFn] OpenID check failed",),
    weight=Status.PASS,
)
VECTORDB = _of(
    "rag.database",
    "The RAG API cannot use its database: the password does not match the existing data, or the database is not running.",
    "Check the log: docker compose logs --tail 50 vectordb. Restore the old POSTGRES_USER and POSTGRES_PASSWORD: new values take effect only on a new volume.",
    consequence="Uploaded files cannot be searched; sign-in is not affected.",
    settings=("POSTGRES_PASSWORD",),
    lines=(
        "password authentication failed for user",
        'connection to server at "vectordb"',
        "database files are incompatible with server",
    ),
    weight=Status.WARN,
)
TLS_BROKEN = _of(
    "network.tls-closed",
    "A server closed the connection before it was encrypted; the log line does not show which server.",
    "Check for a firewall or proxy on the network path, or a server without TLS on this port. For mail, check "
    "EMAIL_PORT and EMAIL_ENCRYPTION (465 with tls, 587 with starttls).",
    settings=("EMAIL_PORT", "EMAIL_ENCRYPTION", "PROXY"),
    docs=thread(791),
    lines=("Client network socket disconnected before secure TLS connection was established", "socket hang up"),
    certain=False,
    supersedes=("log.process.crashed",),
)
CERTIFICATE = _of(
    "network.certificate",
    "LibreChat does not trust a certificate; the log line does not show which one.",
    "The preceding log lines show whether the certificate belongs to the mail server, the OpenID provider or the directory. For a private CA, mount its certificate and set NODE_EXTRA_CA_CERTS in the api service's environment. For LDAP, set LDAP_CA_CERT_PATH. Then run: "
    f"{RECREATE}",
    settings=("NODE_EXTRA_CA_CERTS", "LDAP_CA_CERT_PATH", "EMAIL_ALLOW_SELFSIGNED"),
    lines=(
        "self-signed certificate",
        "self signed certificate",
        "unable to verify the first certificate",
        "unable to get local issuer certificate",
        "certificate has expired",
        "does not match certificate's altnames",
    ),
    certain=False,
    supersedes=("log.process.crashed",),
)
NAME = _of(
    "network.name",
    "A host name does not resolve inside the container.",
    "The log line shows the name. Check for a typo, or a service on a different network. To test DNS in the container, run: docker compose exec api getent hosts NAME",
    lines=("getaddrinfo ENOTFOUND", "getaddrinfo EAI_AGAIN"),
    certain=False,
    supersedes=("log.process.crashed",),
)
REFUSED = _of(
    "network.refused",
    "Nothing is listening on an address that LibreChat connects to; the log line does not name the service.",
    "The port identifies the service: MongoDB (27017), Meilisearch (7700), Redis (6379), LDAP (389 or 636) or mail (25, 465 or 587). "
    "In a container, localhost is the container itself.",
    lines=("connect ECONNREFUSED",),
    certain=False,
    supersedes=("log.process.crashed",),
)
NO_ANSWER = _of(
    "network.no-answer",
    "A server that LibreChat connects to did not respond in time; the log line does not show which one.",
    "A firewall is dropping packets, the address is wrong, or the server is down. The port shows which service it is: LDAP (389 or 636), mail (25, 465 or 587) or a provider (443). Behind a corporate proxy, set PROXY.",
    settings=("PROXY",),
    lines=("connect ETIMEDOUT",),
    certain=False,
    supersedes=("log.process.crashed",),
)
NO_ROUTE = _of(
    "network.no-route",
    "LibreChat has no route to an IP address; the log line does not name the service.",
    "The log line shows the address. The server or a VPN is down, a firewall rejects the connection, or the container "
    "has no IPv6.",
    lines=("connect EHOSTUNREACH", "connect ENETUNREACH"),
    certain=False,
    supersedes=("log.process.crashed",),
)
