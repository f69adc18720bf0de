"""What a real LibreChat was observed to do, for tests of the model and of the checks that lean on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.screens.demo.records import Replay, facts_file
from wizard.dotenv import npm

CONFIGS = "config, switches, social login, health"
BEFORE, AFTER = "GET /api/config before login", "GET /api/config after login"


def observations(samples: Path) -> Replay:
    """Return the recorded answers, with the ``.env.example`` that all cases begin with."""
    facts = json.loads(facts_file().read_text(encoding="utf-8"))
    example = (samples / "v0.8.8-rc1" / ".env.example").read_text(encoding="utf-8")
    return Replay(facts, npm.values(example))


def sign_ins(kind: str) -> list[dict[str, Any]]:
    """Return the recorded sign-ins with an identity provider: ``openid`` or ``saml``."""
    text = facts_file().with_name(f"{kind}-verdicts.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)["rows"]
    assert len(rows) > 100
    return rows
