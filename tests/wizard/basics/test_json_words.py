"""What Docker, Compose and scripts in containers print is read, whatever stands around it."""

from __future__ import annotations

import json

import pytest

from wizard.basics.json_words import marked_object, objects

ONE, TWO = {"Service": "api", "State": "running"}, {"Service": "mongodb", "State": "exited"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([ONE, TWO]),
        json.dumps([ONE, TWO], indent=2),
        f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n",
        f"a warning\n{json.dumps(ONE)}\n5\nnull\n\n[[1]]\n{json.dumps(TWO)}",
    ],
)
def test_each_form_of_compose(text: str) -> None:
    assert objects(text) == [ONE, TWO]


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[" * 200_000, f"{'[' * 200_000}\n", '{"a":' * 200_000, "9" * 5000, '"x"']
)
def test_what_is_none(text: str) -> None:
    assert objects(text) == []
    assert objects(f"{text}\n{json.dumps(ONE)}") == [ONE]


def test_marked_object_among_foreign_lines() -> None:
    mine = {"mark": "m1", "ok": True}
    text = f'm1\n{{"mark": "m2"}}\n{json.dumps(mine)}\n["m1"]\n{{"x": "m1"}}\n{"[" * 100_000}m1'
    assert marked_object(text, "m1") == mine
    assert marked_object(text, "m3") == {}
