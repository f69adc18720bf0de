"""Docker Compose's reading of .env, beside a real Docker Compose."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from wizard.dotenv.compose import interpolate, read

LINES = [
    "K=a#b", "K=a #b", "K= # note", "K=a$b", 'K="a$b"', "K='a$b'", "K=${b}", "K='${b}'", "K=a$$b", 'K="a\\\\b"',
    'K="C:\\new\\tmp"', "K='a\\\\b'", "K='it\\'s'", 'K="say \\"x\\""', "K=`a b`", "K: a", "K :a", "export K=1", "export  K = 1",
    "K=${X:-d}", "K=${X-d}", "K=${X:+d}", "K=${HOME_X:-${Y:-z}} t", "A=1\nK=${A:+yes}${A}", 'K="\\$A"', 'K="\\101"', 'K="\\0101"',
    "K=\ta\t", "K=a\xa0", "K='a\nb'\nZ=1", "K=1\nK=2", "[K]=1", "é=1\nK=2", 'K="ab"c', "K=", "K", "K=a=b", "K='a' # c",
    'K="${A:-\\"q\\"}"', "K=$A$", "A=' x'\nK=a$A", "K=$1", "K=${A:-}", "K=a\\$b", "K=${A:?}", "K=${", "K=${1}", "K='a\r\nb'", "K=${A-${X:?}}", "A=1\nK=${A-${X:?}}", "K=${A:-${A:-}x}}", "K=$\u212a", "K=${E+${}}", "K+=1", "MY KEY=1", "'K'=1", 'K="a', "K='a\\'",
]  # fmt: skip


def judged(docker_compose: Path, folder: Path, line: str) -> dict[str, str] | None:
    (folder / ".env").write_text(f"{line}\n", encoding="utf-8")
    (folder / "c.yml").write_text("services:\n  a:\n    image: x\n    env_file: [.env]\n")
    done = subprocess.run(
        [docker_compose, "-f", "c.yml", "config", "--format", "json"],
        cwd=folder,
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": "/h"},
    )
    if done.returncode != 0:
        return None
    environment = json.loads(done.stdout)["services"]["a"].get("environment") or {}
    return {name: (value or "").replace("$$", "$") for name, value in environment.items()}


@pytest.mark.parametrize("line", LINES)
def test_each_line_is_read_as_compose_reads_it(docker_compose: Path, tmp_path: Path, line: str) -> None:
    reading = read(f"{line}\n", {"PATH": "/usr/bin:/bin", "HOME": "/h"})
    expected = judged(docker_compose, tmp_path, line)
    assert (reading.refused is not None) is (expected is None)
    if expected is not None:
        assert {name: value for name, value in reading.values().items() if name} == expected


def test_a_refusal_names_its_line() -> None:
    reading = read("A=1\n\nB='x\ny'\nMY KEY=1\n")
    assert reading.refused is not None
    assert reading.refused.line == 5
    assert reading.values() == {"A": "1", "B": "x\ny"}


@pytest.mark.parametrize("times", [60, 400])
def test_many_variables_on_one_line_are_no_fault(times: int) -> None:
    assert read("K=" + "${X:-a}" * times).values() == {"K": "a" * times}


def test_the_environment_wins_and_gives_bare_words_their_value() -> None:
    reading = read("A=1\nK=$A\nHOME\n", {"A": "outer", "HOME": "/h"})
    assert reading.values() == {"A": "1", "K": "outer", "HOME": "/h"}


def test_interpolation_of_other_texts() -> None:
    assert interpolate("http://x:${PORT:-3080}/$A", {"PORT": "", "A": "b"}) == "http://x:3080/b"
    assert interpolate("$${A}", {"A": "b"}) == "${A}"
