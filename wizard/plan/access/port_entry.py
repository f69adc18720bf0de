"""One entry below ``ports`` of a compose file, as Docker Compose reads it: address, host port, target port."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.dotenv.template import InvalidTemplate, substitute
from wizard.yamlfile.render import Tagged

_RANGE: Final = r"[0-9]{1,5}(?:-[0-9]{1,5})?"
_PORT: Final = late_pattern(
    rf"(?:(?P<host>\[[0-9A-Fa-f:.]+\]|[0-9.]*):(?P<bound>{_RANGE})?:|(?P<outer>{_RANGE})?:)?"
    rf"(?P<target>{_RANGE})?(?:/(?P<protocol>[A-Za-z]+))?"
)
"""The short form (compose-spec, "ports"; docker/go-connections, nat.ParsePortSpec), less what nobody should rely on."""


class PortEntry(NamedTuple):
    """What an entry publishes."""

    host: str
    """The address of this machine, without brackets; empty: every address."""
    published: str
    """The published port or range, with the protocol if it is not TCP; empty if Docker chooses it."""
    words: tuple[str, str]
    """Port of the host and target in the file's own words: ``${PORT}``."""

    @property
    def is_local(self) -> bool:
        """Whether only this machine itself reaches it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def published_ports(self) -> frozenset[str]:
        """The ports of this machine one by one, each with its protocol if it is not TCP."""
        ports, slash, protocol = self.published.partition("/")
        first, _, last = ports.partition("-")
        if not first:
            return frozenset()
        return frozenset(f"{port}{slash}{protocol}" for port in range(int(first), int(last or first) + 1))

    def at(self, address: str) -> str:
        """Return the entry in the short form, at this address."""
        return f"{address}:{self.words[0]}:{self.words[1]}"


def read_port(entry: object, values: Mapping[str, str]) -> PortEntry | None:
    """Return what an entry publishes; ``None`` if that cannot be said, or not be said about each part by itself."""
    if isinstance(entry, Mapping):
        words = [_word(entry.get(name)) for name in ("host_ip", "published", "target", "protocol")]
        if None in words:
            return None
        host, outer, target, protocol = (word or "" for word in words)
        target = f"{target}/{protocol}" if protocol not in ("", "tcp") else target
        parts = [host, outer, target]
    else:
        word = _word(entry)
        parts = _split(word) if word is not None else []
    # Each part must be one by itself: a variable that stands for an address and a port leaves no place to write ours.
    filled = [_filled(part, values) for part in parts]
    if not 1 <= len(parts) <= 3 or None in filled:  # noqa: PLR2004 - address, port, target
        return None
    clean = [text or "" for text in filled]
    if isinstance(entry, Mapping):
        clean[0] = f"[{clean[0]}]" if ":" in clean[0] else clean[0]
        clean = clean if clean[0] else clean[1:] if clean[1] else clean[2:]
    elif ":".join(clean) != _filled(str(entry), values):
        return None
    match = _PORT.fullmatch(":".join(clean))
    if match is None or match[0].count(":") - (match["host"] or "").count(":") != len(clean) - 1:
        return None
    if not match["target"] and not (len(parts) > 1 and "$" in parts[-1]):
        # With PORT not set yet, ${PORT}:${PORT} is nothing so far and can be bound all the same; a port it is not.
        return None
    outer = match["bound"] or match["outer"] or ""
    protocol = (match["protocol"] or "tcp").lower()
    return PortEntry(
        host=(match["host"] or "").strip("[]"),
        published=f"{outer}/{protocol}" if outer and protocol != "tcp" else outer,
        words=(parts[-2] if len(parts) > 1 else "", parts[-1]),
    )


def shown(entry: object) -> str:
    """Return an entry as a person would write it on one line."""
    if isinstance(entry, Tagged):
        return f"{entry.tag} {shown(entry.value)}"
    if isinstance(entry, Mapping):
        return ", ".join(f"{name}: {value}" for name, value in entry.items())
    return str(entry)


def _word(value: object) -> str | None:
    if value is None:
        return ""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _filled(text: str, values: Mapping[str, str]) -> str | None:
    try:
        return substitute(text, values.get)
    except InvalidTemplate:
        return None


def _split(text: str) -> list[str]:
    """Split at the colons that stand neither in ``${NAME:-${OTHER:-3000}}`` nor in ``[::1]``."""
    parts, begin, depth = [], 0, 0
    for place, char in enumerate(text):
        if char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
        elif char == ":" and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    return [*parts, text[begin:]]
