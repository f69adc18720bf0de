"""``dataclass``, ``field`` and ``replace`` of the standard library without the source text that those compile for every class.

What a class means is the same; ``dataclasses`` itself works with them (``fields``, ``asdict``, ``replace``). Making one takes a
tenth of the time, which is what a command mostly consists of that loads forty of them; ``slots`` makes no difference here.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import KW_ONLY, dataclass, field, replace

    __all__ = ["KW_ONLY", "dataclass", "field", "replace"]
else:
    _NONE: Final = object()

    class KW_ONLY:
        """``_: KW_ONLY`` stands before fields that are given by name alone."""

    class _Field:
        """What is declared of one field."""

        __slots__ = ("compare", "default", "factory", "hash", "init", "kw_only", "metadata", "name", "repr")

        def __init__(self, default: object, factory: object, **rules: Any) -> None:
            if default is not _NONE and factory is not _NONE:
                raise ValueError("cannot specify both default and default_factory")
            self.default, self.factory = default, factory
            self.init, self.repr, self.compare = (rules.pop(name, True) for name in ("init", "repr", "compare"))
            self.hash, self.kw_only, self.metadata = (rules.pop(name, None) for name in ("hash", "kw_only", "metadata"))
            if rules:
                raise TypeError(f"field() got an unexpected keyword argument {min(rules)!r}")

        @property
        def is_hashed(self) -> bool:
            return self.compare if self.hash is None else self.hash

        @property
        def is_required(self) -> bool:
            return self.init and self.default is _NONE and self.factory is _NONE

    def field(*, default: object = _NONE, default_factory: object = _NONE, **rules: Any) -> Any:
        """Declare a field with more than its default."""
        return _Field(default, default_factory, **rules)

    class _Declared:
        """The fields as ``dataclasses`` keeps them: made when it asks for them."""

        def __init__(self, owner: type, fields: dict[str, _Field]) -> None:
            self._owner, self._fields, self._made = owner, fields, None

        def __get__(self, instance: object, owner: type | None = None) -> Any:
            if self._made is None:
                import dataclasses

                annotations = _annotations(self._owner)
                declared = {name: _theirs(dataclasses, entry) for name, entry in self._fields.items()}
                hints = {name: annotations[name] for name in declared}
                sample = type(self._owner.__name__, (), {**declared, "__annotations__": hints})
                self._made = dataclasses.dataclass(sample).__dataclass_fields__
            return self._made

    def _annotations(owner: type) -> dict[str, Any]:
        return {
            name: hint
            for kind in reversed(owner.__mro__)
            for name, hint in vars(kind).get("__annotations__", {}).items()
        }

    def _theirs(dataclasses: Any, entry: _Field) -> Any:
        default = {"default": entry.default} if entry.default is not _NONE else {}
        factory = {"default_factory": entry.factory} if entry.factory is not _NONE else {}
        # By name alone: no field without a default comes behind one with it.
        rules = {name: getattr(entry, name) for name in ("init", "repr", "compare", "hash", "metadata")}
        return dataclasses.field(**default, **factory, **rules, kw_only=True)

    def dataclass(owner: type | None = None, /, **rules: bool) -> Any:
        """Make a class of its annotations; the rules are those of ``dataclasses.dataclass``."""
        return (lambda made: _made(made, **rules)) if owner is None else _made(owner, **rules)

    def _made(
        owner: type,
        *,
        frozen: bool = False,
        kw_only: bool = False,
        order: bool = False,
        eq: bool = True,
        repr: bool = True,  # noqa: A002 - the name that dataclasses gave it
        slots: bool = False,  # noqa: ARG001 - a dictionary is as good
    ) -> type:
        fields = _fields(owner, kw_only=kw_only)
        owner.__dataclass_fields__ = _Declared(owner, fields)
        owner._value_fields = fields
        owner._value_given = tuple(name for name, entry in fields.items() if entry.init)
        owner._value_later = fields.keys() - owner._value_given
        by_place = tuple(name for name, entry in fields.items() if entry.init and not entry.kw_only)
        owner.__match_args__ = by_place
        owner.__init__ = _init(owner, fields, by_place)
        made = vars(owner)
        if repr and "__repr__" not in made:
            owner.__repr__ = _repr(tuple(name for name, entry in fields.items() if entry.repr))
        if eq and "__eq__" not in made:
            owner.__eq__ = _equal(tuple(name for name, entry in fields.items() if entry.compare))
            if frozen:
                owner.__hash__ = _hash(tuple(name for name, entry in fields.items() if entry.is_hashed))
            elif made.get("__hash__") is None:
                owner.__hash__ = None
        if order:
            _order(owner, tuple(name for name, entry in fields.items() if entry.compare))
        if frozen:
            owner.__setattr__, owner.__delattr__ = _frozen(owner, fields)
        return owner

    def _fields(owner: type, *, kw_only: bool) -> dict[str, _Field]:
        found = {}
        for kind in owner.__mro__[-1:0:-1]:
            found |= vars(kind).get("_value_fields", {})
        for name, hint in vars(owner).get("__annotations__", {}).items():
            text = hint if isinstance(hint, str) else getattr(hint, "__name__", "")
            if text.startswith(("ClassVar", "typing.ClassVar")):
                continue
            if text.endswith("KW_ONLY"):
                kw_only = True
                continue
            given = vars(owner).get(name, _NONE)
            entry = given if isinstance(given, _Field) else _Field(given, _NONE)
            entry.name = name
            if entry.kw_only is None:
                entry.kw_only = kw_only
            # A default is an attribute of the class, too.
            if entry.default is not _NONE:
                setattr(owner, name, entry.default)
            elif given is not _NONE:
                delattr(owner, name)
            found[name] = entry
        return found

    def _init(owner: type, fields: dict[str, _Field], by_place: tuple[str, ...]) -> Any:
        required = frozenset(name for name, entry in fields.items() if entry.is_required)
        known = frozenset(name for name, entry in fields.items() if entry.init)
        factories = tuple((name, entry.factory) for name, entry in fields.items() if entry.factory is not _NONE)
        # Read from the class, a function would become a method.
        defaults = {name: entry.default for name, entry in fields.items() if entry.init and entry.default is not _NONE}
        has_more = hasattr(owner, "__post_init__")

        def __init__(self: Any, *given: Any, **named: Any) -> None:
            if given:
                _place(owner, by_place, given, named)
            if not required <= named.keys() or not named.keys() <= known:
                raise TypeError(
                    _misfit(owner, [name for name in fields if name in required - named.keys()], known, named)
                )
            for name, factory in factories:
                if name not in named:
                    named[name] = factory()
            self.__dict__.update(defaults)
            self.__dict__.update(named)
            if has_more:
                self.__post_init__()

        return __init__

    def _place(owner: type, by_place: tuple[str, ...], given: tuple[Any, ...], named: dict[str, Any]) -> None:
        """Put what was given without a name to its name."""
        if len(given) > len(by_place):
            most = len(by_place) + 1
            raise TypeError(
                f"{owner.__qualname__}.__init__() takes {most} positional arguments but {len(given) + 1} were given"
            )
        placed = dict(zip(by_place, given, strict=False))
        if twice := placed.keys() & named.keys():
            raise TypeError(f"{owner.__qualname__}.__init__() got multiple values for argument {min(twice)!r}")
        named |= placed

    def _misfit(owner: type, missing: list[str], known: frozenset[str], named: dict[str, Any]) -> str:
        what = f"missing required arguments: {', '.join(missing)}"
        if not missing:
            what = f"got an unexpected keyword argument {min(named.keys() - known)!r}"
        return f"{owner.__qualname__}.__init__() {what}"

    def _repr(names: tuple[str, ...]) -> Any:
        def __repr__(self: Any) -> str:
            return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

        return __repr__

    def _key(names: tuple[str, ...]) -> Any:
        """Return what gives the tuple of these fields of a value."""
        if len(names) > 1:
            return operator.attrgetter(*names)
        return lambda value: tuple([getattr(value, name) for name in names])

    def _equal(names: tuple[str, ...]) -> Any:
        key = _key(names)

        def __eq__(self: Any, other: Any) -> Any:
            return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

        return __eq__

    def _hash(names: tuple[str, ...]) -> Any:
        key = _key(names)

        def __hash__(self: Any) -> int:
            return hash(key(self))

        return __hash__

    def _order(owner: type, names: tuple[str, ...]) -> None:
        key = _key(names)

        def compared(by: Any) -> Any:
            def compare(self: Any, other: Any) -> Any:
                return by(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented

            return compare

        for name in ("lt", "le", "gt", "ge"):
            setattr(owner, f"__{name}__", compared(getattr(operator, name)))

    def _frozen(owner: type, fields: dict[str, _Field]) -> Any:
        def refuse(self: Any, name: str, verb: str) -> None:
            if type(self) is owner or name in fields:
                from dataclasses import FrozenInstanceError

                raise FrozenInstanceError(f"cannot {verb} field {name!r}")

        def __setattr__(self: Any, name: str, value: Any) -> None:
            refuse(self, name, "assign to")
            super(owner, self).__setattr__(name, value)

        def __delattr__(self: Any, name: str) -> None:
            refuse(self, name, "delete")
            super(owner, self).__delattr__(name)

        return __setattr__, __delattr__

    def replace(value: Any, /, **changes: Any) -> Any:
        """Return the value with other fields; a value of ``dataclasses`` and a named tuple of the standard library, too."""
        kind = type(value)
        if not hasattr(kind, "_value_fields"):
            import dataclasses

            return dataclasses.replace(value, **changes)
        if later := kind._value_later.intersection(changes):
            raise ValueError(f"field {min(later)} is declared with init=False, it cannot be specified with replace()")
        present = value.__dict__
        return kind(**{**{name: present[name] for name in kind._value_given}, **changes})
