"""The state of a field, computed once: both fronts draw it, in the same words. No terminal library."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from screens.shared.outside_dotenv import set_outside_dotenv
from screens.shared.person_words import for_person
from wizard.answers.draft import AskAgain, Generate, Typed
from wizard.answers.typed_values import is_switch, items
from wizard.catalogue.model import Choice, Kind, Setting, holds_secret
from wizard.catalogue.questions import (
    MAIL_PRESET,
    OPENID_PRESET,
    PROVIDER_PRESETS,
    PROVIDERS,
    UPDATE,
    own_question,
    question,
)
from wizard.interview.addresses import ADDRESSES, LAN_EXAMPLE, is_this_machine_only, proposed_address, with_completed
from wizard.interview.presets import Preset, preset, presets
from wizard.interview.steps import chosen_providers, step_of
from wizard.interview.update import update_findings, update_sentence
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from wizard.basics.finding import Finding
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview

_MEANINGS: Final[Mapping[str, str]] = {
    "SESSION_EXPIRY": "{}; browsers renew it automatically",
    "REFRESH_TOKEN_EXPIRY": "{}; users must sign in again after that",
    "BAN_DURATION": "{} until a banned user can try again",
}
_OPEN: Final = ("proxy.server",)
_NEEDED: Final = ("JWT_SECRET", "JWT_REFRESH_SECRET", "CREDS_KEY", "CREDS_IV", "MEILI_MASTER_KEY")
_DEFAULT_SINCE: Final[Mapping[str, Release]] = {"VIOLATION_SCORE_TTL": Release(0, 8, 8, 2)}
"""Defaults that earlier releases did not have."""
_EXAMPLES: Final[Mapping[str, str]] = {
    "DOMAIN_CLIENT": "https://chat.example.com",
    "EMAIL_HOST": "smtp.example.com",
    "EMAIL_FROM": "librechat@example.com",
    "EMAIL_USERNAME": "librechat@example.com",
    UPDATE: "v0.8.8",
    "checks.mail_to": "you@example.com",
    "registration.allowedDomains": "example.com, example.org",
    "registration.socialLogins": "openid, google",
    "registration.oauthStateTtlMs": "900000",
    "turnstile.siteKey": "0x4AAA...",
    "interface.termsOfService.externalUrl": "https://example.com/terms",
    "interface.privacyPolicy.externalUrl": "https://example.com/privacy",
    "LDAP_URL": "ldaps://ldap.example.com",
    "LDAP_USER_SEARCH_BASE": "ou=people,dc=example,dc=com",
    "OPENID_ISSUER": "https://id.example.com",
}
_KEPT: Final[Mapping[str, str]] = {".env": "from .env", ".env.example": "from .env.example"}
_COMING: Final[Mapping[str, str]] = {
    "outside": "set outside .env",
    "generated": "a new random value",
    "asked again": "type it again (secrets are not saved)",
}
_DECIDED: Final[Mapping[str, str]] = {"empty": "empty", "outside": "set outside .env"}
"""What stands for no answer where the files, and not LibreChat's default, say what counts."""
_ORIGINS: Final[Mapping[str, str]] = {
    "typed": "your answer",
    "generated": "will be generated",
    ".env": "in .env",
    ".env.example": "from .env.example",
    "empty": "empty",
    "outside": "set outside .env",
    "default": "LibreChat's default",
    "proposed": "default",
    "asked again": "type it again",
    "": "not set",
}


_ASKS: Final[Mapping[str, str]] = {ADDRESSES[0]: "Type the address that users will open."}
"""What a field that is still empty says, by question."""


_SIGNS: Final[Mapping[str, str]] = {
    "your answer": "*",
    "will be generated": "+",
    "type it again": "?",
    "in .env": "=",
    "empty": "=",
    "not set": " ",
}
"""One sign for each origin; the others are defaults of somebody: ``~``."""


class FieldState(NamedTuple):
    """All that is to be seen of a question at one moment."""

    asked: Setting
    value: str
    """The value in force; empty if there is none or if it is not shown. A secret is here only if it was typed in this run."""
    origin: str
    """In a word or two, who gave that value."""
    editor: str
    """What the editor holds: an answer, or what can be edited; nothing if the default applies as long as nobody types."""
    placeholder: str
    """What an empty editor shows: a hint, an example, or the default that applies as long as it is empty."""
    example: str
    """A value that somebody might type."""
    hint: str
    """What stands for a value that is not shown: it is kept, comes, or is asked again; else empty."""
    choices: tuple[Choice, ...]
    """What can be chosen; nothing for a free text."""
    meaning: str
    """What a duration means."""
    advice: str
    """What to do at the chosen provider."""
    findings: tuple["Finding", ...]
    """What the release in it means for the folder, the worst first."""
    filled: str
    """The values that it fills in, where its fields are not shown."""
    remarks: tuple[tuple[str, str], ...]
    """(``problem``, ``warning`` or ``needed``, text): the field's own fault, else those across fields."""

    @property
    def sign(self) -> str:
        """One sign for who gave the value, if it is not LibreChat alone."""
        return _SIGNS.get(self.origin, "~" if self.origin else " ")

    @property
    def title(self) -> str:
        """The name; without the section in front of it in the section's own step, whose title says it."""
        short = self.asked.title.removeprefix(f"{step_of(self.asked.id).title}: ")
        return short[:1].upper() + short[1:]

    @property
    def named_value(self) -> str:
        """The value as a person chooses it: the labels of its choices; what .env has of a LibreChat variable."""
        if self.asked.is_variable or not self.choices:
            return self.value
        labels = {one.value: one.label for one in self.choices}
        parts = items(self.value) if self.asked.kind is Kind.LIST else (self.value,)
        return ", ".join(labels.get(part, part) for part in parts)

    @property
    def name(self) -> str:
        """The name that is in the files."""
        return "" if self.asked.is_guide else self.asked.label

    @property
    def columns(self) -> int:
        """In how many columns the choices stand; 0: all on one line."""
        labels = [len(one.label) for one in self.choices]
        if self.asked.kind is not Kind.LIST and sum(label + 6 for label in labels) <= 50:  # noqa: PLR2004 - columns of a field
            return 0
        return 2 if len(labels) > 5 and max(labels) <= 24 else 1  # noqa: PLR2004 - half a field


def field_state(interview: "Interview", identity: str, preview: "Preview | None" = None) -> FieldState:
    """Return what a field shows; ``preview`` is what the answers lead to."""
    asked = question(identity)
    value, origin = _in_force(interview, asked)
    options = choices(asked)
    if origin in _DECIDED and is_switch(asked):
        # LibreChat's default is not what counts here.
        options = tuple(one._replace(label=_DECIDED[origin]) if not one.value else one for one in options)
    # A secret in .env is kept, and not shown.
    is_hidden = origin in _KEPT and holds_secret(asked, value)
    hint = _KEPT[origin] if is_hidden else _COMING.get(origin, "")
    is_unset = origin == "default" and (is_switch(asked) or (asked.kind is Kind.CHOICE and asked.is_variable))
    is_open = is_hidden or is_unset or (origin in ("default", "proposed") and not options)
    found = preset(identity, interview.draft.text(identity))
    example = _example(interview, asked)
    return FieldState(
        asked=asked,
        value="" if is_hidden else value,
        origin=_ORIGINS.get(origin, origin),
        editor="" if is_open else value,
        placeholder=hint or example or _default_that_applies(interview, asked, origin),
        example=example,
        hint=hint,
        choices=options,
        meaning="" if is_hidden else _completion(interview, asked, value) or _meaning(asked, value),
        advice=_advice(interview, asked, value, found),
        findings=update_findings(interview, value) if asked.id == UPDATE else (),
        filled=_filled(interview, asked, found),
        remarks=_remarks(interview, identity, preview),
    )


def _in_force(interview: "Interview", asked: Setting) -> tuple[str, str]:
    """Return the value in force, empty if there is none, and who gave it."""
    match interview.draft.entries.get(asked.id):
        case Generate():
            return "", "generated"
        case AskAgain():
            return "", "asked again"
        case Typed():
            return interview.draft.text(asked.id) or "", "typed"
        case None:
            return _untouched(interview, asked)


def _untouched(interview: "Interview", asked: Setting) -> tuple[str, str]:
    if asked.id in ADDRESSES and _is_too_narrow(interview, asked):
        # The address of .env.example, which is not what people elsewhere can use.
        return "", ""
    if asked.is_variable and (present := interview.present.get(asked.key)):
        return present, ".env" if interview.snapshot.state(".env").data is not None else ".env.example"
    if asked.id == PROVIDERS and (chosen := chosen_providers(interview.draft, interview.present)):
        return ",".join(chosen), "set up"
    if asked.id == "librechat.release":
        return str(interview.release), interview.snapshot.release_source or "assumed"
    if asked.id == "librechat.stack":
        return interview.snapshot.stack.value, "the folder"
    return _unset(interview, asked)


def _unset(interview: "Interview", asked: Setting) -> tuple[str, str]:
    """Return the default, if nothing else decides what LibreChat reads."""
    if not asked.is_variable:
        return ("", "") if asked.default is None else (asked.default, "proposed")
    if asked.key in interview.present:
        return "", "" if asked.default is None else "empty"
    if asked.key in set_outside_dotenv(interview):
        return "", "outside"
    is_known = asked.default is not None and _is_default_now(interview, asked)
    return (asked.default or "", "default") if is_known else ("", "")


def _is_default_now(interview: "Interview", asked: Setting) -> bool:
    """Return whether the folder's release has the default of the newest one."""
    return asked.key not in _DEFAULT_SINCE or interview.release >= _DEFAULT_SINCE[asked.key]


def _default_that_applies(interview: "Interview", asked: Setting, origin: str) -> str:
    """Return LibreChat's default, in words, where it applies as long as the field stays empty."""
    if not asked.default or origin in ("empty", "outside") or not _is_default_now(interview, asked):
        return ""
    # An answer that removes the line leaves the value to what else sets it.
    is_removed = origin == "typed" and asked.is_variable and asked.key in set_outside_dotenv(interview)
    return "" if is_removed else f"default: {asked.default}"


def _is_too_narrow(interview: "Interview", asked: Setting) -> bool:
    """Return whether people come from elsewhere while the address that stands here leads to this machine only."""
    access = interview.draft.text("access")
    return access not in (None, "", "localhost") and is_this_machine_only(interview.present.get(asked.key, ""))


def _completion(interview: "Interview", asked: Setting, value: str) -> str:
    """Return an address as it will be written, where something is added to what was typed."""
    whole = with_completed(interview.draft, interview.present).text(asked.id) if asked.id in ADDRESSES else None
    return whole if whole is not None and whole != value else ""


def _proposed(interview: "Interview") -> str:
    return proposed_address(interview.draft, interview.present, interview.addresses)


def _advice(interview: "Interview", asked: Setting, value: str, found: Preset | None) -> str:
    """Return what to do at the chosen provider, or what this machine proposes."""
    if asked.id == UPDATE:
        return update_sentence(interview, value)
    if asked.id == ADDRESSES[0] and not value and (own := _proposed(interview)):
        return f"This machine: {own} (F5 fills it in)"
    return found.advice if found else ""


def _filled(interview: "Interview", asked: Setting, found: Preset | None) -> str:
    """Return what the chosen provider of mail fills in."""
    if asked.id != MAIL_PRESET or found is None:
        return ""
    values = interview.draft.values(interview.present)
    return ", ".join(values[name] for name in found.values if values.get(name))


def choices(asked: Setting) -> tuple[Choice, ...]:
    """Return what can be chosen; nothing for a free text. A switch can also be left to LibreChat."""
    if found := presets(asked.id):
        return (*(Choice(value=one.id, label=one.title) for one in found), Choice(value="", label="Enter manually"))
    if is_switch(asked):
        default = "true" if asked.kind is Kind.BOOL_DEFAULT_ON else asked.default or "false"
        unset = {"true": "on", "false": "off"}.get(default, default)
        left = Choice(value="", label=f"default: {unset}")
        return (Choice(value="true", label="on"), Choice(value="false", label="off"), _left_alone(asked) or left)
    if asked.kind is not Kind.CHOICE or not asked.is_variable:
        left_to = Choice(value="", label="Let the wizard choose") if asked.id in _OPEN else _left_alone(asked)
        return (*asked.choices, left_to) if asked.kind is Kind.CHOICE and left_to is not None else asked.choices
    named = tuple(Choice(value=one.value, label=_labelled(one)) for one in asked.choices if one.value)
    return (*named, Choice(value="", label="not set"))


def _left_alone(asked: Setting) -> Choice | None:
    """Return the choice to leave a key of librechat.yaml alone; ``None`` for other questions."""
    own = own_question(asked.id)
    return Choice(value="", label="leave unchanged") if own is not None and own.goes_to_config else None


def _labelled(choice: Choice) -> str:
    return f"{choice.value or '(empty)'}: {choice.label}" if choice.label else choice.value


def _meaning(asked: Setting, text: str) -> str:
    """Return what a duration means; nothing for other kinds and for what is not a duration."""
    if asked.kind is not Kind.DURATION or not text:
        return ""
    from wizard.catalogue.accept import Accepted, accept
    from wizard.librechat.durations import describe_duration
    from wizard.librechat.math_expression import evaluate

    accepted = accept(asked, text)
    value = evaluate(accepted.text) if isinstance(accepted, Accepted) else None
    words = describe_duration(value) if value is not None else ""
    return _MEANINGS.get(asked.key, "{}").format(words) if words else ""


def _example(interview: "Interview", asked: Setting) -> str:
    if asked.id in ADDRESSES and interview.draft.text("access") == "http-lan":
        return _proposed(interview) or LAN_EXAMPLE
    if asked.secret and asked.generate is not None and asked.key in _NEEDED:
        return "generated by the wizard"
    for guide in (MAIL_PRESET, *PROVIDER_PRESETS.values()):
        found = preset(guide, interview.draft.text(guide))
        if found is not None and asked.key in found.example:
            return found.example[asked.key]
    return _EXAMPLES.get(asked.label, "")


def _remarks(interview: "Interview", identity: str, preview: "Preview | None") -> tuple[tuple[str, str], ...]:
    fault = interview.fault(identity)
    if fault is not None:
        return (("problem", for_person(f"{fault.message} {fault.remedy}".strip())),)
    # What the rules said about an older draft is left out where the field has changed since.
    if preview is None or preview.draft.entries.get(identity) != interview.draft.entries.get(identity):
        return ()
    found = preview.by_question.get(identity, ())
    if any(kind == "problem" for kind, _ in found) and is_still_to_come(interview, identity):
        return (("needed", _ASKS.get(identity, "Required by the answers above.")),)
    return tuple((kind, for_person(text)) for kind, text in found)


def is_still_to_come(interview: "Interview", identity: str) -> bool:
    """Return whether the question is still open: nothing was typed here, nothing is in .env, and the step was not left yet."""
    if identity in interview.draft.entries or interview.step.id in interview.left:
        return False
    asked = question(identity)
    in_file = asked.is_variable and interview.present.get(asked.key)
    return not in_file or interview.snapshot.state(".env").data is None or _is_too_narrow_address(interview, asked)


def _is_too_narrow_address(interview: "Interview", asked: Setting) -> bool:
    return asked.id in ADDRESSES and _is_too_narrow(interview, asked)


def about(asked: Setting, interview: "Interview") -> list[tuple[str, str]]:
    """Return the short story of a setting as (label, text): what it is, what LibreChat does without it, since when, where to read."""
    lines = [("", asked.help)]
    if asked.empty and asked.section != "welcome":
        lines.append(("If not set", asked.empty))
    if asked.consequence:
        lines.append(("If wrong", asked.consequence))
    if asked.since is not None:
        read = asked.is_read(interview.release)
        note = "" if read else f"; LibreChat {interview.release} does not read it"
        lines.append(("Since", f"{asked.since}{note}"))
    if manual := _manual(asked, interview):
        lines.append(("Manual", manual))
    return lines


def _manual(asked: Setting, interview: "Interview") -> str:
    """Return the address of LibreChat's page on a setting; of OpenID's, the page on the chosen product if there is one."""
    is_general = asked.id == OPENID_PRESET or asked.docs.endswith("/OAuth2-OIDC")
    if is_general and (chosen := interview.draft.text(OPENID_PRESET)):
        # Not above: nothing else here needs the products.
        from wizard.interview.openid_presets import page_of

        return page_of(chosen) or asked.docs
    return asked.docs
