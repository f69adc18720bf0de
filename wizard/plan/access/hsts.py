"""HTTP Strict Transport Security (RFC 6797): turned on, and taken back for plain HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wizard.librechat.security_headers import SECURITY_HEADERS_SINCE, security_headers

if TYPE_CHECKING:
    from wizard.librechat.site import Site
    from wizard.plan.access.builder import AccessBuilder

_SECONDS: Final = 63_072_000
"""Two years: what Mozilla's guideline recommends (version 5.7, all profiles)."""


def strict_transport(work: AccessBuilder, site: Site) -> str:
    """Return the value of Strict-Transport-Security; empty: the proxy leaves it to LibreChat, which sends its own from v0.8.8-rc2 on.

    Zero makes browsers forget what they were asked before (section 6.1.1).
    """
    wanted = work.inputs.proxy.hsts
    if wanted is None:
        _say_what_librechat_sends(work, site)
        return ""
    if site.is_address:
        work.notes.append(f"proxy.hsts has no effect for {site.host}: browsers apply it to host names only (RFC 6797).")
    elif wanted:
        work.notes.append(
            f"For the next two years, browsers that open {site.host} will accept only HTTPS with a valid certificate "
            "(proxy.hsts: true). To undo this, set proxy.hsts to false in the answers and keep HTTPS until everyone has opened "
            "LibreChat once more."
        )
    return f"max-age={_SECONDS if wanted else 0}"


def without_hsts(work: AccessBuilder, site: Site) -> None:
    """Keep LibreChat from asking for HTTPS where people come over plain HTTP: one visit over HTTPS would shut them out for a year."""
    if work.inputs.release >= SECURITY_HEADERS_SINCE and not site.is_address:
        work.set("HSTS_ENABLED", "false")


def note_useless_header(work: AccessBuilder) -> None:
    """Add a note if the answers want the proxy to send a header that browsers ignore over plain HTTP (RFC 6797 section 8.1)."""
    if work.inputs.proxy.hsts is not None:
        work.notes.append("proxy.hsts has no effect: browsers ignore HSTS over plain HTTP.")


def note_what_browsers_remember(work: AccessBuilder, site: Site) -> None:
    """Add notes about what browsers remember of HTTPS after a return to plain HTTP (RFC 6265bis section 5.7, "leave Secure cookies alone")."""
    former = _parts(work.inputs.former_address)
    if former != ("https", site.host):
        return
    work.notes.append(
        f"{site.host} changes from HTTPS back to HTTP. Browsers of signed-in users keep their Secure cookie, which "
        "cannot be replaced over plain HTTP. These users have to sign in after every reload until the cookie expires "
        "(REFRESH_TOKEN_EXPIRY). Have everyone sign out over HTTPS before you write the files, or delete the cookies of "
        f"{site.host} afterwards."
    )
    if not site.is_address:
        work.notes.append(
            f"Browsers that received an HSTS header do not open http://{site.host} at all. First send max-age=0 over HTTPS: set HSTS_MAX_AGE=0 or proxy.hsts: false. Write the files only after everyone has opened LibreChat once more."
        )


def _say_what_librechat_sends(work: AccessBuilder, site: Site) -> None:
    """Say at the step from plain HTTP to HTTPS that LibreChat makes browsers insist on it."""
    sent = security_headers(work.inputs.values, work.inputs.release).get("Strict-Transport-Security")
    if sent and not site.is_address and _parts(work.inputs.former_address)[0] != "https":
        work.notes.append(
            f"LibreChat {work.inputs.release} sends HSTS ({sent}). Once a browser has opened {site.host} over HTTPS, the "
            "browser no longer opens this host over plain HTTP. While you are testing HTTPS and might return to plain "
            "HTTP, set HSTS_ENABLED to false in the answers."
        )


def _parts(address: str) -> tuple[str, str]:
    """Return scheme and host of an address; empty if it is none."""
    try:
        found = urlsplit(address.strip())
    except ValueError:
        return "", ""
    return found.scheme, found.hostname or ""
