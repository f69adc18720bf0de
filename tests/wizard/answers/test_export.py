"""Exported answers: no secret in them, read back as the same answers, and the journal likewise."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries import CANARIES
from wizard import catalogue
from wizard.answers import file
from wizard.answers.draft import AskAgain, Draft, Generate, Typed
from wizard.answers.export import answers_text, save
from wizard.answers.model import Imap, Source
from wizard.basics.own_command import started_in
from wizard.basics.problem import InvalidInput, WriteRefused
from wizard.basics.secret import Secret, reveal
from wizard.catalogue.model import Kind
from wizard.interview.draft_file import DraftFile

CANARY = CANARIES[3]
TEXTS = [
    one.key for one in catalogue.SETTINGS if one.kind is Kind.TEXT and not (one.unread or one.renamed_to or one.pattern)
]


@given(st.dictionaries(st.sampled_from(TEXTS), st.text(min_size=1, max_size=40), max_size=8))
def test_export_reads_back_as_the_same_answers(values: dict[str, str]) -> None:
    draft = Draft()
    for name, text in values.items():
        draft = draft.give(f"settings.{name}", Typed(text))
    folder = Path("/")
    try:
        wanted = draft.answers(folder)
    except InvalidInput:
        return
    read = file.parse(answers_text(draft, folder).encode(), "x", folder).answers
    assert {name: given.value for name, given in read.items()} == {name: given.value for name, given in wanted.items()}
    assert all(given.source is Source.TYPED for given in wanted.values())


ADDRESSES = {
    "PROXY": f"http://me:{CANARY}@proxy.example:3128",
    "HTTP_PROXY": f"http://{CANARY}@proxy.example:3128",
    "HTTPS_PROXY": f"http://proxy.example:3128/?token={CANARY}",
    "MONGO_URI": f"mongodb://me:{CANARY}@db/LibreChat",
    "REDIS_URI": f"redis://:{CANARY}@redis:6379",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_with_a_password_is_a_secret(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft().give(f"settings.{name}", Typed(ADDRESSES[name]))
    assert f"{name}: {{env: {name}, keep: true}}" in answers_text(draft, tmp_path)
    assert CANARY not in answers_text(draft, tmp_path)
    (tmp_path / ".librechat-wizard").mkdir(mode=0o700)
    journal = DraftFile(tmp_path)
    journal.write(draft, "proxy")
    assert CANARY not in (tmp_path / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8")
    saved = journal.read()
    assert saved is not None
    assert saved.secrets == (f"settings.{name}",)
    monkeypatch.setenv(name, ADDRESSES[name])
    exported = file.parse(answers_text(draft, tmp_path).encode(), "x", tmp_path).answers[name].value
    assert exported == Secret(ADDRESSES[name])
    in_clear = file.parse(f"version: 1\nsettings: {{{name}: '{ADDRESSES[name]}'}}\n".encode(), "x", tmp_path)
    assert isinstance(in_clear.answers[name].value, Secret)
    assert [warning for warning in in_clear.warnings if f"{name} is in plain text" in warning]


def test_export_names_secrets_and_does_not_hold_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft().give("settings.EMAIL_PASSWORD", Typed(Secret(CANARY)))
    draft = draft.give("settings.JWT_SECRET", Generate(replace=True)).give("settings.OPENID_CLIENT_SECRET", AskAgain())
    path = save(draft, tmp_path, Path("answers.yaml"))
    text = path.read_text(encoding="utf-8")
    assert CANARY not in text
    assert path.stat().st_mode & 0o777 == 0o600
    assert "EMAIL_PASSWORD: {env: EMAIL_PASSWORD, keep: true}" in text
    assert "JWT_SECRET: {generate: true, replace: true}" in text
    kept = file.load(path).answers
    assert "EMAIL_PASSWORD" not in kept
    assert kept.replace == {"JWT_SECRET"}
    monkeypatch.setenv("EMAIL_PASSWORD", "from-outside")
    value = file.load(path).answers["EMAIL_PASSWORD"].value
    assert value is not None
    assert reveal(value) == "from-outside"


def test_the_mailbox_is_kept_without_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"host": "imap.example.com", "port": "993", "user": "me", "tls": "true"}
    draft = Draft().give("checks.imap.password", Typed(Secret("box-canary")))
    for name, text in texts.items():
        draft = draft.give(f"checks.imap.{name}", Typed(text))
    wanted = Imap(host="imap.example.com", port=993, user="me", password=Secret("box-canary"))
    assert draft.answers(tmp_path).checks.imap == wanted
    text = save(draft, tmp_path, Path("answers.yaml")).read_text(encoding="utf-8")
    assert "box-canary" not in text
    assert "password: {env: IMAP_PASSWORD, keep: true}" in text
    monkeypatch.setenv("IMAP_PASSWORD", "box-canary")
    assert file.parse(text.encode(), "x", tmp_path).answers.checks.imap == wanted


EVERY_KIND = {
    "librechat.stack": "deploy",
    "access": "https-proxy",
    "proxy.server": "nginx",
    "proxy.certificate": "files",
    "proxy.certificate_file": "chain.pem",
    "proxy.key_file": "~/key.pem",
    "proxy.hops": "3",
    "registration.socialLogins": "google, openid",
    "registration.allowedDomains": "Example.com,example.org",
    "checks.mail_to": "me@example.com",
    "checks.login.email": "007@example.com",
    "settings.ALLOW_REGISTRATION": "true",
    "settings.APP_TITLE": "true",
    "settings.LOGIN_MAX": "7",
    "settings.EMAIL_FROM_NAME": "0123",
    "settings.EMAIL_USERNAME": "",
    "settings.DOMAIN_CLIENT": "https://chat.example.com",
    "settings.EMAIL_PASSWORD": " p'\"#: ",
    "settings.MONGO_URI": "mongodb://user:pass@db/LibreChat",
    "checks.login.password": "login-canary",
}


def test_a_draft_and_its_file_are_the_same_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft().give("settings.JWT_SECRET", Generate(replace=True, accept_loss=True))
    for identity, text in EVERY_KIND.items():
        draft = draft.give(identity, Typed(text))
    monkeypatch.setenv("EMAIL_PASSWORD", EVERY_KIND["settings.EMAIL_PASSWORD"])
    monkeypatch.setenv("MONGO_URI", EVERY_KIND["settings.MONGO_URI"])
    monkeypatch.setenv("PROBE_PASSWORD", EVERY_KIND["checks.login.password"])
    typed = draft.answers(tmp_path)
    written = file.parse(answers_text(draft, tmp_path).encode(), "x", Path("/elsewhere")).answers
    assert {name: given.source for name, given in typed.items()} == dict.fromkeys(typed, Source.TYPED)
    assert {name: given.value for name, given in typed.items()} == {name: each.value for name, each in written.items()}
    assert typed._replace(settings={}) == written._replace(settings={})
    assert typed.proxy.certificate_file == str(tmp_path / "chain.pem")
    assert typed.checks.login.password == Secret("login-canary")


def test_a_password_alone_is_no_mailbox(tmp_path: Path) -> None:
    assert Draft().give("checks.imap.password", Typed(Secret("box-canary"))).answers(tmp_path).checks.imap is None


def test_a_certificate_from_files_is_no_fault_of_its_own(tmp_path: Path) -> None:
    draft = Draft().give("access", Typed("https-proxy")).give("proxy.certificate", Typed("files"))
    assert draft.fault("proxy.certificate") is None
    with pytest.raises(InvalidInput) as caught:
        draft.answers(tmp_path)
    assert {problem.field for problem in caught.value.problems} == {"proxy.certificate_file", "proxy.key_file"}


def test_keep_belongs_to_env() -> None:
    for wrong in ("{file: x, keep: true}", "{env: X, keep: false}", "{keep: true}"):
        with pytest.raises(InvalidInput):
            file.parse(f"version: 1\nsettings: {{EMAIL_PASSWORD: {wrong}}}\n".encode(), "x", Path("/"))


def test_export_replaces_only_an_answers_file(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("mine", encoding="utf-8")
    with pytest.raises(WriteRefused):
        save(Draft(), tmp_path, other)
    assert other.read_text(encoding="utf-8") == "mine"
    with pytest.raises(WriteRefused):
        save(Draft(), tmp_path, tmp_path)


def test_a_missing_folder_is_named_with_the_command_that_creates_it(tmp_path: Path) -> None:
    place = tmp_path / "no such" / "folder"
    for name in (place / "x.yaml", Path("no such/folder/x.yaml")):
        with pytest.raises(WriteRefused) as caught:
            save(Draft(), tmp_path, name)
        (problem,) = caught.value.problems
        assert f"{place} does not exist." in problem.message
        assert f"mkdir -p '{place}'" in problem.remedy
        assert "LibreChat folder" not in problem.remedy, "running the wizard again does not help"
        started_in("/srv/chat")
        assert f"create it: mkdir -p '{place}'" in str(problem), "an absolute path needs no cd"


def test_a_folder_that_takes_no_files_is_not_called_missing(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name, message in (
        ("loop/x.yaml", "is part of a loop of symbolic links."),
        ("loop/deeper/x.yaml", "is part of a loop of symbolic links."),
        ("dangling/x.yaml", f"{tmp_path / 'dangling'} is a link to a folder that does not exist."),
        ("dangling/deeper/x.yaml", f"{tmp_path / 'dangling'} is a link to a folder that does not exist."),
        ("/proc/x.yaml", "/proc does not accept new files."),
    ):
        with pytest.raises(WriteRefused) as caught:
            save(Draft(), tmp_path, Path(name))
        (problem,) = caught.value.problems
        assert message in problem.message
        assert problem.remedy == "Choose another folder."


def test_why_a_name_cannot_be_saved(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for name, message in (
        (tmp_path, "folder"),
        (tmp_path / "notes.txt" / "x.yaml", "not a folder"),
        ("n" * 300, "long"),
    ):
        with pytest.raises(WriteRefused) as caught:
            save(Draft(), tmp_path, Path(name))
        (problem,) = caught.value.problems
        assert message in problem.message
        assert problem.message.endswith("Nothing was written.")
        assert "again" not in problem.remedy


def test_journal_keeps_answers_also_wrong_ones_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / ".librechat-wizard").mkdir()
    journal = DraftFile(tmp_path)
    draft = Draft().give("settings.EMAIL_PORT", Typed("not a port")).give("access", Typed("localhost"))
    draft = draft.give("settings.EMAIL_PASSWORD", Typed(Secret(CANARY))).give("settings.JWT_SECRET", Generate())
    journal.write(draft, "mail")
    data = (tmp_path / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8")
    assert CANARY not in data
    assert (tmp_path / ".librechat-wizard" / "draft.json").stat().st_mode & 0o777 == 0o600
    saved = journal.read()
    assert saved is not None
    assert saved.step == "mail"
    assert saved.secrets == ("settings.EMAIL_PASSWORD",)
    assert saved.draft.text("settings.EMAIL_PORT") == "not a port"
    assert saved.draft.entries["settings.JWT_SECRET"] == Generate()
    with pytest.raises(InvalidInput, match="Enter it again"):
        saved.draft.answers(tmp_path)
    journal.clear()
    assert journal.read() is None


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"version": 2}', b'{"version": 1, "entries": []}',
        b'{"version": 1, "step": "x", "entries": {"proxy.key_file": {"text": "~x\\ud800/y"}, "proxy.hops": {"text": "a\\u0000"}}}',
        b'{"version": 1, "step": "x", "entries": {"settings.NO_SUCH": {"text": "x"}, "access": 5, "settings.JWT_SECRET": {"text": "clear"}}}',
    ],
)  # fmt: skip
def test_odd_journal_is_no_obstacle(tmp_path: Path, data: bytes) -> None:
    room = tmp_path / ".librechat-wizard"
    room.mkdir()
    (room / "draft.json").write_bytes(data)
    saved = DraftFile(tmp_path).read()
    assert saved is None or dict(saved.draft.entries) == {}


def test_journal_follows_no_link(tmp_path: Path) -> None:
    room = tmp_path / ".librechat-wizard"
    room.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("untouched", encoding="utf-8")
    (room / "draft.json").symlink_to(victim)
    (room / "draft.json.new").symlink_to(victim)
    journal = DraftFile(tmp_path)
    assert journal.read() is None
    journal.write(Draft().give("access", Typed("localhost")), "access")
    assert victim.read_text(encoding="utf-8") == "untouched"
    assert json.loads((room / "draft.json").read_text(encoding="utf-8"))["step"] == "access"


def test_the_mail_from_the_container_is_a_switch(tmp_path: Path) -> None:
    draft = Draft().give("checks.mail_to", Typed("me@example.com")).give("checks.from_container", Typed("true"))
    text = answers_text(draft, tmp_path)
    assert "from_container: true\n" in text
    assert file.parse(text.encode(), "x", tmp_path).answers.checks.from_container
    assert draft.answers(tmp_path).checks.from_container


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("false", False), ("", None)])
def test_hsts_is_a_switch_that_may_stay_unanswered(tmp_path: Path, text: str, expected: object) -> None:
    draft = Draft().give("access", Typed("https-proxy")).give("proxy.hsts", Typed(text))
    written = answers_text(draft, tmp_path)
    assert f"  hsts: {text or '~'}\n" in written
    assert file.parse(written.encode(), "", tmp_path).answers.proxy.hsts is expected
    assert draft.answers(tmp_path).proxy.hsts is expected


def test_journal_that_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    place = tmp_path / ".librechat-wizard"
    place.mkdir()
    os.mkfifo(place / "draft.json")
    assert DraftFile(tmp_path).read() is None
