"""Folders as operators really have them: a clear message, the right status, and nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.patience import communicate, wait_until
from tests.screens.cli.program import CHECKOUT, answers, run, tree

SampleFolder = Callable[..., Path]
NpmDotenv = Callable[[Sequence[bytes]], list[dict[str, str]]]
LOCAL = "version: 1\naccess: localhost\n"
OVERRIDE = "docker-compose.override.yml"


def assert_refused(folder: Path, status: int, *says: str, text: str = LOCAL) -> None:
    before = tree(folder)
    done = run("--answers", answers(folder, text), "--dir", folder)
    assert done.status == status, done.text
    for words in says:
        assert words in done.err
    assert "Traceback" not in done.text
    assert {name: entry for name, entry in tree(folder).items() if not name.startswith(".librechat-wizard")} == before


def test_a_directory_where_env_should_be(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").mkdir()
    assert_refused(folder, 2, ".env: it is a directory", "rmdir .env")


def test_a_latin_1_env(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_bytes(b"PORT=3080\nAPP_TITLE=Gr\xfc\xdfe\n")
    assert_refused(folder, 2, ".env:2", "UTF-8", "iconv")


def test_a_link_to_nothing(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").symlink_to("gone")
    assert_refused(folder, 2, ".env", "link")
    assert (folder / ".env").is_symlink()


def test_a_symlinked_env_is_written_where_it_leads(sample_folder: SampleFolder, tmp_path: Path) -> None:
    folder = sample_folder("v0.8.7")
    real = tmp_path / "secrets" / "librechat.env"
    real.parent.mkdir()
    real.write_text("PORT=3080\n")
    (folder / ".env").symlink_to(real)
    done = run("--answers", answers(folder, LOCAL), "--dir", folder)
    assert done.status == 0, done.text
    assert (folder / ".env").is_symlink()
    assert b"JWT_SECRET=" in real.read_bytes()
    assert sorted(path.name for path in real.parent.iterdir()) == ["librechat.env"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("services:\n  api: [\n", "docker-compose.override.yml:"),
        ("services:\n  api: {}\n  api: {}\n", "docker-compose.override.yml:3"),
        ("- a\n- b\n", "docker-compose.override.yml"),
        ("services:\n\tapi: {}\n", "docker-compose.override.yml:2"),
    ],
)
def test_an_override_with_an_error(sample_folder: SampleFolder, text: str, says: str) -> None:
    folder = sample_folder("v0.8.7")
    (folder / OVERRIDE).write_text(text)
    assert_refused(folder, 2, says)


def test_an_override_with_anchors_keeps_them(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    own = (
        "# mine\nx-common: &common\n  restart: unless-stopped   # as I like it\n  logging: {driver: journald}\n"
        "services:\n  api:\n    <<: *common\n    environment:\n      - MY_OWN=1  # keep\n  mongodb:\n    <<: *common\n"
    )
    (folder / OVERRIDE).write_text(own)
    text = "version: 1\naccess: https-proxy\nsettings: {DOMAIN_CLIENT: 'https://chat.example.net'}\n"
    done = run("--answers", answers(folder, text), "--dir", folder)
    assert done.status == 0, done.text
    written = (folder / OVERRIDE).read_text()
    assert [line for line in own.splitlines() if line not in written.splitlines()] == []
    assert "caddy" in written


def test_fifty_thousand_lines(sample_folder: SampleFolder, npm_dotenv: NpmDotenv) -> None:
    folder = sample_folder("v0.8.7")
    own = "PORT=3080\n" + "".join(f"OTHER_{number}='value {number}' # note\n" for number in range(50_000))
    (folder / ".env").write_text(own)
    done = run("--answers", answers(folder, LOCAL), "--dir", folder)
    assert done.status == 0, done.text[-2000:]
    written = (folder / ".env").read_text()
    assert written.startswith(own)
    assert len(npm_dotenv([written.encode()])[0]) > 50_000


STOCK = "OPENID_JWKS_URL_CACHE_TIME= # 600000 ms eq to 10 minutes leave empty to disable caching"


def test_a_copied_sample_is_put_right_once(sample_folder: SampleFolder) -> None:
    # Docker Compose takes the comment for the value, LibreChat reads nothing.
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text(f"PORT=3080\n{STOCK}\n")
    done = run("--answers", answers(folder, LOCAL), "--dir", folder)
    assert done.status == 0, done.text
    written = (folder / ".env").read_text()
    assert STOCK not in written
    assert "\nOPENID_JWKS_URL_CACHE_TIME=\n" in written
    again = run("--answers", answers(folder, LOCAL), "--dir", folder)
    assert (again.status, (folder / ".env").read_text()) == (0, written), again.text
    assert "Nothing to write" in again.text


def test_a_value_behind_the_same_name_is_the_operators(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    own = "OPENID_JWKS_URL_CACHE_TIME='600000' # mine"
    (folder / ".env").write_text(f"PORT=3080\n{own}\n")
    done = run("--answers", answers(folder, LOCAL), "--dir", folder)
    assert done.status == 0, done.text
    assert own in (folder / ".env").read_text().splitlines()


def test_lines_that_compose_refuses_are_a_failure_with_their_number(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\nMY KEY=1\n")
    assert_refused(folder, 1, "line 2", "No container starts")


def test_no_librechat_folder(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert_refused(folder, 2, "docker-compose.yml")
    done = run("--answers", answers(folder, LOCAL), "--dir", tmp_path / "missing")
    assert done.status == 2
    assert "does not exist" in done.err
    (tmp_path / "file").touch()
    for name in ("missing", "file/below", "file"):
        done = run("doctor", "--dir", tmp_path / name, "--offline")
        assert (done.status, "Run the wizard again" in done.err) == (2, False)
        assert any(words in done.err for words in (f"{name} does not exist", f"{name} is "))


def test_no_sample_file_either(sample_folder: SampleFolder, npm_dotenv: NpmDotenv) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env.example").unlink()
    done = run("--answers", answers(folder, LOCAL), "--dir", folder)
    assert done.status == 0, done.text
    read = npm_dotenv([(folder / ".env").read_bytes()])[0]
    assert read["PORT"] == "3080"
    assert len(read["JWT_SECRET"]) == 64


def test_a_folder_that_may_only_be_read(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    asked = answers(folder, LOCAL)
    folder.chmod(0o555)
    before = tree(folder)
    # Root may write everywhere, unless it gives up its capabilities; becoming somebody else would need a checkout that others can read.
    without_rights = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*without_rights, sys.executable, "-P", "-m", "wizard", "--answers", str(asked), "--dir", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "permission denied" in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert tree(folder) == before


def test_a_file_that_somebody_changes_meanwhile(sample_folder: SampleFolder) -> None:
    """The answers come through a pipe: while the wizard waits for them nothing is read yet, so we race the write itself."""
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\n")
    code = (
        "import sys, screens.cli.answers as u\n"
        "real = u._write\n"
        "def meanwhile(proposal, *rest):\n"
        f"    open({str(folder / '.env')!r}, 'a').write('SOMEBODY=else\\n')\n"
        "    return real(proposal, *rest)\n"
        "u._write = meanwhile\n"
        "from screens.cli.main import main\n"
        f"sys.exit(main(['--answers', {str(answers(folder, LOCAL))!r}, '--dir', {str(folder)!r}]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "changed" in done.stderr
    assert (folder / ".env").read_text() == "PORT=3080\nSOMEBODY=else\n"


def test_two_wizards_at_once(sample_folder: SampleFolder) -> None:
    from wizard.store.folder_store import FolderStore

    folder = sample_folder("v0.8.7")
    before = tree(folder)
    with FolderStore(folder).lock():
        done = run("--answers", answers(folder, LOCAL), "--dir", folder)
    assert done.status == 3, done.text
    assert "another wizard" in done.err
    assert {name: entry for name, entry in tree(folder).items() if not name.startswith(".librechat-wizard")} == before


def test_ctrl_c_ends_with_130_and_writes_nothing(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    before, started = tree(folder), folder.parent / "started"
    text = LOCAL + f"settings: {{EMAIL_PASSWORD: {{command: [sh, -c, ': > {started}; exec sleep 30']}}}}\n"
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "wizard", "--answers", str(answers(folder, text)), "--dir", str(folder)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    wait_until(started.exists, "the command of the answers file is not run")
    child.send_signal(signal.SIGINT)
    _, err = communicate(child)
    assert child.returncode == 130
    assert "Traceback" not in err
    assert tree(folder) == before


def test_output_that_nobody_reads() -> None:
    done = subprocess.run(  # noqa: S602 - the pipe is what is tested
        f"{sys.executable} -P -m wizard settings | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert done.stderr == ""


def test_hostile_names_and_values_are_shown_inert(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\nAPP_TITLE='\x1b]0;owned\x07\u202ex'\nALLOW_REGISTRATION='\x1b[31myes'\n")
    for command in (
        ["doctor"],
        ["doctor", "--json"],
        ["--answers", answers(folder, LOCAL + "settings: {APP_TITLE: ok}\n")],
    ):
        done = run(*command, "--dir", folder)
        assert "\x1b" not in done.text
        assert "\u202e" not in done.text


def test_doctor_changes_nothing_and_agrees_with_json(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.5")
    shutil.copy(folder / ".env.example", folder / ".env")
    before = tree(folder)
    done = run("doctor", "--dir", folder)
    assert done.status == 1
    assert "rules.secrets.published.jwt-secret" in done.out
    assert run("doctor", "--json", "--only", "files", "--dir", folder).status == 0
    assert run("doctor", "--only", "docker", "--dir", folder).status == 2
    assert tree(folder) == before
    assert not (folder / ".librechat-wizard").exists()


@pytest.mark.parametrize(
    "arguments", [["--nonsense"], ["doctor", "--nonsense"], ["nonsense"], ["--answers"], ["restore", "x", "y"]]
)
def test_wrong_usage_is_status_2_without_a_traceback(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.status == 2
    assert "Traceback" not in done.err
    assert done.err


def test_restore_without_a_backup_and_with_a_wrong_name(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    assert run("restore", "--dir", folder).status == 2
    assert run("restore", "--list", "--dir", folder).status == 0
    assert run("--answers", answers(folder, LOCAL), "--dir", folder).status == 0
    done = run("restore", "2001-01-01T00-00-00Z", "--dir", folder)
    assert done.status == 2
    assert "There" in done.err or "backup" in done.err


@pytest.mark.parametrize("text", ["services: []\n", "services:\n  api:\n    environment: FOO\n"])
def test_a_compose_file_that_docker_compose_refuses(sample_folder: SampleFolder, text: str) -> None:
    folder = sample_folder("v0.8.7")
    (folder / "docker-compose.yml").write_text(text)
    assert_refused(folder, 2, "docker-compose.yml: services", "Docker Compose rejects")
    done = run("doctor", "--dir", folder)
    assert done.status == 2
    assert "Traceback" not in done.text


def test_a_service_with_nothing_in_it(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / OVERRIDE).write_text("services:\n  api:\n")
    done = run("--answers", answers(folder, LOCAL), "--dir", folder)
    assert done.status == 0, done.text
    # The sample's image names no release.
    assert run("doctor", "--dir", folder).status == 4


def test_a_clone_with_both_compose_files_stays_the_stack_it_was_told(samples: Path, tmp_path: Path) -> None:
    """A clone of LibreChat holds docker-compose.yml and deploy-compose.yml; only the answers tell which one runs."""
    folder = tmp_path / "LibreChat"
    shutil.copytree(samples / "v0.8.7", folder)
    folder.chmod(0o755)
    text = "version: 1\n{}access: https-proxy\nproxy: {{certificate: internal}}\nsettings: {{DOMAIN_CLIENT: https://chat.home.arpa}}\n"
    first = run("--answers", answers(folder, text.format("librechat: {stack: deploy}\n")), "--dir", folder)
    assert first.status == 0, first.text
    done = run("doctor", "--dir", folder)
    assert "deploy stack" in done.out
    assert "files.config.not-mounted" not in done.out
    assert "files.env.unreadable" not in done.out
    before = tree(folder)
    again = run("--answers", answers(folder, text.format("")), "--dir", folder)
    assert (again.status, "deploy stack" in again.err) == (0, True)
    assert {name: entry for name, entry in tree(folder).items() if not name.endswith("/lock")} == {
        name: entry for name, entry in before.items() if not name.endswith("/lock")
    }
    other = run("--answers", answers(folder, text.format("librechat: {stack: compose}\n")), "--dir", folder)
    assert "compose stack" in other.err
    assert ".librechat-wizard/stack" not in other.text
    if other.status == 0:
        assert "compose stack" in run("doctor", "--dir", folder).out


def test_the_doctor_checks_a_folder_whose_records_it_may_not_see(sample_folder: SampleFolder) -> None:
    """As after a run with sudo, when the container's user looks; a link in a circle shuts out root as well."""
    folder = sample_folder("v0.8.7")
    assert run("--answers", answers(folder, LOCAL), "--dir", folder).status == 0
    shutil.rmtree(folder / ".librechat-wizard")
    (folder / ".librechat-wizard").symlink_to(".librechat-wizard")
    done = run("doctor", "--dir", folder)
    assert done.status == 4, done.text  # the sample's image names no release
    assert "0 failed" in done.out
    assert "Could not determine" in done.err


def test_ports_of_the_operators_own_survive_a_proxy_and_the_way_back(
    sample_folder: SampleFolder, docker_compose: Path
) -> None:
    """With the proxy gone, LibreChat's own port is published again beside the operator's."""
    folder = sample_folder("v0.8.7")
    own = 'services:\n  api:\n    ports:\n      - "8080:3080"  # mine\n'
    (folder / OVERRIDE).write_text(own)
    proxy = "version: 1\naccess: https-proxy\nproxy: {certificate: internal}\nsettings: {DOMAIN_CLIENT: https://chat.home.arpa}\n"
    lan = "version: 1\naccess: http-lan\nsettings: {DOMAIN_CLIENT: 'http://192.168.1.5:3080'}\n"
    for text in (proxy, proxy, lan):
        done = run("--answers", answers(folder, text), "--dir", folder)
        assert done.status == 0, done.text
    command = [str(docker_compose), "config", "--format", "json"]
    config = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    ports = json.loads(config.stdout)["services"]["api"]["ports"]
    assert {port["published"] for port in ports} == {"3080", "8080"}
    assert not [port for port in ports if "host_ip" in port]
    assert own in (folder / OVERRIDE).read_text() or own.rstrip("\n") in (folder / OVERRIDE).read_text()


@pytest.mark.parametrize(
    "text",
    [
        'services:\n  api: {ports: ["8080:3080"]}\n',
        'services: {api: {environment: {A: "1"}}}\n',
    ],
)
def test_what_could_not_be_taken_out_again_is_not_put_in(sample_folder: SampleFolder, text: str) -> None:
    """In braces on one line nothing can be marked: the proxy's service and ports would outlive every other answer."""
    folder = sample_folder("v0.8.7")
    (folder / OVERRIDE).write_text(text)
    proxy = "version: 1\naccess: https-proxy\nproxy: {certificate: internal}\nsettings: {DOMAIN_CLIENT: https://chat.home.arpa}\n"
    assert_refused(folder, 2, OVERRIDE, "cannot mark the lines that it adds", "one entry per line", text=proxy)
