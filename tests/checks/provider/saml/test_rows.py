"""The check against every recorded SAML sign-in: what can be known before anybody clicks it says, and nothing else fails.

What has to be asked before a fault can be known was written down before there was a check (tests/records/least-that-tells.table).
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from checks.provider.saml.task import SamlTask
from tests import records
from tests.checks.provider.row_provider import http
from tests.checks.provider.saml.asking import Provider, asked, failed, ids
from tests.servers.saml_idp import DEMANDS_SIGNED_REQUESTS, SIMPLESAMLPHP, IdentityProvider
from tests.wizard.librechat.providers.saml_rows import SamlRow, SimpleSamlPhpRow
from tests.wizard.librechat.providers.tables import Table
from wizard.basics.secret import Secret
from wizard.librechat.releases import RECORDED

KNOWN = ("settings", "metadata", "response")
EXPECTED = {
    "certificate": "certificate.",
    "incomplete": "settings.incomplete",
    "entry-point": "settings.entry-point",
    "client-address": "settings.client-address",
    "cookies": "settings.cookies",
    "certificate-mismatch": "metadata.certificate",
    "signed-requests": "metadata.signed-requests",
}
"""For each cause, how the ids of the findings that name it begin; else they are called as the cause."""


def _described(key: str, location: str, *, wants_signed: bool = False) -> str:
    """Return metadata with a recorded certificate."""
    text = IdentityProvider(sign_on=location).metadata(wants_signed=wants_signed)
    body = "".join(key.splitlines()[1:-1])
    before, _, rest = text.partition("<ds:X509Certificate>")
    return f"{before}<ds:X509Certificate>{body}</ds:X509Certificate>{rest.partition('</ds:X509Certificate>')[2]}"


def saml_task(row: Mapping[str, Any], keys: Mapping[str, str], folder: Path, *, signs: str) -> SamlTask:
    file = folder / "metadata.xml"
    if row["group"] == "simplesamlphp":
        provider = SimpleSamlPhpRow(row)
        issuer = provider.settings.issuer
        wants = issuer in DEMANDS_SIGNED_REQUESTS
        file.write_text(IdentityProvider(sign_on=provider.sign_on).metadata(wants_signed=wants))
        answer = SIMPLESAMLPHP.get(issuer)
        stays = answer is None or row["stays_at_provider"]
        response = None if stays or answer is None else Secret(IdentityProvider().encoded(answer))
        settings = provider.settings
        return SamlTask(
            variables=settings.variables, settings=settings, release=RECORDED, metadata=str(file), response=response
        )
    recorded = SamlRow(row, keys)
    file.write_text(_described(recorded.keys[signs], recorded.settings.entry_point))
    last, post = row["responses"][-1], row.get("post", {})
    raw = post.get("raw") or base64.b64encode(last["xml"].encode()).decode()
    at = datetime.fromisoformat(last["at"])
    return SamlTask(
        variables=recorded.variables,
        settings=recorded.settings,
        release=RECORDED,
        metadata=str(file),
        response=Secret(raw),
        allowed_domains=tuple(recorded.domains),
        clock=lambda: at,
    )


async def test_what_can_be_known_before_a_sign_in_fails_and_nothing_else_does(tmp_path: Path) -> None:
    keys, rows = records.saml_verdicts()
    least = records.least_that_tells()
    table = Table("SAML check")
    for row in rows:
        needs, cause = least[row["id"]]
        # A response that fails for its signature alone comes from a provider whose metadata name the right key.
        signs = "IDP" if needs == "response" else row.get("signed_with", "IDP")
        refuses = Provider(lambda request: http(request.url, 404, "no such thing")) if needs == "request" else None
        found = await asked(saml_task(row, keys, tmp_path, signs=signs), refuses)
        names, what = failed(found), f"{row['id']} {row['what']}: {ids(found)}"
        if needs in KNOWN:
            wanted = EXPECTED.get(cause) or (cause.replace("/", ".") if "/" in cause else f"response.{cause}")
            several = "two faults" in row["what"]
            right = any(name.startswith(wanted) for name in names)
            right = right and (several or all(name.startswith((wanted, "response.")) for name in names))
            table.compare(needs, what, "fails rightly" if right else f"{names}", "fails rightly")
        else:
            table.compare(needs, what, f"{names}", "[]")
            assert found[-1].id == "saml.undecided", what
    sys.stdout.write(table.text())
    assert not table.wrong, "\n".join(table.wrong)
