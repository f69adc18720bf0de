"""Each rule fires where it should, names its settings and a way out, and is silent where all is well."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wizard.rules.builder import LDAP, MAIL, OPENID, deployment
from wizard.answers.model import Access, Stack
from wizard.basics.finding import Status
from wizard.deployment.file_state import FileState
from wizard.rules import check

SAML = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "SAML_ENTRY_POINT": "https://idp.example.net/sso",
    "SAML_ISSUER": "librechat",
    "SAML_CERT": "/app/saml/idp.pem",
    "SAML_SESSION_SECRET": "7a" * 32,
    "SAML_CALLBACK_URL": "https://chat.example.net/oauth/saml/callback",
    "LOGIN_MAX": "50",
}
GOOGLE = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "ALLOW_SOCIAL_REGISTRATION": "true",
    "GOOGLE_CLIENT_ID": "id",
    "GOOGLE_CLIENT_SECRET": "secret-of-google",
    "GOOGLE_CALLBACK_URL": "/oauth/google/callback",
}
APPLE = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "ALLOW_SOCIAL_REGISTRATION": "true",
    "APPLE_CLIENT_ID": "net.example.chat",
    "APPLE_TEAM_ID": "T",
    "APPLE_KEY_ID": "K",
    "APPLE_PRIVATE_KEY_PATH": "/app/keys/key.p8",
    "APPLE_CALLBACK_URL": "/oauth/apple/callback",
}
PUBLISHED_JWT = "16f8c0ef4a5d391b26034086c628469d3f9f497f08163ab9b40137092f2909ef"
HTTP = {"DOMAIN_CLIENT": "http://192.168.1.10:3080", "DOMAIN_SERVER": "http://192.168.1.10:3080"}
LOCAL = {"DOMAIN_CLIENT": "http://localhost:3080", "DOMAIN_SERVER": "http://localhost:3080"}


def _pem(width: int) -> str:
    lines = "".join(f"{'A' * width}\n" for _ in range(20))
    return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----"


FIRES: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("rules.secrets.missing.jwt-secret", {"JWT_SECRET": ""}, {}),
    ("rules.secrets.published.jwt-secret", {"JWT_SECRET": PUBLISHED_JWT}, {}),
    ("rules.secrets.creds-key-form", {"CREDS_KEY": "zz" * 32}, {}),
    ("rules.secrets.creds-iv-form", {"CREDS_IV": "1e" * 32}, {}),
    ("rules.jwt.equal", {"JWT_REFRESH_SECRET": "2d" * 32}, {}),
    ("rules.secrets.equal.creds-key", {"CREDS_KEY": "2d" * 32}, {}),
    ("rules.secrets.placeholder.jwt-secret", {"JWT_SECRET": "your_secret_that_is_long_enough_for_all"}, {}),
    ("rules.secrets.short.jwt-secret", {"JWT_SECRET": "abcdef0123"}, {}),
    ("rules.admin-panel.secret", {}, {"compose": {"services": {"api": {}, "admin-panel": {}}}}),
    ("rules.secrets.search-key", {"MEILI_MASTER_KEY": "short"}, {}),
    ("rules.domains.missing.domain-client", {"DOMAIN_CLIENT": ""}, {}),
    ("rules.domains.no-scheme.domain-server", {"DOMAIN_SERVER": "chat.example.net"}, {}),
    ("rules.domains.slash.domain-client", {"DOMAIN_CLIENT": "https://chat.example.net/"}, {}),
    ("rules.domains.different", {"DOMAIN_SERVER": "https://api.example.net"}, {}),
    ("rules.cookies.lost", HTTP, {}),
    ("rules.cookies.lost", HTTP, {"release": "v0.8.2"}),
    ("rules.cookies.lost", {**HTTP, "SESSION_COOKIE_SECURE": "true"}, {}),
    ("rules.cookies.lost", {**HTTP, "SESSION_COOKIE_SECURE": "false"}, {"release": "v0.8.5"}),
    ("rules.cookies.localhost", LOCAL, {"release": "v0.8.2"}),
    ("rules.cookies.candidate", {**OPENID, **LOCAL}, {"release": "v0.8.2-rc3"}),
    ("rules.cookies.candidate", {**SAML, **LOCAL}, {"release": "v0.8.2-rc1"}),
    ("rules.cookies.insecure", {"SESSION_COOKIE_SECURE": "false"}, {}),
    ("rules.domains.localhost", LOCAL, {"access": Access.HTTPS_PROXY}),
    ("rules.domains.http", HTTP, {"access": Access.HTTPS_EXISTING}),
    ("rules.proxy.trust-proxy", {"TRUST_PROXY": "0"}, {}),
    ("rules.proxy.trust-proxy", {"TRUST_PROXY": "10.0.0.0/8"}, {}),
    ("rules.server.port-missing", {"PORT": "<unset>"}, {}),
    ("rules.server.port-deploy", {"PORT": "4000"}, {"stack": Stack.DEPLOY}),
    ("rules.accounts.open-registration", {**MAIL, "ALLOW_REGISTRATION": "true"}, {}),
    ("rules.accounts.unconfirmed", {"ALLOW_REGISTRATION": "true"}, {}),
    ("rules.accounts.no-way-in", {"ALLOW_EMAIL_LOGIN": "false"}, {}),
    ("rules.accounts.allowed-domains", {}, {"config": {"registration": {"allowedDomains": ["*.example.net"]}}}),
    ("rules.accounts.password-length", {"MIN_PASSWORD_LENGTH": "200"}, {}),
    ("rules.accounts.password-length", {"MIN_PASSWORD_LENGTH": "4"}, {}),
    ("rules.sessions.whole-seconds", {"SESSION_EXPIRY": "1500"}, {}),
    ("rules.sessions.expired", {"SESSION_EXPIRY": "0"}, {}),
    ("rules.sessions.short", {"SESSION_EXPIRY": "9000"}, {}),
    ("rules.sessions.order", {"REFRESH_TOKEN_EXPIRY": "900000"}, {}),
    ("rules.values.duration", {"SESSION_EXPIRY": "15m"}, {}),
    ("rules.values.not-true", {"ALLOW_REGISTRATION": "yes"}, {}),
    ("rules.values.not-true", {"SAML_USE_AUTHN_RESPONSE_SIGNED": "TRUE"}, {}),
    ("rules.values.empty-is-off", {"ALLOW_EMAIL_LOGIN": ""}, {}),
    ("rules.values.choice.email-encryption", {**MAIL, "EMAIL_ENCRYPTION": "ssl"}, {}),
    ("rules.email.encryption-spelling", {**MAIL, "EMAIL_ENCRYPTION": "TLS"}, {}),
    ("rules.values.score", {"MESSAGE_VIOLATION_SCORE": "abc"}, {}),
    ("rules.values.quotes", {"EMAIL_HOST": "\u201csmtp.example.net\u201d"}, {}),
    ("rules.shared-links.public", {"ALLOW_SHARED_LINKS_PUBLIC": "true"}, {}),
    ("rules.shared-links.public", {"ALLOW_SHARED_LINKS_PUBLIC": "<unset>"}, {"release": "v0.8.2"}),
    ("rules.email.reset-without-mail", {"ALLOW_PASSWORD_RESET": "true"}, {}),
    ("rules.email.reset-without-mail", {**MAIL, "ALLOW_PASSWORD_RESET": "true"}, {"release": "v0.8.3"}),
    ("rules.email.no-sender", {"EMAIL_HOST": "smtp.example.net"}, {}),
    ("rules.email.half-credentials", {**MAIL, "EMAIL_USERNAME": "me"}, {}),
    ("rules.email.no-credentials", MAIL, {"release": "v0.8.3"}),
    ("rules.email.half-mailgun", {"MAILGUN_DOMAIN": "mg.example.net"}, {}),
    ("rules.email.service-and-host", {**MAIL, "EMAIL_SERVICE": "gmail"}, {}),
    ("rules.email.mailgun-and-smtp", {**MAIL, "MAILGUN_API_KEY": "k", "MAILGUN_DOMAIN": "d"}, {}),
    ("rules.email.port-465", {**MAIL, "EMAIL_PORT": "465"}, {}),
    ("rules.email.tls-port", {**MAIL, "EMAIL_ENCRYPTION": "tls"}, {}),
    ("rules.email.any-certificate", {**MAIL, "EMAIL_ALLOW_SELFSIGNED": "true"}, {}),
    ("rules.email.sender-name", {**MAIL, "EMAIL_FROM": "Chat <chat@example.net>"}, {}),
    ("rules.email.sender-form", {**MAIL, "EMAIL_FROM": "chat"}, {}),
    ("rules.email.sample-sender", {**MAIL, "EMAIL_FROM": "noreply@librechat.ai"}, {}),
    ("rules.email.foreign-mailbox", {**MAIL, "EMAIL_FROM": "me@gmail.com"}, {}),
    ("rules.email.gmail-password", {**MAIL, "EMAIL_SERVICE": "gmail", "EMAIL_PASSWORD": "my own password"}, {}),
    ("rules.email.microsoft", {**MAIL, "EMAIL_HOST": "smtp.office365.com", "EMAIL_PASSWORD": "x"}, {}),
    ("rules.social.switched-off", {**GOOGLE, "ALLOW_SOCIAL_LOGIN": "false"}, {}),
    ("rules.social.half.github", {"GITHUB_CLIENT_ID": "id"}, {}),
    ("rules.social.half.apple", {"APPLE_CLIENT_ID": "id"}, {}),
    ("rules.social.not-listed.apple", APPLE, {}),
    ("rules.social.not-listed.openid", OPENID, {"config": {"registration": {"socialLogins": ["google"]}}}),
    (
        "rules.social.callback.google",
        {**GOOGLE, "GOOGLE_CALLBACK_URL": "https://chat.example.net/oauth/google/callback"},
        {},
    ),
    ("rules.social.apple-https", {**APPLE, **LOCAL}, {}),
    ("rules.social.google-https", {**GOOGLE, **HTTP}, {}),
    ("rules.social.no-registration", {**GOOGLE, "ALLOW_SOCIAL_REGISTRATION": "false"}, {}),
    ("rules.openid.half", {**OPENID, "OPENID_SESSION_SECRET": ""}, {}),
    (
        "rules.openid.pkce-secret",
        {**OPENID, "OPENID_CLIENT_SECRET": "", "OPENID_USE_PKCE": "true"},
        {"release": "v0.8.5"},
    ),
    ("rules.openid.issuer-form", {**OPENID, "OPENID_ISSUER": "login.example.net"}, {}),
    ("rules.openid.http-issuer", {**OPENID, "OPENID_ISSUER": "http://login.example.net"}, {}),
    ("rules.openid.local-issuer", {**OPENID, "OPENID_ISSUER": "https://keycloak/realms/x"}, {}),
    ("rules.openid.entra-issuer", {**OPENID, "OPENID_ISSUER": "https://login.microsoftonline.com/common/v2.0"}, {}),
    ("rules.openid.cognito-issuer", {**OPENID, "OPENID_ISSUER": "https://x.auth.eu.amazoncognito.com"}, {}),
    ("rules.openid.no-scope", {**OPENID, "OPENID_SCOPE": ""}, {}),
    ("rules.openid.scope", {**OPENID, "OPENID_SCOPE": "openid profile"}, {}),
    (
        "rules.openid.secret-id",
        {
            **OPENID,
            "OPENID_ISSUER": "https://login.microsoftonline.com/t/v2.0",
            "OPENID_CLIENT_SECRET": "11111111-2222-3333-4444-555555555555",
        },
        {},
    ),
    ("rules.openid.secret-digest", {**OPENID, "OPENID_CLIENT_SECRET": "$pbkdf2-sha512$310000$x"}, {}),
    ("rules.openid.required-role", {**OPENID, "OPENID_REQUIRED_ROLE": "chat"}, {}),
    ("rules.openid.admin-role", {**OPENID, "OPENID_ADMIN_ROLE": "admin"}, {}),
    ("rules.openid.role-sync", {**OPENID, "OPENID_ROLE_SYNC_ENABLED": "true"}, {}),
    ("rules.openid.role-sync-api", {**OPENID, "OPENID_ROLE_SYNC_API_ENABLED": "true"}, {}),
    ("rules.openid.no-admin", {**OPENID, "ALLOW_EMAIL_LOGIN": "false"}, {}),
    ("rules.openid.reuse-offline", {**OPENID, "OPENID_REUSE_TOKENS": "true"}, {}),
    ("rules.openid.cognito-nonce", {**OPENID, "OPENID_ISSUER": "https://cognito-idp.eu.amazonaws.com/p"}, {}),
    ("rules.openid.auto-redirect", {**OPENID, "ALLOW_SOCIAL_LOGIN": "false", "OPENID_AUTO_REDIRECT": "true"}, {}),
    ("rules.openid.no-proxy", {**OPENID, "PROXY": "http://p:1", "NO_PROXY": "x"}, {"release": "v0.8.6"}),
    ("rules.saml.half", {**SAML, "SAML_SESSION_SECRET": ""}, {}),
    ("rules.saml.relative-callback", {**SAML, "SAML_CALLBACK_URL": "/oauth/saml/callback"}, {}),
    ("rules.saml.hidden", {**SAML, **OPENID}, {}),
    (
        "rules.saml.certificate",
        {**SAML, "SAML_CERT": "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----"},
        {},
    ),
    ("rules.saml.certificate-path", {**SAML, "SAML_CERT": "idp/cert"}, {}),
    ("rules.ldap.half", {"LDAP_URL": "ldaps://x"}, {}),
    ("rules.ldap.bind", {**LDAP, "LDAP_BIND_CREDENTIALS": ""}, {}),
    ("rules.ldap.anonymous", {**LDAP, "LDAP_BIND_DN": "", "LDAP_BIND_CREDENTIALS": ""}, {}),
    ("rules.ldap.filter", {**LDAP, "LDAP_SEARCH_FILTER": "mail="}, {}),
    ("rules.ldap.quotes", {**LDAP, "LDAP_BIND_DN": 'cn="reader",dc=x'}, {}),
    ("rules.ldap.unverified", {**LDAP, "LDAP_CA_CERT_PATH": "/app/keys/ca.pem"}, {}),
    ("rules.ldap.ca-without-ldap", {"LDAP_CA_CERT_PATH": "/app/keys/ca.pem"}, {}),
    ("rules.ldap.flag-without-ca", {**LDAP, "LDAP_TLS_REJECT_UNAUTHORIZED": "false"}, {}),
    ("rules.ldap.clear", {**LDAP, "LDAP_URL": "ldap://ldap.example.net"}, {}),
    ("rules.ldap.registration", {**LDAP, "ALLOW_REGISTRATION": "true"}, {}),
    ("rules.ldap.form", {**LDAP, "ALLOW_EMAIL_LOGIN": "false"}, {}),
    ("rules.ldap.password-length", {**LDAP, "MIN_PASSWORD_LENGTH": ""}, {}),
    ("rules.ldap.username", {**LDAP, "LDAP_SEARCH_FILTER": "(sAMAccountName={{username}})"}, {}),
    ("rules.limits.none-allowed.login-max", {"LOGIN_MAX": ""}, {}),
    ("rules.limits.no-number.login-max", {"LOGIN_MAX": "abc"}, {}),
    ("rules.limits.no-window.login-window", {"LOGIN_WINDOW": ""}, {}),
    ("rules.limits.sso", {**OPENID, "LOGIN_MAX": "7"}, {}),
    ("rules.bans.interval", {"BAN_VIOLATIONS": "true", "BAN_INTERVAL": "0"}, {}),
    ("rules.redis.no-address", {"USE_REDIS": "true"}, {}),
    ("rules.redis.two-prefixes", {"REDIS_KEY_PREFIX": "a", "REDIS_KEY_PREFIX_VAR": "b"}, {}),
    ("rules.tls.verification-off", {"NODE_TLS_REJECT_UNAUTHORIZED": "0"}, {}),
    ("rules.names.renamed", {"FROM_EMAIL": "a@example.net"}, {}),
    ("rules.names.unread", {"LIMIT_FORK_IP": "true"}, {}),
    ("rules.names.gone", {"OPENID_SET_FIRST_SUPPORTED_ALGORITHM": "true"}, {}),
    ("rules.names.too-new", {"SESSION_COOKIE_SECURE": "true"}, {"release": "v0.8.5"}),
    ("rules.names.unknown", {"OPENID_SCOPES": "openid"}, {}),
    ("rules.names.unknown", {"ALLOW_EMAL_LOGIN": "true"}, {}),
    ("files.compose.overrides", {"ALLOW_REGISTRATION": "false"}, {"overridden": {"ALLOW_REGISTRATION": "true"}}),
    ("files.config.not-mounted", {}, {"config": {}, "config_mounted": False}),
    ("files.mounts.ldap-ca-cert-path", {**LDAP, "LDAP_CA_CERT_PATH": "/etc/ca.pem"}, {}),
    ("files.mounts.apple-private-key-path", {**APPLE, "APPLE_PRIVATE_KEY_PATH": "key.p8"}, {}),
    (
        "rules.admin-panel.cookie",
        {
            "ADMIN_PANEL_SESSION_SECRET": "8b" * 32,
            "ADMIN_PANEL_SESSION_COOKIE_SECURE": "true",
            "ADMIN_PANEL_URL": "http://192.168.1.10:3000",
        },
        {"compose": {"services": {"api": {}, "admin-panel": {}}}},
    ),
    ("rules.sessions.short-refresh", {"REFRESH_TOKEN_EXPIRY": "604800", "SESSION_EXPIRY": "60000"}, {}),
    ("rules.domains.form.domain-client", {"DOMAIN_CLIENT": "https://u:p@chat.example.net"}, {}),
    ("rules.domains.form.domain-server", {"DOMAIN_SERVER": "https://chat.example.net?a=b"}, {}),
    ("rules.accounts.no-way-in", {"ALLOW_EMAIL_LOGIN": "false", "ALLOW_EMAIL_LOGIN_OVERRIDE": "true"}, {}),
    ("rules.accounts.password-length", {"MIN_PASSWORD_LENGTH": "-3"}, {}),
    (
        "rules.accounts.expire",
        {**MAIL, "EMAIL_USERNAME": "a", "EMAIL_PASSWORD": "b", "ALLOW_UNVERIFIED_EMAIL_LOGIN": "true"},
        {"release": "v0.7.4"},
    ),
    ("rules.openid.scope", {**OPENID, "OPENID_SCOPE": "openid email"}, {}),
    (
        "rules.openid.entra-version",
        {**OPENID, "OPENID_ISSUER": "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555"},
        {},
    ),
    ("rules.openid.entra-version", {**OPENID, "OPENID_ISSUER": "https://sts.windows.net/t/"}, {}),
    ("rules.ldap.username-filter", {**LDAP, "LDAP_LOGIN_USES_USERNAME": "true"}, {}),
    (
        "rules.ldap.username-filter",
        {**LDAP, "LDAP_LOGIN_USES_USERNAME": "true", "LDAP_SEARCH_FILTER": "(&(a=b)(mail={{username}}))"},
        {},
    ),
    ("rules.saml.callback-path", {**SAML, "SAML_CALLBACK_URL": "https://chat.example.net/saml"}, {}),
    ("rules.saml.certificate", {**SAML, "SAML_CERT": _pem(76)}, {}),
    ("rules.saml.certificate", {**SAML, "SAML_CERT": _pem(48)}, {}),
    ("rules.redis.copies", {}, {"compose": {"services": {"api": {"deploy": {"replicas": 3}}}}}),
    (
        "rules.admin-panel.address",
        {"ADMIN_PANEL_SESSION_SECRET": "8b" * 32},
        {
            "compose": {
                "services": {
                    "api": {},
                    "admin-panel": {"environment": {"VITE_API_BASE_URL": "http://host.docker.internal:3080"}},
                }
            }
        },
    ),
    ("rules.settings.missing", {"CLOUDFRONT_PRIVATE_KEY": "pem"}, {}),
    ("rules.settings.missing", {"MAILGUN_API_KEY": "k", "MAILGUN_DOMAIN": "example.net"}, {}),
    ("rules.settings.no-effect", {"OPENID_ROLE_SYNC_ENABLED": "true", "OPENID_ROLE_SYNC_CLAIM": "groups"}, {}),
    (
        "rules.settings.conflict",
        {"EMAIL_SERVICE": "mailjet", "EMAIL_PORT": "587", "EMAIL_FROM": "chat@example.net"},
        {},
    ),
    ("files.env.open", {}, {"files": {".env": FileState(name=".env", kind="file", mode=0o644, uid=1000)}}),
    ("files.env.unreadable", {}, {"files": {".env": FileState(name=".env", kind="file", mode=0o600, uid=5)}}),
    ("files.config.directory", {}, {"files": {"librechat.yaml": FileState(name="librechat.yaml", kind="directory")}}),
]


@pytest.mark.parametrize(("identity", "values", "options"), FIRES)
def test_rule_fires_and_tells_the_way_out(identity: str, values: dict[str, str], options: dict[str, Any]) -> None:
    found = [finding for finding in check(deployment(values, **options)) if finding.id == identity]
    assert len(found) == 1, [finding.id for finding in check(deployment(values, **options))]
    assert found[0].status in (Status.WARN, Status.FAIL)
    assert found[0].summary.endswith((".", ":"))
    assert found[0].remedy or identity in ("rules.names.unread", "rules.names.gone")


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({}, {}),
        (LOCAL, {}),
        (LOCAL, {"release": "v0.8.3"}),
        (MAIL, {}),
        ({**MAIL, "ALLOW_PASSWORD_RESET": "true"}, {}),
        (OPENID, {}),
        (LDAP, {}),
        ({**LDAP, "LDAP_CA_CERT_PATH": "/app/keys/ca.pem", "LDAP_TLS_REJECT_UNAUTHORIZED": "true"}, {}),
        (SAML, {}),
        ({**SAML, "SAML_CERT": _pem(64)}, {}),
        ({"DOMAIN_CLIENT": "https://chat.example.net:443"}, {}),
        ({**LDAP, "LDAP_URL": "LDAPS://ldap.example.net"}, {}),
        (
            {
                **LDAP,
                "LDAP_LOGIN_USES_USERNAME": "true",
                "LDAP_SEARCH_FILTER": "(|(uid={{username}})(mail={{username}}))",
            },
            {},
        ),
        ({**OPENID, "OPENID_SCOPE": "openid profile", "OPENID_EMAIL_CLAIM": "upn"}, {}),
        ({**OPENID, "OPENID_ISSUER": "https://login.microsoftonline.com/t/v2.0"}, {}),
        ({"ALLOW_EMAIL_LOGIN": "false", "ALLOW_EMAIL_LOGIN_OVERRIDE": "true"}, {"release": "v0.8.8-rc1"}),
        ({"USE_REDIS": "true", "REDIS_URI": "redis://r"}, {"compose": {"services": {"api": {"scale": 2}}}}),
        ({**GOOGLE, "LOGIN_MAX": "50"}, {}),
        ({**APPLE, "LOGIN_MAX": "50"}, {"config": {"version": "1.3.5", "registration": {"socialLogins": ["apple"]}}}),
        ({**HTTP, "SESSION_COOKIE_SECURE": "false"}, {}),
        (HTTP, {"release": "v0.7.2", "compose": {"services": {"api": {"command": "npm run backend:dev"}}}}),
        (
            HTTP,
            {"release": "v0.8.5", "compose": {"services": {"api": {"command": ["node", "api/server/index.js"]}}}},
        ),
        ({"TRUST_PROXY": "2", "SESSION_EXPIRY": "1000 * 60 * 15", "LOGIN_MAX": "20", "BAN_VIOLATIONS": "TRUE "}, {}),
    ],
)
def test_what_is_right_gives_no_finding(values: dict[str, str], options: dict[str, Any]) -> None:
    assert [finding.summary for finding in check(deployment(values, **options))] == []


def test_the_default_of_a_duration_is_part_of_the_sentence() -> None:
    told = [one.summary for one in check(deployment({"SESSION_EXPIRY": "yes"})) if one.id == "rules.values.duration"]
    assert told == ["LibreChat cannot evaluate SESSION_EXPIRY, which is 'yes', and uses its default: 15 minutes."]


def declared(values: dict[str, str], **options: Any) -> dict[str, tuple[str, ...]]:
    """Return what the catalogue alone tells, with the settings that each finding names."""
    found = check(deployment(values, **options))
    return {one.id: one.settings for one in found if one.id.startswith("rules.settings.")}


def test_a_missing_setting_is_named_first_and_with_it_what_needs_it() -> None:
    found = declared({"CLOUDFRONT_PRIVATE_KEY": "pem"})
    assert found == {"rules.settings.missing": ("CLOUDFRONT_KEY_PAIR_ID", "CLOUDFRONT_PRIVATE_KEY")}
    # A release that reads neither needs neither.
    assert declared({"CLOUDFRONT_PRIVATE_KEY": "pem"}, release="v0.8.5") == {}


def test_settings_without_effect_for_one_reason_are_one_finding() -> None:
    roles = {"OPENID_ROLE_SYNC_ENABLED": "true", "OPENID_ROLE_SYNC_CLAIM": "groups"}
    (names,) = declared(roles).values()
    assert set(names) == {*roles, "OPENID_CLIENT_ID"}
    assert declared({**OPENID, **roles}) == {}


@pytest.mark.parametrize(
    "values",
    [
        # Off, and as LibreChat has it anyway: nobody wants anything with them.
        {"OPENID_ROLE_SYNC_ENABLED": "false"},
        {"EMAIL_SERVICE": "mailjet", "EMAIL_PORT": "25", "EMAIL_FROM": "chat@example.net"},
        # Other rules know more about these.
        {"REDIS_KEY_PREFIX": "a", "REDIS_KEY_PREFIX_VAR": "b"},
        {"USE_REDIS": "true"},
        {"GOOGLE_CLIENT_ID": "id"},
        {"MAILGUN_API_KEY": "k", "EMAIL_PORT": "587"},
    ],
)
def test_the_catalogue_repeats_no_other_rule(values: dict[str, str]) -> None:
    assert declared(values) == {}


def test_the_line_that_stops_every_container_comes_first() -> None:
    lines = "".join(f"A{number}=x#y\n" for number in range(40))
    first = next(
        finding
        for finding in check(deployment(text=f"PORT=3080\n{lines}MY KEY=1\n"))
        if finding.id.startswith("files.env")
    )
    assert first.id == "files.env.compose-refuses"
    assert "line 42" in first.summary


def test_no_finding_quotes_a_secret() -> None:
    hidden = "hidden-value"
    names = ("JWT_SECRET", "EMAIL_PASSWORD", "OPENID_CLIENT_SECRET", "CREDS_KEY", "LDAP_BIND_CREDENTIALS", "REDIS_URI")
    for finding in check(deployment({**OPENID, **LDAP, **MAIL, **dict.fromkeys(names, hidden), "USE_REDIS": "yes"})):
        assert hidden not in f"{finding.summary} {finding.remedy} {finding.evidence}"


def test_a_hostile_value_is_quoted_as_plain_text() -> None:
    (finding,) = [
        finding
        for finding in check(deployment({"ALLOW_REGISTRATION": "\x1b]0;owned\x07\u202eyes[/bold]"}))
        if finding.id == "rules.values.not-true"
    ]
    assert "\x1b" not in finding.summary
    assert "\u202e" not in finding.summary
    assert "\\x1b]0;owned" in finding.summary
