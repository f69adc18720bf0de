"""What LibreChat has encrypted is moved to other keys whole, or stands as it did: with its own driver, release by release."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.judge import CHECKOUT, image_node
from tests.rounds import NAME, of_each_kind
from tests.servers.bson import ObjectId
from tests.servers.mongodb import mongodb
from tests.servers.mongodb_commands import MongoServer
from tests.servers.mongodb_query import Document
from tests.wizard.apply.encrypted_database import Content, Keys, database, opened
from tests.wizard.apply.rotating import JOURNAL, NEW, OLD, Bench, Killed
from wizard.librechat.encrypted_values import FIELDS, Format, fields_of
from wizard.librechat.releases import Release

RELEASES = tuple(map(Release.parse, ("v0.7.5", "v0.8.3", "v0.8.7", "v0.8.8")))
NEWEST = RELEASES[-1]
OF_EACH_KIND = of_each_kind(RELEASES, (RELEASES[0], NEWEST))
"""With the least that is encrypted, and the most."""
VALUES, KILLS = {"fast": (60, 4), "normal": (300, 12), "long": (5_000, 50)}[NAME]
_TOGETHER = 4
"""So many kills hit one rotation; then it is finished, or put back."""


@pytest.fixture(scope="module")
def server() -> Iterator[MongoServer]:
    with mongodb() as running:
        yield running


@pytest.fixture
def bench(server: MongoServer, tmp_path: Path) -> Bench:
    return Bench(server, tmp_path, NEWEST)


def _node(keys: Keys, **asked: Any) -> dict[str, list[str]]:
    done = subprocess.run(
        [image_node(), str(CHECKOUT / "tests/judges/librechat_crypto.js")],
        input=json.dumps({**keys.as_task, **asked}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


CLEAR = ["", "a", "sk-proj-0123456789", "x" * 15, "x" * 16, "x" * 17, "Schlüssel 🔑", '{"a":"b"}', "a%3Ab", "l" * 5000]


@pytest.mark.parametrize("digits", [32, 48, 64])
def test_nodes_own_crypto_makes_and_reads_the_same_values(bench: Bench, digits: int) -> None:
    old = Keys(OLD.key[:digits], OLD.iv)
    forms = [Format.V1, Format.V2, *([Format.V3] if digits == 64 else [])]
    wanted = [(form, clear) for form in forms for clear in CLEAR]
    made = _node(old, encrypt=wanted)["encrypted"]
    assert [old.decrypt(value) for value in made] == [clear for _, clear in wanted]
    again = [old.encrypt(form, clear, b"0123456789abcdef") for form, clear in wanted]
    assert _node(old, decrypt=again)["decrypted"] == [clear for _, clear in wanted]
    # The script reads what Node made, and Node what the script makes of it.
    content: Content = {"keys": [], "mcpservers": [], "configs": []}
    for number, ((form, _), value) in enumerate(zip(wanted, made, strict=True)):
        if form is Format.V1:
            content["keys"].append({"_id": number, "value": value})
        elif form is Format.V2:
            content["mcpservers"].append({"_id": number, "config": {"apiKey": {"key": value}}})
        else:
            content["configs"].append({"_id": number, "overrides": {"ocr": {"apiKey": value}}})
    bench.server.fill(content)
    answer = bench.run("rotate", pairs={"old": old.as_task, "new": NEW.as_task})
    assert answer.get("stage") == "applied", answer
    after = bench.content()
    values = [each["value"] for each in after["keys"]]
    values += [each["config"]["apiKey"]["key"] for each in after["mcpservers"]]
    values += [each["overrides"]["ocr"]["apiKey"] for each in after["configs"]]
    assert _node(NEW, decrypt=values)["decrypted"] == [clear for _, clear in wanted]
    assert not set(values) & set(made)


@pytest.mark.parametrize("release", OF_EACH_KIND, ids=str)
def test_every_field_of_a_release_is_moved_and_nothing_else(
    server: MongoServer, tmp_path: Path, release: Release
) -> None:
    bench = Bench(server, tmp_path, release)
    before = database(release, 4 * len(FIELDS), OLD)
    digests = {"old": {"CREDS_KEY": "0a", "JWT_SECRET": "0b"}, "new": {"CREDS_KEY": "1a", "JWT_SECRET": "1b"}}
    record = {"_id": "primary", "fingerprints": {"CREDS_KEY": "0a", "CREDS_IV": "0c", "JWT_SECRET": "other"}}
    server.fill({**before, "librechatCredentialMetadata": [record]})
    looked = bench.run("look")
    assert looked["release"] == str(release)
    assert looked["digests"] == record["fingerprints"]
    assert {FIELDS[row["field"]] for row in looked["rows"] if row["old"]} == set(fields_of(release))
    assert bench.content() == {**before, "librechatCredentialMetadata": [record]}
    answer = bench.run("rotate", digests=digests)
    assert (answer["stage"], answer["written"]) == ("applied", 4 * len(FIELDS))
    after = bench.content()
    assert opened(after, NEW) == opened(before, OLD)
    assert _without_values(after) == _without_values(before)
    # LibreChat's own record changes with the values, but for what was not in it.
    expected = {"CREDS_KEY": "1a", "CREDS_IV": "0c", "JWT_SECRET": "other"}
    assert after["librechatCredentialMetadata"] == [{"_id": "primary", "fingerprints": expected}]
    assert bench.run("commit", digests=digests)["ok"]
    assert JOURNAL not in server.content()
    assert bench.content() == after
    clear = [*opened(before, OLD).values(), *opened(after, NEW).values()]
    secret = [OLD.key, OLD.iv, NEW.key, NEW.iv, *(text for text in clear if len(text) > 8)]
    assert not [text for text in secret if text in "".join(bench.answers)]


def _without_values(content: Content) -> Any:
    """Return all of a database but the encrypted values."""

    def rest(value: Any, path: tuple[str, ...]) -> Any:
        if path in encrypted:
            return "(encrypted)"
        if isinstance(value, dict):
            return {name: rest(each, (*path, name)) for name, each in value.items()}
        if isinstance(value, list):
            return [rest(each, (*path, str(number))) for number, each in enumerate(value)]
        return value

    keys = NEW if any(_opens(content, keys) for keys in [NEW]) else OLD
    encrypted = set(opened(content, keys))
    return {
        name: [rest(one, (name, str(one["_id"]))) for one in documents]
        for name, documents in content.items()
        if name != "librechatCredentialMetadata"
    }


def _opens(content: Content, keys: Keys) -> bool:
    try:
        opened(content, keys)
    except (ValueError, UnicodeDecodeError):
        return False
    return True


@pytest.mark.timeout(3600)  # ./test --long: some seventy runs with 5 000 values
@pytest.mark.parametrize("release", OF_EACH_KIND, ids=str)
def test_a_rotation_killed_at_any_command_is_finished_or_put_back(tmp_path: Path, release: Release) -> None:
    made = random.Random(str(release))
    before = database(release, VALUES, OLD)
    clear = opened(before, OLD)
    with mongodb() as server:
        bench = Bench(server, tmp_path, release)
        server.fill(before)
        instants = {}
        for op in ("rotate", "back"):
            bench.run(op)
            instants[op] = _instants(made, bench.events)
        assert server.content() == before
        kills = 0
        while kills < KILLS:
            goes_back = bool(kills // _TOGETHER % 2)
            for turn in range(_TOGETHER):
                op = "back" if goes_back and turn == _TOGETHER - 1 else "rotate"
                kills += _is_killed(bench, op, next(instants[op]))
            if goes_back:
                assert bench.run("back")["stage"] == ""
                assert server.content() == before
            else:
                assert bench.run("rotate").get("stage") == "applied"
                assert opened(bench.content(), NEW) == clear
                bench.run("commit")
                assert set(server.content()) == set(before)
                server.fill(before)
        # Nor is anything of so many touched where one is of an unknown kind.
        server.database().collections["agents"][0]["later"] = OLD.encrypt(Format.V2, "sk-of-a-later-release", b"v" * 16)
        stands = server.content()
        assert "cannot be re-encrypted" in bench.run("rotate")["refused"]
        assert server.content() == stands


def _instants(made: random.Random, events: list[str]) -> Iterator[int]:
    """Give instants of a run without end: any event, and any event of a phase, so that one which is short comes as often as the others."""
    phases = [list(phase) for _, phase in itertools.groupby(range(1, len(events) + 1), lambda at: events[at - 1])]
    while True:
        yield made.randrange(1, len(events) + 1)
        yield made.choice(made.choice(phases))


def _is_killed(bench: Bench, op: str, at: int) -> bool:
    try:
        bench.run(op, kill_at=at)
    except Killed:
        return True
    return False


def test_what_cannot_be_moved_is_listed_and_nothing_is_written(bench: Bench) -> None:
    good = database(NEWEST, 32, OLD)
    other = Keys.of(3)
    odd: dict[str, Document] = {
        "keys no encrypted text": {"value": "sk-in-clear"},
        "keys written by a later release": {"value": OLD.encrypt(Format.V3, "sk-later", b"v" * 16)},
        "pluginauths of other keys": {"value": other.encrypt(Format.V1, "sk-other-key", b"v" * 16)},
        "tokens of other keys": {"type": "mcp_oauth", "token": other.encrypt(Format.V2, "token", b"v" * 16)},
        "tokens of an unknown type": {"type": "later_oauth", "token": OLD.encrypt(Format.V2, "token", b"v" * 16)},
        "mcpservers no text": {"config": {"apiKey": {"key": 5}}},
        "users no base32": {"totpSecret": OLD.encrypt(Format.V3, "not base32!", b"v" * 16)},
        "configs a name with a dot": {"overrides": {"a.b": OLD.encrypt(Format.V3, "sk-dotted-name", b"v" * 16)}},
        "agents an unknown place": {"model_parameters": {"apiKey": OLD.encrypt(Format.V2, "sk-place", b"v" * 16)}},
        "laters an unknown collection": {"list": [{"secret": OLD.encrypt(Format.V1, "sk-laters", b"v" * 16)}]},
    }
    content = {**good}
    for number, (name, document) in enumerate(odd.items()):
        collection = name.split()[0]
        content[collection] = [*content.get(collection, []), {"_id": f"odd {number}", **document}]
    # Nothing of LibreChat's: a text that the keys do not open.
    content["laters"].append({"_id": ObjectId.new(), "text": other.encrypt(Format.V2, "somebody's", b"v" * 16)})
    bench.server.fill(content)
    answer = bench.run("rotate")
    assert answer["refused"] == "some values cannot be re-encrypted"
    assert sorted(each["id"] for each in answer["wrong"]) == [f"odd {number}" for number in range(len(odd))]
    assert bench.server.content() == content
    assert bench.run("look")["wrong"] == answer["wrong"]


def test_values_of_two_keys_are_refused(bench: Bench) -> None:
    content = database(NEWEST, 16, OLD)
    content["keys"].append({"_id": "mixed", "value": NEW.encrypt(Format.V1, "sk-mixed-up", b"v" * 16)})
    bench.server.fill(content)
    assert bench.run("rotate")["refused"] == "some values are already encrypted with the new keys"
    assert bench.server.content() == content


def test_a_wrong_vector_alone_is_told_from_wrong_keys(bench: Bench) -> None:
    bench.server.fill(database(NEWEST, 48, OLD))
    answer = bench.run("look", pairs={"old": {"key": OLD.key, "iv": NEW.iv}})
    bad = {form for row in answer["rows"] for form in row["forms"]}
    assert bad == {"V1"}


def test_short_texts_that_any_key_opens_are_not_encrypted_twice(bench: Bench) -> None:
    made = random.Random(5)
    texts = [OLD.encrypt(Format.V3, "ab"[: 1 + number % 2], made.randbytes(16)) for number in range(120)]
    before: Content = {"configs": [{"_id": n, "overrides": {"ocr": {"apiKey": text}}} for n, text in enumerate(texts)]}
    bench.server.fill(before)
    # Some sixty of them are written with the new keys when it is cut off.
    with pytest.raises(Killed):
        bench.run("rotate", kill_at=80)
    assert bench.run("rotate").get("stage") == "applied"
    assert opened(bench.content(), NEW) == opened(before, OLD)
    assert bench.run("back")["stage"] == ""
    assert bench.server.content() == before


@pytest.mark.parametrize("is_weak_alone", [True, False])
def test_the_way_back_leads_past_a_commit(bench: Bench, is_weak_alone: bool) -> None:
    before = database(NEWEST, 0 if is_weak_alone else 48, OLD)
    before["configs"] = [
        {"_id": number, "overrides": {"ocr": {"apiKey": OLD.encrypt(Format.V3, "ab", bytes([number] * 16))}}}
        for number in range(40)
    ]
    bench.server.fill(before)
    bench.run("rotate")
    assert bench.run("commit")["ok"]
    assert "refused" not in bench.run("commit")
    with pytest.raises(Killed):
        bench.run("back", moved=True, kill_at=60)
    assert bench.run("back", moved=True)["stage"] == ""
    assert opened(bench.content(), OLD) == opened(before, OLD)
    assert JOURNAL not in bench.server.content()


def test_what_libre_chat_still_writes_meanwhile_is_moved_too(bench: Bench) -> None:
    bench.server.fill(database(NEWEST, 32, OLD))
    late = OLD.encrypt(Format.V1, "sk-written-late", b"v" * 16)

    def writes(name: str, command: Document) -> None:
        keys = bench.server.database().collections["keys"]
        if name == "update" and command["update"] == "keys" and all(each["_id"] != "late" for each in keys):
            # One that is still to be moved is written anew, and there is one more.
            keys[-1]["value"] = late
            keys.append({"_id": "late", "value": late})

    answer = bench.run("rotate", on_step=writes)
    assert (answer["stage"], answer["late"]) == ("applied", 2)
    assert [NEW.decrypt(one["value"]) for one in bench.content()["keys"][-2:]] == ["sk-written-late"] * 2


def test_other_keys_do_not_touch_a_rotation_under_way(bench: Bench) -> None:
    bench.server.fill(database(NEWEST, 32, OLD))
    with pytest.raises(Killed):
        bench.run("rotate", kill_at=60)
    stands = bench.server.content()
    other = {"old": OLD.as_task, "new": Keys.of(3).as_task}
    for op in ("rotate", "back", "commit"):
        assert "different keys" in bench.run(op, pairs=other)["refused"]
        assert bench.server.content() == stands
    assert "finished" in bench.run("commit")["refused"] or bench.run("rotate")["stage"] == "applied"


def test_keys_that_libre_chat_does_not_get_are_refused(bench: Bench) -> None:
    content = database(NEWEST, 16, OLD)
    bench.server.fill(content)
    answer = bench.run("rotate", demands=NEW.as_task)
    assert answer["refused"] == "LibreChat runs with keys that differ from those in the files"
    assert bench.server.content() == content
