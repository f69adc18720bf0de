"""Cuts the recordings of LDAP and SAML down to what the tests read: python -m tests.records.trim_directory FOLDER."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.records import FOLDER, LDAP, SAML

_LDAP_ROW = ("id", "group", "what", "settings", "credentials", "outcome", "accounts_before", "tries", "outcome_varies")
_SAML_ROW = (
    *("id", "group", "what", "settings", "cert_setting", "idp", "signed_with", "keys_of", "post", "logins", "outcome"),
    *("accounts_before", "responses", "idp_page", "start"),
)
_PAGE = ("status", "at", "login_form", "title")


def trimmed_ldap(recording: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the directories' contents, then the rows: what was set and typed, and how it ended."""
    rows = []
    for row in recording["rows"]:
        kept = {key: row[key] for key in _LDAP_ROW if key in row}
        kept["answers"] = [
            {"status": answer["status"], "body": answer["body"]} if "status" in answer else answer
            for answer in row["answers"]
        ]
        if "tries" in kept:
            kept["tries"] = [each["outcome"] for each in kept["tries"]]
        rows.append(kept)
    return [{"directory_contents": recording["directory_contents"]}, *rows]


def trimmed_saml(recording: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the certificates, then the rows: what was set, what the identity provider sent, and how it ended."""
    rows = []
    for row in recording["rows"]:
        kept = {key: row[key] for key in _SAML_ROW if key in row}
        if "idp_page" in kept:
            kept["idp_page"] = {key: kept["idp_page"][key] for key in _PAGE if key in kept["idp_page"]}
        if "request" in row:
            kept["request"] = row["request"]
        # With a wrong password the provider shows its form again and sends nothing.
        kept["stays_at_provider"] = "idp_after_login" in row and "posted_to" not in row
        kept["statuses"] = [answer.get("status") for answer in row.get("answers", [row.get("answer") or {}])]
        rows.append(kept)
    return [{"keys": recording["keys"]}, *rows]


def read(folder: Path, name: str) -> dict[str, Any]:
    """Return a full recording."""
    content: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return content


def write(folder: Path) -> None:
    """Write the two files from the recordings in this folder."""
    for name, rows in (
        (LDAP, trimmed_ldap(read(folder, "ldap-verdicts.json"))),
        (SAML, trimmed_saml(read(folder, "saml-verdicts.json"))),
    ):
        lines = (json.dumps(row, separators=(",", ":"), ensure_ascii=False) for row in rows)
        (FOLDER / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
