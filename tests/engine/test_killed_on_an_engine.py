"""SIGKILL on a real engine: whenever a run is cut off, the next one knows, and the same command brings it to its end."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.engine.engine import Ended
from tests.engine.site import ADMIN, Site, Sites
from tests.rounds import NAME, of_each_kind
from tests.wizard.apply.victim import VICTIM

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a Docker engine has to be started by root")
OF_A_CHANGE = ((1, "after"), (2, "after"), (3, "after"), (4, "before"), (5, "before"))
"""The notes of a change: write, start, ready, check, done."""
OF_A_FIRST_INSTALL = tuple((number, moment) for number in range(1, 11) for moment in ("before", "after"))
"""The notes of a run that makes the first administrator: write, start twice, ready, admin, open, start, ready, check, done."""
PASSWORD = "practice-makes-perfect"


CLOSED = "ALLOW_REGISTRATION: false"


def record_of(site: Site) -> Path:
    return site.folder / ".librechat-wizard" / "apply.json"


def cut(site: Site, answers: Path, number: int, moment: str, *flags: str) -> Ended:
    """Run ``--answers --apply`` and kill it at its n-th note."""
    words = ("--answers", str(answers), "--apply", "--offline", "--dir", str(site.folder), *flags)
    return site.engine.run((sys.executable, "-P", "-c", VICTIM, str(number), moment, *words), site.variables)


def test_every_cut_of_a_change_is_followed_by_a_right_next_start(sites: Sites) -> None:
    site = sites()
    assert site.apply(site.answers("APP_TITLE: Title-0", CLOSED), "--offline").status == 0
    for number, (note, moment) in enumerate(OF_A_CHANGE, start=1):
        answers = site.answers(f"APP_TITLE: Title-{number}", CLOSED)
        killed = cut(site, answers, note, moment)
        assert killed.status == -signal.SIGKILL, (note, moment, killed.text)
        assert record_of(site).exists()
        done = site.apply(answers, "--offline")
        assert done.status == 0, (note, moment, done.text)
        assert "was interrupted" in done.err
        assert site.told()["appTitle"] == f"Title-{number}"
        assert not record_of(site).exists()


@pytest.mark.skipif(NAME != "long", reason="twenty first installs on a real engine: ./test --long")
@pytest.mark.parametrize(("number", "moment"), of_each_kind(OF_A_FIRST_INSTALL, OF_A_FIRST_INSTALL[:1]))
def test_a_cut_of_a_first_install_is_followed_by_a_right_next_start(sites: Sites, number: int, moment: str) -> None:
    site = sites()
    password = site.folder.parent / "password"
    password.write_text(PASSWORD)
    flags = ("--first-admin", ADMIN, "--admin-password-file", str(password))
    answers = site.answers("APP_TITLE: New", "ALLOW_REGISTRATION: true")
    killed = cut(site, answers, number, moment, *flags)
    assert killed.status == -signal.SIGKILL, killed.text
    record = record_of(site)
    stage = json.loads(record.read_text())["stage"] if record.is_file() else ""
    # Before the first note nothing has happened, after the last one it is over.
    assert bool(stage) is ((number, moment) not in ((1, "before"), (10, "after")))
    assert ("was interrupted" in site.wizard("doctor", "--offline").err) is bool(stage)
    done = site.apply(answers, "--offline", *flags)
    assert done.status == 0, (stage, done.text)
    assert ("was interrupted" in done.err) is bool(stage)
    assert site.role(PASSWORD) == "ADMIN"
    told = site.told()
    assert (told["appTitle"], told["registrationEnabled"]) == ("New", True)
    assert not record.exists()
    containers = site.containers()
    again = site.apply(answers, "--offline", *flags)
    assert again.status == 0, again.text
    assert site.containers() == containers
