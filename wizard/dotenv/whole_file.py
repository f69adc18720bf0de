"""Faults of a whole ``.env``: one cause that affects every line, reported once."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern

_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_ASSIGNMENT: Final = late_pattern(rf"(?:\s*export\s+)?\s*{_NAME}\s*=.*")
_PREFIXED: Final = late_pattern(
    rf"\s*(?P<word>\$env:|(?:set|setx|setenv|env|arg|var|let|const|local|declare\s+-x|-e|--env|-)\s+)(?P<name>{_NAME})(?P<sign>\s*=\s*|\s+)(?P<value>.*)",
    re.IGNORECASE,
)
_ENCRYPTED: Final = {
    "SOPS": late_pattern(r"\s*(?:#ENC\[|[\w.-]+=ENC\[[A-Z0-9_]+,data:|sops_(?:version|mac|lastmodified)=).*"),
    "dotenvx": late_pattern(r"""\s*(?:export\s+)?[\w.-]+=["']?encrypted:[A-Za-z0-9+/=]+["']?\s*"""),
    "Ansible Vault": late_pattern(r"\$ANSIBLE_VAULT;.*|(?:[0-9a-f]{80})\s*"),
}
_MARKS: Final = ("ENC[", "sops_", "encrypted:", "$ANSIBLE_VAULT")
_MOST: Final = 0.5
"""The part of the lines from which on a fault is the file's."""
_NEARLY_ALL: Final = 0.8
_FEWEST: Final = 3


class FileFault(NamedTuple):
    """One cause behind many lines."""

    kind: str
    """``prefix``, ``ending`` or ``encrypted``."""
    word: str
    """The word before every line, the sign behind it, or the program that encrypted it."""
    lines: tuple[int, ...]
    """Counted from 1."""
    names: tuple[str, ...]
    """The variables on those lines."""
    is_whole: bool
    """Whether nothing else in the file can be relied on."""
    first: tuple[str, str] = ("", "")
    """Name and value of the first line as it was meant; the value may be a secret."""


@lru_cache(maxsize=2)
def file_faults(data: bytes) -> tuple[FileFault, ...]:
    """Return the faults that many lines of a file share; ``data`` is what is in it."""
    text = data.decode("utf-8", "replace")
    lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
    written = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not _is_comment(line)]
    is_encrypted = any(mark in text for mark in _MARKS)
    found = [_encrypted(written) if is_encrypted else None, *_prefixed(written), _ended(written)]
    faults = tuple(fault for fault in found if fault is not None)
    whole = tuple(fault for fault in faults if fault.is_whole)
    return whole[:1] or faults


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#") and not line.lstrip().startswith("#ENC[")


def _encrypted(written: list[tuple[int, str]]) -> FileFault | None:
    for program, pattern in _ENCRYPTED.items():
        lines = [(number, line) for number, line in written if pattern.fullmatch(line)]
        if program == "Ansible Vault" and not any("$ANSIBLE_VAULT" in line for _, line in lines):
            continue
        if lines:
            names = tuple(line.partition("=")[0].strip() for _, line in lines if "=" in line)
            return FileFault("encrypted", program, tuple(number for number, _ in lines), names, is_whole=True)
    return None


def _prefixed(written: list[tuple[int, str]]) -> list[FileFault]:
    groups: dict[str, list[tuple[int, re.Match[str]]]] = {}
    for number, line in written:
        match = _PREFIXED.fullmatch(line)
        if match is None:
            continue
        word = " ".join(match["word"].split())
        if "=" in match["sign"] or word.lower() in ("setenv", "setx"):
            groups.setdefault(word, []).append((number, match))
    total = sum(map(len, groups.values())) + sum(1 for _, line in written if _ASSIGNMENT.fullmatch(line))
    return [
        FileFault(
            "prefix",
            word,
            tuple(number for number, _ in found),
            tuple(match["name"] for _, match in found),
            is_whole=len(found) >= _FEWEST and len(found) > total * _MOST,
            first=(found[0][1]["name"], found[0][1]["value"].strip().strip("\"'")),
        )
        for word, found in groups.items()
    ]


def _ended(written: list[tuple[int, str]]) -> FileFault | None:
    assigned = [(number, line) for number, line in written if _ASSIGNMENT.fullmatch(line)]
    filled = [(number, line) for number, line in assigned if line.partition("=")[2].strip()]
    for sign in (";", ","):
        found = [(number, line) for number, line in filled if line.rstrip().endswith(sign)]
        if len(found) >= _FEWEST and len(found) >= len(filled) * _NEARLY_ALL:
            names = tuple(line.partition("=")[0].split()[-1] for _, line in found)
            return FileFault("ending", sign, tuple(number for number, _ in found), names, is_whole=True)
    return None


def shown_lines(lines: tuple[int, ...]) -> str:
    """Return line numbers for a sentence: ``line 4``, ``lines 1-18 and 20``."""
    runs: list[list[int]] = []
    for number in lines:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    more = len(parts) - 6
    parts = parts[:6] if more > 0 else parts
    text = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    return f"line{'' if len(lines) == 1 else 's'} {text}" + (" and more" if more > 0 else "")


def utf16_without_mark(data: bytes) -> str:
    """Return ``UTF-16LE`` or ``UTF-16BE`` for such a file without a byte order mark; else nothing."""
    sample = data[:4096]
    if len(sample) < 4 or 0 not in sample or data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # noqa: PLR2004 - two letters
        return ""
    even, odd = sample[0::2], sample[1::2]
    for name, zeros, letters in (("UTF-16LE", odd, even), ("UTF-16BE", even, odd)):
        if zeros.count(0) > len(zeros) * 0.9 and letters.count(0) < len(letters) * 0.1:
            return name
    return ""
