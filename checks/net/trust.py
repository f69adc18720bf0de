"""What an HTTPS check trusts: the browsers' roots, and those added by the operator or the wizard's own proxy."""

from __future__ import annotations

import functools
import ssl
from pathlib import Path
from typing import Final

from wizard.basics.named_files import open_named
from wizard.basics.problem import InvalidInput, Problem

_MOST: Final = 4 * 1024 * 1024


def context(cacert: Path | None, authority: str = "") -> ssl.SSLContext:
    """Return a verifying context: Mozilla's roots (as browsers have them), ``--cacert``, and the folder's own authority.

    The last is what :func:`checks.net.own_authority.own_authority` gave. All checks of a run share one context, because reading
    the roots takes longer than many a server's answer; a change is one for all.

    ``InvalidInput`` if ``cacert`` cannot be read or holds no certificate.
    """
    try:
        _loaded(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), authority)
    except (ValueError, ssl.SSLError):
        authority = ""
    try:
        return _made("" if cacert is None else _given(cacert), authority)
    except (OSError, ValueError) as error:
        # What TLS says about a file that was read is of no use.
        why = f": {error.strerror}" if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else ""
        remedy = "Specify a file with one or more certificates that begin with -----BEGIN CERTIFICATE-----."
        raise InvalidInput(
            Problem(field="--cacert", message=f"is not a readable certificate file{why}.", remedy=remedy)
        ) from None


@functools.lru_cache(maxsize=8)
def _made(given: str, own: str) -> ssl.SSLContext:
    import certifi

    made = ssl.create_default_context(cafile=certifi.where())
    # Python 3.13 demands extensions that browsers do without; browsers have not read a subject's common name since 2017.
    made.verify_flags &= ~(ssl.VerifyFlags.VERIFY_X509_STRICT | ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN)
    made.hostname_checks_common_name = False
    made.set_alpn_protocols(["http/1.1"])
    for text in (given, own):
        if text:
            _loaded(made, text)
    return made


def _loaded(made: ssl.SSLContext, text: str) -> None:
    made.load_verify_locations(cadata=text)


@functools.cache
def _given(cacert: Path) -> str:
    """Read ``--cacert`` once: it may be a pipe, as the shell's ``<(...)`` is."""
    text = _text(cacert)
    if not text.strip():
        raise ValueError("empty")
    return text


def _text(file: Path) -> str:
    with open_named(file) as stream:
        data = stream.read(_MOST + 1)
    if len(data) > _MOST:
        raise ValueError("too large for a certificate bundle")
    return data.decode("ascii", errors="ignore")
