"""Rules from declarations of the catalogue: missing, without effect, or mutually exclusive settings.

The rules of the other modules say it more exactly where they know more; these here hold for every setting, a new one too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard import catalogue
from wizard.basics.finding import Finding
from wizard.basics.plain_text import in_lines
from wizard.catalogue.accept import ValueFault, accept
from wizard.catalogue.model import Condition, Kind, Setting
from wizard.findings import values as ids
from wizard.rules.values import known
from wizard.rules.view import Rule, View


def missing(view: View) -> Iterator[Finding]:
    """Find settings that LibreChat requires together with others (``Setting.required``)."""
    values = view.deployment.settings
    for setting in catalogue.SETTINGS:
        when = setting.required
        if when is None or view.value(setting.key) or not setting.is_read(view.release):
            continue
        if when.holds(values) and (setting.applies is None or setting.applies.holds(values)):
            given = [name for name in when.names if view.value(name)]
            yield ids.MISSING.warn(
                f"{setting.key} is not set, but it is needed when {when.words}. Without it: {setting.empty}",
                settings=(setting.key, *given),
                remedy=f"Set {setting.key}, or remove {' and '.join(given)}.",
            )


_MOST_IN_A_SENTENCE: Final = 8
_BREAKING: Final = (Kind.PORT, Kind.URL, Kind.HOST)
"""Kinds without which nothing is reached; a wrong value of another kind is replaced or counts as something else."""


_STOCK: Final = {"SAML_CALLBACK_URL": "/oauth/saml/callback"}
"""What LibreChat's sample ships and an answers file refuses; nothing reads it while SAML is off (``rules.directory``)."""


def refused(view: View) -> Iterator[Finding]:
    """Find values that an answers file refuses: one verdict (:func:`wizard.catalogue.accept.accept`) for both."""
    for setting, text in known(view):
        if not text.strip() or not setting.is_read(view.release):
            # What an empty line means is said by the setting (``Setting.empty``), what is not read by the names rules.
            continue
        if text.strip() == _STOCK.get(setting.key) and not view.has_saml:
            continue
        verdict = accept(setting, text)
        if not isinstance(verdict, ValueFault):
            continue
        summary = f"{setting.key}: {verdict.message}" + (f" {setting.consequence}" if setting.consequence else "")
        finding = ids.REFUSED.of(setting.key).fail if setting.kind in _BREAKING else ids.REFUSED.of(setting.key).warn
        yield finding(summary, remedy=verdict.remedy)


def without_effect(view: View) -> Iterator[Finding]:
    """Find settings that LibreChat reads only together with others (``Setting.applies``); one finding per reason."""
    idle: dict[Condition, list[str]] = {}
    for setting, text in known(view):
        when = setting.applies
        if when is not None and _is_meant(setting, text) and not when.holds(view.deployment.settings):
            idle.setdefault(when, []).append(setting.key)
    for when, names in idle.items():
        has, counts = ("has", "it applies") if len(names) == 1 else ("have", "they apply")
        are_many = len(names) > _MOST_IN_A_SENTENCE
        shown = f"{len(names)} settings" if are_many else ", ".join(names)
        yield ids.NO_EFFECT.warn(
            f"{shown} {has} no effect: {counts} only when {when.words}.",
            evidence=in_lines(names) if are_many else (),
            settings=(*names, *(name for name in when.names if name in catalogue.by_key())),
            remedy=f"Remove {'them' if are_many else ', '.join(names)}, or set the missing setting.",
        )


def conflicting(view: View) -> Iterator[Finding]:
    """Find settings that exclude each other (``Setting.conflicts``)."""
    meant = {setting.key for setting, text in known(view) if _is_meant(setting, text)}
    pairs = {tuple(sorted((name, other))) for name in meant for other in catalogue.by_key()[name].conflicts}
    for one, other in sorted(pairs):
        if {one, other} <= meant:
            summary = f"{one} and {other} are both set, but LibreChat uses only one of them."
            yield ids.CONFLICT.warn(summary, settings=(one, other))


def _is_meant(setting: Setting, text: str) -> bool:
    """Return whether somebody wants something with this value: it is neither empty nor off nor LibreChat's default."""
    return text.strip().lower() not in ("", "false", (setting.default or "").lower())


RULES: tuple[Rule, ...] = (refused, missing, without_effect, conflicting)
