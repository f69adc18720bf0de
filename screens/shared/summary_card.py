"""The state at the end in four lines: the address, who may register, whether mail works, how to undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from screens.shared.lines import Line, Tone
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import enumerated, plain
from wizard.basics.status import Status
from wizard.findings.consequences import REGISTRATION
from wizard.interview.presets import address
from wizard.interview.steps import step
from wizard.librechat.mail_configured import is_configured
from wizard.librechat.providers import ALWAYS_REGISTERS, BROKEN, NEEDED, SOCIAL, is_registered, limits_of_accounts
from wizard.librechat.values import has_values, is_enabled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checks.model import Report
    from wizard.librechat.releases import Release

_NEED_MAIL: Final = frozenset(entry.id for entry in REGISTRATION.values())
LABEL: Final = 11
"""Columns of what is before a line."""


def summary_card(
    values: Mapping[str, str],
    release: Release,
    report: Report | None,
    *,
    domains: tuple[str, ...] = (),
    has_backup: bool,
) -> tuple[Line, ...]:
    """Return the card; ``report`` is what the checks said about these settings, ``domains`` who alone may register."""
    rows = {
        "Address": plain(address(values) or "http://localhost:3080", limit=200),
        "Accounts": _who_registers(values, release, domains, report),
        "Mail": _mail(values, release, report),
        "Undo": own_command("restore") if has_backup else "",
    }
    lines = [Line(f"{label:<{LABEL}}{text}") for label, text in rows.items() if text]
    if report is not None:
        from checks.closing import closing_sentence

        closing = closing_sentence(report)
        if report.findings or closing != report.sentence:
            lines.insert(0, Line(closing, Tone.TITLE))
    return tuple(lines)


def _who_registers(values: Mapping[str, str], release: Release, domains: tuple[str, ...], report: Report | None) -> str:
    if not is_enabled(values.get("ALLOW_REGISTRATION")):
        return _through_providers(values, release, domains)
    registration = f"registration is open to addresses at {', '.join(domains)}" if domains else "registration is open"
    waits = report is not None and any(one.id in _NEED_MAIL for one in report.having(Status.FAIL))
    return f"{registration}, but nobody can register until mail works" if waits else registration


def _through_providers(values: Mapping[str, str], release: Release, domains: tuple[str, ...]) -> str:
    """Return who gets an account although registration is closed: not all ways to sign in ask whether it is open."""
    at_once = [name for name in ALWAYS_REGISTERS if is_registered(name, values, release)]
    is_social = is_enabled(values.get("ALLOW_SOCIAL_REGISTRATION"))
    social = [name for name in SOCIAL if is_social and name not in BROKEN and is_registered(name, values, release)]
    # LDAP is asked by the form, which is off without email sign-in.
    has_ldap = has_values(values, *NEEDED["ldap"]) and is_enabled(values.get("ALLOW_EMAIL_LOGIN", "true"))
    through = [*at_once, *social, *(["ldap"] if has_ldap else [])]
    if not through:
        return "registration is closed; you create each account with a command"
    titles = " or ".join(step(name).title for name in through)
    registration = f"registration is closed, but everyone that {titles} accepts gets an account"
    of_domains = ("registration.allowedDomains",) if domains else ()
    limits = [limits_of_accounts(name, values, release, domains) if name in at_once else of_domains for name in through]
    return (
        f"{registration}, subject to {enumerated(sorted({one for each in limits for one in each}))}"
        if all(limits)
        else registration
    )


def _mail(values: Mapping[str, str], release: Release, report: Report | None) -> str:
    if not is_configured(values, release):
        return "not configured (no confirmation or reset emails)"
    from checks.closing import mail_sentence

    return (mail_sentence(report) if report is not None else "") or "configured, not tested"
