"""``python -m wizard``: the same program as ``librechat-wizard``."""

from __future__ import annotations

import sys

from screens.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
