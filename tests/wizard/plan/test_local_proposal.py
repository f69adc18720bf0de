"""A plan for a clone of LibreChat that runs without Docker: its own files alone, in a spelling that its readers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from checks.mail.smtp.task import task_of
from checks.model import RunMemory, Subject
from tests.screens.cli.program import answers, run
from wizard.answers.file import load
from wizard.apply.job import Job
from wizard.apply.run import demand
from wizard.basics.problem import InvalidInput
from wizard.deployment.local_install import LocalInstall, found_install, local_deployment
from wizard.deployment.systemd import environment_file
from wizard.plan import local_proposal
from wizard.plan.proposal import Proposal, propose
from wizard.rules import check

TEXT = "version: 1\nlibrechat: {{stack: local}}\naccess: {access}\nsettings: {{DOMAIN_CLIENT: {site}{more}}}\n"


def clone(folder: Path, dotenv: str = "HOST=localhost\nMONGO_URI=mongodb://127.0.0.1:27017/LibreChat\n") -> Path:
    """Make what a clone of LibreChat has: its compose files are there, too."""
    (folder / "api" / "server").mkdir(parents=True)
    (folder / "package.json").write_text('{"name": "LibreChat", "version": "v0.8.8"}')
    (folder / "docker-compose.yml").write_text("services:\n  api: {image: 'ghcr.io/danny-avila/librechat:v0.8.8'}\n")
    (folder / ".env").write_text(dotenv)
    (folder / ".env").chmod(0o600)
    return folder


def planned(
    folder: Path, access: str = "https-existing", site: str = "https://chat.example.com", more: str = ""
) -> Proposal:
    """Return the proposal for these answers."""
    text = TEXT.format(access=access, site=site, more=more)
    return propose(folder, load(answers(folder.parent, text)).answers)


@pytest.fixture
def by_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A clone that a unit runs, as its unit file says."""

    def make(lines: str = "", **over: str) -> Path:
        folder = clone(tmp_path / "opt", **over)
        unit = tmp_path / "etc" / "systemd" / "system" / "librechat.service"
        unit.parent.mkdir(parents=True)
        unit.write_text(
            f"[Service]\nWorkingDirectory={folder}\nExecStart=/usr/bin/npm run backend\n{lines.format(folder=folder)}"
        )

        def found(where: Path) -> LocalInstall:
            return found_install(where, tmp_path)

        monkeypatch.setattr(local_proposal, "found_install", found)
        return folder

    return make


def test_a_clone_gets_its_own_files_alone_and_again_nothing(
    tmp_path: Path, npm_dotenv: Callable[[Sequence[bytes]], list[dict[str, str]]]
) -> None:
    folder = clone(tmp_path / "chat")
    text = TEXT.format(
        access="https-existing", site="https://chat.example.com", more=", APP_TITLE: 'it''s \"x\" $HOME'"
    )
    text += "registration: {allowedDomains: [example.com]}\n"
    done = run("--answers", answers(tmp_path, text), "--dir", folder, "--offline")
    assert done.status == 0, done.text
    assert "docker compose" not in done.err.lower()
    assert "container" not in done.err.lower()
    assert f"\n    (cd {folder} && npm run backend)\n" in done.err
    assert {path.name for path in folder.iterdir()} == {
        ".env",
        "librechat.yaml",
        "api",
        "package.json",
        "docker-compose.yml",
        ".librechat-wizard",
    }
    read = npm_dotenv([(folder / ".env").read_bytes()])[0]
    assert (read["DOMAIN_SERVER"], read["APP_TITLE"]) == ("https://chat.example.com", 'it\'s "x" $HOME')
    assert len(read["JWT_SECRET"]) == 64
    assert "MEILI_MASTER_KEY" not in read
    assert "127.0.0.1:3080" in (folder / ".librechat-wizard/proxy/librechat.Caddyfile").read_text()
    before = (folder / ".env").read_bytes()
    again = run("--answers", answers(tmp_path, text), "--dir", folder, "--offline")
    assert "Nothing to write" in again.err
    assert (folder / ".env").read_bytes() == before


def test_apply_names_the_command_to_run_by_hand(by_systemd: Callable[..., Path]) -> None:
    steps = planned(by_systemd()).plan.apply_steps
    assert steps == ("sudo systemctl restart librechat.service",)


def test_the_program_refuses_to_apply(tmp_path: Path) -> None:
    folder = clone(tmp_path / "chat")
    text = TEXT.format(access="localhost", site="http://localhost:3080", more="")
    done = run("--answers", answers(tmp_path, text), "--dir", folder, "--offline", "--apply")
    assert done.status == 2
    assert "without Docker" in done.err
    assert "npm run backend" in done.err


@pytest.mark.parametrize(
    ("access", "site", "current", "host"),
    [
        ("http-lan", "http://192.168.1.4:3080", "HOST=localhost\n", "0.0.0.0"),  # noqa: S104 - compared with
        ("http-lan", "http://192.168.1.4:3080", "HOST=192.168.1.4\n", "192.168.1.4"),
        ("localhost", "http://localhost:3080", "HOST=0.0.0.0\n", "localhost"),
        ("https-existing", "https://chat.example.com", "HOST=localhost\n", "localhost"),
    ],
)
def test_the_address_to_listen_at_follows_the_access(
    access: str, site: str, current: str, host: str, tmp_path: Path
) -> None:
    assert planned(clone(tmp_path / "chat", current), access, site).deployment.settings["HOST"] == host


def test_a_value_that_the_unit_sets_is_not_answered_in_vain(by_systemd: Callable[..., Path]) -> None:
    folder = by_systemd("Environment=ALLOW_REGISTRATION=true\n")
    with pytest.raises(InvalidInput, match=r"overrides \.env") as refused:
        planned(folder, more=", ALLOW_REGISTRATION: false")
    assert "systemctl edit librechat.service" in refused.value.problems[0].remedy
    assert planned(folder, more=", ALLOW_REGISTRATION: true").deployment.settings["ALLOW_REGISTRATION"] == "true"


def test_a_value_is_spelled_so_that_systemd_reads_the_same(by_systemd: Callable[..., Path]) -> None:
    folder = by_systemd("EnvironmentFile={folder}/.env\n")
    made = planned(folder, more=", ALLOW_REGISTRATION: false, APP_TITLE: 'a # b'")
    after = next(edit.after for edit in made.plan.edits if edit.path == ".env")
    assert environment_file(after)["APP_TITLE"] == "a # b"
    assert made.deployment.settings["ALLOW_REGISTRATION"] == "false"
    with pytest.raises(InvalidInput, match="systemd"):
        planned(folder, more=", APP_TITLE: 'it''s \"x\" \\ y'")


@pytest.mark.parametrize(
    ("access", "site", "says"),
    [
        ("https-proxy", "https://chat.example.com", "runs in Docker Compose"),
        ("localhost", "https://far.example.com", "localhost"),
    ],
)
def test_what_does_not_fit_is_refused(access: str, site: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=says):
        planned(clone(tmp_path / "chat"), access, site)


def test_without_a_clone_nothing_is_planned(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not a LibreChat checkout"):
        planned(tmp_path)


def test_secrets_that_librechat_made_up_are_adopted(tmp_path: Path) -> None:
    folder = clone(tmp_path / "chat")
    (folder / ".env.temp").write_text(f"JWT_SECRET={'ab' * 32}\n")
    assert planned(folder).deployment.settings["JWT_SECRET"] == "ab" * 32


def test_nothing_applies_it_with_docker_compose(tmp_path: Path) -> None:
    job = SimpleNamespace(proposal=planned(clone(tmp_path / "chat")), admin=None, written=None)
    with pytest.raises(InvalidInput, match="without Docker") as refused:
        demand(cast(Job, job))
    assert "npm run backend" in refused.value.problems[0].remedy


def test_localhost_is_the_machine_itself(tmp_path: Path) -> None:
    folder = clone(tmp_path / "chat", "EMAIL_HOST=localhost\nEMAIL_PORT=9\nEMAIL_FROM=a@example.net\nHOST=localhost\n")
    current = local_deployment(folder, LocalInstall())
    assert task_of(Subject(memory=RunMemory(), deployment=current)).in_container is False
    assert not [one.id for one in check(current) if "localhost" in one.id or "server.host" in one.id]
