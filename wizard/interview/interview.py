"""One person's run of the wizard: the answers, the current step, what follows. Every front draws this."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wizard.answers.draft import Draft, Generate, Typed
from wizard.answers.model import Answers, Installation, Stack
from wizard.basics.problem import InvalidInput
from wizard.basics.secret import Secret
from wizard.catalogue.model import holds_secret
from wizard.catalogue.questions import PROVIDERS, SERVICE, question, variable_id
from wizard.deployment.foreign_files import refuse_foreign_files
from wizard.deployment.snapshot import Snapshot, starting_document, take
from wizard.interview.addresses import ADDRESSES, LAN_EXAMPLE, proposed_address, with_completed
from wizard.interview.draft_file import DraftFile, SavedDraft
from wizard.interview.presets import (
    Preset,
    filled_in,
    is_own,
    preset,
    presets,
    recommended,
    with_sender,
    with_values,
    without_preset,
)
from wizard.interview.provider_values import ProviderValues
from wizard.interview.steps import STACK, Step, neighbour, shown_questions, step, steps_in_order
from wizard.librechat.published_secrets import published_name
from wizard.librechat.releases import Release
from wizard.store.folder_store import FolderStore

if TYPE_CHECKING:
    from wizard.answers.draft import Entry
    from wizard.catalogue.accept import ValueFault
    from wizard.plan.proposal import Proposal
    from wizard.store.transaction import Applied


_USER: Final = variable_id("EMAIL_USERNAME")


class Interview:
    """The state behind a front end. Every change is in the journal before the next key is read."""

    def __init__(self, folder: Path) -> None:
        """Read the folder and lock it; ``InvalidInput`` or ``WriteRefused`` if that cannot be.

        ``ForeignFiles`` if a person has to confirm whose files are used.
        """
        self.snapshot: Snapshot = take(folder, Answers())
        refuse_foreign_files(self.snapshot, [".env"])
        self.folder: Final = self.snapshot.folder
        self.store: Final = FolderStore(self.folder)
        self.draft = Draft()
        self.step: Step = step("welcome")
        self.reached: set[str] = {"welcome"}
        """Steps that have been on the screen."""
        self.is_closed = False
        self.suggestions: Mapping[str, Mapping[str, str]] = {}
        """What :meth:`recommend` gives before anything else, by step and question id (the practice run)."""
        self.addresses: Callable[[], tuple[str, ...]] = tuple
        """Gives the addresses of this machine in its network; a front that may use sockets sets it."""
        self.left: set[str] = set()
        """Steps that a person has walked away from."""
        self._closing = contextlib.ExitStack()
        self._closing.enter_context(self.store.lock())
        self.interrupted: Final = self.store.interrupted()
        """What an earlier run left that was killed while it wrote."""
        self.pending: Final = self.store.pending()
        """How far an earlier run came that was killed while it put settings into effect."""
        self.rotation: Final = self.store.rotation()
        """How far a rotation of secrets came that was cut off: until it ends, nothing is written."""
        self._journal = DraftFile(self.folder)
        self.saved: SavedDraft | None = self._journal.read()
        """Answers of an earlier run that did not come to its end."""
        self.draft_damage: Final = self._journal.damage
        """Why answers of an earlier run cannot be used; empty if they can, or if there are none."""
        self._provider_values: Final = ProviderValues()
        self.present: Mapping[str, str] = _present(self.snapshot)

    def close(self) -> None:
        """Let go of the folder. What was answered stays in the journal."""
        self.is_closed = True
        self._closing.close()

    def resume(self) -> None:
        """Go on where the earlier run stopped."""
        if self.saved is not None:
            self.draft = self.saved.draft
            on_the_way = [found.id for found in steps_in_order(self.draft, self.present)]
            self.step = step(self.saved.step if self.saved.step != "done" else "review")
            if self.step.id in on_the_way:
                self.reached = set(on_the_way[: on_the_way.index(self.step.id) + 1])
            self._read_again()
            if self.draft.text(PROVIDERS):
                self._provider_values.recall(self.draft, self.snapshot, self.present)

    def discard(self) -> None:
        """Forget every answer, those of an earlier run too."""
        self.saved = None
        self.draft = Draft()
        self._journal.clear()

    def keep(self) -> None:
        """Write the journal; ``WriteRefused`` if that fails. Before the first answer there is nothing to keep."""
        if not self.is_closed and (self.draft.entries or self.step.id != "welcome"):
            self._journal.write(self.draft, self.step.id)

    def answer(self, identity: str, text: str) -> None:
        """Take what was typed. Clearing a field takes out what ``.env`` has, or forgets the answer if it has nothing."""
        asked, earlier = question(identity), preset(identity, self.draft.text(identity))
        before = self.draft.text(identity) or ""
        # The address of .env.example is nobody's answer yet: typed, it is one, and is judged like any other.
        has_file = self.snapshot.stack is Stack.HELM or self.snapshot.state(".env").data is not None
        is_example = identity in ADDRESSES and not has_file
        if text == (self.present.get(asked.key, "") if asked.is_variable and not is_example else ""):
            self.draft = self.draft.without(identity)
        else:
            self.draft = self.draft.give(identity, Typed(Secret(text) if text and holds_secret(asked, text) else text))
        if presets(identity):
            self._apply_preset(identity, text, earlier)
        if identity == _USER:
            self.draft = with_sender(self.draft, before)
        if identity == PROVIDERS:
            self.draft = self._provider_values.filled(self.draft, self.snapshot, self.present)
        if asked.part == Installation.place:
            self._read_again()
        self.keep()

    def generate(self, identity: str, *, replace: bool = False, accept_loss: bool = False) -> None:
        """Have a value made; ``replace`` even if one stands."""
        self.draft = self.draft.give(identity, Generate(replace=replace, accept_loss=accept_loss))
        self.keep()

    def give(self, identity: str, entry: Entry | None) -> None:
        """Set the whole entry of a question, as it was once; ``None`` takes the answer back: what is in the folder stays.

        What a preset has filled in goes with it, and comes back where nothing else was answered meanwhile.
        """
        earlier = preset(identity, self.draft.text(identity))
        self.draft = self.draft.without(identity) if entry is None else self.draft.give(identity, entry)
        if earlier is not None and entry is None:
            self.draft = without_preset(self.draft, earlier)
        elif entry is not None and (found := preset(identity, self.draft.text(identity))) is not None:
            open_ones = {
                name: text for name, text in found.values.items() if self.draft.text(variable_id(name)) is None
            }
            self.draft = with_values(self.draft, self.snapshot, self.present, open_ones)
            if variable_id("EMAIL_FROM") not in self.draft.entries:
                self.draft = with_sender(self.draft, "")
        if question(identity).part == Installation.place:
            self._read_again()
        self.keep()

    def recommend(self) -> tuple[str, ...]:
        """Answer what has no answer in this step as recommended; return the ids of what changed."""
        own = proposed_address(self.draft, self.present, self.addresses) if self.step.id == "access" else ""
        client = variable_id("DOMAIN_CLIENT")
        found = {
            **({client: own} if own and client not in self.draft.entries else {}),
            **{
                name: text
                for name, text in recommended(self.step, self.draft, self.present, self.release).items()
                if not is_own(self.snapshot, self.present, question(name).key)
            },
            **{
                name: text
                for name, text in self.suggestions.get(self.step.id, {}).items()
                if name not in self.draft.entries
            },
        }
        for identity, text in found.items():
            self.answer(identity, text)
        return tuple(found)

    @property
    def release(self) -> Release:
        """The LibreChat release that the answers are for."""
        return self.snapshot.release

    def shown(self, *, everything: bool) -> tuple[str, ...]:
        """Return the ids of the questions that the present step asks now."""
        found = shown_questions(self.step, self.draft, self.present, self.release, everything=everything)
        if not everything and self.step.id == "mail":
            folded = filled_in(self.draft)
            found = tuple(name for name in found if name not in folded)
        is_compose = self.snapshot.stack is not Stack.HELM
        is_open = is_compose and not self.snapshot.service and SERVICE in self.step.all_questions
        # Nothing can be planned before it is known which service is LibreChat.
        return (*found, SERVICE) if is_open and SERVICE not in found else found

    def fault(self, identity: str) -> ValueFault | None:
        """Return why an answer would be refused."""
        found = with_completed(self.draft, self.present).fault(identity)
        is_lan = identity in ADDRESSES and self.draft.text("access") == "http-lan"
        if found is not None and is_lan and any(word in found.remedy for word in ("https", "For details")):
            # What is said of a URL in general has https in its example.
            return found._replace(remedy=f"Write an address such as {LAN_EXAMPLE}")
        return found

    def complete(self, identity: str) -> str:
        """Complete an address that was typed without its scheme; return what the answer is now."""
        whole = with_completed(self.draft, self.present).text(identity) or ""
        if whole != (self.draft.text(identity) or ""):
            self.answer(identity, whole)
        is_news = self.draft.text(PROVIDERS) and self._provider_values.are_behind(self.draft, self.present)
        if is_news and self.fault(identity) is None:
            # Not while it is typed: what follows from half an address would stay. Once, so that it can be taken back.
            self.draft = self._provider_values.moved(self.draft, self.snapshot, self.present)
            self.keep()
        return whole

    def go(self, identity: str) -> Step:
        """Go to a step; return it."""
        for one in ADDRESSES:
            self.complete(one)
        self.left.add(self.step.id)
        self.step = step(identity)
        self.reached.add(self.step.id)
        self.keep()
        return self.step

    def beside(self, offset: int) -> str | None:
        """Return the id of the next (1) or previous (-1) step."""
        return neighbour(self.step.id, offset, self.draft, self.present)

    def write(self, proposal: Proposal) -> Applied:
        """Carry out a proposal in one transaction and forget the journal; ``WriteRefused`` if nothing was changed."""
        from wizard.store.plan_writes import write

        applied = write(proposal, self.store)
        self.finish()
        return applied

    def finish(self) -> None:
        """Forget the journal: the files are written."""
        self._journal.clear()
        self.is_closed = True

    def _apply_preset(self, identity: str, chosen: str, earlier: Preset | None) -> None:
        """Answer what a preset knows; what an earlier one answered, and this one does not, is taken back."""
        found = preset(identity, chosen)
        if found is None:
            return
        if earlier is not None:
            self.draft = without_preset(self.draft, earlier, kept=found.values)
        self.draft = with_values(self.draft, self.snapshot, self.present, found.values)

    def _read_again(self) -> None:
        about = {
            name: entry
            for name, entry in self.draft.entries.items()
            if question(name).part == Installation.place and self.fault(name) is None
        }
        with contextlib.suppress(InvalidInput):
            self.snapshot = take(self.folder, Draft(entries=about).answers(self.folder))
            self.present = _present(self.snapshot)


def _present(snapshot: Snapshot) -> Mapping[str, str]:
    if snapshot.stack is Stack.HELM:
        return _present_on_kubernetes(snapshot)
    document, is_new = starting_document(snapshot)
    values = document.values()
    if is_new:
        values = {name: value for name, value in values.items() if not published_name(value)}
    return MappingProxyType(values)


def _present_on_kubernetes(snapshot: Snapshot) -> Mapping[str, str]:
    """Return what the files of a Helm release hold, and that it is one: questions about Kubernetes depend on it."""
    from wizard.deployment.kubernetes_folder import view_of

    origins = view_of(snapshot.files).origins
    values = {name: found.value for name, found in origins.items() if found.origin.line}
    return MappingProxyType({**values, STACK: Stack.HELM.value})
