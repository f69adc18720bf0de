"""Imports go one way through the layers, and the core uses no terminal and no network."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guards.checkout import CHECKOUT, python_files, shown
from tests.guards.layers import circles, imports_of, own_imports, public_classes, source_modules, upward_imports

NETWORK = frozenset(
    {"socket", "ssl", "http", "urllib.request", "smtplib", "ftplib", "imaplib", "xmlrpc"}
    | {"aiosmtplib", "dns", "httpcore2", "httpx", "httpx2", "requests", "aiohttp"}
)
TERMINAL = frozenset({"textual", "rich"})
LATE = frozenset({"asyncio"})
"""No network, but as long to load."""
MOST_FLAT_FILES = 8
TWICE = 0
"""Public class names that stand twice."""

NOT_FOR_A_DRY_RUN = frozenset(
    {"wizard.store.transaction", "wizard.store.journal", "wizard.store.plan_writes", "wizard.librechat.mail_transport"}
    | {
        "wizard.librechat.mail_address",
        "checks.runner",
        "checks.mail.sender.domain",
        "wizard.basics.check_events",
        "shutil",
        "wizard.rules.kubernetes",
        "wizard.rules.release_change",
        "wizard.composefile.dockerfile",
        "wizard.store.rotation_record",
    }
)
"""What a dry run without mail has no use for."""

FIRST_INSTALL = CHECKOUT / "examples" / "first-install.yaml"
WITH_MAIL = """
version: 1
access: localhost
settings: {EMAIL_HOST: mail.our-chat.net, EMAIL_PORT: 587, EMAIL_FROM: chat@our-chat.net}
"""


def is_within(name: str, packages: frozenset[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def offenders(package: str, forbidden: frozenset[str]) -> list[str]:
    return [
        f"{shown(path)}:{line} imports {name}"
        for path in python_files(package)
        for line, name in imports_of(path)
        if is_within(name, forbidden)
    ]


def test_no_package_imports_a_higher_layer() -> None:
    assert upward_imports() == []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert circles() == []


def test_no_screen_knows_the_application() -> None:
    """Screens ask with ``screens.full.messages``; the application alone navigates, writes and leaves."""
    own = {name: needed for name, needed in own_imports().items() if name.startswith("screens.")}
    assert [name for name, needed in own.items() if "screens.full.app" in needed] == ["screens.cli.start"]
    assert [name for name, needed in own.items() if "screens.full.navigation" in needed] == ["screens.full.app"]


def test_the_plan_has_no_detour() -> None:
    assert [group for group in circles() if any(name.startswith("wizard.plan.") for name in group)] == []


def test_public_class_names_stand_once() -> None:
    twice = {name: modules for name, modules in public_classes().items() if len(modules) > 1}
    assert len(twice) <= TWICE, twice


def test_the_core_is_in_packages() -> None:
    flat = [name for name in source_modules() if name.count(".") == 1 and name.startswith("wizard.")]
    packages = {name.rpartition(".")[0] for name in source_modules() if name.count(".") > 1}
    assert len([name for name in flat if name not in packages]) <= MOST_FLAT_FILES


def test_core_imports_neither_terminal_nor_network() -> None:
    assert offenders("wizard", TERMINAL | NETWORK) == []


def test_only_what_runs_a_stack_waits() -> None:
    waits = ("wizard/apply/", "wizard/basics/async_processes.py:")
    assert [found for found in offenders("wizard", LATE) if not found.startswith(waits)] == []


def test_checks_draw_nothing() -> None:
    assert offenders("checks", TERMINAL) == []


def test_fields_of_named_tuples_are_no_texts() -> None:
    """``typing`` compiles each annotation that is a text: in a dry run a thirtieth of the time."""
    found = [
        shown(path)
        for package in ("wizard", "checks", "screens")
        for path in python_files(package)
        if "(NamedTuple" in (text := path.read_text(encoding="utf-8"))
        and "\nfrom __future__ import annotations\n" in text
    ]
    assert found == []


@pytest.mark.parametrize("package", ["wizard", "checks", "screens"])
def test_source_imports_no_tests(package: str) -> None:
    assert offenders(package, frozenset({"tests", "tools"})) == []


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
    return f"from screens.cli.main import main; raise SystemExit(main({[str(argument) for argument in arguments]!r}))"


def heavy(modules: frozenset[str]) -> list[str]:
    return sorted(name for name in modules if is_within(name, TERMINAL | NETWORK | LATE))


@pytest.mark.parametrize(
    "code",
    [
        "import wizard.plan.plan",
        "import wizard.store.transaction",
        program("--help"),
        program("settings"),
        program("schema"),
    ],
)
def test_nothing_heavy_is_loaded(code: str, tmp_path: Path) -> None:
    assert heavy(loaded_by(code, tmp_path)) == []


def test_answers_load_neither_terminal_nor_network(sample_folder: Callable[..., Path], tmp_path: Path) -> None:
    folder = sample_folder("v0.8.7")
    modules = loaded_by(program("--answers", FIRST_INSTALL, "--dir", folder, "--dry-run", "--offline"), tmp_path)
    assert "wizard.plan.plan" in modules
    assert heavy(modules) == []
    assert sorted(modules & NOT_FOR_A_DRY_RUN) == []


def test_offline_answers_with_mail_load_no_network_either(sample_folder: Callable[..., Path], tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(WITH_MAIL, encoding="utf-8")
    folder = sample_folder("v0.8.7")
    modules = loaded_by(program("--answers", answers, "--dir", folder, "--dry-run", "--offline"), tmp_path)
    assert "checks.mail.smtp" in modules
    assert heavy(modules) == []


@pytest.mark.parametrize("arguments", [("--help",), ("settings", "JWT_SECRET")])
def test_help_loads_no_parser_of_files(arguments: tuple[str, ...], tmp_path: Path) -> None:
    late = frozenset({"ruamel", "cryptography", "dotenv", "jwt"})
    if arguments == ("--help",):
        late |= {
            "dataclasses",
            "inspect",
            "pathlib",
            "bz2",
            "lzma",
            "wizard.basics.problem",
            "wizard.basics.links",
            "checks",
        }
    assert sorted(name for name in loaded_by(program(*arguments), tmp_path) if is_within(name, late)) == []


FIRST_FRAME = """
from pathlib import Path
from screens.full.app import WizardApp
from screens.full.questions_screen import QuestionsScreen
from wizard.interview.interview import Interview
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
    from screens.demo.folder import make

    folder = tmp_path / "LibreChat"
    folder.mkdir()
    make(folder)
    loaded = loaded_by(FIRST_FRAME.format(folder=str(folder)), tmp_path)
    assert "screens.full.questions_screen" in loaded
    late = frozenset({"ruamel", "cryptography", "dns", "aiosmtplib", "aiosmtpd", "certifi", "jwt", "wizard.plan.plan", "wizard.rules", "checks", "screens.plain", "wizard.dotenv.compose", "wizard.dotenv.edit", "wizard.dotenv.spelling", "wizard.catalogue.accept", "wizard.answers.reader", "wizard.yamlfile", "wizard.findings", "wizard.basics.processes", "screens.full.dialog", "screens.shared.write_result", "hashlib", "wizard.basics.finding", "wizard.deployment.model", "wizard.dotenv.npm_entries", "wizard.interview.openid_presets", "wizard.interview.directory_presets", "screens.full.line_input", "screens.full.console_lines"})  # fmt: skip
    assert sorted(name for name in loaded if is_within(name, late)) == []


def test_a_mail_check_loads_no_email_package(tmp_path: Path) -> None:
    loaded = loaded_by("import checks.mail.smtp.probe", tmp_path)
    assert "aiosmtplib.protocol" in loaded
    assert sorted(name for name in loaded if is_within(name, frozenset({"email", "aiosmtplib.smtp"}))) == []


def test_whoever_wants_the_mail_client_gets_it_after_a_check(tmp_path: Path) -> None:
    code = "import checks.mail.smtp.probe, aiosmtplib; aiosmtplib.SMTP(); assert aiosmtplib.SMTPResponse is checks.mail.smtp.connection.SMTPResponse"
    assert "aiosmtplib.smtp" in loaded_by(code, tmp_path)
