"""Saves the answers in progress, without secrets, so that a dropped connection or a killed terminal loses none."""

from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from wizard.answers.draft import AskAgain, Draft, Entry, Generate, Typed
from wizard.basics.os_errors import refused
from wizard.basics.own_command import in_folder
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import InvalidInput
from wizard.basics.records import DamagedRecord, RecordFile
from wizard.basics.secret import reveal
from wizard.catalogue.model import holds_secret
from wizard.catalogue.questions import question

FILE: Final = f"{NAME}/draft.json"


class SavedDraft(NamedTuple):
    """What a run left that did not come to its end."""

    draft: Draft
    step: str
    """The id of the step that was on the screen."""
    secrets: tuple[str, ...] = ()
    """Ids of secrets that were typed and have to be typed again."""


class DraftFile:
    """The journal in one LibreChat folder. The caller holds the lock of the :class:`FolderStore` and has made its private folder."""

    def __init__(self, folder: Path) -> None:
        self._file = RecordFile(PrivateFolder(folder), folder / FILE)
        self.damage = ""
        """What to say to the operator if :meth:`read` met something that is not a journal; else empty."""

    def write(self, draft: Draft, step: str) -> None:
        """Keep the draft, in one step and private from the first byte; ``WriteRefused`` if that fails.

        It does not wait for the disk: a killed process or a dropped line loses nothing, and typing stays quick. After a
        power cut the journal may be missing; the files of LibreChat are not in it.
        """
        entries = {identity: _plain(identity, entry) for identity, entry in draft.entries.items()}
        try:
            self._file.write({"step": step, "entries": entries}, durable=False)
        except OSError as error:
            raise refused(FILE, error) from error

    def read(self) -> SavedDraft | None:
        """Return what was kept; ``None`` if there is nothing that can be used."""
        try:
            fields = self._file.read()
            if fields is None:
                return None
            step = fields.text("step")
            items = tuple(fields.items("entries"))
        except DamagedRecord as error:
            self.damage = f"{FILE} is damaged ({error}), so the answers from an earlier run are lost. Your first answer replaces the file. If the wizard cannot replace it, delete it: {in_folder(f'rm -r {FILE}')}"
            return None
        except OSError:
            return None
        found = {identity: entry for identity, plain in items if (entry := _entry(identity, plain)) is not None}
        if not found and not step:
            return None
        return SavedDraft(
            draft=Draft(entries=MappingProxyType(found)),
            step=step,
            secrets=tuple(identity for identity, entry in found.items() if isinstance(entry, AskAgain)),
        )

    def clear(self) -> None:
        """Forget the draft; ``WriteRefused`` if it cannot be removed."""
        try:
            self._file.remove()
        except OSError as error:
            raise refused(FILE, error) from error


def _plain(identity: str, entry: Entry) -> dict[str, Any]:
    match entry:
        case Generate(replace=replace, accept_loss=accept_loss):
            return {"generate": True, "replace": replace, "accept_loss": accept_loss}
        case Typed(text) if not reveal(text) or not holds_secret(question(identity), reveal(text)):
            return {"text": reveal(text)}
        case _:
            return {"secret": True}


def _entry(identity: str, plain: object) -> Entry | None:
    """Return an entry; ``None`` for what this release does not know, which is asked like anything else."""
    try:
        asked = question(identity)
    except InvalidInput:
        return None
    match plain:
        case {"generate": True, "replace": bool(replace), "accept_loss": bool(accept_loss)}:
            return Generate(replace=replace, accept_loss=accept_loss) if asked.generate is not None else None
        case {"secret": True}:
            return AskAgain()
        case {"text": str(text)} if _is_typed(text) and not (text and holds_secret(asked, text)):
            return Typed(text)
        case _:
            return None


def _is_typed(text: str) -> bool:
    """Return whether somebody can have typed a text: half of a character (a surrogate) comes from a planted record."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
