"""What LibreChat's own sign-in did with recorded SAML responses is what the pure verdict says (a table by group is printed)."""

from __future__ import annotations

import sys

from tests import records
from tests.wizard.librechat.providers.ldap_servers import NotModelledError
from tests.wizard.librechat.providers.saml_rows import outcome_of
from tests.wizard.librechat.providers.tables import Table

SHARE_NOT_MODELLED = 0.02


def test_every_recorded_sign_in_ends_as_the_verdict_says() -> None:
    keys, rows = records.saml_verdicts()
    table = Table("SAML")
    for row in rows:
        try:
            outcome = outcome_of(row, keys)
        except NotModelledError as error:
            table.not_modelled(row["group"], f"{row['what']}: {error}")
        else:
            table.compare(row["group"], f"{row['id']} {row['what']}", outcome, row["outcome"])
    sys.stdout.write(table.text())
    assert table.wrong == []
    assert len(table.reasons) <= SHARE_NOT_MODELLED * len(rows)
