"""The declaration of a finding, and the one way to make a finding from it."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, TypedDict, Unpack

from wizard.basics.finding import Finding, FindingKind, Status
from wizard.basics.own_command import commands_in_folder
from wizard.basics.plain_text import plain

LONGEST: Final = 600
"""Letters of one line of evidence."""
ONLY_A_SIGN_IN: Final = "Only a real sign-in can verify the rest."
"""What a provider's check without a failure leaves open."""
FAILURES: Final = (
    *("name", "unresolved", "refused", "unreachable", "silent", "certificate", "handshake", "closed", "garbled"),
)
"""How asking a server fails: the values of :class:`checks.net.errors.Failure`."""


class Details(TypedDict, total=False):
    """What a finding says besides its summary; what is omitted comes from its entry."""

    settings: Iterable[str]
    remedy: str
    evidence: Iterable[str]


class FindingEntry(NamedTuple):
    """One id: what it means, what follows for people, what to do. Made into a finding by the four methods."""

    name: str
    """The id without its check."""
    meaning: str
    """One sentence, the summary of findings that say nothing more exact. Where it ends with a colon, ``consequence`` continues."""
    fix: str = ""
    """What to do; the remedy of findings that say nothing more exact."""
    check: str = ""
    """Id of the check that makes it; every entry has one, mostly that of its module."""
    consequence: str = ""
    """What it means for people."""
    settings: tuple[str, ...] = ()
    """The variables to change, if they are the same for every finding."""
    docs: str = ""
    kind: FindingKind = FindingKind.CAUSE
    stage: str = ""
    """The stage of the conversation with a server, if there are stages: ``greeting``."""
    supersedes: tuple[str, ...] = ()
    """The ids of less specific findings about the same problem: they are omitted, unless this one is a PASS."""
    refutes: tuple[str, ...] = ()
    """The ids of assumptions that this finding disproves, whatever its status."""
    counterpart: str = ""
    """A check that repeats the conversation; its finding is omitted if it is the same."""
    transient: bool = False
    """Whether the problem may disappear by itself within an hour, so that it has no lasting consequences."""
    test_only: bool = False
    """Whether it stops the check, although LibreChat itself may continue."""
    withheld: bool = False
    """Whether a password was not sent because the connection is unprotected; a front then asks for confirmation."""
    harmless: bool = False
    """Whether checks that depend on its check run all the same."""

    @property
    def id(self) -> str:
        """The id, stable and dotted."""
        return f"{self.check}.{self.name}"

    @property
    def summary(self) -> str:
        """The summary of a finding that says nothing more exact."""
        return f"{self.meaning} {self.consequence}" if self.meaning.endswith(":") else self.meaning

    @property
    def sentence(self) -> str:
        """The consequence as a complete sentence."""
        return self.consequence[:1].upper() + self.consequence[1:]

    def at(self, check: str) -> "FindingEntry":
        """Return the same entry of another check, which may repeat the conversation."""
        if check == self.check:
            return self
        return self._replace(check=check, name=self._name_in(check), counterpart="", supersedes=(), refutes=())

    def _name_in(self, check: str) -> str:
        """Return the name in another check, which does not name itself twice: ``files.compose.refused`` is ``compose.refused``."""
        return self.name.removeprefix(f"{check}.")

    def passed(self, summary: str = "", *, evidence: Iterable[str] = ()) -> Finding:
        """Make a PASS."""
        return self.finding(Status.PASS, summary, evidence=evidence)

    def warn(self, summary: str = "", **details: Unpack[Details]) -> Finding:
        """Make a WARN: it works, but is probably unintended."""
        return self.finding(Status.WARN, summary, **details)

    def fail(self, summary: str = "", **details: Unpack[Details]) -> Finding:
        """Make a FAIL: it does not work, or is a security problem."""
        return self.finding(Status.FAIL, summary, **details)

    def unknown(self, summary: str = "", **details: Unpack[Details]) -> Finding:
        """Make an UNKNOWN: it could not be checked."""
        return self.finding(Status.UNKNOWN, summary, **details)

    def finding(self, status: Status, summary: str = "", **details: Unpack[Details]) -> Finding:
        """Make a finding. What is left out comes from the entry; evidence is made inert, and what is empty is dropped.

        Commands of the remedy work from where the person is.
        """
        is_well = status is Status.PASS
        remedy = _without_credentials(details["remedy"]) if "remedy" in details else "" if is_well else self.fix
        return Finding(
            id=self.id,
            status=status,
            summary=_without_credentials(summary) or self.summary,
            consequence=self.sentence if status in {Status.WARN, Status.FAIL} else "",
            evidence=tuple(_inert(text) for text in details.get("evidence", ()) if text),
            settings=tuple(details.get("settings", () if is_well else self.settings)),
            remedy=commands_in_folder(remedy),
            docs="" if is_well else self.docs,
            check=self.check,
            kind=self.kind,
            stage=self.stage,
            supersedes=self.supersedes,
            counterpart=f"{self.counterpart}.{self._name_in(self.counterpart)}" if self.counterpart else "",
            refutes=self.refutes,
            transient=self.transient,
            test_only=self.test_only,
            withheld=self.withheld,
            harmless=self.harmless,
        )


def _inert(text: str) -> str:
    """Return evidence as plain text, without what a URL in it has of user names, passwords and keys."""
    return plain(_without_credentials(text), limit=LONGEST)


def _without_credentials(text: str) -> str:
    if "://" not in text and "=" not in text:
        return text
    from wizard.basics.redaction import without_credentials

    return without_credentials(text)


class FindingFamily(NamedTuple):
    """Ids that differ in one part and mean the same: one a setting, a provider, a stage."""

    entry: FindingEntry
    """Its name has ``{}`` if the members differ, and so may its meaning."""
    members: tuple[str, ...] = ()
    """What may be there; nothing: whatever ``stands_for`` stands for."""
    supersedes: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """For a member: ids that it supersedes."""
    stands_for: str = "SETTING"
    """Where there are too many members, or another part of the program names them: what the entry in lists and documents has there."""

    def of(self, member: str) -> FindingEntry:
        """Return the entry of one member."""
        entry, is_setting = self.entry, member.isupper()
        return entry._replace(
            name=entry.name.format(member.lower().replace("_", "-") if is_setting else member),
            meaning=entry.meaning.replace("{}", member),
            fix=entry.fix.replace("{}", member),
            settings=entry.settings or ((member,) if is_setting else ()),
            supersedes=(*entry.supersedes, *self.supersedes.get(member, ())),
        )

    def has(self, finding: Finding) -> bool:
        """Whether a finding about settings is of this family."""
        return any(self.of(name).id == finding.id for name in finding.settings)

    def entries(self) -> Iterator[FindingEntry]:
        """Yield the entries of all members, or the one that stands for them."""
        yield from map(self.of, self.members or (self.stands_for,))
