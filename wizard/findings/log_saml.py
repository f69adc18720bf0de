"""Log causes: SAML."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import LOGS, NO_ADDRESS, RECREATE, LogCause, thread

_of = partial(LogCause, check="log", docs="https://www.librechat.ai/docs/configuration/authentication/SAML")
_ALL = "Nobody can sign in with SAML."
_NOT_UP = ("log.saml.strategy-missing",)

STRATEGY = _of(
    "saml.strategy-missing",
    "Somebody used the SAML button, but SAML is not set up in the running LibreChat.",
    f"To see why: {LOGS} | grep samlStrategy ('SAML Connect configured.' proves nothing). ALLOW_SOCIAL_LOGIN=true "
    "and SAML_ENTRY_POINT, SAML_ISSUER, SAML_CERT, SAML_CALLBACK_URL and SAML_SESSION_SECRET have to be set.",
    consequence=_ALL,
    settings=(
        "ALLOW_SOCIAL_LOGIN",
        "SAML_ENTRY_POINT",
        "SAML_ISSUER",
        "SAML_CERT",
        "SAML_CALLBACK_URL",
        "SAML_SESSION_SECRET",
    ),
    lines=('Unknown authentication strategy "saml',),
    certain=False,
)
CERT = _of(
    "saml.cert-form",
    "SAML_CERT is neither a certificate that LibreChat can read nor the path of a file.",
    "Write the certificate as one line of base64 without its BEGIN and END lines, or mount the file and set "
    f"SAML_CERT to its path in the container. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("SAML_CERT",),
    lines=("SAML_CERT must be a valid file path or certificate string", "Invalid cert: SAML_CERT"),
    supersedes=_NOT_UP,
)
CERT_FILE = _of(
    "saml.cert-file",
    "The file that SAML_CERT names is not a certificate in PEM form, or is empty.",
    f"Export it at the provider as PEM (Base64), with nothing before BEGIN CERTIFICATE. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("SAML_CERT",),
    lines=("idpCert is not in PEM format", "idpCert is required"),
    supersedes=_NOT_UP,
)
CALLBACK = _of(
    "saml.callback-missing",
    "SAML_CALLBACK_URL is missing.",
    f"Set SAML_CALLBACK_URL=https://chat.example.com/oauth/saml/callback, the full URL. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("SAML_CALLBACK_URL",),
    lines=("callbackUrl is required",),
    supersedes=_NOT_UP,
)
SIGNATURE = _of(
    "saml.signature",
    "The signature of the provider's response does not match SAML_CERT.",
    "Copy the provider's signing certificate again; it needs an RSA key, and only the first certificate counts. "
    "LibreChat requires a signed assertion. If the provider signs only the response, set "
    f"SAML_USE_AUTHN_RESPONSE_SIGNED=true. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("SAML_CERT", "SAML_USE_AUTHN_RESPONSE_SIGNED"),
    lines=("ErrorController => error Invalid signature", "Error: Invalid signature", "Invalid document signature"),
)
AUDIENCE = _of(
    "saml.audience",
    "The audience in the provider's response is not SAML_ISSUER.",
    f"Set SAML_ISSUER to exactly the identifier (entity ID) that the provider uses for LibreChat; the line shows both. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("SAML_ISSUER",),
    lines=("SAML assertion audience mismatch", "SAML assertion has no AudienceRestriction"),
)
CLOCK = _of(
    "saml.clock",
    "The clocks of LibreChat's machine and of the provider differ; LibreChat tolerates no difference.",
    "Synchronise both with NTP: timedatectl set-ntp true.",
    consequence="Sign-in with SAML fails, always or sometimes.",
    lines=("SAML assertion not yet valid", "SAML assertion expired: clocks skewed too much"),
)
ENCRYPTED = _of(
    "saml.encrypted",
    "The provider encrypts its response, which LibreChat cannot decrypt.",
    "Turn off the encryption of assertions at the provider.",
    consequence=_ALL,
    lines=("No decryption key for encrypted SAML response",),
)
RESPONDER = _of(
    "saml.responder",
    "The provider refused the sign-in.",
    "The rest of the line is the provider's message: a person who is not assigned, a sign-in method that is not "
    "offered (RequestedAuthnContext), or an unknown application.",
    consequence="Those people cannot sign in.",
    lines=("SAML provider returned Responder error", "SAML provider returned Requester error", "NoAuthnContext"),
    certain=False,
)
EMAIL = _of(
    "saml.email",
    "LibreChat found no mail address in the provider's response.",
    "Have the provider send the attribute email, or set SAML_EMAIL_CLAIM to the exact Name of the attribute that "
    f"contains the address. Then run: {RECREATE}",
    consequence="Those people cannot sign in.",
    settings=("SAML_EMAIL_CLAIM",),
    lines=(
        "[samlStrategy] Login failed User validation failed: email",
        *(f"[SAML Strategy] Authentication blocked - email domain not allowed {empty}" for empty in NO_ADDRESS),
    ),
)
SEVERAL = _of(
    "saml.several-values",
    "An attribute in the provider's response has several values, but LibreChat accepts only one.",
    "Have the provider send one value, or name another attribute (SAML_NAME_CLAIM, SAML_USERNAME_CLAIM).",
    consequence="Those people cannot sign in.",
    settings=("SAML_NAME_CLAIM", "SAML_USERNAME_CLAIM"),
    lines=("[samlStrategy] Login failed User validation failed:*Cast to string failed",),
    supersedes=("log.saml.email",),
)
NAME_ID = _of(
    "saml.name-id",
    "The provider's response has no NameID, or a different one than the account.",
    "Have the provider send a NameID that never changes (format persistent). For accounts with an old NameID, an "
    "administrator has to remove samlId in the database.",
    consequence="People share one account, or those with an account cannot sign in (v0.8.8-rc2 and later).",
    docs=thread(15254),
    lines=(
        "SAML authentication received for NameID: undefined",
        "[samlStrategy]*NameID*does not match",
        "[samlStrategy]*NameID*mismatch",
        "[samlStrategy]*transient",
    ),
)
SIGNED_IN = _of(
    "saml.signed-in",
    "LibreChat signed somebody in through SAML.",
    "Nothing has to be done.",
    lines=("[samlStrategy] Login success SAML ID:",),
    weight=Status.PASS,
)
