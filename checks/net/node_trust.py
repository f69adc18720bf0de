"""The certificate authorities that LibreChat's Node trusts, and a TLS context that verifies as Node does."""

import contextlib
import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checks.net.trusted_files import configuration_fault, file_fault, path_fault, trusted_users
from wizard.basics.option_names import CONFIRM

if TYPE_CHECKING:
    import ssl

    from wizard.deployment.model import Deployment

_LARGEST: Final = 4 * 1024 * 1024
_NODE_CIPHERS: Final = (
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:"
    "ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA384:ECDHE-RSA-AES256-SHA256:DHE-RSA-AES256-SHA256:"
    "HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA:@SECLEVEL=2"
)
"""Node's own list (``tls.DEFAULT_CIPHERS``, 20 to 24) at the security level of its OpenSSL 3.5: keys from 2048 bits on."""
_CONFIRM: Final = f"If this is intended, use {CONFIRM}."


class _DoubtfulError(Exception):
    """A stranger could have written the file; the argument says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Node's own roots and, maybe, a file with further ones."""

    extra: Path | None = None
    """The file that NODE_EXTRA_CA_CERTS leads to, on this machine."""
    is_operators: bool = False
    """Whether the operator's own shell names the file; else the folder does, and it is read with its owner's rights."""
    allowed_owners: frozenset[int] = frozenset()
    """User ids that may own the file, besides root and the current user. Ignored for a file that the operator's shell names."""
    named: str = ""
    """What this trust adds to Node's own roots, a sentence for the report; empty if nothing."""
    problem: str = ""
    """Why that file does not count; Node continues without it."""
    is_doubtful: bool = False
    """Whether Node counts it all the same, and only this check does not: a stranger could have written it."""

    def context(self, *, verifies: bool) -> "ssl.SSLContext":
        """Return a TLS context for an SMTP client. It does not check names, because Node has its own rules for that.

        All connections with the same trust share one, because reading the roots takes longer than a whole conversation.
        """
        extra = self.extra if verifies else None
        return self._context(verifies=verifies, names=False, extra=extra)

    @property
    def context_with_names(self) -> "ssl.SSLContext":
        """The context for HTTPS and IMAP: it verifies the certificate and the name in it. Shared in the same way."""
        return self._context(verifies=True, names=True, extra=self.extra)

    def _context(self, *, verifies: bool, names: bool, extra: Path | None) -> "ssl.SSLContext":
        stamp = _stamp(extra)
        allowed_owners = None if self.is_operators else self.allowed_owners | {0, os.geteuid()}
        return _context(verifies=verifies, names=names, extra=extra, allowed_owners=allowed_owners, _stamped=stamp)


def _stamp(path: Path | None) -> tuple[int, ...]:
    """Return what changes with a file's content, so that a renewed file is read anew."""
    try:
        stat = path.stat() if path is not None else None
    except OSError:
        return ()
    return (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) if stat is not None else ()


def context_of(certificates: str) -> "ssl.SSLContext":
    """Return a context that trusts these certificates alone, as Node with the option ``ca``; names are not compared.

    Text that is not a certificate adds nobody. Only a certificate that signed itself ends a chain.
    """
    import ssl

    context = _bare()
    context.verify_flags &= ~(ssl.VerifyFlags.VERIFY_X509_STRICT | ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN)
    if certificates:
        context.load_verify_locations(cadata=certificates)
    return context


def _bare() -> "ssl.SSLContext":
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_NODE_CIPHERS)
    return context


class NamedAuthorities(NamedTuple):
    """The certificates of a file that a setting of LibreChat names."""

    text: str = ""
    """Those that Node can read, as PEM."""
    is_seen: bool = True
    """Whether the path leads to a place of this machine at all."""
    is_readable: bool = True
    doubt: str = ""
    """Why the file's certificates do not count here: a stranger could have written it. LibreChat reads it all the same."""


def authorities_of(deployment: "Deployment", named: str) -> NamedAuthorities:
    """Return the certificates in the file that a path in LibreChat's container names."""
    path = on_this_machine(deployment, named)
    if path is None:
        return NamedAuthorities(is_seen=False, is_readable=False)
    try:
        text = _certificates(path, allowed_owners=trusted_users(deployment.folder))
    except _DoubtfulError as doubt:
        return NamedAuthorities(doubt=f"This check did not trust {path}: it {doubt}. {_CONFIRM}")
    return NamedAuthorities(text or "", is_readable=text is not None)


class NamedText(NamedTuple):
    """The text of a file that a setting of LibreChat names."""

    text: str | None = None
    is_seen: bool = True
    """Whether the path leads to a place of this machine at all."""
    doubt: str = ""
    """Why the file does not count here: a stranger could have written it. LibreChat reads it all the same."""


def named_text(deployment: "Deployment", named: str) -> NamedText:
    """Return a file by its path in LibreChat's container, as Node reads it (UTF-8); no text if it cannot be read."""
    path = on_this_machine(deployment, named)
    if path is None:
        return NamedText(is_seen=False)
    try:
        text = _read(path, allowed_owners=trusted_users(deployment.folder))
    except _DoubtfulError as doubt:
        return NamedText(doubt=f"This check did not trust {path}: it {doubt}. {_CONFIRM}")
    return NamedText(None if text is None else text.encode("latin-1").decode(errors="replace"))


@lru_cache(maxsize=8)
def _context(
    *, verifies: bool, names: bool, extra: Path | None, allowed_owners: frozenset[int] | None, _stamped: tuple[int, ...]
) -> "ssl.SSLContext":
    import ssl

    context = _bare()
    if not verifies:
        context.verify_mode = ssl.CERT_NONE
        return context
    # Python 3.13 is stricter than Node by default: Node takes certificates without an authority key identifier.
    context.verify_flags &= ~(ssl.VerifyFlags.VERIFY_X509_STRICT | ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN)
    context.load_verify_locations(cafile=_roots())
    if extra is not None:
        with contextlib.suppress(_DoubtfulError):
            if text := _certificates(extra, allowed_owners=allowed_owners):
                context.load_verify_locations(cadata=text)
    context.check_hostname = names
    return context


def _roots() -> str:
    """Return the file of Mozilla's roots. Found without running certifi, which takes a quarter of the time to read them."""
    from importlib.util import find_spec

    spec = find_spec("certifi")
    beside = Path(spec.origin).with_name("cacert.pem") if spec is not None and spec.origin else None
    if beside is not None and beside.is_file():
        return str(beside)
    import certifi

    return certifi.where()


def trust_of(deployment: "Deployment", environment: Mapping[str, str]) -> Trust:
    """Return what the api container trusts; where it names no file, the wizard's own environment may name one.

    Node reads NODE_EXTRA_CA_CERTS before any code of LibreChat runs: on the compose stack a line in ``.env`` comes too late.
    """
    from wizard.answers.model import Stack

    counts = deployment.overridden if deployment.stack is Stack.COMPOSE else deployment.settings
    named = counts.get("NODE_EXTRA_CA_CERTS", "")
    own = environment.get("NODE_EXTRA_CA_CERTS", "")
    if not named:
        return _checked(Path(own), "NODE_EXTRA_CA_CERTS in this shell", allowed_owners=None) if own else Trust()
    if fault := configuration_fault(deployment, named):
        problem = f"This check did not trust {named} (NODE_EXTRA_CA_CERTS in the container): {fault}. {_CONFIRM}"
        return Trust(problem=problem, is_doubtful=True)
    where = f"NODE_EXTRA_CA_CERTS is set to {named} in the container"
    path = on_this_machine(deployment, named)
    if path is None:
        return Trust(problem=f"{where}, but no folder or file on this machine is mounted there.")
    return _checked(path, where, allowed_owners=trusted_users(deployment.folder))


def _checked(path: Path, where: str, *, allowed_owners: frozenset[int] | None) -> Trust:
    """Return what a file adds; ``allowed_owners`` is ``None`` if the operator's own shell names it."""
    but = f"{where}: {path}" if allowed_owners is None else f"{where}, but {path}"
    try:
        text = _certificates(path, allowed_owners=allowed_owners)
    except _DoubtfulError as doubt:
        problem = f"This check did not trust {path}: it {doubt}. {where}. {_CONFIRM}"
        return Trust(problem=problem, is_doubtful=True)
    if text is None:
        return Trust(problem=f"{but} cannot be read.")
    if not text:
        return Trust(problem=f"{but} contains no certificate in PEM format.")
    named = f"This check also trusted the certificates in {path} ({where})."
    return Trust(
        extra=path, is_operators=allowed_owners is None, allowed_owners=allowed_owners or frozenset(), named=named
    )


def _certificates(path: Path, *, allowed_owners: frozenset[int] | None) -> str | None:
    """Return the certificates of a PEM file that can be loaded; ``None`` if the file cannot be read."""
    import re
    import ssl

    text = _read(path, allowed_owners=allowed_owners)
    if text is None:
        return None
    whole = ""
    pattern = r"-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----"
    for pem in re.findall(pattern, text):
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
        except (ssl.SSLError, ValueError):
            break  # Node, too, stops at the first that it cannot read
        whole += f"{pem}\n"
    return whole


def _read(path: Path, *, allowed_owners: frozenset[int] | None) -> str | None:
    """Read a regular file of bounded size, waiting for no pipe; what a folder names, with the rights of the folder's owner.

    ``_DoubtfulError`` if somebody else than the ``allowed_owners`` could have written what a folder names.
    """
    from wizard.basics.filesystem import NotRegularError, TooLargeError, read_present, regular_bytes
    from wizard.basics.owner_rights import as_owner

    try:
        if allowed_owners is None:
            data = regular_bytes(path, _LARGEST)
        else:
            with as_owner():
                fault = path_fault(path, allowed_owners)
                end = Path(os.path.realpath(path))
            present = read_present(end, largest=_LARGEST)
            fault = fault or (file_fault(present, allowed_owners) if present is not None else "")
            if fault:
                raise _DoubtfulError(fault)
            data = present.data if present is not None else None
    except (OSError, NotRegularError, TooLargeError):
        return None
    return None if data is None else data.decode("latin-1")


def on_this_machine(deployment: "Deployment", named: str) -> Path | None:
    """Return the file or folder that LibreChat sees as ``named``: what is mounted there, ``None`` if nothing of this machine is.

    Without Docker it is the path itself, from the folder on.
    """
    from wizard.answers.model import Stack

    if deployment.stack is Stack.LOCAL:
        return deployment.folder / named
    home = "/app/api" if deployment.stack is Stack.DEPLOY else "/app"
    path = posixpath.normpath(posixpath.join(home, named))
    best: tuple[str, str] | None = None
    for volume in _volumes(deployment):
        source, target = str(volume.get("source", "")), str(volume.get("target", "")).rstrip("/")
        is_inside = path == target or path.startswith(f"{target}/")
        if volume.get("type") == "bind" and target and is_inside and (best is None or len(target) > len(best[1])):
            best = (source, target)
    if best is None:
        return None
    source, target = best
    from wizard.basics.filesystem import with_home

    return deployment.folder / with_home(source) / path[len(target) :].lstrip("/")


def _volumes(deployment: "Deployment") -> list[Mapping[str, Any]]:
    return [volume for volume in deployment.librechat.get("volumes") or () if isinstance(volume, Mapping)]
