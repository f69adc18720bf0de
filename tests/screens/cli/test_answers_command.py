"""``--answers`` on real LibreChat folders: what the operator finds afterwards."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from checks.registry import ALL
from tests.screens.cli.program import CHECKOUT, answers, run, tree

RELEASES = ("v0.7.0", "v0.7.2", "v0.7.7", "v0.8.0-rc3", "v0.8.2", "v0.8.3", "v0.8.5", "v0.8.7", "v0.8.8-rc1")
STACKS = ("compose", "deploy")
FIRST_INSTALL = CHECKOUT / "examples" / "first-install.yaml"

SampleFolder = Callable[..., Path]
NpmDotenv = Callable[[Sequence[bytes]], list[dict[str, str]]]


def with_stack(folder: Path, stack: str) -> Path:
    return answers(folder, f"librechat: {{stack: {stack}}}\n" + FIRST_INSTALL.read_text())


def compose_config(docker_compose: Path, folder: Path, stack: str) -> dict[str, dict[str, dict[str, object]]]:
    base = "deploy-compose.yml" if stack == "deploy" else "docker-compose.yml"
    done = subprocess.run(
        [docker_compose, "-f", base, "-f", "docker-compose.override.yml", "config", "--format", "json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    model: dict[str, dict[str, dict[str, object]]] = json.loads(done.stdout)
    return model


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("release", RELEASES)
def test_first_install(
    sample_folder: SampleFolder, npm_dotenv: NpmDotenv, docker_compose: Path, release: str, stack: str
) -> None:
    folder = sample_folder(release, stack)
    asked = with_stack(folder, stack)

    first = run("--answers", asked, "--dir", folder)
    assert first.status == 0, first.text

    read = npm_dotenv([(folder / ".env").read_bytes()])[0]
    assert read["DOMAIN_CLIENT"] == read["DOMAIN_SERVER"] == "https://chat.example.com"
    # v0.7.7-rc1 is the first release that reads it; before, one proxy is trusted whatever is set.
    assert read.get("TRUST_PROXY") == (None if release in ("v0.7.0", "v0.7.2") else "1")
    assert read["ALLOW_REGISTRATION"] == "false"
    assert len(bytes.fromhex(read["CREDS_KEY"])) == 32
    assert len(bytes.fromhex(read["CREDS_IV"])) == 16
    assert len({read["JWT_SECRET"], read["JWT_REFRESH_SECRET"], read["CREDS_KEY"], read["MEILI_MASTER_KEY"]}) == 4

    model = compose_config(docker_compose, folder, stack)
    ports = model["services"]["api"]["ports"]
    assert isinstance(ports, list)
    assert [port.get("host_ip") for port in ports] == ["127.0.0.1"]
    if stack == "deploy":
        environment = model["services"]["api"]["environment"]
        assert isinstance(environment, dict)
        assert environment["JWT_SECRET"] == read["JWT_SECRET"]

    before = tree(folder)
    second = run("--answers", asked, "--dir", folder)
    assert second.status == 0, second.text
    assert tree(folder) == before


def test_new_env_is_private_from_the_first_byte(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    assert run("--answers", FIRST_INSTALL, "--dir", folder).status == 0
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    assert (folder / ".librechat-wizard").stat().st_mode & 0o777 == 0o700


def test_one_changed_answer_changes_one_line(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    assert run("--answers", FIRST_INSTALL, "--dir", folder).status == 0
    before = (folder / ".env").read_bytes().splitlines()
    text = FIRST_INSTALL.read_text().replace("SESSION_EXPIRY: 15m", "SESSION_EXPIRY: 24h", 1)
    done = run("--answers", answers(folder, text), "--dir", folder)
    assert done.status == 0, done.text
    after = (folder / ".env").read_bytes().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert (
        changed == [(changed[0][0], b"SESSION_EXPIRY=1000 * 60 * 60 * 24")] or b"1000 * 60 * 60 * 24" in changed[0][1]
    )
    assert len(changed) == 1


def test_dry_run_writes_nothing_and_shows_no_secret(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    before = tree(folder)
    done = run("--answers", FIRST_INSTALL, "--dir", folder, "--dry-run", "--offline")
    assert done.status == 0, done.text
    assert "CREDS_KEY=[secret]" in done.out
    assert tree(folder) == before
    assert sorted(path.name for path in folder.iterdir()) == sorted(before)


def test_all_faults_are_named_at_once_with_their_lines(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    before = tree(folder)
    text = (
        "version: 1\n"
        "acces: localhost\n"
        "settings:\n"
        "  ALLOW_REGISTRATION: yes\n"
        "  EMAIL_ENCRYPTION: ssl\n"
        "  SESSION_EXPIRY: 1500ms\n"
        "  EMAIL_PORT: 99999\n"
        "  DOMAIN_CLIENT: chat.example.com\n"
        "  ALLOW_EMAL_LOGIN: true\n"
        "  FROM_EMAIL: a@example.com\n"
    )
    done = run("--answers", answers(folder, text), "--dir", folder)
    assert done.status == 2
    for line in range(2, 11):
        if line != 3:
            assert f"answers.yaml:{line}: " in done.err, f"line {line} is not named:\n{done.err}"
    assert "access" in done.err
    assert "ALLOW_EMAIL_LOGIN" in done.err
    assert "EMAIL_FROM" in done.err
    assert "Traceback" not in done.err
    assert tree(folder) == before


def test_json_is_one_object_and_bears_before_and_after(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    done = run("--answers", FIRST_INSTALL, "--dir", folder, "--json")
    report = json.loads(done.out)
    assert report["version"] == 1
    assert report["command"] == "answers"
    assert report["exit"] == done.status == 0
    assert ".env" in report["written"]
    assert report["backup"].startswith(".librechat-wizard/backups/")
    changes = {change["name"]: change for change in report["plan"]["files"][0]["changes"]}
    assert changes["DOMAIN_CLIENT"] == {
        "name": "DOMAIN_CLIENT",
        "change": "set",
        "secret": False,
        "before": "http://localhost:3080",
        "after": "https://chat.example.com",
    }
    assert changes["JWT_SECRET"] == {"name": "JWT_SECRET", "change": "set", "secret": True}
    assert {outcome["check"] for outcome in report["outcomes"]} == {check.id for check in ALL}


def test_json_reports_faults_too(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    done = run("--answers", answers(folder, "version: 2\n"), "--dir", folder, "--json")
    report = json.loads(done.out)
    assert (done.status, report["exit"]) == (2, 2)
    assert "version" in report["problems"][0]


def test_a_failed_check_writes_nothing_unless_forced(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    before = tree(folder)
    text = "version: 1\naccess: localhost\nsettings: {ALLOW_PASSWORD_RESET: true}\n"
    refused = run("--answers", answers(folder, text), "--dir", folder)
    assert refused.status == 1
    assert "rules.email.reset-without-mail" in refused.text
    assert tree(folder) == before
    forced = run("--answers", answers(folder, text), "--dir", folder, "--force")
    assert forced.status == 1
    assert b"ALLOW_PASSWORD_RESET=true" in (folder / ".env").read_bytes()


def test_the_operators_own_lines_survive(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.5")
    own = (
        b"\xef\xbb\xbf# mine\r\nOPENAI_API_KEY=sk-1 \r\nexport  PORT = 3080\r\nJWT_SECRET='"
        + b"a1" * 32
        + b"'\r\n\r\n# end"
    )
    (folder / ".env").write_bytes(own)
    text = "version: 1\naccess: localhost\n"
    done = run("--answers", answers(folder, text), "--dir", folder)
    assert done.status == 0, done.text
    written = (folder / ".env").read_bytes()
    assert written.startswith(own)
    assert b"\n" not in written.replace(b"\r\n", b"")


@pytest.mark.parametrize("given", ["{generate: true}", "{generate: true, replace: true}"])
def test_secrets_in_use_are_kept_unless_asked(sample_folder: SampleFolder, npm_dotenv: NpmDotenv, given: str) -> None:
    folder = sample_folder("v0.8.7")
    assert run("--answers", FIRST_INSTALL, "--dir", folder).status == 0
    (folder / "data-node").mkdir()
    (folder / "data-node" / "WiredTiger").touch()
    before = npm_dotenv([(folder / ".env").read_bytes()])[0]
    asked = answers(folder, FIRST_INSTALL.read_text() + f"  JWT_SECRET: {given}\n")
    done = run("--answers", asked, "--dir", folder)
    assert done.status == 0, done.text
    after = npm_dotenv([(folder / ".env").read_bytes()])[0]
    assert (before["JWT_SECRET"] != after["JWT_SECRET"]) is ("replace" in given)
    assert before["CREDS_KEY"] == after["CREDS_KEY"]
    state = tree(folder)
    assert run("--answers", asked, "--dir", folder).status == 0
    assert tree(folder) == state


def test_keys_that_encrypt_data_want_the_loss_accepted(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    assert run("--answers", FIRST_INSTALL, "--dir", folder).status == 0
    (folder / "data-node").mkdir()
    (folder / "data-node" / "WiredTiger").touch()
    before = tree(folder)
    text = FIRST_INSTALL.read_text()
    refused = run(
        "--answers", answers(folder, text + "  CREDS_KEY: {generate: true, replace: true}\n"), "--dir", folder
    )
    assert refused.status == 2
    assert "accept_loss" in refused.err
    assert tree(folder) == before
    loss = text + "  CREDS_KEY: {generate: true, replace: true, accept_loss: true}\n"
    assert run("--answers", answers(folder, loss), "--dir", folder).status == 0
    assert tree(folder)[".env"] != before[".env"]


def test_restore_brings_the_old_files_back(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    original = b"JWT_SECRET=" + b"ab" * 32 + b"\nPORT=3080\n"
    (folder / ".env").write_bytes(original)
    (folder / ".env").chmod(0o600)
    assert run("--answers", FIRST_INSTALL, "--dir", folder).status == 0
    assert (folder / ".env").read_bytes() != original
    done = run("restore", "--dir", folder)
    assert done.status == 0, done.text
    assert (folder / ".env").read_bytes() == original
    assert not (folder / "docker-compose.override.yml").exists()
    listed = run("restore", "--list", "--dir", folder)
    assert len(listed.out.splitlines()) == 2


def test_published_defaults_in_use_fail_and_are_not_replaced_unasked(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.5")
    (folder / ".env").write_bytes((folder / ".env.example").read_bytes())
    (folder / "data-node").mkdir()
    (folder / "data-node" / "WiredTiger").touch()
    before = tree(folder)
    done = run("--answers", FIRST_INSTALL, "--dir", folder)
    assert done.status == 1, done.text
    assert "CREDS_KEY" in done.text
    assert tree(folder) == before


def test_values_that_librechat_generated_are_adopted(sample_folder: SampleFolder, npm_dotenv: NpmDotenv) -> None:
    folder = sample_folder("v0.8.8-rc1")
    generated = {
        "CREDS_KEY": "1a" * 32,
        "CREDS_IV": "2b" * 16,
        "JWT_SECRET": "3c" * 32,
        "JWT_REFRESH_SECRET": "4d" * 32,
    }
    (folder / ".env.temp").write_text("".join(f"{name}={value}\n" for name, value in generated.items()))
    done = run("--answers", FIRST_INSTALL, "--dir", folder)
    assert done.status == 0, done.text
    read = npm_dotenv([(folder / ".env").read_bytes()])[0]
    assert {name: read[name] for name in generated} == generated
    assert generated["JWT_SECRET"] not in done.text


def test_a_folder_without_a_clone_is_no_local_installation(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    done = run("--answers", answers(folder, "version: 1\nlibrechat: {stack: local}\n"), "--dir", folder)
    assert done.status == 2
    assert "librechat.stack: " in done.err
    assert "package.json" in done.err


def test_the_commands_to_run_fit_what_changed(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    first = run("--answers", FIRST_INSTALL, "--dir", folder)
    assert f"    (cd {folder} && docker compose up -d)\n" in first.err
    (folder / "data-node").mkdir()
    (folder / "data-node" / "WiredTiger").touch()
    local = run("--answers", answers(folder, "version: 1\naccess: localhost\n"), "--dir", folder)
    assert local.status == 0, local.text
    assert "docker compose up -d --remove-orphans" in local.err, "the proxy's container would go on running"
    assert "docker compose up -d --force-recreate --no-deps api" in local.err, "a mounted .env alone recreates nothing"
    deploy = sample_folder("v0.8.7", "deploy")
    done = run("--answers", with_stack(deploy, "deploy"), "--dir", deploy)
    assert "docker compose -f deploy-compose.yml -f docker-compose.override.yml up -d" in done.err


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("release", ["v0.7.2", "v0.8.5", "v0.8.7"])
def test_every_way_of_access_and_back(
    sample_folder: SampleFolder, docker_compose: Path, release: str, stack: str
) -> None:
    """One folder, every answer in turn: each run succeeds, a second one changes nothing, compose accepts every result."""
    folder = sample_folder(release, stack)
    host = "https://chat.example.net"
    ways = [
        "access: localhost\n",
        f"access: https-proxy\nproxy: {{certificate: internal}}\nsettings: {{DOMAIN_CLIENT: {host}}}\n",
        "access: http-lan\nsettings: {DOMAIN_CLIENT: 'http://192.168.1.10:3080'}\n",
        f"access: https-existing\nproxy: {{hops: 2}}\nsettings: {{DOMAIN_CLIENT: {host}}}\n",
        f"access: https-proxy\nproxy: {{server: caddy}}\nsettings: {{DOMAIN_CLIENT: {host}}}\n",
        "access: localhost\n",
    ]
    for way in ways:
        # DOMAIN_SERVER follows from the answer each time, also when it was set by an earlier one.
        asked = answers(folder, f"version: 1\nlibrechat: {{stack: {stack}}}\n{way}")
        done = run("--answers", asked, "--dir", folder)
        assert done.status == 0, f"{way}{done.text}"
        before = tree(folder)
        again = run("--answers", asked, "--dir", folder)
        assert again.status == 0, f"{way}{again.text}"
        assert tree(folder) == before, way
        override = folder / "docker-compose.override.yml"
        if override.exists() and override.read_text().strip():
            compose_config(docker_compose, folder, stack)


def test_a_password_that_no_spelling_suits_is_written_for_its_reader(
    sample_folder: SampleFolder, npm_dotenv: NpmDotenv, docker_compose: Path
) -> None:
    folder = sample_folder("v0.8.7")
    password = 'it\'s $HOME # "x"'
    text = "version: 1\naccess: localhost\nsettings:\n  EMAIL_PASSWORD: 'it''s $HOME # \"x\"'\n"
    done = run("--answers", answers(folder, text), "--dir", folder)
    assert done.status == 0, done.text
    assert npm_dotenv([(folder / ".env").read_bytes()])[0]["EMAIL_PASSWORD"] == password
    assert "EMAIL_PASSWORD: LibreChat reads the value correctly" in done.err
    assert "reads-differently" not in done.text
    command = [str(docker_compose), "-f", "docker-compose.yml", "config", "-q"]
    assert subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("release", "env_line", "override_word"),
    [
        ("v0.8.7", b"SESSION_COOKIE_SECURE=false", ""),
        ("v0.8.5", b"", "api/server/index.js"),
        ("v0.7.2", b"", "backend:dev"),
    ],
)
def test_plain_http_follows_the_release_that_the_answers_name(
    sample_folder: SampleFolder, release: str, env_line: bytes, override_word: str
) -> None:
    """The folder is one of v0.8.7; what the answers say of the release counts."""
    folder = sample_folder("v0.8.7")
    text = f"version: 1\nlibrechat: {{release: {release}}}\naccess: http-lan\nsettings: {{DOMAIN_CLIENT: 'http://10.1.2.3:3080'}}\n"
    done = run("--answers", answers(folder, text), "--dir", folder)
    assert done.status == 0, done.text
    assert env_line in (folder / ".env").read_bytes()
    assert (b"\nSESSION_COOKIE_SECURE=" in (folder / ".env").read_bytes()) is bool(env_line)
    override = folder / "docker-compose.override.yml"
    assert override_word in (override.read_text() if override.exists() else "")


def test_published_defaults_are_replaced_when_asked(sample_folder: SampleFolder, npm_dotenv: NpmDotenv) -> None:
    folder = sample_folder("v0.8.5")
    (folder / ".env").write_bytes((folder / ".env.example").read_bytes())
    (folder / "data-node").mkdir()
    (folder / "data-node" / "WiredTiger").touch()
    text = "version: 1\naccess: localhost\nsettings:\n" + "".join(
        f"  {name}: {{generate: true, replace: true{loss}}}\n"
        for name, loss in (
            ("CREDS_KEY", ", accept_loss: true"),
            ("CREDS_IV", ", accept_loss: true"),
            ("JWT_SECRET", ""),
            ("JWT_REFRESH_SECRET", ""),
            ("MEILI_MASTER_KEY", ""),
        )
    )
    old = npm_dotenv([(folder / ".env").read_bytes()])[0]
    done = run("--answers", answers(folder, text), "--dir", folder)
    assert done.status == 0, done.text
    assert "signed out" in done.err, "the consequence of each replacement is named"
    new = npm_dotenv([(folder / ".env").read_bytes()])[0]
    assert all(old[name] != new[name] for name in ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET"))
