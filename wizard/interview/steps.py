"""Which steps a person walks through, in what order, and what each of them asks. The same for every front end."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from wizard import catalogue
from wizard.answers.draft import Draft
from wizard.answers.typed_values import items
from wizard.catalogue.conditions import answered, both
from wizard.catalogue.model import Condition
from wizard.catalogue.questions import EXTENT, MAIL_PRESET, OPENID_PRESET, PROVIDERS, SETTINGS, question
from wizard.librechat.providers import MARKS
from wizard.librechat.releases import Release


class StepKind(StrEnum):
    """What a step does."""

    WELCOME = "welcome"
    QUESTIONS = "questions"
    CHECKS = "checks"
    REVIEW = "review"
    DONE = "done"


class Step(NamedTuple):
    """One screen, or one round of prompts."""

    id: str
    title: str
    intro: str
    kind: StepKind = StepKind.QUESTIONS
    questions: tuple[str, ...] = ()
    """Asked at once."""
    beside: tuple[str, ...] = ()
    """Shown when everything is wanted, before what else the sections hold."""
    sections: tuple[str, ...] = ()
    """The sections of the catalogue whose other settings are shown then, too."""
    essential: bool = False
    """Part of the short way."""
    provider: str = ""
    """The sign-in provider that the step belongs to; it is on the way only where that is chosen."""

    @property
    def further(self) -> tuple[str, ...]:
        """Shown when everything is wanted."""
        return _further(self) if self.sections else self.beside

    @property
    def all_questions(self) -> tuple[str, ...]:
        """Every question of the step, the main ones first."""
        return (*self.questions, *self.further)


def _named(*names: str) -> tuple[str, ...]:
    return tuple(name if "." in name or name == "access" else f"{SETTINGS}{name}" for name in names)


@cache
def _further(current: Step) -> tuple[str, ...]:
    """Return what is asked beside the main questions. It loads the catalogue, which the first step does not need."""
    main = {name for one in STEPS for name in one.questions}
    prefix = f"{SETTINGS}{current.provider.upper()}_" if "social" in current.sections else SETTINGS
    found = (f"{SETTINGS}{one.key}" for one in catalogue.SETTINGS if one.section in current.sections)
    return (*current.beside, *(name for name in found if name.startswith(prefix) and name not in main))


def _social(provider: str, title: str, *names: str) -> Step:
    return Step(
        id=provider,
        title=title,
        intro=_CONSOLE,
        questions=_named(*(f"{provider.upper()}_{name}" for name in names)),
        sections=("social",),
        essential=True,
        provider=provider,
    )


_ACCESS: Final = _named(
    "access",
    "DOMAIN_CLIENT",
    "proxy.certificate",
    "proxy.email",
    "proxy.certificate_file",
    "proxy.key_file",
    "proxy.server",
    "proxy.hops",
)
_ACCOUNTS: Final = _named(
    "ALLOW_REGISTRATION", "registration.allowedDomains", "ALLOW_EMAIL_LOGIN", "ALLOW_PASSWORD_RESET"
)
_SESSIONS: Final = _named("SESSION_EXPIRY", "REFRESH_TOKEN_EXPIRY")
_SECRETS: Final = _named("JWT_SECRET", "JWT_REFRESH_SECRET", "CREDS_KEY", "CREDS_IV", "MEILI_MASTER_KEY")
_MAIL: Final = _named(
    MAIL_PRESET,
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_ENCRYPTION",
    "EMAIL_USERNAME",
    "EMAIL_PASSWORD",
    "MAILGUN_API_KEY",
    "MAILGUN_DOMAIN",
    "EMAIL_FROM",
    "EMAIL_FROM_NAME",
    "checks.mail_to",
    "checks.from_container",
)
_OPENID: Final = _named(
    OPENID_PRESET,
    "OPENID_ISSUER",
    "OPENID_CLIENT_ID",
    "OPENID_CLIENT_SECRET",
    "OPENID_SCOPE",
    "OPENID_CALLBACK_URL",
    "OPENID_BUTTON_LABEL",
)
_SAML: Final = _named("SAML_ENTRY_POINT", "SAML_ISSUER", "SAML_CERT", "SAML_CALLBACK_URL", "SAML_BUTTON_LABEL")
_LDAP: Final = _named(
    "LDAP_URL",
    "LDAP_USER_SEARCH_BASE",
    "LDAP_BIND_DN",
    "LDAP_BIND_CREDENTIALS",
    "LDAP_SEARCH_FILTER",
    "LDAP_TLS_REJECT_UNAUTHORIZED",
    "LDAP_CA_CERT_PATH",
)
_PROTECTION: Final = _named(
    "LOGIN_MAX", "LOGIN_WINDOW", "BAN_VIOLATIONS", "BAN_DURATION", "ALLOW_SHARED_LINKS", "ALLOW_SHARED_LINKS_PUBLIC"
)
_MINOR_ACCOUNTS: Final = _named("ALLOW_ACCOUNT_DELETION", "MIN_PASSWORD_LENGTH")
_PANEL: Final = _named("ADMIN_PANEL_URL", "ADMIN_PANEL_PORT", "ADMIN_PANEL_SESSION_COOKIE_SECURE")
_OAUTH: Final = ("CLIENT_ID", "CLIENT_SECRET", "CALLBACK_URL")
_CONSOLE: Final = "Register LibreChat at the provider with the values shown below, then fill in what it gives you."

STEPS: Final[tuple[Step, ...]] = (
    Step(
        id="welcome",
        title="Welcome",
        intro="This sets up who may sign in to LibreChat, and makes sure that they stay signed in and get their mail. Nothing is written before you have seen it.",
        kind=StepKind.WELCOME,
        questions=(EXTENT,),
        beside=("librechat.release", "librechat.stack"),
        essential=True,
    ),
    Step(
        id="access",
        title="Access",
        intro="Under which address people reach LibreChat. Addresses, cookies and the proxy follow from it.",
        questions=_ACCESS,
        beside=("proxy.hsts",),
        sections=("domains",),
        essential=True,
    ),
    Step(
        id="accounts",
        title="Accounts",
        intro="Who may have an account. With registration closed, you make the first account with a command that the last step shows.",
        questions=_ACCOUNTS,
        sections=("accounts",),
        essential=True,
    ),
    Step(
        id="sessions",
        title="Sessions",
        intro="How long people stay signed in. Browsers renew the short access token by themselves.",
        questions=_SESSIONS,
        sections=("sessions",),
    ),
    Step(
        id="secrets",
        title="Secrets",
        intro="The keys that protect sessions and stored data. Missing ones are made; those that are there are kept.",
        questions=_SECRETS,
        sections=("credentials",),
    ),
    Step(
        id="mail",
        title="Mail",
        intro="Confirmation and reset links go by mail. Without mail LibreChat works too: leave it all empty, and password reset off.",
        questions=_MAIL,
        sections=("email",),
        essential=True,
    ),
    Step(
        id="providers",
        title="Providers",
        intro="Sign-in with accounts that people already have. Choose none to stay with mail address and password.",
        questions=_named(PROVIDERS, "ALLOW_SOCIAL_LOGIN", "ALLOW_SOCIAL_REGISTRATION"),
        beside=("registration.socialLogins",),
        essential=True,
    ),
    _social("google", "Google", *_OAUTH),
    _social("github", "GitHub", *_OAUTH),
    _social("discord", "Discord", *_OAUTH),
    _social("facebook", "Facebook", *_OAUTH),
    _social("apple", "Apple", "CLIENT_ID", "TEAM_ID", "KEY_ID", "PRIVATE_KEY_PATH", "CALLBACK_URL"),
    Step(
        id="openid",
        title="OpenID",
        intro=_CONSOLE,
        questions=_OPENID,
        sections=("openid", "openid_roles", "entra"),
        essential=True,
        provider="openid",
    ),
    Step(
        id="saml",
        title="SAML",
        intro=_CONSOLE,
        questions=_SAML,
        sections=("saml",),
        essential=True,
        provider="saml",
    ),
    Step(
        id="ldap",
        title="LDAP",
        intro="People sign in with the password of the directory, in place of LibreChat's own.",
        questions=_LDAP,
        sections=("ldap",),
        essential=True,
        provider="ldap",
    ),
    Step(
        id="protection",
        title="Protection",
        intro="What happens to those who try too often, and what people may share. Turnstile is not among it: its key stands in librechat.yaml, and no LibreChat release checks it on the server.",
        questions=(*_PROTECTION, *_MINOR_ACCOUNTS),
        sections=("limits", "moderation", "shared_links"),
    ),
    Step(
        id="admin-panel",
        title="Admin panel",
        intro="The panel that docker-compose.yml of v0.8.7 and later starts on a port of its own.",
        questions=_PANEL,
        sections=("admin_panel",),
    ),
    Step(
        id="server",
        title="Server",
        intro="Ports, database, Redis and keys of further services. Most set-ups need none of these.",
        questions=_named("PORT", "APP_TITLE", "UID", "GID"),
        sections=("server", "redis", "code_api"),
    ),
    Step(
        id="retired",
        title="No longer read",
        intro="Names that still stand in many .env files. LibreChat does not read them; they are listed so that nobody looks for them.",
        sections=("retired",),
    ),
    Step(
        id="checks",
        title="Checks",
        intro="What would happen with these settings, before anything is written.",
        kind=StepKind.CHECKS,
        essential=True,
    ),
    Step(
        id="review",
        title="Review",
        intro="Every line that would change. Secrets are not shown.",
        kind=StepKind.REVIEW,
        essential=True,
    ),
    Step(
        id="done",
        title="Done",
        intro="The files are written. What comes next:",
        kind=StepKind.DONE,
        essential=True,
    ),
)  # fmt: skip


@cache
def step(identity: str) -> Step:
    """Return a step; the first one for an id that there is not (a draft of another release)."""
    return next((found for found in STEPS if found.id == identity), STEPS[0])


@cache
def step_of(identity: str) -> Step:
    """Return the step that asks this question."""
    return next((found for found in STEPS if identity in found.all_questions), STEPS[0])


def chosen_providers(draft: Draft, present: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sign-in providers that are to be set up: those that the person chose, else those that ``.env`` has."""
    text = draft.text(PROVIDERS)
    if text is not None:
        return tuple(items(text))
    values = draft.values(present)
    return tuple(name for name, mark in MARKS.items() if values.get(mark, "").strip())


def way(draft: Draft, present: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the steps from the first to the last one, as "next" walks them."""
    everything = draft.text(EXTENT) == "everything"
    chosen = chosen_providers(draft, present)
    found = []
    for candidate in STEPS:
        if candidate.provider:
            is_on_it = candidate.provider in chosen
        else:
            is_on_it = candidate.essential or (everything and candidate.id != "retired")
        if is_on_it:
            found.append(candidate)
    return tuple(found)


def neighbour(current: str, offset: int, draft: Draft, present: Mapping[str, str]) -> str | None:
    """Return the id of the next (1) or previous (-1) step on the way; ``None`` at its ends.

    From a step beside the way (reached by a jump) it leads to the nearest one on it.
    """
    order = {candidate.id: number for number, candidate in enumerate(STEPS)}
    on_it = [candidate.id for candidate in way(draft, present)]
    here = order[step(current).id]
    later = [name for name in on_it if order[name] > here]
    earlier = [name for name in on_it if order[name] < here]
    if offset > 0:
        return later[0] if later else None
    return earlier[-1] if earlier else None


_WHEN: Final[Mapping[str, Condition]] = {
    f"{SETTINGS}DOMAIN_CLIENT": answered("access", "", "https-proxy", "https-existing", "http-lan"),
    "proxy.server": answered("access", "https-proxy", "https-existing"),
    "proxy.certificate": answered("access", "https-proxy"),
    "proxy.email": both(answered("access", "https-proxy"), answered("proxy.certificate", "", "acme")),
    "proxy.certificate_file": both(answered("access", "https-proxy"), answered("proxy.certificate", "files")),
    "proxy.key_file": both(answered("access", "https-proxy"), answered("proxy.certificate", "files")),
    "proxy.hops": answered("access", "https-existing"),
}
"""When the access step asks a question; of the other steps, the catalogue says when a setting has an effect."""


def shown_questions(
    current: Step, draft: Draft, present: Mapping[str, str], release: Release, *, everything: bool
) -> tuple[str, ...]:
    """Return the questions that the step asks now, given the answers so far.

    A question beside the main ones is shown when it has an entry of its own, so that nothing is in force unseen; ``everything``
    shows all of them, those of other releases too.
    """
    if everything:
        return current.all_questions
    own = {name: draft.text(name) or "" for name in draft.entries if not name.startswith(SETTINGS)}
    values = {**draft.values(present), **own}
    found = []
    for identity in current.all_questions:
        asked = question(identity)
        is_main = identity in current.questions
        when = (_WHEN.get(identity) or asked.applies) if is_main else None
        is_due = is_main and asked.is_read(release) and (when is None or when.holds(values))
        if is_due or (when is None and identity in draft.entries):
            found.append(identity)
    return tuple(found)
