"""Settings: conversations shared by a link."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import NO_PAGE, section, switch, switch_on
from wizard.librechat.releases import Release

SECTION: Final = section(
    "shared_links", "Shared links",
    intro="Whether conversations can be shared, and who can open them.",
    docs="configuration/dotenv", since=Release(0, 7, 3), source_release=Release(0, 8, 8, 1),
    settings=(
        switch_on("ALLOW_SHARED_LINKS", "Shared links", default="true",
            help="Lets people share a conversation by a link.",
            empty="On when the line is missing, off when it is empty.",
            consequence="Off: links that were shared stop working.",
            source="api/server/routes/config.js:28 api/server/routes/share.js:95 packages/data-schemas/src/methods/conversation.ts:539"),
        switch("ALLOW_SHARED_LINKS_PUBLIC", "Shared links without sign-in", default="false",
            help="Lets everybody who has the link read it, without signing in.",
            empty="Off from v0.8.3; on in v0.7.3 to v0.8.2 when the line is missing.",
            consequence="On: anyone who has the link can read the conversation.",
            source="api/server/routes/config.js:31 packages/api/src/shared-links/access.ts:111"),
        switch("SHARED_LINKS_SNAPSHOT_FILES", "Shared links with files", since=Release(0, 8, 7),
            help="Whether files of a shared conversation are shared too.",
            empty="librechat.yaml decides, else on.",
            consequence="Anything but true, even nothing, stops all shared files.",
            source="packages/api/src/shared-links/config.ts:13,34"),
        switch_on("SHARED_LINKS_AUTO_MIGRATE", "Carry over old shared links", since=Release(0, 8, 7, 1), docs=NO_PAGE,
            default="true",
            help="Brings links of earlier releases to the present form.",
            empty="On when the line is missing, off when it is empty.", consequence="Off: old links answer 403.",
            source="packages/api/src/shared-links/access.ts:33"),
    ),
)  # fmt: skip
