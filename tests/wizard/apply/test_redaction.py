"""What Docker and LibreChat say comes through without the folder's secrets."""

from __future__ import annotations

import pytest

from wizard.apply.redaction import Redactor

SETTINGS = {
    "PROXY": "http://me:p%40ss-word@proxy:3128",
    "JWT_SECRET": "jwt-hidden",
    "HTTP_PROXY": "http://tok-en-1@proxy",
}


@pytest.mark.parametrize(
    "line",
    [
        "sign-in as me with p%40ss-word refused",
        "sign-in with p@ss-word refused",
        "user tok-en-1",
        "JWT-HIDDEN",
        "MY_API_TOKEN=p@ss-word",
        "environment: OTHER_SECRET=tok-en-1 x",
    ],
)
def test_passwords_of_addresses_and_named_values_are_taken_out(line: str) -> None:
    shown = Redactor([SETTINGS]).line(line)
    assert "[secret]" in shown
    assert not [word for word in ("p%40ss", "p@ss", "tok-en", "hidden") if word in shown.lower()]


def test_a_value_that_nobody_knew_is_taken_out_by_its_name_and_no_other() -> None:
    assert (
        Redactor([]).line("MY_API_TOKEN=unknown PORT=3080 X_KEY=${X_KEY}")
        == "MY_API_TOKEN=[secret] PORT=3080 X_KEY=${X_KEY}"
    )
    assert Redactor([]).line("invalid key: expected 32 characters") == "invalid key: expected 32 characters"
