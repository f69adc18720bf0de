"""Detects that nobody can get in: registration closed, no provider that creates accounts, and no accounts yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from checks.model import Subject
from checks.site.target import is_to_make, login
from wizard.apply.account_scripts import scripts
from wizard.apply.containers import RunningContainer
from wizard.basics.finding import Finding
from wizard.basics.own_command import in_folder
from wizard.deployment.model import Deployment
from wizard.findings import instance as ids

_FORMS: Final = ("emailLoginEnabled", "socialLoginEnabled")
"""Keys of /api/config that name no provider."""


def is_closed(shown: Mapping[str, Any]) -> bool:
    """Return whether nobody can register, according to /api/config (api/server/routes/config.js, v0.8.7)."""
    providers = (value for name, value in shown.items() if name.endswith("LoginEnabled") and name not in _FORMS)
    directory = shown.get("ldap")
    has_directory = isinstance(directory, dict) and directory.get("enabled") is True
    return shown.get("registrationEnabled") is False and not has_directory and not any(providers)


def how_to_see(deployment: Deployment) -> str:
    """Return how a person sees whether there is an account: nothing that can be asked from outside tells it."""
    command = f"{deployment.compose_command} exec {deployment.service or 'api'} npm run list-users"
    return f"Registration is closed; to see whether any accounts exist, run: {in_folder(command)}"


async def find_no_accounts(subject: Subject, seen: RunningContainer | None) -> Finding | None:
    """Return the finding that LibreChat has no account while registration is closed.

    ``None`` if it has one, or its database cannot be read.
    """
    if seen is None or seen.container.state != "running" or subject.read_only_reason or not subject.in_effect:
        return None
    if login(subject) is not None or is_to_make(subject) or subject.answers:
        # Somebody has an account, the check that makes one looks itself, or a run with answers makes the first one if it is told to.
        return None
    made = await scripts(subject.deployment, "", subject.tell)
    if made is None:
        return None
    sight = await made.look()
    if sight.has_accounts is not False:
        return None
    command = f"{subject.deployment.compose_command} exec {subject.deployment.service or 'api'} npm run create-user"
    return ids.NOBODY.fail(
        remedy=f"Create the first account, which becomes the administrator: {command}. Or let the wizard do it: --apply --first-admin EMAIL."
    )
