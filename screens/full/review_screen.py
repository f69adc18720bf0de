"""The step that shows the diff of every file, and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import LineButton
from screens.full.dialogs import FormDialog, FormLine, QuestionDialog
from screens.full.finding_rows import signed
from screens.full.messages import ApplyEnded, GoTo, WriteRequested
from screens.full.problems import guarded
from screens.full.proposal_screen import ProposalScreen
from screens.full.theme import STYLES
from screens.shared import summaries
from screens.shared.person_words import for_person
from wizard.basics.finding import SIGNS, Status
from wizard.basics.plain_text import counted, plain
from wizard.catalogue.questions import field_name, is_question
from wizard.interview.dialogues import FAILED_CHECK, Answer, Dialogue
from wizard.interview.steps import step_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from checks.model import Report
    from screens.demo import Practice
    from wizard.basics.problem import Problem
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview
    from wizard.plan.proposal import Proposal

_FEW: Final = 3
"""Fields that a sentence names."""


class ReviewScreen(ProposalScreen):
    """The difference of every file, what there is to know, and the button that writes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+w", "write", "Write"),
        Binding("ctrl+a", "apply", "Write and apply"),
        Binding("f6", "explain", "Explain"),
    ]

    def buttons(self) -> Iterator[Widget]:
        """Yield the buttons; practice has no LibreChat that could be started."""
        yield LineButton("Write the files", "write", is_main=True)
        if self.practice is None:
            yield LineButton("Write and apply", "apply")
        yield LineButton("Back", "back")

    def __init__(self, interview: Interview, preview: Preview | None, practice: Practice | None) -> None:
        super().__init__(interview, preview, practice)
        self._proposal: Proposal | None = None
        self._report: Report | None = None
        self._remark = ""
        self._explains = False

    def begin(self) -> None:
        """Work it out."""
        self.rows.focus()
        self.progress.begin("calculating the changes")
        self.work_out()

    async def proposed(self, proposal: Proposal, remark: str) -> None:
        """Show every difference, and offer to write."""
        from screens.shared.review import judge

        verdict = judge(proposal, self.interview.draft, self.checked)
        self._proposal, self._report = proposal, verdict.report
        self._remark = remark
        await self._draw(proposal)
        button = self.query_one("#push-write", LineButton)
        button.disabled = False
        button.focus()
        edits = proposal.plan.shown_edits
        sentence = (
            f"{counted(len(edits), 'file')} will change. Ctrl+W writes {'it' if len(edits) == 1 else 'them'}."
            if edits
            else "No files need to change."
        )
        self.progress.end(f"{sentence}\n{verdict.sentence}")

    async def _draw(self, proposal: Proposal) -> None:
        parts = self._parts(proposal, self._remark)
        await self.rows.show(*(widget for part in parts for widget in _widgets(part)))

    async def action_explain(self) -> None:
        """Show or hide below each line of the diff what it is for."""
        if self._proposal is not None:
            self._explains = not self._explains
            await self._draw(self._proposal)

    def _parts(self, proposal: Proposal, remark: str) -> Iterator[list[Static]]:
        from wizard.plan.diff import of_edit

        if self.interview.rotation is not None:
            sentence = f"x {summaries.unfinished_rotation(self.interview.rotation)}"
            yield [_piece(Content.styled(sentence, STYLES[Status.FAIL]))]
        for one in self._report.failed if self._report else ():
            yield [_piece(Content.assemble(signed(one.status), plain(one.summary, limit=1000)))]
        for difference in map(of_edit, proposal.plan.shown_edits):
            yield list(_explained(difference)) if self._explains else [_piece(coloured(difference))]
        notes = [*proposal.plan.notes, *([remark] if remark else [])]
        if notes:
            text = "\n".join(f"* {plain(for_person(note), limit=1000)}" for note in notes)
            yield [_piece(Content.assemble(("Notes", "bold"), "\n", text))]
        if proposal.plan.apply_steps:
            commands = "\n".join(plain(step, limit=500) for step in proposal.plan.apply_steps)
            head = Content.styled("Run these commands afterwards", "bold")
            yield [_piece(head), _piece(Content(commands), "-indented")]

    @on(LineButton.Pressed, "#push-write")
    @work
    async def action_write(self) -> None:
        """Write, after a question where a check failed."""
        if (proposal := self._proposal) is None:
            self._say_why_not()
        elif await self._may_write():
            self.post_message(WriteRequested(proposal, self._report))

    def _say_why_not(self) -> None:
        """Say why there is nothing to write, and where to go."""
        message = blocked(self.problems) if self.problems else "The changes have not been computed yet."
        self.notify(message, severity="warning", markup=False)

    async def _may_write(self) -> bool:
        """Return whether writing makes sense now; ask where a check failed."""
        report = self._report
        if report is None or self.interview.is_closed:
            return False
        if (rotation := self.interview.rotation) is not None:
            # Nobody can end it meanwhile: this wizard holds the folder.
            self.notify(summaries.unfinished_rotation(rotation), severity="error", timeout=30, markup=False)
            return False
        failed = report.failed
        if not failed:
            return True
        text = "\n".join(f"{SIGNS[one.status].mark} {plain(one.summary, limit=300)}" for one in failed)
        answer = await self.app.push_screen_wait(QuestionDialog(Dialogue("A check failed", text, FAILED_CHECK)))
        return answer.word == "yes"

    @on(LineButton.Pressed, "#push-apply")
    @work
    async def action_apply(self) -> None:
        """Write, let LibreChat use it, prove it; the old files come back if that fails."""
        proposal, report = self._proposal, self._report
        if proposal is None:
            self._say_why_not()
        if proposal is None or report is None or self.practice is not None or not await self._may_write():
            return
        from screens.full.apply_screen import ApplyScreen
        from screens.shared.apply_job import interview_job
        from screens.shared.write_result import after_apply

        email = await self._administrator()
        if email is None:
            return
        job = guarded(self.app, lambda: interview_job(self.interview, proposal, report, email))
        if job is None:
            return
        progress = await self.app.push_screen_wait(ApplyScreen(job))
        if progress is not None:
            self.post_message(ApplyEnded(after_apply(self.interview, proposal, progress)))
        else:
            self.post_message(GoTo("review"))

    async def _administrator(self) -> str | None:
        """Ask who the first administrator is to be, where LibreChat has never run; ``None`` to stay here."""
        commands = (
            "\n".join(plain(step, limit=200) for step in self._proposal.plan.apply_steps) if self._proposal else ""
        )
        if self.interview.snapshot.has_run:
            text = f"The wizard writes the files and runs:\n{commands}\nThen it runs the checks. If a check fails, the wizard can put the old files back."
            dialogue = Dialogue("Write and apply?", text, (Answer("no", "Not yet"), Answer("yes", "Write and apply")))
            return "" if (await self.app.push_screen_wait(QuestionDialog(dialogue))).word == "yes" else None
        text = (
            "Registration stays closed until the first administrator exists. "
            "Type the administrator's email address (the wizard generates a password and shows it once), or - to create no account now:"
        )
        given = await self.app.push_screen_wait(
            FormDialog("Start LibreChat and create the first administrator", text, (FormLine(),))
        )
        return None if given is None else "" if given[0] == "-" else given[0]


def blocked(problems: tuple[Problem, ...]) -> str:
    """Return in one sentence why nothing is written, and where to go."""
    fields = list(dict.fromkeys(one.field for one in problems if is_question(one.field)))
    if not fields:
        return "Nothing was written. Fix the problem shown on this page, then open Review again."
    *first, last = [f"'{field_name(one)}'" for one in fields[:_FEW]]
    names = f"{', '.join(first)} and {last}" if first else last
    steps = " and ".join(dict.fromkeys(step_of(one).title for one in fields[:_FEW]))
    return f"Nothing was written. Fix {names} in {steps} first (Tab to 'Go to', then Enter)."


def _purpose(name: str) -> str:
    """Return in a sentence or two what a setting is for; nothing for what is none."""
    from wizard import catalogue

    known = catalogue.by_key().get(name)
    return f"{known.title}. {known.help.partition('. ')[0].rstrip('.')}." if known is not None else ""


def _widgets(part: list[Static]) -> list[Static]:
    """Return the pieces of a part of the page with the empty line behind the last one alone."""
    for piece in part[:-1]:
        piece.add_class("-goes-on")
    return part


def _piece(text: Content, classes: str = "") -> Static:
    """Return lines of a part. ``-indented`` ones are so as a whole: a long line goes on below its own beginning."""
    return Static(text, markup=False, classes=f"part {classes}")


def coloured(difference: str) -> Content:
    """Return a diff with colors; every line keeps its sign."""
    styles = {"+": "$text-success", "-": "$text-error", "@": "dim"}
    lines = []
    for line in difference.rstrip("\n").split("\n"):
        style = "bold" if line.startswith(("+++", "---")) else styles.get(line[:1], "")
        lines.append(Content.styled(line, style) if style else Content(line))
    return Content("\n").join(lines)


def _explained(difference: str) -> Iterator[Static]:
    """Yield a diff with what each new line is for below it."""
    lines: list[str] = []
    for line in difference.rstrip("\n").split("\n"):
        lines.append(line)
        if line.startswith("+") and (text := _purpose(line[1:].partition("=")[0].strip())):
            yield _piece(coloured("\n".join(lines)))
            yield _piece(Content.styled(text, "dim"), "-indented")
            lines = []
    if lines:
        yield _piece(coloured("\n".join(lines)))
