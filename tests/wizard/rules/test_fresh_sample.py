"""LibreChat's own ``.env.example``, untouched: few findings, and true ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.answers.model import Answers
from wizard.deployment.assembled import deployment as deployment_of
from wizard.deployment.snapshot import take
from wizard.rules import check

RELEASES = ("v0.7.0", "v0.7.2", "v0.7.7", "v0.8.0-rc3", "v0.8.2", "v0.8.3", "v0.8.5", "v0.8.7", "v0.8.8-rc1")
MOST = 10
"""Findings of an untouched ``.env.example``: five published secrets, open registration and a few warnings; above that nobody reads them."""


@pytest.mark.parametrize("release", RELEASES)
def test_a_fresh_sample_gives_few_and_true_findings(samples: Path, tmp_path: Path, release: str) -> None:
    for path in (samples / release).iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / ".env").write_bytes((samples / release / ".env.example").read_bytes())
    found = check(deployment_of(take(tmp_path, Answers()), {}))
    assert len(found) <= MOST, [finding.summary for finding in found]
    ids = {finding.id for finding in found}
    if release != "v0.8.8-rc1":
        assert {"rules.secrets.published.jwt-secret", "rules.secrets.published.creds-key"} <= ids
    else:
        assert "rules.secrets.missing.jwt-secret" in ids
