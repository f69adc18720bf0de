"""The JSON Schema of the answers file accepts what the program accepts."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from tests.screens.cli.program import CHECKOUT, run
from wizard import catalogue
from wizard.answers.draft import Draft, Typed
from wizard.answers.export import answers_text
from wizard.answers.file import parse
from wizard.answers.schema import answers_schema
from wizard.basics.problem import InvalidInput
from wizard.catalogue.questions import QUESTIONS, question


def errors(document: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(answers_schema()).iter_errors(document)]


def test_it_is_a_valid_schema_and_the_command_prints_it() -> None:
    jsonschema.Draft202012Validator.check_schema(answers_schema())
    assert json.loads(run("schema").out) == answers_schema()


@pytest.mark.parametrize("name", ["first-install", "home-network", "mail-and-openid"])
def test_the_examples_fit(name: str) -> None:
    document = YAML(typ="safe", pure=True).load((CHECKOUT / "examples" / f"{name}.yaml").read_text())
    assert errors(document) == []


def test_it_names_every_setting_that_can_be_given() -> None:
    named = set(answers_schema()["properties"]["settings"]["properties"])
    assert named == {s.key for s in catalogue.SETTINGS if not s.unread and not s.renamed_to}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"version": 2},
        {"version": 1, "acces": "localhost"},
        {"version": 1, "access": "https"},
        {"version": 1, "proxy": {"hsts": 63072000}},
        {"version": 1, "librechat": {"stack": "podman"}},
        {"version": 1, "settings": {"JWT_SECRT": "x"}},
        {"version": 1, "settings": {"EMAIL_HOST": {"generate": True}}},
        {"version": 1, "settings": {"JWT_SECRET": {"file": "a", "env": "b"}}},
        {"version": 1, "registration": {"socialLogins": ["gogle"]}},
        {"version": 1, "checks": {"imap": {"host": "h"}}},
        {"version": 1, "checks": {"imap": {"host": "h", "user": "u", "tls": False}}},
    ],
)
def test_it_refuses_what_the_program_refuses(document: object) -> None:
    assert errors(document)


@pytest.mark.parametrize(
    ("document", "is_right"),
    [
        ({"proxy": {"hops": 15}}, True),
        ({"proxy": {"hops": 20}}, True),
        ({"proxy": {"hops": 21}}, False),
        ({"proxy": {"hops": "3", "email": None, "server": None}}, True),
        ({"proxy": {"email": ""}, "settings": None, "access": None}, True),
        ({"checks": {"imap": None, "mail_to": None, "from_container": None, "login": {"email": "bob"}}}, True),
        ({"checks": {"imap": {"host": "h", "user": 5, "password": 7}}}, True),
        ({"checks": {"imap": {"host": "h", "user": "u", "port": 65536}}}, False),
        ({"registration": {"socialLogins": None, "allowedDomains": ["example.com"]}}, True),
        ({"librechat": {"stack": None, "release": "newest"}}, False),
    ],
)
def test_schema_and_program_agree(document: dict[str, object], is_right: bool) -> None:
    whole = {"version": 1, **document}
    assert (errors(whole) == []) is is_right
    with contextlib.nullcontext() if is_right else pytest.raises(InvalidInput):
        parse(json.dumps(whole).encode(), "a.yaml", Path("/"))


def test_what_an_emptied_answer_exports_fits(tmp_path: Path) -> None:
    draft = Draft()
    for one in QUESTIONS:
        draft = draft if one.is_guide else draft.give(one.id, Typed(""))
    exported = YAML(typ="safe", pure=True).load(answers_text(draft, tmp_path))
    del exported["checks"]["imap"]  # named, it wants a host
    assert errors(exported) == []


def test_it_accepts_a_mailbox() -> None:
    imap = {"host": "h", "port": 993, "user": "u", "password": {"env": "X"}, "folder": "INBOX", "tls": True}
    assert errors({"version": 1, "checks": {"mail_to": "a@example.com", "imap": imap}}) == []


def test_hops_are_bounded_as_the_setting_that_they_go_to() -> None:
    assert question("proxy.hops").maximum == catalogue.by_key()["TRUST_PROXY"].maximum
