"""The full recordings are not part of the project: what compares with them is collected only where they are."""

from __future__ import annotations

from tests.beside import recordings

collect_ignore = [] if recordings() else ["test_full_recordings.py"]
