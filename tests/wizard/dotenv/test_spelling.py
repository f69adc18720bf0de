"""The quoting rule, judged by the real npm dotenv, a real Docker Compose and python-dotenv."""

from __future__ import annotations

import io
import json
import random
import re
import string
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.rounds import ROUNDS, examples
from wizard.dotenv.spelling import Reader, Spelling, Unspellable, spell

NpmDotenv = Callable[[Sequence[bytes]], list[dict[str, str]]]

PIECES = [
    *"ab0 '\"$#`\\\n\r\t{}é漢!=:,;\u2028\x85\xa0\ufeff𝄞\x01",
    "${",
    "${a}",
    "$a",
    "\\n",
    '\\"',
    "\\'",
    " #",
    "\\\\",
]
PRINTABLE = string.digits + string.ascii_letters + string.punctuation
READERS = {
    "all": frozenset(Reader),
    "api container": frozenset({Reader.NPM}),
    "deploy stack": frozenset({Reader.COMPOSE}),
    "interpolated": frozenset({Reader.NPM, Reader.COMPOSE}),
}


def hostile_values(count: int) -> list[str]:
    source = random.Random(20260131)  # the same values in every run
    pieced = ["".join(source.choices(PIECES, k=source.randint(1, 12))) for _ in range(count // 2)]
    return pieced + ["".join(source.choices(PRINTABLE, k=24)) for _ in range(count - len(pieced))]


def compose_reads(docker_compose: Path, folder: Path, data: bytes, count: int) -> tuple[dict[str, str], list[str]]:
    """Return what env_file and what interpolation give for K0, K1, ..."""
    (folder / ".env").write_bytes(data)
    labels = "".join(f'      - "l{number}=<${{K{number}}}>"\n' for number in range(count))
    (folder / "c.yml").write_text(f"services:\n  a:\n    image: x\n    env_file: [.env]\n    labels:\n{labels}")
    done = subprocess.run(
        [docker_compose, "-f", "c.yml", "config", "--format", "json"],
        cwd=folder,
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )
    assert done.returncode == 0, done.stderr.decode()[-500:]
    service = json.loads(done.stdout)["services"]["a"]
    environment = {name: value.replace("$$", "$") for name, value in service["environment"].items()}
    return environment, [service["labels"][f"l{number}"].replace("$$", "$")[1:-1] for number in range(count)]


@pytest.mark.parametrize("name", READERS)
def test_hostile_values_are_read_back_by_every_promised_reader(
    name: str, npm_dotenv: NpmDotenv, docker_compose: Path, tmp_path: Path
) -> None:
    values = hostile_values(ROUNDS.values)
    spellings = [(value, spell(value, readers=READERS[name])) for value in values]
    written = [(value, spelling) for value, spelling in spellings if isinstance(spelling, Spelling)]
    refused = [(value, spelling) for value, spelling in spellings if isinstance(spelling, Unspellable)]
    data = "".join(f"K{number}={spelling.text}\n" for number, (_, spelling) in enumerate(written)).encode()

    npm = npm_dotenv([data])[0]
    env_file, interpolated = compose_reads(docker_compose, tmp_path, data, len(written))
    python = dotenv_values(stream=io.StringIO(data.decode(), newline=""), interpolate=False)
    for number, (value, spelling) in enumerate(written):
        key = f"K{number}"
        if Reader.NPM not in spelling.misread_by:
            assert npm[key] == value
        if Reader.COMPOSE not in spelling.misread_by:
            assert env_file[key] == value
            assert interpolated[number] == value
        if Reader.PYTHON not in spelling.misread_by:
            assert python[key] == value
        assert not spelling.misread_by & READERS[name]
    # Nobody may lose a line or see one that is not there, whatever the neighbours hold.
    assert len(npm) == len(env_file) == len(python) == len(written)
    for value, unspellable in refused:
        assert unspellable.character in value
        assert repr(unspellable.character)[1:-1] in unspellable.reason


@pytest.mark.parametrize("name", ["api container", "deploy stack"])
def test_under_one_percent_of_random_passwords_is_refused(name: str) -> None:
    source = random.Random(7)
    passwords = ["".join(source.choices(PRINTABLE, k=24)) for _ in range(examples(4000))]
    refused = sum(isinstance(spell(password, readers=READERS[name]), Unspellable) for password in passwords)
    assert refused < len(passwords) / 100


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        ("plain-1.2:3/4@x", "plain-1.2:3/4@x"),
        ("pa#ss", "'pa#ss'"),
        ("pa$$ss", "'pa$$ss'"),
        ("${HOME}", "'${HOME}'"),
        (" blanks ", "' blanks '"),
        ('say "hi"', "'say \"hi\"'"),
        ("DOMAIN\\user", "'DOMAIN\\user'"),
        ("it's", '"it\'s"'),
        ("a'b\"c", "a'b\"c"),
        ("back\\", "back\\"),
        ("line1\nline2", "'line1\nline2'"),
    ],
)
def test_the_plainest_spelling_is_taken(value: str, text: str) -> None:
    assert spell(value) == Spelling(text=text)


@pytest.mark.parametrize(("value", "says"), [("a\0b", "NUL"), ("a\ud800b", r"U\+D800")])
def test_what_no_text_file_can_hold_is_refused(value: str, says: str) -> None:
    refused = spell(value)
    assert isinstance(refused, Unspellable)
    assert refused.character == value[1]
    assert re.search(says, refused.reason)


@pytest.mark.parametrize(
    ("value", "readers", "text", "misread_by"),
    [
        ("it's $HOME", {Reader.NPM}, '"it\'s $HOME"', {Reader.COMPOSE}),
        ("'\"#", {Reader.NPM}, "`'\"#`", {Reader.COMPOSE, Reader.PYTHON}),
        ("it's $HOME", {Reader.COMPOSE}, r"'it\'s $HOME'", {Reader.NPM}),
        ("'\\", {Reader.COMPOSE}, '"\\0047\\0134"', {Reader.NPM, Reader.PYTHON}),
    ],
)
def test_where_not_all_can_agree_the_ones_that_need_it_read_it(
    value: str, readers: set[Reader], text: str, misread_by: set[Reader]
) -> None:
    assert isinstance(spell(value), Unspellable)
    assert spell(value, readers=frozenset(readers)) == Spelling(text=text, misread_by=frozenset(misread_by))


def test_a_refusal_names_the_character_and_not_the_value() -> None:
    refused = spell("secret'word$HOME")
    assert isinstance(refused, Unspellable)
    assert refused.character == "'"
    assert "secret" not in refused.reason
    assert "word" not in refused.reason


def test_a_spelling_does_not_show_its_text() -> None:
    assert "hidden" not in repr(spell("hidden"))
