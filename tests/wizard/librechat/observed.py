"""What a real LibreChat was observed to do, for tests of the model and of the checks that lean on it."""

from __future__ import annotations

from pathlib import Path

from tests.records import librechat_answers
from tests.screens.demo.records import Replay
from wizard.dotenv import npm

CONFIGS = "config, switches, social login, health"
BEFORE, AFTER = "GET /api/config before login", "GET /api/config after login"


def observations(samples: Path) -> Replay:
    """Return the recorded answers, with the ``.env.example`` that all cases begin with."""
    example = (samples / "v0.8.8-rc1" / ".env.example").read_text(encoding="utf-8")
    return Replay(librechat_answers(), npm.values(example))
