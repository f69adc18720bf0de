from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

import pytest

from wizard.basics import values
from wizard.basics.values import KW_ONLY, dataclass, field, replace


def twice(number: int) -> int:
    return 2 * number


def pair(maker: Any, decorate: Any) -> tuple[Any, ...]:
    """Classes of every form in use, made by one of the two."""

    @decorate(frozen=True, slots=True)
    class Point:
        kind: ClassVar[str] = "point"
        x: int
        y: int = 2
        _: dataclasses.KW_ONLY
        label: str = ""
        secret: str = maker.field(default="hidden", repr=False)
        seen: dict[str, int] = maker.field(default_factory=dict, compare=False, repr=False)

    @decorate(frozen=True, kw_only=True)
    class Base:
        name: str
        extra: tuple[int, ...] = ()

        @cached_property
        def length(self) -> int:
            return len(self.name)

    @decorate(frozen=True, kw_only=True)
    class Derived(Base):
        more: int = 3
        extra: tuple[int, ...] = (1,)

    @decorate
    class Counter:
        total: int = 0
        log: list[str] = maker.field(default_factory=list)
        done: bool = maker.field(default=False, init=False)

        def __post_init__(self) -> None:
            self.total += 1

    @decorate(kw_only=True)
    class Caller:
        act: Callable[[int], object] = twice

    @decorate(frozen=True, slots=True, order=True)
    class Version:
        major: int
        minor: int = 0

    @decorate(frozen=True)
    class Odd:
        weight: dict[str, int] = maker.field(default_factory=dict, hash=False)
        name: str = "a"

        def __repr__(self) -> str:
            return "odd"

    return Point, Base, Derived, Counter, Version, Odd, Caller


OURS, THEIRS = pair(values, dataclass), pair(dataclasses, dataclasses.dataclass)


def both(act: Callable[..., object]) -> tuple[Any, Any]:
    """What an action says or raises with our classes and with those of the standard library."""

    def told(classes: tuple[Any, ...]) -> object:
        try:
            return act(*classes)
        except (TypeError, ValueError, AttributeError) as error:
            # What an error of a call says in detail is the interpreter's matter.
            return type(error), type(error) is dataclasses.FrozenInstanceError and str(error)

    return told(OURS), told(THEIRS)


def changed(made: Any, **changes: object) -> object:
    for name, value in changes.items():
        setattr(made, name, value)
    return vars(made) if hasattr(made, "__dict__") else made


def kept(made: Any, other: Any) -> object:
    return made.length, made.length, made == other, dataclasses.replace(made, name="a").length


def removed(made: Any, name: str) -> None:
    delattr(made, name)


CASES: dict[str, Callable[..., object]] = {
    "by place": lambda point, *_: repr(point(1, 5, label="l")),
    "defaults": lambda point, *_: (point(1).y, point(1).seen, point(1).secret, point.kind),
    "own factory each": lambda point, *_: point(1).seen is point(1).seen,
    "missing": lambda point, *_: point(),
    "too many": lambda point, *_: point(1, 2, "l"),
    "twice": lambda point, *_: point(1, x=2),
    "unknown": lambda point, *_: point(1, z=2),
    "by name alone": lambda _, base, *__: base("name"),
    "equal": lambda point, *_: (point(1, seen={"a": 1}) == point(1), point(1) == point(2), point(1) == 1),
    "hash": lambda point, *_: (hash(point(1)) == hash(point(1)), len({point(1), point(1, 2), point(2)})),
    "no hash of what changes": lambda *all_: hash(all_[3]()),
    "hash without a field": lambda *all_: hash(all_[5](weight={"a": 1})) == hash(all_[5]()),
    "own repr": lambda *all_: repr(all_[5]()),
    "assigned": lambda point, *_: changed(point(1), x=2),
    "deleted": lambda point, *_: removed(point(1), "x"),
    "assigned where allowed": lambda *all_: changed(all_[3](), total=7),
    "after init": lambda *all_: (all_[3](4).total, all_[3]().done, all_[3](done=True)),
    "inherited": lambda _, __, derived, *___: (repr(derived(name="n")), derived(name="n") == derived(name="n", more=4)),
    "of another class": lambda _, base, derived, *__: derived(name="n", extra=()) == base(name="n"),
    "kept": lambda _, base, *__: kept(base(name="abc"), base(name="abc")),
    "ordered": lambda *all_: [repr(each) for each in sorted([all_[4](2), all_[4](1, 9), all_[4](1)])],
    "compared": lambda *all_: (all_[4](1) < all_[4](1, 1), all_[4](1) >= all_[4](2), all_[4](1) <= all_[4](1)),
    "not ordered": lambda point, *_: point(1) < point(2),
    "ordered beside another": lambda *all_: all_[4](1) < 3,
    "replaced": lambda point, *_: repr(dataclasses.replace(point(1), y=8, label="r")),
    "replaced wrongly": lambda point, *_: dataclasses.replace(point(1), z=8),
    "replaced after init": lambda *all_: dataclasses.replace(all_[3](), done=True),
    "as mapping": lambda _, __, derived, *___: dataclasses.asdict(derived(name="n", extra=(1, 2))),
    "fields": lambda *all_: [
        (each.name, each.type, each.init, each.repr, each.compare, each.hash, each.default is dataclasses.MISSING)
        for kind in all_
        for each in dataclasses.fields(kind)
    ],
    "match": lambda *all_: [kind.__match_args__ for kind in all_],
    "copied": lambda point, *_: (copy.copy(point(1)) == point(1), copy.deepcopy(point(1)).seen),
    "function as default": lambda *all_: (
        all_[6]().act(-1),
        all_[6](act=twice).act(2),
        dataclasses.replace(all_[6]()).act(-3),
    ),
    "both defaults": lambda *all_: (values if all_ is OURS else dataclasses).field(default=1, default_factory=int),
}


@pytest.mark.parametrize("name", CASES)
def test_a_class_does_what_one_of_the_standard_library_does(name: str) -> None:
    ours, theirs = both(CASES[name])
    assert ours == theirs


def test_our_replace_does_what_theirs_does() -> None:
    point, counter = OURS[0], OURS[3]
    assert replace(point(1, seen={"a": 1}), y=8) == dataclasses.replace(point(1), y=8)
    assert replace(point(1, seen={"a": 1}), y=8).seen == {"a": 1}
    theirs = THEIRS[0](1)
    assert replace(theirs, y=4).y == 4
    with pytest.raises(ValueError, match="done"):
        replace(counter(), done=True)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        replace(point(1), z=8)


@dataclass(frozen=True, slots=True)
class Kept:
    value: int
    _: KW_ONLY
    words: tuple[str, ...] = field(default=(), repr=False)


def test_a_value_survives_another_process() -> None:
    made = Kept(1, words=("a",))
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own bytes


def test_errors_name_the_class_and_the_argument() -> None:
    with pytest.raises(TypeError, match=r"Kept\.__init__\(\) missing required arguments: value"):
        Kept()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="multiple values for argument 'value'"):
        Kept(1, value=2)  # type: ignore[misc]
