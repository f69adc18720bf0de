"""Findings: published vulnerabilities of the running release."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="advisory")
NONE = _of("none", "No known vulnerability affects this deployment.")
RELEASE = _of(
    "release",
    "The running LibreChat release is unknown, so it could not be checked for known vulnerabilities:",
    "Pin the image to a release: image: registry.librechat.ai/danny-avila/librechat:v0.8.8",
    consequence="an old release may be vulnerable.",
)
NEWER = _of(
    "newer",
    "This LibreChat release is newer than any release that this wizard supports:",
    "Update the wizard.",
    consequence="known vulnerabilities in this release cannot be determined.",
)
VULNERABILITY = FindingFamily(
    _of(
        "{}",
        "The running LibreChat release has a known vulnerability ({}).",
        "Update LibreChat.",
        consequence="the summary describes it and shows whether this deployment is affected.",
    ),
    # Each weakness is declared once, in wizard/librechat/advisories.py, and its id is the last part of the finding's.
    stands_for="cve-number",
)
