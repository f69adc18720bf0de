"""What LibreChat does with librechat.yaml, as far as it affects sign-in.

``configSchema.strict().safeParse`` (api/server/services/Config/loadCustomConfig.js) refuses an unknown key at the top and a wrong value
anywhere; an unknown key further down it drops in silence. Read in packages/data-provider/src/config.ts of the config versions 1.2.1,
1.3.9 and 1.3.14 to 1.3.17, which the npm package librechat-data-provider has.
"""

from __future__ import annotations

from typing import Final

from wizard.librechat.releases import Release

EXITS_SINCE: Final = Release(0, 8, 2, 1)
"""First release that stops at a librechat.yaml with an error; before, it ignored the whole file (loadCustomConfig.js)."""
SECURE_IMAGES_SINCE: Final = Release(0, 7, 1)
"""First release that reads ``secureImageLinks`` (changelog of config 1.0.6)."""
SECURE_IMAGES_BY_DEFAULT_SINCE: Final = Release(0, 8, 8, 2)
"""First release in which an absent ``secureImageLinks`` is on (changelog of config 1.3.15, as documented)."""
SHARED_LINKS_SINCE: Final = Release(0, 8, 7, 1)
"""First release that reads ``interface.sharedLinks`` (changelog of config 1.3.13)."""
STATE_TTL_SINCE: Final = Release(0, 8, 8, 4)
"""First release that reads ``registration.oauthStateTtlMs`` (in the schema of config 1.3.17, not in 1.3.16)."""
DISCOVERY_KEYS_SINCE: Final = Release(0, 8, 8, 4)
"""First release that reads ``registration.openidDiscovery`` (in the schema of config 1.3.17, not in 1.3.16)."""
TURNSTILE_SINCE: Final = Release(0, 7, 8, 1)
"""First release that may read ``turnstile``: the schema of v0.7.7 does not have it, the sample file of v0.8.0-rc3 does."""
DIALOG_SINCE: Final = Release(0, 7, 3, 0)
"""First release that may read ``interface.termsOfService.modalAcceptance``: the sample file of v0.7.2 does not have it, the schema of
v0.7.7 does."""
LATER_KEYS: Final = {
    "permissions": Release(0, 8, 8, 4),
    "credentials": Release(0, 8, 9, 1),
    "emailChange": Release(0, 8, 9, 1),
    "passkeys": Release(0, 8, 9, 1),
}
"""Keys at the top that came late and that the wizard does not ask about; those of v0.8.9-rc1 as documented. An older release refuses the
whole file for one of them."""
KEYS: Final = frozenset(
    {
        *("version", "permissions", "cache", "ocr", "webSearch", "langfuse", "memory", "summarization", "skillSync"),
        *(
            "secureImageLinks",
            "imageOutputType",
            "includedTools",
            "filteredTools",
            "mcpServers",
            "mcpSettings",
            "interface",
        ),
        *(
            "turnstile",
            "fileStrategy",
            "fileStrategies",
            "cloudfront",
            "actions",
            "registration",
            "balance",
            "transactions",
        ),
        *("speech", "rateLimits", "fileConfig", "modelSpecs", "filters", "messageFilter", "endpoints", "openapi"),
        *("scheduledTasks", *LATER_KEYS),
    }
)
"""Every key at the top that some release knows: ``configSchema.shape`` of librechat-data-provider 0.7.6998, 0.8.501 and 0.8.524 (v0.7.7-rc1,
v0.8.5, v0.8.8), and those that came and went between or come later."""
REGISTRATION_KEYS: Final = ("socialLogins", "allowedDomains", "oauthStateTtlMs", "openidDiscovery")
"""Every key below ``registration`` that some release knows (as KEYS); any other is dropped in silence."""
TURNSTILE_SIZES: Final = ("normal", "compact", "flexible", "invisible")
STRICT: Final = ((), ("endpoints",))
"""The mappings in which an unknown key is an error, not only ignored (``.strict()``)."""


def effect_of_error(release: Release) -> str:
    """Return what LibreChat does when its schema refuses the file, as the end of a sentence."""
    return "stops at startup" if release >= EXITS_SINCE else "ignores the whole file"


def secures_images(value: object, release: Release) -> bool:
    """Whether pictures in chats are only sent to who is signed in, for a value of ``secureImageLinks`` (``None``: absent)."""
    return value is True or (value is None and release >= SECURE_IMAGES_BY_DEFAULT_SINCE)
