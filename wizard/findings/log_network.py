"""Log causes: proxies, networks and browsers, and what a single line leaves open."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import LOGS, RECREATE, LogCause, thread

_of = partial(LogCause, check="log")
_502 = "People get an error page (502) instead of LibreChat."

UPSTREAM_REFUSED = _of(
    "proxy.upstream-refused",
    "The proxy reaches LibreChat's machine or container, and nothing listens at the port there.",
    f"See whether LibreChat runs and why not: docker compose ps, {LOGS}. If it runs: the proxy has to ask PORT (3080), and a proxy in a container the "
    "service's name, not localhost.",
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
    "The proxy does not find LibreChat by its name: they share no network, or the service has another name.",
    "Put both into one network of the compose files, and write LibreChat's service name into the proxy's configuration (http://api:3080).",
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
    "Compare the paths in its configuration with what is mounted, and make the files readable for it. Then restart the proxy.",
    consequence="Nobody can open LibreChat over HTTPS.",
    lines=("cannot load certificate", "SSL_CTX_use_PrivateKey_file", "key values mismatch"),
)
ACME = _of(
    "proxy.acme",
    "The proxy got no certificate from the certificate authority.",
    "The name has to lead to this machine in public DNS, and ports 80 and 443 have to be open from the internet. After several failures wait an hour.",
    consequence="Browsers warn, or nobody can open LibreChat.",
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
    "The proxy refuses large requests.",
    "nginx: client_max_body_size 25M; in its server block, then restart it.",
    consequence="Uploads fail; sign-in is not affected.",
    lines=("client intended to send too large body", "413 Request Entity Too Large", "PayloadTooLargeError"),
    weight=Status.WARN,
)
TOO_MANY = _of(
    "limits.login",
    "Too many sign-in attempts came from one address within LOGIN_WINDOW minutes.",
    "Wait five minutes. If it hits everybody at once, LibreChat sees the proxy's address for all of them: TRUST_PROXY and X-Forwarded-For. For many people "
    f"behind one address raise LOGIN_MAX. Then run: {RECREATE}",
    consequence="Nobody at that address can sign in until the time is over.",
    settings=("LOGIN_MAX", "LOGIN_WINDOW", "TRUST_PROXY"),
    docs=thread(3912),
    lines=("Too many login attempts", "Too many accounts created, please try again"),
    weight=Status.WARN,
)
BANNED_PAGE = _of(
    "bans.page",
    "LibreChat's page says that an account is banned. It says so of every refusal with status 403.",
    f"If the log has [BAN] Banning user ({LOGS} | grep BAN), it is a ban: wait for BAN_DURATION. Else something refuses: a firewall before LibreChat, "
    "ALLOW_EMAIL_LOGIN=false, or the address in the browser is not DOMAIN_CLIENT.",
    settings=("BAN_VIOLATIONS", "ALLOW_EMAIL_LOGIN", "DOMAIN_CLIENT"),
    lines=("has been temporarily banned due to violations of our service",),
    certain=False,
)
NOT_KEPT = _of(
    "session.not-kept",
    "The browser had no valid session when it asked for one.",
    "After a sign-in through a provider this is most often a lost cookie: plain HTTP (SESSION_COOKIE_SECURE=false, v0.8.6 and later), or DOMAIN_CLIENT and "
    "DOMAIN_SERVER on different hosts. Then run: " + RECREATE,
    consequence="People are at the login page again.",
    settings=("SESSION_COOKIE_SECURE", "DOMAIN_CLIENT", "DOMAIN_SERVER"),
    docs=thread(11753),
    lines=("Token is not present. User is not authenticated", "Refresh token request failed, redirecting to login"),
    certain=False,
)
JWT_BAD = _of(
    "session.token-invalid",
    "A token was refused that another JWT_SECRET signed, or that is too old.",
    "After a change of JWT_SECRET, reloading the page fixes this. If it continues, several instances have different secrets, or the rag_api was not restarted: "
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
    "A page of another site shows LibreChat in a frame, which LibreChat forbids.",
    "CSP_ENABLED=true, CSP_REPORT_ONLY=false, CSP_FRAME_ANCESTORS=\"'self' https://portal.example.com\" and X_FRAME_OPTIONS=off (v0.8.8-rc2 and later). Sign-in "
    f"works in a frame only of the same site. Then run: {RECREATE}",
    consequence="The frame stays blank.",
    settings=("CSP_FRAME_ANCESTORS", "X_FRAME_OPTIONS"),
    lines=("X-Frame-Options", "frame-ancestors"),
    near=("Refused to display", "refused to connect", "violates the following", "in a frame"),
)
GOOGLE_PRIVATE = _of(
    "social.google-private",
    "Google refuses a redirect address with a private IP address or a name that is not public.",
    f"Use a public domain name in DOMAIN_SERVER and register it at Google. Then run: {RECREATE}",
    consequence="Sign-in with Google fails for everybody.",
    settings=("DOMAIN_SERVER",),
    lines=("device_id and device_name are required for private IP",),
)
SESSION_SECRET = _of(
    "session.secret-missing",
    "OPENID_SESSION_SECRET or SAML_SESSION_SECRET is missing.",
    f"Set OPENID_SESSION_SECRET (SAML_SESSION_SECRET) in .env: openssl rand -hex 32. Then run: {RECREATE}",
    consequence="Sign-in through that provider fails, or LibreChat does not start.",
    settings=("OPENID_SESSION_SECRET", "SAML_SESSION_SECRET"),
    lines=("secret option required for sessions",),
    supersedes=("log.process.crashed",),
)
CLIENT_ID = _of(
    "social.client-id",
    "A provider's client ID is empty, although the provider is used.",
    f"Set both client ID and secret of the provider, or none. Then run: {RECREATE}",
    consequence="LibreChat does not start, or the button is missing.",
    settings=("GOOGLE_CLIENT_ID", "GITHUB_CLIENT_ID", "DISCORD_CLIENT_ID"),
    lines=("OAuth2Strategy requires a clientID option",),
    supersedes=("log.process.crashed",),
)
CODE_REFUSED = _of(
    "social.code",
    "The provider refused to exchange the code of a sign-in: the client secret or the callback address differs, or the page was loaded twice.",
    "If it happens at each sign-in, compare client secret and callback address with the provider's console; if once, sign in again.",
    consequence="That sign-in fails.",
    settings=("GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "DISCORD_CLIENT_SECRET"),
    lines=("^TokenError: ", "The client secret is invalid", "The provided client secret is invalid"),
    certain=False,
)
INVITE = _of(
    "accounts.invite",
    "An invitation was used that is over, was used before, or was for another address.",
    "Send a new one and use it with that address: docker compose exec api npm run invite-user",
    docs=thread(3979),
    lines=("[getInvite] Error getting invite",),
    weight=Status.PASS,
)
DUPLICATE = _of(
    "accounts.duplicate",
    "The database has an account with that address, user name or provider ID already.",
    "Let the person sign in with the first way. docker compose exec api npm run list-users shows the accounts.",
    consequence="The second account is not made.",
    docs=thread(6228),
    lines=("E11000 duplicate key error",),
    certain=False,
)
NOT_BUILT = _of(
    "process.not-built",
    "LibreChat's packages or its page are not installed or built in this folder.",
    "Run in it: npm ci && npm run frontend (after each update, too). In a container use an official image without a volume over /app.",
    consequence="LibreChat does not start, or shows an empty page.",
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
    "The version of Node.js is too old for this release of LibreChat.",
    "Use Node 20.19 or later (v0.8.8: 24), node --version shows it; then npm ci && npm run frontend.",
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
    "An image is for a different CPU architecture than this machine's.",
    "Pull it again for this machine: docker compose pull. If no such image exists, add platform: linux/amd64 to the service (slow), or use another tag.",
    consequence="That container does not start.",
    lines=("exec format error", "does not match the detected host platform"),
    supersedes=("log.database.unreachable", "log.process.crashed"),
)
OBSOLETE = _of(
    "compose.version-line",
    "The line version: in a compose file is obsolete. This is harmless.",
    "Remove the line, if the warning bothers you.",
    lines=("the attribute `version` is obsolete", "`version` is obsolete"),
    weight=Status.PASS,
)
PANEL_CHECK = _of(
    "admin-panel.openid-check",
    "The admin panel asked for OpenID, which is not set up. Without OpenID this is harmless.",
    "Sign in to the panel with address and password; over plain HTTP set ADMIN_PANEL_SESSION_COOKIE_SECURE=false.",
    settings=("ADMIN_PANEL_SESSION_COOKIE_SECURE",),
    docs=thread(65, "ClickHouse/librechat-admin-panel"),
    lines=("[checkOpenIdFn] OpenID check failed",),
    weight=Status.PASS,
)
VECTORDB = _of(
    "rag.database",
    "The RAG API cannot use its database: the password does not match the existing data, or the database is not running.",
    "docker compose logs --tail 50 vectordb. POSTGRES_USER and POSTGRES_PASSWORD count only for a new volume: put the old ones back.",
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
    "The other side closed the connection before it was encrypted; the line does not say which side.",
    "A firewall or proxy on the way, or a server that speaks no TLS at this port. For mail compare EMAIL_PORT and EMAIL_ENCRYPTION (465 with tls, 587 with starttls).",
    settings=("EMAIL_PORT", "EMAIL_ENCRYPTION", "PROXY"),
    docs=thread(791),
    lines=("Client network socket disconnected before secure TLS connection was established", "socket hang up"),
    certain=False,
    supersedes=("log.process.crashed",),
)
CERTIFICATE = _of(
    "network.certificate",
    "LibreChat does not trust a certificate; the line does not say whose.",
    "The lines before it tell which one: mail, OpenID or LDAP. For a private authority mount its certificate and set NODE_EXTRA_CA_CERTS in the "
    f"environment of api (LDAP: LDAP_CA_CERT_PATH). Then run: {RECREATE}",
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
    "A name is not known in DNS inside of the container.",
    "The line names it: a typing error, a service that is not in the same network, or a container without DNS (docker compose exec api getent hosts NAME).",
    lines=("getaddrinfo ENOTFOUND", "getaddrinfo EAI_AGAIN"),
    certain=False,
    supersedes=("log.process.crashed",),
)
REFUSED = _of(
    "network.refused",
    "Nothing listens at an address that LibreChat asked; the line does not say for what.",
    "The port tells the program: 27017 MongoDB, 7700 Meilisearch, 6379 Redis, 389 or 636 LDAP, 25, 465 or 587 mail. In a container localhost is the container itself.",
    lines=("connect ECONNREFUSED",),
    certain=False,
    supersedes=("log.process.crashed",),
)
NO_ANSWER = _of(
    "network.no-answer",
    "An address that LibreChat asked did not answer in time; the line does not say for what.",
    "A firewall that drops the packets, a wrong address, or a server that is off. The port tells the program: 389 or 636 LDAP, 25, 465 or 587 mail, 443 a "
    "provider. Behind a proxy of the company set PROXY.",
    settings=("PROXY",),
    lines=("connect ETIMEDOUT",),
    certain=False,
    supersedes=("log.process.crashed",),
)
NO_ROUTE = _of(
    "network.no-route",
    "No route leads from LibreChat to an address that it asked; the line does not say for what.",
    "The line has the address: a server that is off, a VPN that is down, a firewall that rejects, or an IPv6 address in a container without IPv6.",
    lines=("connect EHOSTUNREACH", "connect ENETUNREACH"),
    certain=False,
    supersedes=("log.process.crashed",),
)
