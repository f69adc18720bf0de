"""What it means for people if LibreChat's mail does not work, whichever check detected it."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import FindingKind
from wizard.basics.own_command import PROGRAM
from wizard.findings.model import FindingEntry

CREATE_ACCOUNT = f"{PROGRAM} users add EMAIL"
_CHECKS = ("smtp", "mailgun", "delivery")
_of = partial(FindingEntry, check="smtp", counterpart="delivery", kind=FindingKind.CONSEQUENCE)
_registration = _of(
    "consequence.registration",
    "Until mail works, nobody can register, not even the first administrator. LibreChat cannot send the verification email. It shows 'Something went wrong' and deletes the new account.",
    f"Fix the mail settings. Until mail works, create accounts with: {CREATE_ACCOUNT}. Or remove the mail settings and set "
    "ALLOW_PASSWORD_RESET=false.",
    settings=("ALLOW_REGISTRATION",),
)
_reset = _of(
    "consequence.reset",
    "Password reset is on, but LibreChat cannot send reset links. Do not work around this by removing the mail "
    "settings. Without them, LibreChat shows the reset link for any account to anyone who asks.",
    "Fix the mail settings, or set ALLOW_PASSWORD_RESET=false.",
    settings=("ALLOW_PASSWORD_RESET",),
)
_unverified = _of(
    "consequence.unverified",
    "Users with an unverified email address cannot sign in, and LibreChat cannot send a new verification email. It deletes their accounts after a few days.",
    "Fix the mail settings. ALLOW_UNVERIFIED_EMAIL_LOGIN=true lets these users in, but also anyone else with an "
    "unverified address.",
    settings=("ALLOW_UNVERIFIED_EMAIL_LOGIN",),
)
REGISTRATION = {check: _registration.at(check) for check in _CHECKS}
RESET = {check: _reset.at(check) for check in _CHECKS}
UNVERIFIED = {check: _unverified.at(check) for check in _CHECKS}
