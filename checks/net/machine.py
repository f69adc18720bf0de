"""This machine's own addresses, without sending anything."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass

_SOMEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_DISCARD = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalMachine:
    """What is known of the machine that asks."""

    own: frozenset[str] = frozenset()
    """Those of the addresses in question that are this machine's."""
    outgoing_addresses: tuple[str, ...] = ()
    """The addresses that it has toward the internet, one a family at most."""


def local_machine(addresses: Iterable[str]) -> LocalMachine:
    """Look at this machine, with these addresses in question."""
    return LocalMachine(own=frozenset(filter(is_own, addresses)), outgoing_addresses=outgoing_addresses())


def is_own(address: str) -> bool:
    """Whether an address is this machine's: only then can a socket take it (bind(2), EADDRNOTAVAIL)."""
    try:
        value = ipaddress.ip_address(address.partition("%")[0])
        if value.is_unspecified or value.is_multicast:
            return False
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except (OSError, ValueError):
        return False
    return True


def outgoing_addresses() -> tuple[str, ...]:
    """Return the local address of each family's route to the internet; connecting a UDP socket sends nothing."""
    found = []
    for kind, somewhere in _SOMEWHERE:
        try:
            with socket.socket(kind, socket.SOCK_DGRAM) as probe:
                probe.connect((somewhere, _DISCARD))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue
    return tuple(found)
