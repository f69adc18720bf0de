"""docs/recipes.md is enough: in a copy of the checkout, a variable or a rule is added in its file and is everywhere at once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.guards.checkout import CHECKOUT, own_files
from tests.screens.cli.program import Run, answers, run
from tests.screens.terminal.operators import as_file, full_screen, line_by_line
from tests.screens.terminal.test_three_fronts import SECRETS, files_of

SWITCH: Final = """
        switch("SESSION_BINDING", "Bind sessions to the browser", default="false",
            help="Ties every session to the browser in which it began.",
            empty="Off.", consequence="People are signed out when their browser updates itself.",
            source="api/server/index.js:77"),"""
SECRET: Final = """
        secret("SESSION_BINDING_KEY", "Key that binds sessions", generate=hex_32_bytes,
            applies=any_set("SESSION_BINDING"), required=any_set("SESSION_BINDING"),
            help="Signs what ties a session to its browser.",
            empty="Sessions are bound by a key that everybody knows.", consequence="A session can be moved.",
            source="api/server/index.js:78"),"""
ENTRY: Final = """
BINDING_KEY_SHORT = _of(
    "secrets.binding-key-short",
    "SESSION_BINDING_KEY is short:",
    "SESSION_BINDING_KEY: {generate: true, replace: true}",
    consequence="anyone who guesses it can move sessions.",
    settings=("SESSION_BINDING_KEY",),
)
"""
RULE: Final = """

def binding_key(view: View) -> Iterator[Finding]:
    \"\"\"Find a key that can be guessed.\"\"\"
    if 0 < len(view.value("SESSION_BINDING_KEY")) < 32:
        yield ids.BINDING_KEY_SHORT.warn()


RULES = (*RULES, binding_key)
"""
KEY: Final = "7c" * 32


pytestmark = pytest.mark.not_fast


def put(file: Path, after: str, text: str) -> None:
    """Put a text behind the first place of another one; behind everything with an empty one."""
    before = file.read_text(encoding="utf-8")
    assert after in before
    place = before.index(after) + len(after) if after else len(before)
    file.write_text(f"{before[:place]}{text}{before[place:]}", encoding="utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with a new switch, a secret that it needs, and a rule about that."""
    copy = tmp_path_factory.mktemp("checkout")
    for path in own_files():
        target = copy / path.relative_to(CHECKOUT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    catalogue = copy / "wizard" / "catalogue"
    put(catalogue / "sessions.py", "    settings=(", SWITCH)
    put(catalogue / "sessions.py", "from wizard.catalogue.declare import ", "switch, ")
    put(catalogue / "credentials.py", "    settings=(", SECRET)
    put(catalogue / "credentials.py", "from typing import Final\n", "from wizard.catalogue.conditions import any_set\n")
    put(copy / "wizard" / "findings" / "secrets.py", "", ENTRY)
    put(copy / "wizard" / "rules" / "secrets.py", "", RULE)
    return copy


@pytest.fixture
def program(checkout: Path) -> Callable[..., Run]:
    """A function that runs the program of the copy."""

    def start(*arguments: str | Path) -> Run:
        return run(*arguments, environment=elsewhere(checkout))

    return start


def elsewhere(checkout: Path) -> Mapping[str, str]:
    """Return what makes Python take the program from another checkout."""
    return {"PYTHONPATH": str(checkout)}


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    """A LibreChat folder of a release that reads the new variables, with every secret that the program would make."""
    made = sample_folder("v0.8.7")
    lines = (f"{name}={value}\n" for name, value in {"PORT": "3080", **SECRETS}.items())
    (made / ".env").write_text("".join(lines), encoding="utf-8")
    return made


def findings(done: Run) -> dict[str, Any]:
    """Return the findings of a run by id."""
    return {finding["id"]: finding for finding in json.loads(done.out)["findings"]}


def test_new_variables_are_in_schema_and_settings(program: Callable[..., Run]) -> None:
    known = json.loads(program("schema").out)["properties"]["settings"]["properties"]
    generate = {"$ref": "#/$defs/generate"}
    assert generate in known["SESSION_BINDING_KEY"]["anyOf"]
    assert generate not in known["SESSION_BINDING"]["anyOf"]
    assert known["SESSION_BINDING"]["default"] == "false"
    listed = {one["name"]: one for one in json.loads(program("settings", "--json").out)}
    assert listed["SESSION_BINDING_KEY"]["secret"] is True
    assert listed["SESSION_BINDING"]["since"] == "v0.4.0", "that of the section"
    told = program("settings", "SESSION_BINDING_KEY").out
    assert "Required if: SESSION_BINDING is set." in told
    assert "  SESSION_BINDING " in program("settings").out


@pytest.mark.parametrize(
    ("given", "identity"),
    [
        ("{SESSION_BINDING: true}", "rules.settings.missing"),
        (f"{{SESSION_BINDING_KEY: {KEY}}}", "rules.settings.no-effect"),
        ("{SESSION_BINDING: true, SESSION_BINDING_KEY: short}", "rules.secrets.binding-key-short"),
    ],
)
def test_conditions_and_rules_judge_an_answers_file(
    program: Callable[..., Run], folder: Path, given: str, identity: str
) -> None:
    file = answers(folder, f"version: 1\nsettings: {given}\n")
    found = findings(program("--answers", file, "--dir", folder, "--dry-run", "--offline", "--json"))
    assert "SESSION_BINDING_KEY" in found[identity]["settings"]
    file = answers(folder, f"version: 1\nsettings: {{SESSION_BINDING: true, SESSION_BINDING_KEY: {KEY}}}\n")
    done = program("--answers", file, "--dir", folder, "--dry-run", "--offline", "--json")
    assert identity not in findings(done)
    assert KEY not in done.text


def test_all_fronts_ask_and_write_new_variables(checkout: Path, folder: Path, tmp_path: Path) -> None:
    given = {"SESSION_BINDING": "true", "SESSION_BINDING_KEY": KEY}
    folders = {way: tmp_path / way / "folder" for way in ("screen", "lines", "file")}
    for copy in folders.values():
        shutil.copytree(folder, copy)
    export = tmp_path / "exported.yaml"
    full_screen(folders["screen"], given, export, environment=elsewhere(checkout))
    line_by_line(folders["lines"], given, environment=elsewhere(checkout))
    as_file(folders["file"], given, environment=elsewhere(checkout))
    written = files_of(folders["file"])
    assert f"SESSION_BINDING=true\nSESSION_BINDING_KEY={KEY}\n".encode() in written[".env"]
    assert files_of(folders["screen"]) == files_of(folders["lines"]) == written
    saved = export.read_text(encoding="utf-8")
    assert "SESSION_BINDING: true" in saved
    assert "env: SESSION_BINDING_KEY" in saved
    assert KEY not in saved


def test_the_reference_is_stale_until_it_is_made_again(checkout: Path) -> None:
    def is_current() -> bool:
        test = "tests/guards/test_reference.py"
        command = (sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", test)
        done = subprocess.run(
            command,
            cwd=checkout,
            env={"PATH": "/usr/bin:/bin", **elsewhere(checkout)},
            capture_output=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stdout
        return done.returncode == 0

    assert not is_current()
    subprocess.run([sys.executable, "-P", checkout / "tools" / "reference.py"], check=True, cwd=checkout)
    assert is_current()
    assert "### SESSION_BINDING_KEY" in (checkout / "docs" / "settings.md").read_text(encoding="utf-8")
