"""Findings of the ``saml`` check: settings, the provider's metadata, its reply to a request, and a pasted response."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="saml")
_NOBODY = "nobody can sign in with SAML."
_setting = partial(_of, stage="settings", consequence=_NOBODY)
_metadata = partial(_of, stage="metadata")
_request = partial(_of, stage="request")
_response = partial(_of, stage="response", consequence="The sign-in fails with an error page.")
_account = partial(_of, stage="account", consequence="This person cannot sign in.")

INCOMPLETE = _setting(
    "settings.incomplete",
    "Only some of SAML's settings are set:",
    "Set what is missing, or remove all SAML_ lines.",
    consequence="LibreChat does not register SAML, and its button is missing or leads to status 500.",
    supersedes=("rules.saml.half",),
)
RELEASE = _setting(
    "settings.release",
    "This release of LibreChat has no sign-in through SAML:",
    "Use v0.7.9 or later.",
)
ENTRY_POINT = _setting(
    "settings.entry-point",
    "SAML_ENTRY_POINT is not a full URL:",
    "Set SAML_ENTRY_POINT to the sign-on location that the provider lists for the redirect binding (https://…).",
    consequence="GET /oauth/saml returns status 500.",
    settings=("SAML_ENTRY_POINT",),
)
NO_CLIENT = _setting(
    "settings.client-address",
    "DOMAIN_CLIENT is not set:",
    "DOMAIN_CLIENT=https://HOST",
    consequence="LibreChat creates the account, then returns status 500.",
    settings=("DOMAIN_CLIENT",),
)
COOKIES = _setting(
    "settings.cookies",
    "SAML_CALLBACK_URL begins with http:// and the sign-in's cookies are Secure:",
    "Serve LibreChat over https and write SAML_CALLBACK_URL=https://HOST/oauth/saml/callback.",
    consequence="browsers drop the cookies, and people return to the sign-in page without an error.",
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
    "The file of SAML_CERT cannot be read from here.",
    "Mount the file into the container, and run the check on the machine that has the file.",
    consequence="",
    settings=("SAML_CERT",),
)
CERTIFICATE_SEVERAL = _setting(
    "certificate.several",
    "SAML_CERT contains several certificates; LibreChat uses only the first one.",
    "Put the certificate that the provider signs with first.",
    consequence="Responses that are signed with another one are refused.",
    settings=("SAML_CERT",),
)
CERTIFICATE_EXPIRED = _setting(
    "certificate.expired",
    "The certificate in SAML_CERT has expired. LibreChat does not check that: sign-ins still work.",
    consequence="",
    settings=("SAML_CERT",),
)
CERTIFICATE_OK = _setting("certificate.ok", "LibreChat can read SAML_CERT.", consequence="")

METADATA_UNREAD = _metadata(
    "metadata.unread",
    "The provider's metadata cannot be read.",
    "Set checks.saml.metadata to the address of the metadata itself, or to the path of a file that contains it.",
    settings=("checks.saml.metadata",),
    test_only=True,
)
METADATA_LARGE = _metadata(
    "metadata.large",
    "The metadata is larger than this check reads.",
    "Save the provider's own part (EntityDescriptor) to a file, and name the file in checks.saml.metadata.",
    settings=("checks.saml.metadata",),
    test_only=True,
)
METADATA_OLD = _metadata(
    "metadata.old",
    "The metadata is no longer valid.",
    "Download it again from the provider.",
    consequence="The provider may use a different signing key now.",
)
SIGNED_REQUESTS = _metadata(
    "metadata.signed-requests",
    "The provider requires signed requests (WantAuthnRequestsSigned), but LibreChat does not sign them:",
    "Switch that requirement off for this client at the provider.",
    consequence="the provider refuses everybody.",
)
NO_REDIRECT = _metadata(
    "metadata.no-redirect",
    "The provider offers no sign-on location with the redirect binding, the only one that LibreChat uses:",
    "Switch the redirect binding on at the provider.",
    consequence="the provider refuses everybody.",
    settings=("SAML_ENTRY_POINT",),
)
NOT_SSO = _metadata(
    "metadata.entry-point",
    "SAML_ENTRY_POINT is not one of the sign-on locations in the provider's metadata.",
    "Copy the sign-on location with the redirect binding from the metadata.",
    consequence="People may end up on an error page of the provider.",
    settings=("SAML_ENTRY_POINT",),
)
OTHER_KEY = _metadata(
    "metadata.certificate",
    "The provider signs with a different key than the one in SAML_CERT:",
    "Copy the signing certificate (X509Certificate) from the metadata into SAML_CERT.",
    consequence="LibreChat refuses every response.",
    settings=("SAML_CERT",),
)
WRONG_IDP_ISSUER = _metadata(
    "metadata.idp-issuer",
    "SAML_IDP_ISSUER is not the entity ID in the provider's metadata:",
    "Copy the entityID from the metadata into SAML_IDP_ISSUER.",
    consequence="LibreChat refuses every SAML sign-in.",
    settings=("SAML_IDP_ISSUER",),
)
METADATA_OK = _metadata("metadata.ok", "Key, sign-on location and binding match the provider's metadata.")

FORM_CAME = _request(
    "request.form",
    "The provider answered LibreChat's request with a login form. This does not prove that a sign-in works.",
)
NO_FORM = _request(
    "request.unclear",
    "Only a real sign-in shows whether the provider accepts LibreChat's request.",
    "Open LibreChat's sign-in page in a browser and choose SAML; the provider's page or log shows what is missing.",
    settings=("SAML_ENTRY_POINT",),
)
NO_ANSWER = _request(
    "request.no-answer",
    "The sign-on location did not answer from here; people's browsers contact it, not LibreChat.",
    "Open SAML_ENTRY_POINT in a browser.",
    settings=("SAML_ENTRY_POINT",),
)

RESPONSE_UNREAD = _response(
    "response.not-xml",
    "The pasted text is not a SAML response that LibreChat can read:",
    "Copy the whole value of the form field SAMLResponse.",
    consequence="a sign-in with it fails with an error page.",
    settings=("checks.saml.response",),
)
STATUS = _response(
    "response.status",
    "The provider returned an error instead of an assertion.",
    "Check the provider's log for this person and time.",
)
NO_ASSERTION = _response(
    "response.no-assertion",
    "The response contains no assertion.",
    "Check the provider's log for this person and time.",
)
ENCRYPTED = _response(
    "response.encrypted",
    "The assertion is encrypted, and LibreChat has no key to decrypt it.",
    "Switch the encryption of assertions off at the provider.",
)
SEVERAL = _response(
    "response.several-assertions",
    "The response contains several assertions; LibreChat accepts exactly one.",
    "Have the provider send one assertion.",
)
RESPONSE_SIGNATURE = _response(
    "response.response-signature",
    "The response's signature is not valid.",
    "Have the provider sign the whole response, or set SAML_USE_AUTHN_RESPONSE_SIGNED=false if it signs the assertion.",
    settings=("SAML_USE_AUTHN_RESPONSE_SIGNED", "SAML_CERT"),
)
ASSERTION_SIGNATURE = _response(
    "response.assertion-signature",
    "The assertion's signature is not valid.",
    "Have the provider sign the assertion, or set SAML_USE_AUTHN_RESPONSE_SIGNED=true if it signs the whole response.",
    settings=("SAML_USE_AUTHN_RESPONSE_SIGNED", "SAML_CERT"),
)
TOO_EARLY = _response(
    "response.too-early",
    "The assertion is not valid yet; LibreChat tolerates no clock difference.",
    "Synchronise the clocks of this machine and of the provider with NTP.",
)
EXPIRED = _response(
    "response.expired",
    "The assertion was no longer valid when it arrived; LibreChat tolerates no clock difference.",
    "Synchronise the clocks of this machine and of the provider with NTP, or make assertions valid for some minutes.",
)
DATE = _response(
    "response.date",
    "LibreChat cannot read a time in the assertion's Conditions.",
    "Have the provider write times in the form 2026-01-31T12:00:00Z.",
)
CONDITIONS = _response(
    "response.conditions",
    "The assertion must have exactly one Conditions element.",
    "Have the provider send Conditions with the audience.",
)
AUDIENCE = _response(
    "response.audience",
    "The assertion's audience is not exactly SAML_ISSUER.",
    "Make SAML_ISSUER and the audience (entity ID) at the provider the same.",
    settings=("SAML_ISSUER",),
)
UNSURE = _response(
    "response.unsure",
    "Could not determine whether LibreChat accepts the signature: libraries write the namespaces of this response differently.",
    "Sign in once to find out.",
    consequence="",
)
AGED = _response(
    "response.aged",
    "The pasted response has expired; it was checked as of the time it was issued.",
    "Paste a response right after the sign-in. If you did, synchronise the clocks of this machine and of the provider with NTP.",
    consequence="",
)
ACCOUNT = FindingFamily(
    _account("account.{}", "The response is valid, but LibreChat rejects the sign-in."),
    ("domain", "other-provider", "no-account", "name-id", "idp-issuer", "no-mail", "invalid-mail", "many-values"),
)
ACCOUNT_OK = _account("account.ok", "LibreChat would create an account from the response.", consequence="")
UNDECIDED = _of(
    "undecided",
    "No fault found. Only a real sign-in can test the rest.",
    "To check a sign-in as LibreChat does, paste its form field SAMLResponse into checks.saml.response in the answers.",
)
WOULD_BE = _account("signin.would-be", "This person would be signed in.", consequence="")
