"""LibreChat's stored encrypted values, counted: as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checks.report import wrapped
from wizard.apply.stored_values import place_lines

if TYPE_CHECKING:
    from wizard.apply.stored_values import StoredValues

_INDENT: Final = "      "


def stored_text(found: StoredValues, columns: int) -> str:
    """Return how many stored values the keys decrypt, place by place."""
    of = f" (LibreChat {found.release})" if found.release is not None else ""
    if not found.counts:
        return f"\nLibreChat has not stored any encrypted values{of}.\n"
    lines = [f"\nStored values that the current keys can decrypt{of}:"]
    for count in found.counts:
        kind = "".join(f" ({value})" for value in count.field.where.values())
        figures = f"{count.opened} of {count.all}"
        more = [f"{count.renewed} with the new keys"] if count.renewed else []
        more += [f"{count.plain} not encrypted"] if count.plain else []
        more += [f"{count.unsure} too short to verify"] if count.unsure else []
        lines.append(f"  {count.field.name + kind:45} {figures:>13}{'  ' if more else ''}{', '.join(more)}")
        if count.bad or count.unknown:
            lines += wrapped(f"if a value cannot be decrypted: {count.field.lost}", _INDENT, columns)
    if found.is_vector_wrong:
        lines += wrapped(
            "CREDS_IV is not the value that the data was encrypted with. Values that do not need CREDS_IV can be decrypted.",
            "! ",
            columns,
        )
    elif found.wrong:
        lines.append("These values cannot be decrypted or have an unknown format:")
        lines += [f"  | {line}" for line in place_lines(found)]
    return "\n".join(lines) + "\n"


def stored_json(found: StoredValues) -> dict[str, Any]:
    """Return the result of reading the database, as JSON."""
    return {
        "release": None if found.release is None else str(found.release),
        "fields": [
            {
                "field": count.field.name,
                "where": dict(count.field.where),
                "decrypted": count.opened,
                "decrypted_with_new": count.renewed,
                "not_decrypted": count.bad,
                "not_encrypted": count.plain,
                "unknown": count.unknown,
                "unsure": count.unsure,
            }
            for count in found.counts
        ],
        "wrong": [{"place": one.place, "document": one.document, "why": one.why} for one in found.wrong],
        "further": found.further,
        "only_vector_wrong": found.is_vector_wrong,
    }
