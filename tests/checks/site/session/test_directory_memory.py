"""With LDAP on, LibreChat hands each password to the directory, which counts: one that it rejected is tried once, in however many runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.model import Subject
from checks.options import Login
from checks.registry import select
from checks.site.session.directory_memory import directory_memory
from checks.site.session.registered import SESSION
from tests.checks.site.instance.asking import ADA, PASSWORD, ask, everything, ids, subject
from tests.servers.web import Hostile, always, answer
from wizard.answers.model import Answers, CheckInputs, CheckLdap
from wizard.basics.secret import Secret
from wizard.store.refused_binds import FILE, BindMemory

LDAP = {"LDAP_URL": "ldaps://Ldap.example.com", "LDAP_USER_SEARCH_BASE": "dc=example,dc=com"}
SERVER = "ldap.example.com:636"
REFUSED = answer("404 Not Found", "Content-Type: application/json", body=b'{"message":"Invalid username/password"}')


def _about(folder: Path, port: int, values: dict[str, str] | None = None) -> Subject:
    made = subject(f"http://localhost:{port}", LDAP if values is None else values)
    return made._replace(deployment=made.deployment._replace(folder=folder))


def _rejected(folder: Path, name: str, password: str) -> None:
    memory = BindMemory(folder)
    with memory.held():
        memory.remember(SERVER, name, password)


def _attempts(server: Hostile) -> int:
    return sum(b"POST /api/auth/login" in head for head in server.heads)


async def test_ten_runs_hand_a_wrong_password_to_the_directory_once(tmp_path: Path) -> None:
    async with Hostile(always(REFUSED)) as server:
        about = _about(tmp_path, server.port)
        first = await ask(about)
        assert "session.login.directory-refused" in ids(first)
        for _ in range(9):
            again = await ask(about)
            assert ids(again) == {"session.login.directory-remembered": "UNKNOWN"}
            assert PASSWORD not in everything(again)
        assert _attempts(server) == 1
        consenting = about._replace(answers=Answers(checks=CheckInputs(ldap=CheckLdap(again=True))))
        for _ in range(3):
            await ask(consenting)
        assert _attempts(server) == 2
        other = Login(email=ADA.email, password=Secret("another one"))
        await ask(about._replace(site_options=about.site_options._replace(login=other)))
        assert _attempts(server) == 3
    assert PASSWORD not in (tmp_path / ".librechat-wizard" / FILE).read_text()


async def test_without_ldap_nothing_is_remembered(tmp_path: Path) -> None:
    async with Hostile(always(REFUSED)) as server:
        for _ in range(2):
            await ask(_about(tmp_path, server.port, {}))
        assert _attempts(server) == 2
    assert not (tmp_path / ".librechat-wizard").exists()


def test_it_shares_the_record_of_the_check_ldap(tmp_path: Path) -> None:
    account = Login(email=ADA.email, password=Secret(PASSWORD))
    memory = directory_memory(_about(tmp_path, 1), account)
    assert memory is not None
    assert not memory.was_refused()
    _rejected(tmp_path, ADA.email, PASSWORD)
    assert memory.was_refused()


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_record_risks_no_sign_in(tmp_path: Path, text: str) -> None:
    _rejected(tmp_path, "x", "y")
    (tmp_path / ".librechat-wizard" / FILE).write_text(text)
    memory = directory_memory(_about(tmp_path, 1), Login(email=ADA.email, password=Secret(PASSWORD)))
    assert memory is not None
    assert memory.was_refused()


def test_the_sign_in_waits_for_the_check_of_the_directory() -> None:
    assert "ldap" in SESSION.needs
    assert [check.id for check in select(("ldap",))] == ["ldap"]
