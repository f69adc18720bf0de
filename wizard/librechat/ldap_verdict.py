"""The outcome of a sign-in through LDAP, from settings, typed name and password, and the directory's replies.

passport-ldapauth 3.0.1, ldapauth-fork 5.0.5 and ldapjs 2.3.3, the same in every release from v0.7.3 to v0.8.8, around
api/strategies/ldapStrategy.js (v0.8.8-rc1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from wizard.basics.patterns import late_pattern
from wizard.librechat.email_login import is_refused
from wizard.librechat.ldap_account import Entry, LdapAccountFault, LdapAccountVerdict, account_verdict
from wizard.librechat.ldap_filter import LdapFilterError, has_empty_comparison, parse_ldap_filter, with_user_name
from wizard.librechat.ldap_name import LdapNameError, canonical_name
from wizard.librechat.ldap_settings import LdapSettings, ldap_settings
from wizard.librechat.ldap_url import LdapUrlError, parse_ldap_url
from wizard.librechat.releases import Release
from wizard.librechat.user_record import UserRecord

INVALID_CREDENTIALS: Final = 49
NO_SUCH_OBJECT: Final = 32
CONSTRAINT_VIOLATION: Final = 19
_AD_REASON: Final = late_pattern(r"data ([0-9a-fA-F]*), v[0-9a-fA-F]*")
AD_MESSAGES: Final[Mapping[str, str]] = {
    "530": "Not Permitted to login at this time",
    "531": "Not permited to logon at this workstation",
    "532": "Password expired",
    "533": "Account disabled",
    "534": "Account disabled",
    "701": "Account expired",
    "773": "User must reset password",
    "775": "User account locked",
}
"""Active Directory's reasons behind a 49 and what LibreChat tells people (passport-ldapauth, strategy.js)."""
DEFAULT_MESSAGE: Final = "Invalid username/password"


class LdapOutcome(StrEnum):
    """How a sign-in ends for a person."""

    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    """404 or 403 with a message."""
    ERROR = "error"
    """500 without a reason, or 400 and 409 with words of the database."""
    NO_ANSWER = "no_answer"
    """The request never ends: LibreChat sets no time limit."""
    CRASH = "crash"
    """LibreChat's process ends."""
    STARTUP_FAILED = "startup_failed"
    """LibreChat does not start."""


class LdapCause(StrEnum):
    """The one fact that decides."""

    CA_UNREADABLE = "ca-unreadable"
    OFF = "off"
    EMAIL_LOGIN_OFF = "email-login-off"
    NO_CREDENTIALS = "no-credentials"
    ODD_CREDENTIALS = "odd-credentials"
    URL = "url"
    PORT_ZERO = "port-zero"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    SILENT = "silent"
    STARTTLS = "starttls"
    SERVICE_BIND = "service-bind"
    FILTER = "filter"
    EMPTY_COMPARISON = "empty-comparison"
    BASE = "base"
    SEARCH = "search"
    NOT_FOUND = "not-found"
    SEVERAL_FOUND = "several-found"
    USER_BIND = "user-bind"
    ACCOUNT = "account"
    NONE = "none"
    """Nothing is in the way."""


class LdapResult(NamedTuple):
    """A directory's answer to a bind or search (RFC 4511 section 4.1.9)."""

    code: int = 0
    message: str = ""
    """Diagnostic message; foreign text."""


class NoLdapResult(StrEnum):
    """There was no answer."""

    SILENT = "silent"
    CLOSED = "closed"


LdapReply: TypeAlias = LdapResult | NoLdapResult
OK: Final = LdapResult()


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapDirectory:
    """What is known of the directory and of the machine; each part matters only if the parts before it are well."""

    ca_readable: bool = True
    """Whether LDAP_CA_CERT_PATH names a file that LibreChat's process can read."""
    connection: LdapReply = OK
    """``CLOSED`` for whatever ends the connection with an error, a refused one included."""
    certificate_fault: str = ""
    """What verifying the certificate on ldaps:// would find, by Node's rules."""
    service_bind: LdapReply = OK
    search: LdapReply = OK
    entries: tuple[Entry, ...] = ()
    user_bind: LdapReply = OK


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapVerdict:
    """How a sign-in ends, and by what."""

    outcome: LdapOutcome
    cause: LdapCause
    message: str = ""
    """What LibreChat tells the person, for ``REFUSED``."""
    account: LdapAccountVerdict | None = None
    is_race: bool = False
    """StartTLS: whether the outcome is ``ERROR`` or ``REFUSED`` depends on which answer comes first."""


class TypedCredentials(NamedTuple):
    """What was typed. Anything but texts comes from no form; it is JSON that a program posted."""

    user_name: object
    password: object


def ldap_verdict(
    variables: Mapping[str, str],
    release: Release,
    typed: TypedCredentials,
    directory: LdapDirectory,
    records: Sequence[UserRecord] = (),
    allowed_domains: Sequence[str] = (),
) -> LdapVerdict:
    """Return how a sign-in ends. ``records`` are the accounts that LibreChat's database has before it."""
    attempt = _Attempt(
        variables=variables,
        settings=ldap_settings(variables, release),
        typed=typed,
        directory=directory,
        records=records,
        allowed_domains=allowed_domains,
    )
    return attempt.verdict()


def _ends(outcome: LdapOutcome, cause: LdapCause, message: str = "") -> LdapVerdict:
    return LdapVerdict(outcome=outcome, cause=cause, message=message)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """One sign-in, stage by stage; each stage gives the verdict that it ends with, or ``None``."""

    variables: Mapping[str, str]
    settings: LdapSettings
    typed: TypedCredentials
    directory: LdapDirectory
    records: Sequence[UserRecord]
    allowed_domains: Sequence[str]

    def verdict(self) -> LdapVerdict:
        stages = (
            self._before_ldap,
            self._starttls,
            self._address,
            self._connection,
            self._service_bind,
            self._filter_and_base,
            self._search,
            self._user_bind,
        )
        stopped = next((verdict for stage in stages if (verdict := stage()) is not None), None)
        if stopped is not None:
            return stopped
        entry = self.directory.entries[0]
        return _of_account(account_verdict(entry, self.settings, self.records, self.allowed_domains))

    def _before_ldap(self) -> LdapVerdict | None:
        if self.settings.ca_path and not self.directory.ca_readable:
            return _ends(LdapOutcome.STARTUP_FAILED, LdapCause.CA_UNREADABLE)
        if not self.settings.is_on:
            return _ends(LdapOutcome.REFUSED, LdapCause.OFF)
        if is_refused(self.variables, self.settings.release):
            return _ends(LdapOutcome.REFUSED, LdapCause.EMAIL_LOGIN_OFF, "Email login is not allowed.")
        if any(not value or isinstance(value, dict | list) for value in self.typed):
            return _ends(LdapOutcome.REFUSED, LdapCause.NO_CREDENTIALS, "Missing credentials")
        return None

    def _starttls(self) -> LdapVerdict | None:
        """ldapauth-fork asks for TLS and binds in clear without waiting: never a sign-in (166 of 166 recorded attempts).

        What would have stopped the same sign-in in clear may come before the error of TLS.
        """
        if not self.settings.starttls:
            return None
        without = replace(self, settings=replace(self.settings, starttls=False)).verdict()
        comes_first = without.cause in (
            LdapCause.URL,
            LdapCause.PORT_ZERO,
            LdapCause.UNREACHABLE,
            LdapCause.SILENT,
            LdapCause.CERTIFICATE,
        )
        if comes_first:
            return without
        is_race = without.outcome is LdapOutcome.REFUSED
        return LdapVerdict(outcome=LdapOutcome.ERROR, cause=LdapCause.STARTTLS, is_race=is_race)

    def _address(self) -> LdapVerdict | None:
        try:
            address = parse_ldap_url(self.settings.url)
        except LdapUrlError:
            return _ends(LdapOutcome.ERROR, LdapCause.URL)
        if address.crashes:
            return _ends(LdapOutcome.CRASH, LdapCause.PORT_ZERO)
        if not isinstance(self.typed.user_name, str):
            return _ends(LdapOutcome.ERROR, LdapCause.ODD_CREDENTIALS)
        return _ends(LdapOutcome.ERROR, LdapCause.URL) if address.is_bracketed else None

    def _connection(self) -> LdapVerdict | None:
        if (stopped := _reply(self.directory.connection, LdapCause.UNREACHABLE)) is not None:
            return stopped
        is_verified = parse_ldap_url(self.settings.url).secure and self.settings.verifies
        if is_verified and self.directory.certificate_fault:
            return _ends(LdapOutcome.ERROR, LdapCause.CERTIFICATE)
        return None

    def _service_bind(self) -> LdapVerdict | None:
        if self.settings.bind_name is None:
            return None
        return _reply(self.directory.service_bind, LdapCause.SERVICE_BIND)

    def _filter_and_base(self) -> LdapVerdict | None:
        """Return what ldapjs cannot parse: it ends the process, unless no bind came before; then Express catches it."""
        thrown = LdapOutcome.ERROR if self.settings.bind_name is None else LdapOutcome.CRASH
        try:
            parsed = parse_ldap_filter(with_user_name(self.settings.pattern, str(self.typed.user_name)))
            canonical_name(self.settings.base)
        except LdapFilterError:
            return _ends(thrown, LdapCause.FILTER)
        except LdapNameError:
            return _ends(thrown, LdapCause.BASE)
        return _ends(LdapOutcome.ERROR, LdapCause.EMPTY_COMPARISON) if has_empty_comparison(parsed) else None

    def _search(self) -> LdapVerdict | None:
        if (stopped := _reply(self.directory.search, LdapCause.SEARCH)) is not None:
            return stopped
        if not self.directory.entries:
            return _ends(LdapOutcome.REFUSED, LdapCause.NOT_FOUND, DEFAULT_MESSAGE)
        several = len(self.directory.entries) > 1
        return _ends(LdapOutcome.ERROR, LdapCause.SEVERAL_FOUND) if several else None

    def _user_bind(self) -> LdapVerdict | None:
        if not isinstance(self.typed.password, str):
            return _ends(LdapOutcome.CRASH, LdapCause.ODD_CREDENTIALS)
        return _reply(self.directory.user_bind, LdapCause.USER_BIND)


def _reply(reply: LdapReply, cause: LdapCause) -> LdapVerdict | None:
    """Return how the sign-in ends with this answer; ``None`` if it continues."""
    if isinstance(reply, NoLdapResult):
        if reply is NoLdapResult.SILENT:
            return _ends(LdapOutcome.NO_ANSWER, LdapCause.SILENT if cause is LdapCause.UNREACHABLE else cause)
        return _ends(LdapOutcome.ERROR, cause)
    if reply.code == 0:
        return None
    if (message := refusal_message(reply)) is not None:
        return _ends(LdapOutcome.REFUSED, cause, message)
    return _ends(LdapOutcome.ERROR, cause)


def refusal_message(result: LdapResult) -> str | None:
    """Return what LibreChat tells a person for a result of the directory; ``None`` if it answers 500 instead."""
    if result.code == CONSTRAINT_VIOLATION:
        return "Exceeded password retry limit, account locked"
    if result.code not in (INVALID_CREDENTIALS, NO_SUCH_OBJECT):
        return None
    match = _AD_REASON.search(result.message)
    if match and match[1]:
        return AD_MESSAGES.get(match[1], DEFAULT_MESSAGE)
    return "Bad search base" if result.code == NO_SUCH_OBJECT else DEFAULT_MESSAGE


def ad_reason(message: str) -> str:
    """Return Active Directory's code in a diagnostic message (``533``); empty if there is none."""
    match = _AD_REASON.search(message)
    return match[1].lower() if match else ""


def _of_account(verdict: LdapAccountVerdict) -> LdapVerdict:
    if verdict.fault is None:
        ended = _ends(LdapOutcome.SIGNED_IN, LdapCause.NONE)
    elif verdict.fault.refuses:
        message = "Email domain not allowed" if verdict.fault is LdapAccountFault.DOMAIN else "auth_failed"
        ended = _ends(LdapOutcome.REFUSED, LdapCause.ACCOUNT, message)
    else:
        ended = _ends(LdapOutcome.ERROR, LdapCause.ACCOUNT)
    return replace(ended, account=verdict)
