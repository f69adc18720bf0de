"""Findings: settings that fail because of LibreChat's release, container or database, or the names people type."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
PATH_RELEASE = _of(
    "domains.sub-path-release",
    "DOMAIN_CLIENT has a path, but only v0.8.0-rc4 and later support one.",
    "Update LibreChat, or use a separate host name: DOMAIN_CLIENT=https://chat.example.com",
    consequence="the page stays blank, because browsers request its files outside that path.",
    settings=("DOMAIN_CLIENT",),
)
MAIL_LINKS = _of(
    "domains.localhost-mail",
    "Email is configured, but DOMAIN_CLIENT is localhost.",
    "Set DOMAIN_CLIENT and DOMAIN_SERVER to the address that users open.",
    consequence="links in emails lead users to their own machine.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
OTHER_ADDRESS = _of(
    "domains.localhost-url",
    "DOMAIN_SERVER is localhost, but users open LibreChat at a different address.",
    "Set DOMAIN_CLIENT and DOMAIN_SERVER to the address that users open.",
    consequence="links in emails and redirects from providers lead to users' own machines.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
GOOGLE_NAME = _of(
    "social.google-name",
    "Google does not accept a redirect URI with an IP address or a non-public name.",
    "Use a public domain name in DOMAIN_SERVER (it may resolve to a private address), or localhost.",
    consequence="sign-in with Google fails with 'Error 400: invalid_request'.",
    settings=("DOMAIN_SERVER",),
)
GITHUB_BASE = _of(
    "social.github-base",
    "GITHUB_ENTERPRISE_BASE_URL is not the base URL of a GitHub server (scheme and host only).",
    "Set GITHUB_ENTERPRISE_BASE_URL=https://github.example.com (LibreChat adds /login/oauth and /api/v3 itself)",
    consequence="sign-in with GitHub fails.",
    settings=("GITHUB_ENTERPRISE_BASE_URL",),
)
TEMPORARY = _of(
    "secrets.not-kept",
    "Some secrets are not set, and no volume keeps the ones that LibreChat generates.",
    "Set the secrets in .env (the wizard can write them), or mount a volume at LIBRECHAT_TEMP_CREDENTIALS_PATH.",
    consequence="a new container generates new secrets: all users are signed out, and stored API keys become unreadable.",
    settings=("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET"),
)
DATABASE_URI = _of(
    "database.uri",
    "MONGO_URI is not a valid MongoDB connection string.",
    "Set MONGO_URI=mongodb://HOST:27017/LibreChat. In the user name and password, write @ as %40, : as %3A and / as "
    "%2F.",
    consequence="LibreChat does not start.",
    settings=("MONGO_URI",),
)
DATABASE_LOCAL = _of(
    "database.localhost",
    "MONGO_URI contains localhost, which inside LibreChat's container refers to the container itself.",
    "Use the name of the database service (MONGO_URI=mongodb://mongodb:27017/LibreChat), or host.docker.internal "
    "for this machine.",
    consequence="LibreChat does not start.",
    settings=("MONGO_URI",),
)
DATABASE_NAME = _of(
    "database.name",
    "MONGO_URI contains no database name, so LibreChat stores everything in a database called 'test'.",
    "Add the name while the database is empty: MONGO_URI=mongodb://HOST:27017/LibreChat. Otherwise you also have to "
    "move the data.",
    consequence="backups and other programs expect the data in a database called LibreChat.",
    settings=("MONGO_URI",),
)
REDIS_URI = _of(
    "redis.uri",
    "USE_REDIS is on, but REDIS_URI is not a valid Redis URI.",
    "Set REDIS_URI=redis://HOST:6379 (rediss:// with TLS). For a cluster, list several URIs with their schemes, separated by commas.",
    consequence="LibreChat does not start, or cannot connect to Redis.",
    settings=("REDIS_URI",),
)
REDIS_LOCAL = _of(
    "redis.localhost",
    "REDIS_URI contains localhost, which inside LibreChat's container refers to the container itself.",
    "Use the name of the Redis service (REDIS_URI=redis://redis:6379), or host.docker.internal for this machine.",
    consequence="LibreChat cannot connect to Redis: LibreChat does not start, or sign-in through providers fails.",
    settings=("REDIS_URI",),
)
REACHES_ITSELF = FindingFamily(
    _of(
        "container.localhost.{}",
        "{} contains localhost, which inside LibreChat's container refers to the container itself:",
        "Use the service name of that server, or host.docker.internal for this machine.",
        consequence="LibreChat cannot connect to that server.",
    ),
    (
        *("EMAIL_HOST", "MAILGUN_HOST", "MEILI_HOST", "RAG_API_URL", "PROXY", "HTTP_PROXY", "HTTPS_PROXY"),
        *("OPENID_JWKS_URL", "OPENID_TOKEN_URL", "OPENID_USERINFO_URL", "GITHUB_ENTERPRISE_BASE_URL"),
        *("OPENAI_MODERATION_REVERSE_PROXY", "SHAREPOINT_BASE_URL"),
    ),
)
"""Servers that LibreChat connects to; OPENID_ISSUER, LDAP_URL, MONGO_URI and REDIS_URI have findings of their own."""
BEATEN = _of(
    "database.beaten",
    "A compose file overrides the database address in .env.",
    "Set the value in docker-compose.override.yml under services: api: environment:",
    consequence="LibreChat uses the bundled database instead of the one in .env.",
    settings=("MONGO_URI", "MEILI_HOST"),
)
