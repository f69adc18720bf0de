"""The grammar of SPF records (RFC 7208 section 4.6.1 and 5 to 7): text to terms, or a syntax error."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Final

from wizard.basics.patterns import late_pattern

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_VERSION: Final = late_pattern(rb"v=spf1(?: |\Z)", re.IGNORECASE)
_MODIFIER: Final = late_pattern(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)")
_DIRECTIVE: Final = late_pattern(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)(.*)")
_TARGET_AND_LENGTHS: Final = late_pattern(r"(?::(.+?))?(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?")
_NETWORK: Final = late_pattern(r":([0-9A-Fa-f:.]+)(?:/(0|[1-9]\d{0,2}))?")
_MACRO: Final = r"%\{[slodiphcrtvSLODIPHCRTV](?:0*[1-9]\d*)?[rR]?[.+,/_=-]*\}|%[%_-]"
_MACRO_STRING: Final = late_pattern(rf"(?:{_MACRO}|[\x21-\x24\x26-\x7e])*")
_EXPLANATION_STRING: Final = late_pattern(rf"(?:{_MACRO}|[\x20-\x24\x26-\x7e])*")
_ANY_MACRO: Final = late_pattern(_MACRO)
_TOP_LABEL: Final = late_pattern(r"(?![0-9]+\Z)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_ONLY_EXPLAINING: Final = late_pattern(r"%\{[crtCRT]")
_V4_BITS: Final = 32
_V6_BITS: Final = 128


class SpfSyntaxError(ValueError):
    """The record breaks the grammar: PermError. ``term`` is the part of the record that does."""

    def __init__(self, term: str, why: str) -> None:
        super().__init__(why)
        self.term = term


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """A directive (RFC 7208 section 4.6.1)."""

    term: str
    """As it is in the record."""
    name: str
    """In small letters."""
    qualifier: str = "+"
    target: str = ""
    """The domain-spec, with its macros; empty: the domain itself."""
    network: Network | None = None
    """Of ``ip4`` and ``ip6``."""
    v4_bits: int = _V4_BITS
    v6_bits: int = _V6_BITS

    @property
    def is_counted(self) -> bool:
        """Whether it is one of the ten look-ups (RFC 7208 section 4.6.4)."""
        return self.name in ("include", "a", "mx", "ptr", "exists")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """A whole record."""

    text: str
    mechanisms: tuple[Mechanism, ...] = ()
    redirect: str = ""
    explanation: str = ""
    """The domain-spec of ``exp=``."""
    unknown: tuple[str, ...] = field(default=())
    """Modifiers that SPF does not know, and passes over."""

    @property
    def all(self) -> Mechanism | None:
        """The first ``all``: what comes after it is never looked at."""
        return next((mechanism for mechanism in self.mechanisms if mechanism.name == "all"), None)


def is_spf(text: bytes) -> bool:
    """Whether a TXT record is an SPF record (RFC 7208 section 4.5); others are ignored."""
    return _VERSION.match(text) is not None


def parse(data: bytes) -> SpfRecord:
    """Return the record. Raises ``SpfSyntaxError`` for the first thing that is wrong, wherever it stands (section 4.6)."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise SpfSyntaxError("", "it contains characters that are not ASCII") from None
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    unknown: list[str] = []
    for term in text.split(" ")[1:]:
        if not term:
            continue
        if modifier := _MODIFIER.fullmatch(term):
            name, value = modifier[1].lower(), modifier[2]
            if name not in ("redirect", "exp"):
                if not _MACRO_STRING.fullmatch(value):
                    raise SpfSyntaxError(term, "the value of a modifier is malformed")
                unknown.append(modifier[1])
            elif name in modifiers:
                raise SpfSyntaxError(term, f"{name}= appears twice")
            else:
                modifiers[name] = _domain_spec(term, value)
        else:
            mechanisms.append(_mechanism(term))
    return SpfRecord(
        text=text,
        mechanisms=tuple(mechanisms),
        redirect=modifiers.get("redirect", ""),
        explanation=modifiers.get("exp", ""),
        unknown=tuple(unknown),
    )


def is_explanation(text: str) -> bool:
    """Whether a text is well formed as an explanation (RFC 7208 section 6.2)."""
    return _EXPLANATION_STRING.fullmatch(text) is not None


def _mechanism(term: str) -> Mechanism:
    found = _DIRECTIVE.fullmatch(term)
    if found is None:
        raise SpfSyntaxError(term, "this is not a mechanism")
    qualifier, name, rest = found[1] or "+", found[2].lower(), found[3]
    match name:
        case "all":
            if rest:
                raise SpfSyntaxError(term, "nothing may follow 'all'")
            return Mechanism(term=term, name=name, qualifier=qualifier)
        case "include" | "exists":
            return Mechanism(term=term, name=name, qualifier=qualifier, target=_colon(term, rest))
        case "ptr":
            target = _colon(term, rest) if rest else ""
            return Mechanism(term=term, name=name, qualifier=qualifier, target=target)
        case "a" | "mx":
            return _address(term, name, qualifier, rest)
        case "ip4" | "ip6":
            return Mechanism(term=term, name=name, qualifier=qualifier, network=_network(term, name, rest))
        case _:
            raise SpfSyntaxError(term, "SPF has no such mechanism")


def _address(term: str, name: str, qualifier: str, rest: str) -> Mechanism:
    found = _TARGET_AND_LENGTHS.fullmatch(rest)
    if found is None:
        raise SpfSyntaxError(term, "the part after the name is malformed")
    v4_bits, v6_bits = int(found[2] or _V4_BITS), int(found[3] or _V6_BITS)
    if v4_bits > _V4_BITS or v6_bits > _V6_BITS:
        raise SpfSyntaxError(term, "the prefix length of the network is too large")
    target = _domain_spec(term, found[1]) if found[1] else ""
    return Mechanism(term=term, name=name, qualifier=qualifier, target=target, v4_bits=v4_bits, v6_bits=v6_bits)


def _network(term: str, name: str, rest: str) -> Network:
    found = _NETWORK.fullmatch(rest)
    kind = ipaddress.IPv4Network if name == "ip4" else ipaddress.IPv6Network
    try:
        if found is not None:
            return kind(f"{found[1]}/{found[2]}" if found[2] else found[1], strict=False)
    except ValueError:
        pass
    raise SpfSyntaxError(term, "this is not a network")


def _colon(term: str, rest: str) -> str:
    if not rest.startswith(":"):
        raise SpfSyntaxError(term, "a colon and a domain are missing")
    return _domain_spec(term, rest[1:])


def _domain_spec(term: str, text: str) -> str:
    is_plain = _MACRO_STRING.fullmatch(text) and not _ONLY_EXPLAINING.search(text.replace("%%", ""))
    if not is_plain or not _ends_well(_ANY_MACRO.sub("\0", text)):
        raise SpfSyntaxError(term, "this is not a domain")
    return text


def _ends_well(text: str) -> bool:
    """Whether the end is a macro (here: NUL) or a dot and a top label (section 7.1, ``domain-end``)."""
    _, dot, label = text.removesuffix(".").rpartition(".")
    return text.endswith("\0") or bool(dot and _TOP_LABEL.fullmatch(label))
