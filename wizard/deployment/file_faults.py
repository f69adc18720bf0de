"""Describes the faults of ``.env`` as a whole, with the fix."""

from __future__ import annotations

import re
from typing import Final

from wizard import catalogue
from wizard.basics.own_command import in_folder
from wizard.basics.plain_text import plain
from wizard.basics.problem import Problem
from wizard.catalogue.model import holds_secret
from wizard.deployment.file_state import FileState
from wizard.dotenv.whole_file import FileFault, file_faults, shown_lines

_DECRYPT: Final = {
    "SOPS": "sops --decrypt --input-type dotenv --output-type dotenv .env",
    "dotenvx": "dotenvx decrypt --stdout",
    "Ansible Vault": "ansible-vault view .env",
}


def faults_of(state: FileState | None) -> tuple[FileFault, ...]:
    """Return what many lines of ``.env`` have in common that is wrong."""
    return () if state is None or state.data is None else file_faults(state.data)


def described_fault(fault: FileFault) -> Problem:
    """Return a fault in words: the lines, what follows, and a command that puts exactly that right."""
    where, is_one = shown_lines(fault.lines), len(fault.lines) == 1
    which = f"{where[0].upper()}{where[1:]} of .env"
    if fault.kind == "prefix":
        message = (
            f"{which} {'begins' if is_one else 'begin'} with '{plain(fault.word)}': LibreChat does not read "
            f"{'it' if is_one else 'them'}, and Docker Compose rejects the file."
        )
        remedy = _without_prefix(fault)
    elif fault.kind == "ending":
        message = f"{which} end with '{fault.word}', which becomes part of every value."
        keys = "The encryption key (CREDS_KEY) stays the same. " if "CREDS_KEY" in fault.names else ""
        remedy = f"{keys}Remove the '{fault.word}': sed -i 's/[[:space:]]*{fault.word}[[:space:]]*$//' .env"
    else:
        message = (
            f".env is encrypted with {fault.word} ({where}): LibreChat and Docker Compose use the encrypted text "
            "as values."
        )
        decrypt = in_folder(f"(umask 077; {_DECRYPT[fault.word]} > .env.clear && mv .env.clear .env)")
        remedy = f"Decrypt it: {decrypt}"
    return Problem(field="", file=".env", line=fault.lines[0], message=message, remedy=remedy)


def _without_prefix(fault: FileFault) -> str:
    name, value = fault.first
    setting = catalogue.by_key().get(name)
    if len(fault.lines) == 1 and setting is not None and not holds_secret(setting, value):
        return f"Write {name}={plain(value, limit=120)} on that line."
    if fault.word.lower() in ("setenv", "setx"):
        pattern = rf"s/^[[:space:]]*{fault.word}[[:space:]]+([A-Za-z_0-9]+)[[:space:]]+/\1=/"
        return f"Remove the keyword and write '=' after the name: sed -i -E '{pattern}' .env"
    word = re.sub(r"([$.*\[\]^/])", r"\\\1", fault.word).replace(" ", "[[:space:]]+")
    space = "" if fault.word.endswith(":") else "[[:space:]]+"
    return f"Remove the prefix: sed -i -E 's/^[[:space:]]*{word}{space}//' .env"
