"""Published weaknesses of the release that runs."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily
from wizard.librechat.advisories import ADVISORIES, CURRENT_TO

_of = partial(FindingEntry, check="advisory")
NONE = _of("none", f"None of the {len(ADVISORIES)} weaknesses published up to {CURRENT_TO} is open here.")
RELEASE = _of(
    "release",
    "Which release of LibreChat runs cannot be told, so neither whether it has a published weakness:",
    "Pin the image to a release: image: registry.librechat.ai/danny-avila/librechat:v0.8.8",
    consequence="an old release may let strangers in.",
)
NEWER = _of(
    "newer",
    "This release of LibreChat is newer than this wizard knows:",
    "Use a newer wizard.",
    consequence="whether it has a published weakness cannot be told.",
)
WEAKNESS = FindingFamily(
    _of(
        "{}",
        "The release of LibreChat that runs has a published weakness ({}).",
        "Update LibreChat.",
        consequence="what it is and whether these settings open it is said for each.",
    ),
    members=tuple(advisory.id for advisory in ADVISORIES),
)
