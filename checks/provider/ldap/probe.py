"""The ``ldap`` check: settings, connection, bind, search, account, and the test user if one is given."""

from __future__ import annotations

from collections.abc import AsyncIterator

from checks.provider.ldap.binding import bind_service, bind_user
from checks.provider.ldap.connecting import reach, resolve
from checks.provider.ldap.searching import judge_account, search
from checks.provider.ldap.session import LdapSession, StopLdap
from checks.provider.ldap.static import static_findings
from checks.provider.ldap.task import LdapTask
from checks.provider.verdict import claimed
from wizard.basics.finding import Finding, Status
from wizard.findings import ldap as ids
from wizard.librechat.ldap_account import Entry


async def probe(task: LdapTask, session: LdapSession | None = None) -> AsyncIterator[Finding]:
    """Ask the directory, unless the settings alone already keep people out. ``session`` keeps what was seen."""
    if not task.settings.is_on:
        return
    known = list(static_findings(task))
    if any(finding.status is Status.FAIL for finding in known):
        return
    session = session or LdapSession(task)
    try:
        async for finding in _conversation(session):
            known.append(finding)
            yield claimed(finding, known) if finding.id == ids.UNDECIDED.id else finding
    except StopLdap as stop:
        for finding in stop.findings:
            yield finding
    except (OSError, TimeoutError):
        summary = f"{session.host_and_port} closed the connection: every sign-in fails with an error."
        yield ids.CONNECT.of("closed").fail(summary)


async def _conversation(session: LdapSession) -> AsyncIterator[Finding]:
    for stage in (resolve, reach):
        for finding in await stage(session):
            yield finding
    if session.task.unsent and session.task.settings.bind_name is not None:
        yield ids.UNDECIDED.passed(
            f"LDAP_BIND_DN, the search and the test user were not tested: {session.task.unsent}."
        )
        return
    async with await session.connect() as connection:
        for finding in await bind_service(session, connection):
            yield finding
        found, entry = await search(session, connection)
    for finding in found:
        yield finding
    if entry is not None:
        async for finding in _person(session, entry):
            yield finding


async def _person(session: LdapSession, entry: Entry) -> AsyncIterator[Finding]:
    """Judge the entry, and let the test user sign in if a password was given for that."""
    stopped = False
    for finding in judge_account(session, entry):
        stopped = stopped or finding.status is Status.FAIL
        yield finding
    if stopped:
        return
    if session.task.password is None:
        yield ids.UNDECIDED.passed()
        return
    if session.task.unsent:
        yield ids.UNDECIDED.passed(f"The test user's password was not tested: {session.task.unsent}.")
        return
    for finding in await bind_user(session, str(entry["dn"]), session.task.password.reveal()):
        yield finding
