"""What the answers so far lead to: a plan or the reasons against one, and the findings of the rules."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from wizard.answers.draft import Draft
from wizard.basics.problem import InvalidInput, Problem, WizardError
from wizard.basics.status import Status
from wizard.catalogue.questions import PROVIDERS, question, variable_id
from wizard.interview.addresses import is_this_machine_only, scheme_of, with_completed
from wizard.interview.steps import Step, chosen_providers, step
from wizard.librechat.providers import MARKS, is_left_empty

if TYPE_CHECKING:
    from wizard.basics.finding import Finding
    from wizard.interview.interview import Interview
    from wizard.plan.proposal import Proposal

_NOTABLE: Final = (Status.FAIL, Status.WARN)


class Preview(NamedTuple):
    """What the answers so far lead to."""

    draft: Draft
    proposal: "Proposal | None" = None
    problems: tuple[Problem, ...] = ()
    """Why nothing could be written yet."""
    by_question: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType({})
    """Question id to what is to be said there: ``problem`` or ``warning``, and the text."""
    warned: frozenset[str] = frozenset()
    """Ids of questions that had a warning before an invalid answer elsewhere kept the rules from running."""

    def mark(self, current: Step) -> str:
        """Return ``problem``, ``warning`` or nothing for a step."""
        found = {kind for name in current.all_questions for kind, _ in self.by_question.get(name, ())}
        if "problem" in found:
            return "problem"
        return "warning" if found or not self.warned.isdisjoint(current.all_questions) else ""

    def after(self, earlier: "Preview | None") -> "Preview":
        """Return this preview with the warnings of ``earlier`` that the same answers had, if nothing can be planned now.

        Without it one invalid answer takes away the mark of every other step.
        """
        if self.proposal is not None or earlier is None:
            return self
        had = {name for name, found in earlier.by_question.items() if any(kind == "warning" for kind, _ in found)}
        same = {
            name for name in had | earlier.warned if earlier.draft.entries.get(name) == self.draft.entries.get(name)
        }
        return self._replace(warned=frozenset(same))


def values_of(interview: "Interview", preview: Preview | None) -> Mapping[str, str]:
    """Return the variables as they would stand: as planned where the answers lead to a plan, else as typed.

    Once it is answered how people reach LibreChat, the addresses are those of the answer, whatever the file has: a stock
    .env.example has http://localhost:3080. An address that is not known yet is left out.
    """
    if preview is not None and preview.proposal is not None:
        return preview.proposal.deployment.settings
    draft = with_completed(interview.draft, interview.present)
    values = draft.values(interview.present)
    if access := draft.text("access"):
        client, server = (_typed_address(draft, name) for name in ("DOMAIN_CLIENT", "DOMAIN_SERVER"))
        port = values.get("PORT") or "3080"
        is_typed = any(draft.text(variable_id(name)) for name in ("DOMAIN_CLIENT", "DOMAIN_SERVER"))
        for name, typed in (("DOMAIN_CLIENT", client), ("DOMAIN_SERVER", server or client)):
            known = typed or ("" if is_typed else values.get(name, ""))
            is_fit = known.startswith(f"{scheme_of(access)}://") and is_this_machine_only(known) == (
                access == "localhost"
            )
            values[name] = known if is_fit else f"http://localhost:{port}" if access == "localhost" else ""
    return values


def _typed_address(draft: Draft, name: str) -> str:
    """Return an address that was answered; nothing for one that would be refused."""
    from wizard.catalogue.accept import ValueFault, accept

    text = draft.text(variable_id(name)) or ""
    return "" if isinstance(accept(question(variable_id(name)), text), ValueFault) else text


def findings_now(interview: "Interview") -> "tuple[Finding, ...]":
    """Return the rules' findings about the present folder, before any answer."""
    from wizard.deployment.assembled import deployment
    from wizard.rules import check
    from wizard.rules.advisories import advisory_findings

    try:
        current = deployment(interview.snapshot, {})
        found = (*check(current), *advisory_findings(current))
    except InvalidInput:
        # A compose file that cannot be read: looking ahead tells it, with its place.
        return ()
    return tuple(finding for finding in found if finding.status in _NOTABLE)


def proposal_of(interview: "Interview") -> "Proposal":
    """Return what the answers lead to; ``InvalidInput`` carries every reason why they lead nowhere yet."""
    preview = look_ahead(interview)
    if preview.proposal is None:
        raise InvalidInput(*preview.problems)
    return preview.proposal


def look_ahead(interview: "Interview", draft: Draft | None = None) -> Preview:
    """Return what the answers so far lead to. It changes nothing, and may run concurrently with the front."""
    from wizard.findings.directory import SAML_HALF
    from wizard.plan.proposal import propose
    from wizard.rules import check

    draft = draft or interview.draft
    try:
        whole = with_completed(draft, interview.present)
        proposal = propose(interview.folder, whole.answers(interview.folder))
    except InvalidInput as error:
        return _refused(draft, error)
    chosen, settings = _chosen(interview, draft), proposal.deployment.settings
    rules = check(proposal.deployment)
    if "saml" in chosen and is_left_empty("saml", settings):
        # It is incomplete like any other provider that was left empty. Half of it is there because the wizard proposed it.
        rules = tuple(finding for finding in rules if finding.id != SAML_HALF.id)
    proposal = proposal._replace(rules=rules, chosen=chosen)
    found = (*proposal.findings, *(proposal.rules or ()))
    notable = tuple(finding for finding in found if finding.status in _NOTABLE)
    by_question = {**_by_question((), notable)}
    for identity, text in _unfinished(interview, draft):
        by_question[identity] = (*by_question.get(identity, ()), ("warning", text))
    return Preview(draft=draft, proposal=proposal, by_question=MappingProxyType(by_question))


def look_closely(interview: "Interview") -> tuple[Preview, str]:
    """Return what the answers lead to, including Docker Compose's verdict, if it is installed, and further notes."""
    from wizard.plan.compose_verdict import with_compose_verdict

    try:
        preview = look_ahead(interview)
        if preview.proposal is None:
            return preview, ""
        proposal, remark = with_compose_verdict(preview.proposal)
    except WizardError as error:
        return _refused(interview.draft, error), ""
    return preview._replace(proposal=proposal), remark


def _refused(draft: Draft, error: WizardError) -> Preview:
    return Preview(draft=draft, problems=error.problems, by_question=_by_question(error.problems, ()))


def _chosen(interview: "Interview", draft: Draft) -> tuple[str, ...]:
    return chosen_providers(draft, interview.present) if draft.text(PROVIDERS) else ()


def _unfinished(interview: "Interview", draft: Draft) -> list[tuple[str, str]]:
    """Tell which providers were chosen and then left empty."""
    values = draft.values(interview.present)
    marks = [(name, MARKS[name]) for name in _chosen(interview, draft) if name in MARKS]
    return [
        (variable_id(mark), f"Required for sign-in with {step(name).title}.")
        for name, mark in marks
        if not values.get(mark, "").strip()
    ]


def _by_question(
    problems: tuple[Problem, ...], findings: "tuple[Finding, ...]"
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for problem in problems:
        text = f"{problem.message} {problem.remedy}".strip()
        found.setdefault(problem.field, []).append(("problem", text))
    for finding in findings:
        kind = "problem" if finding.status is Status.FAIL else "warning"
        for name in finding.settings:
            found.setdefault(variable_id(name), []).append((kind, finding.summary))
    return MappingProxyType({name: tuple(dict.fromkeys(texts)) for name, texts in found.items()})
