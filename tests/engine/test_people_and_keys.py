"""Accounts and keys on a real Docker engine: LibreChat's scripts in one-off containers, its own driver, a database that keeps what it is told.

One stack for all of a course, because one takes seconds to start. What each change means is tested without an engine
(tests/wizard/apply/people, tests/wizard/apply/test_keys.py); here it is that nothing is lost on the way through a real engine.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.engine import Ended
from tests.engine.site import ADMIN, Site, Sites
from tests.patience import wait_until
from tests.rounds import NAME
from tests.servers.bson import ObjectId
from tests.wizard.apply.encrypted_database import Content, Keys, database, opened
from tests.wizard.apply.people.test_account_changes import HOSTILE, NAMES, REFUSED, TAKEN
from wizard.dotenv.document import Document
from wizard.librechat.releases import NEWEST

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="a Docker engine has to be started by root"),
    pytest.mark.skipif(NAME != "long", reason="further stacks on a real engine: ./test --long"),
    pytest.mark.timeout(3600),
]
EVE = "eve@example.com"
OTHER_HOSTILE = HOSTILE[::-1]
STORED = 60
ERAS = ("v0.7.0", "v0.7.9", "v0.8.5")
_ASK = """
const mongoose = require('/app/node_modules/mongoose')
const {EJSON} = mongoose.mongo.BSON
const given = EJSON.deserialize(GIVEN)
mongoose.createConnection(process.env.MONGO_URI).asPromise().then(async ({db}) => {
    for (const [name, documents] of Object.entries(given.insert ?? {})) if (documents.length) await db.collection(name).insertMany(documents)
    for (const [email, change] of Object.entries(given.users ?? {})) await db.collection('users').updateOne({email}, {$set: change})
    const content = {}
    for (const {name} of await db.listCollections().toArray()) content[name] = await db.collection(name).find().toArray()
    process.stdout.write(JSON.stringify(EJSON.serialize(content)))
    process.exit(0)
})
"""
_RECORDING = """#!/bin/sh
cat /proc/$$/cmdline /proc/$$/environ >> {log}
exec {docker} "$@"
"""


class People:
    """A stack with an administrator, and what every docker command of the program was given."""

    def __init__(self, site: Site) -> None:
        self.site = site
        # A test tries to sign in more often than LibreChat lets a person.
        settings = ("ALLOW_REGISTRATION: false", "LOGIN_MAX: 10000")
        done = site.apply(site.answers(*settings), "--first-admin", ADMIN, "--offline")
        assert done.status == 0, done.text
        self.output = ""
        """Whatever the program has written since."""
        with (site.folder / ".env").open("a") as file:
            file.write("EMAIL_HOST=smtp.example.com\nEMAIL_FROM=chat@example.com\n")
        tools = site.folder.parent / "recording"
        tools.mkdir()
        self._log = tools / "log"
        self._path = f"{tools}:{site.engine.environment['PATH']}"
        docker = tools / "docker"
        docker.write_text(
            _RECORDING.format(log=self._log, docker=site.engine.environment["PATH"].split(":")[0] + "/docker")
        )
        docker.chmod(0o755)

    def run(self, *words: str, stdin: str = "", status: int | None = 0) -> Ended:
        """Run the program; ``status`` is the one that it ends with, ``None`` for any."""
        done = self.site.wizard(*words, stdin=stdin, PATH=self._path)
        self.output += done.text
        assert status is None or done.status == status, (words, done.text)
        return done

    def users(self, *words: str, password: str = "") -> dict[str, Any]:
        """Run ``users``; return the object that it prints."""
        flags = ("--password-file", "-") if password else ()
        told: dict[str, Any] = json.loads(self.run("users", *words, *flags, "--json", stdin=f"{password}\n").out)
        return told

    def adds(self, email: str, *options: str, status: int = 0) -> None:
        """Add somebody whose address may look like an option."""
        command = (*self.site.command("users", *options), "--", "add", email)
        done = self.site.engine.run(command, {**self.site.variables, "PATH": self._path})
        assert done.status == status, (email, options, done.text)

    def content(self, **change: Any) -> Content:
        """Return all that the database holds, after a change of it."""
        given = json.dumps(change, default=lambda each: {"$oid": str(each)})
        done = self.site.engine.docker("exec", "-i", "LibreChat", "node", "-", stdin=_ASK.replace("GIVEN", given))
        assert done.status == 0, done.text
        content: Content = json.loads(done.out, object_hook=_typed)
        return content

    @property
    def values(self) -> dict[str, str]:
        """What ``.env`` says."""
        return Document.parse((self.site.folder / ".env").read_bytes()).values()

    def waits_for(self, password: str, *, is_in: bool = True) -> None:
        """Wait until Eve gets in with this password, or does not."""
        wait_until(lambda: self.site.signs_in(EVE, password) is is_in, f"she gets in: {not is_in}")

    def hides(self, *secrets: str) -> None:
        """See that none of these stands in an argument, an environment, a log or the output."""
        engine = self.site.engine
        names = engine.docker("ps", "-a", "--format", "{{.Names}}").out.split()
        places = {
            "docker's arguments and environment": self._log.read_text(errors="replace"),
            "the engine's log": (engine.folder / "log").read_text(errors="replace"),
            "the output": self.output,
            **{f"log of {name}": engine.docker("logs", name).text for name in names},
        }
        assert "create-user.js" in places["docker's arguments and environment"]
        assert [place for place, text in places.items() if any(secret in text for secret in secrets)] == []


def _typed(value: dict[str, Any]) -> Any:
    return ObjectId(bytes.fromhex(value["$oid"])) if set(value) == {"$oid"} else value


@pytest.fixture
def people(sites: Sites) -> Callable[[], People]:
    return lambda: People(sites())


def test_every_subcommand_of_users(people: Callable[[], People]) -> None:
    made = people()
    before = made.site.containers()
    made.users("add", EVE, password=HOSTILE)
    made.waits_for(HOSTILE)
    made.users("reset-password", EVE, "--yes", password=OTHER_HOSTILE)
    made.waits_for(OTHER_HOSTILE)
    assert not made.site.signs_in(EVE, HOSTILE)
    made.users("invite", "new@example.com")
    assert [one["email"] for one in made.content()["tokens"]] == ["new@example.com"]
    made.users("ban", EVE, "--for", "10m", "--yes")
    made.waits_for(OTHER_HOSTILE, is_in=False)
    told = made.users("unlock", EVE, "--yes")
    assert [one["cause"] for one in told["lockouts"]] == ["ban"]
    made.waits_for(OTHER_HOSTILE)
    made.users("unlock", "--undo", "--yes")
    made.waits_for(OTHER_HOSTILE, is_in=False)
    made.users("unban", EVE, "--yes")
    made.waits_for(OTHER_HOSTILE)
    made.content(users={EVE: {"provider": "google"}})
    done = made.run("users", "unlock", EVE, "--yes")
    assert "eve@example.com is an account of google" in done.out
    (generated,) = re.findall(r"Password for eve@example\.com \(shown only once\): (\S+)", done.err)
    made.waits_for(generated)
    made.users("unlock", "--undo", "--yes")
    made.waits_for(OTHER_HOSTILE)
    made.output = made.output.replace(generated, "", 1)
    made.users("role", EVE, "ADMIN", "--yes")
    # Of two administrators one goes, with LibreChat stopped meanwhile; the other one stays.
    made.users("remove", ADMIN, "--yes")
    refused = made.run("users", "remove", EVE, "--yes", status=1)
    assert "is the only administrator" in refused.text
    listed = made.users("list")["people"]
    assert [(one["email"], one["role"]) for one in listed] == [(EVE, "ADMIN")]
    assert made.site.containers().keys() == before.keys()
    made.hides(HOSTILE, OTHER_HOSTILE, generated)


@pytest.mark.parametrize("release", ERAS)
def test_scripts_of_an_older_release(people: Callable[[], People], release: str) -> None:
    made, folder = people(), None
    folder = made.site.folder
    (folder / "package.json").write_text(json.dumps({"name": "LibreChat", "version": release}))
    override = folder / "docker-compose.override.yml"
    text = override.read_text()
    assert "  api:\n" in text
    assert "volumes:" not in text.partition("  api:\n")[2].partition("\n  ")[0]
    mount = "    volumes:\n      - ./package.json:/app/package.json:ro\n"
    if "    volumes:\n" in text:
        override.write_text(text.replace("    volumes:\n", mount, 1))
    else:
        override.write_text(text.replace("  api:\n", f"  api:\n{mount}", 1))
    made.users("add", EVE, password=HOSTILE)
    made.waits_for(HOSTILE)
    password = HOSTILE
    if release != "v0.7.0":
        password = OTHER_HOSTILE
        made.users("reset-password", EVE, "--yes", password=password)
        made.waits_for(password)
    made.users("ban", EVE, "--yes")
    made.waits_for(password, is_in=False)
    made.users("unban", EVE, "--yes")
    made.waits_for(password)
    made.users("remove", EVE, "--yes")
    assert [one["email"] for one in made.users("list")["people"]] == [ADMIN]
    made.hides(HOSTILE, OTHER_HOSTILE)


def test_odd_addresses_and_names(people: Callable[[], People]) -> None:
    made = people()
    for email in REFUSED:
        if "\0" not in email:
            made.adds(email, status=2)
    for email, name in zip(TAKEN, NAMES, strict=True):
        made.adds(email, f"--name={name}")
    listed = {one["email"]: one["name"] for one in made.users("list")["people"]}
    wanted = {email.lower(): name.strip() for email, name in zip(TAKEN, NAMES, strict=True)}
    assert {email: name for email, name in listed.items() if email != ADMIN} == wanted


def test_keys_are_shown_and_rotated(people: Callable[[], People]) -> None:
    made = people()
    old = made.values
    made.users("add", EVE, password=HOSTILE)
    keys = Keys(old["CREDS_KEY"], old["CREDS_IV"])
    stored = database(NEWEST, STORED, keys)
    del stored["users"][-1]
    for number, one in enumerate(stored["users"]):
        one |= {"email": f"p{number}@example.com", "name": "Person", "role": "USER", "emailVerified": True}
        one |= {"twoFactorEnabled": False}
    clear = opened(stored, keys)
    assert len(clear) == STORED
    made.content(insert=stored)
    told = json.loads(made.run("keys", "status", "--json").out)
    assert sum(one["decrypted"] for one in told["stored"]["fields"]) == STORED
    assert told["stored"]["differs_from_record"] == []
    before = made.site.containers()

    done = json.loads(made.run("keys", "rotate", "creds", "--yes", "--json").out)
    assert done["rotated"] == ["CREDS_KEY", "CREDS_IV"]
    assert _recreated(before, made.site.containers()) == {"LibreChat"}
    values = made.values
    content = made.content()
    assert opened(content, Keys(values["CREDS_KEY"], values["CREDS_IV"])) == clear
    assert "librechatWizardRotation" not in content
    dump = made.site.folder / done["dump"]
    assert dump.read_bytes()[:2] == b"\x1f\x8b"
    told = json.loads(made.run("keys", "status", "--json").out)
    assert sum(one["decrypted"] for one in told["stored"]["fields"]) == STORED
    assert told["stored"]["differs_from_record"] == []

    for group, names, services in (
        ("jwt", {"JWT_SECRET", "JWT_REFRESH_SECRET"}, {"LibreChat", "rag_api"}),
        ("meili", {"MEILI_MASTER_KEY"}, {"LibreChat", "chat-meilisearch"}),
    ):
        before, earlier = made.site.containers(), made.values
        made.run("keys", "rotate", group, "--yes")
        after = made.values
        assert {name for name in after if after[name] != earlier.get(name)} == names
        assert _recreated(before, made.site.containers()) == services
    assert made.run("keys", "rotate", "sessions", "--yes").status == 0
    made.waits_for(HOSTILE)
    assert json.loads(made.run("keys", "status", "--json").out)["stored"]["differs_from_record"] == []
    secrets = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "MEILI_MASTER_KEY")
    long = [text for text in clear.values() if len(text) > 8]
    made.hides(*(each[name] for each in (old, made.values) for name in secrets), *long)


def _recreated(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name, about in after.items() if about != before[name]}


def test_the_recording_of_docker_sees_what_it_is_given(people: Callable[[], People]) -> None:
    """The proof that nothing is in arguments or environments would hold for an empty recording, too."""
    made = people()
    made.site.engine.run(
        (made._path.split(":")[0] + "/docker", "version", "kanarie-argument"),
        {"KANARIE": "kanarie-environment"},
    )
    made.run("users", "list")
    for word in ("kanarie-argument", "kanarie-environment"):
        with pytest.raises(AssertionError):
            made.hides(word)
