"""What a check is, how it ends, and the report of a run."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from checks.fold import folded
from checks.options import Allowance, SiteOptions
from wizard.answers.model import Answers
from wizard.basics.check_outcomes import CheckOutcome, Crashed, TimedOut
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import SIGNS, Finding, FindingKind, Status

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment
    from wizard.plan.proposal import Proposal


def ignore_line(_: str) -> None:
    """Discard a line."""


class RunMemory:
    """State that the checks of one run share, so that nothing is requested twice."""

    def __init__(self, allowance: Allowance | None = None) -> None:
        self.allowance = allowance or Allowance()
        """What this run may still ask of rate-limited routes."""
        self.docker: dict[str, bool] = {}
        """What Docker said when a check asked, so that a Docker that hangs is waited for once."""
        self._rules: tuple[Deployment, tuple[Finding, ...]] | None = None

    def rules(self, deployment: "Deployment") -> tuple[Finding, ...]:
        """Return the rules' findings about a deployment; they are evaluated once per run."""
        if self._rules is None or self._rules[0] is not deployment:
            from wizard.rules import check

            self._rules = deployment, check(deployment)
        return self._rules[1]


class Subject(NamedTuple):
    """The subject of checks: a deployment, and how it may be checked."""

    deployment: "Deployment"
    memory: RunMemory
    answers: Answers = Answers()
    offline: bool = False
    decided: tuple[Finding, ...] = ()
    """Findings that were made while a plan was decided on; the ``rules`` check reports them."""
    judged: tuple[Finding, ...] | None = None
    """The findings of the rules about the deployment; ``None`` if they have not been evaluated yet."""
    chosen: tuple[str, ...] = ()
    """Sign-in providers that a person chose in the wizard, by the names of their steps."""
    site_options: SiteOptions = SiteOptions()
    """Where LibreChat is reached, and the account to sign in with, as the command line says."""
    in_effect: bool = True
    """Whether the files are what LibreChat was started with, as far as anybody knows; False for a plan."""
    expected_up: bool = False
    """Whether LibreChat has to answer: it was just started, or a check that asks it was named."""
    just_started: bool = False
    """Whether LibreChat was just started by an apply that rolls back if a check fails."""
    tell: Callable[[str], None] = ignore_line
    """Shows a person one line at once: a command before it runs. Without it, a finding shows the command first."""
    read_only_reason: str = ""
    """Why the checks send no mail and run nothing in the container ("a dry run sends nothing"); empty: they may."""

    @property
    def rules(self) -> tuple[Finding, ...]:
        """What the rules say about the deployment."""
        return self.memory.rules(self.deployment) if self.judged is None else self.judged

    @property
    def allows_insecure_login(self) -> bool:
        """Whether a person said that passwords may be sent although the connection does not protect them."""
        return self.site_options.allow_insecure_login or self.answers.checks.allow_insecure_login

    def allowing_insecure_login(self) -> "Subject":
        """Return the same after a person said so."""
        return self._replace(site_options=self.site_options._replace(allow_insecure_login=True))


def planned(
    proposal: "Proposal", *, offline: bool = False, site_options: SiteOptions | None = None, read_only_reason: str = ""
) -> Subject:
    """Return a plan, which is not in effect yet, as the subject of checks. ``read_only_reason`` as in :class:`Subject`."""
    return Subject(
        memory=RunMemory(),
        deployment=proposal.deployment,
        answers=proposal.answers,
        offline=offline,
        decided=proposal.findings,
        judged=proposal.rules,
        chosen=proposal.chosen,
        site_options=site_options or SiteOptions(),
        in_effect=False,
        read_only_reason=read_only_reason,
    )


class Skip(NamedTuple):
    """Why a check does not run."""

    because: str
    waits: bool = False
    """Whether it will run once LibreChat runs with the change."""


Probe = Callable[[Subject], AsyncIterator[Finding]]
StaticProbe = Callable[[Subject], Iterable[Finding]]


def always(_: Subject) -> Skip | None:
    """Apply in every case."""
    return None


class Check(NamedTuple):
    """One probe. It has ``static`` (files only, no waiting) or ``run``, or both: ``static`` then comes first."""

    id: str
    title: str
    needs: tuple[str, ...] = ()
    """Ids of checks that have to end without FAIL, and able to tell something, before this one makes sense.

    All of them are named, not only the last: with ``--only`` the one in between may be missing."""
    applies: Callable[[Subject], Skip | None] = always
    static: StaticProbe | None = None
    run: Probe | None = None
    network: bool = False
    """Whether ``run`` needs one; offline, ``static`` alone runs."""
    acts: bool = False
    """Whether others notice it, because it sends mail for example: in the interactive fronts it runs only on request."""
    early: bool = False
    """Whether it may begin while its needs still run, because it gives nothing away; what it finds counts once they are well."""
    seconds: float = 30
    """Time limit; then the check has timed out."""


class Report(NamedTuple):
    """What a run of checks gave; every front shows it in this order and with this sentence."""

    findings: tuple[Finding, ...] = ()
    outcomes: tuple[tuple[str, CheckOutcome], ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding], outcomes: Iterable[tuple[str, CheckOutcome]] = ()) -> "Report":
        """Return what a run came to; findings that another one says better are left out."""
        return cls(findings=folded(findings), outcomes=tuple(outcomes))

    def having(self, status: Status) -> tuple[Finding, ...]:
        """Return the findings of one status, without those that the operator knows of."""
        return tuple(one for one in self.findings if one.status is status and one.acknowledged is None)

    @property
    def acknowledged(self) -> tuple[Finding, ...]:
        """The findings that the operator knows of; they count for nothing."""
        return tuple(one for one in self.findings if one.acknowledged is not None)

    @property
    def ordered(self) -> tuple[Finding, ...]:
        """The findings for people: the worst first, a cause before what follows from it."""
        order, caused = tuple(SIGNS), self._caused

        def rank(one: Finding) -> tuple[int, bool, bool]:
            return order.index(one.status), one.kind is FindingKind.CONSEQUENCE, one.id in caused

        return tuple(sorted(self.findings, key=rank))

    @property
    def leading(self) -> tuple[Finding, ...]:
        """The findings that need words of their own, in the same order: not those that are shown with their cause."""
        caused = self._caused
        return tuple(one for one in self.ordered if one.id not in caused)

    def caused_by(self, cause: Finding) -> tuple[Finding, ...]:
        """Return the findings that are shown with this one, as its cause."""
        caused = self._caused
        return tuple(one for one in self.findings if one.id in caused and cause.id in one.causes)

    @property
    def _caused(self) -> frozenset[str]:
        """Ids of the findings whose cause is shown. What follows for people is shown in any case."""
        open_ones = tuple(one for one in self.findings if one.status is not Status.PASS and one.acknowledged is None)
        causes = {one.id for one in open_ones if not one.causes}
        return frozenset(one.id for one in open_ones if one.is_covered_by_cause and not causes.isdisjoint(one.causes))

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The failures that count, in the order for people."""
        return tuple(one for one in self.ordered if one.status is Status.FAIL and one.acknowledged is None)

    @property
    def sentence(self) -> str:
        """How many of what: ``1 failed, 2 warnings, 0 inconclusive.``."""
        failed, warned, untold = (len(self.having(status)) for status in (Status.FAIL, Status.WARN, Status.UNKNOWN))
        known = f", {len(self.acknowledged)} acknowledged" if self.acknowledged else ""
        return f"{failed} failed, {warned} warning{'' if warned == 1 else 's'}, {untold} inconclusive{known}."

    @property
    def exit_status(self) -> ExitStatus:
        """``FAILED`` for a FAIL, else ``UNKNOWN`` if something could have been checked and was not, else ``DONE``."""
        if self.having(Status.FAIL):
            return ExitStatus.FAILED
        broken = any(isinstance(outcome, TimedOut | Crashed) for _, outcome in self.outcomes)
        untold = any(not finding.by_nature for finding in self.having(Status.UNKNOWN))
        return ExitStatus.UNKNOWN if broken or untold else ExitStatus.DONE
