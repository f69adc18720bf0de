"""How a copy was installed is found out from its place, or from the marker that what we ship has in it."""

from __future__ import annotations

import csv
import shlex
from pathlib import Path

import pytest

from screens.cli.version import version_text
from wizard import __version__
from wizard.basics import container, own_command
from wizard.basics.installed import MARKER, METHOD_NAMES, STARTED_AS, Installed, InstallMethod, found_in

IMAGE = "librechat-auth-wizard:9"


@pytest.mark.parametrize(
    ("place", "way"),
    [("pipx/venvs/x/lib", InstallMethod.PIPX), ("uv/tools/x/lib", InstallMethod.UV), ("venv/lib", InstallMethod.PIP)],
)
def test_the_place_of_the_packages_says_it_without_a_marker(tmp_path: Path, place: str, way: InstallMethod) -> None:
    assert found_in(str(tmp_path / place), str(tmp_path / "venv")).method is way


@pytest.mark.parametrize("way", InstallMethod)
@pytest.mark.parametrize("is_beside", [True, False])
def test_the_marker_says_it_beside_the_packages_or_in_the_environment(
    tmp_path: Path, way: InstallMethod, is_beside: bool
) -> None:
    package, environment = tmp_path / "site", tmp_path / "environment"
    for folder in (package, environment):
        folder.mkdir()
    ((package if is_beside else environment) / MARKER).write_text(f"{way}\n")
    assert found_in(str(package), str(environment)).method is way
    assert METHOD_NAMES.keys() == set(InstallMethod)


@pytest.mark.parametrize("text", ["", "gentoo\n", "\x1b[2J", "container image\n"])
def test_a_marker_with_something_else_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / MARKER).write_text(text)
    assert found_in(str(tmp_path), str(tmp_path)).method is InstallMethod.PIP


def test_version_names_the_way_and_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(STARTED_AS, raising=False)
    checkout = Path(__file__).resolve().parents[3]
    assert version_text() == f"librechat-wizard {__version__} (checkout: {checkout})"
    monkeypatch.setenv(STARTED_AS, "./run")
    assert version_text() == f"librechat-wizard {__version__} (checkout, started by ./run: {checkout})"


@pytest.fixture
def in_container(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The program believes that it is in a container of its image, without the host's network and Docker's socket."""
    copy = Installed(method=InstallMethod.CONTAINER, package="/opt/librechat-wizard", name=IMAGE)
    monkeypatch.setattr(own_command, "installed", lambda: copy)
    monkeypatch.setattr(container, "socket_group", lambda: None)
    monkeypatch.setattr(container, "is_kept", lambda _: True)
    monkeypatch.setattr(container, "has_hosts_network", lambda: False)
    monkeypatch.setattr(container, "is_rootless", lambda: False)
    monkeypatch.setattr(own_command, "_folder", "")
    monkeypatch.delenv(STARTED_AS, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


START = 'docker run --rm -it -u "$(id -u):$(id -g)" --mount "type=bind,src=$PWD,dst=$PWD" -w "$PWD"'


def test_a_container_prints_what_starts_it_again(in_container: pytest.MonkeyPatch) -> None:
    assert own_command.own_command("restore") == f"{START} {IMAGE} restore"
    # A terminal and a pipe at once is what Docker refuses.
    assert own_command.own_command("explain", is_piped=True) == f"{START} {IMAGE} explain".replace("-it", "-i")
    own_command.started_in("inner")
    assert own_command.own_command("doctor") == f"{START} {IMAGE} doctor --dir inner"
    in_container.setattr(container, "is_kept", lambda _: False)
    assert f"--mount type=bind,src={Path.cwd()}/inner,dst={Path.cwd()}/inner {IMAGE}" in own_command.own_command(
        "doctor"
    )
    own_command.started_in("/srv/the chat")
    assert own_command.own_command("doctor") == (
        f"{START} --mount 'type=bind,src=/srv/the chat,dst=/srv/the chat' {IMAGE} doctor --dir '/srv/the chat'"
    )


def test_the_document_starts_it_as_it_is_printed() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "install.md").read_text(encoding="utf-8")
    assert f"    {START} librechat-auth-wizard\n" in text
    assert START.partition(" -it ")[2] in text[text.index("#!/bin/sh") :]


def test_a_container_repeats_the_network_and_the_socket_that_it_was_given(in_container: pytest.MonkeyPatch) -> None:
    in_container.setattr(container, "has_hosts_network", lambda: True)
    assert own_command.own_command("doctor") == f"{START} --network host {IMAGE} doctor"
    in_container.setattr(container, "socket_group", lambda: 998)
    asked = f"{START} --network host -v /var/run/docker.sock:/var/run/docker.sock --group-add 998 {IMAGE} doctor"
    assert own_command.own_command("doctor") == asked
    in_container.setattr(container, "is_rootless", lambda: True)
    assert '-v "$XDG_RUNTIME_DIR/docker.sock":/var/run/docker.sock' in own_command.own_command("doctor")


@pytest.mark.parametrize("name", ["a:b", "a,b", 'a",b', "it's"])
def test_docker_reads_the_folder_whatever_it_is_called(in_container: pytest.MonkeyPatch, name: str) -> None:
    in_container.setattr(container, "is_kept", lambda _: False)
    words = shlex.split(container.run_line(IMAGE, f"/srv/{name}"))
    mounts = [words[place + 1] for place, word in enumerate(words) if word == "--mount"]
    # As docker's own command does (opts/mount.go): one line of CSV.
    assert next(csv.reader([mounts[-1]])) == ["type=bind", f"src=/srv/{name}", f"dst=/srv/{name}"]


@pytest.mark.parametrize(
    ("interfaces", "is_hosts"),
    [(("lo", "eth0"), False), (("lo", "enp3s0/device"), True), (("lo", "eth0", "docker0/bridge"), True)],
)
def test_the_hosts_network_is_known_by_its_interfaces(
    tmp_path: Path, interfaces: tuple[str, ...], is_hosts: bool
) -> None:
    for name in interfaces:
        (tmp_path / name).mkdir(parents=True)
    assert container.has_hosts_network(str(tmp_path)) is is_hosts


@pytest.mark.parametrize(
    ("users", "is_rootless"),
    [("0 0 4294967295\n", False), ("0 1000 1\n1 100000 65536\n", True), ("0 100000 65536\n", False), ("", False)],
)
def test_a_rootless_engine_is_known_by_its_users(tmp_path: Path, users: str, is_rootless: bool) -> None:
    (tmp_path / "uid_map").write_text(users)
    assert container.is_rootless(str(tmp_path / "uid_map")) is is_rootless


def test_help_in_a_container_has_one_line_for_all(in_container: pytest.MonkeyPatch) -> None:
    from screens.cli.parser import build_parser

    text = build_parser().format_help()
    assert "usage: librechat-wizard " in text
    assert f"librechat-wizard is short for:\n  {START} {IMAGE}\n" in text
    in_container.setenv(STARTED_AS, "/home/ada/bin/wizard")
    text = build_parser().format_help()
    assert "/home/ada/bin/wizard --answers" in text
    assert "docker run" not in text


MOUNTS = """\
22 1 0:30 / / ro,relatime - overlay overlay rw
23 22 8:1 /srv/chat /srv/chat rw - ext4 /dev/sda1 rw
24 22 8:1 /srv/the\\040chat /srv/the\\040chat rw - ext4 /dev/sda1 rw
25 22 0:31 / /scratch rw,nosuid - tmpfs tmpfs rw
26 25 8:1 /volumes/chat/_data /scratch/volume rw master:1 - ext4 /dev/sda1 rw
27 23 0:32 / /srv/chat/tmp rw - tmpfs tmpfs rw,size=64k
28 22 0:33 /chat /tmp/chat rw - tmpfs tmpfs rw
29 22 8:1 /srv/below /srv/twice rw - ext4 /dev/sda1 rw
30 29 0:34 / /srv/twice rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("folder", "is_kept"),
    [
        *(("/srv/chat", True), ("/srv/chat/inner", True), ("/srv/the chat", True)),
        *(("/", False), ("/srv", False), ("/srv/chat2", False)),
        # A tmpfs is lost, a volume below it is kept, and so is a folder of the host that lies in the host's own tmpfs.
        *(("/scratch", False), ("/scratch/chat", False), ("/scratch/volume/chat", True)),
        *(("/srv/chat/tmp/inner", False), ("/srv/chat/tmpfile", True), ("/tmp/chat", True), ("/srv/twice", False)),
    ],
)
def test_what_is_not_mounted_ends_with_the_container(tmp_path: Path, folder: str, is_kept: bool) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert container.is_kept(Path(folder), str(tmp_path / "mountinfo")) is is_kept
