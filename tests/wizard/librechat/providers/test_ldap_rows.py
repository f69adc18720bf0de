"""What LibreChat's own sign-in did with real directories is what the pure verdict says (a table by group is printed)."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests import records
from tests.wizard.librechat.providers.ldap_rows import LdapRow
from tests.wizard.librechat.providers.ldap_servers import NotModelledError
from tests.wizard.librechat.providers.tables import Table
from wizard.librechat.ldap_verdict import LdapOutcome, LdapVerdict
from wizard.librechat.user_record import Attribute

SHARE_NOT_MODELLED = 0.02


def verdict_of(row: dict[str, Any], contents: dict[str, str]) -> LdapVerdict | str:
    """Return the verdict, or why there is none."""
    try:
        verdict = LdapRow(row, contents).verdict()
    except NotModelledError as error:
        return str(error)
    if verdict.is_race:
        return "StartTLS: whether the refusal or the error of TLS comes first is a race; it is never a sign-in"
    return verdict


def test_every_recorded_sign_in_ends_as_the_verdict_says() -> None:
    contents, rows = records.ldap_verdicts()
    table = Table("LDAP")
    for row in rows:
        verdict = verdict_of(row, contents)
        if isinstance(verdict, str):
            assert row["outcome"] != LdapOutcome.SIGNED_IN, verdict
            table.not_modelled(row["group"], f"{row['what']}: {verdict}")
        else:
            table.compare(row["group"], f"{row['id']} {row['what']}: {verdict}", verdict.outcome, row["outcome"])
    sys.stdout.write(table.text())
    assert table.wrong == []
    assert len(table.reasons) <= SHARE_NOT_MODELLED * len(rows)


def _shown(value: Attribute) -> object:
    return list(value) if isinstance(value, tuple) else value


def test_accounts_and_messages_are_the_recorded_ones() -> None:
    contents, rows = records.ldap_verdicts()
    compared = 0
    for row in rows:
        verdict = verdict_of(row, contents)
        if isinstance(verdict, str) or not row["answers"]:
            continue
        body = row["answers"][-1].get("body")
        if verdict.outcome is LdapOutcome.SIGNED_IN:
            assert verdict.account is not None
            made, user = verdict.account.account, body["user"]
            expected = (user.get("email"), user.get("name"), user["role"])
            assert (made.email, made.name, verdict.account.role) == expected, row["what"]
            assert (made.user_name or "") == (user.get("username") or ""), row["what"]
            if "\ufffd" not in str(user.get("ldapId")):
                assert _shown(made.identity) == user.get("ldapId"), row["what"]
            compared += 1
        elif verdict.outcome is LdapOutcome.REFUSED and verdict.message:
            assert body == {"message": verdict.message}, row["what"]
            compared += 1
    assert compared > len(rows) / 2


@pytest.mark.parametrize("group", ["filter", "url", "bind", "attr", "accounts"])
def test_groups_are_there(group: str) -> None:
    assert any(row["group"] == group for row in records.ldap_verdicts()[1])
