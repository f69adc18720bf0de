"""Values behind a secret's name in free text: found in any nesting, and in a time that grows as the text does."""

from __future__ import annotations

import time
from typing import Final

import pytest

from wizard.basics.named_values import says_secret, without_messages, without_named_values
from wizard.basics.secret import REDACTED
from wizard.catalogue.secret_names import shown_value
from wizard.composefile.model import mount

_SIZE: Final = 200_000
_SECONDS: Final = 3.0
_PIECES: Final = ("${A:-", "${A:-$", "A=$A", "A: ", "A:- ", " ", "a-", "${", "{", "}", "${A:?", "${A-}", "'", '"', "A '", "-p ", "--a")  # fmt: skip


@pytest.mark.parametrize("piece", _PIECES)
@pytest.mark.parametrize("head", ["", "A", 'A="', "PASSWORD", "${PASSWORD-"])
def test_time_grows_as_the_text(head: str, piece: str) -> None:
    text = head + piece * (_SIZE // len(piece))
    begun = time.process_time()
    without_named_values(text)
    without_messages(text)
    says_secret(text)
    mount(text)
    shown_value(text)
    assert time.process_time() - begun < _SECONDS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("${DB_PASSWORD-hunter2} x", f"${{DB_PASSWORD-{REDACTED}}} x"),
        ("${A-${DB_PASSWORD-hunter2}} x", f"${{A-${{DB_PASSWORD-{REDACTED}}}}} x"),
        ("${DB_PASSWORD-${A-${B-hunter2}}} x", f"${{DB_PASSWORD-{REDACTED}}} x"),
        ("${DB_PASSWORD-${A-x}hunter2${B-y}} x", f"${{DB_PASSWORD-{REDACTED}}} x"),
        ('${DB_PASSWORD-{"a": 1}hunter2} x', f"${{DB_PASSWORD-{REDACTED}}} x"),
        ("${DB_PASSWORD-hunter2", f"${{DB_PASSWORD-{REDACTED}"),
        ("${DB_PASSWORD-} ${PORT-3080}", "${DB_PASSWORD-} ${PORT-3080}"),
        ("${PORT-${OTHER-3080}}", "${PORT-${OTHER-3080}}"),
        ("password : hunter2", f"password : {REDACTED}"),
        ('"password" : "hunter2"', f'"password" : {REDACTED}'),
        ("'password' hunter2", f"'password' {REDACTED}"),
        ("PASSWORD=${PASSWORD}", "PASSWORD=${PASSWORD}"),
        (f"password={REDACTED}", f"password={REDACTED}"),
    ],
)
def test_what_is_taken_out(text: str, shown: str) -> None:
    assert without_named_values(text) == shown
    assert without_named_values(shown) == shown
