"""The .env.example of v0.8.8, copied as people do it: exactly these findings, each true, and none of the wizard's own making."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.screens.cli.program import answers, run
from tests.wizard.rules.builder import deployment
from wizard.rules import files
from wizard.rules.view import View

_ACCOUNT = "files.env.unreadable"
"""Depends on who runs the test: LibreChat's container is UID 1000."""
_UNPINNED = ("advisory.release", "UNKNOWN", ())
"""The compose file names no release, so that what runs is not known."""
COPIED = [
    # docker-compose.yml starts the admin panel, whose secret is blank.
    ("rules.admin-panel.secret", "FAIL", ("ADMIN_PANEL_SESSION_SECRET",)),
    _UNPINNED,
    # Its value is blank, and Docker Compose takes the comment behind it.
    ("files.env.reads-differently", "WARN", ("OPENID_JWKS_URL_CACHE_TIME",)),
    # Blank in the sample: LibreChat makes up values of its own.
    ("rules.secrets.missing.creds-key", "WARN", ("CREDS_KEY",)),
    ("rules.secrets.missing.creds-iv", "WARN", ("CREDS_IV",)),
    ("rules.secrets.missing.jwt-secret", "WARN", ("JWT_SECRET",)),
    ("rules.secrets.missing.jwt-refresh-secret", "WARN", ("JWT_REFRESH_SECRET",)),
    # ALLOW_REGISTRATION=true, and docker-compose.yml publishes the port at every address.
    ("rules.accounts.open-registration", "WARN", ("ALLOW_REGISTRATION",)),
    # ALLOW_REGISTRATION=true, and no mail server.
    ("rules.accounts.unconfirmed", "WARN", ("ALLOW_REGISTRATION", "EMAIL_FROM")),
]
AFTERWARDS = [_UNPINNED, COPIED[-1]]
"""What a run with the fewest answers leaves: an image that is the operator's, and mail that nobody answered."""


def found(folder: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    done = json.loads(run("doctor", "--dir", folder, "--offline", "--json").out)
    return sorted(
        (each["id"], each["status"], tuple(each["settings"]))
        for each in done["findings"]
        if each["status"] != "PASS" and each["id"] != _ACCOUNT
    )


def test_the_copied_sample_has_exactly_these_findings(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.8")
    shutil.copyfile(folder / ".env.example", folder / ".env")
    (folder / ".env").chmod(0o600)
    assert found(folder) == sorted(COPIED)
    file = answers(folder, "version: 1\naccess: localhost\n")
    written = run("--answers", file, "--dir", folder, "--offline")
    assert written.status == 0, written.text
    assert found(folder) == sorted(AFTERWARDS)


def test_open_registration_at_a_port_that_is_open_to_the_network_is_told(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.8")
    assert run("--answers", answers(folder, "version: 1\n"), "--dir", folder, "--offline").status == 0
    assert "rules.accounts.open-registration" in {identity for identity, *_ in found(folder)}
    (folder / "docker-compose.override.yml").write_text(
        'services:\n  api:\n    ports: !override ["127.0.0.1:3080:3080"]\n'
    )
    assert "rules.accounts.open-registration" not in {identity for identity, *_ in found(folder)}


def test_no_name_of_the_sample_is_unknown_or_taken_for_another(samples: Path) -> None:
    text = (samples / "v0.8.8" / ".env.example").read_text(encoding="utf-8")
    names = dict.fromkeys(re.findall(r"^[ \t]*#?[ \t]*([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))
    assert len(names) == 539
    # Each as if somebody had taken the comment mark away and given it a value.
    written = "".join(f"{name}=x\n" for name in names)
    assert [*files.names(View(deployment(text=written, release="v0.8.8")))] == []
    # The test can fail: a name beside it that nobody reads, and one of the release to come.
    assert [*files.names(View(deployment(text="OPENID_SCOPES=x\n", release="v0.8.8")))]
    assert [*files.names(View(deployment(text="ALLOW_PASSKEY_LOGIN=true\n", release="v0.8.8")))]
