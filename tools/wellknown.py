"""Brings wizard/librechat/mail_services.json up to date: ``python tools/wellknown.py [NODEMAILER_FOLDER...]``.

Each folder is an unpacked npm package nodemailer; without one, that of the judges (WIZARD_JUDGES). The file holds the oldest
release whole and of each later one what it changed: a new or changed service, or null for one that is gone.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
TARGET = CHECKOUT / "wizard" / "librechat" / "mail_services.json"
PLACES = ("lib/well-known/services.json", "dist/well-known/services.json")
KEPT = ("host", "port", "secure", "authMethod", "ignoreTLS", "requireTLS")

Table = dict[str, dict[str, Any]]


def read_package(folder: Path) -> tuple[str, Table]:
    """Return the version of an unpacked nodemailer and its services."""
    version: str = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    (path,) = (folder / place for place in PLACES if (folder / place).is_file())
    services: Table = {}
    for name, about in json.loads(path.read_text(encoding="utf-8")).items():
        unknown = about.keys() - {*KEPT, "description", "aliases", "domains"}
        if unknown:
            raise SystemExit(f"nodemailer {version}, {name}: unknown fields, not reviewed yet: {sorted(unknown)}")
        names = [*about.get("aliases", ()), *about.get("domains", ())]
        services[name] = {key: about[key] for key in KEPT if key in about} | ({"names": names} if names else {})
    return version, services


def unfolded(tables: dict[str, dict[str, Any]]) -> dict[str, Table]:
    """Return every release whole."""
    whole: dict[str, Table] = {}
    present: Table = {}
    for version in sorted(tables, key=order):
        present = {name: about for name, about in {**present, **tables[version]}.items() if about is not None}
        whole[version] = present
    return whole


def folded(whole: dict[str, Table]) -> dict[str, dict[str, Any]]:
    """Return of each release what it changed."""
    tables: dict[str, dict[str, Any]] = {}
    before: Table = {}
    for version in sorted(whole, key=order):
        now = whole[version]
        changed: dict[str, Any] = {name: about for name, about in now.items() if before.get(name) != about}
        tables[version] = changed | {name: None for name in before if name not in now}
        before = now
    return tables


def order(version: str) -> tuple[int, ...]:
    """Sort 10 after 9."""
    return tuple(int(part) for part in version.split("."))


def lines(tables: dict[str, dict[str, Any]]) -> str:
    """Return the file: one service a line."""
    parts = []
    for version, services in tables.items():
        entries = ",\n".join(
            f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(about, ensure_ascii=False)}"
            for name, about in services.items()
        )
        parts.append(f" {json.dumps(version)}: {{\n{entries}\n }}" if entries else f" {json.dumps(version)}: {{}}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Read the packages and write the file."""
    judges = os.environ.get("WIZARD_JUDGES", str(CHECKOUT / ".cache" / "judges"))
    parser = argparse.ArgumentParser(prog="wellknown.py")
    parser.add_argument("folders", type=Path, nargs="*", metavar="NODEMAILER_FOLDER")
    folders = parser.parse_args().folders or [Path(judges, "node_modules", "nodemailer")]
    whole = unfolded(json.loads(TARGET.read_text(encoding="utf-8"))) if TARGET.exists() else {}
    whole |= dict(read_package(folder) for folder in folders)
    TARGET.write_text(lines(folded(whole)), encoding="utf-8")
    print(f"{TARGET.name}: nodemailer {', '.join(sorted(whole, key=order))}")


if __name__ == "__main__":
    main()
