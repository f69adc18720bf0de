"""The container image, built without a network on a real engine, does what docs/install.md says of it."""

from __future__ import annotations

import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pexpect
import pytest

from tests.engine import rootfs
from tests.engine.engine import Ended, Engine
from tests.engine.site import Site, Sites
from tests.judge import CHECKOUT, JUDGES, need_path
from tests.rounds import NAME as ROUNDS_NAME
from tests.screens.terminal.terminal import Terminal
from wizard import __version__
from wizard.basics.installed import STARTED_AS

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="a Docker engine has to be started by root"),
    pytest.mark.skipif(ROUNDS_NAME == "fast", reason="an image that takes half a minute to build: ./test"),
]
NAME = "librechat-auth-wizard"
BASE = "python:trial"
SOMEBODY = 1501
"""A person whom the image's /etc/passwd does not know."""


def build(engine: Engine, folder: Path) -> None:
    """Build the image on a base of this machine's own Python, without a network."""
    engine.bring_in(BASE, rootfs.write_python, "-c", f"ENV PATH={Path(rootfs.PYTHON).parent}:/usr/bin:/bin")
    version, glibc = f"{sys.version_info[0]}.{sys.version_info[1]}", platform.libc_ver()[1]
    made = subprocess.run(
        [
            *(sys.executable, "-I", CHECKOUT / "tools" / "image.py", folder, "--python", version, "--glibc", glibc),
            *("--docker", need_path("docker-client", JUDGES / "docker-client")),
            *("--compose", need_path("Docker Compose", JUDGES / "docker-compose")),
            *("--wheels", need_path("wheels", JUDGES / "wheels")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    built = engine.docker("build", "--network", "none", "--build-arg", f"BASE={BASE}", "--tag", NAME, folder)
    assert built.status == 0, built.text


def test_it_does_what_the_document_says(real_engine: Engine, sites: Sites, tmp_path: Path) -> None:
    """One course, because the image takes half a minute to build."""
    build(real_engine, tmp_path / "context")
    a_folder_that_would_end_with_the_container_is_refused(real_engine)
    the_hosts_network_is_repeated_and_no_other(real_engine)
    site = sites()
    for path in (site.folder, *site.folder.iterdir()):
        os.chown(path, SOMEBODY, SOMEBODY)
    it_installs_checks_and_says_what_starts_it_again(site)
    full_screen(site)
    with_dockers_socket_it_applies(site)


def started(site: Site, *words: str, flags: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the words behind ``docker`` that start the image as the document says, on a file system that nothing can be written to."""
    who, where = f"{SOMEBODY}:{SOMEBODY}", str(site.folder)
    return (
        "run",
        "--rm",
        "--read-only",
        "-u",
        who,
        "--mount",
        f"type=bind,src={where},dst={where}",
        "-w",
        where,
        *flags,
        NAME,
        *words,
    )


def wizard(site: Site, *words: str, flags: Sequence[str] = ()) -> Ended:
    return site.engine.docker(*started(site, *words, flags=flags))


def answers(site: Site) -> str:
    """Write the answers into the folder, which is all that the container sees."""
    text = site.answers("APP_TITLE: Boxed", "ALLOW_REGISTRATION: false").read_text()
    (site.folder / "answers.yaml").write_text(text)
    return "answers.yaml"


def it_installs_checks_and_says_what_starts_it_again(site: Site) -> None:
    done = wizard(site, "--version")
    assert done.out.startswith(f"librechat-wizard {__version__} (container image {NAME}: "), done.text

    done = wizard(site, "--answers", answers(site), "--offline")
    assert done.status == 0, done.text
    assert "Docker Compose checked the files" in done.err
    about = (site.folder / ".env").stat()
    assert (about.st_uid, about.st_gid, about.st_mode & 0o777) == (SOMEBODY, SOMEBODY, 0o600)
    assert {path.stat().st_uid for path in (site.folder / ".librechat-wizard").rglob("*")} == {SOMEBODY}
    assert wizard(site, "doctor", "--offline").status in (0, 4)

    # What is printed is typed as it stands, by that person.
    printed = re.search(r"run: (docker run .* restore)$", done.err, re.MULTILINE)
    assert printed, done.err
    typed = shlex.join([*site.engine.entered(SOMEBODY), "sh", "-c", f"cd {site.folder} && {printed[1]}"])
    terminal = pexpect.spawn(typed, env=site.engine.environment, timeout=None)
    output = terminal.read()
    terminal.close()
    assert terminal.exitstatus == 0, output
    assert not (site.folder / ".env").exists()

    # With a script of one's own before it, that is what is printed.
    done = wizard(site, "--answers", "answers.yaml", "--offline", flags=("-e", f"{STARTED_AS}=librechat-wizard"))
    assert "run: librechat-wizard restore\n" in done.err


def a_folder_that_would_end_with_the_container_is_refused(engine: Engine) -> None:
    done = engine.docker("run", "--rm", NAME, "doctor", "--dir", "/srv/chat")
    assert done.status == 2, done.text
    assert "not mounted" in done.err
    assert f"--mount type=bind,src=/srv/chat,dst=/srv/chat {NAME} doctor --dir /srv/chat" in done.err
    assert engine.docker("run", "--rm", NAME, "settings", "PORT").status == 0


def the_hosts_network_is_repeated_and_no_other(engine: Engine) -> None:
    for flags, is_hosts in ((("--network", "host"), True), (("--hostname", "chat.example.com"), False)):
        done = engine.docker("run", "--rm", *flags, NAME, "--help")
        assert ("--network host" in done.out) is is_hosts, done.text


def full_screen(site: Site) -> None:
    docker = f"{site.engine.environment['PATH'].partition(':')[0]}/docker"
    program = (*site.engine.entered(), docker, *started(site, flags=("-it",)))
    with Terminal(program=program, environment=site.engine.environment) as terminal:
        terminal.until("Welcome step 1 of")
        terminal.press("ctrl-n")
        terminal.until("Access step 2 of")
        terminal.press("space", "ctrl-c")
        terminal.until("Leave the wizard?")
        terminal.press("right", "enter")
        assert terminal.wait() == 130
    assert (site.folder / ".librechat-wizard").stat().st_uid == SOMEBODY


def with_dockers_socket_it_applies(site: Site) -> None:
    socket = ("-v", f"{site.engine.socket}:/var/run/docker.sock", "--network", "host")
    done = wizard(site, "--answers", answers(site), "--apply", flags=socket)
    assert done.status == 0, done.text
    assert site.told()["appTitle"] == "Boxed"
    assert site.of_container("id", "-u") == str(SOMEBODY)
    assert (site.folder / ".env").stat().st_uid == SOMEBODY
    doctor = wizard(site, "doctor", "--only", "instance", flags=socket)
    assert "instance.applied" in wizard(site, "doctor", "--json", "--only", "instance", flags=socket).out, doctor.text
