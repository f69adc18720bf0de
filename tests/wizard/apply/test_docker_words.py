"""What Docker and Docker Compose say when something fails, as engines said it (tests/records/docker-words.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wizard.apply.commands import is_noise
from wizard.apply.events import Reason
from wizard.apply.failures import of_output

RECORD = Path(__file__).parents[2] / "records" / "docker-words.json"
WORDS: list[dict[str, Any]] = json.loads(RECORD.read_text())


@pytest.mark.parametrize("words", WORDS, ids=lambda words: f"{words['engine']}-{words['reason']}")
def test_words_are_recognized(words: dict[str, Any]) -> None:
    failed = of_output(words["said"])
    assert failed.reason is Reason(words["reason"])
    assert words["says"] in failed.summary
    assert failed.remedy
    assert failed.evidence == tuple(words["said"])


@pytest.mark.parametrize("port", ["80", "443", "3000", "3080"])
def test_way_out_of_a_port_that_is_taken(port: str) -> None:
    """PORT moves LibreChat's own port and neither the proxy's nor the admin panel's."""
    line = f"driver failed programming external connectivity on endpoint x (a): Bind for 0.0.0.0:{port} failed: port is already allocated"
    remedy = of_output([line]).remedy
    assert f"sport = :{port}" in remedy
    assert f"publish={port}" in remedy
    assert "PORT" not in remedy
    assert ("Only one web server" in remedy) is (port in ("80", "443"))


def test_other_words_are_left_to_speak_for_themselves() -> None:
    failed = of_output(["Error response from daemon: something new"])
    assert (failed.reason, failed.summary) == (Reason.COMMAND, "The command failed.")


@pytest.mark.parametrize(
    ("line", "is_idle"),
    [
        (
            'time="2026-11-29T07:40:56Z" level=warning msg="The \\"UID\\" variable is not set. Defaulting to a blank string."',
            True,
        ),
        ('WARN[0000] The "GID" variable is not set. Defaulting to a blank string.', True),
        ('level=warning msg="/srv/c.yml: the attribute `version` is obsolete, it will be ignored"', True),
        # LibreChat's create-user in a folder without that file (v0.8.8-rc1): it goes on.
        (
            "error: Config file YAML format is invalid: ENOENT: no such file or directory, open '/app/librechat.yaml'",
            True,
        ),
        ("error: Config file YAML format is invalid: bad indentation of a mapping entry (2:3)", False),
        (" Container LibreChat  Started", False),
        ("Error response from daemon: The container variable is not set", False),
    ],
)
def test_noise_of_docker_compose(line: str, is_idle: bool) -> None:
    assert is_noise(line) is is_idle
