"""``doctor`` without a compose file: a LibreChat that runs without Docker, or only a URL."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from checks.model import Check, RunMemory, Subject
from checks.registry import RUNNING
from screens.cli.acknowledging import acknowledge, held_back_mail, with_acknowledged
from screens.cli.bundling import refuse_existing, write_bundle
from screens.cli.check_runs import run_checks
from screens.cli.fixing import fix_folder
from screens.cli.remedies import fixable_ids, hint, with_commands
from screens.cli.streams import tell
from wizard.answers.model import Answers, CheckInputs, Stack
from wizard.basics.exit_status import ExitStatus
from wizard.basics.filesystem import is_there
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem
from wizard.deployment.local_install import LocalInstall, found_install, install_without_docker, local_deployment
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import COMPOSE_BASES, DEPLOY_BASE
from wizard.dotenv.document import Document
from wizard.findings import instance, proxy
from wizard.librechat.releases import NEWEST

if TYPE_CHECKING:
    from screens.cli.options import DoctorOptions
    from screens.cli.output import Output
    from wizard.basics.finding import Finding

_OF_FILES: Final = frozenset(
    entry.id for entry in (instance.APPLIED, instance.NOT_APPLIED, instance.RELEASE, proxy.HOPS_TOO_FEW)
)
"""Findings that compare what runs with files; without files there is nothing to compare."""


class WithoutCompose(NamedTuple):
    """What is checked instead of a folder with compose files."""

    deployment: Deployment
    install: LocalInstall | None
    """``None``: the address alone is known."""


def without_compose(options: "DoctorOptions") -> WithoutCompose | None:
    """Return what is checked instead of compose files; ``None`` if a folder with them is meant."""
    folder = options.folder
    has_compose = any(is_there(folder / name) for name in (*COMPOSE_BASES, DEPLOY_BASE))
    if (install := install_without_docker(folder)) is not None:
        return WithoutCompose(local_deployment(folder.resolve(), install), install)
    if options.site_options.url and not has_compose and not options.is_folder_named:
        return WithoutCompose(_at_address(folder, options.site_options.url), None)
    return None


def _at_address(folder: Path, url: str) -> Deployment:
    settings = {"DOMAIN_CLIENT": url, "DOMAIN_SERVER": url}
    return Deployment(
        folder=folder, stack=Stack.LOCAL, release=NEWEST, settings=settings, dotenv=Document.parse(b""), service=""
    )


def check_without_compose(
    checks: Sequence[Check], found: WithoutCompose, options: "DoctorOptions", output: "Output"
) -> ExitStatus:
    """Check it; ``InvalidInput`` for what only works with compose files."""
    from wizard.rules.local import local_findings, without_docker

    _refuse_what_needs_compose(options, is_local=found.install is not None)
    deployment, install = found
    if install is None:
        checks = tuple(check for check in checks if check.id in RUNNING)
    elif options.ack is not None:
        acknowledge(deployment.folder, options.ack)
    if options.bundle:
        refuse_existing(options.bundle)
    if install is not None and options.fix:
        fix_folder(deployment.folder, output, yes=options.yes, look=_look)
        install, deployment = _install(deployment.folder)
    subject = Subject(
        memory=RunMemory(),
        deployment=deployment,
        judged=() if install is None else local_findings(deployment, install),
        answers=Answers(checks=CheckInputs(mail_to=options.mail_to)),
        offline=options.offline,
        site_options=options.site_options,
        expected_up=install is None or not RUNNING.isdisjoint(options.only),
        tell=tell,
    )
    with held_back_mail(checks, subject, again=options.again) as reports:
        reports.append(run_checks(checks, subject))
    report = reports[0]
    if install is None:
        output.report = report._replace(findings=tuple(one for one in report.findings if one.id not in _OF_FILES))
        output.show(f"{plain(options.site_options.url, limit=200)}, no folder: settings were not checked\n")
    else:
        findings = tuple(without_docker(one, install) for one in report.findings)
        output.report = with_acknowledged(report._replace(findings=findings), deployment.folder)
        known = "" if deployment.release_known else " (assumed)"
        output.parts["release"] = {"tag": str(deployment.release), "assumed": not deployment.release_known}
        if options.bundle != "-":
            # What is posted has no path in it.
            output.show(f"LibreChat {deployment.release}{known}, without Docker, {plain(str(deployment.folder))}\n")
    if install is not None and options.bundle:
        write_bundle(options.bundle, output.report, deployment, "package.json" if deployment.release_known else "")
    if options.bundle != "-":
        has_fixes = install is not None and not options.fix
        fixable = fixable_ids(deployment, subject.rules) if has_fixes else frozenset()
        output.show_report(with_commands(output.report, fixable))
        tell(hint(output.report, fixable, deployment, subject.rules))
        output.tell_closing()
    return output.report.exit_status


def _install(folder: Path) -> tuple[LocalInstall, Deployment]:
    install = found_install(folder)
    return install, local_deployment(folder, install)


def _look(folder: Path) -> "tuple[Deployment, tuple[Finding, ...]]":
    """Return a LibreChat without Docker as it is, and what the rules say about it."""
    from wizard.rules.local import local_findings

    install, current = _install(folder)
    return current, local_findings(current, install)


def _refuse_what_needs_compose(options: "DoctorOptions", *, is_local: bool) -> None:
    used = [
        name
        for name, is_used in (
            ("--fix", options.fix and not is_local),
            ("--bundle", bool(options.bundle) and not is_local),
            ("--make-login", options.site_options.make_login),
            ("--for-release", options.for_release is not None),
        )
        if is_used
    ]
    if used:
        message = "not supported if LibreChat runs without Docker or has no folder on this machine."
        raise InvalidInput(
            Problem(field=", ".join(used), message=message, remedy=f"Run doctor without {' and '.join(used)}.")
        )
