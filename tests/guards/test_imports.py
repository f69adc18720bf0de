"""Imports run screens -> checks -> wizard, and the core knows no terminal and no network."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.guards.checkout import CHECKOUT, python_files, shown

NETWORK = frozenset(
    {"socket", "ssl", "asyncio", "http", "urllib.request", "smtplib", "ftplib", "imaplib", "xmlrpc"}
    | {"aiosmtplib", "dns", "httpcore2", "httpx", "httpx2", "requests", "aiohttp"}
)
TERMINAL = frozenset({"textual", "rich"})
COMPOSITION = ("wizard/cli.py", "wizard/__main__.py")
"""What may reach upwards, inside functions: the one place that puts the rooms together."""

FIRST_INSTALL = CHECKOUT / "examples" / "first-install.yaml"
WITH_MAIL = """
version: 1
access: localhost
settings: {EMAIL_HOST: mail.our-chat.net, EMAIL_PORT: 587, EMAIL_FROM: chat@our-chat.net}
"""


def imported(node: ast.AST) -> list[str]:
    """Return the full names that one statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide which room is meant"
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        yield from ((getattr(node, "lineno", 0), name) for name in imported(node))


def is_within(name: str, packages: frozenset[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def offenders(room: str, forbidden: frozenset[str], *, except_for: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{shown(path)}:{line} imports {name}"
        for path in python_files(room)
        if shown(path) not in except_for
        for line, name in imports_of(path)
        if is_within(name, forbidden)
    ]


def test_core_imports_no_other_room() -> None:
    assert offenders("wizard", frozenset({"checks", "screens", "tests", "tools"}), except_for=COMPOSITION) == []


def test_core_imports_neither_terminal_nor_network() -> None:
    assert offenders("wizard", TERMINAL | NETWORK) == []


def test_checks_import_no_screens() -> None:
    assert offenders("checks", TERMINAL | {"screens", "tests", "tools"}) == []


def test_screens_import_no_tests() -> None:
    assert offenders("screens", frozenset({"tests", "tools"})) == []


def test_composition_reaches_upwards_only_inside_functions() -> None:
    for name in COMPOSITION:
        tree = ast.parse((CHECKOUT / name).read_text(encoding="utf-8"))
        found = [target for node in tree.body for target in imported(node)]
        assert [target for target in found if is_within(target, frozenset({"checks", "screens"}))] == []


def module_name(path: Path) -> str:
    parts = path.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_module_imports_itself_by_a_detour() -> None:
    paths = {module_name(path): path for path in python_files("wizard", "checks", "screens")}
    needs: dict[str, set[str]] = {}
    for module, path in paths.items():
        names = [name for node in ast.parse(path.read_text(encoding="utf-8")).body for name in imported(node)]
        found = {name if name in paths else name.rpartition(".")[0] for name in names}
        needs[module] = (found & paths.keys()) - {module}
    # Modules that need nothing that is left are taken away until none is; what stays stands in a circle or leans on one.
    while free := [module for module, needed in needs.items() if not needed & needs.keys()]:
        for module in free:
            del needs[module]
    assert sorted(needs) == []


RUN_AND_TELL = """
import contextlib, json, sys
try:
    exec(sys.argv[2])
except SystemExit as end:
    assert not end.code, f"ended with {end.code}"
with open(sys.argv[1], "w") as told:
    json.dump(sorted(sys.modules), told)
"""


def loaded_by(code: str, tmp_path: Path) -> frozenset[str]:
    """Run code in a Python of its own and return the modules that it left loaded."""
    told = tmp_path / "modules.json"
    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN_AND_TELL, told, code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(CHECKOUT), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    return frozenset(json.loads(told.read_text(encoding="utf-8")))


def program(*arguments: str | Path) -> str:
    return f"from wizard.cli import main; raise SystemExit(main({[str(argument) for argument in arguments]!r}))"


def heavy(modules: frozenset[str]) -> list[str]:
    return sorted(name for name in modules if is_within(name, TERMINAL | NETWORK))


@pytest.mark.parametrize(
    "code",
    ["import wizard.plan", "import wizard.transaction", program("--help"), program("settings"), program("schema")],
)
def test_nothing_heavy_is_loaded(code: str, tmp_path: Path) -> None:
    assert heavy(loaded_by(code, tmp_path)) == []


def test_answers_load_neither_terminal_nor_network(sample_folder: Callable[..., Path], tmp_path: Path) -> None:
    folder = sample_folder("v0.8.7")
    modules = loaded_by(program("--answers", FIRST_INSTALL, "--dir", folder, "--dry-run", "--offline"), tmp_path)
    assert "wizard.plan" in modules
    assert heavy(modules) == []


def test_offline_answers_with_mail_load_no_network_either(sample_folder: Callable[..., Path], tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(WITH_MAIL, encoding="utf-8")
    folder = sample_folder("v0.8.7")
    modules = loaded_by(program("--answers", answers, "--dir", folder, "--dry-run", "--offline"), tmp_path)
    assert "checks.smtp" in modules
    assert heavy(modules) == []


@pytest.mark.parametrize("arguments", [("--help",), ("settings", "JWT_SECRET")])
def test_help_loads_no_parser_of_files(arguments: tuple[str, ...], tmp_path: Path) -> None:
    late = frozenset({"ruamel", "cryptography", "dotenv", "jwt"})
    assert sorted(name for name in loaded_by(program(*arguments), tmp_path) if is_within(name, late)) == []


FIRST_FRAME = """
from pathlib import Path
from screens.app import WizardApp
from screens.questions import QuestionsScreen
from wizard.interview import Interview
begin = QuestionsScreen.begin
def first(self):
    begin(self)
    self.app.exit(0)
QuestionsScreen.begin = first
interview = Interview(Path({folder!r}))
WizardApp(interview).run(headless=True)
interview.close()
"""


def test_first_frame_needs_textual_and_the_core_alone(tmp_path: Path) -> None:
    from checks.practice.folder import make

    folder = tmp_path / "LibreChat"
    folder.mkdir()
    make(folder)
    loaded = loaded_by(FIRST_FRAME.format(folder=str(folder)), tmp_path)
    assert "screens.questions" in loaded
    late = frozenset({"ruamel", "cryptography", "dns", "aiosmtplib", "aiosmtpd", "certifi", "jwt", "wizard.plan", "wizard.rules", "checks", "screens.plain"})  # fmt: skip
    assert sorted(name for name in loaded if is_within(name, late)) == []
