"""What a field says about itself: the same words at the full screen and in line prompts. No terminal library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.answers.typed_values import is_switch
from wizard.basics.problem import InvalidInput
from wizard.catalogue.model import Choice, Kind, Setting
from wizard.catalogue.questions import MAIL_PRESET, OPENID_PRESET, label, question
from wizard.interview.presets import preset, presets

if TYPE_CHECKING:
    from wizard.interview.field import Standing
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Outlook

_MEANINGS: Mapping[str, str] = {
    "SESSION_EXPIRY": "{}; browsers renew it by themselves",
    "REFRESH_TOKEN_EXPIRY": "{}; people sign in again after that",
    "BAN_DURATION": "{} until somebody banned may try again",
}


def choices(asked: Setting) -> tuple[Choice, ...]:
    """Return what can be chosen; nothing for a free text. A switch can also be left to LibreChat."""
    if found := presets(asked.key):
        return (*(Choice(value=one.id, label=one.title) for one in found), Choice(value="", label="Fill in by hand"))
    if is_switch(asked):
        default = "true" if asked.kind is Kind.BOOL_DEFAULT_ON else asked.default or "false"
        unset = {"true": "on", "false": "off"}.get(default, default)
        return (
            Choice(value="true", label="on"),
            Choice(value="false", label="off"),
            Choice(value="", label=f"not set: {unset}"),
        )
    if asked.kind is not Kind.CHOICE or asked.section in _OWN:
        unset_too = (Choice(value="", label="Leave it to the wizard"),) if asked.key in _OPEN else ()
        return (*asked.choices, *unset_too)
    named = tuple(Choice(value=one.value, label=_labelled(one)) for one in asked.choices if one.value)
    return (*named, Choice(value="", label="not set"))


def draws_default_as_unset(asked: Setting) -> bool:
    """Tell whether a default shows as the choice "not set"."""
    return is_switch(asked) or (asked.kind is Kind.CHOICE and asked.section not in _OWN)


_OPEN = ("proxy.server",)
_OWN = ("welcome", "access", "mail", "openid", "providers", "checks")


def _labelled(choice: Choice) -> str:
    return f"{choice.value or '(empty)'}: {choice.label}" if choice.label else choice.value


def columns(asked: Setting) -> int:
    """Return in how many columns the choices stand; 0: all on one line."""
    found = choices(asked)
    longest = max(len(one.label) for one in found)
    if asked.kind is not Kind.LIST and sum(len(one.label) + 6 for one in found) <= 50:  # noqa: PLR2004 - columns of a field
        return 0
    return 2 if len(found) > 5 and longest <= 24 else 1  # noqa: PLR2004 - half a field


def origin(standing: Standing) -> str:
    """Return in a word or two who gave the value in force."""
    words = {
        "typed": "your answer",
        "generated": "will be generated",
        ".env": "in .env",
        ".env.example": "from .env.example",
        "default": "LibreChat's default",
        "proposed": "as proposed",
        "asked again": "type it again",
        "": "not set",
    }
    return words.get(standing.origin, standing.origin)


def meaning(asked: Setting, text: str | None) -> str:
    """Return what a duration means; nothing for other kinds and for what is no duration."""
    if asked.kind is not Kind.DURATION or not text:
        return ""
    from wizard.catalogue.accept import Accepted, accept
    from wizard.librechat.durations import describe_duration
    from wizard.librechat.math_expression import evaluate

    accepted = accept(asked, text)
    if not isinstance(accepted, Accepted):
        return ""
    value = evaluate(accepted.text)
    words = describe_duration(value) if value is not None else ""
    return _MEANINGS.get(asked.key, "{}").format(words) if words else ""


def placeholder(asked: Setting, standing: Standing, interview: Interview) -> str:
    """Return what an empty field shows."""
    if standing.is_hidden:
        return "kept as it stands" if standing.origin == ".env" else "from .env.example"
    if standing.origin == "generated":
        return "a new random value"
    if standing.origin == "asked again":
        return "type it again: secrets are not kept"
    if asked.secret and asked.generate is not None and asked.key in _NEEDED:
        return "made by the wizard"
    for guide in (MAIL_PRESET, OPENID_PRESET):
        found = preset(guide, interview.draft.text(guide))
        if found is not None and asked.key in found.example:
            return found.example[asked.key]
    return _EXAMPLES.get(asked.key, "")


_NEEDED = ("JWT_SECRET", "JWT_REFRESH_SECRET", "CREDS_KEY", "CREDS_IV", "MEILI_MASTER_KEY")
_EXAMPLES: Mapping[str, str] = {
    "DOMAIN_CLIENT": "https://chat.example.com",
    "EMAIL_HOST": "smtp.example.com",
    "EMAIL_FROM": "librechat@example.com",
    "EMAIL_USERNAME": "librechat@example.com",
    "checks.mail_to": "you@example.com",
    "registration.allowedDomains": "example.com, example.org",
    "registration.socialLogins": "openid, google",
    "LDAP_URL": "ldaps://ldap.example.com",
    "LDAP_USER_SEARCH_BASE": "ou=people,dc=example,dc=com",
    "OPENID_ISSUER": "https://id.example.com",
}


def about(asked: Setting, interview: Interview) -> list[tuple[str, str]]:
    """Return the short story of a setting as (label, text): what it is, what LibreChat does without it, since when, where to read."""
    lines = [("", asked.help)]
    if asked.empty and asked.section != "welcome":
        lines.append(("Not set", asked.empty))
    if asked.consequence:
        lines.append(("When wrong", asked.consequence))
    if asked.since is not None:
        read = asked.is_read(interview.release)
        note = "" if read else f"; this LibreChat is {interview.release} and does not read it"
        lines.append(("Since", f"{asked.since}{note}"))
    if asked.docs:
        lines.append(("Manual", asked.docs))
    return lines


def advice(interview: Interview, identity: str) -> str:
    """Return what to do at the chosen provider."""
    found = preset(identity, interview.draft.text(identity))
    return found.advice if found else ""


def remarks(interview: Interview, identity: str, outlook: Outlook | None) -> list[tuple[str, str]]:
    """Return what is to be said at a field, as (``problem`` or ``warning``, text): its own fault, else those across fields.

    What the rules said of an older draft is left out where the field has changed since.
    """
    fault = interview.fault(identity)
    if fault is not None:
        return [("problem", f"{fault.message} {fault.remedy}".strip())]
    if outlook is None:
        return []
    is_fresh = outlook.draft.entries.get(identity) == interview.draft.entries.get(identity)
    return list(outlook.by_question.get(identity, ())) if is_fresh else []


def title(identity: str, asked: Setting) -> str:
    """Return the short name of a field, without the section in front of it."""
    del identity
    short = asked.title.partition(": ")[2] or asked.title
    return short[:1].upper() + short[1:]


def name(identity: str) -> str:
    """Return the name that stands in the files."""
    return "" if identity.startswith("guide.") else label(identity)


def is_question(identity: str) -> bool:
    """Tell whether there is a field to jump to."""
    try:
        question(identity)
    except InvalidInput:
        return False
    return True
