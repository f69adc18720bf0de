"""Each switch of the security headers, with a right and a wrong value, through every front."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from screens.plain.console import Console
from screens.plain.question import Prompt
from screens.plain.words import Words
from tests.screens.cli.program import answers, run, tree
from tests.screens.full.operator import at_the_wizard, interview_in
from wizard.answers.draft import Draft, Typed
from wizard.answers.export import answers_text
from wizard.answers.file import parse
from wizard.catalogue.questions import question, variable_id


class Switch(NamedTuple):
    """A text that LibreChat knows, how the wizard writes it, and one that LibreChat takes for nothing."""

    right: str
    written: str
    wrong: str
    found: str = ""
    """The finding about the wrong text in ``.env``; else that the word is not known."""


SWITCHES: Final = {
    "SECURITY_HEADERS": Switch("yes", "true", "ja"),
    "HSTS_ENABLED": Switch("0", "false", "nein"),
    "HSTS_MAX_AGE": Switch("86400", "86400", "60 * 60 * 24", "rules.headers.hsts-max-age"),
    "HSTS_INCLUDE_SUBDOMAINS": Switch("on", "true", "t"),
    "HSTS_PRELOAD": Switch("disabled", "false", "y"),
    "X_FRAME_OPTIONS": Switch("deny", "DENY", "ALLOW-FROM https://a.example"),
    "REFERRER_POLICY": Switch("Same-Origin", "same-origin", "never"),
    "CROSS_ORIGIN_OPENER_POLICY": Switch("none", "off", "cross-origin"),
    "CROSS_ORIGIN_RESOURCE_POLICY": Switch("same-site", "same-site", "any"),
    "CSP_ENABLED": Switch("1", "true", "report"),
    "CSP_REPORT_ONLY": Switch("off", "false", "never"),
}


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    made = sample_folder("v0.8.8")
    (made / "docker-compose.override.yml").write_text(
        "services: {api: {image: 'registry.librechat.ai/librechat-ai/librechat:v0.8.8'}}\n", encoding="utf-8"
    )
    return made


def as_answers(values: dict[str, str]) -> str:
    return json.dumps({"version": 1, "settings": values})


def test_an_answers_file_writes_each_as_the_catalogue_spells_it(folder: Path) -> None:
    file = answers(folder, as_answers({name: one.right for name, one in SWITCHES.items()}))
    assert run("--answers", file, "--dir", folder, "--offline", "--force").status in (0, 1)
    lines = (folder / ".env").read_text(encoding="utf-8").splitlines()
    assert not [name for name, one in SWITCHES.items() if f"{name}={one.written}" not in lines]
    before = tree(folder)
    assert run("--answers", file, "--dir", folder, "--offline", "--force").status in (0, 1)
    assert tree(folder) == before


def test_an_answers_file_with_wrong_values_names_each_and_writes_nothing(folder: Path) -> None:
    before = tree(folder)
    file = answers(folder, as_answers({name: one.wrong for name, one in SWITCHES.items()}))
    done = run("--answers", file, "--dir", folder, "--offline")
    assert done.status == 2
    assert not [name for name in SWITCHES if f"settings.{name}:" not in done.err]
    assert tree(folder) == before


@pytest.mark.parametrize("is_right", [True, False])
def test_doctor_judges_what_stands_in_env(folder: Path, is_right: bool) -> None:
    lines = [f"{name}='{one.right if is_right else one.wrong}'\n" for name, one in SWITCHES.items()]
    (folder / ".env").write_text("".join(lines), encoding="utf-8")
    done = json.loads(run("doctor", "--dir", folder, "--offline", "--json", "--only", "rules").out)
    found = {each["id"] for each in done["findings"] if each["status"] in ("WARN", "FAIL")}
    expected = {one.found or f"rules.values.choice.{name.lower().replace('_', '-')}" for name, one in SWITCHES.items()}
    assert found & expected == (set() if is_right else expected)


def test_an_exported_file_repeats_each(tmp_path: Path) -> None:
    draft = Draft()
    for name, one in SWITCHES.items():
        draft = draft.give(variable_id(name), Typed(one.right))
    read = parse(answers_text(draft, tmp_path).encode(), "a.yaml", tmp_path).answers
    assert {name: given.value for name, given in read.items()} == {name: one.written for name, one in SWITCHES.items()}


def test_line_prompts_refuse_the_wrong_and_take_the_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with interview_in(tmp_path / "chat") as interview:
        for name, one in SWITCHES.items():
            words = {"true": "on", "false": "off"}.get(one.written, one.written)
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{one.wrong}\n{words}\n"))
            Prompt(Console(), interview, Words(Console(), interview, None)).ask(variable_id(name))
            told = capsys.readouterr().out
            assert "No such choice" in told or "Problem: " in told, name
            assert interview.draft.text(variable_id(name)) == one.written


async def test_hsts_is_asked_where_people_come_by_https(tmp_path: Path) -> None:
    chat = tmp_path / "chat"
    with interview_in(chat) as interview:
        interview.answer("librechat.release", "v0.8.8")
        interview.go("access")
        shown = {}
        for access in ("localhost", "http-lan", "https-proxy", "https-existing"):
            interview.answer("access", access)
            shown[access] = variable_id("HSTS_ENABLED") in interview.shown(everything=False)
        assert shown == {"localhost": False, "http-lan": False, "https-proxy": True, "https-existing": True}
        interview.answer("librechat.release", "v0.8.8-rc1")
        assert variable_id("HSTS_ENABLED") not in interview.shown(everything=False)
        interview.discard()
    async with at_the_wizard(chat, answered={"HSTS_ENABLED": "true"}, size=(120, 40)) as operator:
        await operator.go_to("HSTS_ENABLED")
        await operator.press("right", "space")
        assert operator.app.interview.draft.text(variable_id("HSTS_ENABLED")) == "false"
        assert question(variable_id("HSTS_ENABLED")).title in operator.flat
