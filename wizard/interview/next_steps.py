"""What to do after the files are written, command by command, for this stack and release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.basics.filesystem import is_folder
from wizard.basics.own_command import in_folder, own_command
from wizard.basics.private_folder import NAME
from wizard.deployment.kubernetes_names import RECORD, recorded_release
from wizard.interview.presets import address
from wizard.librechat.mail_configured import is_configured
from wizard.librechat.scripts import VERIFIED_SINCE
from wizard.librechat.values import is_enabled
from wizard.plan.access.names import AUTHORITY
from wizard.store.backups import BACKUPS

if TYPE_CHECKING:
    from wizard.deployment.snapshot import Snapshot
    from wizard.plan.plan import Plan


PERSON: Final = "EMAIL NAME USERNAME"
"""Stands in a command for the person who sets LibreChat up."""
OTHER_PERSON: Final = "THEIR-EMAIL THEIR-NAME THEIR-USERNAME"
"""Stands in a command for somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """One thing to do: why, and the command or the place to click."""

    title: str
    commands: tuple[str, ...] = ()
    advice: str = ""


def script(snapshot: Snapshot, name: str, arguments: str, plan: Plan | None = None) -> str:
    """Return how a script of LibreChat's package.json is run in the api container (package.json:31-36, v0.8.8-rc1).

    deploy-compose.yml's container works in /app/api, one below the package. On Kubernetes ``plan`` may name another release than the
    last run did.
    """
    if snapshot.stack is Stack.HELM:
        edited = next((edit.after for edit in plan.edits if edit.path == RECORD), None) if plan is not None else None
        release = recorded_release(edited or snapshot.state(RECORD).data)
        # The image's working directory is /app (Dockerfile, v0.8.8-rc1).
        where = f"-n {release.namespace} exec -it deployment/{release.fullname}"
        return f"kubectl {where} -- npm run {name} {arguments}"
    if snapshot.stack is Stack.DEPLOY:
        return f"docker exec -it LibreChat-API sh -c 'cd /app && npm run {name} {arguments}'"
    return in_folder(f"docker compose exec api npm run {name} {arguments}")


def next_steps(
    snapshot: Snapshot,
    plan: Plan,
    values: Mapping[str, str],
    *,
    is_in_use: bool = False,
    has_administrator: bool = False,
    mail_fails: bool = False,
) -> tuple[NextStep, ...]:
    """Return the steps from written files to people who sign in; ``is_in_use``: LibreChat runs with them already.

    ``mail_fails`` is what the checks said of LibreChat's mail.
    """
    steps = []
    if plan.apply_steps and not is_in_use:
        title = "Apply the new settings to LibreChat" if snapshot.has_run else "Start LibreChat"
        steps.append(NextStep(title=title, commands=tuple(map(in_folder, plan.apply_steps))))
    verified = " --email-verified=true" if snapshot.release >= VERIFIED_SINCE else ""
    if not snapshot.has_run and not has_administrator:
        first = _first_account(snapshot, values, verified, plan)
        is_stuck = mail_fails and is_configured(values, snapshot.release)
        steps.append(replace(first, advice=_about_mail(snapshot, values)) if is_stuck else first)
    if any(edit.path == AUTHORITY for edit in plan.edits):
        imported = f"Import {AUTHORITY} as a trusted CA on every device that uses LibreChat. Until then, browsers show a certificate warning instead of LibreChat."
        steps.append(NextStep(title="Trust the certificate on each device", advice=imported))
    where = address(values) or "http://localhost:3080"
    steps.append(
        NextStep(
            title="Sign in",
            advice=f"Open {where} in a browser, sign in, wait a minute and reload the page. You should still be "
            "signed in.",
        )
    )
    steps.append(
        NextStep(
            title="Later: add another account, or remove one",
            commands=(
                script(snapshot, "create-user", f"-- {OTHER_PERSON}{verified}", plan),
                script(snapshot, "delete-user", "EMAIL", plan),
            ),
            advice="delete-user asks for confirmation twice.",
        )
    )
    check = NextStep(title="Later: check again", commands=(own_command("doctor"),))
    both = (*check.commands, own_command("restore"))
    has_backup = bool(plan.edits) or is_folder(snapshot.folder / NAME / BACKUPS)
    steps.append(
        replace(check, title=f"{check.title}, or restore the old files", commands=both) if has_backup else check
    )
    return tuple(steps)  # fmt: skip


def _first_account(snapshot: Snapshot, values: Mapping[str, str], verified: str, plan: Plan) -> NextStep:
    command = script(snapshot, "create-user", f"-- {PERSON}{verified}", plan)
    if not is_enabled(values.get("ALLOW_REGISTRATION")):
        advice = "Registration is closed, so nobody else can create the first account. The command asks for a password. The first account becomes the administrator."
    else:
        advice = (
            "Registration is open: create your account immediately, before others can reach the port. The first "
            "account becomes the administrator."
        )
        if not is_configured(values, snapshot.release):
            advice += " LibreChat sends no email."
    return NextStep(title="Create the first account", commands=(command,), advice=advice)


def _about_mail(snapshot: Snapshot, values: Mapping[str, str]) -> str:
    """Return what to know of the first account if the checks say that LibreChat's mail does not arrive."""
    if snapshot.release < VERIFIED_SINCE:
        return "Fix mail first: LibreChat's mail does not arrive, and in this release create-user also sends an email."
    registered = (
        "Registration is open, but do not use the sign-up page until mail works: LibreChat's mail does not arrive."
        if is_enabled(values.get("ALLOW_REGISTRATION"))
        else "Registration is closed, and LibreChat's mail does not arrive."
    )
    return f"{registered} This command works without email. The first account becomes the administrator."
