"""Rules: keys of librechat.yaml that decide who gets in: at the right place, of the right kind, known to the release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from wizard.basics.finding import Finding
from wizard.basics.nearest import nearest_of
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput
from wizard.catalogue.accept import ValueFault
from wizard.catalogue.answers_form import AnswersForm
from wizard.catalogue.model import Kind
from wizard.catalogue.parts import Question, questions_of
from wizard.findings import config_file as ids
from wizard.librechat.config_file import KEYS, LATER_KEYS, REGISTRATION_KEYS, STRICT, effect_of_error
from wizard.librechat.releases import Release
from wizard.rules.view import Rule, View

_Path = tuple[str, ...]
_TERMS: Final = ("interface", "termsOfService")
_CONTENT: Final = (*_TERMS, "modalContent")
"""Read by LibreChat and asked nowhere: a text of many lines."""
_SITE_KEY: Final = ("turnstile", "siteKey")
_SHARED_LINKS: Final = ("interface", "sharedLinks")
_DEEPEST: Final = 6
"""Levels in which a key at the wrong place is looked for; LibreChat's own keys are in three."""
_COMMON: Final = frozenset(
    {"allowedDomains", "create", "share", "public", "language", "size", "options", "externalUrl", "openNewTab"}
)
"""Names that are elsewhere in the file too and mean something else there."""
_NEAR: Final = 0.8
"""How alike a key must be to one of LibreChat's to be a misspelling of it (difflib's ratio)."""
_ABSENT: Final = object()
_DISCOVERY: Final = {
    "OPENID_DISCOVERY_RETRY_ATTEMPTS": ("registration", "openidDiscovery", "startupAttempts"),
    "OPENID_DISCOVERY_RETRY_DELAY_MS": ("registration", "openidDiscovery", "retryDelayMs"),
}


@cache
def _questions() -> Mapping[_Path, Question]:
    """Return the questions whose answers go to librechat.yaml, by their places there."""
    return {tuple(one.asked.id.split(".")): one for one in questions_of(AnswersForm) if one.goes_to_config}


@cache
def _mappings() -> tuple[_Path, ...]:
    """Return the mappings that hold them, from the outside to the inside; not the file itself."""
    above = (path[:depth] for path in _questions() for depth in range(1, len(path)))
    return tuple(sorted(dict.fromkeys(above), key=len))


@cache
def _places() -> Mapping[str, tuple[_Path, ...]]:
    """Return where LibreChat reads each name, of a key or of a mapping above one."""
    found: dict[str, tuple[_Path, ...]] = {}
    for path in dict.fromkeys((*_mappings(), *_questions(), _CONTENT)):
        found[path[-1]] = (*found.get(path[-1], ()), path)
    return found


def _at(config: Mapping[str, Any], path: _Path) -> Any:
    value: Any = config
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return _ABSENT
        value = value[name]
    return value


def _shown(path: _Path) -> str:
    return ".".join(path)


def schema(view: View) -> Iterator[Finding]:
    """C03: what LibreChat's schema refuses (configSchema, packages/data-provider/src/config.ts)."""
    config = view.config
    if not config or view.value("CONFIG_BYPASS_VALIDATION") == "true":
        return
    faults = [
        *_faults(config, view.release),
        *(f"LibreChat {view.release} does not support {name}" for name in unknown_keys(config, view.release)),
        *(
            f"{_placed(view, (name,))} is not a LibreChat key (did you mean {near}?)"
            for name, near in foreign_keys(config)
            if near
        ),
    ]
    if faults:
        summary = f"librechat.yaml has an error: {'; '.join(faults)}. LibreChat {effect_of_error(view.release)}."
        yield ids.SCHEMA.fail(summary)


def _faults(config: Mapping[str, Any], release: Release) -> Iterator[str]:
    if not isinstance(config.get("version"), str):
        yield "version is missing or is a number (use a string such as '1.3.5')"
    read = {path: one for path, one in _questions().items() if one.asked.is_read(release)}
    for path in _mappings():
        if not any(place[: len(path)] == path for place in read):
            # A key that this release does not know is dropped, whatever it holds.
            continue
        value = _at(config, path)
        is_switch = path == _SHARED_LINKS and isinstance(value, bool)
        if not (value is _ABSENT or isinstance(value, Mapping) or is_switch):
            yield f"{_shown(path)} is not a mapping"
    for path, one in read.items():
        value = _at(config, path)
        if value is not _ABSENT and (fault := _fault(one, value)):
            yield f"{_shown(path)} {fault}"
    if isinstance(_at(config, _SITE_KEY[:1]), Mapping) and _at(config, _SITE_KEY) is _ABSENT:
        yield f"{_shown(_SITE_KEY)} is missing"
    content = _at(config, _CONTENT)
    if not (content is _ABSENT or isinstance(content, str) or _is_list_of_texts(content)):
        yield f"{_shown(_CONTENT)} is not a string"


def _fault(one: Question, value: object) -> str:
    asked = one.asked
    match asked.kind:
        case Kind.LIST:
            return "" if _is_list_of_texts(value) else "is not a list of strings"
        case Kind.BOOL:
            return "" if isinstance(value, bool) else "is neither true nor false"
        case Kind.INT:
            if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
                return "is not a whole number"
            low, high = asked.minimum or 0, asked.maximum or value
            return "" if low <= value <= high else f"is out of range ({low:g} to {high:g})"
        case Kind.CHOICE:
            return "" if value in one.known else f"is not one of {', '.join(one.known)}"
        case _:
            return "" if isinstance(value, str) else "is not a string"


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def unknown_keys(config: Mapping[str, Any], release: Release) -> Iterator[str]:
    """Yield the keys at the top that a release does not know yet; its schema refuses the file for them."""
    yield from (name for name, since in LATER_KEYS.items() if name in config and release < since)
    for name in dict.fromkeys(path[0] for path in _questions()):
        since = [one.asked.since for path, one in _questions().items() if path[0] == name]
        if name in config and all(first is not None and release < first for first in since):
            yield name


def ignored_keys(config: Mapping[str, Any], release: Release) -> Iterator[str]:
    """Yield the keys of sign-in further down that a release does not know yet; it drops them in silence."""
    refused = [*unknown_keys(config, release)]
    for path, one in _questions().items():
        if path[0] not in refused and _at(config, path) is not _ABSENT and not one.asked.is_read(release):
            yield _shown(path)


def foreign_keys(config: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield the keys at the top that no known release has, each with the key that it is probably a misspelling of."""
    for name in map(str, config):
        if name not in KEYS and name not in _places():
            yield name, nearest_of(name, KEYS, at_least=_NEAR)


def foreign(view: View) -> Iterator[Finding]:
    """Find keys at the top that are like none of LibreChat's: a release that is not known here may have them."""
    if view.value("CONFIG_BYPASS_VALIDATION") == "true":
        return
    names = [_placed(view, (name,)) for name, near in foreign_keys(view.config) if not near]
    if names:
        summary = (
            f"No known LibreChat release supports {', '.join(names)} in librechat.yaml. LibreChat "
            f"{effect_of_error(view.release)} because of an unknown top-level key."
        )
        yield ids.FOREIGN.warn(summary)


def misspelt(view: View) -> Iterator[Finding]:
    """Find misspelt keys below ``registration``: LibreChat drops them in silence."""
    registration = view.config.get("registration")
    for name in map(str, registration) if isinstance(registration, Mapping) else ():
        if name in REGISTRATION_KEYS or name in _places():
            continue
        if near := nearest_of(name, REGISTRATION_KEYS, at_least=_NEAR):
            effect = {
                "allowedDomains": "so users with any email domain can register",
                "socialLogins": "so the default list of sign-in buttons applies",
            }.get(near, "so the default value applies")
            summary = f"librechat.yaml: LibreChat ignores {_placed(view, ('registration', name))}, {effect}."
            yield ids.MISSPELT.fail(summary, remedy=f"Replace it with {near}.")


def _placed(view: View, path: _Path) -> str:
    line = _line(view, path)
    return plain(_shown(path), limit=80) + (f" (line {line})" if line else "")


def too_new(view: View) -> Iterator[Finding]:
    """Keys further down that this release drops in silence."""
    if names := [*ignored_keys(view.config, view.release)]:
        first = max(since for path, one in _questions().items() if _shown(path) in names and (since := one.asked.since))
        summary = f"LibreChat {view.release} ignores {', '.join(names)} in librechat.yaml."
        yield ids.TOO_NEW.warn(
            summary, remedy=f"Update LibreChat to {first} or later, or remove the key{'s' if len(names) > 1 else ''}."
        )


def misplaced(view: View) -> Iterator[Finding]:
    """Find a key of sign-in at the wrong indentation."""
    for path, right in _wrong_places(view.config, ()):
        effect = f"LibreChat {effect_of_error(view.release)}" if path[:-1] in STRICT else "LibreChat ignores it there"
        where = f"under {plain(_shown(path[:-1]), limit=80)}" if path[:-1] else "at the top level"
        line = _line(view, path)
        summary = f"librechat.yaml{f' line {line}' if line else ''}: {path[-1]} is {where}. {effect}."
        targets = (f"{_shown(place[:-1])}:" if place[:-1] else "" for place in right)
        under = " or ".join(
            f"indent it under {target}" if target else "move it to the top level (no indentation)" for target in targets
        )
        yield ids.MISPLACED.fail(summary, remedy=f"{under[:1].upper()}{under[1:]}")


def _wrong_places(value: object, path: _Path) -> Iterator[tuple[_Path, tuple[_Path, ...]]]:
    """Yield each key of sign-in that is where LibreChat does not read it, with where it does."""
    if len(path) > _DEEPEST:
        return
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _wrong_places(item, (*path, str(number + 1)))
    if not isinstance(value, Mapping):
        return
    is_ours = path in ((), *_mappings())
    for name, inner in value.items():
        here, right = (*path, name), _places().get(name, ())
        if right and here not in right and (is_ours or name not in _COMMON):
            yield here, right
        elif not _is_misspelt(here):
            # What is below a misspelt key is where it is meant to be.
            yield from _wrong_places(inner, here)


def _is_misspelt(path: _Path) -> bool:
    *above, name = path
    known = {(): KEYS, ("registration",): REGISTRATION_KEYS}.get(tuple(above))
    return known is not None and name not in known and nearest_of(str(name), known, at_least=_NEAR) is not None


def _line(view: View, path: _Path) -> int:
    """Return the line on which a key stands; 0 if that cannot be told."""
    # Parsed a second time only for a file with a fault.
    from wizard.yamlfile.document import YamlText

    effective = view.deployment.effective
    name = effective.config.name if effective is not None and effective.config.kind == "file" else "librechat.yaml"
    state = view.deployment.files.get(name)
    try:
        return YamlText.parse(state.data if state is not None else b"", name).line_of(path)
    except InvalidInput:
        return 0


def terms(view: View) -> Iterator[Finding]:
    """Find a dialogue without a text, and links that lead nowhere."""
    if _at(view.config, (*_TERMS, "modalAcceptance")) is True and _at(view.config, _CONTENT) in (_ABSENT, "", []):
        yield ids.TERMS_EMPTY.warn()
    for name in ("termsOfService", "privacyPolicy"):
        path = ("interface", name, "externalUrl")
        value = _at(view.config, path)
        if isinstance(value, str) and not value.startswith(("https://", "http://", "mailto:")):
            yield ids.LINK.warn(
                f"{_shown(path)} does not begin with https://, so the link leads to a LibreChat page that does not "
                "exist."
            )


def site_key(view: View) -> Iterator[Finding]:
    """Find a Turnstile key that is none: its widget never says yes, and the forms stay shut."""
    value = _at(view.config, _SITE_KEY)
    if isinstance(value, str) and isinstance(
        _questions()[_SITE_KEY].value(value) if value else ValueFault(""), ValueFault
    ):
        yield ids.SITE_KEY.fail()


def shadowed(view: View) -> Iterator[Finding]:
    """Find what librechat.yaml and the environment both set: the file wins, field by field."""
    for name, path in _DISCOVERY.items():
        value = _at(view.config, path)
        if value is not _ABSENT and view.value(name) and view.value(name) != str(value):
            summary = (
                f"{name} has no effect: {_shown(path)} in librechat.yaml is {plain(str(value), limit=20)} and "
                "overrides it."
            )
            yield ids.SHADOWED.warn(summary, settings=(name,))


RULES: tuple[Rule, ...] = (schema, misplaced, misspelt, foreign, too_new, terms, site_key, shadowed)
