"""Searches the directory, and evaluates the entry that it finds."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator

from checks.provider.ldap.binding import no_answer
from checks.provider.ldap.connection import DirectoryAnswer, LdapConnection, TooLargeAnswerError
from checks.provider.ldap.messages import BASE_SCOPE, WHOLE_SUBTREE, LdapAnswer
from checks.provider.ldap.session import LdapSession, StopLdap
from wizard.basics.finding import Finding
from wizard.findings import ldap as ids
from wizard.librechat.ldap_account import Entry, LdapAccount, LdapAccountFault, account_verdict
from wizard.librechat.ldap_filter import LdapPresence, can_sign_in_as, parse_ldap_filter, with_user_name
from wizard.librechat.ldap_name import canonical_name
from wizard.librechat.ldap_verdict import LdapResult, NoLdapResult
from wizard.librechat.user_record import Attribute

_NO_SUCH_OBJECT = 32
_ENTRIES = {
    10: ids.BASE_REFERRAL,
    34: ids.BASE_REFUSED,
    1: ids.SEARCH_DENIED,
    50: ids.SEARCH_DENIED,
    3: ids.SEARCH_LIMIT,
    4: ids.SEARCH_LIMIT,
    11: ids.SEARCH_LIMIT,
}
_BINARY = "\ufffd"
_SHOWN = 100


async def search(session: LdapSession, connection: LdapConnection) -> tuple[list[Finding], Entry | None]:
    """Search as LibreChat does, and return the entry if there is exactly one.

    Without a test user's name only the base is looked at.
    """
    task, settings = session.task, session.task.settings
    base = canonical_name(settings.base)
    if not task.user:
        _checked(session, await _asked(connection.search(base, BASE_SCOPE, LdapPresence("objectClass"), ("1.1",))))
        return [ids.BASE_OK.passed(), ids.UNDECIDED.passed(evidence=(ids.UNDECIDED.fix,))], None
    pattern = with_user_name(settings.pattern, task.user)
    asked = parse_ldap_filter(pattern)
    found = _checked(session, await _asked(connection.search(base, WHOLE_SUBTREE, asked, settings.attributes)))
    name = session.shown(task.user, limit=_SHOWN)
    if len(found.entries) > 1:
        count = f"more than {len(found.entries) - 1}" if found.cut else str(len(found.entries))
        summary = f"The search finds {count} entries for {name}, but LibreChat requires exactly one: the sign-in fails with an error."
        evidence = [session.shown(entry.text) for entry in found.entries[:3]]
        raise StopLdap(ids.USER_SEVERAL.fail(summary, evidence=evidence))
    if not found.entries:
        raise StopLdap(await _no_such_user(session, connection, base, pattern))
    entry = found.entries[0]
    return [ids.USER_FOUND.passed(f"{name} is {session.shown(entry.text, limit=_SHOWN)}.")], entry_of(entry)


async def _asked(searching: Awaitable[DirectoryAnswer]) -> DirectoryAnswer:
    try:
        return await searching
    except TooLargeAnswerError:
        raise StopLdap(ids.SEARCH_LARGE.unknown()) from None


def _checked(session: LdapSession, found: DirectoryAnswer) -> DirectoryAnswer:
    """Return what was found, or stop with what the directory says in its place."""
    reply = found.reply
    if isinstance(reply, NoLdapResult):
        raise StopLdap(no_answer(session, reply, "search"))
    if reply.code == 0:
        return found
    evidence = (_words(session, reply),)
    if reply.code == _NO_SUCH_OBJECT:
        raise StopLdap(ids.BASE_MISSING.fail(evidence=evidence))
    entry = _ENTRIES.get(reply.code, ids.SEARCH_FAILED)
    raise StopLdap(entry.fail(evidence=evidence))


def _words(session: LdapSession, reply: LdapResult) -> str:
    return session.shown(f"result {reply.code}" + (f": {reply.message}" if reply.message else ""))


async def _no_such_user(session: LdapSession, connection: LdapConnection, base: str, pattern: str) -> Finding:
    """Say which part leaves the person out: the characters, the base, or the filter."""
    task = session.task
    name = session.shown(task.user, limit=_SHOWN)
    evidence = (f"filter: {pattern}", f"base: {base}")
    if not can_sign_in_as(task.user):
        summary = f"LibreChat cannot search for the name {name}, because LibreChat alters *, parentheses and sequences such as $$."
        return ids.USER_CHARACTERS.fail(summary, evidence=map(session.shown, evidence))
    hint = await _without_groups(session, connection, base)
    summary = f"The search finds nobody named {name}: this user sees 'Invalid username/password'."
    remedy = hint or ids.USER_NOT_FOUND.fix
    return ids.USER_NOT_FOUND.fail(summary, remedy=remedy, evidence=map(session.shown, evidence))


async def _without_groups(session: LdapSession, connection: LdapConnection, base: str) -> str:
    """Try the usual attributes alone, to tell a filter that is too narrow from a base that is."""
    asked = parse_ldap_filter(
        with_user_name("(|(uid={{username}})(sAMAccountName={{username}})(mail={{username}}))", session.task.user)
    )
    try:
        found = await connection.search(base, WHOLE_SUBTREE, asked, ("uid", "sAMAccountName", "mail"))
    except TooLargeAnswerError:
        return ""
    if len(found.entries) != 1 or not isinstance(found.reply, LdapResult) or found.reply.code:
        return ""
    typed = session.task.user.casefold()
    for attribute, values in found.entries[0].attributes:
        if typed in [value.decode(errors="replace").casefold() for value in values]:
            return f"The search base is right, but the filter is not: {attribute} contains this name. Set LDAP_SEARCH_FILTER=({session.shown(attribute, limit=40)}={{{{username}}}})"
    return ""


def entry_of(answer: LdapAnswer) -> Entry:
    """Return an entry as ldapjs gives it to LibreChat: texts of UTF-8, one or several, ``dn`` besides."""
    entry: dict[str, Attribute] = {"dn": answer.text}
    for name, values in answer.attributes:
        texts = tuple(value.decode(errors="replace") for value in values)
        entry[name] = texts[0] if len(texts) == 1 else texts
    return entry


def judge_account(session: LdapSession, entry: Entry) -> Iterator[Finding]:
    """Yield LibreChat's decision about the entry."""
    task = session.task
    verdict = account_verdict(entry, task.settings, (), task.allowed_domains)
    session.account, session.entry = verdict, entry
    account = verdict.account
    yield from _attributes(session, entry)
    if account.identity is None:
        yield ids.ACCOUNT_IDENTITY.warn()
    elif task.settings.id_attribute and any(_BINARY in each for each in _values(account.identity)):
        yield ids.ACCOUNT_BINARY.warn()
    if account.is_made_up:
        yield ids.ACCOUNT_NO_MAIL.warn(
            "This entry has no email address, so LibreChat makes one up: "
            f"{session.shown(account.email or '', limit=_SHOWN)}"
        )
    if verdict.fault is not None:
        yield _fault(session, account, verdict.fault)
        return
    yield ids.ACCOUNT_OK.passed(_summary(session, account))


def _values(value: Attribute) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if value is not None else ()


def _summary(session: LdapSession, account: LdapAccount) -> str:
    name, identity = (session.shown(str(value or "(none)"), limit=_SHOWN) for value in (account.name, account.identity))
    mail = session.shown(account.email or "(no address)", limit=_SHOWN)
    return f"{name}, {mail}, id {identity}, would get the role USER (ADMIN if LibreChat has no accounts yet)."


def _fault(session: LdapSession, account: LdapAccount, fault: LdapAccountFault) -> Finding:
    mail = session.shown(account.email or "", limit=_SHOWN)
    match fault:
        case LdapAccountFault.MANY_VALUES:
            named = {"ldapId": "LDAP_ID", "username": "LDAP_USERNAME", "name": "LDAP_FULL_NAME"}
            settings = [named[key] for key in account.many_values]
            summary = f"This account has more than one value for {' and '.join(account.many_values)}, so LibreChat rejects the sign-in with status 400."
            return ids.ACCOUNT_VALUES.fail(summary, settings=settings)
        case LdapAccountFault.DOMAIN:
            listed = session.shown(", ".join(session.task.allowed_domains), limit=_SHOWN)
            return ids.ACCOUNT_DOMAIN.fail(f"The domain of {mail} is not in registration.allowedDomains ({listed}).")
        case _:
            return ids.ACCOUNT_MAIL.fail(
                f"LibreChat does not accept '{mail}' as an email address, so it rejects the sign-in with status 400."
            )


def _attributes(session: LdapSession, entry: Entry) -> Iterator[Finding]:
    """Say which setting names an attribute that the entry spells otherwise, or does not have."""
    settings = session.task.settings
    named = (
        ("LDAP_ID", (settings.id_attribute,)),
        ("LDAP_USERNAME", (settings.user_name_attribute,)),
        ("LDAP_EMAIL", (settings.mail_attribute,)),
        ("LDAP_FULL_NAME", settings.name_attributes),
    )
    spelled = {name.lower(): name for name in entry}
    for setting, attributes in named:
        for attribute in filter(None, attributes):
            if attribute in entry:
                continue
            own = spelled.get(attribute.strip().lower())
            shown = session.shown(attribute, limit=60)
            if own is not None and own != attribute:
                summary = f"LibreChat ignores {setting}='{shown}': in the directory, the attribute is named '{session.shown(own, limit=60)}'."
                fix = (
                    f"{setting}={session.shown(own, limit=60)}"
                    if setting != "LDAP_FULL_NAME"
                    else ids.ATTRIBUTE_CASE.entry.fix
                )
                yield ids.ATTRIBUTE_CASE.of(setting).warn(summary, remedy=fix)
            else:
                yield ids.ATTRIBUTE_MISSING.of(setting).warn(
                    f"This entry has no attribute '{shown}', which is set in {setting}."
                )
