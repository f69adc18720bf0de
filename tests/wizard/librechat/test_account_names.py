"""Addresses and names that create-user takes: what LibreChat's validators say of them."""

from __future__ import annotations

import pytest

from wizard.librechat.account_address import email_fault
from wizard.librechat.account_name import name_fault, username_fault


@pytest.mark.parametrize(
    ("username", "is_taken"),
    [
        ("ann", True), ("a b", True), ("ann@example.com", True), ("Ren\u00e9", True), ("\u0430\u043d\u043d\u0430", True), ("\u5c71\u7530", True),
        ("a", False), ("a" * 81, False), ("o'neil", False), ("a--b", False), ("x$NE", False), ("a=b", False), ("\u03b1\u03b2\u03b3", False), ("", False),
    ],
)  # fmt: skip
def test_user_name(username: str, is_taken: bool) -> None:
    assert (username_fault(username) == "") is is_taken


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
