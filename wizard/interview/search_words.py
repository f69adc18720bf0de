"""The words that people use for settings, for what the keys do, and for commands."""

from collections.abc import Mapping
from typing import Final, NamedTuple

_OPENID: Final = "guide.providers guide.openid OPENID_ISSUER OPENID_CLIENT_ID OPENID_CLIENT_SECRET"
_LDAP: Final = "guide.providers guide.ldap LDAP_URL LDAP_USER_SEARCH_BASE LDAP_BIND_DN"
_SMTP: Final = "guide.mail EMAIL_HOST EMAIL_PORT EMAIL_ENCRYPTION EMAIL_USERNAME EMAIL_PASSWORD EMAIL_FROM"
_LIFETIME: Final = "REFRESH_TOKEN_EXPIRY SESSION_EXPIRY"
_SIGNED_OUT: Final = f"{_LIFETIME} SESSION_COOKIE_SECURE access DOMAIN_CLIENT"
"""What decides whether people stay signed in."""
_LIMITS: Final = "LOGIN_MAX LOGIN_WINDOW BAN_VIOLATIONS BAN_DURATION"
_SIGN_UP: Final = "ALLOW_REGISTRATION registration.allowedDomains ALLOW_SOCIAL_REGISTRATION"
MEANT: Final[Mapping[str, str]] = {
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
    "cert": "proxy.certificate proxy.certificate_file LDAP_CA_CERT_PATH",
    "certificate": "proxy.certificate proxy.certificate_file LDAP_CA_CERT_PATH",
    "letsencrypt": "proxy.certificate proxy.email",
    "lan": "access DOMAIN_CLIENT SESSION_COOKIE_SECURE",
    "smtp": _SMTP,
    "mail": _SMTP,
    "gmail": _SMTP,
    "outlook": _SMTP,
    "sendgrid": _SMTP,
    "office365": _SMTP,
    "signup": _SIGN_UP,
    "register": _SIGN_UP,
    **dict.fromkeys(
        ("guest", "invite", "invitation", "user", "people", "person", "member", "second user", "new user", "add user"),
        _SIGN_UP,
    ),
    **dict.fromkeys(("create user", "create account", "add account", "new account", "sign up"), _SIGN_UP),
    "timeout": _LIFETIME,
    "expire": _LIFETIME,
    "session": f"{_LIFETIME} SESSION_COOKIE_SECURE",
    "remember": _LIFETIME,
    "logout": f"{_LIFETIME} OPENID_USE_END_SESSION_ENDPOINT OPENID_POST_LOGOUT_REDIRECT_URI SESSION_COOKIE_SECURE",
    "sign out": f"{_SIGNED_OUT} OPENID_USE_END_SESSION_ENDPOINT",
    **dict.fromkeys(
        (
            *("log out", "kick out", "throw out", "time out", "signed in", "logged in", "sign in again"),
            *(
                "log in again",
                "ask sign in",
                "ask log in",
                "ask login",
                "ask password",
                "enter password",
                "session expired",
            ),
            *("token expired", "login loop", "sign in loop", "redirect loop", "loop", "reload", "refresh", "cookie"),
        ),
        _SIGNED_OUT,
    ),
    **dict.fromkeys(
        ("brute force", "fail2ban", "ban", "unban", "blocked", "lock", "lock out", "too many", "attempts"), _LIMITS
    ),
    "rate limit": f"{_LIMITS} REGISTER_MAX MESSAGE_IP_MAX",
    "address": "DOMAIN_CLIENT DOMAIN_SERVER",
    "hostname": "DOMAIN_CLIENT DOMAIN_SERVER HOST",
    "url": "DOMAIN_CLIENT DOMAIN_SERVER",
    "domain": "DOMAIN_CLIENT DOMAIN_SERVER registration.allowedDomains",
    **dict.fromkeys(
        ("forgot", "forgotten", "forget", "reset", "lost password", "recover"),
        f"ALLOW_PASSWORD_RESET {_SMTP}",
    ),
    "port": "PORT EMAIL_PORT",
    "branding": "APP_TITLE EMAIL_FROM_NAME",
    "logo": "APP_TITLE",
    "rollback": "guide.target",
    "roll back": "guide.target",
    "update": "guide.target",
    "upgrade": "guide.target",
    "downgrade": "guide.target",
}
"""What people mean by words, the first one first: names of variables and ids of questions.

All words of an entry have to be typed, in any form and order: "logs me out" holds "log out".
"""
ACTIONS: Final[Mapping[str, str]] = {
    "people": "account user person people member team invite invitation guest ban unban block unlock lock locked out kick "
    "password forgot forgotten reset admin administrator role second new add create remove delete",
    "toggle_light": "theme dark mode light color colour appearance contrast night background",
    "save_answers": "export yaml file keep",
    "live_test": "check try verify mail sign in login",
    "take_back": "revert discard back",
    "steps": "list jump menu overview",
    "leave": "exit close abort cancel",
    "apply": "start restart deploy",
}
"""More words for what a key does, by the name of its action."""


class CommandWords(NamedTuple):
    """A command of the command line that the screens have no key for."""

    command: str
    title: str
    words: str


COMMANDS: Final = (
    CommandWords(
        "restore",
        "Restore a backup",
        "restore backup undo roll back rollback revert previous old recover",
    ),
    CommandWords("keys status", "Check LibreChat's secrets", "key rotate rotation secret leaked jwt creds"),
    CommandWords("explain", "Explain a log", "log logs error"),
)
