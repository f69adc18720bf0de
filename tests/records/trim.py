"""Cuts full recordings down to what the tests read: python -m tests.records.trim FOLDER writes the files of this folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.records import (
    FOLDER,
    OBSERVED,
    OPENID,
    OPENID_PROBES,
    OPENID_RELEASES,
    READINGS,
    STRATEGIES,
    VERDICTS,
)

NOT_READ = {
    "meta",
    "real browser (Chromium with the real client)",
    "npm run backend and backend:dev",
}
"""Subjects of the recording that no test is about."""
NOISE = {"log", "startup_log", "raw", "text of the html"}
"""LibreChat's log and the mails that it sent."""
_NEWER = "10.6.0"
_VERDICT = ("ok", "tls", "auth", "code", "reason")
_OPENID_NOISE = frozenset({"startup", "flow", "provider_saw", "evidence"})
_NODE, _COMPOSE = "node_dotenv_16.4.7", "compose_2.40.3_interp"


def trimmed_answers(recording: dict[str, Any]) -> dict[str, Any]:
    """Return the subjects that are read, without logs and mails."""
    result: dict[str, Any] = _without_noise({key: value for key, value in recording.items() if key not in NOT_READ})
    return result


def _without_noise(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_noise(inner) for key, inner in value.items() if key not in NOISE}
        # Why LibreChat did not start is the last thing that it says.
        return (
            {**kept, "log": value["log"][-1:]}
            if value.get("exit") == 1 and isinstance(value.get("log"), list)
            else kept
        )
    return [_without_noise(inner) for inner in value] if isinstance(value, list) else value


def trimmed_verdicts(recording: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each cell with what decides; ``newer`` is there where nodemailer 10.6.0 says something else than 9.0.1."""

    def trimmed(verdict: dict[str, Any]) -> dict[str, Any]:
        return {key: verdict[key] for key in _VERDICT if key in verdict}

    return [
        {
            **{key: cell[key] for key in ("group", "server", "env")},
            "verdict": trimmed(cell["verdict"]),
            **({"newer": trimmed(newer)} if (newer := cell.get("differs_in", {}).get(_NEWER)) else {}),
        }
        for cell in recording["cells"]
    ]


def trimmed_readings(observed: dict[str, Any], dialects: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each text with what npm dotenv reads and, where it was asked, Docker Compose; ``error``: it refuses the file."""
    cases = [{"text": case["input"], "npm": case["parsed"]} for case in observed["cases"]]
    for row in dialects["rows"]:
        compose = row["values"][_COMPOSE]
        refused = isinstance(compose, dict)
        cases.append(
            {
                "text": f"{row['input']}\n",
                "npm_k": row["values"][_NODE],
                **({"compose_refuses": True} if refused else {"compose_k": compose}),
            }
        )
    return cases


def trimmed_strategies(openid: dict[str, Any], saml: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the settings of each start, and whether it registered the protocol; ``decides``: they alone decided that."""
    rows = [
        {
            "protocol": "openid",
            "case": row["id"],
            "settings": row["settings"],
            "decides": row["kind"] == "settings",
            "registered": row["startup"]["registered"],
        }
        for row in openid["rows"]
        if row["kind"] != "social" and "registered" in row.get("startup", {})
    ]
    return rows + [
        {
            "protocol": "saml",
            "case": row["what"],
            "settings": row["settings"],
            "decides": row["group"] == "on",
            "registered": "saml" in row.get("registered", ()),
        }
        for row in saml["rows"]
    ]


def trimmed_openid(recording: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each sign-in without its requests; of LibreChat's log what it says of a connection at its start."""
    rows = []
    for row in recording["rows"]:
        kept = {key: value for key, value in row.items() if key not in _OPENID_NOISE}
        errors = [line for line in row.get("startup", {}).get("log", ()) if "Fetch error" in line]
        rows.append({**kept, **({"startup": {"log": errors}} if errors else {})})
    return rows


def trimmed_openid_releases(recording: dict[str, Any]) -> list[dict[str, Any]]:
    """Return for each sign-in how it ended by release."""
    return [
        {"id": name, "outcomes": {tag: end["outcome"] for tag, end in ends.items() if tag != "settings"}}
        for name, ends in recording["rows"].items()
    ]


def write(folder: Path) -> None:
    """Write the files from the recordings in this folder."""
    answers = trimmed_answers(_read(folder / "observed-librechat.json"))
    (FOLDER / OBSERVED).write_text("".join(_subjects(answers)), encoding="utf-8")
    verdicts = trimmed_verdicts(_read(folder / "nodemailer-verdicts.json"))
    (FOLDER / VERDICTS).write_text("".join(f"{_line(each)}\n" for each in verdicts), encoding="utf-8")
    started = trimmed_strategies(_read(folder / "openid-verdicts.json"), _read(folder / "saml-verdicts.json"))
    (FOLDER / STRATEGIES).write_text("".join(f"{_line(each)}\n" for each in started), encoding="utf-8")
    for name, rows in openid_files(folder).items():
        (FOLDER / name).write_text("".join(f"{_line(each)}\n" for each in rows), encoding="utf-8")
    readings = trimmed_readings(_read(folder / "dotenv-observed.json"), _read(folder / "dotenv-dialects.json"))
    (FOLDER / READINGS).write_text("".join(f"{_line(each)}\n" for each in readings), encoding="utf-8")


def openid_files(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of the files about OpenID, by name."""
    return {
        OPENID: trimmed_openid(_read(folder / "openid-verdicts.json")),
        OPENID_RELEASES: trimmed_openid_releases(_read(folder / "openid-releases.json")),
        OPENID_PROBES: _read(folder / "openid-probes.json")["rows"],
    }


def _subjects(answers: dict[str, Any]) -> Iterator[str]:
    """Yield JSON with one case a line, so that a difference shows what changed."""
    for number, (subject, cases) in enumerate(answers.items()):
        yield f"{',' if number else '{'}\n{_line(subject)}:"
        if isinstance(cases, list):
            yield "[\n" + ",\n".join(map(_line, cases)) + "\n]"
        else:
            yield "{\n" + ",\n".join(f"{_line(name)}:{_line(case)}" for name, case in cases.items()) + "\n}"
    yield "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _read(path: Path) -> dict[str, Any]:
    recording: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return recording


if __name__ == "__main__":
    write(Path(sys.argv[1]))
