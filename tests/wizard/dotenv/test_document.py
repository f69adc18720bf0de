""".env documents: nothing lost, one line a name, and every trap of the three readers named."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.patience import assert_linear
from tests.rounds import ROUNDS, examples
from wizard.basics.problem import InvalidInput
from wizard.dotenv.document import Document

NpmDotenv = Callable[[Sequence[bytes]], list[dict[str, str]]]
HEADING = "Set by a test"

LINES = st.lists(
    st.one_of(
        st.builds(
            "{}{}{}{}".format,
            st.sampled_from(["", "export ", "  ", "# ", "#"]),
            st.sampled_from(["A", "B", "C_1", "D.x", "E-y"]),
            st.sampled_from(["=", " = ", ": ", "=\t"]),
            st.sampled_from(["", "v", "'q # u'", '"d\\n$x"', "`b`", "a#b", "x # c", "'a\nb'", "$y", "é", "a b"]),
        ),
        st.sampled_from(["", "   ", "# a comment", "#A=1"]),
    ),
    max_size=12,
)
ENDS = st.sampled_from(["\n", "\r\n"])


@given(st.binary(max_size=200))
@settings(max_examples=examples(300))
def test_parse_and_write_is_the_identity(data: bytes) -> None:
    try:
        document = Document.parse(data)
    except InvalidInput:
        with pytest.raises(UnicodeDecodeError):
            data.decode()
        return
    assert document.to_bytes() == data
    assert document.edit({}, heading=HEADING).to_bytes() == data


@given(LINES, ENDS, st.booleans())
@settings(max_examples=examples(300))
def test_an_edit_changes_its_line_and_no_other(lines: list[str], end: str, has_final_end: bool) -> None:
    text = end.join(lines) + (end if has_final_end else "")
    document = Document.parse(text.encode())
    before = document.values()
    for name in before:
        edited = document.edit({name: "'new value'"}, heading=HEADING)
        after = edited.values()
        assert after == {**before, name: "new value"}
        old_lines, new_lines = text.splitlines(keepends=True), edited.to_bytes().decode().splitlines(keepends=True)
        same_start = next((n for n, (a, b) in enumerate(zip(old_lines, new_lines, strict=False)) if a != b), 0)
        reverse = zip(reversed(old_lines), reversed(new_lines), strict=False)
        same_end = next((n for n, (a, b) in enumerate(reverse) if a != b), 0)
        entry = [entry for entry in document.entries if entry.name == name][-1]
        assert same_start <= entry.line - 1 or old_lines == new_lines
        assert len(old_lines) - same_end <= entry.end_line or old_lines == new_lines


@given(LINES, ENDS, st.booleans())
@settings(max_examples=examples(200))
def test_new_names_go_to_the_end(lines: list[str], end: str, has_final_end: bool) -> None:
    text = end.join(lines) + (end if has_final_end else "")
    document = Document.parse(text.encode())
    first = document.edit({"NEW_1": "1", "NEW_2": "2"}, heading=HEADING)
    assert first.to_bytes().decode().startswith(text)
    assert first.values() == {**document.values(), "NEW_1": "1", "NEW_2": "2"}
    second = first.edit({"NEW_3": "3"}, heading=HEADING)
    assert second.to_bytes().decode().count(f"# {HEADING}") == 1
    assert second.values() == {**first.values(), "NEW_3": "3"}


@given(LINES)
@settings(max_examples=examples(200))
def test_taking_a_name_out_leaves_the_others(lines: list[str]) -> None:
    document = Document.parse("\n".join(lines).encode())
    for name in document.values():
        expected = {other: value for other, value in document.values().items() if other != name}
        assert document.edit({name: None}, heading=HEADING).values() == expected


def test_samples_are_read_like_npm_reads_them(samples: Path, npm_dotenv: NpmDotenv) -> None:
    files = [path.read_bytes() for path in sorted(samples.glob("v*/.env.example"))]
    assert len(files) >= 9
    for data, judged in zip(files, npm_dotenv(files), strict=True):
        document = Document.parse(data)
        assert document.values() == judged
        assert {entry.name: entry.value for entry in document.entries} == judged
        assert document.to_bytes() == data


def test_changing_k_names_of_a_sample_changes_k_lines(samples: Path) -> None:
    for path in sorted(samples.glob("v*/.env.example")):
        data = path.read_bytes()
        names = list(Document.parse(data).values())[::7]
        edited = Document.parse(data).edit(dict.fromkeys(names, "'changed # $value'"), heading=HEADING).to_bytes()
        pairs = list(zip(data.split(b"\n"), edited.split(b"\n"), strict=True))
        assert sum(old != new for old, new in pairs) == len(names)


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ("A=1\r\nB=2\r\n", {"A": "9"}, "A=9\r\nB=2\r\n"),
        ("\ufeffA=1\n", {"A": "9"}, "\ufeffA=9\n"),
        ("A=1", {"A": "9"}, "A=9"),
        ("A=1", {"N": "9"}, f"A=1\n\n# {HEADING}\nN=9"),
        ("A=1\r\n", {"N": "9"}, f"A=1\r\n\r\n# {HEADING}\r\nN=9\r\n"),
        ("export A=1 # why\n", {"A": "9"}, "export A=9 # why\n"),
        ("A=1 # why\n", {"A": "'a#b'"}, "A='a#b' # why\n"),
        ("A=1 # why\n", {"A": ""}, "# why\nA=\n"),
        ("# A=1\n", {"A": "9"}, f"# A=1\n\n# {HEADING}\nA=9\n"),
        ("A=1\nA=2\n", {"A": "9"}, "A=1\nA=9\n"),
        ("A='x\ny'\nB=1\n", {"A": "9"}, "A=9\nB=1\n"),
        ("A: 1\n", {"A": "9"}, "A=9\n"),
        ("A=1\nB=2\nC=3\n", {"B": None}, "A=1\nC=3\n"),
        ("A=1\nB=2", {"B": None}, "A=1\n"),
        ("A=1\nA=2\n", {"A": None}, ""),
        ("", {"N": "1"}, f"# {HEADING}\nN=1\n"),
        ("  A = 1  \n", {"A": "9"}, "  A = 9  \n"),
        ("A=1\t# why\n", {"A": "9"}, "A=9 # why\n"),
        ("A=1\t# why\n", {"A": "'a b'"}, "A='a b'\t# why\n"),
        ("A=\n# not A's\nB=1\n", {"A": "9"}, "A=9\n# not A's\nB=1\n"),
        ("A= # sample\n", {"A": "9"}, "A=9 # sample\n"),
        ("A='1'\u2028B=2\n", {"B": "9"}, "A='1'\u2028B=9\n"),
        ("A='x\r\ny' # c\r\nB=1\r\n", {"A": "9"}, "A=9 # c\r\nB=1\r\n"),
        ("\ufeffA=1\n", {"A": None}, "\ufeff"),
        ('A="open\nB=1\n', {"A": "'x'"}, "A='x'\nB=1\n"),
        (f"# {HEADING}\nA='x\n\ny'\n\nB=1\n", {"N": "9"}, f"# {HEADING}\nA='x\n\ny'\nN=9\n\nB=1\n"),
        (f"A='x\n# {HEADING}\n'\n", {"N": "9"}, f"A='x\n# {HEADING}\n'\n\n# {HEADING}\nN=9\n"),
        (f"B=1\n# {HEADING}\nA=1", {"N": "9"}, f"B=1\n# {HEADING}\nA=1\nN=9"),
    ],
)
def test_edits_keep_the_shape_of_the_file(text: str, changes: dict[str, str | None], expected: str) -> None:
    assert Document.parse(text.encode()).edit(changes, heading=HEADING).to_bytes().decode() == expected


def test_a_line_that_would_swallow_the_new_one_is_a_refusal() -> None:
    document = Document.parse(b'A="open\nB=1\n')
    with pytest.raises(InvalidInput, match=r"\.env:1") as caught:
        document.edit({"N": 'x"'}, heading=HEADING)
    assert "quotation mark" in str(caught.value)


def test_an_edit_may_mend_a_line_that_hid_another() -> None:
    document = Document.parse(b'B=2\nA="x"B=1\n')
    assert document.compose_values() == {"A": "x", "B": "1"}
    edited = document.edit({"A": "9"}, heading=HEADING)
    assert edited.compose_values() == edited.values() == {"A": "9", "B": "2"}


def test_lines_that_end_in_cr_alone_are_a_refusal_that_says_so() -> None:
    with pytest.raises(InvalidInput, match="CR only") as caught:
        Document.parse(b"A=1\rB=2\r").edit({"B": "9"}, heading=HEADING)
    assert "LF" in str(caught.value)


def test_a_value_that_docker_compose_reads_on_into_the_next_lines_is_named() -> None:
    document = Document.parse(b"A=1\nB='a\\'\nC=1\n# it's\n")
    assert document.compose_values() == {"A": "1", "B": "a'\nC=1\n# it"}
    for spelled in ("9", "'x y'"):
        with pytest.raises(InvalidInput, match=r"\.env:2"):
            document.edit({"C": spelled}, heading=HEADING)
    assert document.edit({"B": "9"}, heading=HEADING).compose_values() == {"A": "1", "B": "9", "C": "1"}


@pytest.mark.parametrize(
    ("line", "kind", "says"),
    [
        ("K= # 600000", "reads-differently", "reads the comment as the value"),
        ("K=pa#ss", "reads-differently", "ends the value at the '#'"),
        ("K=pa$ss", "reads-differently", "expands"),
        ("K=`b`", "reads-differently", "backticks"),
        ('K="C:\\tmp"', "reads-differently", "backslash"),
        ("MY KEY=1", "compose-refuses", "No container starts"),
        ('K="open', "compose-refuses", "unclosed quotation mark"),
        ("K=${open", "compose-refuses", "No container starts"),
        ("'K'=1", "compose-refuses", "in a name"),
        ("word", "ignored", "LibreChat ignores"),
        ('K="ab"c', "reads-differently", "quotation marks"),
        ("K[0]=1", "only-compose", "LibreChat does not"),
        ("K='a\r\nb'", "reads-differently", "CRLF"),
        ("K=${K_FILE:?}", "compose-refuses", "required variable K_FILE"),
    ],
)
def test_a_line_that_readers_disagree_on_is_named(line: str, kind: str, says: str) -> None:
    faults = Document.parse(f"FIRST=1\n{line}\nLAST=1\n".encode()).faults()
    assert any(fault.line == 2 and fault.kind == kind and says in fault.message for fault in faults), faults


def test_faults_never_quote_a_value() -> None:
    text = 'A=hidden#x\nB=hidden$x\nC=`hidden`\nD="hidden\\t"\nE=${hidden\n'
    for fault in Document.parse(text.encode()).faults():
        assert "hidden" not in fault.message


def test_every_line_that_docker_compose_refuses_is_named_at_once() -> None:
    faults = Document.parse(b'MY KEY=1\nA=1\nK=${open\nA=2\nA=${\nA=3\nB="open\nC=1\n').faults()
    assert [(fault.line, fault.name) for fault in faults if fault.kind == "compose-refuses"] == [
        (1, ""),
        (3, "K"),
        (5, "A"),
        (7, "B"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        'PASSWORD="ab"hiddenpart=tail\n',
        'PASSWORD="ab"hiddenpart',
        "KEY=-----BEGIN\n" + "hidden" * 11 + "= # x\n-----END\n",
    ],
)
def test_a_piece_of_a_secret_is_not_taken_for_a_name(text: str) -> None:
    faults = Document.parse(text.encode()).faults()
    assert faults
    assert "hidden" not in repr(faults)


def test_a_value_that_doubles_again_and_again_is_refused_as_docker_compose_could_not_pass_it_on() -> None:
    faults = Document.parse(("A=xx\n" + "A=$A$A\n" * 60).encode()).faults()
    assert any("1 MiB" in fault.message for fault in faults)


def test_duplicates_are_reported_with_their_lines() -> None:
    assert Document.parse(b"A=1\nB=1\n\nA=2\n").duplicates() == {"A": (1, 4)}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"A=1\nB=Gr\xf6\xdfe\n", r"\.env:2: byte 5 of this line \(0xf6\)"),
        (b"A=\x80\n", "WINDOWS-1252"),
        ("A=1\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_another_encoding_is_refused_with_the_way_out(data: bytes, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        Document.parse(data)
    assert "iconv" in str(caught.value)


@pytest.mark.parametrize(
    ("before", "again", "count", "after"),
    [
        ("", "\n", 200_000, "x"),
        ("", 'A="', 50_000, ""),
        ("", 'A="\\" x\n', 50_000, ""),
        ("", "a \n", 100_000, ""),
        ("", "${", 50_000, ""),
        ('A="', "$", 200_000, '"'),
        ("A=", "${B:-x}", 30_000, ""),
        ("", "A=${B\n", 30_000, ""),
        ('A="\n', '\u2028A="a\n', 30_000, ""),
        ("A=x", '\u2028"a', 30_000, ""),
        ("", "junk junk\n", 30_000, ""),
        ("", "A", 200_000, "="),
        ("export", " ", 200_000, "="),
    ],
)
def test_hostile_texts_are_read_in_linear_time(before: str, again: str, count: int, after: str) -> None:
    runs = itertools.count()

    def read(size: int) -> None:
        # A text that was read before costs nothing: each one is new.
        text = f"RUN={next(runs)}\n" + before + again * size + after
        document = Document.parse(text.encode())
        document.compose_values({"HOME": "/root"})
        assert {entry.name: entry.value for entry in document.entries} == document.values()
        last = text.count("\n") + 1
        assert all(1 <= fault.line <= last for fault in document.faults())
        with contextlib.suppress(InvalidInput):
            document.edit({"A": "9", "NEW": "'x'"}, heading=HEADING)

    assert_linear(read, round(count * ROUNDS.size))
