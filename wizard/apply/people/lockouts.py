"""Why one person, or nobody, can sign in, according to the settings, the database and the running LibreChat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.apply.people.model import AddressLookup, UserAccount, moment
from wizard.basics.plain_text import plain
from wizard.deployment.local_install import found_install
from wizard.librechat import email_login, mail_configured, providers
from wizard.librechat.rate_limits import rate_limit
from wizard.librechat.values import has_values, is_enabled

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

_VERIFIED_BY_ITSELF: Final = datetime(2024, 6, 7, tzinfo=UTC)
"""An older account counts as verified where LibreChat has no mail (api/strategies/localStrategy.js:10,49-56, v0.8.8-rc1)."""


_LIMIT: Final = "whether LibreChat refuses sign-ins after too many attempts"


class Cause(StrEnum):
    """Why a person cannot sign in."""

    BAN = "ban"
    RATE_LIMIT = "rate-limit"
    EMAIL_LOGIN_OFF = "email-login-off"
    PROVIDER_DOWN = "provider-down"
    SECOND_FACTOR = "second-factor"
    UNVERIFIED = "unverified"
    NO_ADMINISTRATOR = "no-administrator"
    OTHER_PROVIDER = "other-provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockout:
    """One cause."""

    cause: Cause
    sentence: str
    is_certain: bool = True
    """False: it is the cause only if the person says so (a lost telephone)."""
    advice: str = ""
    """What helps without anything being opened."""
    can_open: bool = True

    @property
    def lets_in(self) -> bool:
        """Whether removing this cause lets the person sign in. Without administrator rights a person can sign in already."""
        return self.cause is not Cause.NO_ADMINISTRATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSigns:
    """How the running LibreChat and its provider are asked; ``None`` as an answer: not known."""

    is_limited: Callable[[str], Awaitable[bool | None]]
    """Whether LibreChat at this address refuses further sign-ins from here for now."""
    is_provider_up: Callable[[Deployment, str], Awaitable[bool | None]]
    """Whether the OpenID provider answers, and LibreChat at this address could register it."""


def of_account(deployment: Deployment, person: UserAccount, seen: AddressLookup) -> list[Lockout]:
    """Return why this person cannot sign in, the smallest change first."""
    settings, release = deployment.settings, deployment.release
    who, found = plain(person.email), []
    if person.banned_until is not None and is_enabled(settings.get("BAN_VIOLATIONS")):
        found.append(Lockout(cause=Cause.BAN, sentence=f"{who} is banned until {moment(person.banned_until)}."))
    if person.provider == "local" and not person.is_verified and not _counts_as_verified(deployment, person):
        sentence = f"The address {who} was never verified, and ALLOW_UNVERIFIED_EMAIL_LOGIN is not true."
        found.append(Lockout(cause=Cause.UNVERIFIED, sentence=sentence))
    found += _provider(deployment, person)
    if person.has_second_factor:
        sentence = f"{who} must enter a second-factor code to sign in."
        advice = "A backup code also works."
        found.append(Lockout(cause=Cause.SECOND_FACTOR, sentence=sentence, is_certain=False, advice=advice))
    if not person.is_admin and (sentence := _no_administrator(deployment, person, seen)):
        found.append(Lockout(cause=Cause.NO_ADMINISTRATOR, sentence=sentence, is_certain=False))
    if person.provider == "local" and not email_login.shows_form(settings):
        found.append(_form_off(refused=email_login.is_refused(settings, release)))
    return found


def of_everybody(deployment: Deployment) -> list[Lockout]:
    """Return why nobody can sign in, as far as the settings show it."""
    settings = deployment.settings
    has_other = providers.has_social_login(settings) and providers.configured(settings, deployment.release)
    if email_login.shows_form(settings) or has_other:
        return []
    return [_form_off(refused=email_login.is_refused(settings, deployment.release))]


async def of_running(deployment: Deployment, signs: LiveSigns, address: str) -> tuple[list[Lockout], tuple[str, ...]]:
    """Return what keeps everybody out of the running LibreChat, and what could not be checked, with the reason.

    ``address``: where it is asked, empty for nowhere.
    """
    settings, found, unchecked = deployment.settings, [], []
    redirects = is_enabled(settings.get("OPENID_AUTO_REDIRECT"))
    if redirects and providers.is_configured("openid", settings, deployment.release):
        is_up = await signs.is_provider_up(deployment, address)
        if is_up is None:
            unchecked.append("whether the OpenID provider responds: it gave no usable response.")
        if is_up is False:
            base = settings.get("DOMAIN_CLIENT", "").rstrip("/") or address
            found.append(
                Lockout(
                    cause=Cause.PROVIDER_DOWN,
                    sentence="OPENID_AUTO_REDIRECT sends everyone to the OpenID provider, which is not responding.",
                    advice=f"To sign in without changing anything, open {plain(base, limit=200)}/login?redirect=false",
                )
            )
    if not rate_limit("LOGIN", settings).most >= 1:
        sentence = (
            f"LOGIN_MAX is {plain(settings.get('LOGIN_MAX', ''), limit=20) or 'empty'}, so every sign-in is refused."
        )
        found.append(Lockout(cause=Cause.RATE_LIMIT, sentence=sentence, advice="Set LOGIN_MAX=7.", can_open=False))
    elif not address:
        unchecked.append(f"{_LIMIT}: no port of LibreChat on this machine is known.")
    elif (is_limited := await signs.is_limited(address)) is None:
        unchecked.append(f"{_LIMIT}: LibreChat did not respond at {address}. It may not be running.")
    elif is_limited:
        limit = rate_limit("LOGIN", settings)
        in_memory = not is_enabled(settings.get("USE_REDIS"))
        is_local = deployment.stack is Stack.LOCAL
        restart = f" Or restart LibreChat: {found_install(deployment.folder).restart}" if is_local and in_memory else ""
        found.append(
            Lockout(
                cause=Cause.RATE_LIMIT,
                sentence=f"LibreChat is refusing sign-ins from this IP address after more than {plain(limit.maximum)} attempts in {plain(limit.window)} minutes (LOGIN_MAX, LOGIN_WINDOW).",
                advice=f"The block ends automatically within {plain(limit.window)} minutes.{restart}",
                can_open=in_memory and not is_local,
            )
        )
    return found, tuple(unchecked)


def _counts_as_verified(deployment: Deployment, person: UserAccount) -> bool:
    if is_enabled(deployment.settings.get("ALLOW_UNVERIFIED_EMAIL_LOGIN")):
        return True
    has_mail = mail_configured.is_configured(deployment.settings, deployment.release)
    return not has_mail and person.created is not None and person.created < _VERIFIED_BY_ITSELF


def _provider(deployment: Deployment, person: UserAccount) -> list[Lockout]:
    settings, name = deployment.settings, person.provider
    if name == "local":
        if not providers.has_ldap(settings):
            return []
        sentence = (
            "LDAP is configured, so the sign-in form checks only the directory. This account exists only in LibreChat."
        )
        return [Lockout(cause=Cause.OTHER_PROVIDER, sentence=sentence, advice="Sign in with the directory account instead.", can_open=False)]  # fmt: skip
    works = _works(deployment, name)
    shown = plain(name, limit=40)
    sentence = f"{plain(person.email)} signs in through {shown}" + (
        "." if works else ", which is not (or no longer) configured in LibreChat."
    )
    can_open = email_login.shows_form(settings) and not providers.has_ldap(settings)
    way = "their directory password" if name == "ldap" else f"the {shown} button"
    advice = f"This user can sign in with {way}." if works else ""
    return [
        Lockout(cause=Cause.OTHER_PROVIDER, sentence=sentence, is_certain=not works, advice=advice, can_open=can_open)
    ]


def _works(deployment: Deployment, name: str) -> bool:
    if name == "ldap":
        return providers.has_ldap(deployment.settings)
    if name not in providers.BUTTONS:
        return False
    return providers.is_registered(name, deployment.settings, deployment.release)


def _no_administrator(deployment: Deployment, person: UserAccount, seen: AddressLookup) -> str:
    who, settings = plain(person.email), deployment.settings
    if not seen.admins:
        return f"There is no administrator. Role of {who}: {plain(person.role) or 'none'}."
    if person.provider == "openid" and has_values(settings, "OPENID_ADMIN_ROLE"):
        return (
            f"{who} is not an administrator: LibreChat demotes users who sign in without the role in OPENID_ADMIN_ROLE."
        )
    if seen.first == person.id:
        return f"{who} is the first account, but is no longer an administrator."
    return ""


def _form_off(*, refused: bool) -> Lockout:
    effect = "LibreChat refuses sign-in with a password" if refused else "the sign-in page shows no form"
    return Lockout(cause=Cause.EMAIL_LOGIN_OFF, sentence=f"ALLOW_EMAIL_LOGIN is off: {effect}.")
