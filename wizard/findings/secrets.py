"""Findings: secrets."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
CREDS_KEY_FORM = _of(
    "secrets.creds-key-form",
    "CREDS_KEY is not 64 hexadecimal digits:",
    "Keep CREDS_KEY until the stored data is re-encrypted with a key of the right length. A new key makes stored API keys and two-factor secrets unreadable.",
    consequence="LibreChat either cannot store API keys or encrypts them weakly, and users cannot enable two-factor "
    "sign-in.",
    settings=("CREDS_KEY",),
)
CREDS_IV_FORM = _of(
    "secrets.creds-iv-form",
    "CREDS_IV is not 32 hexadecimal digits:",
    "To generate a new value, set CREDS_IV: {generate: true, replace: true, accept_loss: true}.",
    consequence="LibreChat returns an error when users store an API key.",
    settings=("CREDS_IV",),
)
CREDS_KEY_TAIL = _of(
    "secrets.creds-key-tail",
    "CREDS_KEY has characters after its 64 hexadecimal digits; only releases before v0.8.8 ignore them.",
    "Remove everything after the first 64 digits. The effective key does not change, so encrypted data remains readable.",
    settings=("CREDS_KEY",),
)
CREDS_IV_TAIL = _of(
    "secrets.creds-iv-tail",
    "CREDS_IV has characters after its 32 hexadecimal digits; only releases before v0.8.8 ignore them.",
    "Remove everything after the first 32 digits. The effective value does not change.",
    settings=("CREDS_IV",),
)
ADMIN_PANEL_SECRET = _of(
    "admin-panel.secret",
    "ADMIN_PANEL_SESSION_SECRET is missing or shorter than 32 characters:",
    "To generate a secret, set ADMIN_PANEL_SESSION_SECRET: {generate: true}.",
    consequence="the admin panel keeps restarting.",
    settings=("ADMIN_PANEL_SESSION_SECRET",),
)
ADMIN_PANEL_COOKIE = _of(
    "admin-panel.cookie",
    "Administrators open the admin panel over plain HTTP, but its cookie requires HTTPS:",
    "Use HTTPS, or set ADMIN_PANEL_SESSION_COOKIE_SECURE=false.",
    consequence="the panel keeps asking users to sign in.",
)
ADMIN_PANEL_ADDRESS = _of(
    "admin-panel.address",
    "The admin panel's VITE_API_BASE_URL contains a name that only containers can resolve:",
    "Set VITE_API_BASE_URL to LibreChat's public URL (DOMAIN_CLIENT). API_SERVER_URL is for connections between containers.",
    consequence="browsers cannot reach LibreChat from the panel.",
    settings=("DOMAIN_CLIENT",),
)
SEARCH_KEY = _of(
    "secrets.search-key",
    "MEILI_MASTER_KEY is too short; Meilisearch requires at least 16 characters.",
    "To generate a key, set MEILI_MASTER_KEY: {generate: true, replace: true}.",
    settings=("MEILI_MASTER_KEY",),
)

MISSING = FindingFamily(
    _of(
        "secrets.missing.{}",
        "{} is blank.",
        "To let the wizard generate a value, set {}: {generate: true}.",
        consequence="LibreChat does not start, or generates its own value, which rag_api and other instances do not "
        "share.",
    )
)
PUBLISHED = FindingFamily(
    _of(
        "secrets.published.{}",
        "{} is the value published in LibreChat's sample files.",
        "To replace the value, set {}: {generate: true, replace: true}.",
        consequence="anyone can forge the data that the secret protects, or read the data that it encrypts.",
    )
)
EQUAL = FindingFamily(
    _of(
        "secrets.equal.{}",
        "{} is the same as another secret.",
        "To generate a different value, set {}: {generate: true, replace: true}.",
        consequence="anyone who learns one secret knows both.",
    )
)
JWT_EQUAL = _of(
    "jwt.equal",
    "JWT_SECRET and JWT_REFRESH_SECRET are the same:",
    "To generate a different value, set JWT_REFRESH_SECRET: {generate: true, replace: true}.",
    consequence="a refresh token works as an access token for days.",
)
PLACEHOLDER = FindingFamily(
    _of(
        "secrets.placeholder.{}",
        "{} is a placeholder, not a secret.",
        "Set {} to the real value. For one of LibreChat's own secrets, use {generate: true, replace: true}.",
    )
)
PLACEHOLDERS = _of(
    "secrets.placeholders",
    "Some secrets are placeholders from a guide.",
    "For each of these secrets, set NAME: {generate: true, replace: true}.",
    consequence="Anyone who has read the guide can forge the data that these secrets protect, or read the data that they encrypt.",
)
REFERENCE = _of(
    "secrets.reference",
    "Some secrets are unresolved references to a secret store:",
    "Replace each reference with its value.",
    consequence="LibreChat uses the text of the reference as the secret, and anyone who knows the text can forge the data that the secret protects.",
)
COMMAND = _of(
    "secrets.command",
    "Some secrets are commands, which are not executed:",
    "For each of these secrets, set NAME: {generate: true, replace: true}.",
    consequence="LibreChat uses the text of the command as the secret, and anyone can guess it.",
)
NAMES_NOTHING = _of(
    "values.placeholder",
    "An address still contains a placeholder from a guide:",
    "Replace the placeholder with the real name.",
    consequence="there is no server at that address.",
)
SHORT = FindingFamily(
    _of(
        "secrets.short.{}",
        "{} is short and can be guessed.",
        "To generate a new value, set {}: {generate: true, replace: true}.",
    )
)
REPLACED = FindingFamily(
    _of(
        "secrets.replaced.{}",
        "{} would be replaced with the specified value.",
        "Keep the old value, or use --force to replace it.",
        consequence="everything that the old value protected becomes invalid.",
    )
)
GENERATED_ELSEWHERE = FindingFamily(
    _of(
        "secrets.generated-elsewhere.{}",
        "{} is blank. LibreChat has run here with a value that it generated itself. The wizard could not read that value.",
        "Start LibreChat without changing anything, and run the wizard again. Or copy the values from .env.temp in the container into "
        ".env.",
        consequence="data protected by the old value would become unusable with a new one.",
    )
)
