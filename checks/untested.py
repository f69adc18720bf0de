"""Reports what the doctor does not test, because no probe would leave nothing behind, so that nobody assumes it was tested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wizard.basics.check_outcomes import Skipped
from wizard.librechat import mail_configured
from wizard.librechat.values import is_enabled

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

NO_PROBE: Final = "not tested: no safe test exists"


def untested(deployment: Deployment, *, sends_mail: bool) -> Iterator[tuple[str, Skipped]]:
    """Yield what is switched on in a folder and not tried, with the reason; ``sends_mail``: a test mail is sent."""
    settings = deployment.settings
    if is_enabled(settings.get("ALLOW_REGISTRATION")):
        yield (
            "registration",
            Skipped(
                because=f"{NO_PROBE}; a registration would leave an account behind (an administrator, if the database is empty)"
            ),
        )
    has_mail = mail_configured.is_configured(settings, deployment.release)
    if is_enabled(settings.get("ALLOW_PASSWORD_RESET")) and has_mail:
        yield (
            "reset",
            Skipped(
                because=f"{NO_PROBE}; a reset would send an email to a user, and LibreChat allows only two reset requests per two minutes"
            ),
        )
    if has_mail and not sends_mail:
        yield "mail", Skipped(because=f"{NO_PROBE} for mail delivery; --mail-to ADDRESS sends a real email")
    if is_enabled(settings.get("BAN_VIOLATIONS")):
        yield "bans", Skipped(because=f"{NO_PROBE}; testing a ban would ban a user")
