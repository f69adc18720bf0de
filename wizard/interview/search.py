"""Searches all settings and questions, by LibreChat's names and by everyday words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from wizard import catalogue
from wizard.catalogue.model import Setting
from wizard.catalogue.questions import QUESTIONS, is_question, variable_id

_OPENID: Final = "guide.providers guide.openid OPENID_ISSUER OPENID_CLIENT_ID OPENID_CLIENT_SECRET"
_LDAP: Final = "guide.providers guide.ldap LDAP_URL LDAP_USER_SEARCH_BASE LDAP_BIND_DN"
_SMTP: Final = "guide.mail EMAIL_HOST EMAIL_PORT EMAIL_ENCRYPTION EMAIL_USERNAME EMAIL_PASSWORD EMAIL_FROM"
_LIFETIME: Final = "REFRESH_TOKEN_EXPIRY SESSION_EXPIRY"
_LIMITS: Final = "LOGIN_MAX LOGIN_WINDOW BAN_VIOLATIONS BAN_DURATION"
_SIGN_UP: Final = "ALLOW_REGISTRATION registration.allowedDomains ALLOW_SOCIAL_REGISTRATION"
_MEANT: Final[Mapping[str, str]] = {
    "sso": f"{_OPENID} guide.saml SAML_ENTRY_POINT ALLOW_SOCIAL_LOGIN",
    "single sign-on": f"{_OPENID} guide.saml SAML_ENTRY_POINT",
    "oidc": _OPENID,
    "oauth": f"{_OPENID} ALLOW_SOCIAL_LOGIN GOOGLE_CLIENT_ID GITHUB_CLIENT_ID",
    "keycloak": _OPENID,
    "authentik": _OPENID,
    "authelia": _OPENID,
    "okta": _OPENID,
    "auth0": _OPENID,
    "azure": _OPENID,
    "entra": _OPENID,
    "microsoft": f"{_OPENID} guide.mail",
    "active directory": _LDAP,
    "ad": _LDAP,
    "adfs": "guide.saml SAML_ENTRY_POINT SAML_CERT",
    "2fa": "ENFORCE_TWO_FACTOR_AUTHENTICATION TWO_FACTOR_SETUP_MAX TWO_FACTOR_TEMP_MAX",
    "mfa": "ENFORCE_TWO_FACTOR_AUTHENTICATION TWO_FACTOR_SETUP_MAX TWO_FACTOR_TEMP_MAX",
    "totp": "ENFORCE_TWO_FACTOR_AUTHENTICATION",
    "two-factor": "ENFORCE_TWO_FACTOR_AUTHENTICATION",
    "captcha": "turnstile.siteKey turnstile.options.size turnstile.options.language",
    "recaptcha": "turnstile.siteKey",
    "turnstile": "turnstile.siteKey turnstile.options.size turnstile.options.language",
    "bot": "turnstile.siteKey",
    "ssl": "access proxy.certificate EMAIL_ENCRYPTION LDAP_TLS_REJECT_UNAUTHORIZED",
    "tls": "access proxy.certificate EMAIL_ENCRYPTION LDAP_TLS_REJECT_UNAUTHORIZED",
    "https": "access proxy.certificate DOMAIN_CLIENT",
    "certificate": "proxy.certificate proxy.certificate_file LDAP_CA_CERT_PATH",
    "letsencrypt": "proxy.certificate proxy.email",
    "lan": "access DOMAIN_CLIENT SESSION_COOKIE_SECURE",
    "smtp": _SMTP,
    "mail": _SMTP,
    "email": _SMTP,
    "gmail": _SMTP,
    "outlook": _SMTP,
    "sendgrid": _SMTP,
    "signup": _SIGN_UP,
    "sign-up": _SIGN_UP,
    "register": _SIGN_UP,
    "guest": _SIGN_UP,
    "invite": _SIGN_UP,
    "timeout": _LIFETIME,
    "expire": _LIFETIME,
    "session": f"{_LIFETIME} SESSION_COOKIE_SECURE",
    "remember": _LIFETIME,
    "logout": f"{_LIFETIME} OPENID_USE_END_SESSION_ENDPOINT OPENID_POST_LOGOUT_REDIRECT_URI SESSION_COOKIE_SECURE",
    "sign-out": f"{_LIFETIME} OPENID_USE_END_SESSION_ENDPOINT",
    "logged out": f"{_LIFETIME} SESSION_COOKIE_SECURE access",
    "brute force": _LIMITS,
    "fail2ban": _LIMITS,
    "ban": _LIMITS,
    "rate limit": f"{_LIMITS} REGISTER_MAX MESSAGE_IP_MAX",
    "url": "DOMAIN_CLIENT DOMAIN_SERVER",
    "domain": "DOMAIN_CLIENT DOMAIN_SERVER registration.allowedDomains",
    "forgot": "ALLOW_PASSWORD_RESET",
    "reset": "ALLOW_PASSWORD_RESET",
}
"""What people mean by a word, the first one first: names of variables and ids of questions."""
WORDS: Final = tuple(_MEANT)
"""The words of people that the search knows."""


def search(text: str) -> list[Setting]:
    """Return the questions in which all the words stand or that are meant by them, the nearest first."""
    wanted = " ".join(text.lower().split())
    meant = _meant(wanted)
    words = wanted.split()
    found = [
        one
        for one in (*catalogue.SETTINGS, *QUESTIONS)
        if one.id in meant or all(word in _haystack(one.id) or one.id in _meant(word) for word in words)
    ]
    return sorted(found, key=lambda one: _distance(one, words, meant))


def _distance(one: Setting, words: list[str], meant: tuple[str, ...]) -> tuple[int, int]:
    """Order what was found: the very name, what is meant by the words, names that begin so or hold the words, the rest."""
    name = one.label.lower()
    if words == [name]:
        return 0, 0
    if one.id in meant:
        return 1, meant.index(one.id)
    return 2 if words and name.startswith(words[0]) else 3 if all(word in name for word in words) else 4, 0


@cache
def _meant(words: str) -> tuple[str, ...]:
    """Return the ids of what people mean by these words; nothing if the words are not known."""
    names = _MEANT.get(words, "").split()
    return tuple(
        name if (is_question(name) and "." in name) or name == "access" else variable_id(name) for name in names
    )


@cache
def _haystack(identity: str) -> str:
    from wizard.catalogue.questions import question
    from wizard.interview.presets import presets

    one = question(identity)
    labels = " ".join((*(choice.label for choice in one.choices), *(found.title for found in presets(identity))))
    return f"{one.id} {one.title} {one.help} {one.empty} {labels}".lower()
