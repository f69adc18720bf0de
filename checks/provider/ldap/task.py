"""The task of the ``ldap`` check, made once from a deployment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checks.net.node_trust import NamedAuthorities, Trust, authorities_of, trust_of
from checks.provider.allowed_domains import allowed_domains
from wizard.basics.secret import Secret
from wizard.librechat.ldap_settings import LdapSettings, ldap_settings

if TYPE_CHECKING:
    from checks.model import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapLimits:
    """Seconds. LibreChat itself waits without end; a directory that is silent this long does not sign anybody in."""

    dns: float = 10
    connect: float = 12
    answer: float = 12
    diagnostics: float = 5
    """For a further connection that is opened only to find the cause."""


USUAL: Final = LdapLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapTask:
    """Everything that the check needs to know."""

    variables: Mapping[str, str] = field(repr=False)
    settings: LdapSettings = field(repr=False)
    authorities: NamedAuthorities | None = None
    """The file of LDAP_CA_CERT_PATH; ``None`` without one."""
    trust: Trust = field(default_factory=Trust)
    """The authorities that LibreChat's Node trusts without that file."""
    folder: Path | None = None
    """Where rejected passwords are remembered; ``None``: nowhere, and then none is sent."""
    user: str = ""
    """The test user's name as it would be typed."""
    password: Secret | None = None
    """The test user's password; without it the test user does not sign in."""
    again: bool = False
    """Whether a person said that a rejected password may be sent once more."""
    allows_insecure_login: bool = False
    allowed_domains: tuple[str, ...] = ()
    neighbours: frozenset[str] = frozenset()
    """Names that only containers of the same project can resolve."""
    in_container: bool = False
    """Whether LibreChat's own loopback address is another one than this machine's."""
    exempts_loopback: bool = True
    """Whether this machine itself needs no verified certificate; tests of the certificate turn it off."""
    unsent: str = ""
    """Why no password may be sent ("a dry run sends nothing"); empty: it may."""
    limits: LdapLimits = USUAL


def task_of(subject: Subject) -> LdapTask:
    """Return the task for a deployment."""
    from wizard.answers.model import Stack

    deployment = subject.deployment
    settings = ldap_settings(deployment.settings, deployment.release)
    services = deployment.compose.get("services")
    names = frozenset(map(str, services)) if isinstance(services, Mapping) else frozenset()
    given = subject.answers.checks.ldap
    return LdapTask(
        variables=deployment.settings,
        settings=settings,
        authorities=authorities_of(deployment, settings.ca_path) if settings.ca_path else None,
        trust=trust_of(deployment, os.environ),
        folder=deployment.folder,
        user=given.user or subject.answers.checks.login.email,
        password=given.password,
        again=given.again,
        allows_insecure_login=subject.allows_insecure_login,
        allowed_domains=allowed_domains(subject),
        neighbours=names | {"host.docker.internal"},
        unsent=subject.read_only_reason,
        in_container=deployment.stack not in (Stack.HELM, Stack.LOCAL)
        and deployment.librechat.get("network_mode") != "host",
    )
