"""The JSON Schema (2020-12) of the answers file, made from the catalogue."""

from __future__ import annotations

from typing import Any, Final

from wizard import catalogue
from wizard.answers.model import Access, Certificate, Stack
from wizard.answers.reader import PROXY_SERVERS
from wizard.catalogue.model import Kind, Setting
from wizard.librechat.providers import BUTTONS

_SOURCE: Final = {"$ref": "#/$defs/source"}
_TEXT: Final = {"type": "string"}


def answers_schema() -> dict[str, Any]:
    """Return the schema; it accepts every file that the program accepts and names every setting."""
    settings = {setting.key: _setting(setting) for setting in catalogue.SETTINGS if _is_settable(setting)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers of the LibreChat auth wizard",
        **_mapping(
            {
                "version": {"const": 1},
                "librechat": _mapping(
                    {"release": {"type": "string", "pattern": r"^v?\d+\.\d+\.\d+(-rc\d*)?$"}, "stack": _choice(Stack)}
                ),
                "access": _choice(Access),
                "proxy": _mapping(
                    {
                        "server": {"enum": list(PROXY_SERVERS)},
                        "certificate": _choice(Certificate),
                        "certificate_file": _TEXT,
                        "key_file": _TEXT,
                        "email": _TEXT,
                        "hops": {"type": "integer", "minimum": 1, "maximum": 20},
                        "hsts": {"type": ["boolean", "null"]},
                    }
                ),
                "settings": _mapping(settings),
                "registration": _mapping(
                    {
                        "socialLogins": {"type": "array", "items": {"enum": list(BUTTONS)}},
                        "allowedDomains": {"type": "array", "items": _TEXT},
                    }
                ),
                "checks": _checks(),
            }
        ),
        "required": ["version"],
        "$defs": _definitions(),
    }


def _checks() -> dict[str, Any]:
    """Return what only the checks need."""
    secret = {"anyOf": [_TEXT, _SOURCE]}
    imap = _mapping(
        {
            "host": _TEXT,
            "port": {"type": "integer", "minimum": 1, "maximum": 65535},
            "user": _TEXT,
            "password": secret,
            "folder": _TEXT,
            "tls": {"enum": [True, "true", "starttls"]},
        }
    )
    return _mapping(
        {
            "mail_to": _TEXT,
            "from_container": {"type": "boolean"},
            "allow_insecure_login": {"type": "boolean"},
            "imap": {**imap, "required": ["host", "user"]},
            "login": _mapping({"email": _TEXT, "password": secret, "create": {"type": "boolean"}}),
        }
    )


def _definitions() -> dict[str, Any]:
    """Return what values of settings refer to."""
    command = {"type": "array", "items": _TEXT, "minItems": 1}
    generate = {"generate": {"const": True}, "replace": {"type": "boolean"}, "accept_loss": {"type": "boolean"}}
    return {
        "source": {
            "description": "Where a value comes from instead of standing in the file.",
            "oneOf": [
                {**_mapping({"file": _TEXT}), "required": ["file"]},
                {**_mapping({"env": _TEXT, "keep": {"const": True}}), "required": ["env"]},
                {**_mapping({"command": command}), "required": ["command"]},
            ],
        },
        "generate": {**_mapping(generate), "required": ["generate"]},
    }


def _is_settable(setting: Setting) -> bool:
    return not setting.unread and not setting.renamed_to


def _mapping(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _choice(choices: type[Stack | Access | Certificate]) -> dict[str, Any]:
    return {"enum": [choice.value for choice in choices if choice is not Stack.HELM]}


def _setting(setting: Setting) -> dict[str, Any]:
    scalar: dict[str, Any] = {"type": ["string", "number", "null"]}
    if setting.kind in (Kind.BOOL, Kind.BOOL_DEFAULT_ON):
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
