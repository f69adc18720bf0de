"""``--apply`` on a real Docker engine with the compose files as LibreChat ships them; LibreChat itself is the stand-in.

Each test is one operator's course, because a stack takes seconds to start.
"""

from __future__ import annotations

import json
import os
import re

import pytest

from tests.engine.site import ADMIN, PASSWORD, Site, Sites
from tests.patience import wait_until
from tests.rounds import NAME
from wizard.dotenv.document import Document

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a Docker engine has to be started by root")
LONG = pytest.mark.skipif(NAME != "long", reason="a further stack on a real engine: ./test --long")
CLOSED = "ALLOW_REGISTRATION: false"


def env(site: Site) -> dict[str, str]:
    return Document.parse((site.folder / ".env").read_bytes()).values()


def test_first_install_the_same_again_and_changes(sites: Sites) -> None:
    site = sites()
    first_install_and_the_same_again(site)
    change_and_failing_changes(site)


def first_install_and_the_same_again(site: Site) -> None:
    flags = ("--first-admin", ADMIN)
    answers = site.answers("APP_TITLE: First", CLOSED)
    done = site.apply(answers, *flags)
    assert done.status == 0, done.text
    found = PASSWORD.findall(done.text)
    assert len(set(found)) == 1
    assert site.role(found[0]) == "ADMIN"
    assert site.told()["appTitle"] == "First"
    assert "variable is not set" not in done.text
    assert "YAML format is invalid" not in done.text
    assert len(done.text.splitlines()) <= 40, done.text
    # The folder is root's: so are the containers, and that was said.
    assert site.of_container("id", "-u") == "0"
    assert "LibreChat's containers run as root" in done.err

    before, containers = site.files(), site.containers()
    again = site.apply(answers, *flags)
    assert again.status == 0, again.text
    assert (site.files(), site.containers()) == (before, containers)
    assert "Password for" not in again.text


def change_and_failing_changes(site: Site) -> None:
    containers = site.containers()
    change = site.apply(site.answers("APP_TITLE: Second", CLOSED))
    assert change.status == 0, change.text
    assert site.told()["appTitle"] == "Second"
    changed = {name for name, what in site.containers().items() if containers[name] != what}
    assert changed == {"LibreChat"}

    before = site.files()
    failing = site.apply(
        site.answers("APP_TITLE: Third", CLOSED, "USE_REDIS: true", "REDIS_URI: redis://mongodb:1"),
        LIBRECHAT_WIZARD_READY_SECONDS="8",
    )
    assert failing.status == 1, failing.text
    assert "ECONNREFUSED" in failing.err
    assert site.files() == before
    assert site.told()["appTitle"] == "Second"
    assert "The old files were put back, and LibreChat is running as before." in failing.err

    # An image that cannot be pulled, in a file of the operator's: the running container is never touched.
    override = site.folder / "docker-compose.override.yml"
    kept = override.read_text()
    override.write_text(kept.replace("  api:\n", "  api:\n    image: registry.invalid/librechat:none\n", 1))
    assert override.read_text() != kept
    containers, before = site.containers(), site.files()
    failing = site.apply(site.answers("APP_TITLE: Fourth", CLOSED))
    assert failing.status == 1, failing.text
    assert "The registry could not be reached" in failing.err
    assert "did not respond" not in failing.text
    assert (site.files(), site.containers()) == (before, containers)
    override.write_text(kept)

    # What was written since the container started is not in effect, and the doctor says so.
    text = (site.folder / ".env").read_text()
    (site.folder / ".env").write_text(text.replace("Second", "Fifth"))
    doctor = site.wizard("doctor", "--only", "instance")
    assert "instance.unread" in doctor.text
    assert "container was started before .env" in re.sub(r"\s+", " ", doctor.text)


def test_https_with_caddy_and_then_the_local_network(sites: Sites) -> None:
    site = sites()
    name = "https://chat.example.test"
    answers = site.answers(CLOSED, access="https-proxy", address=name, proxy="{server: caddy, certificate: internal}")
    flags = ("--resolve", "chat.example.test:127.0.0.1", "--first-admin", ADMIN)
    done = site.apply(answers, *flags)
    assert done.status == 0, done.text
    assert len(done.text.splitlines()) <= 40, done.text
    assert "proxy.address.shared" in done.text
    assert "all requests from this machine reach the proxy's container from one address" in re.sub(
        r"\s+", " ", done.text
    )
    assert "nobody can sign in" not in done.text
    assert re.search(r"ok, 0 failed, 0 warnings, 1 inconclusive", done.err)
    seen = json.loads(site.wizard("doctor", "--json", "--only", "dns,tls,instance", *flags[:2]).out)["findings"]
    assert {"tls.redirect.ok", "instance.librechat", "instance.applied"} <= {
        one["id"] for one in seen if one["status"] == "PASS"
    }
    assert "LibreChat-Caddy" in site.containers()

    lan = "http://172.17.0.1:3080"
    change = site.apply(site.answers(CLOSED, access="http-lan", address=lan))
    assert change.status == 0, change.text
    assert "LibreChat-Caddy" not in site.containers()
    assert site.role(PASSWORD.findall(done.text)[0], lan) == "ADMIN"


def test_deploy_stack_behind_its_nginx(sites: Sites) -> None:
    site = sites("deploy")
    answers = site.answers(
        CLOSED,
        access="https-proxy",
        address="https://chat.example.test",
        proxy="{server: nginx, certificate: internal}",
    )
    flags = ("--resolve", "chat.example.test:127.0.0.1", "--first-admin", ADMIN)
    done = site.apply(answers, *flags)
    assert done.status == 0, done.text
    assert "First administrator: ann@example.com (ADMIN)" in done.err
    before, containers = site.files(), site.containers()
    again = site.apply(answers, *flags)
    assert again.status == 0, again.text
    assert (site.files(), site.containers()) == (before, containers)


@pytest.mark.parametrize("is_old", [pytest.param(False, marks=LONG), True])
def test_values_that_a_running_librechat_made_itself_are_adopted(sites: Sites, is_old: bool) -> None:
    """``is_old``: compose files from before rc1, which give the file no place in a volume, with a newer image."""
    site = sites()
    if is_old:
        base = site.folder / "docker-compose.yml"
        lines = base.read_text().splitlines(keepends=True)
        base.write_text("".join(line for line in lines if "LIBRECHAT_TEMP_CREDENTIALS_PATH" not in line))
        (site.folder / "package.json").write_text('{"name": "LibreChat", "version": "v0.8.7"}')
    sample = (site.folder / ".env.example").read_text()
    names = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
    (site.folder / ".env").write_text(re.sub(rf"(?m)^({'|'.join(names)})=.*$", r"\1=", sample))
    started = site.engine.docker("compose", "--project-directory", site.folder, "up", "-d")
    assert started.status == 0, started.text
    place = "/app/.env.temp" if is_old else "/app/data/.env.temp"
    wait_until(lambda: site.of_container("cat", place).count("=") == len(names), "LibreChat never makes its secrets")
    made = Document.parse(site.of_container("cat", place).encode()).values()
    assert made.keys() == set(names)
    done = site.apply(site.answers(CLOSED))
    assert done.status == 0, done.text
    assert {name: env(site)[name] for name in names} == made
    assert f"keeps the value that LibreChat generated itself (LibreChat:{place})" in done.err


def test_operator_who_is_not_root(sites: Sites) -> None:
    site = sites()
    uid = 1501
    for path in (site.folder, *site.folder.iterdir()):
        os.chown(path, uid, uid)
    done = site.apply(site.answers(CLOSED), "--first-admin", ADMIN, uid=uid)
    assert done.status == 0, done.text
    assert site.of_container("id", "-u") == str(uid)
    about = (site.folder / ".env").stat()
    assert (about.st_uid, about.st_mode & 0o777) == (uid, 0o600)
    assert (env(site)["UID"], env(site)["GID"]) == (str(uid), str(uid))
    assert (site.folder / "logs" / "info.log").stat().st_uid == uid
    assert site.role(PASSWORD.findall(done.text)[0]) == "ADMIN"


@LONG
def test_root_in_somebodys_folder_runs_librechat_as_that_account(sites: Sites) -> None:
    site = sites()
    for path in (site.folder, *site.folder.iterdir()):
        os.chown(path, 1501, 1501)
    done = site.apply(site.answers(CLOSED))
    assert done.status == 0, done.text
    assert site.of_container("id", "-u") == "1501"
    assert (site.folder / ".env").stat().st_uid == 1501
    assert site.told()["emailLoginEnabled"]


@LONG
def test_what_docker_says_is_told_in_words(sites: Sites) -> None:
    """A port that is taken and a name that is taken: the first install is rolled back whole."""
    site = sites()
    before = site.files()
    taking = ("run", "-d", "--name", "other", "-p", "3080:3080", "mongo:8.0.20", "sleeper")
    assert site.engine.docker(*taking).status == 0
    done = site.apply(site.answers(CLOSED))
    assert done.status == 1, done.text
    assert "Port 3080, which the container LibreChat needs, is already in use" in done.err
    assert site.files() == before
    site.engine.docker("rm", "-f", "other")
    assert site.engine.docker("create", "--name", "chat-mongodb", "mongo:8.0.20").status == 0
    done = site.apply(site.answers(CLOSED))
    assert done.status == 1, done.text
    assert "Another container already has the name chat-mongodb" in done.err
    assert site.files() == before


@LONG
def test_a_second_clone_does_not_take_the_containers_of_the_first(sites: Sites) -> None:
    first = sites()
    assert first.apply(first.answers(CLOSED)).status == 0
    containers = first.containers()
    second = sites(name="second/LibreChat", is_alone=False)
    done = second.apply(second.answers(CLOSED))
    assert done.status == 3, done.text
    assert f"would change the containers of {first.folder}" in done.err
    assert first.containers() == containers
    assert not (second.folder / ".env").exists()


@LONG
def test_accounts_are_made_listed_and_removed_in_one_off_containers(sites: Sites) -> None:
    site = sites()
    done = site.apply(site.answers(CLOSED), "--first-admin", ADMIN, "--offline")
    assert done.status == 0, done.text
    containers = site.containers()
    hostile = " \u00e4$s'w\"o\\rd#`x`\u20ac ${A} $(id) %41 "
    done = site.wizard("users", "add", "eve@example.com", "--password-file", "-", stdin=f"{hostile}\n")
    assert done.status == 0, done.text
    assert hostile not in done.text
    wait_until(lambda: site.signs_in("eve@example.com", hostile), "she did not get in")
    listed = json.loads(site.wizard("users", "list", "--json").out)
    assert [(one["email"], one["role"]) for one in listed["people"]] == [(ADMIN, "ADMIN"), ("eve@example.com", "USER")]
    refused = site.wizard("users", "remove", ADMIN, "--yes")
    assert (refused.status, "is the only administrator" in refused.text) == (1, True), refused.text
    done = site.wizard("users", "role", "eve@example.com", "ADMIN", "--yes")
    assert done.status == 0, done.text
    done = site.wizard("users", "remove", ADMIN, "--yes")
    assert done.status == 0, done.text
    listed = json.loads(site.wizard("users", "list", "--json").out)
    assert [(one["email"], one["role"]) for one in listed["people"]] == [("eve@example.com", "ADMIN")]
    # delete-user of this release wants LibreChat stopped, if it asks; nothing of ours is left beside the stack.
    assert site.containers().keys() == containers.keys()


@LONG
def test_a_librechat_yaml_that_the_dockerfile_copies_is_in_effect_once_the_image_is_built(sites: Sites) -> None:
    """A Dockerfile of the operator's, FROM the image that is there: built for each change of the file, and for no other."""
    site = sites()
    image = re.findall(r"\n  api:\n    image: (\S+)", (site.folder / "docker-compose.yml").read_text())[0]
    place = "/app/librechat.yaml"
    (site.folder / "Dockerfile.own").write_text(f"FROM {image}\nCOPY librechat.yaml {place}\n")
    (site.folder / "librechat.yaml").write_text("version: 1.3.0\n# of the operator\n")
    built = (
        "services:\n  api:\n    image: own-librechat\n    build:\n      context: .\n      dockerfile: Dockerfile.own\n"
    )
    (site.folder / "docker-compose.override.yml").write_text(built)
    own = "registration: {allowedDomains: [example.com]}\n"
    answers = site.answers(CLOSED)
    answers.write_text(own + answers.read_text())
    done = site.apply(answers, "--offline")
    assert done.status == 0, done.text
    assert "$ docker compose up -d --build" in done.err
    assert "# of the operator" in site.of_container("cat", place)
    assert "example.com" in site.of_container("cat", place)

    containers = site.containers()
    again = site.apply(answers, "--offline")
    assert again.status == 0, again.text
    assert site.containers() == containers
    answers.write_text(answers.read_text().replace("example.com", "example.org"))
    change = site.apply(answers, "--offline")
    assert change.status == 0, change.text
    assert "--build" in change.err, change.text
    assert "example.org" in site.of_container("cat", place)
    assert site.containers()["LibreChat"] != containers["LibreChat"]
