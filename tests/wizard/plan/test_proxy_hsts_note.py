"""An answer about the proxy's HSTS header says so where it can have no effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.demo.folder import make
from wizard.interview.interview import Interview
from wizard.interview.preview import proposal_of


@pytest.mark.parametrize(("access", "address"), [("http-lan", "http://192.168.1.50:3080"), ("localhost", "")])
def test_hsts_of_the_proxy_over_plain_http(tmp_path: Path, access: str, address: str) -> None:
    make(tmp_path)
    interview = Interview(tmp_path)
    interview.answer("access", access)
    if address:
        interview.answer("settings.DOMAIN_CLIENT", address)
    assert not any("proxy.hsts" in note for note in proposal_of(interview).plan.notes)
    interview.answer("proxy.hsts", "true")
    assert any("proxy.hsts has no effect" in note for note in proposal_of(interview).plan.notes)
