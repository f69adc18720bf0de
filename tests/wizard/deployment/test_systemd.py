"""``EnvironmentFile=`` is read as systemd itself reads it: its own parser, in the library that systemd comes with, is the judge."""

from __future__ import annotations

import ctypes
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.rounds import ROUNDS
from wizard.deployment.systemd import environment_file, words

_LIBRARIES: Final = ("/usr/lib", "/lib")
_ALPHABET: Final = " \t'\"\\#;=$`ab\u00fc.\n"


def library() -> ctypes.CDLL | None:
    """Return systemd's own library; ``None`` where it is not there."""
    for place in _LIBRARIES:
        for path in sorted(Path(place).rglob("libsystemd-shared-*.so")):
            return ctypes.CDLL(str(path))
    return None


@pytest.fixture
def systemd(tmp_path: Path) -> Callable[[bytes], dict[str, str] | None]:
    """A function that lets systemd read a file; ``None`` where it refuses it."""
    found = library()
    if found is None:
        pytest.skip("systemd's library is not here; its documented rules are tested all the same")
    path = tmp_path / "env"

    def read(data: bytes) -> dict[str, str] | None:
        path.write_bytes(data)
        strings = ctypes.POINTER(ctypes.c_char_p)()
        if found.load_env_file(None, str(path).encode(), ctypes.byref(strings)) < 0:
            return None
        result: dict[str, str] = {}
        for entry in iter_strings(strings):
            name, _, value = entry.decode().partition("=")
            # The names are looked at later, when the process gets them (exec-invoke.c, strv_env_clean).
            if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
                result[name] = value
        return result

    return read


def iter_strings(strings: object) -> list[bytes]:
    """Return the texts of a ``char **`` that ends with a null."""
    found = []
    if strings:
        for number in range(100_000):
            entry = strings[number]  # type: ignore[index]
            if entry is None:
                break
            found.append(entry)
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=plain", "plain"),
        ("A=  blanks around  ", "blanks around"),
        ("A=p@ss#word", "p@ss#word"),
        ("A=value # no comment", "value # no comment"),
        ("A='single $x \\n'", "single $x \\n"),
        ('A="double \\" \\$ \\n"', 'double " $ \\n'),
        ("A='a' 'b'c", "abc"),
        ("A=a'b'", "a'b'"),
        ("A=one\\\ntwo", "onetwo"),
        ("A='two\nlines'", "two\nlines"),
        ("# A=1\n; A=2\nA=3", "3"),
        ("A=`x`", "`x`"),
        ("A=", ""),
        ("export A=1\nA=2", "2"),
    ],
)
def test_documented_forms_are_read(text: str, value: str) -> None:
    assert environment_file(text.encode())["A"] == value


def test_random_values_are_read_as_systemd_reads_them(systemd: Callable[[bytes], dict[str, str] | None]) -> None:
    chance = random.Random(16)
    number = ROUNDS.values
    for start in range(0, number, 50):
        texts = ["".join(chance.choices(_ALPHABET, k=chance.randrange(12))) for _ in range(50)]
        data = "".join(f"N{index}={text}\n" for index, text in enumerate(texts, start)).encode()
        expected = systemd(data)
        if expected is not None:
            assert environment_file(data) == expected, data


def test_words_of_a_line_are_parted() -> None:
    assert words("A=1 \"B=two words\" 'C=3'") == ["A=1", "B=two words", "C=3"]
