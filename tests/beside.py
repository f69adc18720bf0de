"""Material beside the checkout that is not part of the project: LibreChat's own files, and full recordings."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def real_samples() -> Path | None:
    """Return the folder with the files of LibreChat's releases, where there is one."""
    return _first(os.environ.get("LIBRECHAT_SAMPLES"), CHECKOUT.parent / "shared" / "librechat")


def recordings() -> Path | None:
    """Return the folder with the full recordings, where there is one."""
    return _first(os.environ.get("LIBRECHAT_FACTS"), CHECKOUT.parent / "shared" / "facts")


def _first(*candidates: str | Path | None) -> Path | None:
    return next((Path(path) for path in candidates if path and Path(path).is_dir()), None)
