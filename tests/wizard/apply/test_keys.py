"""``keys status`` and ``keys rotate`` as an operator uses them: a folder, docker, LibreChat's own driver, its database."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pexpect
import pytest

from tests.rounds import of_each_kind
from tests.servers.mongodb import mongodb
from tests.servers.mongodb_commands import MongoServer
from tests.wizard.apply.encrypted_database import Keys
from tests.wizard.apply.keys_stack import KeysStack
from tests.wizard.apply.rotating import JOURNAL
from wizard.apply.stored_values import sha256
from wizard.librechat.encrypted_values import Format

COUNT = 32
WRONG = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def server() -> Iterator[MongoServer]:
    with mongodb() as running:
        yield running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, server: MongoServer) -> Iterator[KeysStack]:
    """A stack on which LibreChat runs: starting one takes longer than a rotation."""
    made = KeysStack(tmp_path_factory.mktemp("keys"), server)
    done = made.apply("APP_TITLE: Old", "ALLOW_REGISTRATION: false")
    assert done.status == 0, done.text
    yield made
    made.end()


@pytest.fixture
def stack(running: KeysStack) -> Iterator[KeysStack]:
    """The stack with something stored; what a test breaks is whole again afterwards."""
    files = running.files()
    running.fill(COUNT)
    running.did()
    yield running
    for name in running.files():
        path = running.folder / name
        if name not in files:
            path.unlink()
        elif name != ".env" or running.keys.iv == WRONG:
            path.write_bytes(files[name])
    for dump in (running.folder / ".librechat-wizard").glob("database-*"):
        dump.unlink()
    for name in ("trouble.json", "nodump", "down"):
        (running.state / name).unlink(missing_ok=True)
    running.release("v0.8.7")


def test_status_says_where_each_secret_is_from_and_what_decrypts(stack: KeysStack) -> None:
    before = stack.server.content(), stack.files()
    done = stack.inside("keys", "status", "--json")
    told = json.loads(done.out)
    assert (done.status, told["command"], told["exit"]) == (0, "keys", 0), done.text
    states = {one["name"]: (one["state"], one["origin"]) for one in told["secrets"]}
    assert states["CREDS_KEY"][0] == "ok"
    assert states["JWT_SECRET"][1].startswith(".env:")
    assert states["OPENID_SESSION_SECRET"][0] == "not set"
    fields = told["stored"]["fields"]
    assert sum(one["decrypted"] for one in fields) == COUNT
    assert [one for one in fields if one["not_decrypted"] or one["unknown"]] == []
    assert told["stored"]["release"] == "v0.8.7"
    assert (stack.server.content(), stack.files()) == before
    shown = stack.inside("keys", "status")
    assert "keys.value" in shown.out
    secrets = [value for name, value in stack.values.items() if name.startswith(("CREDS", "JWT", "MEILI"))]
    everything = done.text + shown.text + json.dumps(stack.log())
    assert not [one for one in (*secrets, *stack.clear().values()) if len(one) > 8 and one in everything]


def test_status_tells_a_wrong_vector_and_a_record_of_other_secrets(stack: KeysStack) -> None:
    stack.server.database().collections["librechatCredentialMetadata"] = [
        {"_id": "primary", "fingerprints": {"CREDS_KEY": sha256(stack.keys.key), "JWT_SECRET": "0" * 64}}
    ]
    env = stack.folder / ".env"
    env.write_text(env.read_text().replace(stack.keys.iv, WRONG))
    done = stack.inside("keys", "status")
    assert done.status == 1
    text = " ".join(done.out.split())
    assert "CREDS_IV is not the value that the data was encrypted with" in text
    assert "The fingerprints of JWT_SECRET in LibreChat's database do not match" in text


def test_status_without_the_database_says_the_rest(stack: KeysStack) -> None:
    (stack.state / "down").touch()
    done = stack.inside("keys", "status", "--json")
    told = json.loads(done.out)
    assert (done.status, told["stored"]) == (4, None)
    assert len(told["secrets"]) == 8


def test_creds_are_rotated_and_everything_stays_readable(stack: KeysStack) -> None:
    stack.server.database().collections["librechatCredentialMetadata"] = [
        {"_id": "primary", "fingerprints": {name: sha256(stack.values[name]) for name in ("CREDS_KEY", "CREDS_IV")}}
    ]
    clear, old, env = stack.clear(), stack.keys, stack.files()[".env"].decode()
    done = stack.inside("keys", "rotate", "creds", "--yes", "--json")
    told = json.loads(done.out)
    assert done.status == 0, done.text
    assert told["rotated"] == ["CREDS_KEY", "CREDS_IV"]
    assert stack.keys.key != old.key
    assert stack.keys.iv != old.iv
    assert stack.clear() == clear
    # Only these two lines differ.
    assert stack.files()[".env"].decode().replace(stack.keys.key, old.key).replace(stack.keys.iv, old.iv) == env
    assert stack.server.content()["librechatCredentialMetadata"] == [
        {"_id": "primary", "fingerprints": {name: sha256(stack.values[name]) for name in ("CREDS_KEY", "CREDS_IV")}}
    ]
    assert JOURNAL not in stack.server.content()
    assert not stack.rotation.exists()
    # The newest backup has the old keys, with which LibreChat could read nothing.
    env = stack.files()[".env"].decode()
    refused = stack.inside("restore")
    assert (refused.status, "keys rotate creds" in refused.err) == (2, True)
    assert stack.files()[".env"].decode() == env
    dump = stack.folder / told["dump"]
    assert (gzip.decompress(dump.read_bytes()), dump.stat().st_mode & 0o777) == (b"a dump", 0o600)
    log = stack.log()
    verbs = [next((word for word in entry["words"] if word in ("stop", "run", "exec", "up")), "") for entry in log]
    # Counted, dumped, stopped, moved, recreated, verified.
    assert [verb for verb in verbs if verb] == ["run", "exec", "stop", "run", "up", "run"]
    assert next(entry["words"] for entry in log if "up" in entry["words"])[-1] == "api"
    everything = done.text + json.dumps(log)
    secrets = (old.key, old.iv, stack.keys.key, stack.keys.iv, *clear.values())
    assert not [one for one in secrets if len(one) > 8 and one in everything]


def test_a_dry_run_changes_nothing_and_stops_nothing(stack: KeysStack) -> None:
    before = stack.server.content(), stack.files()
    done = stack.inside("keys", "rotate", "all", "--dry-run")
    assert done.status == 0, done.text
    assert "CREDS_KEY" in done.out
    assert (stack.server.content(), stack.files()) == before
    assert not [call for call in stack.did() if not call.startswith("run ")]


def test_a_value_that_cannot_be_moved_is_listed_and_nothing_happens(stack: KeysStack) -> None:
    other = Keys.of(9).encrypt(Format.V1, "sk-of-other-keys", b"v" * 16)
    stack.server.database().collections["keys"].append({"_id": "the odd one", "value": other})
    before = stack.server.content(), stack.files()
    done = stack.inside("keys", "rotate", "creds", "--yes", "--json")
    told = json.loads(done.out)
    assert done.status == 1
    assert [one["document"] for one in told["stored"]["wrong"]] == ["the odd one"]
    assert (stack.server.content(), stack.files()) == before
    assert not [call for call in stack.did() if not call.startswith("run ")]


@pytest.mark.parametrize("tag", ["v0.8.9-rc1", "nothing"])
def test_a_release_that_the_table_does_not_know_is_refused(stack: KeysStack, tag: str) -> None:
    stack.release(tag)
    before = stack.server.content(), stack.files()
    done = stack.inside("keys", "rotate", "creds", "--yes")
    assert done.status == 1, done.text
    assert "release" in done.err
    assert (stack.server.content(), stack.files()) == before


def test_several_copies_of_libre_chat_are_refused(stack: KeysStack) -> None:
    override = stack.folder / "docker-compose.override.yml"
    text = override.read_text() if override.exists() else "services:\n"
    override.write_text(
        text + "  api:\n    deploy:\n      replicas: 2\n"
        if "api:" not in text
        else text.replace("  api:\n", "  api:\n    deploy:\n      replicas: 2\n")
    )
    done = stack.inside("keys", "rotate", "creds", "--yes")
    assert (done.status, "2 replicas" in done.err) == (1, True), done.text


def test_where_libre_chat_does_not_start_with_the_new_keys_all_is_put_back(stack: KeysStack) -> None:
    before, env, old = stack.server.content(), stack.files()[".env"], stack.keys
    stack.trouble(**{f"!{old.key}": "exits"})
    done = stack.inside("keys", "rotate", "creds", "--yes", "--json", LIBRECHAT_WIZARD_READY_SECONDS="5")
    assert done.status == 3, done.text
    assert stack.files()[".env"] == env
    assert stack.keys == old
    assert stack.server.content() == before
    assert not stack.rotation.exists()
    assert json.loads(done.out)["outcome"] == "went-back"
    assert stack.told()["appTitle"] == "Old"


def test_without_a_dump_the_person_says_that_there_is_one(stack: KeysStack) -> None:
    (stack.state / "nodump").touch()
    clear = stack.clear()
    done = stack.inside("keys", "rotate", "creds", "--yes", "--json")
    assert (done.status, json.loads(done.out)["dump"]) == (0, None), done.text
    assert "could not make a dump" in done.err
    assert stack.clear() == clear
    assert not list((stack.folder / ".librechat-wizard").glob("database-*"))


@pytest.mark.parametrize(
    ("group", "names", "services"),
    [
        ("jwt", {"JWT_SECRET", "JWT_REFRESH_SECRET"}, {"api"}),
        ("meili", {"MEILI_MASTER_KEY"}, {"api", "meilisearch"}),
    ],
)
def test_what_encrypts_nothing_is_replaced_and_who_reads_it_is_recreated(
    stack: KeysStack, group: str, names: set[str], services: set[str]
) -> None:
    before, stored = stack.values, stack.server.content()
    done = stack.inside("keys", "rotate", group, "--yes", "--json")
    assert done.status == 0, done.text
    after = stack.values
    assert {name for name in after if after[name] != before.get(name)} == names
    assert set(json.loads(done.out)["rotated"]) == names
    (up,) = [call for call in stack.did() if call.startswith("up ")]
    assert set(up.split()) & {"api", "mongodb", "meilisearch"} == services
    assert stack.server.content() == stored
    assert stack.inside("keys", "rotate", "sessions", "--yes").status == 0


def test_all_secrets_are_rotated_in_one_go_and_recorded(stack: KeysStack) -> None:
    before, clear = stack.values, stack.clear()
    names = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
    record = {"_id": "primary", "fingerprints": {name: sha256(before[name]) for name in names}}
    stack.server.database().collections["librechatCredentialMetadata"] = [record]
    done = stack.inside("keys", "rotate", "all", "--yes", "--json")
    assert done.status == 0, done.text
    after = stack.values
    assert {name for name in after if after[name] != before[name]} == {*names, "MEILI_MASTER_KEY"}
    assert stack.clear() == clear
    (found,) = stack.server.content()["librechatCredentialMetadata"]
    assert found["fingerprints"] == {name: sha256(after[name]) for name in names}
    base = stack.folder / "docker-compose.yml"
    base.write_text(base.read_text().replace("librechat:v0.8.7", "librechat:v0.8.8"))
    assert stack.inside("keys", "rotate", "jwt", "--yes").status == 0
    (found,) = stack.server.content()["librechatCredentialMetadata"]
    assert found["fingerprints"] == {name: sha256(stack.values[name]) for name in names}
    assert stack.values["JWT_SECRET"] != after["JWT_SECRET"]


def test_a_libre_chat_that_does_not_run_is_not_started(stack: KeysStack) -> None:
    clear = stack.clear()
    stack.docker("stop", "api")
    done = stack.inside("keys", "rotate", "creds", "--yes")
    assert done.status == 0, done.text
    assert "LibreChat was not running" in done.err
    assert not [call for call in stack.did() if call.startswith("up ")]
    assert stack.clear() == clear
    stack.docker("up", "-d", "api")


def test_a_damaged_record_is_told_and_stops_everything(stack: KeysStack) -> None:
    stack.rotation.write_text("{")
    try:
        assert "rotation.json is damaged" in stack.inside("doctor", "--offline", "--only", "rules").err
        assert stack.inside("keys", "rotate", "jwt", "--yes").status == 1
        assert stack.apply("APP_TITLE: New").status == 3
    finally:
        stack.rotation.unlink()


def test_nobody_is_asked_without_a_terminal(stack: KeysStack) -> None:
    before = stack.files()
    assert stack.inside("keys", "rotate", "jwt").status == 2
    assert stack.inside("keys", "rotate").status == 2
    assert stack.inside("keys", "rotate", "everything", "--yes").status == 2
    assert stack.files() == before


def test_keys_that_libre_chat_generated_itself_are_rotated_too(stack: KeysStack) -> None:
    clear, env, base = stack.clear(), stack.folder / ".env", stack.folder / "docker-compose.yml"
    lines = env.read_text().splitlines(keepends=True)
    env.write_text("".join(line for line in lines if not line.startswith("CREDS_")))
    (stack.folder / ".env.temp").write_text("".join(line for line in lines if line.startswith("CREDS_")))
    base.write_text(base.read_text().replace("librechat:v0.8.7", "librechat:v0.8.8"))
    told = json.loads(stack.inside("keys", "status", "--json").out)
    assert [one["state"] for one in told["secrets"] if one["group"] == "creds"] == ["generated"] * 2
    done = stack.inside("keys", "rotate", "creds", "--yes")
    assert done.status == 0, done.text
    assert stack.clear() == clear


KILLS = {
    "stop 1": "while stored values were being encrypted",
    "run 2": "while stored values were being encrypted",
    "up 1": "before LibreChat was started with the new values",
    "run 3": "before LibreChat was confirmed",
}


@pytest.mark.parametrize("at", of_each_kind(KILLS, ["run 2", "up 1"]))
def test_a_rotation_that_was_killed_is_finished_by_the_next_run(stack: KeysStack, at: str) -> None:
    clear, old = stack.clear(), stack.keys
    (stack.state / "kills").write_text(at)
    killed = stack.wizard("keys", "rotate", "creds", "--yes")
    assert killed.status == -9, killed.text
    record = json.loads(stack.rotation.read_text())
    assert stack.rotation.stat().st_mode & 0o777 == 0o600
    told = stack.inside("keys", "status")
    assert KILLS[at] in told.err
    assert "interrupted" in stack.inside("doctor", "--offline", "--only", "rules").err
    done = stack.inside("keys", "rotate", "creds", "--yes", "--json")
    assert done.status == 0, done.text
    assert [stack.keys.key, stack.keys.iv] == record["new"]
    assert stack.keys != old
    assert stack.clear() == clear
    assert not stack.rotation.exists()
    assert JOURNAL not in stack.server.content()
    assert stack.told()["appTitle"] == "Old"


@pytest.mark.parametrize("at", of_each_kind(["run 2", "run 3"], ["run 3"]))
def test_a_rotation_that_was_killed_can_be_put_back(stack: KeysStack, at: str) -> None:
    clear, env = stack.clear(), stack.files()[".env"]
    (stack.state / "kills").write_text(at)
    assert stack.wizard("keys", "rotate", "creds", "--yes").status == -9
    talk = stack.terminal("keys", "rotate", "creds")
    talk.expect_exact("Finish the rotation or roll it back?")
    talk.sendline("back")
    talk.expect_exact("Everything was restored.")
    talk.expect(pexpect.EOF)
    talk.close()
    assert talk.exitstatus == 3
    assert stack.files()[".env"] == env
    assert stack.clear() == clear
    assert JOURNAL not in stack.server.content()
    assert stack.told()["appTitle"] == "Old"


def test_a_person_is_asked_and_no_is_an_answer(stack: KeysStack) -> None:
    before = stack.server.content(), stack.files()
    talk = stack.terminal("keys", "rotate", "creds")
    talk.expect_exact("Stop LibreChat and re-encrypt the stored values with new keys? [y/N]")
    talk.sendline("n")
    talk.expect(pexpect.EOF)
    talk.close()
    assert talk.exitstatus == 1
    assert (stack.server.content(), stack.files()) == before
    assert not [call for call in stack.did() if not call.startswith("run ")]
