"""SPF (RFC 7208): whether an address may send mail for a domain. ``check_host`` is the RFC's function of that name."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from checks.mail.sender.spf_macro import MacroContext, expand, shortened
from checks.mail.sender.spf_record import Mechanism, SpfRecord, SpfSyntaxError, is_explanation, is_spf, parse
from checks.net.dns import Address, BadName, Lookup
from checks.net.errors import DnsError

MOST_LOOKUPS: Final = 10
"""RFC 7208 section 4.6.4; likewise the exchangers of one ``mx`` and the names of one ``ptr``."""
MOST_VOIDS: Final = 2


class SpfResult(StrEnum):
    """RFC 7208 section 2.6."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


_BY_QUALIFIER: Final = {"+": SpfResult.PASS, "-": SpfResult.FAIL, "~": SpfResult.SOFTFAIL, "?": SpfResult.NEUTRAL}


class SpfError(Exception):
    """The evaluation ends here with a TempError or PermError; the text is ours and says why."""

    def __init__(self, result: SpfResult, why: str) -> None:
        super().__init__(why)
        self.result = result


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfVerdict:
    """How the evaluation ended."""

    result: SpfResult
    why: str = ""
    """For the two errors, in our words."""
    explanation: str = ""
    """What the domain says about a Fail (``exp=``); foreign text, empty if there is none."""
    lookups: int = 0
    voids: int = 0


@dataclass(slots=True, kw_only=True)
class _Evaluation:
    lookup: Lookup
    scene: MacroContext
    lookups: int = 0
    voids: int = 0
    explanation: str = ""
    validated: tuple[str, ...] | None = field(default=None)


async def check_host(
    lookup: Lookup, address: Address, domain: str, sender: str, *, helo: str = "", receiver: str = "unknown"
) -> SpfVerdict:
    """Judge one sending address. ``sender`` is what follows MAIL FROM; empty: ``postmaster`` at ``domain`` (section 2.4)."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    local, _, sender_domain = sender.rpartition("@")
    whole = f"{local or 'postmaster'}@{sender_domain or domain}"
    scene = MacroContext(address=address, sender=whole, helo=helo or domain, receiver=receiver)
    run = _Evaluation(lookup=lookup, scene=scene)
    result, why = SpfResult.NONE, ""
    # A name of one label, as an address in brackets too, is not a domain to ask about (section 4.3).
    if "." in domain.removesuffix(".") and not domain.endswith("]"):
        try:
            result = await _host(run, domain)
        except SpfError as error:
            result, why = error.result, str(error)
    shown = run.explanation if result is SpfResult.FAIL else ""
    return SpfVerdict(result=result, why=why, explanation=shown, lookups=run.lookups, voids=run.voids)


async def record_of(lookup: Lookup, domain: str) -> SpfRecord | None:
    """Return the SPF record of a domain; ``None`` if it has none. Raises ``SpfError`` (sections 4.4 to 4.6)."""
    try:
        found = [text for text in (await lookup.ask(domain, "TXT")).texts if is_spf(text)]
    except BadName:
        return None
    except DnsError as error:
        raise SpfError(SpfResult.TEMPERROR, str(error)) from None
    if len(found) > 1:
        raise SpfError(SpfResult.PERMERROR, "there are several SPF records")
    try:
        return parse(found[0]) if found else None
    except SpfSyntaxError as error:
        raise SpfError(SpfResult.PERMERROR, f"{error.term}: {error}" if error.term else str(error)) from None


async def _host(run: _Evaluation, domain: str) -> SpfResult:
    record = await record_of(run.lookup, domain)
    if record is None:
        return SpfResult.NONE
    for mechanism in record.mechanisms:
        if await _matches(run, mechanism, domain):
            result = _BY_QUALIFIER[mechanism.qualifier]
            if result is SpfResult.FAIL:
                run.explanation = await _explanation(run, record, domain)
            return result
    if not record.redirect:
        return SpfResult.NEUTRAL
    _count(run)
    target = await _target(run, record.redirect, domain)
    result = await _host(run, target)
    if result is SpfResult.NONE:
        raise SpfError(SpfResult.PERMERROR, "redirect= points to a domain without an SPF record")
    return result


async def _matches(run: _Evaluation, mechanism: Mechanism, domain: str) -> bool:
    if mechanism.is_counted:
        _count(run)
    if mechanism.network is not None:
        return run.scene.address in mechanism.network
    if mechanism.name == "all":
        return True
    target = await _target(run, mechanism.target, domain) if mechanism.target else domain
    try:
        return await _MATCHING[mechanism.name](run, target, mechanism)
    except BadName:
        return False


async def _included(run: _Evaluation, target: str, _: Mechanism) -> bool:
    before = run.explanation
    result = await _host(run, target)
    run.explanation = before
    if result is SpfResult.NONE:
        raise SpfError(SpfResult.PERMERROR, "include: points to a domain without an SPF record")
    return result is SpfResult.PASS


async def _address(run: _Evaluation, target: str, mechanism: Mechanism) -> bool:
    return _within(await _addresses(run, target), run.scene.address, mechanism)


async def _existing(run: _Evaluation, target: str, _: Mechanism) -> bool:
    return bool(await _ask(run, target, "A"))


async def _named(run: _Evaluation, target: str, _: Mechanism) -> bool:
    return any(_is_below(name, target) for name in await _validated_names(run))


async def _exchanger(run: _Evaluation, target: str, mechanism: Mechanism) -> bool:
    try:
        reply = await run.lookup.ask(target, "MX")
    except DnsError as error:
        raise SpfError(SpfResult.TEMPERROR, str(error)) from None
    _note_void(run, is_void=reply.is_void)
    if len(reply.names) > MOST_LOOKUPS:
        raise SpfError(SpfResult.PERMERROR, f"mx returns more than {MOST_LOOKUPS} mail servers")
    for name in reply.names:
        try:
            if _within(await _addresses(run, name), run.scene.address, mechanism):
                return True
        except BadName:
            continue
    return False


_MATCHING: Final = {
    "include": _included,
    "a": _address,
    "mx": _exchanger,
    "exists": _existing,
    "ptr": _named,
}


async def _addresses(run: _Evaluation, name: str) -> tuple[Address, ...]:
    return await _ask(run, name, "A" if run.scene.address.version == 4 else "AAAA")  # noqa: PLR2004


async def _ask(run: _Evaluation, name: str, kind: str) -> tuple[Address, ...]:
    try:
        reply = await run.lookup.ask(name, kind)
    except DnsError as error:
        raise SpfError(SpfResult.TEMPERROR, str(error)) from None
    _note_void(run, is_void=reply.is_void)
    return reply.addresses


def _within(found: tuple[Address, ...], address: Address, mechanism: Mechanism) -> bool:
    bits = mechanism.v4_bits if address.version == 4 else mechanism.v6_bits  # noqa: PLR2004
    return any(address in ipaddress.ip_network(f"{each}/{bits}", strict=False) for each in found)


async def _validated_names(run: _Evaluation) -> tuple[str, ...]:
    """Return the names that the address has and that lead back to it (section 5.5); errors count as no name."""
    if run.validated is None:
        try:
            names = (await run.lookup.reverse(run.scene.address)).names
        except (DnsError, BadName):
            names = ()
        _note_void(run, is_void=not names)
        kind = "A" if run.scene.address.version == 4 else "AAAA"  # noqa: PLR2004
        kept = []
        for name in names[:MOST_LOOKUPS]:
            try:
                if run.scene.address in (await run.lookup.ask(name, kind)).addresses:
                    kept.append(name)
            except (DnsError, BadName):
                continue
        run.validated = tuple(kept)
    return run.validated


async def _target(run: _Evaluation, text: str, domain: str) -> str:
    async def validated() -> str:
        names = await _validated_names(run)
        same = [name for name in names if name.lower() == domain.lower()]
        below = [name for name in names if _is_below(name, domain)]
        return next(iter([*same, *below, *names]), "unknown")

    return shortened(await expand(text, run.scene, domain, validated))


async def _explanation(run: _Evaluation, record: SpfRecord, domain: str) -> str:
    """Return the expanded text of ``exp=``; any error is as if there were none (section 6.2)."""
    if not record.explanation:
        return ""
    try:
        texts = (await run.lookup.ask(await _target(run, record.explanation, domain), "TXT")).texts
        text = texts[0].decode("ascii") if len(texts) == 1 else ""
    except (DnsError, BadName, UnicodeDecodeError):
        return ""
    if not is_explanation(text):
        return ""

    async def validated() -> str:
        return next(iter(await _validated_names(run)), "unknown")

    return await expand(text, run.scene, domain, validated)


def _is_below(name: str, domain: str) -> bool:
    name, domain = name.lower().removesuffix("."), domain.lower().removesuffix(".")
    return name == domain or name.endswith(f".{domain}")


def _count(run: _Evaluation) -> None:
    run.lookups += 1
    if run.lookups > MOST_LOOKUPS:
        raise SpfError(SpfResult.PERMERROR, f"it needs more than {MOST_LOOKUPS} lookups")


def _note_void(run: _Evaluation, *, is_void: bool) -> None:
    run.voids += is_void
    if run.voids > MOST_VOIDS:
        raise SpfError(SpfResult.PERMERROR, f"more than {MOST_VOIDS} lookups find nothing")
