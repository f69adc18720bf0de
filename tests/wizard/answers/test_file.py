"""The answers file: what is read from it, and how its faults are told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wizard.answers.file import load, parse
from wizard.answers.model import Access, Certificate, Given, Imap, Source, Stack
from wizard.answers.reader import AnswersRead
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret, reveal
from wizard.librechat.releases import Release


def read(text: str, base: Path = Path("/nonexistent")) -> AnswersRead:
    return parse(text.encode(), "a.yaml", base)


def problems(text: str, base: Path = Path("/nonexistent")) -> dict[str, Problem]:
    with pytest.raises(InvalidInput) as caught:
        read(text, base)
    return {problem.field: problem for problem in caught.value.problems}


def test_every_part_is_read() -> None:
    answers = read(
        "version: 1\n"
        "librechat: {release: v0.8.6, stack: deploy}\n"
        "access: https-proxy\n"
        "proxy: {server: nginx, certificate: internal}\n"
        "settings: {ALLOW_REGISTRATION: false, SESSION_EXPIRY: 24h, PORT: 3080}\n"
        "registration: {socialLogins: [openid, google], allowedDomains: [Example.COM]}\n"
        "checks: {mail_to: admin@example.com, from_container: true, login: {email: probe@example.com}}\n"
    ).answers
    assert answers.librechat.release == Release(0, 8, 6)
    assert answers.librechat.stack is Stack.DEPLOY
    assert answers.access is Access.HTTPS_PROXY
    assert answers.proxy.certificate is Certificate.INTERNAL
    assert answers["ALLOW_REGISTRATION"] == Given("false", Source.FILE)
    assert answers["PORT"].value == "3080"
    assert answers["SESSION_EXPIRY"].value == "1000 * 60 * 60 * 24"
    assert answers.registration.social_logins == ("openid", "google")
    assert answers.registration.allowed_domains == ("example.com",)
    assert answers.checks.mail_to == "admin@example.com"
    assert answers.checks.from_container
    assert not read("version: 1\nchecks: {from_container: false}\n").answers.checks.from_container
    assert read("version: 1\nchecks: {allow_insecure_login: true}\n").answers.checks.allow_insecure_login
    assert not answers.checks.allow_insecure_login
    assert not read("version: 1\nchecks: {mail_to: a@example.com}\n").answers.checks.from_container


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("false", False), ("~", None)])
def test_hsts_is_asked_for_taken_back_or_not_spoken_of(text: str, expected: bool | None) -> None:
    assert read(f"version: 1\nproxy: {{hsts: {text}}}\n").answers.proxy.hsts is expected
    assert read("version: 1\nproxy: {hops: 1}\n").answers.proxy.hsts is None


def test_the_mailbox_of_the_test_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIZARD_TEST_VALUE", "box-canary")
    whole = read(
        "version: 1\nchecks:\n  mail_to: me@example.com\n  imap:\n    host: imap.example.com\n    user: me\n"
        "    password: {env: WIZARD_TEST_VALUE}\n    tls: starttls\n    folder: Tests\n"
    )
    imap = whole.answers.checks.imap
    assert imap == Imap(
        host="imap.example.com", user="me", password=Secret("box-canary"), folder="Tests", starttls=True
    )
    assert imap is not None
    assert imap.tcp_port == 143
    assert "box-canary" not in repr(whole)
    short = read("version: 1\nchecks: {imap: {host: h, user: u, port: 1993, tls: true, password: clear}}\n")
    assert short.answers.checks.imap == Imap(host="h", port=1993, user="u", password=Secret("clear"))
    assert any("checks.imap.password is in plain text" in warning for warning in short.warnings)
    kept = read("version: 1\nchecks: {imap: {host: h, user: u, password: {env: WIZARD_NOT_SET, keep: true}}}\n")
    assert kept.answers.checks.imap == Imap(host="h", user="u")
    assert Imap(host="h", user="u").tcp_port == 993
    assert read("version: 1\nchecks: {imap: ~}\n").answers.checks.imap is None


def test_null_takes_a_line_out() -> None:
    assert read("version: 1\nsettings: {MIN_PASSWORD_LENGTH: ~}\n").answers["MIN_PASSWORD_LENGTH"].value is None


def test_secrets_come_from_files_variables_and_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "smtp").write_bytes(b" pa ss#word \r\n")
    monkeypatch.setenv("WIZARD_TEST_VALUE", "from-variable")
    answers = read(
        "version: 1\nsettings:\n"
        "  EMAIL_PASSWORD: {file: smtp}\n"
        "  MAILGUN_API_KEY: {env: WIZARD_TEST_VALUE}\n"
        "  GOOGLE_CLIENT_SECRET: {command: [printf, 'from-command\\n']}\n",
        tmp_path,
    ).answers
    values = {name: given.value for name, given in answers.items()}
    assert all(isinstance(value, Secret) for value in values.values())
    assert {name: reveal(value or "") for name, value in values.items()} == {
        "EMAIL_PASSWORD": " pa ss#word ",
        "MAILGUN_API_KEY": "from-variable",
        "GOOGLE_CLIENT_SECRET": "from-command",
    }
    assert "from-variable" not in repr(answers)


def test_a_commands_child_gets_no_secret_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIZARD_TEST_VALUE", "hidden")
    monkeypatch.setenv("JWT_SECRET", "hidden-too")
    monkeypatch.setenv("HARMLESS", "shown")
    answers = read(
        "version: 1\nsettings:\n"
        "  MAILGUN_API_KEY: {env: WIZARD_TEST_VALUE}\n"
        "  GOOGLE_CLIENT_SECRET: {command: [sh, -c, env]}\n",
        tmp_path,
    ).answers
    child = reveal(answers["GOOGLE_CLIENT_SECRET"].value or "")
    assert "HARMLESS=shown" in child
    assert "hidden" not in child


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("{file: missing}", "No such file"),
        ("{env: WIZARD_NOT_SET}", "is not set"),
        ("{command: [false]}", "exited with status 1"),
        ("{command: [/no/such/program]}", "failed"),
        ("{command: echo}", "valid value"),
        ("{file: /dev/zero}", "not a regular file"),
        ("{file: .}", "not a regular file"),
        ("{fle: x}", "specify the source of the value"),
        ("{file: a, env: b}", "specify the source of the value"),
        ("{file: empty}", "is empty"),
        ("{file: latin}", "not UTF-8"),
        ("{file: long}", "larger than"),
    ],
)
def test_a_source_that_gives_nothing_is_a_fault(tmp_path: Path, source: str, says: str) -> None:
    (tmp_path / "empty").write_bytes(b"\n")
    (tmp_path / "latin").write_bytes(b"\xe4\n")
    (tmp_path / "long").write_bytes(b"x" * 70_000)
    found = problems(f"version: 1\nsettings:\n  EMAIL_PASSWORD: {source}\n", tmp_path)
    assert says in found["settings.EMAIL_PASSWORD"].message
    assert found["settings.EMAIL_PASSWORD"].line == 3


@pytest.mark.parametrize(
    ("text", "field", "hint"),
    [
        ("settings: {}\n", "version", "version: 1"),
        ("version: 2\n", "version", "version 1"),
        ("version: 1\nsetings: {}\n", "setings", "settings"),
        ("version: 1\nALLOW_REGISTRATION: true\n", "ALLOW_REGISTRATION", "under 'settings:'"),
        ("version: 1\naccess: https\n", "access", "https-proxy"),
        ("version: 1\nlibrechat: {release: newest}\n", "librechat.release", "v0.8.7"),
        ("version: 1\nlibrechat: {stack: podman}\n", "librechat.stack", "compose, deploy, helm, local"),
        ("version: 1\nproxy: {hops: 0}\n", "proxy.hops", "Count"),
        ("version: 1\nproxy: {hops: 21}\n", "proxy.hops", "Count"),
        ("version: 1\nproxy: {email: a b}\n", "proxy.email", "admin@example.com"),
        ('version: 1\nproxy: {email: "a@b.de }"}\n', "proxy.email", "admin@example.com"),
        ("version: 1\nproxy: {email: 'a{b@c.de'}\n", "proxy.email", "admin@example.com"),
        ("version: 1\nproxy: {hsts: 63072000}\n", "proxy.hsts", ""),
        ("version: 1\nproxy: {server: apache}\n", "proxy.server", "caddy"),
        ("version: 1\nproxy: {certificate: files}\n", "proxy.key_file", "certificate_file"),
        ("version: 1\nregistration: {socialLogins: [gogle]}\n", "registration.socialLogins", "google"),
        ("version: 1\nregistration: {allowedDomains: ['*.example.com']}\n", "registration.allowedDomains", "wildcard"),
        ("version: 1\nchecks: {mail_to: nobody}\n", "checks.mail_to", "somebody@"),
        ("version: 1\nchecks: {login: {email: a, password: [b]}}\n", "checks.login.password", ""),
        ("version: 1\nchecks: {login: {email: a, create: true}}\n", "checks.login", ""),
        ("version: 1\nchecks: {from_container: 'true'}\n", "checks.from_container", ""),
        ("version: 1\nchecks: {allow_insecure_login: 'yes'}\n", "checks.allow_insecure_login", ""),
        ("version: 1\nchecks: {imap: {host: h}}\n", "checks.imap.user", "host and user"),
        ("version: 1\nchecks: {imap: {user: u, tsl: true}}\n", "checks.imap.tsl", "tls"),
        ("version: 1\nchecks: {imap: {host: h, user: u, tls: false}}\n", "checks.imap.tls", "unencrypted"),
        ("version: 1\nchecks: {imap: {host: h, user: u, port: 0}}\n", "checks.imap.port", "993"),
        ('version: 1\nchecks: {imap: {host: h, user: u, folder: "a\\r\\nb"}}\n', "checks.imap.folder", "again"),
        ("version: 1\nsettings: {JWT_SECRT: x}\n", "settings.JWT_SECRT", "JWT_SECRET"),
        ("version: 1\nsettings: {FROM_EMAIL: a@b.de}\n", "settings.FROM_EMAIL", "EMAIL_FROM"),
        ("version: 1\nsettings: {LIMIT_FORK_IP: true}\n", "settings.LIMIT_FORK_IP", "Remove the line"),
        ("version: 1\nsettings: {EMAIL_HOST: {generate: true}}\n", "settings.EMAIL_HOST", "the value itself"),
        ("version: 1\nsettings: {JWT_SECRET: {replace: true}}\n", "settings.JWT_SECRET", "generate: true"),
        ("version: 1\nsettings: {JWT_SECRET: {generate: 1}}\n", "settings.JWT_SECRET.generate", ""),
        ("version: 1\nsettings: [a]\n", "settings", ""),
    ],
)
def test_a_fault_names_the_field_and_the_way_out(text: str, field: str, hint: str) -> None:
    found = problems(text)
    assert field in found
    assert hint in found[field].remedy


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(InvalidInput) as caught:
        read("version: 1\nacess: x\nsettings:\n  NOPE: 1\n  PORT: 99999\nregistration: {socialLogins: [x]}\n")
    assert [problem.line for problem in caught.value.problems] == [2, 4, 5, 6]


def test_a_secret_in_clear_is_accepted_and_warned_about(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("version: 1\nsettings: {EMAIL_PASSWORD: in-clear}\n")
    path.chmod(0o644)
    found = load(path)
    assert reveal(found.answers["EMAIL_PASSWORD"].value or "") == "in-clear"
    assert any("EMAIL_PASSWORD is in plain text" in warning for warning in found.warnings)
    assert any("chmod 600" in warning for warning in found.warnings)
    assert "in-clear" not in " ".join(found.warnings)


@pytest.mark.parametrize(
    ("text", "without_effect"),
    [
        ("access: https-proxy\nproxy: {server: caddy, hops: 2}", ["proxy.hops"]),
        ("access: localhost\nproxy: {server: caddy, certificate: files, certificate_file: a, key_file: b}",
         ["proxy.server", "proxy.certificate", "proxy.certificate_file", "proxy.key_file"]),
        ("access: http-lan\nproxy: {hsts: true}", []),  # the plan has a note about it
        ("access: https-proxy\nproxy: {certificate: internal, email: a@example.com}", ["proxy.email"]),
        ("proxy: {hops: 2, hsts: true}", ["proxy.hops", "proxy.hsts"]),
        ("access: https-existing\nproxy: {server: nginx, hops: 2, hsts: true}", []),
        ("access: https-proxy\nproxy: {email: a@example.com, hsts: false, server: null, hops: null}", []),
        ("kubernetes: {namespace: chat}", []),  # the stack is found out from the folder
    ],
)  # fmt: skip
def test_what_another_access_would_need_is_noted(text: str, without_effect: list[str]) -> None:
    notes = read(f"version: 1\n{text}\n").notes
    assert [note.partition(" has no effect")[0].rpartition(" ")[2] for note in notes] == without_effect
    assert all("access is" in note for note in notes)


def test_a_missing_file_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(InvalidInput, match="cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        f"proxy: {{hops: {'9' * 5000}}}",
        f"librechat: {{release: v0.8.{'9' * 400}}}",
        f"librechat: {{release: v0.8.7-rc{'9' * 400}}}",
    ],
)
def test_endless_digits_are_a_fault_of_the_file(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        parse(f"version: 1\n{text}\n".encode(), "answers.yaml", tmp_path)


def test_a_home_of_nobody_is_a_fault_of_the_file() -> None:
    found = problems("version: 1\nsettings: {EMAIL_PASSWORD: {file: ~no-such-user/x}}\n")
    assert "home directory is unknown" in found["settings.EMAIL_PASSWORD"].message


@pytest.mark.parametrize(
    "form", ['file: "~{}/x"', 'file: "{}"', 'env: "{}"', 'command: ["echo", "{}"]', 'command: ["{}"]']
)
@pytest.mark.parametrize("text", ["a\\ud800", "a\\0"])
def test_a_name_that_the_system_cannot_have_is_a_fault_of_the_file(form: str, text: str) -> None:
    source = form.format(text)
    found = problems(f"version: 1\nsettings: {{EMAIL_PASSWORD: {{{source}}}}}\n")
    assert found


def test_standard_input_is_read_where_the_current_folder_was_removed(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from wizard.answers.file import load\n"
        "os.rmdir(sys.argv[1]); print(load(Path('-')).answers.access)"
    )
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, gone],
        input="version: 1\naccess: localhost\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=gone,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
    )
    assert (done.returncode, done.stdout.strip()) == (0, "localhost"), done.stderr


def test_keys_that_appear_twice_are_listed_with_everything_else() -> None:
    text = b"version: 1\naccess: localhost\naccess: localhost\nsettingz: {}\nsettings:\n  PORT: 3080\n  PORT: 3081\n"
    with pytest.raises(InvalidInput) as caught:
        parse(text, "a.yaml", Path())
    assert [(one.line, one.field) for one in caught.value.problems] == [(3, "access"), (4, "settingz"), (7, "PORT")]
    with pytest.raises(InvalidInput) as caught:
        parse(b"version: 1\naccess: localhost\nsettings: {PORT: 1, PORT: 2}\naccess: localhost\n", "a.yaml", Path())
    assert [one.line for one in caught.value.problems] == [3, 4]
