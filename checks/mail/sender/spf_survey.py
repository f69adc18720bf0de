"""Surveys an SPF record and its includes for any sender: number of lookups, dead ends, and who may send."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from checks.mail.sender.spf import MOST_LOOKUPS, SpfError, SpfResult, record_of
from checks.mail.sender.spf_record import Mechanism, Network, SpfRecord
from checks.net.dns import Address, BadName, Lookup
from checks.net.errors import DnsError

_FAR: Final = 3 * MOST_LOOKUPS
"""Look-ups after which nobody continues counting."""
_MOST_SAMPLES: Final = 3


@dataclass(slots=True, kw_only=True)
class SpfSurvey:
    """The outcome; filled while the records are walked through."""

    lookups: int = 0
    """The most that a receiver has to make: if no mechanism matches."""
    voids: int = 0
    costs: list[tuple[str, int]] = field(default_factory=list)
    """The terms of the first record with the look-ups that each causes."""
    included: set[str] = field(default_factory=set)
    """Every domain that is reached by ``include`` or ``redirect`` without a forbidding qualifier."""
    broken: list[tuple[str, str]] = field(default_factory=list)
    """Terms that end in a PermError, each with why."""
    unknown: list[str] = field(default_factory=list)
    """Terms that DNS gave no answer about."""
    uses_ptr: bool = False
    final: Mechanism | None = None
    """The ``all`` that decides in the end, also behind ``redirect``."""


async def survey(lookup: Lookup, record: SpfRecord, domain: str) -> SpfSurvey:
    """Walk through a record and everything that it leads to."""
    found = SpfSurvey()
    await _walk(lookup, record, found, path=(domain.lower(),))
    found.final = await _final(lookup, record)
    return found


async def _walk(lookup: Lookup, record: SpfRecord, found: SpfSurvey, *, path: tuple[str, ...]) -> None:
    for mechanism in record.mechanisms:
        if mechanism.name == "all" or found.lookups > _FAR:
            return
        before = found.lookups
        found.lookups += mechanism.is_counted
        found.uses_ptr = found.uses_ptr or mechanism.name == "ptr"
        if mechanism.name == "include":
            await _follow(lookup, mechanism.target, mechanism, found, path=path)
        elif mechanism.name in ("a", "mx", "exists"):
            await _note_voids(lookup, mechanism, found, path[-1])
        _note_cost(found, mechanism.term, before, path)
    if record.redirect:
        before = found.lookups
        found.lookups += 1
        as_mechanism = Mechanism(term=f"redirect={record.redirect}", name="redirect")
        await _follow(lookup, record.redirect, as_mechanism, found, path=path)
        _note_cost(found, as_mechanism.term, before, path)


def _note_cost(found: SpfSurvey, term: str, before: int, path: tuple[str, ...]) -> None:
    if len(path) == 1 and found.lookups > before:
        found.costs.append((term, found.lookups - before))


async def _follow(
    lookup: Lookup, target: str, mechanism: Mechanism, found: SpfSurvey, *, path: tuple[str, ...]
) -> None:
    if "%" in target:
        return
    name = target.lower().removesuffix(".")
    if name in path:
        found.broken.append((mechanism.term, "it refers back to itself"))
        return
    if mechanism.qualifier == "+":
        found.included.add(name)
    try:
        record = await record_of(lookup, target)
    except SpfError as error:
        if error.result is SpfResult.TEMPERROR:
            found.unknown.append(mechanism.term)
        else:
            found.broken.append((mechanism.term, str(error)))
        return
    if record is None:
        found.broken.append((mechanism.term, "there is no SPF record"))
        return
    await _walk(lookup, record, found, path=(*path, name))


async def _final(lookup: Lookup, record: SpfRecord) -> Mechanism | None:
    for _ in range(MOST_LOOKUPS):
        if record.all is not None or not record.redirect or "%" in record.redirect:
            return record.all
        try:
            following = await record_of(lookup, record.redirect)
        except SpfError:
            return None
        if following is None:
            return None
        record = following
    return None


async def _note_voids(lookup: Lookup, mechanism: Mechanism, found: SpfSurvey, domain: str) -> None:
    if "%" in mechanism.target:
        return
    kinds = {"a": ("A", "AAAA"), "mx": ("MX",), "exists": ("A",)}[mechanism.name]
    try:
        replies = [await lookup.ask(mechanism.target or domain, kind) for kind in kinds]
    except DnsError:
        found.unknown.append(mechanism.term)
    except BadName:
        return
    else:
        found.voids += all(reply.is_void for reply in replies)


async def samples(lookup: Lookup, domain: str) -> tuple[Address, ...]:
    """Return a few IPv4 addresses that a provider's own SPF record names; none where it names none."""
    networks: list[Network] = []
    waiting, seen = [domain], set[str]()
    while waiting and len(seen) < MOST_LOOKUPS:
        name = waiting.pop(0)
        seen.add(name)
        try:
            record = await record_of(lookup, name)
        except SpfError:
            continue
        if record is None:
            continue
        allowing = [mechanism for mechanism in record.mechanisms if mechanism.qualifier == "+"]
        networks += [each.network for each in allowing if each.network is not None and each.network.version == 4]  # noqa: PLR2004
        targets = [*(each.target for each in allowing if each.name == "include"), record.redirect]
        # Each name once, whoever leads to it: records that name each other must come to an end.
        fresh = dict.fromkeys(target for target in targets if target and "%" not in target)
        waiting += [target for target in fresh if target not in seen and target not in waiting]
    places = sorted({0, len(networks) // 2, len(networks) - 1}) if networks else []
    return tuple(dict.fromkeys(networks[place][-1] for place in places))[:_MOST_SAMPLES]
