"""The declaration of one LibreChat variable, from which everything else is derived."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from wizard.basics.redaction import has_credentials
from wizard.librechat.releases import Release


class Condition(NamedTuple):
    """Something that the values of other settings decide."""

    words: str
    """What follows "when": ``GOOGLE_CLIENT_ID is set``."""
    names: tuple[str, ...]
    """What it looks at: variables, and ids of the wizard's own questions."""
    holds: Callable[[Mapping[str, str]], bool]
    """Judges the values by name, as LibreChat reads them; a name that is absent is not set."""


class Kind(StrEnum):
    """What a value is, as LibreChat's code takes it."""

    TEXT = "text"
    SECRET = "secret"
    BOOL = "bool"
    """On only for ``true``, trimmed and in any case (isEnabled, packages/api/src/utils/common.ts)."""
    BOOL_DEFAULT_ON = "bool-default-on"
    """On when unset, off when empty; otherwise as BOOL (api/server/routes/config.js)."""
    BOOL_WORDS = "bool-words"
    """On for true, 1, yes, on, enabled, off for false, 0, no, off, disabled, none; any other word counts as not set (parseEnvSwitch,
    packages/api/src/security/env.ts, v0.8.8-rc2)."""
    CHOICE = "choice"
    INT = "int"
    NUMBER = "number"
    PORT = "port"
    URL = "url"
    HOST = "host"
    EMAIL = "email"
    PATH = "path"
    DURATION = "duration"
    """Milliseconds, plain or as an expression that math() evaluates (packages/api/src/utils/math.ts)."""
    MINUTES = "minutes"
    LIST = "list"
    """Items separated by commas."""


SWITCHES: Final = (Kind.BOOL, Kind.BOOL_DEFAULT_ON, Kind.BOOL_WORDS)
"""The kinds that are on or off."""


class Choice(NamedTuple):
    """One allowed value and what it means."""

    value: str
    label: str
    consequence: str = ""
    """What follows from it for people, in a sentence or two; shown beside it."""


class Section(NamedTuple):
    """A group of settings, a screen in the wizard."""

    id: str
    title: str
    intro: str
    """Two or three plain sentences on what is decided here."""
    source_release: Release
    """The release whose lines the settings' ``source`` counts."""
    settings: "tuple[Setting, ...]"


VARIABLES: Final = "settings"
"""The part of the answers file that holds LibreChat's variables."""
GUIDE: Final = "guide"
"""The part of a draft that no answers file has: what only guides a person."""


class Setting(NamedTuple):
    """One environment variable of LibreChat (or of its compose files), or a question of the wizard's own."""

    key: str
    title: str
    """A short label: ``Mail server``."""
    kind: Kind
    help: str
    """What it is for, in plain words; no line over a paragraph."""
    empty: str
    """What LibreChat does when it is not set or left empty."""
    consequence: str = ""
    """What happens when it is wrong."""
    docs: str = ""
    """The address of the page that explains it; empty if none does."""
    section: str = ""
    """The id of its section."""
    default: str | None = None
    """The value that LibreChat's code uses when unset; ``None`` if it has none."""
    choices: tuple[Choice, ...] = ()
    pattern: str = ""
    """Regular expression that the whole value must match; empty for none."""
    pattern_help: str = ""
    """What to say when the pattern does not match."""
    minimum: float | None = None
    maximum: float | None = None
    whole_seconds: bool = False
    """A DURATION that must be a multiple of 1000 ms (jsonwebtoken wants whole seconds)."""
    generate: Callable[[], str] | None = None
    applies: Condition | None = None
    """When it has an effect; ``None``: in every case."""
    required: Condition | None = None
    """When LibreChat needs it, so that ``empty`` is a fault; ``None``: never."""
    conflicts: tuple[str, ...] = ()
    """The settings that must not have a value beside it."""
    since: Release | None = None
    """First release tag that reads it; ``None`` if no LibreChat release does."""
    until: Release | None = None
    """First release tag that no longer reads it."""
    renamed_to: str = ""
    unread: bool = False
    """Documented or often seen, but read by no LibreChat code."""
    source: str = ""
    """Where LibreChat reads it, in the section's ``source_release``: ``api/server/index.js:77,81 api/server/socialLogins.js:12``."""
    part: str = VARIABLES
    """The part of the answers file that it belongs to."""

    def is_read(self, release: Release) -> bool:
        """Return whether this LibreChat release reads it; what is not a variable of LibreChat counts as read."""
        return (self.since is None or release >= self.since) and (self.until is None or release < self.until)

    @property
    def secret(self) -> bool:
        """Whether its value must never be shown."""
        return self.kind is Kind.SECRET

    @property
    def source_lines(self) -> tuple[str, ...]:
        """The lines of ``source``, each with its file: ``api/server/index.js:77``, ``api/server/index.js:81``."""
        files = (part.rpartition(":") for part in self.source.split())
        return tuple(f"{file}:{line}" for file, _, lines in files for line in lines.split(","))

    @property
    def id(self) -> str:
        """Its place in the answers file: ``settings.EMAIL_HOST``, ``proxy.hops``, ``access``."""
        return f"{self.part}.{self.key}" if self.part else self.key

    @property
    def label(self) -> str:
        """The name that a person knows: ``EMAIL_HOST``, ``proxy.hops``."""
        return self.key if self.is_variable else self.id

    @property
    def is_variable(self) -> bool:
        """Whether it is a variable of LibreChat; else it is a question of the wizard's own."""
        return self.part == VARIABLES

    @property
    def is_settable(self) -> bool:
        """Whether a value for it has any effect: a name that LibreChat does not read has none."""
        return not self.unread and not self.renamed_to

    @property
    def is_guide(self) -> bool:
        """Whether it only guides a person: no answers file has it."""
        return self.part == GUIDE


def holds_secret(setting: Setting, text: str) -> bool:
    """Return whether what is given for a setting must not be shown or kept: by its kind, or for a password in an address."""
    if setting.secret or has_credentials(text):
        return True
    # The same without the scheme, which is refused, but typed first.
    return setting.kind in (Kind.URL, Kind.HOST) and "://" not in text and has_credentials(f"x://{text}")
