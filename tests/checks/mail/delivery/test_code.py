"""Codes: ten minutes, three tries, one use, and never an earlier one."""

from __future__ import annotations

import pytest

from checks.mail.delivery.code import LETTERS, CodeVerdict, OneTimeCode


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_accepted_once(clock: Clock) -> None:
    codes = OneTimeCode(clock)
    code = codes.make()
    assert set(code) <= {*LETTERS, "-"}
    assert codes.enter(code) is CodeVerdict.ACCEPTED
    assert codes.enter(code) is CodeVerdict.USED
    assert codes.enter("BBBB-CCCC") is CodeVerdict.SPENT
    assert codes.left == 0


@pytest.mark.parametrize("form", ["{a}{b}", "{a} {b}", "  {a}-{b}\n", "{a}\u00a0{b}"])
def test_as_people_type(form: str, clock: Clock) -> None:
    codes = OneTimeCode(clock)
    first, _, second = codes.make().partition("-")
    assert codes.enter(form.format(a=first.lower(), b=second)) is CodeVerdict.ACCEPTED


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(599.9, CodeVerdict.ACCEPTED), (600.0, CodeVerdict.LATE), (1e9, CodeVerdict.LATE)]
)
def test_ten_minutes(seconds: float, verdict: CodeVerdict, clock: Clock) -> None:
    codes = OneTimeCode(clock)
    code = codes.make()
    clock.now += seconds
    assert codes.enter(code) is verdict


def test_three_tries(clock: Clock) -> None:
    codes = OneTimeCode(clock)
    code = codes.make()
    verdicts = [codes.enter(text) for text in ("", "x" * 100_000, "ÄÖ\ud800", code)]
    assert verdicts == [CodeVerdict.WRONG, CodeVerdict.WRONG, CodeVerdict.WRONG, CodeVerdict.SPENT]


def test_an_earlier_code_is_refused_and_costs_nothing(clock: Clock) -> None:
    codes = OneTimeCode(clock)
    codes.withdraw()
    made = [codes.make() for _ in range(5)]
    assert len(set(made)) == 5
    assert [codes.enter(code) for code in made[:-1]] == [CodeVerdict.EARLIER] * 4
    assert codes.left == 3
    assert codes.enter(made[-1]) is CodeVerdict.ACCEPTED
    codes.make()
    assert codes.enter(made[-1]) is CodeVerdict.EARLIER, "neither does one that was used"


def test_without_a_code_nothing_is_right() -> None:
    codes = OneTimeCode()
    assert (codes.enter(""), codes.left, codes.seconds_left) == (CodeVerdict.SPENT, 0, 0)
    code = codes.make()
    codes.withdraw()
    assert codes.enter(code) is CodeVerdict.EARLIER
    assert code not in repr(codes)
