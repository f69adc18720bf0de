"""The check over the network against every recorded directory: what it can know without a password it says, and nothing else fails.

What has to be asked before a fault can be known was written down before there was a check (tests/records/least-that-tells.table).
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests import records
from tests.checks.provider.ldap.row_servers import findings_of, serving, with_memory
from tests.servers.certificates import Certificates
from tests.wizard.librechat.providers.ldap_rows import LdapRow
from tests.wizard.librechat.providers.tables import Table
from wizard.basics.finding import Finding, Status

KNOWN = ("settings", "server-probe", "service-bind", "search")
EXPECTED = {
    "ca-unreadable": ("ldap.ca.unreadable",),
    "off": ("ldap.settings.half",),
    "email-login-off": ("ldap.settings.form-off",),
    "url": ("ldap.url.", "ldap.settings.starttls"),
    "port-zero": ("ldap.url.port-zero",),
    "filter": ("ldap.filter.syntax",),
    "empty-comparison": ("ldap.filter.empty",),
    "base": ("ldap.base.name",),
    "starttls": ("ldap.settings.starttls",),
    "unreachable": ("ldap.connect.", "ldap.broken."),
    "certificate": ("ldap.certificate.", "ldap.ca.not-pem"),
    "silent": ("ldap.silent.connect",),
    "service-bind": ("ldap.bind.",),
    "search": ("ldap.base.", "ldap.search.", "ldap.silent.search"),
    "not-found": ("ldap.user.not-found", "ldap.user.characters"),
    "several-found": ("ldap.user.several",),
    "account/domain": ("ldap.account.domain",),
    "account/invalid-mail": ("ldap.account.mail-invalid",),
    "account/many-values": ("ldap.account.many-values",),
}
"""For each cause: how the ids of the findings that name it begin."""


def _failed(found: list[Finding]) -> list[str]:
    return [finding.id for finding in found if finding.status is Status.FAIL]


async def test_what_can_be_known_without_a_password_fails_and_nothing_else_does(
    certificates: Certificates, tmp_path: Path
) -> None:
    contents, rows = records.ldap_verdicts()
    least = records.least_that_tells()
    table = Table("LDAP check")
    for row in rows:
        needs, cause = least[row["id"]]
        recorded = LdapRow(row, contents)
        async with serving(recorded, certificates) as (task, directories):
            # A memory for each row: a later directory can get the port of an earlier one, whose refused bind would count.
            memory = tmp_path / row["id"]
            memory.mkdir()
            found = await findings_of(with_memory(task, memory))
        failed = _failed(found)
        what = f"{row['id']} {row['what']}: {[finding.id for finding in found]}"
        if needs in KNOWN:
            right = bool(failed) and all(name.startswith(EXPECTED[cause]) for name in failed)
            table.compare(needs, what, "fails rightly" if right else f"{failed}", "fails rightly")
        else:
            table.compare(needs, what, f"{failed}", "[]")
            assert not found or found[-1].id == "ldap.undecided", what
        for directory in directories:
            assert len(directory.binds) <= 1, "one bind for an identity and run"
            if cause == "starttls":
                assert not directory.binds, what
    sys.stdout.write(table.text())
    assert not table.wrong, "\n".join(table.wrong)
