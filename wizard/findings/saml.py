"""Findings of the ``saml`` check: settings, the provider's metadata, its reply to a request, and a pasted response."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import ONLY_A_SIGN_IN, FindingEntry, FindingFamily

_of = partial(FindingEntry, check="saml")
_NOBODY = "nobody can sign in with SAML."
_setting = partial(_of, stage="settings", consequence=_NOBODY)
_metadata = partial(_of, stage="metadata")
_request = partial(_of, stage="request")
_response = partial(_of, stage="response", consequence="The sign-in fails with an error page.")
_account = partial(_of, stage="account", consequence="This user cannot sign in.")

INCOMPLETE = _setting(
    "settings.incomplete",
    "Only some of the SAML settings are set:",
    "Set the missing settings, or remove all SAML_ lines.",
    consequence="LibreChat does not register SAML, and the SAML button is missing or leads to status 500.",
    supersedes=("rules.saml.half",),
)
RELEASE = _setting(
    "settings.release",
    "This LibreChat release does not support SAML:",
    "Use v0.7.9 or later.",
)
ENTRY_POINT = _setting(
    "settings.entry-point",
    "SAML_ENTRY_POINT is not a full URL:",
    "Set SAML_ENTRY_POINT to the provider's sign-on URL (redirect binding), beginning with https://.",
    consequence="GET /oauth/saml returns status 500.",
    settings=("SAML_ENTRY_POINT",),
)
NO_CLIENT = _setting(
    "settings.client-address",
    "DOMAIN_CLIENT is not set:",
    "Set DOMAIN_CLIENT=https://HOST",
    consequence="LibreChat creates the account, then returns status 500.",
    settings=("DOMAIN_CLIENT",),
)
COOKIES = _setting(
    "settings.cookies",
    "SAML_CALLBACK_URL begins with http://, but the sign-in cookies are Secure:",
    "Serve LibreChat over HTTPS and set SAML_CALLBACK_URL=https://HOST/oauth/saml/callback.",
    consequence="browsers drop the cookies, and users return to the sign-in page without an error message.",
    settings=("SAML_CALLBACK_URL",),
)
CERTIFICATE = FindingFamily(
    _setting(
        "certificate.{}",
        "LibreChat cannot use SAML_CERT:",
        "Paste the provider's signing certificate into SAML_CERT, from -----BEGIN CERTIFICATE----- to the end, or as one line of base64.",
        settings=("SAML_CERT",),
        supersedes=("rules.saml.certificate", "rules.saml.certificate-path"),
    ),
    ("no-file", "empty", "form", "no-key", "key-kind"),
)
CERTIFICATE_UNSEEN = _setting(
    "certificate.unseen",
    "The file named in SAML_CERT cannot be read from this machine.",
    "Mount the file into the container, and run the check on the machine that has the file.",
    consequence="",
    settings=("SAML_CERT",),
)
CERTIFICATE_SEVERAL = _setting(
    "certificate.several",
    "SAML_CERT contains several certificates; LibreChat uses only the first one.",
    "Put the provider's signing certificate first.",
    consequence="LibreChat rejects responses that are signed with a different key.",
    settings=("SAML_CERT",),
)
CERTIFICATE_EXPIRED = _setting(
    "certificate.expired",
    "The certificate in SAML_CERT has expired. LibreChat does not check this, so sign-ins still work.",
    consequence="",
    settings=("SAML_CERT",),
)
CERTIFICATE_OK = _setting("certificate.ok", "LibreChat can read SAML_CERT.", consequence="")

METADATA_UNREAD = _metadata(
    "metadata.unread",
    "The provider's metadata cannot be read.",
    "Set checks.saml.metadata to the URL of the metadata itself, or to the path of a file that contains it.",
    settings=("checks.saml.metadata",),
    test_only=True,
)
METADATA_LARGE = _metadata(
    "metadata.large",
    "The metadata is too large for this check.",
    "Save your provider's EntityDescriptor to a file, and set checks.saml.metadata to its path.",
    settings=("checks.saml.metadata",),
    test_only=True,
)
METADATA_OLD = _metadata(
    "metadata.old",
    "The metadata has expired.",
    "Get new metadata from the provider.",
    consequence="The provider may now use a different signing key.",
)
SIGNED_REQUESTS = _metadata(
    "metadata.signed-requests",
    "The provider requires signed requests (WantAuthnRequestsSigned), but LibreChat does not sign requests:",
    "In the provider's console, stop requiring signed requests for this client.",
    consequence="the provider rejects every sign-in.",
)
NO_REDIRECT = _metadata(
    "metadata.no-redirect",
    "The provider has no sign-on URL with the redirect binding, the only binding that LibreChat uses:",
    "Switch on the redirect binding in the provider's console.",
    consequence="the provider rejects every sign-in.",
    settings=("SAML_ENTRY_POINT",),
)
NOT_SSO = _metadata(
    "metadata.entry-point",
    "SAML_ENTRY_POINT is not one of the sign-on URLs in the provider's metadata.",
    "Copy the sign-on URL with the redirect binding from the metadata into SAML_ENTRY_POINT.",
    consequence="Users may see the provider's error page.",
    settings=("SAML_ENTRY_POINT",),
)
OTHER_KEY = _metadata(
    "metadata.certificate",
    "The provider signs with a different key than the one in SAML_CERT:",
    "Copy the signing certificate (X509Certificate) from the metadata into SAML_CERT.",
    consequence="LibreChat rejects every response.",
    settings=("SAML_CERT",),
)
WRONG_IDP_ISSUER = _metadata(
    "metadata.idp-issuer",
    "SAML_IDP_ISSUER is not the entity ID in the provider's metadata:",
    "Copy the entityID from the metadata into SAML_IDP_ISSUER.",
    consequence="LibreChat rejects every SAML sign-in.",
    settings=("SAML_IDP_ISSUER",),
)
METADATA_OK = _metadata("metadata.ok", "The key, the sign-on URL and the binding match the provider's metadata.")

FORM_CAME = _request(
    "request.form",
    "The provider responded to LibreChat's request with a sign-in form. This does not prove that sign-in works.",
)
NO_FORM = _request(
    "request.unclear",
    "Only a real sign-in shows whether the provider accepts LibreChat's request.",
    "Open LibreChat's sign-in page in a browser and choose SAML. If the sign-in fails, the provider's page or log shows why.",
    settings=("SAML_ENTRY_POINT",),
)
NO_ANSWER = _request(
    "request.no-answer",
    "This machine got no response from the sign-on URL. Users' browsers connect to that URL; LibreChat does not.",
    "Open SAML_ENTRY_POINT in a browser.",
    settings=("SAML_ENTRY_POINT",),
)

RESPONSE_UNREAD = _response(
    "response.not-xml",
    "The pasted text is not a SAML response that LibreChat can read:",
    "Copy the complete value of the SAMLResponse form field.",
    consequence="a sign-in with this response leads to an error page.",
    settings=("checks.saml.response",),
)
STATUS = _response(
    "response.status",
    "The provider returned an error instead of an assertion.",
    "Check the provider's log for this user and time.",
)
NO_ASSERTION = _response(
    "response.no-assertion",
    "The response contains no assertion.",
    "Check the provider's log for this user and time.",
)
ENCRYPTED = _response(
    "response.encrypted",
    "The assertion is encrypted, and LibreChat has no key to decrypt it.",
    "Switch off assertion encryption in the provider's console.",
)
SEVERAL = _response(
    "response.several-assertions",
    "The response contains several assertions; LibreChat accepts exactly one.",
    "Have the provider send exactly one assertion.",
)
RESPONSE_SIGNATURE = _response(
    "response.response-signature",
    "The response's signature is not valid.",
    "Have the provider sign the whole response. If it signs the assertion instead, set SAML_USE_AUTHN_RESPONSE_SIGNED=false.",
    settings=("SAML_USE_AUTHN_RESPONSE_SIGNED", "SAML_CERT"),
)
ASSERTION_SIGNATURE = _response(
    "response.assertion-signature",
    "The assertion's signature is not valid.",
    "Have the provider sign the assertion. If it signs the whole response instead, set SAML_USE_AUTHN_RESPONSE_SIGNED=true.",
    settings=("SAML_USE_AUTHN_RESPONSE_SIGNED", "SAML_CERT"),
)
TOO_EARLY = _response(
    "response.too-early",
    "The assertion is not valid yet; LibreChat tolerates no clock skew.",
    "Synchronize the clocks of this machine and the provider with NTP.",
)
EXPIRED = _response(
    "response.expired",
    "The assertion had already expired when it arrived; LibreChat tolerates no clock skew.",
    "Synchronize the clocks of this machine and the provider with NTP, or make assertions valid for a few minutes.",
)
DATE = _response(
    "response.date",
    "LibreChat cannot read a timestamp in the assertion's Conditions.",
    "Have the provider send timestamps in this format: 2026-01-31T12:00:00Z",
)
CONDITIONS = _response(
    "response.conditions",
    "The assertion does not have exactly one Conditions element.",
    "Have the provider send a Conditions element that contains the audience.",
)
AUDIENCE = _response(
    "response.audience",
    "The assertion's audience does not exactly match SAML_ISSUER.",
    "Set SAML_ISSUER and the audience (entity ID) in the provider's console to the same value.",
    settings=("SAML_ISSUER",),
)
UNSURE = _response(
    "response.unsure",
    "Could not determine whether LibreChat accepts the signature: XML libraries serialize the namespaces in this response "
    "differently.",
    "Sign in once to find out.",
    consequence="",
)
AGED = _response(
    "response.aged",
    "The pasted response has expired; it was checked as if it had just been issued.",
    "Paste the response right after you sign in. If you already did so, synchronize the clocks of this machine and the provider "
    "with NTP.",
    consequence="",
)
ACCOUNT = FindingFamily(
    _account("account.{}", "The response is valid, but LibreChat rejects the sign-in."),
    ("domain", "other-provider", "no-account", "name-id", "idp-issuer", "no-mail", "invalid-mail", "many-values"),
)
ACCOUNT_OK = _account("account.ok", "LibreChat would create an account from this response.", consequence="")
UNDECIDED = _of(
    "undecided",
    f"No problems found. {ONLY_A_SIGN_IN}",
    "To check a response as LibreChat does, paste the SAMLResponse form field from a sign-in into checks.saml.response "
    "in the answers file.",
)
WOULD_BE = _account("signin.would-be", "This user would be signed in.", consequence="")
