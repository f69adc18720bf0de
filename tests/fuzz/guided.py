"""Tries one reader with what leads into new lines of it (atheris): python -m tests.fuzz.guided READER SECONDS [FOLDER].

It begins with the samples alone: what was found once takes too long for thousands of tries. What it finds is kept in ``found``
(or FOLDER) as ``READER-crash-HASH`` (timeout, oom), which the usual run tries first from then on. Ends with 0 if nothing was
found. Atheris has wheels for Linux on x86_64 alone; elsewhere hypothesis goes on for as long.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FOUND: Final = Path(__file__).parent / "found"
IS_THERE: Final = find_spec("atheris") is not None
_SLOW: Final = 300
"""Seconds for one text, on a machine that does other things too: a text that takes so long is a finding."""
PLANTED: Final = "planted"
"""A reader that always fails, for the test of this module."""


def _instrumented(reader: str) -> tuple[tuple[bytes, ...], Callable[[bytes], None]]:
    import atheris

    with atheris.instrument_imports(include=["wizard", "checks", "ruamel", "h11", "httpcore2", "dns"]):
        from tests.fuzz.readers import SEEDS, feed
    return SEEDS[reader], partial(feed, reader)


def _planted(_: bytes) -> None:
    raise RuntimeError


def main(reader: str, seconds: int, found: Path = FOUND) -> None:
    """Try a reader; ends the process."""
    import atheris

    seeds, read = ((), _planted) if reader == PLANTED else _instrumented(reader)
    # Where something is found, the process ends at once: whoever starts it cleans up its TMPDIR.
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds):
            Path(corpus, f"seed-{number}").write_bytes(seed)
        options = [
            corpus,
            f"-max_total_time={seconds}",
            f"-timeout={_SLOW}",
            "-rss_limit_mb=1024",
            f"-artifact_prefix={found}/{reader}-",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        atheris.Setup([sys.argv[0], *options], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *map(Path, sys.argv[3:]))
