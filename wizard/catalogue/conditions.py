"""When a setting applies or is required, said from the values of others."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalogue.model import Condition


def any_set(*names: str) -> Condition:
    """Hold where one of the names has a value; a switch only where it is on."""

    def holds(values: Mapping[str, str]) -> bool:
        return any(values.get(name, "").strip().lower() not in ("", "false") for name in names)

    return holds
