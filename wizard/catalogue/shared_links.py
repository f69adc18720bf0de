"""Conversations shared by a link."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.model import Kind, Setting
from wizard.librechat.releases import Release

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        key="ALLOW_SHARED_LINKS",
        section="shared_links",
        kind=Kind.BOOL_DEFAULT_ON,
        title="Shared links",
        help="Lets people share a conversation by a link.",
        empty="On when the line is missing, off when it is empty.",
        consequence="Off: links that were shared stop working.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="true",
        since=Release(0, 7, 3),
        source=(
            "api/server/routes/config.js:28",
            "api/server/routes/share.js:95",
            "packages/data-schemas/src/methods/conversation.ts:539",
        ),
    ),
    Setting(
        key="ALLOW_SHARED_LINKS_PUBLIC",
        section="shared_links",
        kind=Kind.BOOL,
        title="Shared links without sign-in",
        help="Lets everybody who has the link read it, without signing in.",
        empty="Off from v0.8.3; on in v0.7.3 to v0.8.2 when the line is missing.",
        consequence="On: whoever gets hold of a link reads the conversation.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="false",
        since=Release(0, 7, 3),
        source=(
            "api/server/routes/config.js:31",
            "packages/api/src/shared-links/access.ts:111",
        ),
    ),
    Setting(
        key="SHARED_LINKS_SNAPSHOT_FILES",
        section="shared_links",
        kind=Kind.BOOL,
        title="Shared links with files",
        help="Whether files of a shared conversation are shared too.",
        empty="librechat.yaml decides, else on.",
        consequence="Anything but true, even nothing, stops all shared files.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        since=Release(0, 8, 7),
        source=(
            "packages/api/src/shared-links/config.ts:13",
            "packages/api/src/shared-links/config.ts:34",
        ),
    ),
    Setting(
        key="SHARED_LINKS_AUTO_MIGRATE",
        section="shared_links",
        kind=Kind.BOOL_DEFAULT_ON,
        title="Carry over old shared links",
        help="Brings links of earlier releases to the present form.",
        empty="On when the line is missing, off when it is empty.",
        consequence="Off: old links answer 403.",
        default="true",
        since=Release(0, 8, 7, 1),
        source=("packages/api/src/shared-links/access.ts:33",),
    ),
)
