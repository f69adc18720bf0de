"""Rules: SAML and LDAP, from the settings alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.basics.finding import Finding
from wizard.findings import directory as ids
from wizard.librechat.passwords import SETTING_SINCE
from wizard.librechat.providers import NEEDED
from wizard.rules.view import Rule, View

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
        yield ids.SAML_HALF.fail(
            f"{', '.join(lacking)} {'are' if lacking[1:] else 'is'} missing, so no SAML button appears.",
            settings=lacking,
        )
    callback = view.value("SAML_CALLBACK_URL")
    if not callback.startswith(("http://", "https://")):
        server = view.value("DOMAIN_SERVER").rstrip("/")
        what = (
            "is not a full URL. LibreChat sends it to the provider unchanged, and the provider rejects it."
            if callback
            else "is not set, so LibreChat does not set up SAML."
        )
        summary = f"SAML_CALLBACK_URL {what}"
        yield ids.SAML_RELATIVE_CALLBACK.fail(summary, remedy=f"Set SAML_CALLBACK_URL={server}/oauth/saml/callback")
    elif not callback.rstrip("/").endswith("/oauth/saml/callback"):
        yield ids.SAML_CALLBACK_PATH.fail(
            remedy=f"Set SAML_CALLBACK_URL={view.value('DOMAIN_SERVER').rstrip('/')}/oauth/saml/callback"
        )
    if view.has_saml and view.has_openid:
        yield ids.SAML_HIDDEN.warn()


def saml_name_id(view: View) -> Iterator[Finding]:
    """N04: from v0.8.8-rc2 on an account belongs to the NameID of its first sign-in."""
    if not view.has_saml:
        return
    # Only if SAML is set up: it brings the reader of certificates along.
    from wizard.librechat.saml_settings import NAME_ID_RULES_SINCE, TRANSIENT

    if view.release < NAME_ID_RULES_SINCE:
        return
    form = view.value("SAML_NAME_ID_FORMAT")
    if form.lower() == TRANSIENT.lower():
        yield ids.SAML_TRANSIENT.fail()
    elif not form:
        yield ids.SAML_NAME_ID.warn()
    if (issuer := view.value("SAML_IDP_ISSUER")) and issuer in (
        view.value("SAML_ISSUER"),
        view.value("SAML_ENTRY_POINT"),
    ):
        other = "SAML_ISSUER" if issuer == view.value("SAML_ISSUER") else "SAML_ENTRY_POINT"
        yield ids.SAML_IDP_ISSUER.warn(
            f"SAML_IDP_ISSUER is the same as {other}, but it must be the provider's entity ID."
        )


def saml_certificate(view: View) -> Iterator[Finding]:
    """M03: forms of a certificate that LibreChat does not take."""
    value = view.value("SAML_CERT")
    if not value or re.search(_PEM, value):
        return
    if "BEGIN CERTIFICATE" in value:
        why = (
            "Windows line endings"
            if "\r" in value
            else "a literal \\n"
            if "\\n" in value
            else "lines that are not 64 characters long"
        )
        yield ids.SAML_CERTIFICATE.fail(f"SAML_CERT is in PEM format with {why}, which LibreChat does not accept.")
    elif re.fullmatch(r"[A-Za-z0-9+/=]+", value) and len(value) % 4 == 0 and len(value) < 200:  # noqa: PLR2004
        yield ids.SAML_CERTIFICATE_PATH.warn()


def ldap(view: View) -> Iterator[Finding]:
    """L03, L08, L10, L14: half a configuration and its companions."""
    url, base = view.value("LDAP_URL"), view.value("LDAP_USER_SEARCH_BASE")
    if bool(url) != bool(base):
        lacking = "LDAP_USER_SEARCH_BASE" if url else "LDAP_URL"
        yield ids.LDAP_HALF.fail(
            f"{lacking} is missing, so LDAP is off and users sign in with local accounts.",
            remedy=f"Set {lacking}, or remove {'LDAP_URL' if url else 'LDAP_USER_SEARCH_BASE'}.",
        )
    if not view.has_ldap:
        return
    if not url.lower().startswith(("ldap://", "ldaps://")):
        yield ids.LDAP_URL.fail()
    bind = bool(view.value("LDAP_BIND_DN")), bool(view.value("LDAP_BIND_CREDENTIALS"))
    if bind[0] != bind[1]:
        yield ids.LDAP_BIND.fail()
    elif not any(bind):
        yield ids.LDAP_ANONYMOUS.warn()
    pattern = view.value("LDAP_SEARCH_FILTER")
    if pattern and "{{username}}" not in pattern:
        yield ids.LDAP_FILTER.fail()
    if re.search(r"[\"'\u201c\u201d]", view.value("LDAP_BIND_DN") + base):
        yield ids.LDAP_QUOTES.warn()


def _searches_mail_only(pattern: str) -> bool:
    """Return whether the typed name is compared with mail alone; without a filter it is (ldapStrategy.js, v0.8.7)."""
    names = re.findall(r"([A-Za-z0-9.-]+)=\{\{username\}\}", pattern or "mail={{username}}")
    return bool(names) and all(name.lower() == "mail" for name in names)


def ldap_tls(view: View) -> Iterator[Finding]:
    """L05, L06, and passwords in clear."""
    path = view.value("LDAP_CA_CERT_PATH")
    verifies = view.is_on("LDAP_TLS_REJECT_UNAUTHORIZED")
    if path and not verifies:
        yield ids.LDAP_UNVERIFIED.fail()
    if path and not view.has_ldap and not view.value("LDAP_URL"):
        yield ids.LDAP_CA_WITHOUT_LDAP.warn()
    if not path and view.is_set("LDAP_TLS_REJECT_UNAUTHORIZED") and not verifies and view.has_ldap:
        yield ids.LDAP_FLAG_WITHOUT_CA.warn()
    if view.has_ldap and view.value("LDAP_URL").lower().startswith("ldap://") and not view.is_on("LDAP_STARTTLS"):
        yield ids.LDAP_CLEAR.warn()


def ldap_accounts(view: View) -> Iterator[Finding]:
    """L08, L11, R02, A06: LDAP together with local accounts."""
    if not view.has_ldap:
        return
    if view.is_on("ALLOW_REGISTRATION"):
        yield ids.LDAP_REGISTRATION.fail()
    if not view.is_on("ALLOW_EMAIL_LOGIN"):
        yield ids.LDAP_FORM.fail()
    if not view.value("MIN_PASSWORD_LENGTH") and view.release >= SETTING_SINCE:
        yield ids.LDAP_PASSWORD_LENGTH.warn()
    if view.is_on("LDAP_LOGIN_USES_USERNAME") and _searches_mail_only(view.value("LDAP_SEARCH_FILTER")):
        yield ids.LDAP_USERNAME_FILTER.warn()
    wants_name = "mail" not in view.value("LDAP_SEARCH_FILTER") and bool(view.value("LDAP_SEARCH_FILTER"))
    if wants_name and not view.is_on("LDAP_LOGIN_USES_USERNAME"):
        yield ids.LDAP_USERNAME.warn()


RULES: tuple[Rule, ...] = (saml, saml_name_id, saml_certificate, ldap, ldap_tls, ldap_accounts)
