"""The recorded answers of this folder are those of the full recordings beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests import records
from tests.beside import recordings
from tests.records.trim import openid_files, trimmed_answers, trimmed_readings, trimmed_strategies, trimmed_verdicts
from tests.records.trim_directory import trimmed_ldap, trimmed_saml


def full(name: str) -> dict[str, Any]:
    folder = recordings()
    assert folder is not None
    recording: dict[str, Any] = json.loads(Path(folder, name).read_text(encoding="utf-8"))
    return recording


def test_nothing_differs_from_the_full_recordings() -> None:
    assert records.librechat_answers() == trimmed_answers(full("observed-librechat.json"))
    assert records.mail_verdicts() == trimmed_verdicts(full("nodemailer-verdicts.json"))
    started = trimmed_strategies(full("openid-verdicts.json"), full("saml-verdicts.json"))
    assert [row for protocol in ("openid", "saml") for row in records.strategies(protocol)] == started
    contents, *rows = trimmed_ldap(full("ldap-verdicts.json"))
    assert records.ldap_verdicts() == (contents["directory_contents"], rows)
    keys, *rows = trimmed_saml(full("saml-verdicts.json"))
    assert records.saml_verdicts() == (keys["keys"], rows)
    readings = trimmed_readings(full("dotenv-observed.json"), full("dotenv-dialects.json"))
    assert records.dotenv_readings() == readings
    folder = recordings()
    assert folder is not None
    files = openid_files(Path(folder))
    assert list(files.values()) == [records.openid_verdicts(), records.openid_releases(), records.openid_probes()]
