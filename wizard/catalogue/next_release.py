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
    intro="Settings documented for releases after v0.8.8. No release up to v0.8.8 reads them.",
    docs="configuration/dotenv", source_release=Release(0, 8, 8), since=Release(0, 8, 9, 1),
    settings=(
        switch_on("ALLOW_EMAIL_CHANGE", "Email address changes", default="true",
            help="Whether users with a password can change their email address. LibreChat first notifies the old address.",
            empty="On if email is configured.",
            consequence="emailChange.enabled in librechat.yaml takes precedence. Turn this setting off while servers run different releases side by side."),
        integer("EMAIL_CHANGE_USER_MAX", "Email change attempts", default="3", minimum=1,
            help="How many email changes one user may request within EMAIL_CHANGE_USER_WINDOW.",
            empty="3.", consequence="rateLimits.emailChange in librechat.yaml takes precedence."),
        minutes("EMAIL_CHANGE_USER_WINDOW", "Email change window", default="2", minimum=0,
            help="The time window for EMAIL_CHANGE_USER_MAX, in minutes.",
            empty="2 minutes.", consequence="rateLimits.emailChange in librechat.yaml takes precedence."),
        integer("EMAIL_CHANGE_CONFIRM_IP_MAX", "Email confirmations per IP address", default="20", minimum=1,
            help="How many confirmation links one IP address may open within EMAIL_CHANGE_CONFIRM_IP_WINDOW.",
            empty="20.", consequence="rateLimits.emailChangeConfirm in librechat.yaml takes precedence."),
        minutes("EMAIL_CHANGE_CONFIRM_IP_WINDOW", "Window for email confirmations per IP address", default="2", minimum=0,
            help="The time window for EMAIL_CHANGE_CONFIRM_IP_MAX, in minutes.",
            empty="2 minutes.", consequence="rateLimits.emailChangeConfirm in librechat.yaml takes precedence."),
        integer("EMAIL_CHANGE_CONFIRM_USER_MAX", "Email confirmations per account", minimum=1,
            help="How many confirmation links one IP address may open for one account within "
            "EMAIL_CHANGE_CONFIRM_USER_WINDOW.",
            empty="Same as VERIFY_EMAIL_MAX.", consequence="rateLimits.emailChangeConfirm in librechat.yaml takes precedence."),
        minutes("EMAIL_CHANGE_CONFIRM_USER_WINDOW", "Window for email confirmations per account", minimum=0,
            help="The time window for EMAIL_CHANGE_CONFIRM_USER_MAX, in minutes.",
            empty="Same as VERIFY_EMAIL_WINDOW.", consequence="rateLimits.emailChangeConfirm in librechat.yaml takes precedence."),
        integer("EMAIL_CHANGE_VIOLATION_SCORE", "Points: email changes", default="1", minimum=0,
            help="Points for exceeding the email change limit.",
            empty="1.", consequence="If the value is 0, users get no points."),
        switch("ENFORCE_TWO_FACTOR_AUTHENTICATION", "Require two-factor sign-in", default="false",
            help="Whether users who sign in with a password or LDAP must set up two-factor sign-in. Sign-ins with Google, OpenID, SAML and other providers are exempt.",
            empty="Off: two-factor sign-in is optional.",
            consequence="Users get no session until they set up a second factor. Signed-in users must do so at their next session renewal."),
        integer("TWO_FACTOR_SETUP_MAX", "Two-factor setup steps", default="20", minimum=1,
            help="How many setup steps one user may take within TWO_FACTOR_SETUP_WINDOW.",
            empty="20.", consequence="If the number is too low, users are locked out during setup."),
        minutes("TWO_FACTOR_SETUP_WINDOW", "Two-factor setup window", minimum=0,
            help="The time window for TWO_FACTOR_SETUP_MAX, in minutes.",
            empty="Same as TWO_FACTOR_TEMP_WINDOW.", consequence="If empty, there is no limit."),
        integer("TWO_FACTOR_SETUP_VIOLATION_SCORE", "Points: two-factor setup steps", minimum=0,
            help="Points for exceeding the two-factor setup limit.",
            empty="Same as TWO_FACTOR_TEMP_VIOLATION_SCORE.", consequence="If the value is 0, users get no points."),
        choice("TWO_FACTOR_BACKUP_CODE_FORMAT", "Backup code format",
            help="The format of two-factor backup codes. Keep the old, short format while servers run different releases side by side. Also keep it if you may roll back to an older release.",
            empty="The new format: 32 hexadecimal digits.",
            consequence="v0.8.8 and older releases cannot read codes in the new format.",
            choices=(Choice("", "the new format"), Choice("legacy", "8 hexadecimal digits, which v0.8.8 can read"))),
        switch("ALLOW_PASSKEY_LOGIN", "Sign-in with passkeys", default="false",
            help="Whether users with a local LibreChat account can sign in with a passkey.",
            empty="Off.", consequence="Browsers offer passkeys only over HTTPS and on localhost."),
        host("PASSKEY_RP_ID", "Passkeys: domain",
            help="The domain that passkeys belong to: the host in the address bar, or a parent domain.",
            empty="The host of DOMAIN_CLIENT.",
            consequence="If the domain changes (or DOMAIN_CLIENT, if no domain is set), existing passkeys stop working. An IP address is not allowed."),
        text("PASSKEY_RP_NAME", "Passkeys: site name",
            help="The name that the browser shows when a user creates a passkey.",
            empty="APP_TITLE.", consequence="Cosmetic only."),
        listing("PASSKEY_ORIGINS", "Passkeys: origins",
            help="The origins (scheme, host and port) on which passkeys work, separated by commas.",
            empty="The origins of DOMAIN_CLIENT and DOMAIN_SERVER.",
            consequence="On any other origin, users see 'Passkeys are not available on this domain'."),
        integer("MAX_PASSKEYS_PER_USER", "Passkeys per user", default="20", minimum=1, maximum=100,
            help="How many passkeys one user may have.",
            empty="20.", consequence="passkeys.perUserMax in librechat.yaml takes precedence. LibreChat ignores an out-of-range value."),
        integer("PASSKEY_STEPUP_MAX", "Passkey confirmations", default="20", minimum=1,
            help="How many actions one user may confirm with a passkey within PASSKEY_STEPUP_WINDOW.",
            empty="20.", consequence="If empty or 0, LibreChat refuses every attempt."),
        minutes("PASSKEY_STEPUP_WINDOW", "Passkey confirmation window", default="15", minimum=0,
            help="The time window for PASSKEY_STEPUP_MAX, in minutes.",
            empty="15 minutes.", consequence="If empty, there is no limit."),
        integer("PASSKEY_MAX", "Passkey sign-ins", default="20", minimum=1,
            help="How many passkey sign-ins one IP address may try within PASSKEY_WINDOW.",
            empty="20.", consequence="If empty or 0, LibreChat refuses every attempt."),
        minutes("PASSKEY_WINDOW", "Passkey sign-in window", default="5", minimum=0,
            help="The time window for PASSKEY_MAX, in minutes.",
            empty="5 minutes.", consequence="If empty, there is no limit."),
        switch("OPENID_USE_OAUTH2", "OpenID: plain OAuth 2.0", default="false",
            help="For a provider that does not send an ID token. Uses OAuth 2.0 with the three URLs below. PKCE, token reuse and OpenID sign-in to the admin panel do not work.",
            empty="Off: the provider must support OpenID Connect.",
            consequence="Unless all three URLs are set, LibreChat does not register OpenID."),
        *(
            url(f"OPENID_{name}_URL", f"OpenID: {what}", required=any_set("OPENID_USE_OAUTH2"),
                help=f"The provider's {what}, for OPENID_USE_OAUTH2.",
                empty="If OPENID_USE_OAUTH2 is on, LibreChat does not register OpenID.", consequence="LibreChat "
                "uses the value "
                "exactly as it is written.")
            for name, what in (
                ("AUTHORIZATION", "authorization URL"),
                ("TOKEN", "token URL"),
                ("USERINFO", "userinfo URL"),
            )
        ),
    ),
)  # fmt: skip
