"""Rules: one cause behind many lines of ``.env``, reported once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard import catalogue
from wizard.basics.finding import Finding
from wizard.deployment.file_faults import described_fault
from wizard.dotenv.whole_file import FileFault
from wizard.findings import whole_file as ids

_ENTRIES: Final = {"prefix": ids.PREFIX, "ending": ids.ENDING, "encrypted": ids.ENCRYPTED}


def findings_of(faults: tuple[FileFault, ...]) -> Iterator[Finding]:
    """Yield each fault, with the settings on its lines."""
    for fault in faults:
        settings = tuple(name for name in dict.fromkeys(fault.names) if name in catalogue.by_key())
        problem = described_fault(fault)
        yield _ENTRIES[fault.kind].fail(problem.message, settings=settings, remedy=problem.remedy)
