"""``doctor --watch-signin``: LibreChat's own verdict on a sign-in, from its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.model import Report
from screens.cli.streams import tell
from wizard.basics.plain_text import plain
from wizard.librechat.durations import describe_duration

if TYPE_CHECKING:
    from screens.cli.options import DoctorOptions
    from screens.cli.output import Output
    from wizard.basics.exit_status import ExitStatus
    from wizard.deployment.model import Deployment


def watch_sign_in(deployment: Deployment, options: DoctorOptions, output: Output) -> ExitStatus:
    """Follow the log until LibreChat said something about a sign-in, and report that."""
    from checks.log.watching import SECONDS, watch
    from checks.net.aio import run_until_signal

    seconds = SECONDS if options.duration is None else options.duration
    address = plain(deployment.settings.get("DOMAIN_CLIENT") or "LibreChat", limit=200)
    tell(
        f"Sign in at {address} now, in any browser. The wizard will watch LibreChat's log for {describe_duration(seconds * 1000)}. "
        "Press Ctrl+C to stop."
    )

    async def gathered() -> Report:
        return Report.of([finding async for finding in watch(deployment, seconds)])

    output.report = run_until_signal(gathered())
    output.show_report()
    return output.report.exit_status
