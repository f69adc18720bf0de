"""Findings: settings of SAML and LDAP."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="rules")
SAML_HALF = _of(
    "saml.half",
    "Only some of the SAML settings are set:",
    "Set the missing settings, or remove all SAML_ lines.",
    consequence="the SAML button is missing.",
)
SAML_RELATIVE_CALLBACK = _of(
    "saml.relative-callback",
    "SAML_CALLBACK_URL is not a full URL.",
    "Set SAML_CALLBACK_URL=https://HOST/oauth/saml/callback",
    consequence="LibreChat sends the value to the provider unchanged, and the provider rejects it.",
    settings=("SAML_CALLBACK_URL",),
)
SAML_CALLBACK_PATH = _of(
    "saml.callback-path",
    "SAML_CALLBACK_URL does not end with /oauth/saml/callback, the path that LibreChat serves:",
    "Set SAML_CALLBACK_URL=https://HOST/oauth/saml/callback",
    consequence="users cannot return from the provider to LibreChat.",
    settings=("SAML_CALLBACK_URL",),
)
SAML_HIDDEN = _of(
    "saml.hidden",
    "OpenID is also configured:",
    "Remove either the SAML settings or the OpenID settings.",
    consequence="LibreChat hides the SAML button, but both sign-in methods stay available.",
    settings=("SAML_ENTRY_POINT", "OPENID_CLIENT_ID"),
)
SAML_CERTIFICATE = _of(
    "saml.certificate",
    "SAML_CERT is in a PEM format that LibreChat does not accept.",
    "Mount the certificate file and set SAML_CERT to its path. Or write the base64 value on one line.",
    consequence="SAML does not work.",
    settings=("SAML_CERT",),
)
SAML_CERTIFICATE_PATH = _of(
    "saml.certificate-path",
    "LibreChat reads SAML_CERT as base64. If the value is meant to be a path, LibreChat does not find the file.",
    "Write the path so that it contains a dot: ./saml/idp.pem",
    settings=("SAML_CERT",),
)
SAML_TRANSIENT = _of(
    "saml.name-id-transient",
    "SAML_NAME_ID_FORMAT requests a transient NameID, which LibreChat rejects:",
    "Set SAML_NAME_ID_FORMAT=urn:oasis:names:tc:SAML:2.0:nameid-format:persistent, and use the same format at the identity provider.",
    consequence="nobody can sign in with SAML.",
    settings=("SAML_NAME_ID_FORMAT",),
)
SAML_NAME_ID = _of(
    "saml.name-id",
    "An account is bound to the NameID of its first SAML sign-in, but SAML_NAME_ID_FORMAT does not specify a format:",
    "If nobody has signed in yet, use the persistent format in SAML_NAME_ID_FORMAT (urn:oasis:names:tc:SAML:2.0:nameid-format:persistent) and in the provider's console. If accounts exist, set "
    "the format that they already use.",
    consequence="if the provider later sends a different NameID (for example, after a change of email address or tenant), users are "
    "locked out.",
    settings=("SAML_NAME_ID_FORMAT",),
)
SAML_IDP_ISSUER = _of(
    "saml.idp-issuer",
    "SAML_IDP_ISSUER is not the provider's entity ID:",
    "Copy the exact entityID from the provider's metadata.",
    consequence="LibreChat refuses every SAML sign-in.",
    settings=("SAML_IDP_ISSUER",),
)
LDAP_HALF = _of(
    "ldap.half",
    "LDAP_URL or LDAP_USER_SEARCH_BASE is missing:",
    "Set both settings, or remove both.",
    consequence="LDAP is off, and users sign in with local accounts.",
    settings=("LDAP_URL", "LDAP_USER_SEARCH_BASE"),
)
LDAP_URL = _of(
    "ldap.url",
    "LDAP_URL does not begin with ldap:// or ldaps://:",
    "Set LDAP_URL=ldaps://HOST:636",
    consequence="nobody can sign in.",
    settings=("LDAP_URL",),
)
LDAP_BIND = _of(
    "ldap.bind",
    "Only one of LDAP_BIND_DN and LDAP_BIND_CREDENTIALS is set:",
    "Set both settings, or remove both to search anonymously.",
    consequence="all users see a wrong-password error.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
LDAP_ANONYMOUS = _of(
    "ldap.anonymous",
    "LibreChat searches the directory anonymously, which Active Directory refuses.",
    "Set LDAP_BIND_DN and LDAP_BIND_CREDENTIALS.",
    settings=("LDAP_BIND_DN",),
)
LDAP_FILTER = _of(
    "ldap.filter",
    "LDAP_SEARCH_FILTER does not contain {{username}}:",
    "Set LDAP_SEARCH_FILTER=mail={{username}}",
    consequence="the search finds the same entry for all users, or none at all.",
    settings=("LDAP_SEARCH_FILTER",),
)
LDAP_QUOTES = _of(
    "ldap.quotes",
    "LDAP_BIND_DN or LDAP_USER_SEARCH_BASE contains a quotation mark.",
    "Put the entire value in single quotes, or use no quotes.",
    settings=("LDAP_BIND_DN", "LDAP_USER_SEARCH_BASE"),
)
LDAP_UNVERIFIED = _of(
    "ldap.unverified",
    "LDAP_CA_CERT_PATH is set, but LDAP_TLS_REJECT_UNAUTHORIZED is not true:",
    "Set LDAP_TLS_REJECT_UNAUTHORIZED=true",
    consequence="the directory's certificate is not verified, and anyone on the network path can read every password.",
    settings=("LDAP_TLS_REJECT_UNAUTHORIZED", "LDAP_CA_CERT_PATH"),
)
LDAP_CA_WITHOUT_LDAP = _of(
    "ldap.ca-without-ldap",
    "LibreChat reads LDAP_CA_CERT_PATH even if LDAP is off:",
    "Remove LDAP_CA_CERT_PATH.",
    consequence="LibreChat does not start if the file is missing.",
    settings=("LDAP_CA_CERT_PATH",),
)
LDAP_FLAG_WITHOUT_CA = _of(
    "ldap.flag-without-ca",
    "LDAP_TLS_REJECT_UNAUTHORIZED has no effect without LDAP_CA_CERT_PATH:",
    "To trust your own CA, set LDAP_CA_CERT_PATH.",
    consequence="the certificate is still verified.",
    settings=("LDAP_TLS_REJECT_UNAUTHORIZED",),
)
LDAP_CLEAR = _of(
    "ldap.clear",
    "LibreChat sends passwords to the directory in plain text.",
    "Set LDAP_URL=ldaps://HOST:636 (LDAP_STARTTLS never works).",
    settings=("LDAP_URL", "LDAP_STARTTLS"),
)
LDAP_REGISTRATION = _of(
    "ldap.registration",
    "LDAP is on and registration is open:",
    "Set ALLOW_REGISTRATION=false",
    consequence="the sign-in page hides registration, but the API still creates local accounts. If the database is empty, the first account becomes an administrator.",
    settings=("ALLOW_REGISTRATION",),
)
LDAP_FORM = _of(
    "ldap.form",
    "ALLOW_EMAIL_LOGIN is off, which also hides the sign-in form for LDAP:",
    "Set ALLOW_EMAIL_LOGIN=true",
    consequence="nobody can sign in through LDAP.",
    settings=("ALLOW_EMAIL_LOGIN",),
)
LDAP_PASSWORD_LENGTH = _of(
    "ldap.password-length",
    "The sign-in page rejects passwords of fewer than 8 characters before LibreChat queries the directory.",
    "If the directory allows shorter passwords, set MIN_PASSWORD_LENGTH=1.",
    settings=("MIN_PASSWORD_LENGTH",),
)
LDAP_USERNAME_FILTER = _of(
    "ldap.username-filter",
    "The sign-in form asks for a user name, but LibreChat searches the directory for an email address:",
    "Set LDAP_SEARCH_FILTER=(sAMAccountName={{username}}), or use uid instead of sAMAccountName.",
    consequence="no user is found.",
    settings=("LDAP_LOGIN_USES_USERNAME", "LDAP_SEARCH_FILTER"),
)
LDAP_USERNAME = _of(
    "ldap.username",
    "The filter searches for a user name, but the form asks for an email address.",
    "Set LDAP_LOGIN_USES_USERNAME=true",
    settings=("LDAP_LOGIN_USES_USERNAME", "LDAP_SEARCH_FILTER"),
)
