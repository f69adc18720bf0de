"""``doctor --fix``: every finding with one right fix is gone afterwards, nothing else changes, and a second run does nothing."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from checks.fixes import fixes, is_missing_secret
from checks.model import Report
from screens.cli.fixing import resolved
from screens.cli.main import main
from screens.cli.remedies import with_commands
from tests.screens.cli.program import run
from tests.wizard.plan.test_local_proposal import clone
from tests.wizard.rules.builder import OPENID, deployment
from wizard.answers.model import Answers, Stack
from wizard.basics.problem import InvalidInput
from wizard.basics.secret import reveal
from wizard.deployment.assembled import deployment as deployment_of
from wizard.deployment.snapshot import take
from wizard.dotenv.document import Document
from wizard.findings.secrets import PLACEHOLDERS
from wizard.rules import check

FAULTS: Final = {
    "CREDS_KEY": "0f" * 32,
    "CREDS_IV": "1e" * 16,
    "MEILI_MASTER_KEY": "4b" * 32,
    "JWT_SECRET": "2d" * 32,
    "JWT_REFRESH_SECRET": "2d" * 32,
    "DOMAIN_CLIENT": "https://chat.example.net/",
    "DOMAIN_SERVER": "https://chat.example.net/",
    "ALLOW_REGISTRATION": "yes",
    "DEBUG_LOGGING": "on",
    "ALLOW_PASSWORD_RESET": "true",
    "SESSION_EXPIRY": "15m",
    "REFRESH_TOKEN_EXPIRY": "9000",
    "LOGIN_MAX": "abc",
    "REGISTER_WINDOW": "",
    "TRUST_PROXY": "true",
    "SESSION_COOKIE_SECURE": "false",
    "GOOGLE_CLIENT_ID": "id",
    "GOOGLE_CLIENT_SECRET": "secret-of-google",
    "GOOGLE_CALLBACK_URL": "/auth/google",
    "ALLOW_SOCIAL_REGISTRATION": "true",
    **{name: value for name, value in OPENID.items() if name not in ("ALLOW_SOCIAL_LOGIN", "LOGIN_MAX")},
    "OPENID_SCOPE": "profile",
}
"""Findings that have one right fix, as many as fit into one folder."""


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    made = sample_folder("v0.8.7")
    text = "PORT=3080\n# mine\nMY_OWN=kept\n" + "".join(f"{name}='{value}'\n" for name, value in FAULTS.items())
    (made / ".env").write_text(text, encoding="utf-8")
    (made / ".env").chmod(0o600)
    return made


def fixable(folder: Path) -> list[str]:
    current = deployment_of(take(folder, Answers()), {})
    found = check(current)
    missing = [one.id for one in found if is_missing_secret(one)]
    return [*missing, *(fix.finding.id for fix in fixes(current, found))]


def test_everything_with_one_right_fix_is_fixed_and_a_second_run_does_nothing(folder: Path) -> None:
    before = fixable(folder)
    assert len(set(before)) >= 14, before
    done = run("doctor", "--dir", folder, "--offline", "--only", "rules", "--fix", "--yes", "--json")
    assert len(json.loads(done.out)["fixed"]) >= 12
    assert f"    (cd {folder} && docker compose up -d" in done.err, (
        "who follows it stays where the program can be started"
    )
    assert fixable(folder) == []
    text = (folder / ".env").read_text(encoding="utf-8")
    assert "# mine\nMY_OWN=kept\n" in text
    assert "ALLOW_REGISTRATION=false" in text, "nothing is opened by the way"
    assert (folder / ".librechat-wizard" / "backups").is_dir()
    again = run("doctor", "--dir", folder, "--offline", "--only", "rules", "--fix", "--yes")
    assert "Nothing can be fixed automatically." in again.err
    assert (folder / ".env").read_text(encoding="utf-8") == text


def test_each_is_asked_and_a_no_leaves_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    first = fixable(folder)
    before = (folder / ".env").read_bytes()
    monkeypatch.setattr(sys, "stdin", Terminal("n\nwhat\nq\n"))
    main(["doctor", "--dir", str(folder), "--offline", "--only", "rules", "--fix"])
    assert (folder / ".env").read_bytes() == before
    told = capsys.readouterr().err
    assert told.count("Fix it? [y/N/q]") == 2
    assert told.count("Type y, n or q") == 1, "a wrong word is no answer"
    assert "Nothing was fixed." in told
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    main(["doctor", "--dir", str(folder), "--offline", "--only", "rules", "--fix"])
    assert "1 fixed." in capsys.readouterr().err
    assert len(fixable(folder)) < len(first)


def test_remedies_of_doctor_are_commands_and_all_that_fix_ends_are_counted(folder: Path) -> None:
    done = run("doctor", "--dir", folder, "--offline", "--only", "rules")
    assert "{generate" not in done.out
    assert "doctor --fix" in done.out
    count = int(re.findall(r"Up to (\d+) problems can be fixed automatically", done.err)[0])
    fixed = run("doctor", "--dir", folder, "--offline", "--only", "rules", "--fix", "--yes", "--json")
    assert count == len(json.loads(fixed.out)["fixed"]) + sum(
        len(one["also"]) for one in json.loads(fixed.out)["fixed"]
    )
    assert "automatically" not in run("doctor", "--dir", folder, "--offline", "--only", "rules").err


def test_a_remedy_that_only_an_answers_file_has_says_so() -> None:
    remedies = (
        "To copy it, set X: {generate: true}.",
        "Set X: {generate: true}. Or run: keys rotate jwt (once).",
        "Renew it.",
    )
    report = Report.of([PLACEHOLDERS.fail(remedy=text) for text in remedies])
    shown = [one.remedy for one in with_commands(report, frozenset()).findings]
    assert shown == [f"In an answers file (--answers FILE): {remedies[0]}", "Run: keys rotate jwt (once).", "Renew it."]


@pytest.mark.parametrize(
    ("options", "message"),
    [(("--fix",), "standard input is not a terminal"), (("--yes",), "--yes can only be used with --fix")],
)
def test_nobody_is_asked_without_a_terminal(folder: Path, options: tuple[str, ...], message: str) -> None:
    before = (folder / ".env").read_bytes()
    done = run("doctor", "--dir", folder, "--offline", *options)
    assert (done.status, (folder / ".env").read_bytes()) == (2, before)
    assert message in done.err


def test_what_is_acknowledged_is_not_fixed(folder: Path) -> None:
    words = ("doctor", "--dir", folder, "--offline", "--only", "rules")
    run(*words, "--ack", "rules.proxy.trust-proxy")
    run(*words, "--fix", "--yes")
    assert "TRUST_PROXY='true'" in (folder / ".env").read_text(encoding="utf-8")


def test_secrets_that_encrypt_are_never_replaced() -> None:
    placeholder = "your_secret_that_is_long_enough_for_all"
    made = deployment({"CREDS_KEY": placeholder, "CREDS_IV": "short", "JWT_SECRET": "short"}, has_run=True)
    assert "rules.secrets.placeholder.creds-key" in {one.id for one in check(made)}
    answers = [fix.answers for fix in fixes(made, check(made))]
    replaced = {name for each in answers for name in each.replace}
    assert replaced == {"JWT_SECRET"}
    assert not {name for each in answers for name in each} & {"CREDS_KEY", "CREDS_IV"}


def test_a_fix_gives_the_settings_that_the_remedy_names() -> None:
    made = deployment(
        {"PORT": "4000", "EMAIL_HOST": "m.example.net", "EMAIL_PORT": "465", "EMAIL_FROM": "a@example.net"},
        stack=Stack.DEPLOY,
    )
    found = {name: reveal(given.value or "") for fix in fixes(made, check(made)) for name, given in fix.answers.items()}
    assert found == {"PORT": "3080", "EMAIL_ENCRYPTION": "tls"}


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        ({"DOMAIN_CLIENT": "http://chat.lan", "DOMAIN_SERVER": "http://chat.lan"}, {"HSTS_ENABLED": "false"}),
        ({"HSTS_MAX_AGE": "60 * 60"}, {"HSTS_MAX_AGE": None}),
        ({"OPENID_DISCOVERY_RETRY_ATTEMPTS": "500"}, {"OPENID_DISCOVERY_RETRY_ATTEMPTS": None}),
        ({"CREDS_KEY": "x" * 64}, {}),
        ({"X_FRAME_OPTIONS": "off"}, {}),
    ],
)
def test_what_v088_brings_is_fixed_where_there_is_one_right_way(
    values: dict[str, str], changes: dict[str, str | None]
) -> None:
    current = deployment(values, release="v0.8.8")
    made = [fix.answers for fix in fixes(current, check(current))]
    assert {name: given.value for answers in made for name, given in answers.items()} == changes
    assert not [name for answers in made for name in answers.generate if name.startswith("CREDS_")]


def test_the_heading_names_every_key_of_the_difference_and_all_that_ends(folder: Path) -> None:
    file = folder / ".env"
    names = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "DOMAIN_CLIENT", "DOMAIN_SERVER")
    file.write_text(
        "PORT=3080\nDOMAIN_CLIENT=https://chat.example.net/\nDOMAIN_SERVER=https://chat.example.net/\n",
        encoding="utf-8",
    )
    file.chmod(0o644)
    before = {entry.name: entry for entry in Document.parse(file.read_bytes()).entries}
    done = run("doctor", "--dir", folder, "--offline", "--only", "rules", "--fix", "--yes", "--json")
    fixed = json.loads(done.out)["fixed"]
    after = Document.parse(file.read_bytes()).values()
    written = {name for name, value in after.items() if name not in before or before[name].value != value}
    changed = {key for one in fixed for key in one["changed"][".env"]}
    assert changed == {*written, "mode 0600"} >= {*names}
    for one in fixed:
        heading = done.err[done.err.index(f"[{one['id']}]") :].partition("--- ")[0]
        assert [key for keys in one["changed"].values() for key in keys if key not in heading] == []
        assert [identity for identity in one["also"] if identity not in heading] == []
    ended = {one["id"] for one in fixed}.union(*(one["also"] for one in fixed))
    assert {f"rules.secrets.missing.{name.lower().replace('_', '-')}" for name in names[:4]} <= ended
    assert f"{len(fixed) + sum(len(one['also']) for one in fixed)} fixed." in done.err


def test_the_hint_counts_what_is_resolved_besides(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_bytes((folder / ".env.example").read_bytes())
    hinted = "".join(run("doctor", "--dir", folder, "--offline", *only).err for only in ((), ("--only", "rules")))
    counts = set(re.findall(r"Up to (\d+) problems can be fixed automatically", hinted))
    fixed = run("doctor", "--dir", folder, "--offline", "--fix", "--yes").err
    (done,) = re.findall(r"^(\d+) fixed\.", fixed, re.MULTILINE)
    assert counts == {done}
    assert int(done) > 3


def test_where_one_plan_for_all_is_refused_each_fix_still_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wizard.plan import proposal as module

    current = deployment_of(take(folder, Answers()), {})
    explained = check(current)
    together, really = resolved(folder, current, explained), module.propose

    def refuses_all(place: Path, answers: Answers) -> module.Proposal:
        if len(answers.settings) > 3:
            raise InvalidInput("not all at once")
        return really(place, answers)

    monkeypatch.setattr(module, "propose", refuses_all)
    assert resolved(folder, current, explained) >= together - 2
    assert resolved(folder, current, []) == 0


def test_a_new_file_has_no_previous_one(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    done = run("doctor", "--dir", folder, "--offline", "--only", "rules", "--fix", "--yes")
    assert (folder / ".env").is_file(), done.text
    assert "previous files" not in done.err
    assert "is new" in done.err
    (folder / ".env").write_text("PORT=3080\nLOGIN_MAX=abc\n")
    assert "previous files" in run("doctor", "--dir", folder, "--offline", "--only", "rules", "--fix", "--yes").err


def test_a_fix_without_docker_ends_none_of_the_findings_about_the_installation(tmp_path: Path) -> None:
    folder = clone(tmp_path / "opt", "HOST=localhost\nPORT=3080\nLOGIN_MAX=abc\n")
    (folder / "docker-compose.yml").unlink()
    (folder / ".env.development").write_text("PORT=3080\n")
    done = run("doctor", "--dir", folder, "--offline", "--only", "files,rules", "--fix", "--yes", "--json")
    output = json.loads(done.out)
    also = {identity for one in output["fixed"] for identity in one["also"]}
    assert output["fixed"], done.text
    assert not also & {one["id"] for one in output["findings"]}, also
