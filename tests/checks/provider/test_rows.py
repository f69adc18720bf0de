"""The checks, without a user, on every recorded sign-in: what can be known is a FAIL with its cause, the rest is left open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from checks.provider.conversation import MOST
from checks.provider.oauth.examine import examine as examine_social
from checks.provider.oauth.own_settings import settings_findings as social_settings
from checks.provider.openid.examine import examine
from checks.provider.openid.own_settings import settings_findings
from checks.provider.openid.task import OpenIdTask
from tests.checks.provider.oauth.row_social import RowSocial, task_of_row
from tests.checks.provider.row_provider import RowProvider
from tests.records import openid_verdicts
from tests.wizard.librechat import social_rows
from tests.wizard.librechat.openid_rows import BASE, NotModelledError, situation_of
from tests.wizard.librechat.openid_table import NOT_MODELLED
from wizard.basics.finding import Finding, Status
from wizard.findings import openid_check as ids
from wizard.findings.oauth import COMMON
from wizard.findings.openid_check import FINDINGS
from wizard.librechat.openid_start import settings_fault
from wizard.librechat.openid_verdict import sign_in
from wizard.librechat.providers import is_registered
from wizard.librechat.social_verdict import social_sign_in

OPEN: Final = frozenset({"nothing to find", "a real sign-in only"})
"""What ``knowable_by`` says of rows in which nothing can be found beforehand."""
ALSO: Final[Mapping[str, frozenset[str]]] = {
    # The provider's page does not say which it is; LibreChat's click fails before it.
    "redirect.unset": frozenset({"redirect.refused"}),
    # No document below the wrong issuer: the path before /.well-known is at fault.
    "tls.refused": frozenset({"tls.name", "tls.expired", "tls.handshake", "tls.ca-file"}),
    "redirect.refused": frozenset({"redirect.slash", "redirect.path", "session.callback-http"}),
    "session.other-host": frozenset({"session.two-hosts"}),
    # Registered for client_secret_jwt, and the secret is another one: no request tells the two apart.
    "secret.method": frozenset({"secret.wrong"}),
    "claims.no-email": frozenset({"discovery.http-endpoint"}),
}
"""Causes that the check names more exactly, or from another side, than the verdict."""
SOCIAL_ALSO: Final[Mapping[str, frozenset[str]]] = {
    "redirect": frozenset({"redirect.refused"}),
    # Apple's client secret is signed with team and key: Apple's answer does not say which of them it does not know.
    "apple.refused": frozenset({"secret"}),
    "apple.ids": frozenset({"secret"}),
}
"""The same for social providers."""
CANNOT: Final = {"token.code": "how long a code lives shows only with a real code"}
"""Causes that no request without a user can show, although ``knowable_by`` says so: with the reason."""


class Judged(NamedTuple):
    """A row and what the check said of it."""

    row: Mapping[str, Any]
    findings: list[Finding]
    requests: int
    cause: str

    def ids(self, status: Status) -> list[str]:
        return [finding.id for finding in self.findings if finding.status is status]

    @property
    def is_open(self) -> bool:
        return self.row["knowable_by"] in OPEN

    @property
    def has_right_cause(self) -> bool:
        return bool(self.right_ids & set(self.ids(Status.FAIL)))

    @property
    def right_ids(self) -> set[str]:
        """The ids of the findings that name the cause."""
        if self.row["kind"] == "social":
            provider = self.row["provider"]["name"]
            names = {self.cause, *SOCIAL_ALSO.get(self.cause, ())}
            return {COMMON[provider, name].id for name in names if (provider, name) in COMMON}
        names = {self.cause, *ALSO.get(self.cause, ())}
        return {FINDINGS[name].id for name in names if name in FINDINGS}

    @property
    def ends_open(self) -> bool:
        social = self.row["kind"] == "social"
        entry = COMMON[self.row["provider"]["name"], "undecided"] if social else ids.UNDECIDED
        return not self.ids(Status.FAIL) and entry.id in self.ids(Status.PASS)

    @property
    def column(self) -> str:
        if self.cause == NOT_MODELLED:
            return NOT_MODELLED
        if self.is_open:
            return "open" if self.ends_open else "FAIL, wrongly"
        if self.has_right_cause:
            return "FAIL, right cause"
        return "cannot be known" if self.cause in CANNOT and self.ends_open else "missed"


async def judged_social(row: Mapping[str, Any]) -> Judged:
    situation = social_rows.situation_of(row)
    task, provider = task_of_row(situation), RowSocial(row, situation)
    findings = list(social_settings(task))
    if is_registered(situation.provider, situation.settings, situation.release):
        findings += [finding async for finding in examine_social(task, provider)]
    return Judged(row, findings, len(provider.requests), social_sign_in(situation).cause)


async def judged(row: Mapping[str, Any]) -> Judged:
    try:
        return await (judged_social(row) if row["kind"] == "social" else judged_openid(row))
    except NotModelledError:
        return Judged(row, [], 0, NOT_MODELLED)


async def judged_openid(row: Mapping[str, Any]) -> Judged:
    situation = situation_of(row)
    file = situation.settings.get("NODE_EXTRA_CA_CERTS", BASE["NODE_EXTRA_CA_CERTS"])
    task = OpenIdTask(
        settings=situation.settings,
        release=situation.release,
        start=situation.browser.start,
        trust_problem="" if file == BASE["NODE_EXTRA_CA_CERTS"] else f"{file} cannot be read.",
    )
    provider = RowProvider(row, situation)
    findings = list(settings_findings(task))
    if settings_fault(task.settings, task.release) is None:
        findings += [finding async for finding in examine(task, provider)]
    return Judged(row, findings, len(provider.requests), sign_in(situation).cause)


def drawn(rows: list[Judged]) -> str:
    """Return the table by ``knowable_by``, and every row that is neither right nor open."""
    columns = ("FAIL, right cause", "open", "cannot be known", "missed", "FAIL, wrongly", NOT_MODELLED)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in rows:
        counts[one.row["knowable_by"]][one.column] += 1
    lines = [f"{'known by':<32}" + "".join(f"{name:>19}" for name in columns)]
    lines += [f"{name:<32}" + "".join(f"{counts[name][each]:>19}" for each in columns) for name in sorted(counts)]
    odd = [one for one in rows if one.column not in columns[:2]]
    lines += [
        f"{one.column}: {one.row['id']}: {one.cause}: {CANNOT.get(one.cause, one.ids(Status.FAIL))}" for one in odd
    ]
    warned = [one for one in rows if one.is_open and (one.ids(Status.WARN) or one.ids(Status.UNKNOWN))]
    lines += [f"warned: {one.row['id']}: {[*one.ids(Status.WARN), *one.ids(Status.UNKNOWN)]}" for one in warned]
    return "\n".join([*lines, ""])


async def test_every_row_fails_for_its_cause_or_is_left_open() -> None:
    found = [await judged(row) for row in openid_verdicts()]
    print(drawn(found))  # noqa: T201 - the table of the rows
    counts = Counter(one.column for one in found)
    assert len(found) >= 255
    assert (counts["missed"], counts["FAIL, wrongly"]) == (0, 0)
    assert counts["cannot be known"] <= 1
    assert counts[NOT_MODELLED] <= len(found) * 0.02
    assert max(one.requests for one in found) <= MOST
    assert not [finding.id for one in found for finding in one.findings if "works" in finding.summary]
