"""The journal of answers in progress: a dropped line or a killed terminal loses none. Secrets are not in it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from wizard.answers.draft import AskAgain, Draft, Entry, Generate, Typed
from wizard.basics.filesystem import NotRegularError, look, read_present
from wizard.basics.os_errors import refused
from wizard.basics.private_folder import NAME
from wizard.basics.problem import InvalidInput
from wizard.basics.secret import reveal
from wizard.catalogue.questions import question

FILE: Final = f"{NAME}/draft.json"
_LARGEST: Final = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDraft:
    """What a run left that did not come to its end."""

    draft: Draft
    step: str
    """The id of the step that was on the screen."""
    secrets: tuple[str, ...] = field(default=())
    """Ids of secrets that were typed and have to be typed again."""


class DraftFile:
    """The journal in one LibreChat folder. For the holder of the workplace's lock, who has made its private folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._passing = self._path.with_name("draft.json.new")

    def write(self, draft: Draft, step: str) -> None:
        """Keep the draft, in one step and private from the first byte; ``WriteRefused`` where that fails.

        It does not wait for the disk: a killed process or a dropped line loses nothing, and typing stays quick. After a
        power cut the journal may be missing; the files of LibreChat are not in it.
        """
        entries = {identity: _plain(identity, entry) for identity, entry in draft.entries.items()}
        data = json.dumps({"version": 1, "step": step, "entries": entries}).encode()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._passing.unlink(missing_ok=True)
            descriptor = os.open(self._passing, flags, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            self._passing.replace(self._path)
        except OSError as error:
            raise refused(FILE, error) from error

    def read(self) -> SavedDraft | None:
        """Return what was kept; ``None`` where there is nothing that can be used."""
        try:
            about = look(self._path)
            present = read_present(self._path) if about is not None and about.st_size <= _LARGEST else None
            document = json.loads(present.data) if present is not None else None
        except (OSError, ValueError, RecursionError, NotRegularError):
            return None
        if not isinstance(document, dict) or document.get("version") != 1:
            return None
        entries = document.get("entries")
        found = {
            identity: entry
            for identity, plain in (entries.items() if isinstance(entries, dict) else ())
            if (entry := _entry(identity, plain)) is not None
        }
        if not found and not document.get("step"):
            return None
        return SavedDraft(
            draft=Draft(entries=MappingProxyType(found)),
            step=str(document.get("step", "")),
            secrets=tuple(identity for identity, entry in found.items() if isinstance(entry, AskAgain)),
        )

    def clear(self) -> None:
        """Forget the draft; ``WriteRefused`` where it cannot be removed."""
        try:
            self._passing.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise refused(FILE, error) from error


def _plain(identity: str, entry: Entry) -> dict[str, Any]:
    match entry:
        case Generate(replace=replace, accept_loss=accept_loss):
            return {"generate": True, "replace": replace, "accept_loss": accept_loss}
        case Typed(text) if not question(identity).secret or not reveal(text):
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
        case {"text": str(text)} if not asked.secret or not text:
            return Typed(text)
        case _:
            return None
