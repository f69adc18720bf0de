"""Each key of librechat.yaml that decides who gets in, with a right and a wrong value, through every front."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import jsonschema
import pytest

from screens.plain.console import Console
from screens.plain.question import Prompt
from screens.plain.words import Words
from tests.guards.checkout import CHECKOUT
from tests.screens.cli.program import answers, run, tree
from tests.screens.full.operator import Operator, at_the_wizard, interview_in
from wizard.answers.draft import Draft, Typed
from wizard.answers.export import answers_text
from wizard.answers.file import parse
from wizard.answers.schema import answers_schema
from wizard.catalogue.answers_form import AnswersForm
from wizard.catalogue.model import Kind
from wizard.catalogue.parts import questions_of
from wizard.catalogue.questions import question
from wizard.deployment.librechat_yaml import read_config


class Key(NamedTuple):
    """A right and a wrong text as a person types them, and a wrong value as it stands in librechat.yaml."""

    right: str
    wrong: str
    wrong_in_file: object
    written: object
    is_choice: bool = False
    """Whether the full screen offers what there is, so that nothing wrong can be typed."""


def switch(*, on: bool) -> Key:
    return Key("true" if on else "false", "maybe", "maybe", on, is_choice=True)


KEYS: Final = {
    "registration.socialLogins": Key("openid, google", "gogle", "google", ["openid", "google"]),
    "registration.allowedDomains": Key("example.com", "*.example.com", "example.com", ["example.com"]),
    "registration.oauthStateTtlMs": Key("900000", "1000", 1000, 900000),
    "registration.openidDiscovery.startupAttempts": Key("3", "101", 101, 3),
    "registration.openidDiscovery.retryDelayMs": Key("2000", "50", 50, 2000),
    "turnstile.siteKey": Key("0x4AAAAAAADnPIDROrmt1Wwj", "your-site-key-here", 12345, "0x4AAAAAAADnPIDROrmt1Wwj"),
    "turnstile.options.language": Key("de", "German", 1, "de"),
    "turnstile.options.size": Key("compact", "huge", "huge", "compact", is_choice=True),
    "interface.termsOfService.externalUrl": Key("https://example.com/terms", "example.com/terms", 1, "https://example.com/terms"),
    "interface.termsOfService.openNewTab": switch(on=True),
    "interface.termsOfService.modalAcceptance": switch(on=False),
    "interface.termsOfService.modalTitle": Key("Our terms", "\x07", 1, "Our terms"),
    "interface.privacyPolicy.externalUrl": Key("https://example.com/privacy", "example.com", 2, "https://example.com/privacy"),
    "interface.privacyPolicy.openNewTab": switch(on=True),
    "interface.sharedLinks.create": switch(on=True),
    "interface.sharedLinks.share": switch(on=True),
    "interface.sharedLinks.public": switch(on=False),
    "interface.sharedLinks.snapshotFiles": switch(on=False),
    "secureImageLinks": switch(on=True),
}  # fmt: skip


def nested(values: dict[str, object]) -> dict[str, Any]:
    """Return values by place as the mapping that a YAML file holds."""
    whole: dict[str, Any] = {}
    for place, value in values.items():
        *outer, name = place.split(".")
        inner = whole
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[name] = value
    return whole


def as_answers(values: dict[str, object]) -> str:
    # JSON is YAML.
    return json.dumps({"version": 1, "librechat": {"release": "v0.8.8"}, **nested(values)})


WRITTEN: Final = {place: key.written for place, key in KEYS.items()}


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    made = sample_folder("v0.8.8")
    (made / "librechat.example.yaml").rename(made / "librechat.yaml")
    return made


def test_every_key_that_is_declared_is_tried_here() -> None:
    assert set(KEYS) == {one.asked.id for one in questions_of(AnswersForm) if one.goes_to_config}


def test_an_answers_file_writes_each_key_and_nothing_else(folder: Path) -> None:
    before = (folder / "librechat.yaml").read_text(encoding="utf-8")
    file = answers(folder, as_answers(WRITTEN))
    assert run("--answers", file, "--dir", folder, "--offline", "--force").status in (0, 1)
    after = (folder / "librechat.yaml").read_text(encoding="utf-8")
    # A line that goes is one of a key that was asked for; every other one stays where it was.
    gone = [line for line in before.splitlines() if line not in after.splitlines()]
    assert all(any(place.rpartition(".")[2] in line for place in KEYS) for line in gone), gone
    config, old = read_config(after.encode()), read_config(before.encode())
    assert config
    assert old
    for place, value in WRITTEN.items():
        found: Any = config
        for name in place.split("."):
            found = found[name]
        assert (found, type(found)) == (value, type(value)), place
    assert {**old["interface"], "termsOfService": 0, "privacyPolicy": 0, "sharedLinks": 0}.keys() == config[
        "interface"
    ].keys()
    again = tree(folder)
    assert run("--answers", file, "--dir", folder, "--offline", "--force").status in (0, 1)
    assert tree(folder) == again


def test_an_answers_file_with_wrong_values_names_each_and_writes_nothing(folder: Path) -> None:
    wrong: dict[str, object] = {place: [key.wrong] if place in _LISTS else key.wrong for place, key in KEYS.items()}
    before = tree(folder)
    done = run("--answers", answers(folder, as_answers(wrong)), "--dir", folder, "--offline")
    assert done.status == 2
    assert not [place for place in KEYS if f"{place}:" not in done.err]
    assert tree(folder) == before


_LISTS: Final = ("registration.socialLogins", "registration.allowedDomains")


@pytest.mark.parametrize("place", KEYS)
def test_the_schema_tells_right_from_wrong(place: str) -> None:
    validator = jsonschema.Draft202012Validator(answers_schema())
    key = KEYS[place]
    assert not [*validator.iter_errors({"version": 1, **nested({place: key.written})})]
    if place not in ("interface.termsOfService.modalTitle", "registration.allowedDomains"):
        wrong = [key.wrong] if place in _LISTS else int(key.wrong) if key.wrong.isdigit() else key.wrong
        assert [*validator.iter_errors({"version": 1, **nested({place: wrong})})]


def test_an_exported_file_repeats_each(tmp_path: Path) -> None:
    draft = Draft()
    for place, key in KEYS.items():
        draft = draft.give(place, Typed(key.right))
    text = answers_text(draft, tmp_path)
    read = parse(text.encode(), "a.yaml", tmp_path).answers
    assert read == draft.answers(tmp_path)
    assert read.registration.openid_discovery.startup_attempts == 3
    assert read.turnstile.options.size == "compact"
    assert read.interface.shared_links.public is False


def test_line_prompts_refuse_the_wrong_and_take_the_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with interview_in(tmp_path / "chat") as interview:
        for place, key in KEYS.items():
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{key.wrong}\n{key.right}\n"))
            Prompt(Console(), interview, Words(Console(), interview, None)).ask(place)
            told = capsys.readouterr().out
            assert f"({place})" in told
            assert ("No such choice" if key.is_choice else "Problem: ") in told, place
            assert interview.draft.text(place) == key.right, place
            assert interview.fault(place) is None


async def test_the_full_screen_refuses_the_wrong_and_takes_the_right(tmp_path: Path) -> None:
    # One of each kind: what is drawn and taken depends on the kind alone.
    kinds = {question(place).kind: place for place in KEYS if question(place).kind in _DRAWN}
    async with at_the_wizard(tmp_path / "chat", size=(120, 40)) as operator:
        interview = operator.app.interview
        for place in kinds.values():
            key = KEYS[place]
            await operator.go_to(place)
            if key.is_choice:
                for _ in question(place).choices or "123":
                    await operator.press("left", "space")
                    if interview.draft.text(place) == key.right:
                        break
            else:
                await operator.paste(key.wrong)
                await operator.until_true(partial(_is_refused, operator, place))
                await operator.press("ctrl+u")
                await operator.paste(key.right)
            assert interview.draft.text(place) == key.right
            assert interview.fault(place) is None


_DRAWN: Final = (Kind.INT, Kind.URL, Kind.BOOL, Kind.CHOICE)


def _is_refused(operator: Operator, place: str) -> bool:
    return operator.app.interview.fault(place) is not None and "x " in operator.field


@pytest.mark.parametrize("is_right", [True, False])
def test_doctor_judges_what_stands_in_the_file(folder: Path, is_right: bool) -> None:
    values = {place: key.written if is_right else key.wrong_in_file for place, key in KEYS.items()}
    (folder / "librechat.yaml").write_text(json.dumps({"version": "1.3.17", **nested(values)}), encoding="utf-8")
    (folder / "docker-compose.override.yml").write_text(
        "services: {api: {image: registry.librechat.ai/librechat-ai/librechat:v0.8.8, volumes: ['./librechat.yaml:/app/librechat.yaml']}}\n",
        encoding="utf-8",
    )
    done = json.loads(run("doctor", "--dir", folder, "--offline", "--json", "--only", "files").out)
    found = [each for each in done["findings"] if each["id"].startswith("files.config.")]
    if is_right:
        assert not found
    else:
        (schema,) = [each for each in found if each["id"] == "files.config.schema"]
        assert not [place for place in KEYS if f"{place} " not in schema["summary"]]


def test_the_document_has_each() -> None:
    text = (CHECKOUT / "docs" / "answers.md").read_text(encoding="utf-8")
    assert not [place for place in KEYS if f"## {place}\n" not in text]
