"""Rules: Google, GitHub, Discord, Facebook, Apple, and what all providers share."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.basics.finding import Finding
from wizard.basics.own_command import own_command
from wizard.findings import social as ids
from wizard.librechat.cookies import STATE_SINCE, state_cookie
from wizard.librechat.image_environment import image_environment
from wizard.librechat.providers import (
    ALWAYS_REGISTERS,
    DEFAULT_SOCIAL_LOGINS,
    MARKS,
    NEEDED,
    SOCIAL,
    WITH_SECRET,
    limits_of_accounts,
)
from wizard.rules.view import Rule, View


def master_switch(view: View) -> Iterator[Finding]:
    """O01: providers without ALLOW_SOCIAL_LOGIN."""
    if view.providers and not view.is_on("ALLOW_SOCIAL_LOGIN"):
        names = ", ".join(view.providers)
        summary = f"ALLOW_SOCIAL_LOGIN is not on, so the configured providers ({names}) have no buttons, and nobody can use them to sign in."
        yield ids.SWITCHED_OFF.fail(summary)


def half_configured(view: View) -> Iterator[Finding]:
    """Find a client ID without its secret, or the other way round."""
    for provider in WITH_SECRET:
        names = NEEDED[provider]
        present = [name for name in names if view.value(name)]
        if len(present) == 1:
            lacking = next(name for name in names if name not in present)
            summary = f"{lacking} is missing, so the {provider} button does not appear."
            yield ids.HALF.of(provider).fail(summary, settings=names, remedy=f"Set {lacking}.")
    apple = NEEDED["apple"]
    lacking_parts = [name for name in apple if not view.value(name)]
    if 0 < len(lacking_parts) < len(apple):
        shown = ", ".join(lacking_parts)
        yield ids.HALF.of("apple").fail(
            f"Without {shown}, the Apple button does not appear.", settings=apple, remedy=f"Set {shown}."
        )


def listed(view: View) -> Iterator[Finding]:
    """O02: a provider that registration.socialLogins leaves out; apple is never in the built-in list."""
    value = view.registration.get("socialLogins")
    names = [str(item) for item in value] if isinstance(value, list) else list(DEFAULT_SOCIAL_LOGINS)
    for provider in view.providers:
        if provider not in names:
            where = "LibreChat's default list" if value is None else "registration.socialLogins in librechat.yaml"
            summary = f"{provider} is configured, but {where} does not contain it, so its button does not appear."
            remedy = f"registration: {{socialLogins: [{', '.join([*names, provider] if value is not None else [*view.providers])}]}}"
            yield ids.NOT_LISTED.of(provider).fail(summary, settings=(MARKS[provider],), remedy=remedy)


def callbacks(view: View) -> Iterator[Finding]:
    """O04: a callback path that LibreChat does not serve."""
    for provider in view.providers:
        if provider == "saml":
            continue
        name = f"{provider.upper()}_CALLBACK_URL"
        value, right = view.value(name), f"/oauth/{provider}/callback"
        if value != right:
            what = "is not set" if not value else "is not the path that LibreChat serves"
            summary = f"{name} {what}, so users cannot return from the provider to LibreChat."
            yield ids.CALLBACK.of(provider).fail(summary, settings=(name,), remedy=f"Set {name}={right}")


def needs_https(view: View) -> Iterator[Finding]:
    """O07, O13: what providers want of the address."""
    server = view.url("DOMAIN_SERVER")
    if server is None or server.scheme == "https":
        return
    if "apple" in view.providers:
        why = "Apple's sign-in cookie is Secure regardless of the settings." if view.release >= STATE_SINCE else ""
        yield ids.APPLE_HTTPS.fail(evidence=[why])
    if "google" in view.providers and not view.is_local:
        yield ids.GOOGLE_HTTPS.fail()


def state_cookies(view: View) -> Iterator[Finding]:
    """N06: the state cookie of social logins, which browsers drop over plain HTTP (from v0.8.8-rc4)."""
    server = view.url("DOMAIN_SERVER")
    if server is None or server.scheme != "http" or view.is_local or not view.is_on("ALLOW_SOCIAL_LOGIN"):
        return
    environment = image_environment(view.deployment.settings)
    for provider in view.providers:
        # Apple's is Secure whatever the settings say; needs_https tells that.
        cookie = state_cookie(provider, environment, view.release) if provider in WITH_SECRET else None
        if cookie is not None and cookie.secure:
            summary = (
                f"Sign-in with {provider} cannot complete: its cookie {cookie.name} is Secure, and browsers drop it "
                "over plain HTTP."
            )
            yield ids.STATE_COOKIE.of(provider).fail(summary, settings=("SESSION_COOKIE_SECURE", MARKS[provider]))


def providers_without_registration(view: View) -> Iterator[Finding]:
    """O03: providers admit only people who already have an account."""
    public = [name for name in view.providers if name in SOCIAL]
    is_asked_for = view.is_set("ALLOW_REGISTRATION") and view.is_set("ALLOW_SOCIAL_REGISTRATION")
    if is_asked_for and not view.is_on("ALLOW_REGISTRATION") and (view.is_on("ALLOW_EMAIL_LOGIN") or view.has_ldap):
        # Accounts are made by somebody here, and people who have one may use a provider too.
        return
    if public and view.is_on("ALLOW_SOCIAL_LOGIN") and not view.is_on("ALLOW_SOCIAL_REGISTRATION"):
        summary = f"Only users who already have an account can sign in with {', '.join(public)}."
        yield ids.NO_REGISTRATION.warn(summary)


def always_registers(view: View) -> Iterator[Finding]:
    """Report that OpenID and SAML create accounts although new accounts through providers are switched off.

    Silent where the line is not there: then nobody said that they should not.
    """
    if not view.is_on("ALLOW_SOCIAL_LOGIN") or not view.is_set("ALLOW_SOCIAL_REGISTRATION"):
        return
    if view.is_on("ALLOW_SOCIAL_REGISTRATION"):
        return
    settings, domains = view.deployment.settings, view.registration.get("allowedDomains")
    names = [
        name
        for name in view.providers
        if name in ALWAYS_REGISTERS and not limits_of_accounts(name, settings, view.release, domains)
    ]
    if names:
        shown = " and ".join(_TITLES[name] for name in names)
        summary = (
            f"{shown}: everyone the provider accepts gets an account; ALLOW_SOCIAL_REGISTRATION=false has no "
            "effect on this."
        )
        remedy = ids.ALWAYS_REGISTERS.fix
        if len(names) == 1:
            remedy = ids.LIMIT.format(role=" with OPENID_REQUIRED_ROLE," if names == ["openid"] else "")
        concerned = ("ALLOW_SOCIAL_REGISTRATION", *(MARKS[name] for name in names))
        yield ids.ALWAYS_REGISTERS.warn(summary, settings=concerned, remedy=remedy)


def no_administrator(view: View) -> Iterator[Finding]:
    """Find sign-ins that never make an administrator, if nothing else is left (their first account is a USER, all releases)."""
    if view.has_openid or not view.providers or not view.is_on("ALLOW_SOCIAL_LOGIN"):
        # Of OpenID, which can make one, rules.openid.no-admin speaks.
        return
    if view.has_ldap or view.is_on("ALLOW_EMAIL_LOGIN"):
        return
    names = [_TITLES.get(name, name) for name in view.providers]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    makes = "make" if len(names) > 1 else "makes"
    summary = f"Users can sign in only with {listed}, which never {makes} anyone an administrator: LibreChat may have no administrator."
    yield ids.NO_ADMIN.warn(
        summary,
        settings=("ALLOW_EMAIL_LOGIN",),
        remedy=f"After someone has signed in, run: {own_command('users role', 'EMAIL', 'ADMIN')}",
    )


def facebook(view: View) -> Iterator[Finding]:
    """O11: sign-in with Facebook, which fails for everybody."""
    if "facebook" in view.providers and view.is_on("ALLOW_SOCIAL_LOGIN"):
        yield ids.FACEBOOK_BROKEN.fail()


_TITLES = {
    "openid": "OpenID",
    "saml": "SAML",
    "google": "Google",
    "github": "GitHub",
    "discord": "Discord",
    "facebook": "Facebook",
    "apple": "Apple",
}
RULES: tuple[Rule, ...] = (
    always_registers,
    no_administrator,
    facebook,
    master_switch,
    half_configured,
    listed,
    callbacks,
    needs_https,
    state_cookies,
    providers_without_registration,
)
