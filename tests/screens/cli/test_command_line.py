"""Options in odd places: each is heeded or refused, never passed over in silence."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from screens.cli.main import main
from screens.cli.parser import COMMANDS, parse
from tests.screens.cli.program import CHECKOUT, answers, run, tree
from wizard.basics.own_command import own_command
from wizard.interview.search import WORDS

SampleFolder = Callable[..., Path]
LOCAL = "version: 1\naccess: localhost\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--answers", "a.yaml", "doctor"],
        ["--force", "restore"],
        ["--json", "restore"],
        ["--offline", "settings"],
        ["--json", "schema"],
    ],
)
def test_an_option_that_the_command_does_not_take_is_refused(words: list[str]) -> None:
    done = run(*words)
    assert done.status == 2
    assert f"{words[-1]} does not accept {words[0]}" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["--dry-run"],
        ["--offline", "--force"],
        ["--json"],
        ["--resolve", "chat.example.com:192.0.2.7"],
        ["--cacert", "ca.pem"],
        ["--apply", "--first-admin", "admin@example.com"],
    ],
)
def test_an_option_of_the_answers_file_is_refused_without_one(words: list[str], tmp_path: Path) -> None:
    done = run(*words, "--dir", tmp_path)
    assert done.status == 2
    assert (
        f"{', '.join(word for word in words if word.startswith('--'))} can only be used with --answers FILE" in done.err
    )


@pytest.mark.parametrize("words", [["--json", "doctor"], ["doctor", "--json"], ["--json", "--offline", "doctor"]])
def test_json_counts_before_and_after_the_command(sample_folder: SampleFolder, words: list[str]) -> None:
    done = run(*words, "--dir", sample_folder("v0.8.7"))
    assert json.loads(done.out)["command"] == "doctor"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("users ad me@example.com", "users: no such action: ad (did you mean add?)."),
        ("users", "users: requires an action."),
        ("signin opnid", "PROVIDER: unknown provider: opnid (did you mean openid?)."),
        ("keys rotate jtw", "keys: no such group of secrets: jtw (did you mean jwt?)."),
        ("keys rotate", "keys: rotate takes exactly one group of secrets."),
        ("keys rotat jwt", "keys: no such action: rotat (did you mean rotate?)."),
        ("keys", "keys: requires an action."),
    ],
)
def test_a_mistyped_word_is_repeated_with_the_nearest_one(sample_folder: SampleFolder, line: str, message: str) -> None:
    done = run(*line.split(), "--dir", sample_folder("v0.8.7"))
    assert (done.status, message in " ".join(done.err.split())) == (2, True), done.text


@pytest.mark.parametrize(("words", "same"), [("help", "--help"), ("help users", "users --help"), ("--plain help keys", "--plain keys --help")])  # fmt: skip
def test_help_is_a_command_too(words: str, same: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for line in (words, same):
        with pytest.raises(SystemExit, match="0"):
            parse(line.split())
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "usage:" in told[0]


@pytest.mark.parametrize(
    ("line", "word"), [("install", "install"), ("help install", "install"), ("setup --json", "setup")]
)
def test_a_word_that_is_no_command_is_repeated(line: str, word: str) -> None:
    done = run(*line.split())
    assert (done.status, f"no such command '{word}'" in done.err) == (2, True), done.text
    assert "doctor" in done.err


@pytest.mark.parametrize("words", ["users {}", "signin {}", "keys {}", "keys rotate {}", "{}"])
def test_a_word_that_is_near_to_none_is_not_repeated(sample_folder: SampleFolder, words: str) -> None:
    done = run(*words.format("q7Xz!vPass99").split(), "--dir", sample_folder("v0.8.7"))
    assert (done.status, "q7Xz" in done.text) == (2, False), done.text


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["settings", "xyzzy", "--json"], "settings"),
        (["signin", "--json"], "signin"),
        (["keys", "--json"], "keys"),
        (["keys", "rotate", "foo", "--json"], "keys"),
        (["doctor", "--json", "--nonsense"], "doctor"),
        (["doctor", "--bundle", "-", "--json"], "doctor"),
        (["--json"], "answers"),
        (["--json", "--color", "blue"], "answers"),
        (["restore", "--json"], "restore"),
    ],
)
def test_a_refused_command_line_prints_one_json_object_too(
    words: list[str], command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(words)
    except SystemExit as ended:
        status = int(ended.code or 0)
    document = json.loads(capsys.readouterr().out)
    assert (document["command"], document["exit"], status) == (command, 2, 2)
    assert document["problems"]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("sso", "OPENID_ISSUER"),
        ("mail", "EMAIL_HOST"),
        ("session", "REFRESH_TOKEN_EXPIRY"),
        ("session_expiry", "SESSION_EXPIRY"),
        ("sesion", "REFRESH_TOKEN_EXPIRY"),
        ("logs me out all the time", "REFRESH_TOKEN_EXPIRY"),
    ],
)
def test_settings_are_found_by_a_word(word: str, first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", word]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert (names[0], main(["settings", word, "--json"])) == (first, 0)
    assert [entry["name"] for entry in json.loads(capsys.readouterr().out)] == names


def test_what_the_release_of_the_folder_does_not_read_is_last(sample_folder: SampleFolder) -> None:
    done = run("settings", "2fa", "--dir", sample_folder("v0.8.7"))
    lines = done.out.splitlines()
    unread = [line for line in lines if "not read by v0.8.7" in line]
    assert "ENFORCE_TWO_FACTOR_AUTHENTICATION" in {line.split()[0] for line in unread}
    assert lines[-len(unread) :] == unread != lines


@pytest.mark.parametrize(
    ("word", "near"),
    [("EMAIL_PORTT", "EMAIL_PORT"), ("sesin", "session"), ("", "To list all names"), ("restore", "restore")],
)
def test_a_word_that_finds_no_setting_is_told_with_the_nearest(
    word: str, near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["settings", word]) == 2
    assert near in capsys.readouterr().err


def test_the_help_of_a_command_speaks_of_that_command_alone(capsys: pytest.CaptureFixture[str]) -> None:
    for command, others in {
        "users": ("watch-signin", "doctor:", "keys:"),
        "keys": ("doctor:",),
        "doctor": ("users ban",),
    }.items():
        with pytest.raises(SystemExit, match="0"):
            parse([command, "--help"])
        told = capsys.readouterr().out.partition("examples:")[0]
        assert [word for word in others if word in told] == []
    assert parse(["users", "list", "--yes"]).yes
    assert parse(["users", "ban", "eve@example.com", "--for", "2h"]).duration == "2h"


def test_settings_json_before_the_command() -> None:
    assert json.loads(run("--json", "settings", "JWT_SECRET").out)[0]["name"] == "JWT_SECRET"


def test_an_empty_dir_is_not_the_current_folder(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    before = tree(folder)
    done = run("--answers", answers(folder, LOCAL), "--dir", "", cwd=folder)
    assert (done.status, tree(folder)) == (2, before)
    assert "--dir: is empty" in done.err


@pytest.mark.parametrize("words", [["--dir", "/nonexistent"], ["--only", "nonsense"]])
def test_the_doctor_prints_one_json_object_also_for_faults(sample_folder: SampleFolder, words: list[str]) -> None:
    done = run("doctor", "--json", "--dir", sample_folder("v0.8.7"), *words)
    document = json.loads(done.out)
    assert (document["exit"], done.status, document["findings"]) == (2, 2, [])
    assert words[0] in document["problems"][0]


def test_answers_without_end_are_not_read_to_the_end(sample_folder: SampleFolder) -> None:
    done = run("--answers", "/dev/zero", "--dir", sample_folder("v0.8.7"))
    assert done.status == 2
    assert "larger than" in done.err


def test_a_terminal_that_is_not_utf_8_gets_escapes(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    text = "version: 1\nsettings: {EMAIL_FROM_NAME: 日本}\n"
    done = run("--answers", answers(folder, text), "--dir", folder, environment={"PYTHONIOENCODING": "ascii"})
    assert done.status == 0, done.text
    assert "EMAIL_FROM_NAME=\\u65e5\\u672c" in done.out
    assert "日本" in (folder / ".env").read_text("utf-8")


def test_a_closed_standard_input(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    program = [sys.executable, "-m", "wizard", "--answers", "-", "--dir", str(folder)]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *program],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "standard input is closed" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--answer", "canary.yaml", "--dir", "d"], "unknown option: --answer (did you mean --answers?)"),
        (["--no-such", "canary"], "unknown option: --no-such"),
        (["--answer", "x", "doctr"], "unknown option: --answer (did you mean --answers?)"),
        (["docter", "--answer", "canary"], "no such command 'docter'; did you mean doctor?"),
        (["--answers", ""], "argument --answers: the value is empty"),
        (["doctor", "--cacert="], "argument --cacert: the value is empty"),
        (["canary-command"], f"no such command (choose from {', '.join(COMMANDS)})"),
        (["docter", "canary"], "no such command 'docter'; did you mean doctor?"),
        (
            ["--dir", "restored", "doctr"],
            "no such command 'doctr'; did you mean doctor?",
        ),
        (["canary-doctor", "doctr"], f"no such command (choose from {', '.join(COMMANDS)})"),
        (["doctor1canary"], f"no such command (choose from {', '.join(COMMANDS)})"),
        (
            ["--answers", "restore.canary", "restorecanary"],
            "no such command; did you mean restore?",
        ),
        (["--json=canary-value"], "argument --json: takes no value"),
        (["doctor", "--offline=canary-value"], "argument --offline: takes no value"),
        (["doctor", "--url"], "argument --url: expected one argument"),
        (["demo", "--json"], "demo does not accept --json"),
        (["restore", "--json"], "restore does not accept --json"),
        (["--mail-to", "canary@example.com"], "--mail-to can only be used with doctor"),
        (["--yes"], "--yes can only be used with doctor, users, keys"),
        (["doctor", "--pasword-file=canary-value"], "unknown option: --pasword-file (did you mean --password-file?)"),
        (["settings", "JWT_SECRET", "canary-value"], "unexpected argument at position 3"),
    ],
)
def test_a_wrong_command_line_is_told_without_its_values(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(words)
    told = capsys.readouterr().err
    assert f"librechat-wizard: {message}\n" in told
    assert "canary" not in told


def test_an_option_of_the_program_counts_before_and_after_a_command() -> None:
    before, after = (parse(words) for words in (["--offline", "doctor"], ["doctor", "--offline"]))
    assert (before.offline, after.offline) == (True, True)
    assert parse(["--dir", "x", "doctor"]).dir == parse(["doctor", "--dir", "x"]).dir == "x"
    assert parse(["doctor"]).offline is False


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--again",), "--mail-to"),
        (("--only", ""), "--only"),
        (("--only", " , "), "--only"),
        (("--for-release", "v0.8.8", "--only", "dns"), "Omit --only"),
        (("--for-release", "v0.8.8", "--mail-to", "a@example.com", "--watch-signin"), "Omit --mail-to, --watch-signin"),
        (("--watch-signin", "--only", "dns"), "Omit --only"),
        (("--watch-signin", "--bundle", "-"), "Omit --bundle"),
        (("--only", "session", "--for", "5m", "--bundle", "-"), "Omit --bundle"),
    ],
)
def test_no_option_of_doctor_is_accepted_and_ignored(words: tuple[str, ...], named: str, tmp_path: Path) -> None:
    done = run("doctor", *words, "--dir", tmp_path)
    assert (done.status, named in done.err, done.out) == (2, True, ""), done.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("SESSION_EXPIRYY", "SESSION_EXPIRY"), ("JWT_SECRETT", "JWT_SECRET"), ("captcha", "")],
)
def test_a_suggestion_can_be_typed(typed: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", typed]) == 2
    suggested = re.search(r"Did you mean (.+)\?", capsys.readouterr().err)
    assert (suggested[1] if suggested else "") == meant


def test_every_word_of_the_search_that_is_suggested_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    suggested = 0
    for word in WORDS:
        if main(["settings", f"{word[:-1]}qx"]) == 0:
            continue
        suggestion = re.search(r"Did you mean (.+)\?", capsys.readouterr().err)
        if suggestion is not None:
            [argument] = shlex.split(suggestion[1])
            assert main(["settings", argument]) == 0, suggestion[1]
            suggested += " " in argument
    assert suggested > 3


@pytest.mark.parametrize("words", [["doctor"], ["settings", "PORT"], ["restore"], ["--plain"]])
def test_a_file_is_no_folder(words: list[str], tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.touch()
    done = run(*words, "--dir", file)
    assert (done.status, "is not a folder" in done.err, "does not exist" in done.err) == (2, True, False), done.err


def test_no_service_is_no_empty_list(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / "docker-compose.yml").write_text("", encoding="utf-8")
    done = run("--answers", answers(folder, "version: 1\naccess: localhost\n"), "--dir", folder, "--offline")
    assert (done.status, "librechat.service: " in done.err, "()" in done.err) == (2, True, False), done.text


def test_own_commands_have_no_gaps() -> None:
    assert own_command("") == own_command() == own_command("", "").strip()
