"""Runs the program as another user although Python itself may be where only root reads: all is loaded before.

``python -m tests.screens.cli.as_user UID ARGUMENT...``
"""

from __future__ import annotations

import ast
import codecs
import contextlib
import importlib
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
_LEFT_OUT = ("textual", "screens.full", "screens.demo", "aiohttp", "__future__")
"""What only the full screen needs, and takes long to load."""


def load_everything() -> None:
    """Import what the program imports anywhere, inside of functions too."""
    names = {"traceback", "tarfile", "stringprep", "unicodedata"}
    for codec in (
        "ascii",
        "latin-1",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "idna",
        "unicode_escape",
    ):
        codecs.lookup(codec)
    for room in ("wizard", "checks", "screens/cli", "screens/shared", "screens/plain"):
        for path in (CHECKOUT / room).rglob("*.py"):
            names.add(".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__"))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module)
    for name in sorted(names):
        if not name.startswith(_LEFT_OUT) and not name.endswith("__main__"):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def become(uid: int) -> None:
    """Be this user from here on, without any group but the one of the same number."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _run(uid: int, arguments: list[str]) -> int:
    load_everything()
    become(uid)
    from screens.cli.main import main

    return main(arguments)


if __name__ == "__main__":
    raise SystemExit(_run(int(sys.argv[1]), sys.argv[2:]))
