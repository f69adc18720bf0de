"""Twenty strings that tests give as secrets: at the end of a run they are searched for in everything that it left behind.

All have one core that belongs to this run alone, so that a few patterns find every one of them in every form.
"""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final


def _core() -> str:
    """Return the core of this run; workers and programs that the tests start inherit it, with dots between the letters."""
    import hashlib

    if given := os.environ.get("CANARY_CORE"):
        return given.replace(".", "")
    run = f"{os.getpid()} {time.time_ns()}".encode()
    letters = re.sub(r"[^A-Za-z]", "", base64.b64encode(hashlib.sha256(run).digest()).decode())
    core = "Kq" + letters[:14].ljust(14, "z")
    os.environ["CANARY_CORE"] = ".".join(core)
    return core


CORE: Final = _core()
"""16 letters, unlike any word."""
_TAILS: Final = (
    *("word", "old", "new", "env", "file", "clear", "login", "inherited", "override", "foreign"),
    *("a b", "p%ss", "q'q", 'd"d', "d$d", "h#h", "s/s", "a@b", "e=e", "ü-ß"),
)
CANARIES: Final = tuple(f"k{number:02}-{CORE}-{tail}" for number, tail in enumerate(_TAILS))
"""The first ten have letters, digits and hyphens alone; each of the others has one character that is special somewhere."""


def _forms() -> dict[str, bytes]:
    core = CORE.encode()
    forms = {
        "in clear": core,
        "in lower case": core.lower(),
        "in upper case": core.upper(),
        "reversed": core[::-1],
        "in hex": core.hex().encode(),
        "in upper hex": core.hex().upper().encode(),
        "URL-encoded": "".join(f"%{byte:02X}" for byte in core).encode(),
        "URL-encoded, small": "".join(f"%{byte:02x}" for byte in core).encode(),
    }
    for shift in range(3):
        # What is the same whatever stands around it (RFC 4648). It has letters alone: URL-safe base64 is no other.
        encoded = base64.b64encode(bytes(shift) + core)
        inner = encoded[(8 * shift + 5) // 6 : 8 * (shift + len(core)) // 6]
        forms[f"in base64 ({shift})"] = inner
        forms[f"in base64 ({shift}), URL-safe"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return forms


FORMS: Final = _forms()
_PATTERN: Final = re.compile(b"|".join(map(re.escape, dict.fromkeys(FORMS.values()))))


def canary(number: int) -> str:
    """Return one of the twenty."""
    return CANARIES[number]


def found_in(data: bytes) -> str:
    """Say in which form a canary is in data; nothing where none is."""
    match = _PATTERN.search(data)
    return "" if match is None else next(form for form, text in FORMS.items() if text == match[0])


def child_fault(event: str, arguments: tuple[object, ...]) -> str:
    """Say what is wrong with a child that is about to be started; nothing where nothing is."""
    if event == "subprocess.Popen":
        words, environment = arguments[1], arguments[3]
    elif event in ("os.exec", "os.posix_spawn"):
        words, environment = arguments[1], arguments[2]
    else:
        return ""
    listed = [words] if isinstance(words, str | bytes) else list(words) if isinstance(words, Iterable) else []
    name = os.fsdecode(listed[0]).rpartition("/")[2] if listed else "?"
    if form := found_in(b"\0".join(os.fsencode(word) for word in listed)):
        return f"the arguments of {name} had one {form}"
    pairs: Mapping[Any, Any] = os.environ if environment is None else environment  # type: ignore[assignment]
    for variable, value in pairs.items():
        # pytest names the test there, and with it what it is given.
        is_ours = os.fsdecode(variable) == "PYTEST_CURRENT_TEST"
        if not is_ours and (form := found_in(os.fsencode(value))):
            return f"the environment of {name} had one {form} ({os.fsdecode(variable)})"
    return ""
