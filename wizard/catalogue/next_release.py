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
    intro="Settings that are documented for releases after v0.8.8. No release up to v0.8.8 reads them.",
    docs="configuration/dotenv", source_release=Release(0, 8, 8), since=Release(0, 8, 9, 1),
    settings=(
        switch_on("ALLOW_EMAIL_CHANGE", "Change of email address", default="true",
            help="Whether people with a password may change their own email address. LibreChat first sends a notice to "
            "the old address.",
            empty="On if mail is configured.",
            consequence="emailChange.enabled in librechat.yaml overrides it. Turn it off while servers with two "
            "releases run side by side."),
        integer("EMAIL_CHANGE_USER_MAX", "Address changes", default="3", minimum=1,
            help="How many changes of address one person may request within EMAIL_CHANGE_USER_WINDOW.",
            empty="3.", consequence="rateLimits.emailChange in librechat.yaml overrides it."),
        minutes("EMAIL_CHANGE_USER_WINDOW", "Window for address changes", default="2", minimum=0,
            help="The number of minutes to which EMAIL_CHANGE_USER_MAX applies.",
            empty="2 minutes.", consequence="rateLimits.emailChange in librechat.yaml overrides it."),
        integer("EMAIL_CHANGE_CONFIRM_IP_MAX", "Address confirmations per IP address", default="20", minimum=1,
            help="How many confirmation links one IP address may open within EMAIL_CHANGE_CONFIRM_IP_WINDOW.",
            empty="20.", consequence="rateLimits.emailChangeConfirm in librechat.yaml overrides it."),
        minutes("EMAIL_CHANGE_CONFIRM_IP_WINDOW", "Window for address confirmations per IP address", default="2", minimum=0,
            help="The number of minutes to which EMAIL_CHANGE_CONFIRM_IP_MAX applies.",
            empty="2 minutes.", consequence="rateLimits.emailChangeConfirm in librechat.yaml overrides it."),
        integer("EMAIL_CHANGE_CONFIRM_USER_MAX", "Address confirmations per account", minimum=1,
            help="How many confirmation links one IP address may open for one account within "
            "EMAIL_CHANGE_CONFIRM_USER_WINDOW.",
            empty="As VERIFY_EMAIL_MAX.", consequence="rateLimits.emailChangeConfirm in librechat.yaml overrides it."),
        minutes("EMAIL_CHANGE_CONFIRM_USER_WINDOW", "Window for address confirmations per account", minimum=0,
            help="The number of minutes to which EMAIL_CHANGE_CONFIRM_USER_MAX applies.",
            empty="As VERIFY_EMAIL_WINDOW.", consequence="rateLimits.emailChangeConfirm in librechat.yaml overrides "
            "it."),
        integer("EMAIL_CHANGE_VIOLATION_SCORE", "Points for too many address changes", default="1", minimum=0,
            help="How many points towards a ban people get for exceeding the limit.",
            empty="1.", consequence="0 gives no points."),
        switch("ENFORCE_TWO_FACTOR_AUTHENTICATION", "Two-factor sign-in for everybody", default="false",
            help="Whether people who sign in with a password or LDAP must set up two-factor sign-in. Sign-in with "
            "Google, OpenID, SAML and other providers is exempt.",
            empty="Off: people may set up two-factor sign-in if they want.",
            consequence="People get no session until they have set it up. People who are already signed in are asked "
            "at the next renewal of their session."),
        integer("TWO_FACTOR_SETUP_MAX", "Two-factor set-up steps", default="20", minimum=1,
            help="How many set-up steps one person may take within TWO_FACTOR_SETUP_WINDOW.",
            empty="20.", consequence="If the number is too low, people are locked out while they set it up."),
        minutes("TWO_FACTOR_SETUP_WINDOW", "Window for two-factor set-up", minimum=0,
            help="The number of minutes to which TWO_FACTOR_SETUP_MAX applies.",
            empty="As TWO_FACTOR_TEMP_WINDOW.", consequence="If empty, there is no limit."),
        integer("TWO_FACTOR_SETUP_VIOLATION_SCORE", "Points: two-factor set-up steps", minimum=0,
            help="How many points towards a ban people get for exceeding the limit.",
            empty="As TWO_FACTOR_TEMP_VIOLATION_SCORE.", consequence="0 gives no points."),
        choice("TWO_FACTOR_BACKUP_CODE_FORMAT", "Format of backup codes",
            help="Keep the old, short format while servers with two releases run side by side, or if you may go back "
            "to the older release.",
            empty="The new format: 32 hexadecimal digits.",
            consequence="v0.8.8 and older apps cannot read codes in the new formatat.",
            choices=(Choice("", "the new format"), Choice("legacy", "8 hexadecimal digits, which v0.8.8 can read"))),
        switch("ALLOW_PASSKEY_LOGIN", "Sign-in with passkeys", default="false",
            help="Whether people with a local LibreChat account may sign in with a passkey.",
            empty="Off.", consequence="Browsers offer passkeys only over HTTPS and on localhost."),
        host("PASSKEY_RP_ID", "Passkeys: domain",
            help="The domain that passkeys belong to: the host in the address bar, or a parent domain.",
            empty="The host of DOMAIN_CLIENT.",
            consequence="If you change it (or DOMAIN_CLIENT while it is empty), no existing passkey works any more. "
            "An IP address is not allowed."),
        text("PASSKEY_RP_NAME", "Passkeys: name of the site",
            help="The name that the browser shows when somebody creates a passkey.",
            empty="APP_TITLE.", consequence="Cosmetic only."),
        listing("PASSKEY_ORIGINS", "Passkeys: origins",
            help="The origins on which passkeys work: scheme, host and port, separated by commas.",
            empty="The origins of DOMAIN_CLIENT and DOMAIN_SERVER.",
            consequence="On any other origin, people see 'Passkeys are not available on this domain'."),
        integer("MAX_PASSKEYS_PER_USER", "Passkeys per person", default="20", minimum=1, maximum=100,
            help="How many passkeys one person may have.",
            empty="20.", consequence="passkeys.perUserMax in librechat.yaml overrides it. LibreChat ignores a value "
            "out of range."),
        integer("PASSKEY_STEPUP_MAX", "Passkey confirmations", default="20", minimum=1,
            help="How often one person may confirm an action with a passkey within PASSKEY_STEPUP_WINDOW.",
            empty="20.", consequence="If empty or 0, LibreChat refuses every attempt."),
        minutes("PASSKEY_STEPUP_WINDOW", "Window for passkey confirmations", default="15", minimum=0,
            help="The number of minutes to which PASSKEY_STEPUP_MAX applies.",
            empty="15 minutes.", consequence="If empty, there is no limit."),
        integer("PASSKEY_MAX", "Passkey sign-ins", default="20", minimum=1,
            help="How many passkey sign-ins one IP address may try within PASSKEY_WINDOW.",
            empty="20.", consequence="If empty or 0, LibreChat refuses every attempt."),
        minutes("PASSKEY_WINDOW", "Window for passkey sign-ins", default="5", minimum=0,
            help="The number of minutes to which PASSKEY_MAX applies.",
            empty="5 minutes.", consequence="If empty, there is no limit."),
        switch("OPENID_USE_OAUTH2", "OpenID: plain OAuth 2.0", default="false",
            help="For a provider that sends no ID token: sign-in with OAuth 2.0 and the three addresses below, "
            "without PKCE, token reuse or the admin panel.",
            empty="Off: the provider must support OpenID Connect.",
            consequence="Without all three addresses, LibreChat does not register the provider."),
        *(
            url(f"OPENID_{name}_URL", f"OpenID: {what}", required=any_set("OPENID_USE_OAUTH2"),
                help=f"The provider's {what}, for OPENID_USE_OAUTH2.",
                empty="If OPENID_USE_OAUTH2 is on, LibreChat does not register the provider.", consequence="LibreChat "
                "uses the value "
                "exactly as it is written.")
            for name, what in (
                ("AUTHORIZATION", "authorization address"),
                ("TOKEN", "token address"),
                ("USERINFO", "userinfo address"),
            )
        ),
    ),
)  # fmt: skip
