"""Findings: secrets."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
CREDS_KEY_FORM = _of(
    "secrets.creds-key-form",
    "CREDS_KEY is not 64 hexadecimal digits:",
    "Keep it until its data is re-encrypted with a key of the right length: a new one makes stored keys and two-factor sign-in unreadable.",
    consequence="keys cannot be stored or are encrypted weakly, and two-factor sign-in cannot be switched on.",
    settings=("CREDS_KEY",),
)
CREDS_IV_FORM = _of(
    "secrets.creds-iv-form",
    "CREDS_IV is not 32 hexadecimal digits:",
    "Generate one: CREDS_IV: {generate: true, replace: true, accept_loss: true}.",
    consequence="storing a key ends with an error.",
    settings=("CREDS_IV",),
)
CREDS_KEY_TAIL = _of(
    "secrets.creds-key-tail",
    "CREDS_KEY has characters after its 64 hexadecimal digits; LibreChat ignores them before v0.8.8.",
    "Remove what follows the 64 digits. The key stays the same: encrypted data remains readable.",
    settings=("CREDS_KEY",),
)
CREDS_IV_TAIL = _of(
    "secrets.creds-iv-tail",
    "CREDS_IV has characters after its 32 hexadecimal digits; LibreChat ignores them before v0.8.8.",
    "Remove what follows the 32 digits. The value stays the same.",
    settings=("CREDS_IV",),
)
ADMIN_PANEL_SECRET = _of(
    "admin-panel.secret",
    "ADMIN_PANEL_SESSION_SECRET is missing or has under 32 characters:",
    "Generate one: ADMIN_PANEL_SESSION_SECRET: {generate: true}.",
    consequence="the admin panel stops and restarts again and again.",
    settings=("ADMIN_PANEL_SESSION_SECRET",),
)
ADMIN_PANEL_COOKIE = _of(
    "admin-panel.cookie",
    "The admin panel is reached over plain HTTP, but its cookie is for HTTPS only:",
    "ADMIN_PANEL_SESSION_COOKIE_SECURE=false, or HTTPS.",
    consequence="it keeps asking to sign in.",
)
ADMIN_PANEL_ADDRESS = _of(
    "admin-panel.address",
    "VITE_API_BASE_URL of the admin panel has a name that only containers know:",
    "VITE_API_BASE_URL is LibreChat's public address (DOMAIN_CLIENT); API_SERVER_URL is the one between containers.",
    consequence="browsers cannot reach it.",
    settings=("DOMAIN_CLIENT",),
)
SEARCH_KEY = _of(
    "secrets.search-key",
    "MEILI_MASTER_KEY is too short; Meilisearch needs at least 16 characters.",
    "Generate one: {generate: true, replace: true}.",
    settings=("MEILI_MASTER_KEY",),
)

MISSING = FindingFamily(
    _of(
        "secrets.missing.{}",
        "{} is blank.",
        "Let the wizard set it: {}: {generate: true}.",
        consequence="LibreChat does not start, or generates its own value, which rag_api and a second copy do not know.",
    )
)
PUBLISHED = FindingFamily(
    _of(
        "secrets.published.{}",
        "{} is the value that LibreChat's sample files publish.",
        "Replace it: {}: {generate: true, replace: true}.",
        consequence="anybody can forge what it protects, or read what it encrypts.",
    )
)
EQUAL = FindingFamily(
    _of(
        "secrets.equal.{}",
        "{} is the same as another secret.",
        "Give {} its own value: {generate: true, replace: true}.",
        consequence="anyone anyone anyone who learns one knows the other.",
    )
)
JWT_EQUAL = _of(
    "jwt.equal",
    "JWT_SECRET and JWT_REFRESH_SECRET are the same:",
    "Give JWT_REFRESH_SECRET its own value: {generate: true, replace: true}.",
    consequence="a refresh token then works as an access token for days.",
)
PLACEHOLDER = FindingFamily(
    _of(
        "secrets.placeholder.{}",
        "{} is a placeholder, not a secret.",
        "Write the real value of {}, or {generate: true, replace: true} for a secret of LibreChat's own.",
    )
)
PLACEHOLDERS = _of(
    "secrets.placeholders",
    "Secrets are placeholders of a guide.",
    "Generate them: NAME: {generate: true, replace: true}.",
    consequence="Anyone who knows the guide can forge what they protect, or read what they encrypt.",
)
REFERENCE = _of(
    "secrets.reference",
    "Secrets are references to a secret store, which are not resolved here:",
    "Write the values that they stand for.",
    consequence="the text of the reference is the secret, and everybody who knows it can forge what it protects.",
)
COMMAND = _of(
    "secrets.command",
    "Secrets are commands, which are not executed:",
    "Generate them: NAME: {generate: true, replace: true}.",
    consequence="the text of the command is the secret, and everybody can guess it.",
)
NAMES_NOTHING = _of(
    "values.placeholder",
    "An address still has the placeholder of a guide:",
    "Write the real name in its place.",
    consequence="it does not lead to a server.",
)
SHORT = FindingFamily(
    _of(
        "secrets.short.{}",
        "{} is short and can be guessed.",
        "Generate one: {}: {generate: true, replace: true}.",
    )
)
REPLACED = FindingFamily(
    _of(
        "secrets.replaced.{}",
        "{} is replaced by the given value.",
        "Keep the old value, or use --force to accept that.",
        consequence="everything the old value protected becomes invalid.",
    )
)
GENERATED_ELSEWHERE = FindingFamily(
    _of(
        "secrets.generated-elsewhere.{}",
        "{} is blank and LibreChat has run here with its own value that could not be read.",
        "Start LibreChat as it is and run this again, or copy the values of its .env.temp out of the container into .env.",
        consequence="a new value would make what the old one protected unusable.",
    )
)
