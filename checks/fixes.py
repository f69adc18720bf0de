"""Automatic fixes: the change of settings that a finding's remedy names, if there is only one right change.

Where a fix would be a choice (which of two mail servers counts, whether registration is meant to be open), there is none here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from wizard.answers.model import Answers, Given, Source
from wizard.basics.finding import Finding, Status
from wizard.catalogue import by_key
from wizard.deployment.model import Deployment
from wizard.findings import accounts, directory, domains, email, headers, limits, openid, secrets, social, values
from wizard.findings.model import FindingEntry, FindingFamily
from wizard.librechat.providers import SOCIAL

_ON: Final = frozenset({"yes", "y", "on", "1", "t", "enabled", "enable", "wahr", "ja"})
_OPENS: Final = frozenset(
    {"ALLOW_REGISTRATION", "ALLOW_SOCIAL_REGISTRATION", "ALLOW_UNVERIFIED_EMAIL_LOGIN", "ALLOW_PASSWORD_RESET"}
    | {"EMAIL_ALLOW_SELFSIGNED", "ALLOW_SHARED_LINKS_PUBLIC"}
)
"""Switches that nobody turns on by the way: they stay as LibreChat reads them now, off."""
_JWT: Final = ("JWT_SECRET", "JWT_REFRESH_SECRET")
"""Secrets that can be replaced at the price of a new sign-in for everybody; what CREDS_KEY encrypted would be lost."""
_SCOPES: Final = ("openid", "profile", "email")

Changes = Mapping[str, str | None]
_Fixer = Callable[[Deployment, Finding], Changes]


class Fix(NamedTuple):
    """A finding with the answers that fix it."""

    finding: Finding
    answers: Answers


def fixes(deployment: Deployment, findings: Iterable[Finding]) -> Iterator[Fix]:
    """Yield what fixes these findings, in their order; findings without a fix of this kind give none."""
    for finding in findings:
        if finding.status is Status.PASS:
            continue
        if replaced := tuple(_replaced(finding)):
            names = frozenset(replaced)
            yield Fix(finding, Answers(generate=names, replace=names))
            continue
        changes = {**_changes(deployment, finding)}
        if changes:
            given = {name: Given(value, Source.FLAG) for name, value in changes.items()}
            yield Fix(finding, Answers(settings=given))


def is_missing_secret(finding: Finding) -> bool:
    """Whether any run that writes settings fixes it: a needed secret is blank."""
    return (
        finding.id in {secrets.MISSING.of(name).id for name in finding.settings}
        or finding.id == secrets.ADMIN_PANEL_SECRET.id
    )


def _replaced(finding: Finding) -> Iterator[str]:
    """Yield the secrets that are replaced by generated ones."""
    families = (secrets.PUBLISHED, secrets.SHORT, secrets.PLACEHOLDER)
    yield from (name for name in _JWT for family in families if finding.id == family.of(name).id)
    if finding.id == secrets.JWT_EQUAL.id:
        yield "JWT_REFRESH_SECRET"
    if finding.id == secrets.ADMIN_PANEL_SECRET.id:
        yield "ADMIN_PANEL_SESSION_SECRET"


def _changes(deployment: Deployment, finding: Finding) -> Changes:
    if (fixer := _FIXERS.get(finding.id)) is not None:
        return fixer(deployment, finding)
    for family, fixer in _FAMILIES:
        if family.has(finding):
            return fixer(deployment, finding)
    for provider in (*SOCIAL, "openid"):
        if finding.id == social.CALLBACK.of(provider).id:
            return {f"{provider.upper()}_CALLBACK_URL": f"/oauth/{provider}/callback"}
    return {}


def _set(**changes: str | None) -> _Fixer:
    return lambda _deployment, _finding: changes


def _without(_: Deployment, finding: Finding) -> Changes:
    """Take the lines out, so that LibreChat's own value counts."""
    return dict.fromkeys(finding.settings)


def _switch(deployment: Deployment, finding: Finding) -> Changes:
    def meant(name: str) -> str:
        text = deployment.settings.get(name, "").strip().lower()
        return "true" if (text in _ON or text == "true") and name not in _OPENS else "false"

    return {name: meant(name) for name in finding.settings}


def _without_slash(deployment: Deployment, finding: Finding) -> Changes:
    return {name: deployment.settings.get(name, "").strip().rstrip("/") for name in finding.settings}


def _encryption(deployment: Deployment, finding: Finding) -> Changes:
    if "EMAIL_ENCRYPTION" not in finding.settings:
        return {}
    text = deployment.settings.get("EMAIL_ENCRYPTION", "").strip().lower()
    return {"EMAIL_ENCRYPTION": "starttls"} if "start" in text else {"EMAIL_ENCRYPTION": "tls"}


def _scope(deployment: Deployment, _: Finding) -> Changes:
    given = deployment.settings.get("OPENID_SCOPE", "").split()
    return {"OPENID_SCOPE": " ".join((*(word for word in _SCOPES if word not in given), *given))}


def _new_name(deployment: Deployment, finding: Finding) -> Changes:
    changes: dict[str, str | None] = {}
    for name in finding.settings:
        setting = by_key().get(name)
        if setting is not None and setting.renamed_to and name in deployment.settings:
            changes[name] = None
            if not deployment.settings.get(setting.renamed_to, "").strip():
                changes[setting.renamed_to] = deployment.settings[name]
    return changes


def _whole_callback(deployment: Deployment, _: Finding) -> Changes:
    server = deployment.settings.get("DOMAIN_SERVER", "").strip().rstrip("/")
    return {"SAML_CALLBACK_URL": f"{server}/oauth/saml/callback"} if "://" in server else {}


def _by_id(*pairs: tuple[FindingEntry, _Fixer]) -> Mapping[str, _Fixer]:
    return {entry.id: fixer for entry, fixer in pairs}


_FIXERS: Final = _by_id(
    (values.NOT_TRUE, _switch),
    (values.DURATION, _without),
    (values.SCORE, _without),
    (values.NAMES_RENAMED, _new_name),
    (email.PORT_465, _set(EMAIL_ENCRYPTION="tls")),
    (email.TLS_PORT, _set(EMAIL_ENCRYPTION="starttls")),
    (email.ENCRYPTION_SPELLING, _encryption),
    (email.RESET_WITHOUT_MAIL, _set(ALLOW_PASSWORD_RESET="false")),
    (domains.COOKIES_INSECURE, _set(SESSION_COOKIE_SECURE=None)),
    (domains.PROXY_TRUST_PROXY, _set(TRUST_PROXY="1")),
    (domains.PORT_MISSING, _set(PORT="3080")),
    (domains.PORT_DEPLOY, _set(PORT="3080")),
    (domains.HOST_LOCAL, _set(HOST="0.0.0.0")),  # noqa: S104 - inside of the container
    (social.SWITCHED_OFF, _set(ALLOW_SOCIAL_LOGIN="true")),
    (openid.NO_SCOPE, _scope),
    (openid.SCOPE, _scope),
    (openid.COGNITO_NONCE, _set(OPENID_GENERATE_NONCE="true")),
    (directory.SAML_RELATIVE_CALLBACK, _whole_callback),
    (accounts.SESSIONS_WHOLE_SECONDS, _without),
    (accounts.SESSIONS_EXPIRED, _without),
    (accounts.SESSIONS_TOO_LONG, _without),
    (accounts.SESSIONS_SHORT, _without),
    (accounts.SESSIONS_SHORT_REFRESH, _without),
    (accounts.SESSIONS_REFRESH_WHOLE_SECONDS, _without),
    (limits.BANS_INTERVAL, _set(BAN_INTERVAL=None)),
    (headers.HSTS_HTTP, _set(HSTS_ENABLED="false")),
    (headers.HSTS_MAX_AGE, _without),
)
_FAMILIES: Final[tuple[tuple[FindingFamily, _Fixer], ...]] = (
    (domains.SLASH, _without_slash),
    (values.CHOICE, _encryption),
    (limits.NONE_ALLOWED, _without),
    (limits.NO_NUMBER, _without),
    (limits.NO_WINDOW, _without),
    (openid.DISCOVERY, _without),
)
