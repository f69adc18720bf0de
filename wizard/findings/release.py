"""Findings: what stops working, changes or loses its meaning in this folder with another release."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="rules")
SAME = _of(
    "release.same",
    "Nothing in this folder breaks or changes with that release.",
    "Pin the image to the running release.",
)
BEHAVIOUR = _of("release.behaviour", "What that release does differently; no action is needed.")
STOPS = _of(
    "release.stops",
    "LibreChat does not start with these settings on that release.",
    "Correct the setting before you change the image.",
    consequence="nobody can sign in until the setting is corrected.",
)
CONFIG = _of(
    "release.config",
    "That release does not support keys that are set in librechat.yaml:",
    "Remove them from librechat.yaml before you change the image.",
    consequence="it stops at start or ignores them.",
)
NOT_READ = _of(
    "release.not-read",
    "That release does not read settings that are set here:",
    "Look each one up: librechat-wizard settings NAME.",
    consequence="they have no effect there.",
)
SAME_ORIGIN = _of(
    "release.same-origin",
    "From v0.8.8 on, LibreChat rejects a sign-in from an address other than DOMAIN_CLIENT or DOMAIN_SERVER (403 auth_cross_origin):",
    "DOMAIN_CLIENT and DOMAIN_SERVER have to be exactly what the address bar shows: scheme, host and port. A proxy has to pass on Host and X-Forwarded-Proto.",
    consequence="over plain HTTP, people who open another name or the IP address cannot sign in.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
STATE_COOKIE = _of(
    "release.state-cookie",
    "From v0.8.8 on, a sign-in with a provider needs a cookie that browsers drop over plain HTTP here:",
    "Use HTTPS, or set SESSION_COOKIE_SECURE=false (Apple needs HTTPS in any case).",
    consequence="sign-in with Google, GitHub, Discord, Facebook or Apple ends with auth_failed.",
    settings=("SESSION_COOKIE_SECURE",),
)
SAML_NAME_ID = _of(
    "release.saml-name-id",
    "From v0.8.8 on, a SAML account is tied to the NameID of its first sign-in:",
    "Before the update, have the identity provider send a persistent NameID. SAML_IDP_ISSUER has to be its entity ID.",
    consequence="with a transient or changing NameID, people are locked out.",
    settings=("SAML_NAME_ID_FORMAT", "SAML_IDP_ISSUER"),
)
OVERRIDE = _of(
    "release.override",
    "The compose files start LibreChat with 'npm run backend:dev', which that release's image cannot run:",
    "Remove the command. Over plain HTTP, set SESSION_COOKIE_SECURE=false instead (v0.8.6 or later).",
    consequence="it downloads nodemon at every start, and without a network it does not start.",
)
MIGRATIONS = _of(
    "release.migrations",
    "The database needs a migration for that release, as documented:",
    "Back up the database; run 'npm run migrate:tenant-indexes:dry-run' in the container, then 'npm run migrate:tenant-indexes', before people write again.",
    consequence="indexes of an older release stay, and writing can fail.",
)
DATA = _of(
    "release.data",
    "An older release cannot read what a newer one has written into the database:",
    "Back up the database before you downgrade. Settings and keys stay as they are: keep CREDS_KEY and CREDS_IV.",
    consequence="people lose the data that it cannot read.",
)
