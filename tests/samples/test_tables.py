"""A table gives back the lines of every release."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.samples.extract import compose_lines, setting_lines
from tests.samples.tables import read_table, table

FILES = st.lists(st.lists(st.sampled_from(["A=1", "# A=1", "B=", "", "  - x"]), min_size=1), min_size=1, max_size=4)


@given(FILES)
def test_a_table_gives_back_each_file(files: list[list[str]]) -> None:
    columns = {f"v1.{number}.0": lines for number, lines in enumerate(files)}
    assert read_table(table("A heading", columns)) == columns


def test_what_is_taken_from_env_example() -> None:
    text = "# Words: a = b\nA=1 # why\n#B=x y z\n# C= # why\nD='#1'\nA=2\n# E=a,b\n"
    assert list(setting_lines(text)) == [
        "A=1 # a note",
        "#B=something",
        "# C= # a note",
        "D='#1'",
        "A=2",
        "# E=a,b",
        "",
    ]


def test_a_missing_line_end_stays_missing() -> None:
    assert list(compose_lines("services: {a: {image: x}}")) == ["services:", "  a:", "    image: x"]
    assert list(compose_lines("services: {a: {image: x}} # why\n"))[-1] == ""
