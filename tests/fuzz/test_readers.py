"""Readers of foreign text answer or raise their own error, whatever they are given.

What once made one fail is kept in ``found/READER-name`` and is tried first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import guided
from tests.fuzz.readers import READERS, SEEDS, feed

_FOUND: Final = Path(__file__).parent / "found"
_EXAMPLES: Final = {"fast": 20, "long": 1000}.get(os.environ.get("WIZARD_ROUNDS", "normal"), 150)
_LONG: Final = 1200
"""Seconds that each reader is tried for by ``./test --long``, with other examples every time."""
_TOKENS: Final = (
    *(
        b"'",
        b'"',
        b"`",
        b"\\",
        b"${",
        b"}",
        b"$",
        b"=",
        b":",
        b"\n",
        b"\r",
        b"\t",
        b"#",
        b" ",
        b"\0",
        b"\xff",
        b"\xe2\x80\xa8",
    ),
    *(
        b"[",
        b"]",
        b"{",
        b"&a ",
        b"*a",
        b"!x ",
        b"<<: ",
        b"- ",
        b"? ",
        b"|",
        b">",
        b"---\n",
        b"...",
        b"%YAML 1.1\n",
        b"null",
        b"~",
    ),
    *(
        b"NaN",
        b"1e999",
        b"-1",
        b"9" * 5000,
        b"0x",
        b"true",
        b"2001-01-01",
        b"\\ud800",
        b"\xef\xbb\xbf",
        b";",
        b"@",
        b"=?",
        b"?=",
    ),
)


@st.composite
def mutated(draw: st.DrawFn, reader: str) -> bytes:
    """Cut a sample of what the reader expects, and put something else in its place, several times."""
    data = draw(st.sampled_from(SEEDS[reader]))
    for _ in range(draw(st.integers(0, 6))):
        begin = draw(st.integers(0, len(data)))
        end = draw(st.integers(begin, min(len(data), begin + 12)))
        piece = draw(st.one_of(st.sampled_from(_TOKENS), st.binary(max_size=8)))
        data = data[:begin] + piece * draw(st.sampled_from((1, 1, 1, 3, 300))) + data[end:]
    return data


@pytest.mark.parametrize("path", sorted(_FOUND.glob("*-*")), ids=lambda path: path.name)
def test_what_was_found_once(path: Path) -> None:
    feed(next(reader for reader in READERS if path.name.startswith(f"{reader}-")), path.read_bytes())


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_answers_or_raises_its_own_error(reader: str, tmp_path: Path) -> None:
    is_long = os.environ.get("WIZARD_ROUNDS") == "long"

    @settings(max_examples=_EXAMPLES, deadline=None, derandomize=not is_long, database=None, suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.one_of(mutated(reader), st.binary(max_size=200)))
    def tried(data: bytes) -> None:
        feed(reader, data)

    begun = time.monotonic()
    tried()
    if is_long and guided.IS_THERE:
        done = guided_for(reader, _LONG, tmp_path)
        assert done.returncode == 0, done.stdout
    while is_long and time.monotonic() - begun < _LONG:
        tried()


@pytest.mark.skipif(not guided.IS_THERE, reason="atheris has wheels for Linux on x86_64 alone")
def test_guided_run_keeps_what_it_finds(tmp_path: Path) -> None:
    found = tmp_path / "found"
    found.mkdir()
    done = guided_for(guided.PLANTED, 60, tmp_path, str(found))
    assert done.returncode != 0, done.stdout
    assert [path.name.rpartition("-")[0] for path in found.iterdir()] == [f"{guided.PLANTED}-crash"]


def guided_for(reader: str, seconds: int, place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Let atheris try a reader, in a process of its own: it ends the process."""
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz.guided", reader, str(seconds), *words],
        env={**os.environ, "TMPDIR": str(place)},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
