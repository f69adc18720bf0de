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
    "A user clicked the SAML button, but SAML is not set up in the running LibreChat instance.",
    f"To see why, run: {LOGS} | grep samlStrategy. The line 'SAML Connect configured.' does not mean that SAML works. Set ALLOW_SOCIAL_LOGIN=true, and set SAML_ENTRY_POINT, SAML_ISSUER, SAML_CERT, SAML_CALLBACK_URL and SAML_SESSION_SECRET.",
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
    "SAML_CERT is neither a readable certificate nor the path of an existing file.",
    "Write the certificate as one line of base64 without its BEGIN and END lines. Or mount the certificate file and set SAML_CERT "
    "to its path in the container. Then run: "
    f"{RECREATE}",
    consequence=_ALL,
    settings=("SAML_CERT",),
    lines=("SAML_CERT must be a valid file path or certificate string", "Invalid cert: SAML_CERT"),
    supersedes=_NOT_UP,
)
CERT_FILE = _of(
    "saml.cert-file",
    "The file named in SAML_CERT is not a PEM certificate, or is empty.",
    f"Export the certificate from the provider as PEM (Base64), with no text before -----BEGIN CERTIFICATE-----. Then run: "
    f"{RECREATE}",
    consequence=_ALL,
    settings=("SAML_CERT",),
    lines=("idpCert is not in PEM format", "idpCert is required"),
    supersedes=_NOT_UP,
)
CALLBACK = _of(
    "saml.callback-missing",
    "SAML_CALLBACK_URL is missing.",
    f"Set the full URL: SAML_CALLBACK_URL=https://chat.example.com/oauth/saml/callback. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("SAML_CALLBACK_URL",),
    lines=("callbackUrl is required",),
    supersedes=_NOT_UP,
)
SIGNATURE = _of(
    "saml.signature",
    "The signature of the provider's response does not match SAML_CERT.",
    "Copy the provider's signing certificate again. The certificate must have an RSA key. LibreChat uses only the first "
    "certificate in SAML_CERT. LibreChat requires a signed assertion; if only the response is signed, set "
    f"SAML_USE_AUTHN_RESPONSE_SIGNED=true. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("SAML_CERT", "SAML_USE_AUTHN_RESPONSE_SIGNED"),
    lines=("ErrorController => error Invalid signature", "Error: Invalid signature", "Invalid document signature"),
)
AUDIENCE = _of(
    "saml.audience",
    "The audience in the provider's response does not match SAML_ISSUER.",
    "Set SAML_ISSUER to the exact identifier (entity ID) that the provider uses for LibreChat; the log line shows "
    f"both values. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("SAML_ISSUER",),
    lines=("SAML assertion audience mismatch", "SAML assertion has no AudienceRestriction"),
)
CLOCK = _of(
    "saml.clock",
    "The clocks of LibreChat's machine and the provider differ; LibreChat tolerates no clock skew.",
    "Synchronize both clocks with NTP: timedatectl set-ntp true",
    consequence="Some or all SAML sign-ins fail.",
    lines=("SAML assertion not yet valid", "SAML assertion expired: clocks skewed too much"),
)
ENCRYPTED = _of(
    "saml.encrypted",
    "The provider encrypts its response, and LibreChat cannot decrypt it.",
    "Turn off assertion encryption in the provider's console.",
    consequence=_ALL,
    lines=("No decryption key for encrypted SAML response",),
)
RESPONDER = _of(
    "saml.responder",
    "The provider refused the sign-in.",
    "The rest of the log line is the provider's message. Common causes: the user is not assigned to the application, the application is "
    "unknown, or the requested authentication method (RequestedAuthnContext) is not supported.",
    consequence="Affected users cannot sign in.",
    lines=("SAML provider returned Responder error", "SAML provider returned Requester error", "NoAuthnContext"),
    certain=False,
)
EMAIL = _of(
    "saml.email",
    "LibreChat found no email address in the provider's response.",
    "Configure the provider to send the email attribute, or set SAML_EMAIL_CLAIM to the exact Name of the attribute "
    f"that contains the address. Then run: {RECREATE}",
    consequence="Affected users cannot sign in.",
    settings=("SAML_EMAIL_CLAIM",),
    lines=(
        "[samlStrategy] Login failed User validation failed: email",
        *(f"[SAML Strategy] Authentication blocked - email domain not allowed {empty}" for empty in NO_ADDRESS),
    ),
)
SEVERAL = _of(
    "saml.several-values",
    "An attribute in the provider's response has several values, but LibreChat accepts only one.",
    "Configure the provider to send one value, or use another attribute (SAML_NAME_CLAIM, SAML_USERNAME_CLAIM).",
    consequence="Affected users cannot sign in.",
    settings=("SAML_NAME_CLAIM", "SAML_USERNAME_CLAIM"),
    lines=("[samlStrategy] Login failed User validation failed:*Cast to string failed",),
    supersedes=("log.saml.email",),
)
NAME_ID = _of(
    "saml.name-id",
    "The provider's response contains no NameID, or a NameID that differs from the one stored for the account.",
    "Configure the provider to send a NameID that never changes (format persistent). For accounts with an old NameID, "
    "remove the samlId field in the database.",
    consequence="Before v0.8.8-rc2, users without a NameID share one account; from v0.8.8-rc2 on, affected users "
    "cannot sign in.",
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
    "A user signed in through SAML.",
    "No action is needed.",
    lines=("[samlStrategy] Login success SAML ID:",),
    weight=Status.PASS,
)
