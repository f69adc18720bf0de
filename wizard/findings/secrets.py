"""Findings: secrets."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
CREDS_KEY_FORM = _of(
    "secrets.creds-key-form",
    "CREDS_KEY is not 64 hexadecimal digits:",
    "Keep it until its data is re-encrypted with a key of the right length. A new one makes stored keys and two-factor secrets unreadable.",
    consequence="keys cannot be stored or are encrypted weakly, and two-factor sign-in cannot be switched on.",
    settings=("CREDS_KEY",),
)
CREDS_IV_FORM = _of(
    "secrets.creds-iv-form",
    "CREDS_IV is not 32 hexadecimal digits:",
    "Generate one: CREDS_IV: {generate: true, replace: true, accept_loss: true}.",
    consequence="storing a key fails with an error.",
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
    "ADMIN_PANEL_SESSION_SECRET is missing, or shorter than 32 characters:",
    "Generate one: ADMIN_PANEL_SESSION_SECRET: {generate: true}.",
    consequence="the admin panel keeps restarting.",
    settings=("ADMIN_PANEL_SESSION_SECRET",),
)
ADMIN_PANEL_COOKIE = _of(
    "admin-panel.cookie",
    "The admin panel is reached over plain HTTP, but its cookie is for HTTPS only:",
    "ADMIN_PANEL_SESSION_COOKIE_SECURE=false, or HTTPS.",
    consequence="the panel keeps asking people to sign in.",
)
ADMIN_PANEL_ADDRESS = _of(
    "admin-panel.address",
    "VITE_API_BASE_URL of the admin panel contains a name that only containers can resolve:",
    "Set VITE_API_BASE_URL to LibreChat's public address (DOMAIN_CLIENT). API_SERVER_URL is the address between containers.",
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
        consequence="LibreChat does not start, or generates its own value, which rag_api and other instances do not know.",
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
        consequence="anyone who learns one knows the other.",
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
    "Some secrets are placeholders from a guide.",
    "Generate them: NAME: {generate: true, replace: true}.",
    consequence="Anyone who knows the guide can forge what they protect, or read what they encrypt.",
)
REFERENCE = _of(
    "secrets.reference",
    "Some secrets are references to a secret store, which nothing resolves here:",
    "Write the actual values.",
    consequence="the text of the reference is the secret, and everybody who knows it can forge what it protects.",
)
COMMAND = _of(
    "secrets.command",
    "Some secrets are commands, which nothing executes:",
    "Generate them: NAME: {generate: true, replace: true}.",
    consequence="the text of the command is the secret, and everybody can guess it.",
)
NAMES_NOTHING = _of(
    "values.placeholder",
    "An address still contains a placeholder from a guide:",
    "Replace it with the real name.",
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
        "The answers replace the value of {}.",
        "Keep the old value, or use --force to accept the loss.",
        consequence="everything the old value protected becomes invalid.",
    )
)
GENERATED_ELSEWHERE = FindingFamily(
    _of(
        "secrets.generated-elsewhere.{}",
        "{} is blank, and LibreChat has run here with its own value, which could not be read.",
        "Start LibreChat as it is and run this again, or copy the values of its .env.temp out of the container into .env.",
        consequence="a new value would make what the old one protected unusable.",
    )
)
