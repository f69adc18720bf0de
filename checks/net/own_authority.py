"""The certificate authority that the wizard created for a folder's own proxy: trusted only while that proxy uses it.

A certificate that merely lies in the folder proves nothing: it may be left over from an earlier set-up, or put there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wizard.plan.access.names import AUTHORITY, CADDYFILE, NGINX_CONF, SERVER_CERTIFICATE

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

TRUSTED: Final = f"This check trusted {AUTHORITY} in the LibreChat folder, because the proxy uses it."
"""Said wherever a certificate of it was accepted."""
_LARGEST: Final = 256 * 1024


def own_authority(deployment: Deployment) -> str:
    """Return the authority of the folder's own proxy as PEM; empty if there is none, or nothing uses it.

    The compose files have to give the proxy ``certificates/server.crt``, the proxy's configuration has to name it, and the
    authority has to have issued it. None of these files counts if a stranger could have written it.
    """
    from checks.net.trusted_files import configuration_fault

    if not _is_used(deployment) or configuration_fault(deployment, SERVER_CERTIFICATE):
        return ""
    authority, certificate = (_own_text(deployment.folder, name) for name in (AUTHORITY, SERVER_CERTIFICATE))
    return _issuer(authority, certificate) if authority and certificate else ""


def _is_used(deployment: Deployment) -> bool:
    services = deployment.compose.get("services")
    for service in services.values() if isinstance(services, Mapping) else ():
        mounts = dict(_mounts(deployment.folder, service)) if isinstance(service, Mapping) else {}
        inside = [target for target, source in mounts.items() if source == deployment.folder / SERVER_CERTIFICATE]
        texts = [
            _text(deployment, name) for name in (CADDYFILE, NGINX_CONF) if deployment.folder / name in mounts.values()
        ]
        if any(_names_certificate(text, target) for text in texts for target in inside):
            return True
    return False


def _mounts(folder: Path, service: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    volumes = service.get("volumes")
    for volume in volumes if isinstance(volumes, list | tuple) else ():
        if isinstance(volume, Mapping) and volume.get("source") and volume.get("target"):
            yield str(volume["target"]), Path(os.path.normpath(folder / str(volume["source"])))


def _names_certificate(text: str, target: str) -> bool:
    return re.search(rf"(?m)^[ \t]*(?:tls|ssl_certificate)[ \t]+{re.escape(target)}[ \t;]", text) is not None


def _text(deployment: Deployment, name: str) -> str:
    state = deployment.files.get(name)
    if state is not None and state.data is not None:
        return state.data.decode("utf-8", "replace")
    return _own_text(deployment.folder, name)


def _own_text(folder: Path, name: str) -> str:
    """Read a file that nobody but the folder's owner and root could write; empty if it is none, or a link leads out."""
    from checks.net.trusted_files import file_fault, trusted_users
    from wizard.basics.filesystem import NotRegularError, TooLargeError, read_present
    from wizard.basics.links import FOREIGN_FILES, path_end

    try:
        end = path_end(folder, name)
        if end.fault or not (end.path.is_relative_to(folder) or FOREIGN_FILES):
            return ""
        present = read_present(end.path, largest=_LARGEST)
    except (OSError, RuntimeError, NotRegularError, TooLargeError):
        return ""
    if present is None or file_fault(present, trusted_users(folder)):
        return ""
    return present.data.decode("utf-8", "replace")


def _issuer(authority: str, certificate: str) -> str:
    """Return the one certificate that issued the other, as PEM; empty if it did not."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        issuer, issued = (x509.load_pem_x509_certificate(text.encode()) for text in (authority, certificate))
        issued.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return ""
    return issuer.public_bytes(Encoding.PEM).decode("ascii")
