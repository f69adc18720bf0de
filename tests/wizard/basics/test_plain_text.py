"""Foreign text cannot steer a terminal or mislead an eye."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.basics.plain_text import plain


@given(st.text())
def test_nothing_steering_remains(text: str) -> None:
    shown = plain(text, limit=10_000)
    assert shown.isprintable()
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs") for char in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢", "plain é 漢"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc", "a\\x0ab\\x09c"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\x9b31m", "\\x9b31m"),
        ("[@click=app.bell]x[/]", "[@click=app.bell]x[/]"),
    ],
)
def test_shown(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_long_text_is_cut() -> None:
    assert plain("x" * 1000, limit=20) == "x" * 17 + "..."
