"""Rules: values that LibreChat silently reads as something else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard import catalogue
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.catalogue.accept import NAMING, ValueFault, accept
from wizard.catalogue.model import Kind, Setting, holds_secret
from wizard.findings import email as email_ids
from wizard.findings import values as ids
from wizard.librechat.durations import duration_expression, shortest_duration
from wizard.librechat.hosts import host_of, is_impossible
from wizard.librechat.math_expression import evaluate
from wizard.librechat.security_headers import is_known_policy, is_known_switch
from wizard.librechat.values import js_number
from wizard.rules.view import Rule, View

_STRICT = (
    "SAML_USE_AUTHN_RESPONSE_SIGNED",
    "TENANT_ISOLATION_STRICT",
    "AUDIT_LOG_FAIL_CLOSED",
    "CONFIG_BYPASS_VALIDATION",
)
"""Switches that are on only for ``true`` in small letters, without blanks (read with ``=== 'true'``, v0.8.8-rc1)."""
_OFF = ("", "false", "0", "no", "off", "n", "disabled", "none")


def known(view: View) -> Iterator[tuple[Setting, str]]:
    """Yield the settings with a value that this release reads."""
    for setting in catalogue.SETTINGS:
        if setting.key in view.deployment.settings and setting.is_settable:
            yield setting, view.deployment.settings[setting.key]


def switches(view: View) -> Iterator[Finding]:
    """S16: a switch that is meant to be on but counts as off."""
    for setting, text in known(view):
        folded = text.strip().lower()
        if setting.kind is Kind.BOOL_DEFAULT_ON and not folded:
            summary = f"{setting.key} is empty and therefore off; if you remove the line, it is on."
            yield ids.EMPTY_IS_OFF.warn(
                summary, settings=(setting.key,), remedy=f"Set {setting.key}=false, or remove the line."
            )
        elif setting.kind in (Kind.BOOL, Kind.BOOL_DEFAULT_ON) and folded not in (*_OFF, "true"):
            summary = (
                f"{setting.key} is {_quoted(setting, text)}, which means off: LibreChat accepts only 'true' as on."
            )
            yield ids.NOT_TRUE.warn(
                summary, settings=(setting.key,), remedy=f"Set {setting.key}=true or {setting.key}=false"
            )
        elif setting.key in _STRICT and folded == "true" and text != "true":
            summary = f"{setting.key} must be 'true' in lower case, without spaces; {_quoted(setting, text)} means off."
            yield ids.NOT_TRUE.warn(summary, settings=(setting.key,), remedy=f"Set {setting.key}=true")


def durations(view: View) -> Iterator[Finding]:
    """S17: a duration that LibreChat cannot evaluate and replaces by its own."""
    for setting, text in known(view):
        if setting.kind is Kind.DURATION and text.strip() and evaluate(text) is None:
            summary = (
                f"LibreChat cannot evaluate {setting.key}, which is {_quoted(setting, text)}, and uses its "
                f"default: {setting.empty[:1].lower()}{setting.empty[1:]}"
            )
            usual = evaluate(setting.default or "")
            example = duration_expression(shortest_duration(usual)) if usual else "1000 * 60 * 15"
            remedy = f"Set {setting.key}={example} (milliseconds; 1000 * 60 * 60 * 24 is a day)"
            yield ids.DURATION.warn(summary, settings=(setting.key,), remedy=remedy)


def choices(view: View) -> Iterator[Finding]:
    """E08 and other words that LibreChat does not know."""
    for setting, text in known(view):
        if setting.kind in (Kind.CHOICE, Kind.BOOL_WORDS) and not _is_known_word(setting, text):
            words = [choice.value for choice in setting.choices] or ["true", "false"]
            shown = ", ".join(word or "(empty)" for word in words)
            summary = f"{setting.key} is {_quoted(setting, text)}, which LibreChat does not support. If you remove it: {setting.empty}"
            yield ids.CHOICE.of(setting.key).warn(summary, remedy=f"One of: {shown}.")
    if view.value("EMAIL_ENCRYPTION").lower() == "tls" != view.deployment.settings.get("EMAIL_ENCRYPTION", "tls"):
        yield email_ids.ENCRYPTION_SPELLING.fail()


def _is_known_word(setting: Setting, text: str) -> bool:
    """Return whether LibreChat knows a word of a choice, or of a switch that takes more words than true; blank is not a word."""
    if setting.kind is Kind.BOOL_WORDS:
        return is_known_switch(text)
    is_policy = is_known_policy(setting.key, text)
    if is_policy is not None:
        return is_policy
    values = [choice.value for choice in setting.choices]
    return not text.strip() or text in values or text.strip().lower() in values


def numbers(view: View) -> Iterator[Finding]:
    """Numbers that are none."""
    for setting, text in known(view):
        if (
            setting.kind in (Kind.NUMBER, Kind.INT)
            and setting.key.endswith("_SCORE")
            and js_number(text) != js_number(text)
        ):
            summary = f"{setting.key} is not a number: the first violation bans the account and its IP address."
            yield ids.SCORE.warn(summary, settings=(setting.key,), remedy=f"Set {setting.key}=1")


def quotes(view: View) -> Iterator[Finding]:
    """S15: typographic quotation marks, or quotation marks that are part of the value."""
    for setting, text in known(view):
        if re.search("[\u201c\u201d\u2018\u2019\u201e]", text) and setting.kind not in (Kind.TEXT, Kind.SECRET):
            summary = (
                f"{setting.key} contains a typographic quotation mark, which no program treats as a quotation mark."
            )
            yield ids.QUOTES.fail(summary, settings=(setting.key,))
        elif len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and setting.kind is not Kind.SECRET:
            summary = f"{setting.key} contains quotation marks as part of its value."
            yield ids.QUOTES.warn(summary, settings=(setting.key,), remedy="Remove them.")


def impossible(view: View) -> Iterator[Finding]:
    """Find addresses that cannot exist, in every variable that names a server; whatever else is said about it, this is the cause."""
    for setting, text in known(view):
        if setting.kind not in NAMING or not setting.is_read(view.release):
            continue
        host = host_of(text.strip().rpartition("@")[2] if setting.kind is Kind.EMAIL else text.strip())
        verdict = accept(setting, text) if host and is_impossible(host) else None
        if isinstance(verdict, ValueFault):
            summary = f"{setting.key}: {verdict.message}" + (f" {setting.consequence}" if setting.consequence else "")
            yield ids.REFUSED.of(setting.key).fail(summary, remedy=verdict.remedy)


def _quoted(setting: Setting, text: str) -> str:
    return "a value" if holds_secret(setting, text) else f"'{plain(text, limit=40)}'"


RULES: tuple[Rule, ...] = (switches, durations, choices, numbers, quotes, impossible)
