"""The certificate of the wizard's proxy: public, from a private authority created here, or from the operator's files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wizard.answers.model import Certificate
from wizard.plan.access import names
from wizard.plan.access.admin import asked_admin
from wizard.plan.access.model import ExtraFile

if TYPE_CHECKING:
    from wizard.librechat.site import Site
    from wizard.plan.access.builder import AccessBuilder
    from wizard.plan.certificates import LocalCertificates


def certificate(work: AccessBuilder, site: Site) -> tuple[str, ...] | None:
    """Return certificate and key as sources of mounts: two paths, none for ACME; ``None`` after a fault."""
    match work.inputs.proxy.certificate:
        case Certificate.ACME:
            return _acme(work, site)
        case Certificate.INTERNAL:
            return _internal(work, site)
        case Certificate.FILES:
            return _files(work, site)


def _acme(work: AccessBuilder, site: Site) -> tuple[str, ...] | None:
    if site.cannot_be_public:
        message = f"no public CA issues a certificate for {site.host}."
        work.fault("proxy.certificate", message, "Set certificate: internal, or use a public host name.")
        return None
    if site.is_reserved:
        work.notes.append(
            f"{site.host} looks like a name on a private network, for which no public CA issues a certificate. If it "
            "is private, set proxy.certificate to internal in the answers."
        )
    work.notes.append(
        f"Caddy obtains the certificate itself: {site.host} must resolve to this machine, and ports 80 and {site.port} must "
        "be reachable from the internet."
    )
    return ()


def _internal(work: AccessBuilder, site: Site) -> tuple[str, ...]:
    from wizard.plan.certificates import local_authority

    inputs = work.inputs
    hosts = [site.host]
    if (admin := asked_admin(work)) is not None and admin.scheme == "https" and admin.host not in hosts:
        hosts.append(admin.host)
    made = local_authority(
        inputs.now or datetime.now(UTC),
        hosts,
        ca_pem=inputs.state(names.AUTHORITY).data,
        ca_key_pem=inputs.state(names.AUTHORITY_KEY).data,
        cert_pem=inputs.state(names.SERVER_CERTIFICATE).data,
        key_pem=inputs.state(names.SERVER_KEY).data,
    )
    work.files += [
        ExtraFile(path=names.AUTHORITY, content=made.ca_pem),
        ExtraFile(path=names.SERVER_CERTIFICATE, content=made.cert_pem),
        ExtraFile(path=names.SERVER_KEY, content=made.key_pem, mode=0o600),
    ]
    if made.ca_key_pem:
        work.files.append(ExtraFile(path=names.AUTHORITY_KEY, content=made.ca_key_pem, mode=0o600))
    work.notes += _about(made, hosts, replaced=made.is_new_authority and inputs.state(names.AUTHORITY).data is not None)
    return f"./{names.SERVER_CERTIFICATE}", f"./{names.SERVER_KEY}"


def _about(made: LocalCertificates, hosts: list[str], *, replaced: bool) -> list[str]:
    """Return what the operator has to know about the authority, its key and the end of both certificates."""
    sites = " and ".join(hosts)
    imported = (
        f"Import {names.AUTHORITY} as a trusted CA on every device that uses LibreChat. The CA is valid until "
        f"{made.authority_not_after:%Y-%m-%d}. Compare its SHA-256 fingerprint: {made.fingerprint}"
    )
    notes = [imported]
    if replaced:
        notes.append("The CA is new: every device that trusts the old CA has to import the new one as well.")
    if not made.is_limited:
        notes.append(
            "An older version of the wizard created the CA, which can issue certificates for any site, not only for "
            f"{sites}. To limit the CA, delete {names.AUTHORITY} and run the wizard again. Every device then has to "
            "import the new CA."
        )
    if not made.ca_key_pem:
        notes.append(
            f"The certificate for {sites} expires on {made.not_after:%Y-%m-%d}. To renew it, put the CA's key back into "
            f"{names.AUTHORITY_KEY} and run the wizard again after {made.renew_from:%Y-%m-%d}. Without the key, the "
            "wizard then creates a new CA, which every device has to import."
        )
        return notes
    risk = f"for {sites}" if made.is_limited else "for any site"
    notes.append(
        f"The certificate for {sites} expires on {made.not_after:%Y-%m-%d}. To renew it, run the wizard again within the "
        "60 days before that date. Devices need no changes as long as the CA is valid."
    )
    notes.append(
        f"Keep {names.AUTHORITY_KEY} secret: anyone who has it can issue certificates {risk} that your devices trust. The server needs the key only for renewal. Until then, you can move the key to a safe place."
    )
    return notes


def _files(work: AccessBuilder, site: Site) -> tuple[str, ...] | None:
    from wizard.plan.certificate_files import check_files

    inputs = work.inputs
    proxy = inputs.proxy
    contents = []
    for field_name, path in (("certificate_file", proxy.certificate_file), ("key_file", proxy.key_file)):
        if not path:
            work.fault(
                f"proxy.{field_name}",
                "it is required if certificate is set to files.",
                f"Set {field_name}: certificates/...",
            )
            continue
        state = inputs.state(path)
        if not path.isprintable() or path.startswith(("~", "$")):
            work.fault(
                f"proxy.{field_name}",
                "it is not a usable path.",
                "Enter an absolute path, or a path relative to the LibreChat folder.",
            )
        elif state.kind == "missing":
            work.fault(
                f"proxy.{field_name}",
                f"{path[:120]} does not exist.",
                "Enter the path of an existing file.",
            )
        elif state.kind == "file" and state.data is not None:
            contents.append(state.data)
        elif state.kind != "unreadable":
            work.fault(
                f"proxy.{field_name}",
                f"{path[:120]} is not a regular file ({state.kind}).",
                "Enter the path of the file itself.",
            )
    if work.problems:
        return None
    sources = tuple(_source(path) for path in (proxy.certificate_file, proxy.key_file))
    if len(contents) < 2:  # noqa: PLR2004 - certificate and key
        work.notes.append(
            "You do not have permission to read the certificate or the key. The wizard could not check whether they match each other and the host name."
        )
        return sources
    faults, not_after = check_files(
        inputs.now or datetime.now(UTC),
        site.host,
        certificate_name=proxy.certificate_file[-80:],
        certificate_pem=contents[0],
        key_name=proxy.key_file[-80:],
        key_pem=contents[1],
    )
    work.problems += faults
    if not_after is not None:
        work.notes.append(
            f"The certificate expires on {not_after:%Y-%m-%d}. After each renewal, restart the proxy: it "
            "reads the mounted file only when it starts."
        )
    return sources


def _source(path: str) -> str:
    return path if PurePosixPath(path).is_absolute() else f"./{path.removeprefix('./')}"
