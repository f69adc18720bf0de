"""The declaration of a cause in LibreChat's log: a finding, and the lines that prove it."""

from typing import Final, NamedTuple

from wizard.basics.finding import Status
from wizard.findings.model import FindingEntry

ANYTHING: Final = "*"
"""In a line of a cause: any text on the same line."""
NO_DIGIT: Final = "#"
"""At the end of a part of it: no digit follows, so that ``:25#`` is not found in ``:2525``."""
LINE_END: Final = "$"
"""At the end of a line of a cause: nothing follows."""
WORD_START: Final = "^"
"""At the start of a part of it: no letter or digit is before, so that ``^TokenError`` is not found in ``JsonWebTokenError``."""

RECREATE: Final = "docker compose up -d --force-recreate api"
"""The command that lets LibreChat read its settings anew; it becomes the one of the folder that is looked at."""
LOGS: Final = "docker compose logs api"
FOREIGN: Final = (
    *(
        "[handleAbortError]",
        "AI response error",
        "[AgentClient]",
        "agents/client",
        "etching models from",
        "[ToolService]",
    ),
    *("[MCP", "the MCP server", "[AgentController]", "[BaseClient]", "User asked:"),
)
"""A line with one of these is about chats, tools or MCP servers: it does not prove a fault of LibreChat's own sign-in, whatever it quotes."""
NO_ADDRESS: Final = ("[Email: ]", "[Email: undefined]", "[Email: null]")
"""LibreChat refuses a missing address with the words for a domain that is not allowed (isEmailDomainAllowed, packages/api/src/auth/domain.ts)."""
UNREACHED: Final = ("log.network.refused", "log.network.no-answer", "log.network.no-route")
"""The causes that do not name the program that it was not reached."""


class LogCause(NamedTuple):
    """One cause and the lines that prove it; what follows from it is in ``supersedes``, so that a cascade is one finding.

    What it has of a :class:`FindingEntry` means the same there.
    """

    name: str
    meaning: str
    fix: str = ""
    check: str = "log"
    consequence: str = ""
    settings: tuple[str, ...] = ()
    docs: str = ""
    supersedes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """Any of these proves it. Upper and lower case count; :data:`ANYTHING`, :data:`NO_DIGIT`, :data:`LINE_END` and :data:`WORD_START` have a meaning."""
    near: tuple[str, ...] = ()
    """One of these has to be on the line or close to it, where the line alone can come from several parts of LibreChat."""
    unless: tuple[str, ...] = ()
    """None of these may be on the line."""
    weight: Status = Status.FAIL
    """``PASS`` for a line that looks like a fault and is none, or is one person's own mistake."""
    at_info: tuple[str, ...] = ()
    """How the message begins where LibreChat itself writes one of its lines as information; elsewhere in such a line the words may be
    what somebody typed, and prove nothing."""
    certain: bool = True
    """Whether the lines leave no other cause; else the finding is UNKNOWN and its fix says what would tell."""
    older: tuple[str, str] = ("", "")
    """A release, and the fix for releases before it."""

    @property
    def id(self) -> str:
        """The id of its finding."""
        return self.entry.id

    @property
    def entry(self) -> FindingEntry:
        """What makes its finding."""
        return FindingEntry(
            self.name,
            self.meaning,
            self.fix,
            check=self.check,
            consequence=self.consequence,
            settings=self.settings,
            docs=self.docs,
            supersedes=self.supersedes,
        )

    def needle_in(self, text: str) -> str:
        """Return the words of one of its lines that are in a text, to show the part of a long one that counts."""
        parts = (words_of(part) for line in self.lines for part in line.removesuffix(LINE_END).split(ANYTHING))
        return next((part for part in parts if part and part in text), "")


def words_of(part: str) -> str:
    """Return a part of a line without the marks at its ends."""
    return part.removeprefix(WORD_START).removesuffix(NO_DIGIT)


def thread(number: int, repository: str = "danny-avila/LibreChat") -> str:
    """Return the address of a public thread about the cause."""
    return f"https://github.com/{repository}/issues/{number}"
