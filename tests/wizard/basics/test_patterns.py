from __future__ import annotations

import importlib
import pkgutil
import re
from types import ModuleType
from typing import Any

import pytest

import checks
import screens
import wizard
from wizard.basics.patterns import late_pattern


def test_a_late_pattern_is_the_compiled_one() -> None:
    late, early = late_pattern(r"(?P<a>x+)", re.IGNORECASE), re.compile(r"(?P<a>x+)", re.IGNORECASE)
    assert (late.pattern, late.flags, late.groups) == (early.pattern, early.flags, early.groups)
    assert [match["a"] for match in late.finditer("XxyX")] == ["Xx", "X"]
    assert late.sub("-", "axxb") == "a-b"
    with pytest.raises(AttributeError):
        _ = late.nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("room", [wizard, checks, screens], ids=lambda room: room.__name__)
def test_every_late_pattern_can_be_compiled(room: ModuleType) -> None:
    kind: Any = late_pattern
    found = 0
    for each in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        if each.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(each.name)).items():
            for one in value.values() if isinstance(value, dict) else (value,):
                if isinstance(one, kind):
                    assert isinstance(one.pattern, str | bytes), name
                    found += 1
    assert found
