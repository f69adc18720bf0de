"""A canary secret goes through everything and is searched for in every byte that left the process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.canaries import CANARIES, CORE
from tests.screens.cli.program import CHECKOUT, answers, run

CANARY = CORE
"""In each of the twenty."""
WORD, OLD, NEW, ENV, FILE, CLEAR, LOGIN, INHERITED, OVERRIDE, FOREIGN, *SPECIAL = CANARIES
SampleFolder = Callable[..., Path]


def files_with_canary(folder: Path) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]


@pytest.fixture
def asked(sample_folder: SampleFolder) -> tuple[Path, Path]:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text(f"LDAP_BIND_CREDENTIALS={OLD}\nPORT=3080\nSOME_TOKEN={FOREIGN}\n")
    (folder / ".env").chmod(0o600)
    (folder / "docker-compose.override.yml").write_text(
        f"services:\n  api:\n    environment:\n      MY_PASSWORD: {OVERRIDE}\n"
    )
    secret = folder.parent / "secret"
    secret.write_text(f"{FILE}\n")
    text = (
        "version: 1\naccess: localhost\nsettings:\n"
        f"  EMAIL_PASSWORD: {CLEAR}\n"
        "  MAILGUN_API_KEY: {env: CANARY_VARIABLE}\n"
        f"  GOOGLE_CLIENT_SECRET: {{file: {secret}}}\n"
        f"  LDAP_BIND_CREDENTIALS: {{command: [cat, {secret}]}}\n"
        f"checks: {{login: {{email: a@example.com, password: {LOGIN}}}}}\n"
    )
    return folder, answers(folder, text)


ENVIRONMENT = {"CANARY_VARIABLE": ENV, "JWT_SECRET": f"{INHERITED}-0123456789abcdef"}


@pytest.mark.parametrize("flags", [["--dry-run"], ["--json", "--dry-run"], ["--json", "--force"], ["--force"]])
def test_canary_reaches_only_env_and_its_backup(asked: tuple[Path, Path], flags: list[str]) -> None:
    folder, file = asked
    done = run("--answers", file, "--dir", folder, *flags, environment=ENVIRONMENT)
    assert done.status in (0, 1), done.text
    assert CANARY not in done.text
    expected = {".env", "docker-compose.override.yml"}
    for name in files_with_canary(folder):
        is_backup = name.startswith(".librechat-wizard/backups/")
        assert name in expected or is_backup, name
        if is_backup:
            assert (folder / name).stat().st_mode & 0o777 == 0o600
    if "--dry-run" not in flags:
        assert CLEAR in (folder / ".env").read_text()


@pytest.mark.parametrize(
    "fault",
    [
        f"EMAIL_PASSWORD: *{CANARY}",
        f"EMAIL_PASSWORD: !{CANARY} x",
        f"EMAIL_PASSWORD: [{CANARY}",
        f"EMAIL_PASSWORD: {{{CANARY}: x}}",
        f'EMAIL_PASSWORD: "{CANARY}\\q"',
        f"JWT_SECRET: {CANARY}",
        f"CREDS_KEY: {CANARY}",
        f'EMAIL_PASSWORD: "{CANARY}\\0"',
        f"EMAIL_PASSWORD: [[{CANARY}]]",
        f"EMAIL_PASSWORD: '{CANARY}\"#$a`\\\\ '' ${{'",
    ],
)
def test_canary_is_not_quoted_by_any_fault(sample_folder: SampleFolder, fault: str) -> None:
    folder = sample_folder("v0.8.7")
    done = run("--answers", answers(folder, f"version: 1\nsettings:\n  {fault}\n"), "--dir", folder)
    assert CANARY not in done.text
    assert "Traceback" not in done.text


@pytest.mark.parametrize(
    "arguments",
    [[f"--password={CANARY}"], [CANARY], ["doctor", CANARY], [f"--dry-run={CANARY}"], ["restore", "a", CANARY]],
)
def test_canary_on_the_command_line_is_not_echoed(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.status == 2
    assert CANARY not in done.text


@pytest.mark.parametrize("command", [["doctor"], ["doctor", "--json"], ["restore", "--list"]])
def test_canary_stays_out_of_the_other_commands(asked: tuple[Path, Path], command: list[str]) -> None:
    folder, file = asked
    run("--answers", file, "--dir", folder, "--force", environment=ENVIRONMENT)
    done = run(*command, "--dir", folder, environment=ENVIRONMENT)
    assert CANARY not in done.text
    assert "Traceback" not in done.text


def test_canary_is_in_no_process_table_and_no_childs_environment(asked: tuple[Path, Path], tmp_path: Path) -> None:
    """Every child that the wizard starts is recorded by a docker and a cat of our own, with arguments and environment."""
    folder, file = asked
    tools = tmp_path / "tools"
    tools.mkdir()
    log = tmp_path / "log"
    for tool in ("docker", "docker-compose", "cat"):
        (tools / tool).write_text(f'#!/bin/sh\n(env; echo "$0 $@") >>{log}\nexec /bin/cat "$@" </dev/null\n')
        (tools / tool).chmod(0o755)
    seen: list[bytes] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for line in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.append(line.read_bytes())
                except OSError:
                    continue
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        environment = {**ENVIRONMENT, "PATH": f"{tools}:{os.environ['PATH']}"}
        done = run("--answers", file, "--dir", folder, "--force", environment=environment)
    finally:
        stop.set()
        watcher.join()
    assert CANARY not in done.text
    assert not [line for line in seen if CANARY.encode() in line]
    assert log.read_text(), "no child was started: the test shows nothing"
    assert CANARY not in log.read_text()


def test_canary_is_in_no_traceback_of_a_crash(asked: tuple[Path, Path]) -> None:
    """Break the program from outside, deep inside, and look at what Python prints."""
    folder, file = asked
    code = (
        "import sys, wizard.store.transaction as t\n"
        "def boom(*a, **k): raise RuntimeError('broken on purpose')\n"
        "t.os.rename = t.os.replace = boom\n"
        "from screens.cli.main import main\n"
        f"sys.exit(main(['--answers', {str(file)!r}, '--dir', {str(folder)!r}, '--force']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode != 0
    assert CANARY not in done.stdout + done.stderr


def test_an_anchor_that_is_given_twice_shows_nothing_of_the_file(sample_folder: SampleFolder) -> None:
    """ruamel warns about it with the lines around, on standard error."""
    folder = sample_folder("v0.8.7")
    twice = f"{{MONGO_PASSWORD: &a {CANARY}, OTHER: &a b}}"
    (folder / "docker-compose.override.yml").write_text(f"services:\n  api:\n    environment: {twice}\n")
    path = answers(folder, f"version: 1\nsettings: {{EMAIL_PASSWORD: &a {CANARY}, LDAP_BIND_CREDENTIALS: &a b}}\n")
    for arguments in (("doctor", "--dir", folder), ("--answers", path, "--dir", folder, "--dry-run")):
        done = run(*arguments)
        assert CANARY not in done.text
        assert "Warning" not in done.text


def test_a_password_in_an_address_is_written_and_not_shown(sample_folder: SampleFolder) -> None:
    """A proxy to the outside is named with user and password in its address; that is no secret by its name."""
    folder = sample_folder("v0.8.7")
    old, new = f"http://u:{OLD}@proxy.example.net:3128", f"http://u:{CANARY}/a@b@proxy.example.net:3128"
    path = answers(folder, f"version: 1\naccess: localhost\nsettings: {{PROXY: '{old}'}}\n")
    outputs = [run("--answers", path, "--dir", folder)]
    assert f"PROXY={old}" in (folder / ".env").read_text()
    path = answers(folder, "version: 1\nsettings: {PROXY: 'http://proxy.example.net:3128'}\n")
    outputs += [run("--answers", path, "--dir", folder, "--dry-run", *more) for more in ((), ("--json",))]
    path = answers(folder, f"version: 1\nsettings: {{PROXY: '{new}', OPENID_ISSUER: 'u:{CANARY}@host'}}\n")
    outputs += [run("--answers", path, "--dir", folder)]
    with (folder / ".env").open("a") as file:
        file.write(f"OPENID_CLIENT_ID=x\nOPENID_ISSUER=u:{CANARY}@host\n")
    outputs += [run("doctor", "--dir", folder)]
    assert [done.status for done in outputs] == [0, 0, 0, 2, 1]
    assert not [done.text for done in outputs if CANARY in done.text]


@pytest.mark.parametrize("name", ["DOMAIN_CLIENT", "OPENID_ISSUER"])
def test_an_address_with_a_user_name_is_refused_where_it_has_no_meaning(sample_folder: SampleFolder, name: str) -> None:
    folder = sample_folder("v0.8.7")
    done = run(
        "--answers", answers(folder, f"version: 1\nsettings: {{{name}: 'https://u:{CANARY}@h'}}\n"), "--dir", folder
    )
    assert done.status == 2
    assert "user name or a password" in done.err
    assert CANARY not in done.text


def test_no_rule_and_no_note_quotes_a_password_in_an_address(sample_folder: SampleFolder) -> None:
    """Every setting at once, with an address where none belongs, too."""
    from wizard import catalogue

    folder = sample_folder("v0.8.7")
    address = f"http://u:{CANARY}@h:3128/x?key={CANARY}"
    (folder / ".env").write_text("".join(f"{name}={address}\n" for name in catalogue.by_key()))
    file = answers(folder, "version: 1\naccess: localhost\nsettings: {ALLOW_REGISTRATION: false}\n")
    for command in (["--answers", file, "--dry-run"], ["doctor", "--offline"]):
        for flags in ([], ["--json"]):
            done = run(*command, *flags, "--dir", folder)
            assert CANARY not in done.text
            assert "Traceback" not in done.text
