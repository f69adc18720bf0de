"""What the doctor does not try is said, and only where it is switched on."""

from __future__ import annotations

import pytest

from checks.untested import NO_PROBE, untested
from tests.wizard.rules.builder import MAIL, deployment

ON = {"ALLOW_REGISTRATION": "true", "ALLOW_PASSWORD_RESET": "true", "BAN_VIOLATIONS": "true", **MAIL}


@pytest.mark.parametrize(
    ("settings", "sends", "names"),
    [
        ({}, False, []),
        (ON, False, ["registration", "reset", "mail", "bans"]),
        (ON, True, ["registration", "reset", "bans"]),
        ({"ALLOW_PASSWORD_RESET": "true"}, False, []),
    ],
)
def test_what_is_on_and_not_tried_is_reported(settings: dict[str, str], sends: bool, names: list[str]) -> None:
    found = list(untested(deployment(settings), sends_mail=sends))
    assert [name for name, _ in found] == names
    assert all(outcome.because.startswith(NO_PROBE) for _, outcome in found)
