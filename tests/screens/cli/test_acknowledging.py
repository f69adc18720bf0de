"""``doctor --ack``: what is known does not count until its day is over; and ``--mail-to`` is no health check."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.screens.cli.program import Run, run
from wizard.store.acknowledged import TestMailRecord

ID = "rules.secrets.published.jwt-secret"
TODAY = datetime.now().astimezone().date()


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    made = sample_folder("v0.8.7")
    (made / ".env").write_bytes((made / ".env.example").read_bytes())
    (made / ".env").chmod(0o600)
    return made


def doctor(folder: Path, *more: str) -> Run:
    return run("doctor", "--dir", folder, "--offline", "--only", "rules", *more)


def found(done: Run, identity: str) -> dict[str, Any]:
    (one,) = (one for one in json.loads(done.out)["findings"] if one["id"] == identity)
    return dict(one)


def failing(folder: Path) -> list[str]:
    done = json.loads(doctor(folder, "--json").out)
    return [one["id"] for one in done["findings"] if one["status"] == "FAIL" and one["acknowledged"] is None]


def test_what_is_known_does_not_count_until_its_day_is_over(folder: Path) -> None:
    ids = failing(folder)
    assert ids
    assert doctor(folder).status == 1
    for identity in ids:
        done = doctor(folder, "--ack", identity, "--reason", "a test folder", "--until", str(TODAY))
        assert f"acknowledged: {identity}, until {TODAY}" in done.err
    done = doctor(folder)
    assert done.status in (0, 4)
    assert f"ackn FAIL {ids[0]}, until {TODAY}: a test folder" in " ".join(done.out.split())
    assert f"{len(ids)} acknowledged." in done.out
    assert f"[{ids[0]}]" not in done.out, "it is folded"
    known = found(doctor(folder, "--json"), ids[0])
    assert known["acknowledged"] == {"reason": "a test folder", "until": str(TODAY)}
    assert known["status"] == "FAIL"
    record = folder / ".librechat-wizard" / "acknowledged.json"
    record.write_text(record.read_text().replace(str(TODAY), str(TODAY - timedelta(days=1))))
    assert doctor(folder).status == 1
    assert found(doctor(folder, "--json"), ids[0])["acknowledged"] is None


def test_a_day_in_the_past_ends_it(folder: Path) -> None:
    (identity, *_) = failing(folder)
    doctor(folder, "--ack", identity)
    assert identity not in failing(folder)
    done = doctor(folder, "--ack", identity, "--until", "2020-01-01")
    assert "no longer acknowledged" in done.err
    assert identity in failing(folder)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--ack", "rules.nothing"), "--ack: no finding has this id."),
        (("--ack", "log.secrets.jwt-missin"), "Did you mean log.secrets.jwt-missing?"),
        (("--ack", "files.ok", "--until", "31.12.2026"), "--until: is not a date. Use the format 2026-12-31."),
        (("--ack", "files.ok", "--until", "20261231"), "--until: is not a date."),
        (("--reason", "x"), "--reason and --until can only be used with --ack ID."),
    ],
)
def test_what_cannot_be_meant_is_refused(folder: Path, options: tuple[str, ...], message: str) -> None:
    done = doctor(folder, *options)
    assert done.status == 2
    assert message in done.err
    assert not (folder / ".librechat-wizard" / "acknowledged.json").exists()


def test_a_setting_of_a_family_can_be_acknowledged(folder: Path) -> None:
    assert doctor(folder, "--ack", "files.mounts.ldap-ca-cert-path").status in (0, 1, 4)
    assert (folder / ".librechat-wizard" / "acknowledged.json").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        '{"version": 1, "entries": [{"id": 1}]}',
        '{"version": 1, "entries": [{"id": "a", "reason": "", "until": "x", "since": "2026-01-01T00:00:00+00:00"}]}',
    ],
)
def test_a_damaged_record_acknowledges_nothing(folder: Path, damage: str) -> None:
    room = folder / ".librechat-wizard"
    room.mkdir(mode=0o700)
    (room / "acknowledged.json").write_text(damage)
    done = doctor(folder)
    assert done.status == 1
    assert "acknowledged.json: it is damaged" in done.err
    assert doctor(folder, "--ack", ID).status == 3


def test_a_second_mail_within_ten_minutes_is_refused_unless_it_is_meant(tmp_path: Path) -> None:
    record, now = TestMailRecord(tmp_path), datetime.now(UTC)
    assert record.minutes_left(now) == 0
    record.note(now)
    assert record.minutes_left(now + timedelta(minutes=3)) == 8
    assert record.minutes_left(now + timedelta(minutes=10)) == 0
    assert record.minutes_left(now - timedelta(minutes=1)) == 0, "a clock that was put back blocks nobody"


def test_the_doctor_refuses_a_second_mail(folder: Path) -> None:
    with (folder / ".env").open("a") as file:
        file.write("\nEMAIL_HOST=127.0.0.1\nEMAIL_PORT=9\nEMAIL_FROM=a@example.com\n")
    words = ("doctor", "--dir", folder, "--only", "delivery", "--mail-to", "somebody@example.com")
    assert run(*words).status != 2
    again = run(*words)
    assert again.status == 2
    assert "--mail-to: a test email was sent less than ten minutes ago." in again.err
    assert run(*words, "--again").status != 2
    assert run("doctor", "--dir", folder, "--only", "smtp").status != 2


def test_where_no_mail_was_sent_none_is_noted(folder: Path) -> None:
    with (folder / ".env").open("a") as file:
        file.write("\nEMAIL_HOST=127.0.0.1\nEMAIL_PORT=9\nEMAIL_FROM=a@example.com\n")
    words = ("doctor", "--dir", folder, "--only", "smtp,delivery", "--mail-to", "somebody@example.com")
    assert "delivery: not run (smtp failed)" in run(*words).out
    assert run(*words).status != 2
