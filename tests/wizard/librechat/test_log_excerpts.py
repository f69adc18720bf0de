"""What a log tells: labelled excerpts of real kinds, and logs that were made to do harm."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from checks.log.explanation import explain
from tests.canaries import CANARIES, found_in
from tests.finding_samples import declared
from tests.patience import assert_linear
from wizard.basics.finding import Status
from wizard.findings.log_causes import log_causes
from wizard.findings.log_model import LogCause
from wizard.librechat.log_search import search
from wizard.librechat.log_text import LogText
from wizard.librechat.releases import Release

RECORDS: Final = Path(__file__).resolve().parents[2] / "records"
NOTHING: Final = "-"


class Excerpt(NamedTuple):
    """A piece of a log with its label."""

    id: str
    surety: str
    words: str
    text: bytes


def excerpts() -> list[Excerpt]:
    """Return the labelled excerpts: those that the rules were made with, and those from before."""
    found = []
    for name in ("log-excerpts.table", "log-excerpts-held-back.table"):
        for block in re.split(r"(?m)^== ", (RECORDS / name).read_text(encoding="utf-8"))[1:]:
            head, _, text = block.partition("\n")
            label = [*(part.strip() for part in head.split(" | ")), "", ""]
            found.append(Excerpt(label[0], label[1], label[2], text.encode()))
    return found


def of_a_reviewer() -> list[tuple[frozenset[str], bytes]]:
    """Return what somebody wrote who had not seen the rules, with the ids of which one has to be told."""
    text = (RECORDS / "log-excerpts-of-a-reviewer.table").read_text(encoding="utf-8")
    blocks = (block.partition("\n") for block in re.split(r"(?m)^== ", text)[1:])
    return [(frozenset(head.split()), body.encode()) for head, _, body in blocks]


@pytest.mark.parametrize("number", range(len(of_a_reviewer())))
def test_an_excerpt_of_a_reviewer_is_explained_and_nothing_wrong_is_certain(number: int) -> None:
    labels, text = of_a_reviewer()[number]
    told = explain(text)
    faults = {one.finding.id for one in told if one.finding.status in {Status.FAIL, Status.WARN}}
    assert not {one.finding.id for one in told if one.is_certain and one.finding.status is Status.FAIL} - labels
    assert labels & {one.finding.id for one in told} or (NOTHING in labels and not faults)


@pytest.mark.parametrize("excerpt", excerpts(), ids=lambda each: each.id)
def test_an_excerpt_is_explained(excerpt: Excerpt) -> None:
    told = explain(excerpt.text)
    if excerpt.id == NOTHING:
        assert told == ()
        return
    worst = min(told, key=lambda one: [Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS].index(one.finding.status))
    assert worst.finding.id == excerpt.id, [one.finding.id for one in told]
    assert excerpt.words.lower() in worst.finding.remedy.lower()
    surety = "harmless" if worst.finding.status is Status.PASS else "sure" if worst.is_certain else "unsure"
    assert surety == excerpt.surety
    assert worst.finding.evidence[0].startswith("line ")
    others = [
        one.finding.id for one in told if one is not worst and one.finding.status in (Status.FAIL, Status.UNKNOWN)
    ]
    assert others == [], "a cascade is one finding"


def test_there_are_enough_of_all_kinds() -> None:
    kinds = {each.id.split(".")[1] for each in excerpts() if each.id != NOTHING}
    assert len(excerpts()) >= 120
    assert kinds >= {
        "secrets",
        "database",
        "config",
        "files",
        "redis",
        "compose",
        "mail",
        "openid",
        "saml",
        "ldap",
        "social",
    }


def test_causes_fit_together() -> None:
    known = declared()
    for cause in log_causes():
        assert cause.lines, cause.id
        assert cause.fix, cause.id
        assert all(each in known for each in cause.supersedes), cause.id
        assert not any(words in line for line in cause.lines for words in cause.unless), cause.id
        if cause.older[0]:
            assert str(Release.parse(cause.older[0])) == cause.older[0]


@pytest.mark.parametrize("cause", log_causes(), ids=lambda cause: cause.id)
def test_every_line_of_a_cause_is_found(cause: object) -> None:
    (one,) = (each for each in log_causes() if each is cause)
    for line in one.lines:
        text = line.removesuffix("$").replace("*", " something ").replace("#", "")
        near = f"{one.near[0]}\n" if one.near else ""
        found = search(LogText(f"{near}2026-11-21 00:45:58 error: {text}\n".encode()), log_causes())
        explained = {name for each in found for name in (each.cause.id, *each.cause.supersedes)}
        assert one.id in explained, line


def test_the_release_that_ran_decides_on_the_fix() -> None:
    line = b"error: [openidStrategy] login failed User validation failed: email: can't be blank\n"
    banner = b"> LibreChat@v0.8.0 backend\n> cross-env NODE_ENV=production node api/server/index.js\n"
    assert "requires v0.8.3" in explain(banner + line)[0].finding.remedy
    assert "OPENID_EMAIL_CLAIM=upn" in explain(line)[0].finding.remedy


def test_what_was_before_the_last_start_is_marked_as_such() -> None:
    start = "> cross-env NODE_ENV=production node api/server/index.js\n"
    bad = "error: [openidStrategy] only requests to HTTPS are allowed\n"
    well = "info: Server listening at http://localhost:3080\n"
    (over,) = explain(f"{start}{bad}{well}{start}{well}".encode())
    assert (over.is_earlier, over.is_certain, over.finding.status) == (True, False, Status.WARN)
    (loops,) = explain(f"{start}{bad}{start}{bad}{start}".encode())
    assert (loops.is_earlier, loops.finding.status) == (False, Status.FAIL)
    assert loops.finding.evidence[0].startswith("line 4:")


def test_nothing_of_the_input_is_in_the_output() -> None:
    random.seed(7)
    for excerpt in excerpts():
        canary = random.choice(CANARIES)
        spoiled = re.sub(rb"(?<=[\s\[(:/@])(\w+@[\w.]+|[\d.]{7,}|[\w-]+\.example\.\w+)", canary.encode(), excerpt.text)
        spoiled += b" ".join(each.encode() for each in CANARIES[:8])
        for one in explain(spoiled):
            finding = one.finding
            shown = "\n".join((finding.summary, finding.remedy, finding.docs, *finding.evidence))
            assert not found_in(shown.encode()), shown
            text = "\n".join(finding.evidence)
            assert not re.search(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\w@\w|example\.", text), text


_NO_MAIL_SERVER: Final = "error: [sendEmail] Error: connect ECONNREFUSED 127.0.0.1:587"
_MAIL_TIMED_OUT: Final = "error: [sendEmail] Error: connect ETIMEDOUT 198.51.100.7:587"
_OPENID: Final = "error: [openidStrategy] login failed invalid_client"
_LDAP: Final = "error: [ldapStrategy] self-signed certificate in certificate chain"
_DATABASE: Final = "error: MongoServerSelectionError: getaddrinfo ENOTFOUND mongodb"


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ((_NO_MAIL_SERVER, _DATABASE), {"log.mail.local-host", "log.database.unreachable"}),
        ((_OPENID, _LDAP, _DATABASE), {"log.openid.client", "log.ldap.certificate", "log.database.unreachable"}),
        ((_OPENID, _LDAP, "error: self-signed certificate"), {"log.openid.client", "log.ldap.certificate"}),
        (("error: [registerUser] MongoNetworkError: getaddrinfo ENOTFOUND mongodb",), {"log.database.unreachable"}),
    ],
)
def test_a_line_about_another_part_proves_nothing_of_its_neighbour(lines: tuple[str, ...], wanted: set[str]) -> None:
    assert {one.finding.id for one in explain("\n".join(lines).encode())} == wanted


@pytest.mark.parametrize(
    "between", [("2026-11-21 10:00:01 ", "2026-11-21 12:00:01 "), ("", ""), ("2026-11-21 10:00:01 ",) * 2]
)
def test_what_names_another_part_does_not_follow(between: tuple[str, str]) -> None:
    told = explain(f"{between[0]}{_MAIL_TIMED_OUT}\n{between[1]}{_DATABASE}\n".encode())
    assert [one.finding.id for one in told] == ["log.mail.timeout", "log.database.unreachable"]
    assert "follows" not in " ".join(told[0].finding.evidence)


def test_a_line_that_could_be_about_anything_follows_only_at_the_same_time() -> None:
    anything = "error: connect ETIMEDOUT 198.51.100.9"
    for time, wanted in (
        ("10:00:03", ["log.mail.timeout"]),
        ("12:00:03", ["log.mail.timeout", "log.network.no-answer"]),
    ):
        told = explain(f"2026-11-21 10:00:01 {_MAIL_TIMED_OUT}\n2026-11-21 {time} {anything}\n".encode())
        assert [one.finding.id for one in told] == wanted


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"\n",
        b"\x00\xff\xfe",
        b"\x1b[31;1",
        b"\x1b]0;",
        b"[openidStrategy] ",
        b"[openidStrategy] fetch faile\n",
        b"ECONNREFUSED 1:25",
        b'\\"level\\":\\"error\\",',
        b"error: There was an uncaught error: \r",
        "\u2028\u202e".encode(),
    ],
)
def test_hostile_logs_take_no_longer_than_others(line: bytes) -> None:
    assert_linear(lambda size: explain(line * (size // len(line))), 160_000)


def test_a_log_in_utf_16_with_colours_is_read() -> None:
    text = "\ufeff\x1b[31merror\x1b[39m: \x1b[31m[openidStrategy] only requests to HTTPS are allowed\x1b[39m\r\n"
    (one,) = explain(text.encode("utf-16-le"))
    assert one.finding.id == "log.openid.http-issuer"


def _as_typed(cause: LogCause) -> list[str]:
    """Return the words of a cause's lines as somebody could type them, with what has to stand beside them."""
    near = " ".join(cause.near[:1])
    lines = (line.removesuffix("$").replace("*", " x ") for line in cause.lines)
    return [f"{re.sub(r'(?m)[#^]', '', line)} {near}".strip() for line in lines]


@pytest.mark.parametrize(
    "form",
    [
        '2026-11-20 10:11:12 info: [title] "{}"',
        "LibreChat  | 2026-11-20 10:11:12 debug: [AskController] text: {}",
        '{{"level":"info","message":"New title: {}","timestamp":"2026-11-20T10:11:12.000Z"}}',
        "2026-11-20 10:11:12 debug: [AskController]\n{{\n  text: '{}',\n  endpoint: 'openAI',\n}}",
        "api-1  | 2026-11-20 10:11:12 info: [AgentController]\napi-1  |   text: {}",
    ],
)
def test_what_people_type_proves_nothing(form: str) -> None:
    wrong = [
        (one.finding.id, text)
        for cause in log_causes()
        for text in _as_typed(cause)
        for one in explain(form.format(text).encode())
        if one.is_certain and one.finding.status is not Status.PASS
    ]
    assert wrong == []


def test_the_same_words_as_an_error_do() -> None:
    sure = [
        cause.id
        for cause in log_causes()
        if cause.certain
        and any(one.is_certain for one in explain(f"2026-11-20 10:11:12 error: {_as_typed(cause)[0]}".encode()))
    ]
    assert len(sure) > 60


def test_what_librechat_itself_writes_as_information_counts_where_the_message_begins() -> None:
    text = "[BAN] Banning user 6b00 @ 198.51.100.7 for 120 minutes"
    (told,) = explain(f"2026-11-20 10:11:12 info: {text}".encode())
    assert told.is_certain
    (told,) = explain(f'2026-11-20 10:11:12 info: [title] "{text}"'.encode())
    assert not told.is_certain
    assert told.finding.status is Status.UNKNOWN
    assert "a user typed" in " ".join(told.finding.evidence)
