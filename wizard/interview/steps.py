"""The steps of the wizard, their order, and what each asks. The same for every front."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from wizard import catalogue
from wizard.answers.draft import Draft
from wizard.answers.typed_values import items
from wizard.catalogue.conditions import answered
from wizard.catalogue.model import Condition
from wizard.catalogue.questions import (
    EXTENT,
    LDAP_PRESET,
    MAIL_PRESET,
    OPENID_PRESET,
    PROVIDERS,
    QUESTIONS,
    SAML_PRESET,
    UPDATE,
    own_question,
    question,
    variable_id,
)
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
    sections: tuple[str, ...] = ()
    """The sections of the catalogue that its further questions are from; those of the wizard's own name the step as theirs."""
    essential: bool = False
    """Part of the short way."""
    provider: str = ""
    """The sign-in provider that the step belongs to; it is on the way only if that is chosen."""

    @property
    def further(self) -> tuple[str, ...]:
        """Shown when everything is wanted: what its sections hold and no step asks at once."""
        return _further(self)

    @property
    def all_questions(self) -> tuple[str, ...]:
        """Every question of the step, the main ones first."""
        return (*self.questions, *self.further)


def _asking(
    identity: str, title: str, intro: str, names: str, *sections: str, essential: bool = False, provider: str = ""
) -> Step:
    """Return a step that asks; ``names`` are variables and ids, and ``sections`` have what it asks besides."""
    main = tuple(name if own_question(name) else variable_id(name) for name in names.split())
    return Step(
        identity,
        title,
        intro,
        questions=main,
        sections=sections,
        essential=essential or bool(provider),
        provider=provider,
    )


@cache
def _further(current: Step) -> tuple[str, ...]:
    """Return what is asked beside the main questions. It loads the catalogue, which the first step does not need."""
    main = {name for one in STEPS for name in one.questions}
    own = (one.id for one in QUESTIONS if one.section == current.id)
    variables = (one.id for one in catalogue.SETTINGS if one.section in current.sections) if current.sections else ()
    return tuple(name for name in (*own, *variables) if name not in main)


def _social(provider: str, title: str, names: str, *sections: str) -> Step:
    main = " ".join(f"{provider.upper()}_{name}" for name in names.split())
    return _asking(provider, title, _CONSOLE, main, *sections, provider=provider)


_OAUTH: Final = "CLIENT_ID CLIENT_SECRET CALLBACK_URL"
_ALWAYS: Final = "Everyone the provider accepts gets an account. To limit who can sign in, use"
_LIMITS: Final = (
    " registration.allowedDomains (v0.8.0 and later). Or assign users to LibreChat in the provider's console."
)
_CONSOLE: Final = (
    "Register LibreChat with the provider, using the values below. Then fill in the values that the provider issues."
)

KUBERNETES: Final = "kubernetes"
STACK: Final = "librechat.stack"

STEPS: Final[tuple[Step, ...]] = (
    Step("welcome", "Welcome",
        "Set up who can sign in to LibreChat, and make sure that people stay signed in and get their email. The wizard shows every change before it writes anything.",
        kind=StepKind.WELCOME, questions=(EXTENT,), essential=True),
    _asking("access", "Access",
        "The address at which users open LibreChat. It determines the cookie settings and the proxy.",
        "access DOMAIN_CLIENT proxy.certificate proxy.email proxy.certificate_file proxy.key_file proxy.server proxy.hops HSTS_ENABLED",
        "domains", essential=True),
    _asking(KUBERNETES, "Kubernetes",
        "Where the Helm release runs and what it uses. The wizard writes the files to the kubernetes folder, and helm and kubectl apply them.",
        "kubernetes.namespace kubernetes.release kubernetes.chart kubernetes.adopt kubernetes.values kubernetes.replicas kubernetes.redis kubernetes.storage"
        " kubernetes.ingress.class kubernetes.ingress.issuer kubernetes.ingress.secret kubernetes.before_ingress"),
    _asking("accounts", "Accounts",
        "Who can have an account. If registration is closed, you create the first account with a command shown in the last step.",
        "ALLOW_REGISTRATION registration.allowedDomains ALLOW_EMAIL_LOGIN ALLOW_PASSWORD_RESET",
        "accounts", essential=True),
    _asking("sessions", "Sessions",
        "How long people stay signed in. Browsers renew the short-lived access token automatically.",
        "SESSION_EXPIRY REFRESH_TOKEN_EXPIRY", "sessions"),
    _asking("secrets", "Secrets",
        "The keys that protect sessions and stored data. The wizard generates missing keys and keeps existing ones.",
        "JWT_SECRET JWT_REFRESH_SECRET CREDS_KEY CREDS_IV MEILI_MASTER_KEY", "credentials"),
    _asking("mail", "Mail",
        "LibreChat sends confirmation and reset links by email. It also works without email: leave all fields empty, and keep password reset off.",
        f"{MAIL_PRESET} EMAIL_HOST EMAIL_PORT EMAIL_ENCRYPTION EMAIL_USERNAME EMAIL_PASSWORD MAILGUN_API_KEY MAILGUN_DOMAIN EMAIL_FROM"
        " EMAIL_FROM_NAME checks.mail_to checks.from_container",
        "email", essential=True),
    _asking("providers", "Providers",
        "Sign-in with accounts that users already have. Choose none to use only email and password. With OpenID and SAML, LibreChat creates an account for everyone that the provider accepts, even if registration is closed.",
        f"{PROVIDERS} ALLOW_SOCIAL_LOGIN ALLOW_SOCIAL_REGISTRATION", essential=True),
    _social("google", "Google", _OAUTH),
    _social("github", "GitHub", _OAUTH, "social"),
    _social("discord", "Discord", _OAUTH),
    _asking("facebook", "Facebook", "Sign-in with Facebook does not work in LibreChat (error 500). Leave these fields empty.",
        f"FACEBOOK_{' FACEBOOK_'.join(_OAUTH.split())}", provider="facebook"),
    _social("apple", "Apple", "CLIENT_ID TEAM_ID KEY_ID PRIVATE_KEY_PATH CALLBACK_URL"),
    _asking("openid", "OpenID", f"{_CONSOLE} {_ALWAYS} OPENID_REQUIRED_ROLE or{_LIMITS}",
        f"{OPENID_PRESET} OPENID_ISSUER OPENID_CLIENT_ID OPENID_CLIENT_SECRET OPENID_SCOPE OPENID_CALLBACK_URL OPENID_BUTTON_LABEL",
        "openid", "openid_roles", "entra", provider="openid"),
    _asking("saml", "SAML", f"{_CONSOLE} {_ALWAYS}{_LIMITS}",
        f"{SAML_PRESET} SAML_ENTRY_POINT SAML_ISSUER SAML_CERT SAML_CALLBACK_URL SAML_BUTTON_LABEL", "saml", provider="saml"),
    _asking("ldap", "LDAP", "Users sign in with their directory password instead of a LibreChat password.",
        f"{LDAP_PRESET} LDAP_URL LDAP_USER_SEARCH_BASE LDAP_BIND_DN LDAP_BIND_CREDENTIALS LDAP_SEARCH_FILTER LDAP_TLS_REJECT_UNAUTHORIZED"
        " LDAP_CA_CERT_PATH",
        "ldap", provider="ldap"),
    _asking("protection", "Protection",
        "Settings for sign-in limits, bans and sharing.",
        "LOGIN_MAX LOGIN_WINDOW BAN_VIOLATIONS BAN_DURATION ALLOW_SHARED_LINKS ALLOW_SHARED_LINKS_PUBLIC ALLOW_ACCOUNT_DELETION"
        " MIN_PASSWORD_LENGTH",
        "limits", "moderation", "shared_links"),
    _asking("page", "Sign-in page",
        "What users see before they sign in, and what they can share. Most of these settings are in librechat.yaml. Settings without an answer stay unchanged.",
        "turnstile.siteKey turnstile.options.size interface.termsOfService.externalUrl interface.termsOfService.modalAcceptance"
        " interface.privacyPolicy.externalUrl interface.sharedLinks.public secureImageLinks X_FRAME_OPTIONS CSP_FRAME_ANCESTORS"),
    _asking("admin-panel", "Admin panel", "The admin panel, which docker-compose.yml starts on a separate port (v0.8.7 and later).",
        "ADMIN_PANEL_URL ADMIN_PANEL_PORT ADMIN_PANEL_SESSION_COOKIE_SECURE", "admin_panel"),
    _asking("server", "Server", "Ports, database, Redis and keys for other services. Most setups need none of these.",
        "PORT APP_TITLE UID GID", "server", "security-headers", "redis", "code_api", "next-release"),
    _asking("update", "Update",
        "See what a LibreChat update would change in this folder before you switch to the new image.", UPDATE),
    _asking("retired", "Deprecated",
        "Old settings that many .env files still contain. LibreChat no longer reads them.",
        "", "retired"),
    Step("checks", "Checks", "The effect of these settings, checked before anything is written.", StepKind.CHECKS, essential=True),
    Step("review", "Review", "Every line that will change. Secrets are hidden.", StepKind.REVIEW, essential=True),
    Step("done", "Done", "Next steps:", StepKind.DONE, essential=True),
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


def is_for_kubernetes(draft: Draft, present: Mapping[str, str]) -> bool:
    """Return whether LibreChat runs on Kubernetes: as answered, else as the folder has it."""
    return draft.state(present).get(STACK) == "helm"


def steps_in_order(draft: Draft, present: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the steps that Next visits, in order."""
    everything = draft.text(EXTENT) == "everything"
    chosen = chosen_providers(draft, present)
    found = []
    on_kubernetes = is_for_kubernetes(draft, present)
    for candidate in STEPS:
        if candidate.id == KUBERNETES:
            is_on_it = on_kubernetes
        elif candidate.provider:
            is_on_it = candidate.provider in chosen
        else:
            is_on_it = candidate.essential or (everything and candidate.id != "retired")
        if is_on_it:
            found.append(candidate)
    return tuple(found)


def listed(current: str, draft: Draft, present: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the steps of the list: also optional ones, but only chosen providers and platforms."""
    chosen = chosen_providers(draft, present)
    on_kubernetes = is_for_kubernetes(draft, present)

    def is_listed(one: Step) -> bool:
        return (not one.provider or one.provider in chosen) and (one.id != KUBERNETES or on_kubernetes)

    return tuple(one for one in STEPS if one.id == current or is_listed(one))


def neighbour(current: str, offset: int, draft: Draft, present: Mapping[str, str]) -> str | None:
    """Return the id of the next (1) or previous (-1) step on the way; ``None`` at its ends.

    From a step beside the way (reached by a jump) it leads to the nearest one on it.
    """
    order = {candidate.id: number for number, candidate in enumerate(STEPS)}
    on_it = [candidate.id for candidate in steps_in_order(draft, present)]
    here = order[step(current).id]
    later = [name for name in on_it if order[name] > here]
    earlier = [name for name in on_it if order[name] < here]
    if offset > 0:
        return later[0] if later else None
    return earlier[-1] if earlier else None


_WHEN: Final[Mapping[str, Condition]] = {
    variable_id("DOMAIN_CLIENT"): answered("access", "", "https-proxy", "https-existing", "http-lan"),
    variable_id("HSTS_ENABLED"): answered("access", "https-proxy", "https-existing"),
}
"""When a question is asked that has an effect in other cases, too; of the others, the catalogue says when they have one."""


def _can_apply(identity: str, state: Mapping[str, str]) -> bool:
    """Return whether an answer could have an effect: a question of the wizard's own has none beside other answers than its own.

    LibreChat's variables are always shown: they may be in the file for later.
    """
    own = own_question(identity)
    return own is None or own.asked.applies is None or own.asked.applies.holds(state)


def shown_questions(
    current: Step, draft: Draft, present: Mapping[str, str], release: Release, *, everything: bool
) -> tuple[str, ...]:
    """Return the questions that the step asks now, given the answers so far.

    A question beside the main ones is shown when it has an entry of its own, so that nothing is in force unseen; ``everything``
    shows all of them, those of other releases too.
    """
    state = draft.state(present)
    if everything:
        return tuple(name for name in current.all_questions if name in draft.entries or _can_apply(name, state))
    found = []
    for identity in current.all_questions:
        asked = question(identity)
        is_main = identity in current.questions
        when = (_WHEN.get(identity) or asked.applies) if is_main else None
        is_due = is_main and asked.is_read(release) and (when is None or when.holds(state))
        if is_due or (when is None and identity in draft.entries):
            found.append(identity)
    return tuple(found)
