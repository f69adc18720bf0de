"""The JSON Schema (2020-12) of the answers file, generated from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wizard import catalogue
from wizard.catalogue.answers_form import AnswersForm
from wizard.catalogue.model import SWITCHES, Kind, Setting
from wizard.catalogue.parts import Part, Question

_SOURCE: Final = {"$ref": "#/$defs/source"}
_TEXT: Final = {"type": "string"}
_ADDRESS: Final = r"[A-Za-z][A-Za-z0-9+.-]*://\S+"
_SCALAR: Final = {"type": ["string", "number", "null"]}


def answers_schema() -> dict[str, Any]:
    """Return the schema; it accepts every file that the program accepts and names every setting."""
    settings = {setting.key: _setting(setting) for setting in catalogue.SETTINGS if setting.is_settable}
    own = _properties(AnswersForm)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers for the LibreChat auth wizard",
        **_mapping({"version": {"const": 1}, **own, "settings": {**_mapping(settings), "type": ["object", "null"]}}),
        "required": ["version"],
        "$defs": _definitions(),
    }


def _properties(part: type[Part]) -> dict[str, Any]:
    return {name: _declared(entry.declared) for name, entry in part.entries.items()}


def _declared(declared: Question | type[Part]) -> dict[str, Any]:
    if isinstance(declared, Question):
        asked = declared.asked
        about = {"title": asked.title, "description": asked.help, **_question(declared)}
        return about if asked.default is None else {**about, "default": declared.default}
    schema = {**_mapping(_properties(declared)), "type": ["object", "null"]}
    return {**schema, "required": list(declared.needs)} if declared.needs else schema


def _question(question: Question) -> dict[str, Any]:
    asked = question.asked
    # A text that YAML takes for true is written without quotes too.
    known = [
        *question.known,
        *([True] if "true" in question.known else []),
        *([] if asked.kind is Kind.LIST else [None]),
    ]
    match asked.kind:
        case Kind.BOOL:
            return {"type": ["boolean", "null"]}
        case Kind.CHOICE:
            return {"enum": known}
        case Kind.LIST:
            return {"type": ["array", "null"], "items": {"enum": known} if known else {"type": ["string", "number"]}}
        case Kind.INT | Kind.PORT:
            bounds = {"minimum": asked.minimum, "maximum": asked.maximum}
            return {"type": ["integer", "string", "null"], "pattern": "^[0-9]+$", **bounds}
        case Kind.SECRET:
            return {"anyOf": [_SCALAR, _SOURCE]}
        case _:
            pattern = _ADDRESS if asked.kind is Kind.URL else asked.pattern
            return {**_SCALAR, "pattern": f"^({pattern})?$"} if pattern else _SCALAR


def _definitions() -> dict[str, Any]:
    """Return what values of settings refer to."""
    command = {"type": "array", "items": _TEXT, "minItems": 1}
    generate = {"generate": {"const": True}, "replace": {"type": "boolean"}, "accept_loss": {"type": "boolean"}}
    return {
        "source": {
            "description": "The source of a value that is not in the file.",
            "oneOf": [
                {**_mapping({"file": _TEXT}), "required": ["file"]},
                {**_mapping({"env": _TEXT, "keep": {"const": True}}), "required": ["env"]},
                {**_mapping({"command": command}), "required": ["command"]},
            ],
        },
        "generate": {**_mapping(generate), "required": ["generate"]},
    }


def _mapping(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _setting(setting: Setting) -> dict[str, Any]:
    scalar: Mapping[str, Any] = _SCALAR
    if setting.kind in SWITCHES:
        scalar = {"type": ["boolean", "string", "null"]}
    elif setting.kind is Kind.CHOICE:
        scalar = {"type": ["string", "number", "boolean", "null"]}
    forms = [scalar, _SOURCE]
    if setting.kind is Kind.LIST:
        forms.append({"type": "array", "items": {"type": ["string", "number"]}})
    if setting.generate is not None:
        forms.append({"$ref": "#/$defs/generate"})
    described: dict[str, Any] = {"title": setting.title, "description": setting.help, "anyOf": forms}
    if setting.choices:
        described["examples"] = [choice.value for choice in setting.choices]
    if setting.default is not None and not setting.secret:
        described["default"] = setting.default
    return described
