"""Findings from the settings alone: faults with which no password is ever sent."""

from __future__ import annotations

from collections.abc import Iterator

from checks.provider.ldap.task import LdapTask
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import ldap_settings as ids
from wizard.librechat.email_login import is_refused
from wizard.librechat.ldap_filter import (
    PLACEHOLDER,
    LdapFilterError,
    has_empty_comparison,
    parse_ldap_filter,
    with_user_name,
)
from wizard.librechat.ldap_name import LdapNameError, canonical_name
from wizard.librechat.ldap_url import LdapUrlError, LdapUrlFault, parse_ldap_url

_SHOWN = 120
_WHY = {
    LdapUrlFault.NO_URL: "it is not a URL, or contains more than one",
    LdapUrlFault.SCHEME: "it does not begin with ldap:// or ldaps://",
    LdapUrlFault.SCOPE: "the part after its second question mark is not a scope",
    LdapUrlFault.FILTER: "the filter in it cannot be parsed",
}


def static_findings(task: LdapTask) -> Iterator[Finding]:
    """Yield what is wrong with the settings; while there is a FAIL among it, nothing is asked of the directory."""
    settings = task.settings
    yield from _authorities(task)
    if not settings.is_on:
        if bool(settings.url) != bool(settings.base):
            missing = "LDAP_USER_SEARCH_BASE" if settings.url else "LDAP_URL"
            summary = f"{missing} is missing: LDAP is off, and users sign in with local accounts."
            yield ids.HALF.fail(summary, remedy=f"Set {missing}, or remove the other LDAP settings.")
        return
    if is_refused(task.variables, settings.release):
        yield ids.FORM_OFF.fail()
    if settings.starttls:
        yield ids.STARTTLS.fail()
    yield from _address(task)
    yield from _filter(task)
    try:
        canonical_name(settings.base)
    except LdapNameError as error:
        where = f"it is not valid from character {error.position + 1} onward"
        summary = f"LDAP_USER_SEARCH_BASE is not a distinguished name ({where}): the first sign-in crashes LibreChat."
        yield ids.BASE.fail(summary, evidence=(settings.base,))
    blank = [name for name in settings.name_attributes if name != name.strip()]
    if blank:
        fixed = ",".join(name.strip() for name in settings.name_attributes)
        yield ids.NAME_BLANK.warn(remedy=f"LDAP_FULL_NAME={plain(fixed, limit=_SHOWN)}")


def _authorities(task: LdapTask) -> Iterator[Finding]:
    found = task.authorities
    if found is None:
        return
    path = plain(task.settings.ca_path, limit=_SHOWN)
    if not found.is_seen:
        yield ids.CA_UNSEEN.unknown(
            f"No folder or file on this machine is mounted at {path}, so the file in LDAP_CA_CERT_PATH cannot be "
            "read by the wizard."
        )
    elif not found.is_readable:
        yield ids.CA_UNREADABLE.fail(f"There is no readable file at {path} in the container: LibreChat does not start.")
    elif found.doubt:
        yield ids.CA_UNSEEN.unknown(evidence=(found.doubt,))
    elif not found.text:
        matters = task.settings.verifies and task.settings.url.strip().lower().startswith("ldaps:")
        make = ids.CA_EMPTY.fail if matters else ids.CA_EMPTY.warn
        yield make(evidence=(task.settings.ca_path,))


def _address(task: LdapTask) -> Iterator[Finding]:
    text = task.settings.url
    try:
        address = parse_ldap_url(text)
    except LdapUrlError as error:
        summary = f"LibreChat cannot use LDAP_URL, because {_WHY[error.fault]}: every sign-in fails with an error."
        yield ids.URL.of(error.fault).fail(summary, remedy=_proposal(text), evidence=(text,))
        return
    if address.crashes:
        yield ids.PORT_ZERO.fail()
    elif "," in address.host:
        summary = f"LDAP_URL names several servers; LibreChat looks up '{plain(address.host, limit=80)}' as one name."
        yield ids.URL.of("several").fail(summary, remedy=_proposal(text), evidence=(text,))
    elif address.is_bracketed:
        summary = "LDAP_URL has an IPv6 address in brackets, which LibreChat looks up as a name and cannot find."
        yield ids.URL.of("brackets").fail(summary, remedy="Use the directory's host name instead of its IP address.")


def _proposal(text: str) -> str:
    """Return the line to write, with the host that was meant where it can be told."""
    bare = text.strip().strip("\"'").replace(",", " ").split()
    host = bare[0].rpartition("//")[2].partition("/")[0].partition(":")[0] if bare else ""
    named = host if host and all(char.isalnum() or char in ".-" for char in host) else "HOST"
    return f"LDAP_URL=ldaps://{plain(named, limit=80)}:636 (one server only)"


def _filter(task: LdapTask) -> Iterator[Finding]:
    pattern = task.settings.pattern
    shown = (pattern,)
    try:
        parsed = parse_ldap_filter(with_user_name(pattern, "name"))
    except LdapFilterError as error:
        ended = "crashes LibreChat" if task.settings.bind_name is not None else "fails with an error"
        summary = f"LibreChat cannot parse LDAP_SEARCH_FILTER, because {error.reason}: the first sign-in {ended}."
        yield ids.FILTER_SYNTAX.fail(summary, remedy=_balanced(pattern), evidence=shown)
        return
    if has_empty_comparison(parsed):
        yield ids.FILTER_EMPTY.fail(evidence=shown)
    elif PLACEHOLDER not in pattern:
        yield ids.FILTER_PLACEHOLDER.warn(evidence=shown)


def _balanced(pattern: str) -> str:
    """Return the filter with its brackets and quotes in order, if that is all that it lacks; else an example."""
    bare = pattern.strip().strip("\"'").strip()
    missing = bare.count("(") - bare.count(")")
    tried = (bare, bare + ")" * missing if missing > 0 else bare[:missing] if missing < 0 else bare)
    for text in tried:
        try:
            parsed = parse_ldap_filter(text)
        except LdapFilterError:
            continue
        if not has_empty_comparison(parsed):
            return f"LDAP_SEARCH_FILTER={plain(text, limit=300)}"
    return ids.FILTER_SYNTAX.fix
