"""The record of passwords that were not accepted: who can read it has to pay for each guess."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from wizard.store.refused_binds import FILE, BindMemory

SERVER = "ldap.example.com:636"


def test_each_guess_at_the_record_costs_what_scrypt_costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []
    real = hashlib.scrypt

    def noted(text: bytes, **cost: Any) -> bytes:
        made.append(cost)
        written: bytes = real(text, **cost)
        return written

    monkeypatch.setattr(hashlib, "scrypt", noted)
    memory = BindMemory(tmp_path)
    with memory.held():
        memory.remember(SERVER, "cn=a", "one that is looked for")
        memory.begin(SERVER, "cn=b", "x")
        assert [cost["n"] * cost["r"] * 128 for cost in made] == [16 * 1024 * 1024] * 2
        assert all(len(cost["salt"]) >= 32 for cost in made)
        text = (tmp_path / ".librechat-wizard" / FILE).read_text()
        assert "cn=a" not in text
        assert "looked for" not in text
        # Found again by another run, and each only for itself.
        known = BindMemory(tmp_path).known(SERVER, "cn=a", "one that is looked for")
        assert known is not None
        assert (known.is_answered, known.was_repeated) == (True, False)
        assert memory.known(SERVER, "cn=b", "one that is looked for") is None
        unanswered = memory.known(SERVER, "cn=b", "x")
        assert unanswered is not None
        assert not unanswered.is_answered
        memory.forget(SERVER, "cn=a", "one that is looked for")
        assert memory.known(SERVER, "cn=a", "one that is looked for") is None
