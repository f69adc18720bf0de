"""What a plan means for people beyond its files, reported together with the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.answers.model import Answers
from wizard.deployment.model import Deployment
from wizard.librechat.providers import ALWAYS_REGISTERS, MARKS, configured, has_social_login, limits_of_accounts

_TITLES: Final = {"openid": "OpenID", "saml": "SAML"}
_OF_REGISTRATION: Final = ("ALLOW_REGISTRATION", "ALLOW_SOCIAL_REGISTRATION")


def consequences(planned: Deployment, answers: Answers) -> Iterator[str]:
    """Note who gets an account through OpenID and SAML, if the answers set one of them up or close registration."""
    settings, release = planned.settings, planned.release
    if not has_social_login(settings):
        return
    registration = (planned.config or {}).get("registration") if planned.config_mounted else None
    domains = registration.get("allowedDomains") if isinstance(registration, dict) else None
    for name in configured(settings, release):
        if name not in ALWAYS_REGISTERS or not {MARKS[name], *_OF_REGISTRATION} & answers.keys():
            continue
        limits = limits_of_accounts(name, settings, release, domains)
        limited = f"subject to {' and '.join(limits)}" if limits else "and LibreChat itself sets no limit"
        others = "OPENID_REQUIRED_ROLE or " if name == "openid" else ""
        how = (
            ""
            if limits
            else f" To limit sign-in, use {others}registration.allowedDomains (v0.8.0 and later), or assign users in "
            "the provider's console."
        )
        yield (
            f"{_TITLES[name]}: everyone the provider accepts gets an account, {limited}. ALLOW_REGISTRATION and "
            f"ALLOW_SOCIAL_REGISTRATION have no effect on this.{how}"
        )
