"""Published weaknesses of the release that runs."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="advisory")
NONE = _of("none", "None of the published weaknesses that this wizard knows is open here.")
RELEASE = _of(
    "release",
    "Which release of LibreChat runs is unknown, and so is whether it has a published weakness:",
    "Pin the image to a release: image: registry.librechat.ai/danny-avila/librechat:v0.8.8",
    consequence="an old release may let strangers in.",
)
NEWER = _of(
    "newer",
    "This release of LibreChat is newer than this wizard knows:",
    "Use a newer wizard.",
    consequence="whether it has a published weakness is unknown.",
)
WEAKNESS = FindingFamily(
    _of(
        "{}",
        "The release of LibreChat that runs has a published weakness ({}).",
        "Update LibreChat.",
        consequence="the summary says what it is and whether these settings open it.",
    ),
    # Each weakness is declared once, in wizard/librechat/advisories.py, and its id is the last part of the finding's.
    stands_for="cve-number",
)
