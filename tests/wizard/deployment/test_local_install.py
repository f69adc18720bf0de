"""LibreChat without Docker: what Proxmox's script, a clone with systemd and one with pm2 leave, and what is said of each.

The folders are made after the installers' public files: community-scripts/ProxmoxVE at 8386465a9 (install/librechat-install.sh) and
1b195cbd1 (ct/librechat.sh); LibreChat's own package.json:40 (v0.8.8-rc1). Nothing of them is copied.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.screens.cli.program import run
from tests.wizard.rules.builder import HEALTHY
from wizard.basics.finding import Status
from wizard.deployment.local_install import found_install, is_source_tree, local_deployment
from wizard.dotenv.document import Document
from wizard.rules.local import local_findings

UNIT = """\
[Unit]
Description=LibreChat
After=network.target mongod.service

[Service]
Type=simple
WorkingDirectory={folder}
{more}ExecStart=/usr/bin/npm run backend
Restart=on-failure

[Install]
WantedBy=multi-user.target
"""
SECRETS = {
    name: HEALTHY[name] for name in ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "MEILI_MASTER_KEY")
}
LAN = {
    "DOMAIN_CLIENT": "http://192.168.1.20:3080",
    "DOMAIN_SERVER": "http://192.168.1.20:3080",
    "PORT": "3080",
    "HOST": "::",
}
MONGO = {"MONGO_URI": "mongodb://127.0.0.1:27017/LibreChat"}


def tree(root: Path, where: str = "opt/librechat", release: str = "v0.8.8", **settings: str) -> Path:
    """Make a folder with LibreChat's code, as far as the wizard looks at it."""
    folder = root / where
    (folder / "api" / "server").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": "LibreChat", "version": release, "scripts": {}}))
    lines = {**SECRETS, **MONGO, **LAN, **settings}
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
    (folder / ".env").chmod(0o600)
    return folder


def unit(root: Path, folder: Path, more: str = "", name: str = "librechat.service") -> None:
    """Make a systemd unit that runs LibreChat in the folder."""
    place = root / "etc" / "systemd" / "system"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(UNIT.format(folder=folder, more=more))


def statuses(root: Path, folder: Path) -> dict[str, Status]:
    """Return what is found in a folder, and see that none of it speaks of containers."""
    install = found_install(folder, root)
    findings = local_findings(local_deployment(folder, install), install)
    for one in findings:
        assert "docker" not in f"{one.summary} {one.remedy}".lower(), one
        assert "container" not in f"{one.summary} {one.remedy}".lower(), one
    return {one.id: one.status for one in findings}


def test_what_the_script_of_proxmox_leaves_is_told(tmp_path: Path) -> None:
    folder = tree(tmp_path, ALLOW_REGISTRATION="true")
    (folder / ".env").chmod(0o644)
    (folder / "librechat.yaml").write_text("version: 1.3.17\n")
    (folder / "uploads").mkdir()
    (tmp_path / "usr" / "bin").mkdir(parents=True)
    (tmp_path / "usr" / "bin" / "update").write_text('bash -c "$(curl -fsSL https://raw.example/ct/librechat.sh)"\n')
    unit(tmp_path, folder)
    found = statuses(tmp_path, folder)
    assert {
        "files.local.root": Status.WARN,
        "files.local.env-open": Status.WARN,
        "files.local.update": Status.WARN,
        "rules.cookies.lost": Status.FAIL,
        "rules.accounts.open-registration": Status.WARN,
    }.items() <= found.items()
    assert {name for name, status in found.items() if status is Status.FAIL} == {"rules.cookies.lost"}, "no false FAIL"
    assert found_install(folder, tmp_path).deleted_by_update == ("librechat.yaml", "uploads")


def test_a_well_kept_clone_is_well(tmp_path: Path) -> None:
    folder = tree(tmp_path, "srv/chat", SESSION_COOKIE_SECURE="false", ALLOW_SHARED_LINKS_PUBLIC="false")
    unit(tmp_path, folder, "User=librechat\n")
    assert {name for name, status in statuses(tmp_path, folder).items() if status is not Status.PASS} == set()
    assert found_install(folder, tmp_path).restart == "sudo systemctl restart librechat.service"


def test_a_unit_wins_over_env_and_is_read_as_systemd_reads_it(tmp_path: Path) -> None:
    folder = tree(tmp_path, EMAIL_PASSWORD="a\\b", APP_TITLE="'one' two")
    unit(tmp_path, folder, f'User=chat\nEnvironment="PORT=4000" HOST=::\nEnvironmentFile={folder}/.env\n')
    install = found_install(folder, tmp_path)
    made = local_deployment(folder, install)
    assert made.settings["PORT"] == "3080", "EnvironmentFile= wins over Environment="
    assert install.environment_files == (f"{folder}/.env",)
    (finding,) = [one for one in local_findings(made, install) if one.id == "files.local.environment-file"]
    assert finding.settings == ("EMAIL_PASSWORD", "APP_TITLE")
    assert "a\\b" not in "".join(finding.evidence), "a secret is not quoted"
    assert made.settings["NODE_ENV"] == "production"


def test_pm2_and_nothing_are_told_apart(tmp_path: Path) -> None:
    folder = tree(tmp_path, "home/ada/LibreChat")
    assert statuses(tmp_path, folder)["files.local.no-runner"] is Status.PASS
    (tmp_path / "home" / "ada" / ".pm2").mkdir()
    record = [{"name": "chat", "pm_cwd": str(folder), "pm_exec_path": "/usr/bin/npm", "args": ["run", "backend"]}]
    (tmp_path / "home" / "ada" / ".pm2" / "dump.pm2").write_text(json.dumps(record))
    install = found_install(folder, tmp_path)
    assert (install.runner, install.restart, install.user) == ("pm2", "pm2 restart chat --update-env", "ada")


def test_env_development_and_a_host_that_nobody_reaches_are_told(tmp_path: Path) -> None:
    folder = tree(tmp_path, HOST="", SESSION_COOKIE_SECURE="false")
    (folder / ".env.development").write_text("DOMAIN_CLIENT=http://localhost:3090\n")
    found = statuses(tmp_path, folder)
    assert found["files.local.env-development"] is Status.WARN
    assert found["files.local.host"] is Status.WARN


@pytest.mark.parametrize(
    "package", ["", "{", "[]", '{"name": "other", "version": "1.0.0"}', '{"name": "LibreChat", "version": "x"}']
)
def test_other_folders_are_no_source_tree(tmp_path: Path, package: str) -> None:
    (tmp_path / "api" / "server").mkdir(parents=True)
    (tmp_path / "package.json").write_text(package)
    assert not is_source_tree(tmp_path)


def test_the_doctor_checks_a_clone_without_docker(tmp_path: Path) -> None:
    folder = tree(tmp_path, "clone", SESSION_COOKIE_SECURE="false")
    done = run("doctor", "--dir", folder, "--offline", "--json")
    found = json.loads(done.out)
    assert found["release"] == {"tag": "v0.8.8", "assumed": False}
    assert {one["id"] for one in found["findings"] if one["status"] == "FAIL"} == set()
    assert "files.local.no-runner" in {one["id"] for one in found["findings"]}
    refused = run("doctor", "--dir", folder, "--offline", "--for-release", "v0.8.7")
    assert (
        refused.status,
        "--for-release: not supported if LibreChat runs without Docker" in refused.err,
    ) == (2, True)


def test_the_doctor_fixes_a_clone_without_docker(tmp_path: Path) -> None:
    folder = tree(tmp_path, "clone", DOMAIN_CLIENT="https://chat.example.net/", ALLOW_REGISTRATION="yes")
    done = run("doctor", "--dir", folder, "--offline", "--fix", "--yes", "--json")
    assert {"rules.domains.slash.domain-client", "rules.values.not-true"} <= {
        one["id"] for one in json.loads(done.out)["fixed"]
    }
    written = Document.parse((folder / ".env").read_bytes()).values()
    assert (written["DOMAIN_CLIENT"], written["ALLOW_REGISTRATION"]) == ("https://chat.example.net", "false")
    assert "npm run backend" in done.err
    assert "docker" not in done.err.lower()
    again = run("doctor", "--dir", folder, "--offline", "--fix", "--yes")
    assert "Nothing can be fixed automatically." in again.err


def test_a_bundle_of_a_clone_names_neither_its_path_nor_its_hosts(tmp_path: Path) -> None:
    folder = tree(tmp_path, "clone", DOMAIN_CLIENT="https://chat.example.net")
    done = run("doctor", "--dir", folder, "--offline", "--bundle", "-")
    assert "- stack local" in done.out
    assert str(tmp_path) not in done.out
    assert "chat.example.net" not in done.out


def test_an_address_alone_can_be_checked(tmp_path: Path) -> None:
    done = run("doctor", "--url", "http://127.0.0.1:9", cwd=tmp_path)
    assert "no folder" in done.out
    assert "[instance.refused]" in done.out
    assert "rules." not in done.out
    named = run("doctor", "--url", "http://127.0.0.1:9", "--dir", tmp_path, "--offline")
    assert (named.status, "--dir" in named.err) == (2, True)
