"""After a run with an answer, LibreChat gets the answer; or nothing is written and the line that wins is named."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.rounds import examples
from wizard.answers.model import Answers, Given, Source
from wizard.basics.problem import InvalidInput
from wizard.dotenv.document import Document
from wizard.plan.proposal import Proposal, propose

NAME, ANSWER = "LOGIN_MAX", "77"
COMPOSE = "docker-compose.yml"
SECRETS = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "MEILI_MASTER_KEY")


class Ways(NamedTuple):
    """How a folder tells LibreChat what the answer is about."""

    mounted: str
    """How /app/.env is filled: ``bind`` (.env), ``content`` (``configs`` of the compose file), or nothing."""
    in_dotenv: bool
    env_files: tuple[str, ...]
    """Environment files with a line of it, in the order of ``env_file``."""
    environment: str
    """``map``, ``list``, ``map ${}``, ``list ${}`` or nothing."""
    image: bool
    """A Dockerfile of the folder has ``ENV``."""
    over: str
    """A compose file beside base and override says something: listed ``last``, ``first``, or not at all; ``unlisted``: it says nothing,
    and COMPOSE_FILE leaves the override out."""


WAYS = st.builds(
    Ways,
    mounted=st.sampled_from(("", "bind", "content")),
    in_dotenv=st.booleans(),
    env_files=st.permutations(("one.env", "two.env", ".env")).flatmap(
        lambda names: st.integers(0, 3).map(lambda count: tuple(names[:count]))
    ),
    environment=st.sampled_from(("", "map", "list", "map ${}", "list ${}")),
    image=st.booleans(),
    over=st.sampled_from(("", "", "first", "last", "unlisted")),
)


def make(folder: Path, ways: Ways) -> None:
    """Write the folder."""
    lines = [f"{name}={str(number) * 64}" for number, name in enumerate(SECRETS, 1)]
    files = {".env": [*lines, "PORT=3080", *([f"{NAME}=1"] if ways.in_dotenv else [])]}
    files |= {name: [*lines, f"{NAME}={len(name)}"] for name in ways.env_files if name != ".env"}
    service: dict[str, object] = {"image": "ghcr.io/danny-avila/librechat:v0.8.7", "env_file": list(ways.env_files)}
    configs: dict[str, object] = {}
    if ways.mounted == "bind":
        service["volumes"] = ["./.env:/app/.env"]
    elif ways.mounted == "content":
        service["configs"] = [{"source": "dotenv", "target": "/app/.env"}]
        configs["dotenv"] = {"content": "\n".join([*lines, f"{NAME}=8"])}
    if ways.environment:
        value = f"${{{NAME}:-3}}" if "${}" in ways.environment else "4"
        service["environment"] = {NAME: value} if ways.environment.startswith("map") else [f"{NAME}={value}"]
    if ways.image:
        service["build"] = "."
        (folder / "Dockerfile").write_text(f"FROM ghcr.io/danny-avila/librechat:v0.8.7\nENV {NAME}=5\n")
    (folder / "docker-compose.yml").write_text(json.dumps({"services": {"api": service}, "configs": configs}))
    if ways.over:
        says = f"    environment:\n      {NAME}: '6'\n" if ways.over != "unlisted" else "    restart: always\n"
        (folder / "more.yml").write_text(f"services:\n  api:\n{says}")
        own = ["docker-compose.yml", "docker-compose.override.yml"]
        listed = {"first": [own[0], "more.yml", own[1]], "last": [*own, "more.yml"], "unlisted": [own[0], "more.yml"]}
        (folder / own[1]).write_text("services:\n  api:\n    restart: always\n")
        files[".env"].append(f"COMPOSE_FILE={':'.join(listed[ways.over])}")
    for name, text in files.items():
        (folder / name).write_text("\n".join(text) + "\n")
        (folder / name).chmod(0o600)


def write(folder: Path, proposal: Proposal) -> None:
    """Write what is planned."""
    for edit in proposal.plan.edits:
        (folder / edit.path).parent.mkdir(exist_ok=True)
        (folder / edit.path).write_bytes(edit.after)


def read_by_librechat(folder: Path, ways: Ways, docker_compose: Path) -> str | None:
    """Return what LibreChat gets: what a real Docker Compose hands over, then ``ENV``, then /app/.env."""
    done = subprocess.run(
        [docker_compose, "config", "--format", "json"], cwd=folder, capture_output=True, text=True, check=True
    )
    handed = json.loads(done.stdout)["services"]["api"].get("environment") or {}
    if handed.get(NAME) is not None:
        return str(handed[NAME])
    if ways.image:
        return "5"
    if ways.mounted == "content":
        return "8"
    return Document.parse((folder / ".env").read_bytes()).values().get(NAME) if ways.mounted else None


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(ways=WAYS)
def test_an_answer_counts_or_the_line_that_wins_is_named(ways: Ways, docker_compose: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, ways)
        answers = Answers(settings={NAME: Given(ANSWER, Source.FILE)})
        try:
            proposal = propose(folder, answers)
        except InvalidInput as refused:
            # Only where a file wins that the wizard does not write, or where nothing would read what it writes.
            places = [(problem.file, problem.line) for problem in refused.problems]
            assert ways.over in ("last", "unlisted")
            if ways.over == "last":
                assert places == [("more.yml", 4)]
                assert read_by_librechat(folder, ways, docker_compose) == "6"
            elif read_by_librechat(folder, ways, docker_compose) is not None:
                assert [file for file, _ in places] == [
                    "Dockerfile" if not ways.environment and ways.image else COMPOSE
                ]
            return
        assert ways.over != "last"
        write(folder, proposal)
        assert read_by_librechat(folder, ways, docker_compose) == ANSWER
        # The same answers once more change nothing.
        again = propose(folder, answers)
        assert [edit.path for edit in again.plan.edits if edit.after != edit.before] == []
        kept = [path.read_text() for path in folder.glob("*.env") if any(name in path.read_text() for name in SECRETS)]
        assert all(f"{name}={str(number) * 64}" in text for text in kept for number, name in enumerate(SECRETS, 1))


def test_an_answer_wins_over_a_file_that_a_compose_file_holds(docker_compose: Path, tmp_path: Path) -> None:
    ways = Ways(mounted="content", in_dotenv=False, env_files=(), environment="", image=False, over="")
    make(tmp_path, ways)
    proposal = propose(tmp_path, Answers(settings={NAME: Given(ANSWER, Source.FILE)}))
    changed = [edit.path for edit in proposal.plan.edits if NAME in edit.after.decode() and edit.after != edit.before]
    assert changed == ["docker-compose.override.yml"]
    counted = proposal.deployment.effective
    assert counted is not None
    assert [str(other.origin) for other in counted.values[NAME].shadowed] == [f"{COMPOSE}:1"]
    write(tmp_path, proposal)
    assert read_by_librechat(tmp_path, ways, docker_compose) == ANSWER
