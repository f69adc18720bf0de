"""HTTPS only, remembered by browsers (HTTP Strict Transport Security, RFC 6797)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wizard.librechat.site import Site
    from wizard.plan.access.work import Work

_SECONDS: Final = 63_072_000
"""Two years: what Mozilla's guideline recommends (version 5.7, all profiles)."""


def strict_transport(work: Work, site: Site) -> str:
    """Return the value of Strict-Transport-Security; empty: it is not sent.

    Zero makes browsers forget what they were asked before (section 6.1.1).
    """
    wanted = work.inputs.proxy.hsts
    if wanted is None:
        return ""
    if site.is_address:
        work.notes.append(f"proxy.hsts has no effect for {site.host}: browsers apply it to host names only (RFC 6797).")
    elif wanted:
        work.notes.append(
            f"Browsers that open {site.host} will accept HTTPS with a valid certificate alone for the next two years "
            "(proxy.hsts: true). To take it back, answer proxy.hsts: false and keep HTTPS until everybody has opened "
            "LibreChat once more."
        )
    return f"max-age={_SECONDS if wanted else 0}"
