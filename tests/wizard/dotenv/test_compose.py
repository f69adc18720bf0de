"""Docker Compose's reading of .env, beside a real Docker Compose."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
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


ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/h"}


def judged(docker_compose: Path, folder: Path, lines: Sequence[str]) -> list[dict[str, str]] | None:
    """Let one Docker Compose read each line as a file of its own; ``None`` when it refuses one of them."""
    services = "".join(f"  s{number}:\n    image: x\n    env_file: [e{number}]\n" for number in range(len(lines)))
    (folder / "c.yml").write_text(f"services:\n{services}")
    for number, line in enumerate(lines):
        (folder / f"e{number}").write_text(f"{line}\n", encoding="utf-8")
    done = subprocess.run(
        [docker_compose, "-f", "c.yml", "config", "--format", "json"],
        cwd=folder,
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
    )
    if done.returncode != 0:
        return None
    found = json.loads(done.stdout)["services"]
    environments = [found[f"s{number}"].get("environment") or {} for number in range(len(lines))]
    return [{name: (value or "").replace("$$", "$") for name, value in each.items()} for each in environments]


@pytest.fixture(scope="module")
def readings(docker_compose: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, str]]:
    """What a real Docker Compose reads, in one process, from those lines that we say it accepts."""
    folder = tmp_path_factory.mktemp("accepted")
    lines = [line for line in LINES if read(f"{line}\n", ENVIRONMENT).refused is None]
    together = judged(docker_compose, folder, lines)
    if together is not None:
        return dict(zip(lines, together, strict=True))
    alone = {line: judged(docker_compose, folder, [line]) for line in lines}
    return {line: found[0] for line, found in alone.items() if found is not None}


@pytest.mark.parametrize("line", LINES)
def test_each_line_is_read_as_compose_reads_it(
    docker_compose: Path, readings: Mapping[str, dict[str, str]], tmp_path: Path, line: str
) -> None:
    reading = read(f"{line}\n", ENVIRONMENT)
    if reading.refused is not None:
        assert judged(docker_compose, tmp_path, [line]) is None
    else:
        assert {name: value for name, value in reading.values().items() if name} == readings.get(line)


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
