"""Settings: conversations shared by a link."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import NO_PAGE, section, switch, switch_on
from wizard.librechat.releases import Release

SECTION: Final = section(
    "shared_links", "Shared links",
    intro="Whether users can share conversations, and who can open them.",
    docs="configuration/dotenv", since=Release(0, 7, 3), source_release=Release(0, 8, 8, 1),
    settings=(
        switch_on("ALLOW_SHARED_LINKS", "Shared links", default="true",
            help="Lets users share a conversation through a link.",
            empty="On if the line is missing, off if the value is empty.",
            consequence="If this is off, shared links stop working.",
            source="api/server/routes/config.js:28 api/server/routes/share.js:95 packages/data-schemas/src/methods/conversation.ts:539"),
        switch("ALLOW_SHARED_LINKS_PUBLIC", "Shared links without sign-in", default="false",
            help="Lets anyone who has the link read the conversation without signing in.",
            empty="Off since v0.8.3. From v0.7.3 to v0.8.2, on if the line is missing.",
            consequence="If this is on, anyone who has the link can read the conversation.",
            source="api/server/routes/config.js:31 packages/api/src/shared-links/access.ts:111"),
        switch("SHARED_LINKS_SNAPSHOT_FILES", "Files in shared links", since=Release(0, 8, 7),
            help="Whether a shared link includes the conversation's files.",
            empty="As set in librechat.yaml. On if librechat.yaml does not set the option either.",
            consequence="Any value other than true, even an empty one, excludes files from links.",
            source="packages/api/src/shared-links/config.ts:13,34"),
        switch_on("SHARED_LINKS_AUTO_MIGRATE", "Convert old shared links", since=Release(0, 8, 7, 1), docs=NO_PAGE,
            default="true",
            help="Converts links from earlier releases to the current format.",
            empty="On if the line is missing, off if the value is empty.", consequence="If this is off, old links return 403.",
            source="packages/api/src/shared-links/access.ts:33"),
    ),
)  # fmt: skip
