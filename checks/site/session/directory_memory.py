"""Does not repeat a sign-in that the directory behind LibreChat rejected, so that nobody is locked out.

The record is the one of the check ``ldap``.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checks.site.session.replies import LoginEnd
from wizard.basics.problem import WriteRefused
from wizard.basics.records import DamagedRecord
from wizard.librechat.ldap_name import same_account
from wizard.librechat.ldap_settings import ldap_settings
from wizard.librechat.ldap_url import LdapUrlError, parse_ldap_url
from wizard.store.refused_binds import BindMemory

if TYPE_CHECKING:
    from checks.model import Subject
    from checks.options import Login

_REJECTED: Final = frozenset({LoginEnd.DIRECTORY_REFUSED, LoginEnd.DIRECTORY_ACCOUNT, LoginEnd.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryMemory:
    """What is known of one account's password at the directory."""

    memory: BindMemory
    server: str
    account: Login
    again: bool = False
    """Whether a person said that a rejected password may be sent once more."""

    def was_refused(self) -> bool:
        """Whether the directory rejected this password before, or that cannot be known or written down."""
        try:
            with self.memory.held():
                known = self.memory.known(*self._attempt)
        except (DamagedRecord, OSError, WriteRefused):
            return True
        return known is not None and (known.was_repeated or not self.again)

    def note(self, end: LoginEnd | None) -> None:
        """Write a rejection down; if that fails, nothing else does."""
        if end in _REJECTED:
            with contextlib.suppress(DamagedRecord, OSError, WriteRefused), self.memory.held():
                if self.again and self.memory.known(*self._attempt) is not None:
                    self.memory.begin(*self._attempt)
                self.memory.remember(*self._attempt)

    @property
    def _attempt(self) -> tuple[str, str, str]:
        return self.server, same_account(self.account.email), self.account.password.reveal()


def directory_memory(subject: Subject, account: Login) -> DirectoryMemory | None:
    """Return the memory for an account; ``None`` if no directory judges passwords."""
    deployment = subject.deployment
    settings = ldap_settings(deployment.settings, deployment.release)
    if not settings.is_on:
        return None
    try:
        place = parse_ldap_url(settings.url)
    except LdapUrlError:
        return None
    server = f"{place.host.lower()}:{place.port}"
    return DirectoryMemory(
        memory=BindMemory(deployment.folder),
        server=server,
        account=account,
        again=subject.answers.checks.ldap.again,
    )
