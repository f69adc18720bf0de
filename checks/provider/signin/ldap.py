"""A sign-in through LDAP with name and password: one bind as that person, and LibreChat's decision."""

from __future__ import annotations

from dataclasses import dataclass, field

from checks.provider.ldap.probe import probe
from checks.provider.ldap.session import LdapSession
from checks.provider.ldap.static import static_findings
from checks.provider.ldap.task import LdapTask
from checks.provider.signin.words import attribute_text, by_account, directory_in_words, would_be
from wizard.basics.finding import Finding, Status
from wizard.findings import ldap as ids
from wizard.librechat.ldap_account import LdapAccountVerdict, account_verdict
from wizard.librechat.ldap_settings import FIRST_ADMIN_SINCE
from wizard.librechat.user_record import Attribute, UserRecord

_SHOWN = 120
_ANOTHER = UserRecord(email="somebody-else@librechat-wizard.invalid", identity="librechat-wizard-somebody-else")
"""An account of somebody else: without one, the person would be LibreChat's first user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapSignInResult:
    """The result of a sign-in."""

    findings: tuple[Finding, ...]
    person: LdapAccountVerdict | None = field(default=None, repr=False)
    """The account that would be signed in; ``None`` if there is none, or it is not known."""


async def ldap_sign_in(task: LdapTask) -> LdapSignInResult:
    """Do what LibreChat does with a typed name and password; a rejected password is remembered and not sent again."""
    session = LdapSession(task)
    own = list(static_findings(task))
    found = [*own, *[finding async for finding in probe(task, session)]]
    accepted = any(finding.id == ids.USER_OK.id and finding.status is Status.PASS for finding in found)
    failed = any(finding.status is Status.FAIL for finding in found)
    if not accepted or failed or session.account is None or session.account.fault is not None:
        return LdapSignInResult(findings=tuple(found))
    # The closing words say what the summary of the entry says, and that the password is right.
    found = [finding for finding in found if finding.id != ids.ACCOUNT_OK.id]
    person = account_verdict(session.entry, task.settings, (_ANOTHER,), task.allowed_domains)
    return LdapSignInResult(findings=(*found, _would_be(session, person)), person=person)


def _would_be(session: LdapSession, person: LdapAccountVerdict) -> Finding:
    account = person.account
    name, email = (session.shown(attribute_text(value), limit=_SHOWN) for value in (account.name, account.email))
    evidence = _by_account(session, account.identity, account.email or "")
    return ids.WOULD_BE.passed(would_be(name, email, person.role), evidence=evidence)


def _by_account(session: LdapSession, identity: Attribute, email: str) -> tuple[str, ...]:
    known = identity[0] if isinstance(identity, tuple) else identity
    cases = (
        (_ANOTHER,),
        (UserRecord(email=email, provider="ldap", identity=known),),
        (_ANOTHER, UserRecord(email=email, identity="librechat-wizard-local")),
        (_ANOTHER, UserRecord(email=email, provider="ldap", identity="librechat-wizard-other")),
    )
    decisions = by_account("LDAP", "id", cases, lambda records: _with(session, records))
    if session.task.settings.release < FIRST_ADMIN_SINCE:
        return decisions
    return (decisions[0], f"LibreChat has no accounts: {_with(session, ())}", *decisions[1:])


def _with(session: LdapSession, records: tuple[UserRecord, ...]) -> str:
    verdict = account_verdict(session.entry, session.task.settings, records, session.task.allowed_domains)
    refuses = None if verdict.fault is None else verdict.fault.refuses
    return directory_in_words(verdict.role, is_new=verdict.existing is None, refuses=refuses)
