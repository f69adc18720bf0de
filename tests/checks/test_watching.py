"""``doctor --watch-signin``: LibreChat's verdict from its log, as it comes, and from no line before."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import run

SUCCESS = "info: [openidStrategy] login success openidId: ada-1 | email: ada@example.org | username: ada"


@pytest.mark.parametrize(
    ("script", "status", "found"),
    [
        (f'echo "{SUCCESS}"; sleep 60', 0, "log.openid.signed-in"),
        ('echo "info: [samlStrategy] Login success SAML ID: ada-1"; sleep 60', 0, "log.saml.signed-in"),
        ('echo "error: [openidStrategy] only requests to HTTPS are allowed"; sleep 60', 1, "log.openid.http-issuer"),
        ('echo "info: nothing of interest"', 4, "log.watch.nobody"),
        ("exit 1", 4, "log.watch.nobody"),
    ],
)
def test_the_log_tells(
    sample_folder: Callable[..., Path], tmp_path: Path, script: str, status: int, found: str
) -> None:
    folder, programs = sample_folder("v0.8.7"), tmp_path / "bin"
    programs.mkdir()
    asked = tmp_path / "asked"
    (programs / "docker").write_text(
        f'#!/bin/sh\necho "$@" >>{asked}\ncase "$1" in ps) echo 5f2c;; logs) {script};; esac\n'
    )
    (programs / "docker").chmod(0o755)
    done = run(
        *("doctor", "--watch-signin", "--for", "20s", "--json", "--dir", folder),
        environment={"PATH": f"{programs}:{os.environ['PATH']}"},
    )
    assert (done.status, [one["id"] for one in json.loads(done.out)["findings"]]) == (status, [found]), done.text
    assert "logs --follow --tail 0 5f2c" in asked.read_text()
    assert "ada@example.org" not in done.out
    assert "Sign in at" in done.err


def test_a_busy_log_is_watched_to_the_sign_in(sample_folder: Callable[..., Path], tmp_path: Path) -> None:
    """Five megabytes before it, and lines behind it that never end."""
    folder = sample_folder("v0.8.7")
    others = 'yes "2026-05-04 10:00:00 info: [other] nothing of interest"'
    (tmp_path / "docker").write_text(
        f'#!/bin/sh\ncase "$1" in ps) echo 5f2c;; logs) {others} | head -n 100000; echo "{SUCCESS}"; '
        f"while sleep 0.3; do {others} | head -n 3; done;; esac\n"
    )
    (tmp_path / "docker").chmod(0o755)
    done = run(
        *("doctor", "--watch-signin", "--for", "5m", "--json", "--dir", folder),
        environment={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    (found,) = json.loads(done.out)["findings"]
    assert (done.status, found["id"]) == (0, "log.openid.signed-in"), done.text
    assert found["evidence"][0].startswith("line 100001: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--for", "5m"], "--for can only be used with"), (["--watch-signin", "--for", "soon"], "Use the format 90s")],
)
def test_what_cannot_be_meant_is_refused(words: list[str], message: str) -> None:
    done = run("doctor", *words)
    assert (done.status, message in done.err) == (2, True)
