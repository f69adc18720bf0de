"""Node in LibreChat's container: one line of JSON back, questions answered one by one, nothing left behind, no secret in argv."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import until
from tests.wizard.apply.people_stack import PeopleStack, people_stack, user
from wizard.answers.model import Stack
from wizard.apply.node_script import NodeHost, NotReachedError, node_host

ASKS = """
const readline = require('readline')
const ask = question => new Promise(resolve => {
    const rl = readline.createInterface({input: process.stdin, output: process.stdout})
    rl.question('\\x1b[36m' + question + '\\n> \\x1b[0m', answer => { rl.close(); resolve(answer) })
})
const main = async () => {
    const first = await ask('First?'), second = await ask('Second?')
    console.log(JSON.stringify([first, second]))
    setInterval(() => {}, 1000)
    if (first !== 'silent') process.exit(7)
}
main()
"""


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PeopleStack]:
    with people_stack(tmp_path) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of scripts of the test's own."""
    # Each test has another one: what was imported once stays.
    package = tmp_path / f"scripts_{tmp_path.name}"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    return package


async def test_a_script_answers_with_one_object_and_its_data_are_in_no_argument(
    people: PeopleStack, scripts: Path
) -> None:
    people.fill(user("ann@example.com"))
    (scripts / "one.js").write_text(
        "work(async db => ({word: task.word, name: (await db.collection('users').findOne({})).email}))"
    )
    host = await node_host(people.deployment())
    found = await host.ask(scripts.name, "one.js", {"word": "hidden-word \u2028 \"'`${1}\\"})
    assert (found["word"], found["name"]) == ("hidden-word \u2028 \"'`${1}\\", "ann@example.com")
    calls = [entry for entry in people.log() if "run" in entry["words"]]
    assert len(calls) == 1
    assert calls[0]["words"][:5] == ["compose", "run", "--rm", "--no-deps", "-T"]
    assert calls[0]["words"][-3:] == ["api", "node", "-"]
    assert "hidden-word" not in json.dumps(people.log())
    assert host.typed("-") == "docker compose run --rm --no-deps -T api node -"


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("work(async () => { throw new Error('mongodb://u:hidden-pass@h') })", "LibreChat's database could not be read: Error."),
        ("process.exit(3)", "LibreChat's database could not be read: the script exited with status 3."),
        ("this is no script", "LibreChat's database could not be read: the script exited with status 1."),
    ],
)  # fmt: skip
async def test_a_script_that_fails_is_a_sentence_without_its_message(
    people: PeopleStack, scripts: Path, script: str, sentence: str
) -> None:
    (scripts / "bad.js").write_text(script)
    with pytest.raises(NotReachedError) as caught:
        await (await node_host(people.deployment())).ask(scripts.name, "bad.js", {})
    assert caught.value.sentence == sentence
    assert "hidden-pass" not in " ".join(caught.value.details)


async def test_a_database_that_does_not_answer_is_reported_by_name(people: PeopleStack, scripts: Path) -> None:
    people.container_environment(MONGO_URI="mongodb://someone:hidden-pass@127.0.0.1:1/LibreChat")
    (scripts / "one.js").write_text("work(async () => ({}))")
    with pytest.raises(NotReachedError, match=r"could not be read: MongooseServerSelectionError\.\Z"):
        # Little more than the driver takes to load: that is not the database's time.
        await (await node_host(people.deployment())).ask(scripts.name, "one.js", {"seconds": 0.6})


async def test_a_script_without_end_goes_with_its_container(people: PeopleStack, scripts: Path) -> None:
    (scripts / "endless.js").write_text("setInterval(() => {}, 1000)")
    with pytest.raises(NotReachedError, match="no response within 2 s"):
        await (await node_host(people.deployment())).ask(scripts.name, "endless.js", {}, seconds=2)
    assert [entry["words"][:2] for entry in people.log()][-1] == ["rm", "-f"]
    assert not list(people.state.glob("librechat-wizard-*"))


async def asked(words: str) -> str | None:
    """Answer the two questions of :data:`ASKS`."""
    return {"First?\n> ": "eins", "Second?\n> ": 'zwei " $x'}.get("\n".join(words.splitlines()[-2:]))


async def silent(_: str) -> None:
    """Answer nothing."""


async def test_questions_are_answered_one_by_one(people: PeopleStack) -> None:
    (people.image / "asks.js").write_text(ASKS)
    ended = await (await node_host(people.deployment())).talk(("/app/asks.js",), reply=asked)
    assert (ended.status, ended.replies) == (7, 2)
    assert json.dumps(["eins", 'zwei " $x'], separators=(",", ":")) in ended.output[-1]


async def test_a_question_that_nobody_answers_ends_the_container_and_not_only_docker(people: PeopleStack) -> None:
    (people.image / "asks.js").write_text(ASKS)
    host = await node_host(people.deployment())
    ended = await host.talk(("/app/asks.js",), reply=silent, idle=1.5)
    assert (ended.status, ended.output[-1]) == (None, "(ended: no progress within 1.5 s)")
    assert not list(people.state.glob("librechat-wizard-*"))


async def test_an_interrupted_talk_leaves_no_container(people: PeopleStack) -> None:
    (people.image / "asks.js").write_text(ASKS)
    host = await node_host(people.deployment())
    talk = asyncio.ensure_future(host.talk(("/app/asks.js",), reply=silent))
    await until(lambda: bool(list(people.state.glob("librechat-wizard-*"))), "no container")
    talk.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talk
    assert not list(people.state.glob("librechat-wizard-*"))


async def test_a_local_install_runs_node_in_its_repository(people: PeopleStack, scripts: Path) -> None:
    (scripts / "one.js").write_text("work(async () => ({here: process.cwd()}))")
    redactor = (await node_host(people.deployment())).redactor
    host = NodeHost(program=("/usr/bin/env", "node"), folder=people.image, redactor=redactor)
    with pytest.raises(NotReachedError, match="MONGO_URI is not set"):
        await host.ask(scripts.name, "one.js", {})
    assert host.typed("config/create-user.js", "a b@example.com") == "env node config/create-user.js 'a b@example.com'"


async def test_where_no_node_can_run_the_reason_is_reported(
    people: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = people.deployment()
    for stack, words in (
        (Stack.HELM, "kubectl is not in the PATH"),
        (Stack.LOCAL, "node is not in the PATH"),
        (Stack.COMPOSE, "Docker Compose"),
    ):
        monkeypatch.setenv("PATH", "/nonexistent")
        with pytest.raises(NotReachedError, match=words):
            await node_host(found._replace(stack=stack))
