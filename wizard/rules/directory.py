"""SAML and LDAP: what the settings alone tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.basics.finding import Finding
from wizard.librechat.passwords import SETTING_SINCE
from wizard.librechat.providers import NEEDED
from wizard.rules.view import Rule, View, fail, warn

_PEM = (
    r"-----BEGIN (?:CERTIFICATE|PUBLIC KEY)-----\n(?:[A-Za-z0-9+/=]{64}\n)+[A-Za-z0-9+/=]{1,64}\n"
    r"-----END (?:CERTIFICATE|PUBLIC KEY)-----"
)
"""The inline form that LibreChat takes, anywhere in the value (api/strategies/samlStrategy.js, v0.8.7)."""


def saml(view: View) -> Iterator[Finding]:
    """M01, M05: half a configuration, a relative callback, both SAML and OpenID."""
    names = NEEDED["saml"]
    if not any(view.value(name) for name in names[:3]):
        return
    lacking = [name for name in names if not view.value(name)]
    if lacking:
        yield fail(
            "rules.saml.half",
            f"{', '.join(lacking)} missing: SAML has no button.",
            *lacking,
            remedy="Set what is missing, or take all SAML_ lines out.",
        )
    callback = view.value("SAML_CALLBACK_URL")
    if not callback.startswith(("http://", "https://")):
        server = view.value("DOMAIN_SERVER").rstrip("/")
        what = "is not set" if not callback else "is only a path"
        summary = (
            f"SAML_CALLBACK_URL {what}; LibreChat sends it to the provider as it stands, and the provider refuses it."
        )
        yield fail(
            "rules.saml.relative-callback",
            summary,
            "SAML_CALLBACK_URL",
            remedy=f"SAML_CALLBACK_URL={server}/oauth/saml/callback",
        )
    elif not callback.rstrip("/").endswith("/oauth/saml/callback"):
        yield fail(
            "rules.saml.callback-path",
            "SAML_CALLBACK_URL does not end with /oauth/saml/callback, the path that LibreChat serves: people do not come back.",
            "SAML_CALLBACK_URL",
            remedy=f"SAML_CALLBACK_URL={view.value('DOMAIN_SERVER').rstrip('/')}/oauth/saml/callback",
        )
    if view.has_saml and view.has_openid:
        yield warn(
            "rules.saml.hidden",
            "OpenID is configured too: LibreChat hides the SAML button (both ways stay open).",
            "SAML_ENTRY_POINT",
            "OPENID_CLIENT_ID",
            remedy="Keep one of them.",
        )


def saml_certificate(view: View) -> Iterator[Finding]:
    """M03: forms of a certificate that LibreChat does not take."""
    value = view.value("SAML_CERT")
    if not value or re.search(_PEM, value):
        return
    if "BEGIN CERTIFICATE" in value:
        why = (
            "Windows line ends"
            if "\r" in value
            else "\\n in letters"
            if "\\n" in value
            else "lines that are not 64 characters long"
        )
        yield fail(
            "rules.saml.certificate",
            f"SAML_CERT is PEM with {why}, which LibreChat does not take.",
            "SAML_CERT",
            remedy="Mount the file and give its path, or write the base64 on one line.",
        )
    elif re.fullmatch(r"[A-Za-z0-9+/=]+", value) and len(value) % 4 == 0 and len(value) < 200:  # noqa: PLR2004
        yield warn(
            "rules.saml.certificate-path",
            "SAML_CERT looks like base64 to LibreChat; if it is a path, it is not found.",
            "SAML_CERT",
            remedy="Write the path with a dot in it: ./saml/idp.pem",
        )


def ldap(view: View) -> Iterator[Finding]:
    """L03, L08, L10, L14: half a configuration and its companions."""
    url, base = view.value("LDAP_URL"), view.value("LDAP_USER_SEARCH_BASE")
    if bool(url) != bool(base):
        lacking = "LDAP_USER_SEARCH_BASE" if url else "LDAP_URL"
        yield fail(
            "rules.ldap.half",
            f"{lacking} is missing: LDAP is off and local accounts sign in.",
            "LDAP_URL",
            "LDAP_USER_SEARCH_BASE",
            remedy=f"Set {lacking}, or take the other one out.",
        )
    if not view.has_ldap:
        return
    if not url.lower().startswith(("ldap://", "ldaps://")):
        yield fail(
            "rules.ldap.url",
            "LDAP_URL has no ldap:// or ldaps://: nobody can sign in.",
            "LDAP_URL",
            remedy="LDAP_URL=ldaps://HOST:636",
        )
    bind = bool(view.value("LDAP_BIND_DN")), bool(view.value("LDAP_BIND_CREDENTIALS"))
    if bind[0] != bind[1]:
        yield fail(
            "rules.ldap.bind",
            "Only one of LDAP_BIND_DN and LDAP_BIND_CREDENTIALS is set: everybody is told that the password is wrong.",
            "LDAP_BIND_DN",
            "LDAP_BIND_CREDENTIALS",
            remedy="Set both, or neither for an anonymous search.",
        )
    elif not any(bind):
        yield warn(
            "rules.ldap.anonymous",
            "The directory is searched without signing in, which Active Directory refuses.",
            "LDAP_BIND_DN",
            remedy="Set LDAP_BIND_DN and LDAP_BIND_CREDENTIALS.",
        )
    pattern = view.value("LDAP_SEARCH_FILTER")
    if pattern and "{{username}}" not in pattern:
        yield fail(
            "rules.ldap.filter",
            "LDAP_SEARCH_FILTER lacks {{username}}: it finds the same entry, or none, for everybody.",
            "LDAP_SEARCH_FILTER",
            remedy="LDAP_SEARCH_FILTER=mail={{username}}",
        )
    if re.search(r"[\"'\u201c\u201d]", view.value("LDAP_BIND_DN") + base):
        yield warn(
            "rules.ldap.quotes",
            "A quotation mark is part of LDAP_BIND_DN or LDAP_USER_SEARCH_BASE.",
            "LDAP_BIND_DN",
            "LDAP_USER_SEARCH_BASE",
            remedy="Put the whole value in single quotes, or none.",
        )


def _searches_mail_only(pattern: str) -> bool:
    """Tell whether the typed name is compared with mail alone; without a filter it is (ldapStrategy.js, v0.8.7)."""
    names = re.findall(r"([A-Za-z0-9.-]+)=\{\{username\}\}", pattern or "mail={{username}}")
    return bool(names) and all(name.lower() == "mail" for name in names)


def ldap_tls(view: View) -> Iterator[Finding]:
    """L05, L06, and passwords in clear."""
    path = view.value("LDAP_CA_CERT_PATH")
    verifies = view.is_on("LDAP_TLS_REJECT_UNAUTHORIZED")
    if path and not verifies:
        summary = "LDAP_CA_CERT_PATH is set and LDAP_TLS_REJECT_UNAUTHORIZED is not true: the directory's certificate is not checked at all, and whoever stands in between reads every password."
        yield fail(
            "rules.ldap.unverified",
            summary,
            "LDAP_TLS_REJECT_UNAUTHORIZED",
            "LDAP_CA_CERT_PATH",
            remedy="LDAP_TLS_REJECT_UNAUTHORIZED=true",
        )
    if path and not view.has_ldap and not view.value("LDAP_URL"):
        yield warn(
            "rules.ldap.ca-without-ldap",
            "LDAP_CA_CERT_PATH is read even with LDAP off: a missing file stops LibreChat at start.",
            "LDAP_CA_CERT_PATH",
            remedy="Take it out while LDAP is off.",
        )
    if not path and view.is_set("LDAP_TLS_REJECT_UNAUTHORIZED") and not verifies and view.has_ldap:
        yield warn(
            "rules.ldap.flag-without-ca",
            "LDAP_TLS_REJECT_UNAUTHORIZED does nothing without LDAP_CA_CERT_PATH: the certificate is checked.",
            "LDAP_TLS_REJECT_UNAUTHORIZED",
            remedy="For a CA of your own set LDAP_CA_CERT_PATH.",
        )
    if view.has_ldap and view.value("LDAP_URL").lower().startswith("ldap://") and not view.is_on("LDAP_STARTTLS"):
        yield warn(
            "rules.ldap.clear",
            "Passwords go to the directory in clear.",
            "LDAP_URL",
            "LDAP_STARTTLS",
            remedy="ldaps://, or LDAP_STARTTLS=true.",
        )


def ldap_accounts(view: View) -> Iterator[Finding]:
    """L08, L11, R02, A06: LDAP beside local accounts."""
    if not view.has_ldap:
        return
    if view.is_on("ALLOW_REGISTRATION"):
        summary = "LDAP is on and registration is open: the page hides it, but the route still makes a local account, on an empty database an administrator."
        yield fail("rules.ldap.registration", summary, "ALLOW_REGISTRATION", remedy="ALLOW_REGISTRATION=false")
    if not view.is_on("ALLOW_EMAIL_LOGIN"):
        yield fail(
            "rules.ldap.form",
            "ALLOW_EMAIL_LOGIN is off, and LDAP uses that form: nobody gets in through LDAP.",
            "ALLOW_EMAIL_LOGIN",
            remedy="ALLOW_EMAIL_LOGIN=true",
        )
    if not view.value("MIN_PASSWORD_LENGTH") and view.release >= SETTING_SINCE:
        summary = "The page refuses passwords under 8 characters before it asks the directory."
        yield warn(
            "rules.ldap.password-length",
            summary,
            "MIN_PASSWORD_LENGTH",
            remedy="MIN_PASSWORD_LENGTH=1 where the directory has shorter ones.",
        )
    if view.is_on("LDAP_LOGIN_USES_USERNAME") and _searches_mail_only(view.value("LDAP_SEARCH_FILTER")):
        yield warn(
            "rules.ldap.username-filter",
            "The form asks for a user name, but the directory is searched for a mail address: nobody is found.",
            "LDAP_LOGIN_USES_USERNAME",
            "LDAP_SEARCH_FILTER",
            remedy="LDAP_SEARCH_FILTER=(sAMAccountName={{username}}), or uid in place of sAMAccountName.",
        )
    wants_name = "mail" not in view.value("LDAP_SEARCH_FILTER") and bool(view.value("LDAP_SEARCH_FILTER"))
    if wants_name and not view.is_on("LDAP_LOGIN_USES_USERNAME"):
        yield warn(
            "rules.ldap.username",
            "The filter searches for a user name, but the form asks for a mail address.",
            "LDAP_LOGIN_USES_USERNAME",
            "LDAP_SEARCH_FILTER",
            remedy="LDAP_LOGIN_USES_USERNAME=true",
        )


RULES: tuple[Rule, ...] = (saml, saml_certificate, ldap, ldap_tls, ldap_accounts)
