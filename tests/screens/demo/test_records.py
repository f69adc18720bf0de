"""The stand-in against the records of a real LibreChat: every recorded answer is replayed, or named here with the reason."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.records import librechat_answers
from tests.screens.demo import replay_refusals as refusals
from tests.screens.demo import replay_sessions as sessions
from tests.screens.demo.records import Path_, Replay, answers, shown
from wizard.dotenv import npm

REPLAYS: tuple[Callable[[Replay], Awaitable[None]], ...] = (
    sessions.matrix,
    sessions.node_env,
    sessions.spellings,
    sessions.races,
    sessions.lifetimes,
    sessions.startup_secrets,
    sessions.domain_forms,
    sessions.user_with,
    refusals.failures,
    refusals.limits,
    refusals.switches,
    refusals.by_user_agent,
    refusals.bans,
    refusals.registrations,
    refusals.without_database,
    refusals.further,
    refusals.unverified_person,
)
MAIL = "sends mail, which the stand-in does not"
ABSENT = "the stand-in has no such route: no check of ours may use it"
NOT_REPLAYED: dict[str, str] = {
    "POST /api/user/verify/resend": ABSENT,
    "resend, unknown address": ABSENT,
    "verify": ABSENT,
    "verify, wrong token": ABSENT,
    "verify, third request within 2 minutes": ABSENT,
    "reset": ABSENT,
    "reset, wrong token": ABSENT,
    "reset, short password": ABSENT,
    "reset, token used twice": ABSENT,
    'new password "x" with a valid token': ABSENT,
}
"""Last part of the place of answers that are not replayed."""
UNSENT_MAIL = (
    "D. SMTP configured but nothing listens",
    "F. SMTP configured, EMAIL_ENCRYPTION=tls",
    "D. ALLOW_PASSWORD_RESET",
)
"""Cases whose answer depends on a mail server refusing."""
"""Everything else in the records is no answer of LibreChat: what curl, Chromium, npm, nodemon or MongoDB did, and log lines."""


@pytest.fixture(scope="module")
def replay(generated_samples: Path) -> Replay:
    example = (generated_samples / "v0.8.8-rc1" / ".env.example").read_text(encoding="utf-8")
    result = Replay(librechat_answers(), npm.values(example))

    async def everything() -> None:
        for each in REPLAYS:
            await each(result)

    asyncio.run(everything())
    return result


def reason(place: Path_) -> str:
    if any(str(part).startswith(UNSENT_MAIL) for part in place):
        return MAIL
    return NOT_REPLAYED.get(str(place[-1]), "")


def test_stand_in_answers_as_recorded(replay: Replay, capsys: pytest.CaptureFixture[str]) -> None:
    places = list(answers(replay.facts))
    done = [place for place in places if place in replay.done]
    left = Counter(reason(place) for place in places if place not in replay.done)
    lines = [f"{len(done)} of {len(places)} recorded answers reproduced, {len(replay.done) - len(done)} single values"]
    lines += [f"{count} not replayed: {why}" for why, count in left.items()]
    with capsys.disabled():
        sys.stdout.write("\nlibrechat-answers.json: " + "\n  ".join(lines) + "\n")
    assert replay.faults == []


def test_every_recorded_answer_is_replayed_or_has_a_reason(replay: Replay) -> None:
    forgotten = [shown(place) for place in answers(replay.facts) if place not in replay.done and not reason(place)]
    assert forgotten == []


def test_nothing_is_excused_that_is_replayed(replay: Replay) -> None:
    last = {str(place[-1]) for place in answers(replay.facts) if place not in replay.done}
    assert set(NOT_REPLAYED) <= last
