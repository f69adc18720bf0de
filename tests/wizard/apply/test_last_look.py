"""LibreChat that gets ready in the moment in which patience ends is not called dead above its own log that says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wizard.apply.address import ApiAddress, ApiReply, LibreChatApi
from wizard.apply.commands import Compose
from wizard.apply.events import Failed, Ready
from wizard.apply.readiness import wait
from wizard.apply.redaction import Redactor
from wizard.apply.stack_files import ComposeFiles
from wizard.apply.timeouts import StartTimeouts
from wizard.librechat.releases import NEWEST

CODE = """
import sys
from pathlib import Path
if "logs" in sys.argv:
    Path("logged").touch()
    print('level=warning msg="The \\\\"UID\\\\" variable is not set. Defaulting to a blank string."')
    print("info: Server readiness checks passing")
else:
    print('{"Service": "api", "State": "running", "ExitCode": 0, "ID": "a"}')
"""


@pytest.mark.parametrize("gets_ready", [True, False])
async def test_a_last_look_before_the_verdict(tmp_path: Path, gets_ready: bool) -> None:
    async def http_get(_: str) -> ApiReply | None:
        is_ready = gets_ready and (tmp_path / "logged").exists()
        return ApiReply(status=200, body=b"OK") if is_ready else None

    compose = Compose(program=(sys.executable, "-ISc", CODE), folder=tmp_path, redactor=Redactor([]))
    address = ApiAddress(host="127.0.0.1", port=1)
    api = LibreChatApi(address=address, compose=compose, files=ComposeFiles(options=()), http_get=http_get)
    timeouts = StartTimeouts(ready=0.2, first=0.2, between=0.05)
    *_, last = [event async for event in wait(api, NEWEST, timeouts, is_first=True)]
    if gets_ready:
        assert isinstance(last, Ready)
    else:
        assert isinstance(last, Failed)
        assert last.evidence == ("info: Server readiness checks passing",)
        assert last.summary == "LibreChat did not respond within 0 s."
