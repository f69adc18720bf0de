"""What is filled in for the chosen providers from LibreChat's address, and follows the next address."""

from collections.abc import Mapping

from wizard.answers.draft import Draft, Typed
from wizard.catalogue.questions import question
from wizard.deployment.snapshot import Snapshot
from wizard.interview.addresses import with_completed
from wizard.interview.presets import is_own, recommended, site_address
from wizard.interview.steps import Step, step, steps_in_order


class ProviderValues:
    """Answers what a chosen provider cannot do without. What a person typed or took back stays so."""

    def __init__(self) -> None:
        self._address = ""
        """The address that the values follow from."""
        self._filled: dict[str, str] = {}
        """What was filled in, by question id: while it is unchanged, it follows the next address."""

    def are_behind(self, draft: Draft, present: Mapping[str, str]) -> bool:
        """Tell whether the address is another one since the values were filled in."""
        return _address(draft, present) != self._address

    def moved(self, draft: Draft, snapshot: Snapshot, present: Mapping[str, str]) -> Draft:
        """Return the draft with the values of the present address."""
        for name, text in self._filled.items():
            if draft.text(name) == text:
                draft = draft.without(name)
        return self.filled(draft, snapshot, present)

    def filled(self, draft: Draft, snapshot: Snapshot, present: Mapping[str, str]) -> Draft:
        """Return the draft with what nobody has answered yet."""
        for current in _steps(draft, present):
            for identity, text in recommended(current, draft, present, snapshot.release).items():
                if not is_own(snapshot, present, question(identity).key):
                    draft = draft.give(identity, Typed(text))
                    self._filled[identity] = text
        self._address = _address(draft, present)
        return draft

    def recall(self, draft: Draft, snapshot: Snapshot, present: Mapping[str, str]) -> None:
        """Find out which answers of an earlier run follow from its address."""
        for current in _steps(draft, present):
            bare = draft
            for identity in current.all_questions:
                bare = bare.without(identity) if question(identity).is_variable else bare
            for identity, text in recommended(current, bare, present, snapshot.release).items():
                if draft.text(identity) == text:
                    self._filled[identity] = text
        self._address = _address(draft, present)


def _address(draft: Draft, present: Mapping[str, str]) -> str:
    return site_address(with_completed(draft, present), present)


def _steps(draft: Draft, present: Mapping[str, str]) -> tuple[Step, ...]:
    return step("providers"), *(found for found in steps_in_order(draft, present) if found.provider)
