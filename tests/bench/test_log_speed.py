"""How long a long log takes to explain."""

from __future__ import annotations

import random
import time

import pytest

from checks.log.explanation import explain

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]
_SIZE = 10_000_000


def _usual() -> bytes:
    line = "2026-11-21 00:45:{:02d} info: [Login] [Login successful] [Username: u{}@example.com] [Request-IP: 127.0.0.1] {{}}\n"
    return "".join(line.format(number % 60, number) for number in range(_SIZE // 90)).encode()


def _different() -> bytes:
    return b"".join(b"error: %s\n" % random.randbytes(45).hex().encode() for _ in range(_SIZE // 98))


@pytest.mark.parametrize("made", [_usual, _different])
def test_ten_megabytes_take_two_seconds(made: object) -> None:
    data = made() if callable(made) else b""
    explain(b"")
    begun = time.process_time()
    assert explain(data + b"error: [openidStrategy] fetch failed\n")
    assert time.process_time() - begun < 2
