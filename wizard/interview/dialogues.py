"""Questions about the run itself: text, possible answers, and what each answer does. A front only draws them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from wizard.basics.insecure_login import QUESTION
from wizard.basics.plain_text import counted

if TYPE_CHECKING:
    from wizard.interview.interview import Interview


def _nothing() -> None:
    """Leave everything as it is."""


class Answer(NamedTuple):
    """One answer of a dialogue."""

    word: str
    """The word to type at a line prompt; unique within the dialogue."""
    title: str
    """The label of the button."""
    action: Callable[[], object] = _nothing
    """Carries the answer out; ``WriteRefused`` if it has to write and cannot."""
    exit_message: str = ""
    """The message after the run has ended; empty if the answer does not end it."""


class Dialogue(NamedTuple):
    """A question with a few answers; Escape and an empty line choose the first, which loses nothing."""

    title: str
    text: str
    answers: tuple[Answer, ...]
    settled: Answer | None = None
    """The answer that is taken without asking, because nothing can be lost."""

    def answer(self, word: str) -> Answer:
        """Return the answer with this word."""
        return next(one for one in self.answers if one.word == word)


def resume(interview: "Interview") -> Dialogue:
    """Return the question whether to continue an earlier run."""
    saved = interview.saved
    count = sum(asked.id not in saved.secrets for asked, _ in saved.draft.given()) if saved else 0
    text = "An earlier run in this folder did not finish."
    if count:
        text += f" It has {counted(count, 'saved answer')}."
    if saved and saved.secrets:
        text += f" Secrets are not saved: {len(saved.secrets)} must be entered again."
    answers = (
        Answer("continue", "Continue", interview.resume),
        Answer("new", "Start over", interview.discard),
    )
    return Dialogue("Continue where you left off?", text, answers, None if saved else Answer("continue", ""))


KEPT: Final = "Your answers are kept; start the wizard again to continue."
PRACTICE_ENDED: Final = "The practice run has ended. Nothing is kept."


def kept(*, is_practice: bool) -> str:
    """Return what became of the answers of a run that ended early; a practice folder is removed."""
    return PRACTICE_ENDED if is_practice else KEPT


def leave(interview: "Interview", *, is_practice: bool = False) -> Dialogue:
    """Return the question what happens to the answers when the person leaves; the second answer is to leave with no loss."""
    if is_practice:
        ending = Answer("leave", "Leave", exit_message=PRACTICE_ENDED)
        text = "The practice folder is removed, and your answers with it."
        return Dialogue("Leave the wizard?", text, (Answer("stay", "Stay"), ending), _if_empty(interview, ending))
    discard = Answer("discard", "Leave and discard", interview.discard, "Nothing changed.")
    return Dialogue(
        "Leave the wizard?",
        "Nothing has been written yet. The wizard can save your answers in this folder, but not the secrets.",
        (
            Answer("stay", "Stay"),
            Answer("keep", "Leave and keep my answers", interview.keep, f"Nothing changed. {KEPT}"),
            discard,
        ),
        _if_empty(interview, discard),
    )


def _if_empty(interview: "Interview", answer: Answer) -> Answer | None:
    return None if interview.draft.entries else answer


def generate(interview: "Interview", identity: str, name: str) -> Dialogue:
    """Return the question that is asked before a setting's value is replaced by a random one."""
    from wizard.plan.credentials import CONSEQUENCES, ENCRYPTING

    has_value = bool(interview.present.get(name))
    replaced = Answer(
        "replace",
        "Replace it",
        lambda: interview.generate(identity, replace=has_value, accept_loss=has_value and name in ENCRYPTING),
    )
    text = f"{name} already has a value. If you replace it, {CONSEQUENCES.get(name, 'the data that it protects becomes invalid')}."
    return Dialogue("Replace the value?", text, (Answer("keep", "Keep it"), replaced), None if has_value else replaced)


UNPROTECTED: Final = Dialogue(
    "Send the password over an insecure connection?",
    QUESTION,
    (Answer("no", "Do not send it"), Answer("yes", "Send it anyway")),
)
"""The question whether to send a password over an unprotected connection."""
PUT_BACK: Final = Dialogue(
    "Put the old files back?",
    "Apply failed. Put the old files back?",
    (Answer("yes", "Put the old files back"), Answer("no", "Keep the new files")),
)
"""The question what to do with the files if LibreChat does not run with them."""
FAILED_CHECK: Final = (Answer("no", "Fix it first"), Answer("yes", "Write anyway"))
"""The answers to the question whether to write although a check failed."""
