"""Parsed options of ``--answers``; those of other commands are in :mod:`screens.cli.options`."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checks.options import SiteOptions, resolve_map
from wizard.basics.problem import InvalidInput

if TYPE_CHECKING:
    import argparse


class AnswersOptions(NamedTuple):
    """The options of ``--answers``."""

    folder: Path
    answers: Path
    dry_run: bool = False
    offline: bool = False
    force: bool = False
    as_json: bool = False
    apply: bool = False
    """Have LibreChat read what was written, and prove it."""
    first_admin: str = ""
    """The address of the first administrator; empty: none is made."""
    password_file: str = ""
    """Holds their password; ``-`` is standard input; empty: one is generated and shown once."""
    site_options: SiteOptions = SiteOptions()


def answers_options(given: "argparse.Namespace", folder: Path) -> AnswersOptions:
    """Return the options of ``--answers``; ``InvalidInput`` for those that do not belong together."""
    if given.plain:
        raise InvalidInput("--plain and --answers cannot be used together.")
    if (given.first_admin or given.admin_password_file) and not given.apply:
        raise InvalidInput("--first-admin and --admin-password-file can only be used with --apply.")
    if given.admin_password_file and not given.first_admin:
        raise InvalidInput("--admin-password-file can only be used with --first-admin EMAIL.")
    return AnswersOptions(
        folder=folder,
        answers=Path(given.answers),
        dry_run=given.dry_run,
        offline=given.offline,
        force=given.force,
        as_json=given.json,
        apply=given.apply,
        first_admin=given.first_admin,
        password_file=given.admin_password_file,
        site_options=site_options(given),
    )


def site_options(given: "argparse.Namespace") -> SiteOptions:
    """Return what every command may be told of the way to the running LibreChat."""
    return SiteOptions(
        resolve=resolve_map(given.resolve or ()),
        cacert=None if given.cacert is None else Path(given.cacert),
        allow_insecure_login=given.allow_insecure_login,
    )
