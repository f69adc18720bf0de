"""YAML with line numbers: what is accepted, what is named, what is never quoted."""

from __future__ import annotations

import pytest

from wizard.basics.problem import InvalidInput
from wizard.yamlfile.nodes import compose


def test_scalars_keep_their_spelling() -> None:
    root = compose(b"a: 0755\nb: yes\nc: true\nd: ~\ne: 1e3\nf: 2026-01-01\n", "a.yaml")
    assert root is not None
    assert [(value.kind, value.text) for _, value in root.pairs] == [
        ("number", "0755"),
        ("text", "yes"),
        ("bool", "true"),
        ("null", "~"),
        ("number", "1e3"),
        ("text", "2026-01-01"),
    ]
    assert [key.line for key, _ in root.pairs] == [1, 2, 3, 4, 5, 6]


def test_json_is_yaml() -> None:
    root = compose(b'{"version": 1, "settings": {"PORT": "3080"}}', "a.json")
    assert root is not None
    assert root.pairs[1][1].pairs[0][1].text == "3080"


def test_empty_document() -> None:
    assert compose(b"", "a.yaml") is None
    assert compose(b"# nothing\n", "a.yaml") is None


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"a: 1\nb: 2\na: 3\n", 3, "appears twice (first on line 1)"),
        (b"a: 1\nb: [1\n", 3, "not valid YAML"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        (b"a: !!binary x\n", 1, "tag"),
        (b"--- 1\n--- 2\n", 2, "more than one"),
        (b"[" * 5000, 0, "nested too deep"),
        (b"a: &x [*x]\n", 0, "nested"),
        (b"a: *missing\n", 1, "not valid YAML"),
        (b"a:\n\tb: 1\n", 2, "not valid YAML: a tab character (indent with spaces)."),
        (b"a: 1\nb: @x\n", 2, "not valid YAML: text without quotes cannot begin with '@'."),
    ],
)
def test_faults_name_the_line(data: bytes, line: int, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compose(data, "a.yaml")
    problem = caught.value.problems[0]
    assert problem.line == line
    assert says in problem.message


def test_a_tab_gets_no_advice_about_quotes() -> None:
    with pytest.raises(InvalidInput) as caught:
        compose(b"a:\n\tb: 1\n", "a.yaml")
    assert str(caught.value).endswith("a tab character (indent with spaces).")


def test_alias_bomb_is_refused() -> None:
    text = b"a: &a [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (98 + n, 98 + n, b", ".join([b"*%c" % (97 + n)] * 10)) for n in range(8)
    )
    with pytest.raises(InvalidInput, match="too many"):
        compose(text, "a.yaml")


@pytest.mark.parametrize(
    "text", ["k: *hidden-word", "k: !hidden-word x", 'k: "hidden-word\\q"', "k: [hidden-word", "k: @hidden-word"]
)
def test_no_fault_quotes_the_file(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compose(text.encode(), "a.yaml")
    assert "hidden-word" not in str(caught.value)
