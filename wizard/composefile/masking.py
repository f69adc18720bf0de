"""Masks copies of files for Docker Compose to validate: same verdict as the originals, but without their values.

Every letter and digit of a value becomes ``x`` or ``0``, while quotes, ``$``, ``#`` and backslashes stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from wizard.basics.named_values import without_messages, without_named_values
from wizard.basics.patterns import late_pattern
from wizard.basics.problem import InvalidInput
from wizard.basics.redaction import is_secret_name, without_credentials
from wizard.composefile.scalars import Meaning, Scalar
from wizard.dotenv.document import Document
from wizard.yamlfile.parsed import ParsedYaml

_FILLERS: Final = ("x0", "y1", "z2", "u3", "v4", "w5")
"""A letter and a digit each: items of one list that differ still do (compose-spec: ``uniqueItems``)."""

_COMMENT: Final = late_pattern(
    r"""(?P<key>(?<![^\s\[{,:?\-])(?:"(?:\\.|[^"\\])*+"|'[^']*+'))|(?P<before>(?:^|(?<=\s)))#[^\r\n]*+""", re.MULTILINE
)
"""A comment, and a quoted key, in which the same sign is none (YAML 1.2, section 6.6)."""


def masked_environment(data: bytes, keep: frozenset[str], number: int = 0) -> bytes:
    """Return an environment file of the same shape without its values.

    Those of the names in ``keep`` stay, unless they look secret. ``number`` tells files apart: with another one, another filler
    stands for what is taken out.
    """
    filler = _FILLERS[number % len(_FILLERS)]
    try:
        entries = Document.parse(data).entries
    except InvalidInput:
        return data if not data.strip() else _mask(data.decode("utf-8", "replace"), frozenset(), filler).encode()
    # Document counts a lone CR as a line end too.
    lines = re.sub("\r(?!\n)", "\n", data.decode("utf-8", "replace")).split("\n")
    names = frozenset(entry.name for entry in entries)
    result: list[str] = []
    position = 0
    for entry in entries:
        result += [_mask(line, names, filler) for line in lines[position : entry.line - 1]]
        text = "\n".join(lines[entry.line - 1 : entry.end_line])
        position = max(position, entry.end_line)
        is_plain = (
            entry.name in keep and not is_secret_name(entry.name) and without_credentials(entry.value) == entry.value
        )
        head, separator, value = _split(text)
        result.append(text if is_plain else head + separator + _mask(value, names, filler))
    result += [_mask(line, names, filler) for line in lines[position:]]
    return "\n".join(result).encode()


def masked_compose(
    document: ParsedYaml, found: Iterable[Scalar], names: frozenset[str], paths: Mapping[str, str], number: int = 0
) -> bytes:
    """Return a compose file whose values are masked wherever Docker Compose takes any text.

    ``names`` are variables that have a value; ``paths`` says where an environment file is read instead. ``number`` as above.
    """
    first = _FILLERS[number % len(_FILLERS)]
    text, parts, position = document.text, [], 0
    seen: dict[tuple[tuple[str, ...], str], int] = {}
    for scalar in found:
        if scalar.start < position:
            continue
        written = text[scalar.start : scalar.end]
        if is_environment_file(scalar) and scalar.value in paths:
            shown = paths[scalar.value]
        elif scalar.meaning is Meaning.STRUCTURE:
            shown = written if _is_harmless(written) else _masked_scalar(written, scalar.style, names, first)
        else:
            shown = _masked_scalar(written, scalar.style, names, first)
            count = seen[scalar.path, shown] = seen.get((scalar.path, shown), -1) + 1
            if count:
                shown = _masked_scalar(written, scalar.style, names, _FILLERS[(number + count) % len(_FILLERS)])
        parts += [_without_comments(text[position : scalar.start]), shown]
        position = scalar.end
    return ("".join(parts) + _without_comments(text[position:])).encode()


def _without_comments(between: str) -> str:
    """Return what is between two values without what its comments say."""
    # The quote that ends NAME=value begins nothing.
    head, rest = (between[:1], between[1:]) if between[:1] in {"'", '"'} else ("", between)
    return head + _COMMENT.sub(lambda match: match["key"] or "#", rest) if "#" in rest else between


def is_environment_file(scalar: Scalar) -> bool:
    """Return whether a value is the path of an environment file."""
    return scalar.path[-1:] == ("env_file",) or scalar.path[-2:] == ("env_file", "path")


def _is_harmless(written: str) -> bool:
    return without_messages(without_credentials(written)) == written and without_named_values(written) == written


def _masked_scalar(written: str, style: str, names: frozenset[str], filler: str) -> str:
    if style in ("|", ">"):
        # The first line says how the others are read.
        head, sign, body = written.partition("\n")
        return head.partition("#")[0].rstrip() + sign + _mask(body, names, filler)
    return _mask(written, names, filler)


def _split(text: str) -> tuple[str, str, str]:
    """Split an entry at the sign behind its name."""
    match = re.match(r"(\s*(?:export\s+)?[\w.-]+\s*)([=:])", text)
    return (match[1], match[2], text[match.end() :]) if match else ("", "", text)


_MASKED: Final = late_pattern(
    r"(?P<code>\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})|(?P<escape>\\[A-Za-z])"
    r"|(?P<sign>\$\{?)(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<needed>(?=:?\?))?|[^\W_]+"
)


def _mask(text: str, names: frozenset[str], filler: str = _FILLERS[0]) -> str:
    def one(match: re.Match[str]) -> str:
        if match["name"] is not None:
            # Without a value, Docker Compose names it.
            is_kept = match["name"] in names or match["needed"] is not None
            return match[0] if is_kept else match["sign"] + _letters(match["name"], filler)
        if match["code"] is not None:
            return match[0][:2] + f"{ord('x'):0{len(match[0]) - 2}x}"
        return match[0] if match["escape"] is not None else _letters(match[0], filler)

    return _MASKED.sub(one, text)


def _letters(text: str, filler: str) -> str:
    return "".join(filler[1] if letter.isdigit() else letter if letter == "_" else filler[0] for letter in text)
