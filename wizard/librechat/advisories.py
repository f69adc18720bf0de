"""Published vulnerabilities of LibreChat's sign-in: the affected releases, and the settings that expose them.

One table. A new weakness is one more entry (docs/recipes.md). The ranges were dated from the code of the release tags; the CVE records
of 20 November 2026 have none. Nothing here ever says that a release is safe: it only says which of these weaknesses it has.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from wizard.librechat import mail_configured, providers
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

CURRENT_TO: Final = "20 November 2026"
"""The day to which the table is complete, as far as known."""
PEOPLE_ADD_SERVERS_SINCE: Final = Release(0, 8, 2, 1)
"""First release whose people can add MCP servers of their own (``interface.mcpServers.create``, librechat.example.yaml of v0.8.2)."""


class Exposure(StrEnum):
    """What a weakness means for one server."""

    BEFORE = "before"
    """The release is older than the fault."""
    OPEN = "open"
    CLOSED = "closed"
    """The release has the fault; with these settings nobody gets at it."""
    UNKNOWN = "unknown"
    """The files do not tell whether it is open."""
    FIXED = "fixed"


class Server(NamedTuple):
    """What the table asks of a server."""

    release: Release
    settings: Mapping[str, str]
    """The environment of LibreChat's process."""
    config: Mapping[str, Any]
    """librechat.yaml as it is in effect; empty if there is none."""
    rag_api_published: bool | None = False
    """Whether people can connect to rag_api; ``None`` if that is unknown."""

    def is_on(self, name: str, *, default: bool = False) -> bool:
        """Whether a switch is on; ``default`` holds where the line is missing."""
        text = self.settings.get(name)
        return default if text is None else is_enabled(text)

    @property
    def has_email_login(self) -> bool:
        """Whether people sign in with email and password (ALLOW_EMAIL_LOGIN, on when unset: api/server/routes/config.js:23)."""
        return self.is_on("ALLOW_EMAIL_LOGIN", default=True)


class Advisory(NamedTuple):
    """One published weakness."""

    id: str
    """The CVE number in small letters, the last part of a finding's id: ``cve-2026-54039``."""
    reference: str
    """The address of the advisory, or the number of its record."""
    severe: bool
    """Whether it was published as HIGH or CRITICAL."""
    title: str
    """What somebody can do, as a sentence without its end."""
    opens: Callable[[Server], Exposure]
    """Says OPEN, CLOSED or UNKNOWN of a server whose release has the fault."""
    fixed: Release | None
    """First release without it; ``None`` if that is not known."""
    since: Release | None = None
    """First release with it; ``None`` if that is not known: then every older one counts as having it."""
    settings: tuple[str, ...] = ()
    """The variables that open or close it."""
    now: str = ""
    """What closes it without an update; empty if nothing does."""
    remains: str = ""
    """What an update does not clean up, and how to look."""

    def affects(self, release: Release) -> bool:
        """Return whether a release has the fault, whatever its settings are."""
        return not self._is_before(release) and not self._is_fixed(release)

    def exposure(self, server: Server) -> Exposure:
        """Return what this weakness means for a server."""
        if self._is_before(server.release):
            return Exposure.BEFORE
        return Exposure.FIXED if self._is_fixed(server.release) else self.opens(server)

    def _is_before(self, release: Release) -> bool:
        return self.since is not None and release < self.since

    def _is_fixed(self, release: Release) -> bool:
        return self.fixed is not None and release >= self.fixed


def _open_if(holds: bool) -> Exposure:  # noqa: FBT001 - the condition is all there is to say
    return Exposure.OPEN if holds else Exposure.CLOSED


def _foreign_provider(server: Server) -> Exposure:
    """CVE-2026-54039: somebody registers a colleague's address, and the colleague signs in with a provider by that address."""
    signs_in = providers.has_social_login(server.settings) and bool(
        providers.configured(server.settings, server.release)
    )
    return _open_if(signs_in and is_enabled(server.settings.get("ALLOW_REGISTRATION")))


def _returned_tokens(server: Server) -> Exposure:
    on = providers.is_configured("openid", server.settings, server.release)
    return _open_if(on and server.is_on("OPENID_REUSE_TOKENS"))


def _wiped_verification(server: Server) -> Exposure:
    enforced = not server.is_on("ALLOW_UNVERIFIED_EMAIL_LOGIN")
    return _open_if(server.has_email_login and enforced and server.is_on("ALLOW_PASSWORD_RESET"))


def _added_servers(server: Server) -> Exposure:
    """Whether people can add MCP servers: librechat.yaml may say so, else a role in the database does."""
    if server.release < PEOPLE_ADD_SERVERS_SINCE:
        return Exposure.CLOSED
    interface = server.config.get("interface")
    servers = interface.get("mcpServers") if isinstance(interface, Mapping) else None
    if isinstance(servers, Mapping):
        servers = servers.get("create")
    return _open_if(servers) if isinstance(servers, bool) else Exposure.UNKNOWN


def _server_oauth(server: Server) -> Exposure:
    """Whether an MCP server signs people in: by its entry in librechat.yaml, or one that people added."""
    entries = server.config.get("mcpServers")
    named = [entry for entry in entries.values() if isinstance(entry, Mapping)] if isinstance(entries, Mapping) else []
    if any(entry.get("oauth") or entry.get("requiresOAuth") is True for entry in named):
        return Exposure.OPEN
    # LibreChat finds out by itself whether a server wants OAuth; only requiresOAuth: false keeps it from that.
    if any("url" in entry and entry.get("requiresOAuth") is not False for entry in named):
        return Exposure.UNKNOWN
    return Exposure.CLOSED if _added_servers(server) is Exposure.CLOSED else Exposure.UNKNOWN


_RAG_READ: Final = Release(0, 8, 1, 2)
"""The one release whose code is known to have CVE-2026-33265."""


def _reachable_rag(server: Server) -> Exposure:
    if server.rag_api_published is False:
        return Exposure.CLOSED
    return Exposure.OPEN if server.rag_api_published and server.release == _RAG_READ else Exposure.UNKNOWN


ADVISORIES: Final = (
    Advisory(
        id="cve-2026-54039",
        reference="GHSA-wjpf-x42h-cv4m",
        severe=True,
        title="Anyone can register a colleague's email address and read that colleague's data after the colleague signs in with a provider",
        opens=_foreign_provider,
        since=Release(0, 8, 1, 2),
        fixed=Release(0, 8, 6),
        settings=("ALLOW_REGISTRATION",),
        now="Set ALLOW_REGISTRATION=false.",
        remains="Accounts that were registered earlier still exist. Look for accounts that have a provider and also a password that the owner never set.",
    ),
    Advisory(
        id="cve-2026-32625",
        reference="CVE-2026-32625",
        severe=True,
        title="Users who can add MCP servers can read LibreChat's secrets by putting ${JWT_SECRET} in a server URL",
        opens=_added_servers,
        fixed=Release(0, 8, 4, 1),
        now="Set interface.mcpServers.create to false in librechat.yaml, and remove the permission to create MCP servers from all roles.",
        remains="JWT_SECRET, JWT_REFRESH_SECRET, CREDS_KEY and MONGO_URI may have been exposed. Replace the JWT secrets. This only signs users out. To replace CREDS_KEY and keep the data that it encrypts, use 'keys rotate creds' (Docker Compose only).",
    ),
    Advisory(
        id="cve-2026-54023",
        reference="GHSA-p84h-536v-gm3g",
        severe=False,
        title="/api/user exposes the identity provider's tokens to the page, and thus to every script on it",
        opens=_returned_tokens,
        fixed=Release(0, 8, 6),
        settings=("OPENID_REUSE_TOKENS",),
        now="Set OPENID_REUSE_TOKENS=false.",
    ),
    Advisory(
        id="cve-2026-54041",
        reference="GHSA-63w5-cp9j-q463",
        severe=False,
        title="If a sign-in fails validation, LibreChat logs the password in plain text",
        opens=lambda server: _open_if(server.has_email_login),
        fixed=Release(0, 8, 6, 1),
        remains="Older logs contain passwords: delete logs/*.log, and any copies elsewhere.",
    ),
    Advisory(
        id="cve-2026-54042",
        reference="GHSA-ch3w-5cqg-47qm",
        severe=False,
        title="Attackers can brute-force two-factor codes, because LibreChat does not limit attempts",
        opens=lambda server: _open_if(server.has_email_login),
        since=Release(0, 7, 7),
        fixed=Release(0, 8, 7, 1),
    ),
    Advisory(
        id="cve-2026-54045",
        reference="GHSA-7977-cfgx-23mw",
        severe=False,
        title="A password reset deletes the pending verification of an email address",
        opens=_wiped_verification,
        fixed=Release(0, 8, 7, 1),
        settings=("ALLOW_PASSWORD_RESET",),
        now="Set ALLOW_PASSWORD_RESET=false.",
    ),
    Advisory(
        id="cve-2026-54046",
        reference="GHSA-449m-g56j-h8hj",
        severe=False,
        title="Anyone can find out which email addresses have an account",
        opens=lambda server: _open_if(mail_configured.is_configured(server.settings, server.release)),
        fixed=Release(0, 8, 7, 1),
    ),
    Advisory(
        id="cve-2026-54030",
        reference="CVE-2026-54030",
        severe=False,
        title="Attackers can misuse the OAuth sign-in of an MCP server",
        opens=_server_oauth,
        fixed=Release(0, 8, 5),
        now="In librechat.yaml, remove the MCP servers that sign in with OAuth.",
    ),
    Advisory(
        id="cve-2026-33265",
        reference="CVE-2026-33265",
        severe=False,
        title="The RAG API also accepts LibreChat session tokens",
        opens=_reachable_rag,
        fixed=None,
        now="Do not publish rag_api's port.",
    ),
)
"""The known ones, the severe ones first."""
