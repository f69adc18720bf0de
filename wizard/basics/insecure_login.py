"""The one confirmation for every password that would be sent over an unprotected connection."""

from __future__ import annotations

from typing import Final

from wizard.basics.option_names import INSECURE_LOGIN

KEY: Final = "checks.allow_insecure_login"
"""The same in an answers file."""
SEND_ANYWAY: Final = f"To send the password anyway, use {INSECURE_LOGIN}, or '{KEY.removeprefix('checks.')}: true' under 'checks:' in the answers file."
QUESTION: Final = "The connection does not protect the password: anyone who impersonates the server or eavesdrops on the network can read it. Send the password anyway for this test?"
