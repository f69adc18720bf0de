"""The program itself with ``--answers``: it sends a real mail, reads the code from the mailbox, and tells no password."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from screens.demo.folder import make
from tests.checks.mail.delivery.asking import FROM, TO
from tests.screens.cli.program import Run, answers, run
from tests.servers.certificates import Certificates
from tests.servers.postfix import PASSWORD, USER, MailSystem


def told(
    folder: Path, system: MailSystem, certificates: Certificates, *flags: str, imap: bool, password: str = PASSWORD
) -> Run:
    """Run the program on a new folder whose mail goes to the real servers."""
    folder.mkdir()
    make(folder)
    secret = folder.parent / "secret"
    secret.write_text(password, encoding="utf-8")
    secret.chmod(0o600)
    mailbox = (
        f"  imap: {{host: localhost, port: {system.imaps}, user: {USER}, password: {{env: BOX}}}}\n" if imap else ""
    )
    text = (
        "version: 1\naccess: localhost\nsettings:\n  EMAIL_HOST: localhost\n"
        f"  EMAIL_PORT: {system.submission}\n  EMAIL_ENCRYPTION: starttls\n  EMAIL_USERNAME: {USER}\n"
        f"  EMAIL_PASSWORD: {{file: {secret}}}\n  EMAIL_FROM: {FROM}\n  ALLOW_PASSWORD_RESET: true\n"
        f"checks:\n  mail_to: {TO}\n{mailbox}"
    )
    environment = {"NODE_EXTRA_CA_CERTS": str(certificates.ca), "BOX": PASSWORD}
    file = answers(folder, text)
    return run("--answers", file, "--dir", folder, "--json", *flags, environment=environment)


@pytest.mark.parametrize("imap", [True, False])
def test_it_says_how_far_it_came(
    imap: bool, tmp_path: Path, mail_system: MailSystem, certificates: Certificates
) -> None:
    before = len(mail_system.mails())
    done = told(tmp_path / "LibreChat", mail_system, certificates, imap=imap)
    found = {finding["id"]: finding for finding in json.loads(done.out)["findings"]}
    assert found["delivery.accepted"]["status"] == "PASS", done.text
    assert ("delivery.received" in found) is imap
    assert ("Delivery was not checked" in found["delivery.accepted"]["summary"]) is not imap
    assert found["delivery.link"]["status"] == "PASS", "people sign in on this machine"
    if imap:
        assert len(mail_system.mails()) == before + 1
    assert PASSWORD not in done.text


def test_offline_nothing_is_sent(tmp_path: Path, mail_system: MailSystem, certificates: Certificates) -> None:
    before = len(mail_system.mails())
    done = told(tmp_path / "LibreChat", mail_system, certificates, "--offline", imap=True)
    outcomes = {outcome["check"]: outcome for outcome in json.loads(done.out)["outcomes"]}
    assert outcomes["delivery"]["because"] == "offline"
    assert len(mail_system.mails()) == before


def test_a_wrong_password_and_what_follows_from_it(
    tmp_path: Path, mail_system: MailSystem, certificates: Certificates
) -> None:
    done = told(tmp_path / "LibreChat", mail_system, certificates, imap=True, password="Wrong-Canary+3")
    report = json.loads(done.out)
    statuses = {finding["id"]: finding["status"] for finding in report["findings"]}
    assert statuses["smtp.auth.rejected"] == statuses["smtp.consequence.reset"] == "FAIL"
    outcomes = {outcome["check"]: outcome for outcome in report["outcomes"]}
    assert outcomes["delivery"]["because"] == "smtp failed"
    assert "Wrong-Canary+3" not in done.text
    assert PASSWORD not in done.text
