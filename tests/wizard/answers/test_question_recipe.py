"""A question of the wizard's own is declared in one place, and is there everywhere: seen in a copy of the tree."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.guards.checkout import CHECKOUT

BEFORE = "    from_container: bool = ask("
DECLARED = """\
    retries: int = ask(declare.integer("retries", "Further tries", minimum=0, maximum=5,
        help="How often the test mail is sent again.", empty="Once is enough."),
        default=2, noun="number of tries", remedy="Write 0 to 5.")  # fmt: skip
"""
ASKED = """
import json, sys
from pathlib import Path
from screens.shared.help import question_text
from wizard.answers.draft import Draft, Typed
from wizard.answers.export import answers_text
from wizard.answers.file import parse
from wizard.answers.schema import answers_schema
from wizard.basics.problem import InvalidInput
from wizard.interview.interview import Interview
from wizard.interview.steps import step, step_of

folder = Path(sys.argv[1])
def read(value):
    return parse(f"version: 1\\nchecks:\\n  retries: {value}\\n".encode(), "a.yaml", folder).answers.checks.retries
def fault(value):
    try:
        read(value)
    except InvalidInput as error:
        return str(error.problems[0])
draft = Draft().give("checks.retries", Typed("4"))
wrong = Draft().give("checks.retries", Typed("many")).fault("checks.retries")
print(json.dumps({
    "read": [read("3"), read("~")],
    "faults": [fault("9"), fault("[1]"), f"{wrong.message} {wrong.remedy}"],
    "typed": draft.answers(folder).checks.retries,
    "schema": answers_schema()["properties"]["checks"]["properties"]["retries"],
    "exported": answers_text(draft, folder),
    "step": [step_of("checks.retries").id, "checks.retries" in step("mail").all_questions],
    "help": question_text("checks.retries", Interview(folder)),
}))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the source with one more question."""
    for room in ("wizard", "checks", "screens", "tools"):
        shutil.copytree(CHECKOUT / room, tmp_path / "tree" / room, ignore=shutil.ignore_patterns("__pycache__"))
    form = tmp_path / "tree" / "wizard" / "catalogue" / "answers_form.py"
    text = form.read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    form.write_text(text.replace(BEFORE, DECLARED + BEFORE), encoding="utf-8")
    return tmp_path / "tree"


def run_in(tree: Path, *arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-P", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(tree), "HOME": str(tree), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_declaration_is_field_reader_schema_export_step_help_and_document(tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "docker-compose.yml").write_text("services: {api: {image: librechat}}\n", encoding="utf-8")
    told: dict[str, Any] = json.loads(run_in(tree, "-c", ASKED, folder))
    assert told["read"] == [3, 2]
    assert told["faults"] == [
        "a.yaml:3: checks.retries: '9' is not a valid number of tries. Write 0 to 5.",
        "a.yaml:3: checks.retries: must be a single value.",
        "'many' is not a valid number of tries. Write 0 to 5.",
    ]
    assert told["typed"] == 4
    schema = {"title": "Further tries", "description": "How often the test mail is sent again.", "default": 2}
    assert schema.items() <= told["schema"].items()
    assert (told["schema"]["minimum"], told["schema"]["maximum"]) == (0, 5)
    assert "checks:\n  retries: 4\n" in told["exported"]
    assert told["step"] == ["mail", True]
    assert "How often the test mail is sent again." in told["help"]
    assert "Once is enough." in told["help"]
    run_in(tree, tree / "tools" / "reference.py", folder)
    assert "## checks.retries\n\nFurther tries. How often" in (folder / "answers.md").read_text(encoding="utf-8")
