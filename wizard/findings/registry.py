"""All findings, for documentation and tests. A check imports only its own module."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from wizard import findings
from wizard.findings.log_model import LogCause
from wizard.findings.model import FindingEntry, FindingFamily

if TYPE_CHECKING:
    from collections.abc import Iterator


def entries() -> Iterator[FindingEntry]:
    """Yield every entry, in the order of modules and lines; families give their members."""
    for module in iter_modules(findings.__path__, "wizard.findings."):
        if module.name == __name__:
            continue
        for name, value in vars(import_module(module.name)).items():
            if not name.isupper():
                continue
            for each in value.values() if isinstance(value, Mapping) else (value,):
                if isinstance(each, FindingEntry):
                    yield each
                elif isinstance(each, LogCause):
                    yield each.entry
                elif isinstance(each, FindingFamily):
                    yield from each.entries()
