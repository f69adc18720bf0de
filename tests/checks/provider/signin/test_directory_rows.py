"""``signin ldap`` and ``signin saml`` on every recorded row that only a sign-in tells: LibreChat's recorded decision comes out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from checks.provider.signin.ldap import ldap_sign_in
from checks.provider.signin.saml import saml_begin, saml_finish
from tests import records
from tests.checks.provider.ldap.row_servers import serving, with_memory
from tests.checks.provider.saml.test_rows import saml_task
from tests.rounds import of_each_kind
from tests.servers.certificates import Certificates
from tests.wizard.librechat.providers.ldap_rows import LdapRow
from wizard.basics.finding import Status
from wizard.basics.secret import Secret

ASIDE = {
    "ldap-209": "the sign-ins before it locked the account",
    "ldap-210": "the sign-ins before it locked the account",
    "ldap-459": "the sign-ins before it locked the account",
    "ldap-377": "its server hangs at the second bind alone, which the server of these tests does not do",
}


async def test_ldap_ends_as_recorded(certificates: Certificates, tmp_path: Path) -> None:
    contents, rows = records.ldap_verdicts()
    least = records.least_that_tells()
    wanted = [row for row in rows if least[row["id"]][0] in {"sign-in", "test-user"}]
    assert len(wanted) == 144
    wrong, aside = [], 0
    # All of them take a minute and a half: a release tries all, every change a few.
    for row in of_each_kind(wanted, wanted[::24]):
        if row["id"] in ASIDE:
            continue
        user, password = row["credentials"][-1]
        if not isinstance(user, str) or not isinstance(password, str) or not password:
            # No form sends that.
            aside += 1
            continue
        folder = tmp_path / row["id"]
        folder.mkdir(mode=0o700)
        async with serving(LdapRow(row, contents), certificates) as (task, directories):
            result = await ldap_sign_in(replace(with_memory(task, folder), password=Secret(password)))
        is_in = result.person is not None
        if is_in != (row["outcome"] == "signed_in"):
            wrong.append(f"{row['id']} {row['what']}: {row['outcome']}: {[each.id for each in result.findings]}")
        told = repr([(each.summary, each.evidence) for each in result.findings])
        assert len(password) < 4 or password not in told
        if is_in:
            assert result.findings[-1].summary.startswith("LibreChat would sign you in as ")
            assert result.findings[-1].status is Status.PASS
        assert all(len(directory.binds) <= 2 for directory in directories), "service account and person, once each"
    assert not wrong, "\n".join(wrong)
    assert aside <= 1


def test_saml_ends_as_recorded(tmp_path: Path) -> None:
    keys, rows = records.saml_verdicts()
    least = records.least_that_tells()
    wanted = [
        row
        for row in rows
        if least[row["id"]] in {("sign-in", "none"), ("sign-in", "transport")} or least[row["id"]][0] == "response"
    ]
    wrong: list[str] = []
    aside: list[str] = []
    tried = of_each_kind(wanted, wanted[::4])
    for row in tried:
        task = saml_task(row, keys, tmp_path, signs=row.get("signed_with", "IDP"))
        is_by_script = row["settings"].get("SAML_ENTRY_POINT", "").startswith("javascript:")
        # How the browser gets there, and what it keeps, is no part of a response; nobody opens a script's address.
        if task.response is None or least[row["id"]][1] == "transport" or is_by_script:
            aside.append(row["id"])
            continue
        own, url = saml_begin(task)
        if not url:
            wrong.append(f"{row['id']}: {[each.id for each in own]}")
            continue
        assert "SAMLRequest=" in url
        result = saml_finish(replace(task, response=None), task.response)
        if (result.account is not None) != (row["outcome"] == "signed_in"):
            wrong.append(f"{row['id']} {row['what']}: {row['outcome']}: {[each.id for each in result.findings]}")
        assert task.response.reveal()[:60] not in repr(result)
    assert not wrong, "\n".join(wrong)
    least_tried = 110 if len(tried) == len(wanted) else 25
    assert len(tried) - len(aside) >= least_tried, (len(tried), aside)
