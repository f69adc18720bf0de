"""LibreChat's own files are not part of the project: what compares with them is collected only where they are."""

from __future__ import annotations

from tests.beside import real_samples

collect_ignore = [] if real_samples() else ["test_real_files.py"]
