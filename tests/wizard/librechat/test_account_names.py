"""Addresses and names that create-user takes: what LibreChat's validators say of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from wizard.librechat.account_address import email_fault
from wizard.librechat.account_name import name_fault, username_fault


@pytest.mark.parametrize(
    ("username", "is_taken"),
    [
        ("ann", True), ("a b", True), ("ann@example.com", True), ("Ren\u00e9", True), ("\u0430\u043d\u043d\u0430", True), ("\u5c71\u7530", True),
        ("a", False), ("a" * 81, False), ("o'neil", False), ("a--b", False), ("x$NE", False), ("a=b", False), ("\u03b1\u03b2\u03b3", False), ("", False),
        ("\u30e6\u30fc\u30b6\u30fc", True), ("\u5c71\u3005", True), ("\uff71\uff72", True), ("\u00aa1", True), ("\u00b5x", True), ("1\u00ba", True),
        ("\u05d0\u05d1", False), ("\u0e01\u0e02", False), ("\u10d0\u10d1", False), ("\u0561\u0562", False), ("\u0b95\u0bae", False),
    ],
)  # fmt: skip
def test_user_name(username: str, is_taken: bool) -> None:
    assert (username_fault(username) == "") is is_taken


def test_no_letter_is_refused_that_librechat_takes() -> None:
    """Node, which runs LibreChat, knows the script of every character."""
    letters = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isalpha()]
    refused = "".join(char for char in letters if username_fault(f"a{char}"))
    assert len(refused) > 2000
    scripts = ["Latin", "Common", "Cyrillic", "Devanagari", "Han", "Arabic", "Hiragana", "Katakana", "Hangul"]
    taken = "".join(f"\\p{{Script={name}}}" for name in scripts)
    code = f"const found = require('fs').readFileSync(0, 'utf8').match(/[{taken}]/gu); process.stdout.write(found ? found.join('') : '')"
    done = subprocess.run(["node", "-e", code], input=refused, capture_output=True, text=True, check=True)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("name", "is_taken"), [("Ana O'Neil", True), ("Al", False), ("A" * 80, True), ("A" * 81, False)]
)
def test_name(name: str, is_taken: bool) -> None:
    assert (name_fault(name) == "") is is_taken


@pytest.mark.parametrize(
    ("email", "is_taken"),
    [("ann@example.com", True), ("foo", False), ("a@b", False), (f"{'a' * 250}@example.com", False)],
)
def test_email(email: str, is_taken: bool) -> None:
    assert (email_fault(email) == "") is is_taken
