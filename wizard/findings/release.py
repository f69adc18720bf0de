"""Findings: what stops working, changes or loses its meaning in this folder with another release."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="rules")
SAME = _of(
    "release.same",
    "Nothing in this folder breaks or changes with that release.",
    "Pin the image to the release that is running.",
)
BEHAVIOUR = _of("release.behaviour", "That release behaves differently; no action is needed.")
STOPS = _of(
    "release.stops",
    "That LibreChat release does not start with these settings.",
    "Correct the settings before you change the image.",
    consequence="nobody can sign in until the settings are corrected.",
)
CONFIG = _of(
    "release.config",
    "That release does not support some keys in librechat.yaml:",
    "Remove the keys from librechat.yaml before you change the image.",
    consequence="LibreChat does not start, or ignores the keys.",
)
NOT_READ = _of(
    "release.not-read",
    "That release does not read some of these settings:",
    "For details about each setting, run: librechat-wizard settings NAME",
    consequence="the settings have no effect in that release.",
)
SAME_ORIGIN = _of(
    "release.same-origin",
    "From v0.8.8 on, LibreChat rejects sign-ins from an origin other than DOMAIN_CLIENT or DOMAIN_SERVER (403 "
    "auth_cross_origin):",
    "Set DOMAIN_CLIENT and DOMAIN_SERVER to the exact address in the address bar: scheme, host and port. A proxy must "
    "forward Host and X-Forwarded-Proto.",
    consequence="over plain HTTP, users who open LibreChat at a different host name or by IP address cannot sign in.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
STATE_COOKIE = _of(
    "release.state-cookie",
    "From v0.8.8 on, a sign-in with a provider needs a cookie that browsers drop over plain HTTP:",
    "Use HTTPS, or set SESSION_COOKIE_SECURE=false (Apple always requires HTTPS).",
    consequence="sign-in with Google, GitHub, Discord, Facebook or Apple fails with auth_failed.",
    settings=("SESSION_COOKIE_SECURE",),
)
SAML_NAME_ID = _of(
    "release.saml-name-id",
    "From v0.8.8 on, a SAML account is bound to the NameID of its first sign-in:",
    "Before the update, configure the identity provider to send a persistent NameID, and set SAML_IDP_ISSUER to the provider's entity ID.",
    consequence="users with a transient or changing NameID are locked out.",
    settings=("SAML_NAME_ID_FORMAT", "SAML_IDP_ISSUER"),
)
OVERRIDE = _of(
    "release.override",
    "The compose files start LibreChat with 'npm run backend:dev', which needs nodemon, but that release's image does not contain it:",
    "Remove the command. If users connect over plain HTTP, set SESSION_COOKIE_SECURE=false instead (v0.8.6 and later).",
    consequence="LibreChat downloads nodemon at every start, and does not start without network access.",
)
MIGRATIONS = _of(
    "release.migrations",
    "According to LibreChat's documentation, that release needs a database migration:",
    "Back up the database. In the container, run 'npm run migrate:tenant-indexes:dry-run'. Then run 'npm run migrate:tenant-indexes' before users return to LibreChat.",
    consequence="the older release's indexes remain, and writing to the database can fail.",
)
DATA = _of(
    "release.data",
    "An older release may not be able to read data that a newer release has written to the database:",
    "Back up the database before you downgrade. Do not change the settings or keys, especially CREDS_KEY and CREDS_IV.",
    consequence="users lose data that the older release cannot read.",
)
