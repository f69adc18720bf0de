"""Documents made of every trap that is known, beside the real npm dotenv, a real Docker Compose and python-dotenv."""

from __future__ import annotations

import io
import json
import random
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.rounds import documents, examples
from wizard.basics.problem import InvalidInput
from wizard.dotenv.compose import read
from wizard.dotenv.document import Document
from wizard.dotenv.spelling import Reader, Spelling, Unspellable, spell

NpmDotenv = Callable[[Sequence[bytes]], list[dict[str, str]]]

HEADING = "Set by a test"
PIECES = [
    *"AB.-_=:#'\"`\\\n\r\t \u2028\u2029\ufeff\xa0\x85\0$é{}[]+",
    *(
        "export ",
        "=",
        "=",
        "\n",
        "\n",
        "A=",
        "B=",
        "\\n",
        '\\"',
        " # ",
        "a",
        "\r\n",
        ": ",
        "${",
        "${A",
        "}",
        "$A",
        "$$",
    ),
    *(":-", "-", ":?", "?", ":+", "+", "\\$", "\\0", "\\0101", "\\x41", "\x0c"),
]
NAMES = ["A", "B", "C", "D.x", "E-y", "F_1"]
VALUES = [
    *("", "v", "a b", "'q # u'", '"d\\n x"', "'a\nb'", '"x\n\ny"', '"it\'s"', "it's", 'a"b', "é", "'$x'", "x=y", "' '"),
    *(
        "a\\",
        "C:\\x",
        "`b`",
        "a#b",
        '"ab"c',
        "'a\\'",
        '"a\\"',
        "'it\\'s'",
        '"open',
        "'open",
        "`open",
        "a\u2028B=2",
        "$A",
        "\"x\n'y'\nz\"",
    ),
]
WELL_FORMED = VALUES[:16]
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/h"}
ComposeReads = Callable[[Sequence[str]], dict[int, dict[str, str]]]


@pytest.fixture
def compose_reads(docker_compose: Path, tmp_path: Path) -> ComposeReads:
    """A function that lets Docker Compose read many files in few processes; the files that it refuses are left out."""

    def run(texts: Mapping[int, str]) -> dict[int, dict[str, str]] | None:
        services = "".join(f"  s{number}:\n    image: x\n    env_file: [e{number}]\n" for number in texts)
        (tmp_path / "c.yml").write_text(f"services:\n{services}")
        for number, text in texts.items():
            (tmp_path / f"e{number}").write_bytes(text.encode())
        command = [str(docker_compose), "-f", "c.yml", "config", "--format", "json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, env=ENVIRONMENT)
        if done.returncode != 0:
            return None
        found = json.loads(done.stdout)["services"]
        return {
            number: {
                name: (value or "").replace("$$", "$")
                for name, value in (found[f"s{number}"].get("environment") or {}).items()
            }
            for number in texts
        }

    def halved(texts: dict[int, str]) -> dict[int, dict[str, str]]:
        found = run(texts)
        if found is not None or len(texts) == 1:
            return found or {}
        numbers = list(texts)
        halves = numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]
        return {key: value for half in halves for key, value in halved({n: texts[n] for n in half}).items()}

    return lambda texts: halved(dict(enumerate(texts)))


def pieced_texts(source: random.Random, count: int) -> list[str]:
    return ["".join(source.choices(PIECES, k=source.randint(1, source.choice([8, 20, 50])))) for _ in range(count)]


def lined_text(source: random.Random, values: Sequence[str], ends: Sequence[str]) -> str:
    lines = []
    for _ in range(source.randint(0, 7)):
        if source.random() < 0.15:
            lines.append(source.choice(["", "   ", "# a comment", "# it's", "#A=1", '# A="x', f"# {HEADING}"]))
            continue
        begin = source.choice(["", "", "export ", "  ", "\t", "export  "]) + source.choice(NAMES)
        separator = source.choice(["=", "=", "=", " = ", ": ", "=\t"])
        end = source.choice(["", "", "", " # c", " #", "\t# it's", "  ", ' # "q"'])
        lines.append(begin + separator + source.choice(values) + end)
    line_end = source.choice(ends)
    text = "\n".join(lines).replace("\n", line_end) + source.choice([line_end, ""])
    return source.choice(["\ufeff", *[""] * 9]) + text


def test_any_text_is_cut_as_npm_dotenv_cuts_it(npm_dotenv: NpmDotenv) -> None:
    source = random.Random(16_4_7)
    texts = pieced_texts(source, documents(4000))
    texts += [lined_text(source, VALUES, ["\n", "\r\n", "\r"]) for _ in range(documents(2000))]
    for text, judged in zip(texts, npm_dotenv([text.encode() for text in texts]), strict=True):
        document = Document.parse(text.encode())
        assert document.values() == judged, repr(text)
        assert {entry.name: entry.value for entry in document.entries} == judged, repr(text)
        assert document.to_bytes() == text.encode()


def test_any_text_is_read_as_docker_compose_reads_it(compose_reads: ComposeReads) -> None:
    source = random.Random(2_40)
    texts = pieced_texts(source, documents(300))
    texts += [lined_text(source, VALUES, ["\n", "\r\n"]) for _ in range(documents(300))]
    readings = [read(text.removeprefix("\ufeff"), ENVIRONMENT) for text in texts]
    accepted = [number for number, reading in enumerate(readings) if not reading.refusals]
    assert len(accepted) >= documents(100)
    judged = compose_reads([texts[number] for number in accepted])
    for position, number in enumerate(accepted):
        assert judged.get(position) == readings[number].values(), repr(texts[number])
    refused = [number for number, reading in enumerate(readings) if reading.refusals][: documents(40)]
    for number in refused:
        assert not compose_reads([texts[number]]), repr(texts[number])


@dataclass(frozen=True, slots=True)
class Edit:
    """A document, what was asked for (``None``: to be taken out), and what came out."""

    before: str
    asked: dict[str, str | None]
    after: str


def edits(source: random.Random, values: Sequence[str], count: int) -> tuple[list[Edit], int]:
    """Return edits of random documents and how many were refused."""
    done, refused = [], 0
    for _ in range(count):
        text = lined_text(source, values, ["\n", "\r\n"])
        asked: dict[str, str | None] = {}
        spelled: dict[str, str | None] = {}
        for name in source.sample([*NAMES, "NEW_1", "NEW_2"], source.choice([1, 1, 2, 3])):
            value = source.choice(["new", "", "a b#c", "it's", "a\"b'c", "l1\nl2", "$x", "${x}", "x\\", "é", None])
            spelling = spell(value) if value is not None else None
            assert not isinstance(spelling, Unspellable)
            asked[name], spelled[name] = value, spelling.text if spelling else None
        try:
            result = Document.parse(text.encode()).edit(spelled, heading=HEADING)
        except InvalidInput:
            refused += 1
            continue
        done.append(Edit(text, asked, result.to_bytes().decode()))
    return done, refused


def expected(before: Mapping[str, str], asked: Mapping[str, str | None]) -> dict[str, str]:
    kept = {name: value for name, value in before.items() if name not in asked}
    return kept | {name: value for name, value in asked.items() if value is not None}


def python_reads(text: str) -> dict[str, str | None]:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return dict(dotenv_values(stream=io.StringIO(lines, newline=""), interpolate=False))


def test_an_edit_of_a_well_formed_file_is_read_rightly_by_all(
    npm_dotenv: NpmDotenv, compose_reads: ComposeReads
) -> None:
    done, refused = edits(random.Random(1), WELL_FORMED, documents(300))
    assert refused == 0
    before = npm_dotenv([edit.before.encode() for edit in done])
    after = npm_dotenv([edit.after.encode() for edit in done])
    compose_before = compose_reads([edit.before for edit in done])
    compose_after = compose_reads([edit.after for edit in done])
    for number, edit in enumerate(done):
        assert after[number] == expected(before[number], edit.asked), edit
        assert compose_after[number] == expected(compose_before[number], edit.asked), edit
        found, old = python_reads(edit.after), python_reads(edit.before)
        for name in {*found, *old}:
            assert found.get(name) == (edit.asked[name] if name in edit.asked else old.get(name)), edit


def test_an_edit_of_any_file_disturbs_nobody_or_is_refused(npm_dotenv: NpmDotenv, compose_reads: ComposeReads) -> None:
    done, refused = edits(random.Random(2), VALUES, documents(400))
    assert refused < documents(40)
    before = npm_dotenv([edit.before.encode() for edit in done])
    after = npm_dotenv([edit.after.encode() for edit in done])
    for number, edit in enumerate(done):
        assert after[number] == expected(before[number], edit.asked), edit
    readable = [edit for edit in done if not read(edit.after.removeprefix("\ufeff")).refusals]
    compose = compose_reads([edit.after for edit in readable])
    for number, edit in enumerate(readable):
        for name, value in edit.asked.items():
            assert compose[number].get(name) == value, edit
    # What Docker Compose accepted before, it accepts after.
    assert all(edit in readable for edit in done if not read(edit.before.removeprefix("\ufeff")).refusals)


@given(st.text(max_size=80), st.sampled_from([frozenset(Reader), *(frozenset({reader}) for reader in Reader)]))
@settings(max_examples=examples(300))
@example("'\"`\\#$\n\r", frozenset(Reader))
@example("'\\", frozenset({Reader.NPM}))
@example("a'\"\x1f", frozenset(Reader))
def test_each_text_is_spelled_or_the_character_is_named(value: str, readers: frozenset[Reader]) -> None:
    spelling = spell(value, readers=readers)
    if isinstance(spelling, Unspellable):
        assert spelling.character in value
        return
    assert isinstance(spelling, Spelling)
    assert not spelling.misread_by & readers
    text = f"A=1\nK={spelling.text}\nB=it's\n"
    if Reader.NPM not in spelling.misread_by:
        assert Document.parse(text.encode()).values() == {"A": "1", "K": value, "B": "it's"}
    if Reader.COMPOSE not in spelling.misread_by:
        assert Document.parse(text.encode()).compose_values() == {"A": "1", "K": value, "B": "it's"}
    if Reader.PYTHON not in spelling.misread_by:
        found = dotenv_values(stream=io.StringIO(text, newline=""), interpolate=False)
        assert found == {"A": "1", "K": value, "B": "it's"}


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_docker_compose_alone_can_be_told_every_text(value: str) -> None:
    assert isinstance(spell(value, readers=frozenset({Reader.COMPOSE})), Spelling)
