"""Binds: at most one per identity and run, none with a rejected password, and none that others could read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from checks.provider.ldap.connection import LdapConnection
from checks.provider.ldap.session import LdapSession, StopLdap
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.basics.problem import WriteRefused
from wizard.basics.records import DamagedRecord
from wizard.findings import ldap as ids
from wizard.findings.model import FindingEntry
from wizard.librechat.ldap_name import same_account
from wizard.librechat.ldap_verdict import (
    AD_MESSAGES,
    INVALID_CREDENTIALS,
    LdapReply,
    LdapResult,
    NoLdapResult,
    ad_reason,
    refusal_message,
)
from wizard.store.refused_binds import FILE, BindMemory, RefusedBind

_NEEDS_TLS = (8, 13)
_INVALID_NAME = 34
_UNWILLING = 53
_CONSTRAINT = 19
"""What servers say about an account that is locked after too many attempts (draft-behera-ldap-password-policy)."""
_REJECTIONS = (INVALID_CREDENTIALS, _CONSTRAINT)
"""Results after which the same password may count toward a lock-out."""


@dataclass(slots=True)
class _Refusals:
    """What is known of rejected passwords, for one folder."""

    memory: BindMemory
    server: str

    def hold(self, names: Iterable[str], password: str, *, again: bool) -> RefusedBind | None:
        """Return what forbids to send a password: it was not accepted before, or was repeated already where that is wanted."""
        known = (self.memory.known(self.server, same_account(name), password) for name in names)
        return next((each for each in known if each is not None and (each.was_repeated or not again)), None)

    def begin(self, names: Iterable[str], password: str) -> None:
        """Write down, before it is sent, that a password may count: the run can end before the answer comes."""
        for account in sorted(set(map(same_account, names))):
            self.memory.begin(self.server, account, password)

    def end(self, names: Iterable[str], password: str, reply: LdapReply) -> None:
        """Write down what the answer says about the password; without one it stays as one that may have counted."""
        if isinstance(reply, NoLdapResult):
            return
        for account in sorted(set(map(same_account, names))):
            keep = self.memory.remember if reply.code in _REJECTIONS else self.memory.forget
            keep(self.server, account, password)


@contextmanager
def _refusals(session: LdapSession) -> Iterator[_Refusals]:
    """Hold what is known of rejections; ``StopLdap`` if none could be written down, because then none may be risked."""
    place, folder = session.place, session.task.folder
    server = f"{place.host.lower()}:{place.port}"
    if folder is None:
        raise StopLdap(ids.BIND_UNREMEMBERED.unknown())
    memory = BindMemory(folder)
    try:
        with memory.held():
            yield _Refusals(memory, server)
    except WriteRefused as error:
        raise StopLdap(ids.BIND_UNREMEMBERED.unknown(evidence=(session.shown(error),))) from None
    except (DamagedRecord, OSError) as error:
        summary = "No password was sent: the wizard's record of rejected passwords cannot be read or written."
        remedy = "If the passwords are correct now, remove .librechat-wizard/refused-binds.json."
        shown = (session.shown(error),)
        raise StopLdap(ids.BIND_UNREMEMBERED.unknown(summary, remedy=remedy, evidence=shown)) from None


async def bind_service(session: LdapSession, connection: LdapConnection) -> list[Finding]:
    """Bind as LDAP_BIND_DN, as LibreChat does before it searches."""
    settings = session.task.settings
    name, password = settings.bind_name, settings.bind_password
    if name is None:
        return [ids.BIND_ANONYMOUS.passed("LDAP_BIND_DN is not set: LibreChat searches anonymously.")]
    if not password:
        # No password goes out, and none can be wrong.
        return _service_result(session, await connection.bind(name, password))
    if why := _exposed(session, connection):
        summary = f"The password of LDAP_BIND_DN was not sent: {why}. LibreChat itself still sends the password."
        raise StopLdap(ids.BIND_WITHHELD.unknown(summary))
    with _refusals(session) as refusals:
        if held := refusals.hold((name,), password, again=session.task.again):
            raise StopLdap(_remembered(ids.BIND_REMEMBERED, held, "this LDAP_BIND_DN"))
        refusals.begin((name,), password)
        reply = await connection.bind(name, password)
        refusals.end((name,), password, reply)
    return _service_result(session, reply)


def _exposed(session: LdapSession, connection: LdapConnection) -> str:
    """Return why others could read a password on this connection; empty if nobody can, or the operator accepts it."""
    if session.task.allows_insecure_login or session.protects(connection):
        return ""
    return session.why_unprotected or "the directory presents a different certificate than the one that was verified"


def _remembered(entry: FindingEntry, held: RefusedBind, who: str) -> Finding:
    """Return the finding for a password that is not sent again; only an answer makes it a fault of the settings."""
    remedy = ""
    if held.was_repeated:
        remedy = (
            f"This bind has already been retried once. If the password is correct now, remove .librechat-wizard/{FILE}."
        )
    if held.is_answered:
        return entry.fail(remedy=remedy)
    summary = f"An earlier bind as {who} with this password got no response and may have counted as a failure. The bind was not attempted again."
    return entry.unknown(summary, remedy=remedy)


def _service_result(session: LdapSession, reply: LdapReply) -> list[Finding]:
    settings = session.task.settings
    if isinstance(reply, NoLdapResult):
        raise StopLdap(no_answer(session, reply, "bind"))
    evidence = (_words(session, reply),)
    if reply.code == 0:
        if not settings.bind_name or not settings.bind_password:
            return [
                ids.BIND_ANONYMOUS.passed(
                    "The directory accepted a bind without a password: LibreChat searches anonymously."
                )
            ]
        return [ids.BIND_OK.passed(f"The directory accepted {_name(settings.bind_name)} and its password.")]
    if reply.code == INVALID_CREDENTIALS:
        raise StopLdap(_rejected(session, reply))
    if not settings.bind_password and reply.code in (_UNWILLING, 48):
        raise StopLdap(ids.BIND_EMPTY.fail(evidence=evidence))
    entries: dict[int, FindingEntry] = {
        **dict.fromkeys(_NEEDS_TLS, ids.BIND_NEEDS_TLS),
        _INVALID_NAME: ids.BIND_NAME,
    }
    message = refusal_message(reply)
    entry = entries.get(reply.code, ids.BIND_FAILED)
    summary = f"The directory refused the bind as LDAP_BIND_DN; users see '{message}'." if message else ""
    raise StopLdap(entry.fail(summary, evidence=evidence))


def _rejected(session: LdapSession, reply: LdapResult) -> Finding:
    """Return the finding for a 49; Active Directory says more, and LibreChat hands that to everybody who signs in."""
    reason = ad_reason(reply.message)
    evidence = (_words(session, reply),)
    if reason in AD_MESSAGES:
        message = AD_MESSAGES[reason]
        summary = f"The directory rejected LDAP_BIND_DN ({message}), and LibreChat shows every user '{message}'."
        return ids.BIND_ACCOUNT.fail(summary, evidence=evidence)
    return ids.BIND_REFUSED.fail(evidence=evidence)


def no_answer(session: LdapSession, reply: NoLdapResult, stage: str) -> Finding:
    """Return the finding for an answer that did not come."""
    after = {"bind": "the bind", "search": "the search", "user": "the test user's bind"}[stage]
    if reply is NoLdapResult.SILENT:
        seconds = session.task.limits.answer
        summary = f"{session.host_and_port} did not respond to {after} within {seconds:g} s. LibreChat and the sign-in page wait forever."
        return ids.SILENT.of(stage).fail(summary)
    summary = f"{session.host_and_port} closed the connection after {after}, or sent a response that is not LDAP."
    return ids.BROKEN.of(stage).fail(summary)


async def bind_user(session: LdapSession, name: str, password: str) -> list[Finding]:
    """Bind as the test user, once, on a separate connection as LibreChat does."""
    settings = session.task.settings
    if settings.bind_password and same_account(name) == same_account(settings.bind_name or ""):
        # It was bound in this run; once more, with another password, could only count against it.
        if password == settings.bind_password:
            return [ids.USER_OK.passed("The test user is LDAP_BIND_DN itself, whose password was accepted.")]
        summary = "The test user is the LDAP_BIND_DN account. The password given for the test user differs from the one that the directory accepted, so it was not tested."
        return [ids.USER_REFUSED.unknown(summary)]
    # As it is typed at LibreChat, too, where the check session would have the directory count it again.
    names = (name, session.task.user)
    with _refusals(session) as refusals:
        if held := refusals.hold(names, password, again=session.task.again):
            return [_remembered(ids.USER_REMEMBERED, held, "this test user")]
        try:
            opened = await session.connect()
        except (OSError, TimeoutError):
            return [_user_result(session, NoLdapResult.CLOSED)]
        async with opened as connection:
            if why := _exposed(session, connection):
                return [ids.BIND_WITHHELD.unknown(f"The test user's password was not sent: {why}.")]
            refusals.begin(names, password)
            reply = await connection.bind(name, password)
            refusals.end(names, password, reply)
    return [_user_result(session, reply)]


def _user_result(session: LdapSession, reply: LdapReply) -> Finding:
    if isinstance(reply, NoLdapResult):
        return no_answer(session, reply, "user")
    if reply.code == 0:
        return ids.USER_OK.passed()
    evidence = (_words(session, reply),)
    message = refusal_message(reply)
    if message is None:
        return ids.USER_FAILED.fail(evidence=evidence)
    return ids.USER_REFUSED.fail(
        f"The directory rejected the test user; LibreChat shows '{message}'.", evidence=evidence
    )


def _words(session: LdapSession, reply: LdapResult) -> str:
    text = f"result {reply.code}" + (f": {reply.message}" if reply.message else "")
    return session.shown(text)


def _name(text: str | None) -> str:
    return plain(text or "", limit=120)
