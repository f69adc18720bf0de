"""What the tests' own MongoDB understands of filters, changes and projections (mongodb.com/docs/manual/reference/operator)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from tests.servers.bson import ObjectId, Regex

Document = dict[str, Any]
Kind = TypeVar("Kind")
_MISSING: Final = object()
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,), "2": (str,), "object": (dict,), "3": (dict,), "array": (list,), "4": (list,), "objectId": (ObjectId,),
    "7": (ObjectId,), "bool": (bool,), "8": (bool,), "null": (type(None),), "10": (type(None),), "number": (int, float),
}  # fmt: skip


class NotUnderstood(Exception):
    """A filter, change or stage that this server has not."""


def copied(value: Kind) -> Kind:
    """Return a copy of a document: what holds others is made anew, the rest nobody changes. A tenth of the cost of ``copy``."""
    if isinstance(value, dict):
        return {name: copied(each) for name, each in value.items()}  # type: ignore[return-value]
    if isinstance(value, list):
        return [copied(each) for each in value]  # type: ignore[return-value]
    return value


def matches(document: Any, wanted: Mapping[str, Any]) -> bool:
    """Tell whether a document meets a filter."""
    for name, condition in wanted.items():
        if name in ("$and", "$or", "$nor"):
            found = [matches(document, each) for each in condition]
            if not {"$and": all(found), "$or": any(found), "$nor": not any(found)}[name]:
                return False
        elif name == "$comment":
            continue
        elif name.startswith("$"):
            raise NotUnderstood(f"filter {name}")
        elif not _meets(list(_at(document, name.split("."))), condition):
            return False
    return True


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    """Give what stands at a path; through lists, what stands in each of their members."""
    if not path:
        yield value
        return
    first, *rest = path
    if isinstance(value, dict):
        if first in value:
            yield from _at(value[first], rest)
    elif isinstance(value, list):
        if first.isdigit() and int(first) < len(value):
            yield from _at(value[int(first)], rest)
        for each in value:
            if isinstance(each, dict):
                yield from _at(each, path)


def _meets(found: list[Any], condition: Any) -> bool:
    if isinstance(condition, dict) and any(name.startswith("$") for name in condition):
        return all(_operator(found, name, value, condition) for name, value in condition.items())
    return _equals(found, condition)


def _equals(found: list[Any], value: Any) -> bool:
    if isinstance(value, Regex):
        return _operator(found, "$regex", value, {})
    # A filter for null is met by a field that is not there.
    return (value is None and not found) or any(
        _same(each, value) or (isinstance(each, list) and any(_same(one, value) for one in each)) for each in found
    )


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _operator(found: list[Any], name: str, value: Any, beside: Mapping[str, Any]) -> bool:
    if name in _WHOLE:
        return _WHOLE[name](found, value)
    each = [one for item in found for one in ((item, *item) if isinstance(item, list) else (item,))]
    match name:
        case "$type":
            kinds = value if isinstance(value, list) else [value]
            return any(
                isinstance(one, _TYPES[str(kind)]) and (str(kind) in ("bool", "8") or not isinstance(one, bool))
                for one in each
                for kind in kinds
            )
        case "$gt" | "$gte" | "$lt" | "$lte":
            return any(_compared(one, name, value) for one in each)
        case "$regex":
            pattern = value if isinstance(value, Regex) else Regex(value, beside.get("$options", ""))
            flags = re.IGNORECASE if "i" in pattern.options else 0
            return any(isinstance(one, str) and re.search(pattern.pattern, one, flags) for one in each)
        case "$options":
            return True
    raise NotUnderstood(f"operator {name}")


def _has_member(found: list[Any], value: Any) -> bool:
    lists = [item for item in found if isinstance(item, list)]
    return any(isinstance(one, dict) and matches(one, value) for item in lists for one in item)


_WHOLE: Final[Mapping[str, Callable[[list[Any], Any], bool]]] = {
    "$eq": _equals,
    "$ne": lambda found, value: not _equals(found, value),
    "$in": lambda found, value: any(_equals(found, one) for one in value),
    "$nin": lambda found, value: not any(_equals(found, one) for one in value),
    "$all": lambda found, value: all(_equals(found, one) for one in value),
    "$exists": lambda found, value: bool(found) == bool(value),
    "$not": lambda found, value: not _meets(found, value),
    "$size": lambda found, value: any(isinstance(item, list) and len(item) == value for item in found),
    "$elemMatch": _has_member,
}
"""Operators that look at what stands at a path as a whole."""


def _compared(one: Any, name: str, value: Any) -> bool:
    try:
        return bool({"$gt": one > value, "$gte": one >= value, "$lt": one < value, "$lte": one <= value}[name])
    except TypeError:
        return False


def changed(document: Document, change: Mapping[str, Any], *, is_new: bool = False) -> Document:
    """Return a document as a change leaves it: operators, or another document in its place."""
    if not any(name.startswith("$") for name in change):
        return {**({"_id": document["_id"]} if "_id" in document else {}), **copied(dict(change))}
    after = copied(document)
    for operator, fields in change.items():
        if operator == "$setOnInsert" and not is_new:
            continue
        for name, value in fields.items():
            _change(after, name.split("."), operator, copied(value))
    return after


def _change(document: Document, path: list[str], operator: str, value: Any) -> None:
    holder, last = _holder(document, path, makes=operator not in ("$unset", "$pull", "$pullAll"))
    if holder is None:
        return
    here = _get(holder, last)
    match operator:
        case "$set" | "$setOnInsert":
            _put(holder, last, value)
        case "$unset":
            if isinstance(holder, dict):
                holder.pop(last, None)
            elif here is not _MISSING:
                _put(holder, last, None)
        case "$inc":
            _put(holder, last, (0 if here is _MISSING else here) + value)
        case "$push" | "$addToSet":
            new = value["$each"] if isinstance(value, dict) and "$each" in value else [value]
            former = [] if here is _MISSING else here
            _put(holder, last, former + [one for one in new if operator == "$push" or one not in former])
        case "$pull" | "$pullAll":
            gone = value if operator == "$pullAll" else [value]
            if here is not _MISSING:
                _put(holder, last, [one for one in here if not any(_is_pulled(one, each) for each in gone)])
        case _:
            raise NotUnderstood(f"change {operator}")


def _is_pulled(one: Any, condition: Any) -> bool:
    if isinstance(condition, dict) and isinstance(one, dict):
        return matches(one, condition)
    return _meets([one], condition)


def _holder(document: Any, path: list[str], *, makes: bool) -> tuple[Any, str]:
    """Return what holds the last name of a path; ``None`` where that is not there and nothing is to be made."""
    *way, last = path
    for name in way:
        below = _get(document, name)
        if below is _MISSING or below is None:
            if not makes:
                return None, last
            below = {}
            _put(document, name, below)
        document = below
    return (document if isinstance(document, dict | list) else None), last


def _get(holder: Any, name: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(name, _MISSING)
    return holder[int(name)] if name.isdigit() and int(name) < len(holder) else _MISSING


def _put(holder: Any, name: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[name] = value
    else:
        holder[int(name)] = value


def projected(document: Document, projection: Mapping[str, Any] | None) -> Document:
    """Return the part of a document that a projection asks for; paths through lists included."""
    if not projection:
        return document
    fields = {name: bool(value) for name, value in projection.items() if name != "_id"}
    if any(fields.values()):
        found: Document = _only(document, [name.split(".") for name, wanted in fields.items() if wanted])
        if projection.get("_id", 1) and "_id" in document:
            return {"_id": document["_id"], **found}
        return found
    after = copied(document)
    for name in fields:
        _change(after, name.split("."), "$unset", "")
    if not projection.get("_id", 1):
        after.pop("_id", None)
    return after


def _only(value: Any, paths: list[list[str]]) -> Any:
    if any(not path for path in paths):
        return value
    if isinstance(value, list):
        return [_only(each, paths) for each in value if isinstance(each, dict | list)]
    if not isinstance(value, dict):
        return value
    wanted = {path[0] for path in paths}
    return {
        name: _only(each, [path[1:] for path in paths if path[0] == name])
        for name, each in value.items()
        if name in wanted
    }


def sorted_by(documents: list[Document], order: Mapping[str, Any]) -> list[Document]:
    """Return documents in an order; what is missing comes first, kinds beside each other."""

    def key(document: Document, name: str) -> tuple[str, Any]:
        value = next(_at(document, name.split(".")), None)
        return (
            ("", 0) if value is None else ("number" if isinstance(value, int | float) else type(value).__name__, value)
        )

    for name, direction in reversed(list(order.items())):
        documents = sorted(documents, key=lambda document, name=name: key(document, name), reverse=direction < 0)  # type: ignore[misc]
    return documents
