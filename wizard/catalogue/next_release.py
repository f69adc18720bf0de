"""Settings of the release after v0.8.8: passkeys, changing an address, enforced two-factor sign-in, OAuth 2.0 without OpenID.

As documented for v0.8.9-rc1; no code of a release was read. OPENID_USE_OAUTH2 and its addresses are on the development branch, and
whether v0.8.9 has them is not known.
"""

from __future__ import annotations

from typing import Final

from wizard.catalogue.conditions import any_set
from wizard.catalogue.declare import choice, host, integer, listing, minutes, section, switch, switch_on, text, url
from wizard.catalogue.model import Choice
from wizard.librechat.releases import Release

SECTION: Final = section(
    "next-release", "Next release",
    intro="Settings that come after v0.8.8, as documented. No release up to v0.8.8 reads them.",
    docs="configuration/dotenv", source_release=Release(0, 8, 8), since=Release(0, 8, 9, 1),
    settings=(
        switch_on("ALLOW_EMAIL_CHANGE", "People change their mail address", default="true",
            help="Whether people with a password may change their own mail address. A notice goes to the old one first.",
            empty="On as soon as mail is configured.",
            consequence="emailChange.enabled of librechat.yaml wins. Turn it off while servers of two releases run side by side."),
        integer("EMAIL_CHANGE_USER_MAX", "Address changes", default="3", minimum=1,
            help="How many changes of the address one person may ask for within EMAIL_CHANGE_USER_WINDOW.",
            empty="3.", consequence="rateLimits.emailChange of librechat.yaml wins."),
        minutes("EMAIL_CHANGE_USER_WINDOW", "Window for address changes", default="2", minimum=0,
            help="The minutes within which EMAIL_CHANGE_USER_MAX counts.",
            empty="2 minutes.", consequence="rateLimits.emailChange of librechat.yaml wins."),
        integer("EMAIL_CHANGE_CONFIRM_IP_MAX", "Confirmations of an address per IP address", default="20", minimum=1,
            help="How many confirmation links one IP address may open within its window.",
            empty="20.", consequence="rateLimits.emailChangeConfirm of librechat.yaml wins."),
        minutes("EMAIL_CHANGE_CONFIRM_IP_WINDOW", "Window for confirmations per IP address", default="2", minimum=0,
            help="The minutes within which EMAIL_CHANGE_CONFIRM_IP_MAX counts.",
            empty="2 minutes.", consequence="rateLimits.emailChangeConfirm of librechat.yaml wins."),
        integer("EMAIL_CHANGE_CONFIRM_USER_MAX", "Confirmations of an address per account", minimum=1,
            help="How many confirmation links one IP address may open for one account within the window.",
            empty="As VERIFY_EMAIL_MAX.", consequence="rateLimits.emailChangeConfirm of librechat.yaml wins."),
        minutes("EMAIL_CHANGE_CONFIRM_USER_WINDOW", "Window for confirmations per account", minimum=0,
            help="The minutes within which EMAIL_CHANGE_CONFIRM_USER_MAX counts.",
            empty="As VERIFY_EMAIL_WINDOW.", consequence="rateLimits.emailChangeConfirm of librechat.yaml wins."),
        integer("EMAIL_CHANGE_VIOLATION_SCORE", "Points for too many address changes", default="1", minimum=0,
            help="How many points towards a ban going over the limit gives.",
            empty="1.", consequence="0 gives no points."),
        switch("ENFORCE_TWO_FACTOR_AUTHENTICATION", "Two-factor sign-in for everybody", default="false",
            help="Whether people who sign in with a password or LDAP must set up two-factor sign-in. Google, OpenID, SAML and the like are exempt.",
            empty="Off: people may set it up themselves.",
            consequence="People get no session until they have set it up; those who are signed in are asked at the next renewal."),
        integer("TWO_FACTOR_SETUP_MAX", "Steps of setting up two-factor sign-in", default="20", minimum=1,
            help="How many steps of the set-up one person may take within TWO_FACTOR_SETUP_WINDOW.",
            empty="20.", consequence="Too few lock people out while they set it up."),
        minutes("TWO_FACTOR_SETUP_WINDOW", "Window for setting up two-factor sign-in", minimum=0,
            help="The minutes within which TWO_FACTOR_SETUP_MAX counts.",
            empty="As TWO_FACTOR_TEMP_WINDOW.", consequence="Empty lifts the limit."),
        integer("TWO_FACTOR_SETUP_VIOLATION_SCORE", "Points for too many set-up steps", minimum=0,
            help="How many points towards a ban going over the limit gives.",
            empty="As TWO_FACTOR_TEMP_VIOLATION_SCORE.", consequence="0 gives no points."),
        choice("TWO_FACTOR_BACKUP_CODE_FORMAT", "Form of backup codes",
            help="Keep the old, short form while servers of two releases run side by side, or when you may go back.",
            empty="The new form: 32 hexadecimal digits.",
            consequence="v0.8.8 and older apps cannot read the new codes.",
            choices=(Choice("", "the new form"), Choice("legacy", "8 hexadecimal digits, which v0.8.8 reads"))),
        switch("ALLOW_PASSKEY_LOGIN", "Sign-in with passkeys", default="false",
            help="Whether people with an account of LibreChat's own may sign in with a passkey.",
            empty="Off.", consequence="Browsers offer passkeys over HTTPS and on localhost only."),
        host("PASSKEY_RP_ID", "Passkeys: domain",
            help="The domain that passkeys belong to: the host of the address bar, or a domain above it.",
            empty="The host of DOMAIN_CLIENT.",
            consequence="Changing it, or DOMAIN_CLIENT while it is empty, makes every passkey useless. An IP address is not allowed."),
        text("PASSKEY_RP_NAME", "Passkeys: name of the site",
            help="The name that the browser shows when somebody makes a passkey.",
            empty="APP_TITLE.", consequence="Cosmetic only."),
        listing("PASSKEY_ORIGINS", "Passkeys: origins",
            help="The origins on which passkeys work: scheme, host and port, separated by commas.",
            empty="Those of DOMAIN_CLIENT and DOMAIN_SERVER.",
            consequence="On any other one: 'Passkeys are not available on this domain'."),
        integer("MAX_PASSKEYS_PER_USER", "Passkeys per person", default="20", minimum=1, maximum=100,
            help="How many passkeys one person may have.",
            empty="20.", consequence="passkeys.perUserMax of librechat.yaml wins; a value out of range is ignored."),
        integer("PASSKEY_STEPUP_MAX", "Passkey confirmations", default="20", minimum=1,
            help="How often one person may confirm with a passkey within PASSKEY_STEPUP_WINDOW.",
            empty="20.", consequence="Empty or 0 refuses every one."),
        minutes("PASSKEY_STEPUP_WINDOW", "Window for passkey confirmations", default="15", minimum=0,
            help="The minutes within which PASSKEY_STEPUP_MAX counts.",
            empty="15 minutes.", consequence="Empty lifts the limit."),
        integer("PASSKEY_MAX", "Passkey sign-ins", default="20", minimum=1,
            help="How many sign-ins with a passkey one IP address may try within PASSKEY_WINDOW.",
            empty="20.", consequence="Empty or 0 refuses every one."),
        minutes("PASSKEY_WINDOW", "Window for passkey sign-ins", default="5", minimum=0,
            help="The minutes within which PASSKEY_MAX counts.",
            empty="5 minutes.", consequence="Empty lifts the limit."),
        switch("OPENID_USE_OAUTH2", "OpenID: plain OAuth 2.0", default="false",
            help="For a provider that gives no ID token: sign-in with OAuth 2.0 and the three addresses below. No PKCE, no token reuse, no admin panel.",
            empty="Off: the provider must speak OpenID Connect.",
            consequence="Without all three addresses the provider is not registered."),
        *(
            url(f"OPENID_{name}_URL", f"OpenID: {what}", required=any_set("OPENID_USE_OAUTH2"),
                help=f"The provider's {what}, for OPENID_USE_OAUTH2.",
                empty="With OPENID_USE_OAUTH2 the provider is not registered.", consequence="Used as it is written.")
            for name, what in (
                ("AUTHORIZATION", "authorization address"),
                ("TOKEN", "token address"),
                ("USERINFO", "userinfo address"),
            )
        ),
    ),
)  # fmt: skip
