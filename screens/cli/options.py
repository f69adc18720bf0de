"""Parsed options of ``doctor``, ``signin`` and ``keys``."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from checks.options import SiteOptions, with_login, with_making, with_url
from screens.cli.answers_options import site_options
from wizard.basics.nearest import near_miss
from wizard.basics.problem import InvalidInput, Problem
from wizard.librechat.providers import SOCIAL
from wizard.librechat.releases import NEWEST, Release

if TYPE_CHECKING:
    import argparse


SIGN_INS: Final = ("openid", "ldap", "saml", *SOCIAL)
"""The sign-ins that ``signin`` tries."""


class AckOption(NamedTuple):
    """``--ack`` with what belongs to it."""

    id: str
    reason: str = ""
    until: str = ""
    """A day as ``2026-12-31``; empty: for good."""


class DoctorOptions(NamedTuple):
    """The options of ``doctor``."""

    folder: Path
    is_folder_named: bool = False
    """Whether ``--dir`` names the folder; else, with ``--url``, there need not be one."""
    only: tuple[str, ...] = ()
    """Ids of checks; empty: all."""
    offline: bool = False
    as_json: bool = False
    site_options: SiteOptions = SiteOptions()
    for_release: Release | None = None
    """The release to change to: then only what that means is said."""
    mail_to: str = ""
    """Where the test mail goes; empty: none is sent, as there are no answers that would say where to."""
    bundle: str = ""
    """The file for a text that can be posted in an issue; ``-`` is standard output; empty: none is made."""
    fix: bool = False
    """Whether what can be fixed without a choice is fixed first."""
    yes: bool = False
    """Whether nobody is asked about that."""
    watch_sign_in: bool = False
    """Whether LibreChat's log is followed while somebody signs in, and nothing else is checked."""
    duration: float | None = None
    """``--for``, in seconds."""
    again: bool = False
    """Whether a test mail may be sent within ten minutes of the last one."""
    ack: AckOption | None = None
    """The finding that the operator knows of."""


class SignInOptions(NamedTuple):
    """The options of ``signin``."""

    folder: Path
    provider: str
    as_json: bool = False
    user: str = ""
    """The name for LDAP; empty: a person is asked."""
    password_file: str = ""
    listen: int = 0
    """The port of a listener for OpenID; 0: the address bar is pasted."""
    site_options: SiteOptions = SiteOptions()


class KeysOptions(NamedTuple):
    """The options of ``keys``."""

    folder: Path
    words: tuple[str, ...]
    """``status``, or ``rotate`` and what."""
    dry_run: bool = False
    yes: bool = False
    as_json: bool = False


_ALONE: Final = (
    *("only", "mail_to", "again", "url", "login", "password_file", "make_login", "resolve", "cacert", "bundle"),
    *("watch_signin", "for_release"),
)
"""Options of ``doctor`` that mean nothing to a run that does one thing alone."""


def doctor_options(given: "argparse.Namespace", folder: Path) -> DoctorOptions:
    """Return the options of ``doctor``; ``InvalidInput`` for those that cannot be used."""
    reach = with_login(with_url(site_options(given), given.url), given.login, given.password_file)
    if given.bundle == "-" and given.json:
        raise InvalidInput("--bundle - and --json both print to standard output. Specify a file name for --bundle.")
    if given.yes and not given.fix:
        raise InvalidInput("--yes can only be used with --fix.")
    if given.fix and given.for_release is not None:
        raise InvalidInput("--for-release only shows what would change. Omit --fix.")
    duration = None if given.duration is None else _duration(given.duration)
    only = _only(given.only)
    if duration is not None and not given.watch_signin and only != ("session",):
        raise InvalidInput("--for can only be used with --watch-signin or --only session.")
    if given.again and not given.mail_to:
        raise InvalidInput("--again can only be used with --mail-to ADDRESS.")
    _refuse_unused(given)
    return DoctorOptions(
        watch_sign_in=given.watch_signin,
        duration=duration,
        folder=folder,
        is_folder_named=getattr(given, "is_folder_named", True),
        only=only,
        offline=given.offline,
        as_json=given.json,
        site_options=with_making(reach, wanted=given.make_login),
        mail_to=given.mail_to.strip(),
        bundle=given.bundle or "",
        fix=given.fix,
        yes=given.yes,
        again=given.again,
        ack=_ack(given),
        for_release=None if given.for_release is None else _release(given.for_release),
    )


def _only(text: str | None) -> tuple[str, ...]:
    """Return the ids of ``--only``; nothing if it is not given, which means all checks."""
    if text is None:
        return ()
    ids = tuple(part.strip() for part in text.split(",") if part.strip())
    if not ids:
        remedy = "Name at least one check, for example --only smtp. To run all checks, omit --only."
        raise InvalidInput(Problem(field="--only", message="names no check.", remedy=remedy))
    return ids


def _refuse_unused(given: "argparse.Namespace") -> None:
    """Refuse what a run with one purpose would not look at, with ``InvalidInput``: nobody should believe that it counted."""
    unused: tuple[str, ...]
    if given.for_release is not None:
        alone, unused, does = "--for-release", _ALONE, "only shows what would change, and runs no checks"
    elif given.watch_signin:
        alone, unused, does = "--watch-signin", _ALONE, "only watches LibreChat's log, and runs no checks"
    elif given.duration is not None:
        alone, unused, does = "--for", ("mail_to", "bundle", "make_login"), "only keeps one session open"
    else:
        return
    names = [f"--{name.replace('_', '-')}" for name in unused if getattr(given, name)]
    names = [name for name in names if name != alone]
    if names:
        raise InvalidInput(f"{alone} {does}. Omit {', '.join(names)}.")


def signin_options(given: "argparse.Namespace", folder: Path) -> SignInOptions:
    """Return the options of ``signin``; ``InvalidInput`` for those that do not belong together."""
    provider = given.provider or ""
    if provider not in SIGN_INS:
        message = f"unknown provider{near_miss(provider, SIGN_INS)}." if provider else "is missing."
        raise InvalidInput(Problem(field="PROVIDER", message=message, remedy=f"Choose one of: {', '.join(SIGN_INS)}."))
    of_ldap = [name for name in ("user", "password_file") if getattr(given, name)]
    if provider != "ldap" and of_ldap:
        raise InvalidInput("--user and --password-file can only be used with signin ldap.")
    if provider != "openid" and given.listen:
        raise InvalidInput("--listen can only be used with signin openid.")
    return SignInOptions(
        folder=folder,
        provider=provider,
        as_json=given.json,
        user=(given.user or "").strip(),
        password_file=given.password_file or "",
        listen=_port(given.listen) if given.listen else 0,
        site_options=site_options(given),
    )


def _port(text: str) -> int:
    if text.isdecimal() and 1024 <= int(text) <= 65535:  # noqa: PLR2004 - what a user may bind
        return int(text)
    raise InvalidInput(
        Problem(field="--listen", message="is not a valid port.", remedy="Use a port from 1024 to 65535.")
    )


def _ack(given: "argparse.Namespace") -> AckOption | None:
    if given.ack is None:
        if given.reason is not None or given.until is not None:
            raise InvalidInput("--reason and --until can only be used with --ack ID.")
        return None
    from datetime import date

    until = (given.until or "").strip()
    try:
        # Of the forms that Python reads only this one is a day for certain.
        is_day = not until or date.fromisoformat(until).isoformat() == until
    except ValueError:
        is_day = False
    if not is_day:
        raise InvalidInput(Problem(field="--until", message="is not a date.", remedy="Use the format 2026-12-31."))
    return AckOption(given.ack.strip(), (given.reason or "").strip(), until)


def _duration(text: str) -> float:
    from wizard.basics.plain_text import plain
    from wizard.librechat.durations import duration_seconds

    seconds = duration_seconds(text)
    if not seconds:
        raise InvalidInput(
            Problem(
                field="--for",
                message=f"{plain(text, limit=40)} is not a duration.",
                remedy="Use the format 90s, 5m or 1h30m.",
            )
        )
    return seconds


def _release(text: str) -> Release:
    try:
        return Release.parse(text)
    except ValueError:
        from wizard.basics.plain_text import plain

        message = f"{plain(text, limit=40)} is not a LibreChat release."
        raise InvalidInput(
            Problem(field="--for-release", message=message, remedy=f"Use the format {NEWEST} or v0.8.6-rc1.")
        ) from None
