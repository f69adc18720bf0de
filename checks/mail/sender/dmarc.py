"""DMARC policies (RFC 7489 sections 6.3 to 6.6) and the organizational domain (section 3.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from checks.mail.sender.tag_list import TagListError, tags
from checks.net.dns import BadName, Lookup
from wizard.basics.patterns import late_pattern

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_VERSION: Final = late_pattern(r"v\s*=\s*DMARC1\s*(?:;|\Z)")
_ALMOST: Final = late_pattern(r"[\s\"'\\\ufeff\u201c\u201d\u201e]*v\s*[=:]\s*DMARC", re.IGNORECASE)
_POLICIES: Final = frozenset({"none", "quarantine", "reject"})
_REPORT: Final = late_pattern(r"mailto:[^\s@,;!]+@[^\s@,;!]+(?:![0-9]+[kmgt]?)?", re.IGNORECASE)
_KNOWN: Final = frozenset({"v", "p", "sp", "np", "psd", "t", "adkim", "aspf", "pct", "rua", "ruf", "fo", "rf", "ri"})
_LONGEST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One record, as receivers take it."""

    policy: str = ""
    """``none``, ``quarantine`` or ``reject``; empty: the record is of no effect."""
    subdomains: str = ""
    """``sp=``; empty: as ``policy``."""
    strict_spf: bool = False
    strict_dkim: bool = False
    percent: int = 100
    has_reports: bool = False
    faults: tuple[str, ...] = ()
    """What is wrong with it, in our words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcLookup:
    """What is in DNS for a domain."""

    policy: Policy | None = None
    """``None``: no record that counts."""
    records: tuple[bytes, ...] = ()
    at: str = ""
    """The domain whose policy it is."""
    is_inherited: bool = False
    """Whether it is the organizational domain's, so that ``sp=`` counts."""
    several: bool = False
    misplaced: tuple[str, ...] = field(default=())
    """Names that have such a record, but where no receiver looks."""

    @property
    def effective(self) -> str:
        """What receivers are asked to do: ``none`` also if there is no policy."""
        if self.policy is None or not self.policy.policy:
            return "none"
        return (self.is_inherited and self.policy.subdomains) or self.policy.policy


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def organization(domain: str) -> str:
    """Return the organizational domain, after the public suffix list that the package brings along."""
    return _suffixes().privatesuffix(domain.lower()) or domain.lower()


def is_aligned(domain: str, visible: str, *, strict: bool) -> bool:
    """Whether an authenticated domain is aligned with the one in From (RFC 7489 section 3.1)."""
    if not domain:
        return False
    if strict:
        return domain.lower() == visible.lower()
    return organization(domain) == organization(visible)


def is_dmarc(data: bytes) -> bool:
    """Whether receivers treat a record as DMARC at all; others are discarded (section 6.6.3)."""
    return _VERSION.match(data.decode("utf-8", "replace")) is not None


def looks_like_dmarc(data: bytes) -> bool:
    """Whether somebody meant to write DMARC."""
    return _ALMOST.match(data[:200].decode("utf-8", "replace")) is not None


def parse_policy(data: bytes) -> Policy:
    """Judge one record; never raises. What is wrong in single tags counts as their default (section 6.3)."""
    if len(data) > _LONGEST:
        return Policy(faults=("it is far too long",))
    text = data.decode("utf-8", "replace")
    if _VERSION.match(text) is None:
        return Policy(faults=(_version_fault(text),))
    try:
        found = tags(text)
    except TagListError as error:
        return Policy(faults=(str(error),))
    faults = [f"DMARC has no tag {name[:20]}" for name in found if name not in _KNOWN]
    report_faults = _report_faults(found)
    has_reports = bool(found.get("rua")) and not any(fault.startswith("rua") for fault in report_faults)
    policy = found.get("p", "").lower()
    if policy not in _POLICIES:
        faults.append("p= is missing" if "p" not in found else "p= must be none, quarantine or reject")
        # Section 6.6.3: with a place for reports it counts as p=none, without one not at all.
        policy = "none" if has_reports else ""
    subdomains = found.get("sp", "").lower()
    if subdomains and subdomains not in _POLICIES:
        faults.append("sp= must be none, quarantine or reject")
        subdomains = ""
    faults += [
        f"{name}= is neither r nor s" for name in ("adkim", "aspf") if found.get(name, "r").lower() not in ("r", "s")
    ]
    percent = found.get("pct", "100")
    if not re.fullmatch(r"\d{1,3}", percent, re.ASCII) or int(percent) > 100:  # noqa: PLR2004
        faults.append("pct= is not a number from 0 to 100")
        percent = "100"
    return Policy(
        policy=policy,
        subdomains=subdomains,
        strict_spf=found.get("aspf", "").lower() == "s",
        strict_dkim=found.get("adkim", "").lower() == "s",
        percent=int(percent),
        has_reports=has_reports,
        faults=(*faults, *report_faults),
    )


async def find(lookup: Lookup, domain: str) -> DmarcLookup:
    """Look where receivers look: at the domain, then at its organizational domain (section 6.6.3).

    Raises ``NoAnswer`` if DNS does not tell.
    """
    upper = organization(domain)
    for at in dict.fromkeys((domain, upper)):
        texts = await _texts(lookup, f"_dmarc.{at}")
        records = tuple(text for text in texts if is_dmarc(text))
        almost = tuple(text for text in texts if looks_like_dmarc(text))
        if records or almost:
            return DmarcLookup(
                policy=parse_policy((records or almost)[0]) if len(records) <= 1 else None,
                records=records or almost,
                at=at,
                is_inherited=at != domain,
                several=len(records) > 1,
            )
    wrong = [name for name in (domain, f"_dmarc.{domain}.{domain}") if await _is_misplaced(lookup, name)]
    return DmarcLookup(misplaced=tuple(wrong))


async def _is_misplaced(lookup: Lookup, name: str) -> bool:
    return any(looks_like_dmarc(text) for text in await _texts(lookup, name))


async def _texts(lookup: Lookup, name: str) -> tuple[bytes, ...]:
    try:
        return (await lookup.ask(name, "TXT")).texts
    except BadName:
        return ()


def _report_faults(found: dict[str, str]) -> list[str]:
    return [
        f"{name}= is not a list of mailto: addresses"
        for name in ("rua", "ruf")
        if name in found and not all(_REPORT.fullmatch(part.strip()) for part in found[name].split(","))
    ]


def _version_fault(text: str) -> str:
    if re.match(r"v\s*=\s*DMARC1\s*(?:,|\s)\s*p", text):
        return "a semicolon is missing after v=DMARC1"
    return "it must begin with 'v=DMARC1;' exactly (no leading spaces or quotation marks)"
