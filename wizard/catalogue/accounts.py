"""Who may have an account and how they sign in."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.model import Kind, Setting
from wizard.librechat.releases import Release

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        key="ALLOW_EMAIL_LOGIN",
        section="accounts",
        kind=Kind.BOOL_DEFAULT_ON,
        title="Sign-in with mail and password",
        help="Shows the form for mail address and password. LDAP uses the same form.",
        empty="On when the line is missing, off when it is empty.",
        consequence="Off also stops LDAP sign-in, and from v0.8.8-rc1 the admin panel's.",
        docs="https://www.librechat.ai/docs/configuration/authentication",
        default="true",
        since=Release(0, 6, 5),
        source=(
            "api/server/routes/config.js:24",
            "packages/api/src/middleware/email.ts:11",
        ),
    ),
    Setting(
        key="ALLOW_EMAIL_LOGIN_OVERRIDE",
        section="accounts",
        kind=Kind.BOOL,
        title="Hidden sign-in with password",
        help="Keeps the password route open for those who know it while the form is hidden.",
        empty="The route is closed together with the form.",
        consequence="Everybody who knows the address of the route can try passwords.",
        docs="https://www.librechat.ai/docs/configuration/authentication",
        default="false",
        since=Release(0, 8, 8, 1),
        source=("packages/api/src/middleware/email.ts:17",),
    ),
    Setting(
        key="ALLOW_REGISTRATION",
        section="accounts",
        kind=Kind.BOOL,
        title="Open registration",
        help=("Whether anybody can make an account. The first account that is ever made becomes the administrator."),
        empty="Off.",
        consequence=(
            "On a public address strangers make accounts, and with an empty database the first of them "
            "becomes administrator."
        ),
        docs="https://www.librechat.ai/docs/configuration/authentication",
        default="false",
        since=Release(0, 5, 0),
        source=(
            "api/server/middleware/validateRegistration.js:8",
            "api/server/routes/config.js:91",
        ),
    ),
    Setting(
        key="ALLOW_SOCIAL_LOGIN",
        section="accounts",
        kind=Kind.BOOL,
        title="Sign-in with providers",
        help="The master switch for Google, GitHub, Discord, Facebook, Apple, OpenID and SAML.",
        empty="Off: no provider works, whatever else is set.",
        consequence="Off with a provider configured: no button, and the provider's route answers with an error.",
        docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC/authelia",
        default="false",
        since=Release(0, 5, 4),
        source=("api/server/routes/config.js:92",),
    ),
    Setting(
        key="ALLOW_SOCIAL_REGISTRATION",
        section="accounts",
        kind=Kind.BOOL,
        title="New accounts through providers",
        help=(
            "Whether people without an account may come in through Google, GitHub, Discord, Facebook or "
            "Apple. OpenID, SAML and LDAP always make accounts."
        ),
        empty="Off: only people who already have an account.",
        consequence=(
            "On with a public provider: everybody with an account there comes in, unless allowedDomains limits it."
        ),
        docs="https://www.librechat.ai/docs/configuration/authentication",
        default="false",
        since=Release(0, 5, 8),
        source=("api/strategies/socialLogin.js:115",),
    ),
    Setting(
        key="ALLOW_PASSWORD_RESET",
        section="accounts",
        kind=Kind.BOOL,
        title="Password reset",
        help="Lets people who forgot their password ask for a link by mail.",
        empty="Off.",
        consequence=(
            "On without working mail LibreChat shows the reset link to whoever asks: anybody can take over any account."
        ),
        docs="https://www.librechat.ai/docs/configuration/authentication/email",
        default="false",
        since=Release(0, 7, 3),
        source=(
            "api/server/middleware/validatePasswordReset.js:5",
            "api/server/routes/config.js:25",
            "packages/api/src/app/checks.ts:90",
        ),
    ),
    Setting(
        key="ALLOW_ACCOUNT_DELETION",
        section="accounts",
        kind=Kind.BOOL_DEFAULT_ON,
        title="Account deletion",
        help="Lets people delete their own account.",
        empty="On when the line is missing, off when it is empty.",
        consequence="Administrators can always delete theirs.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="true",
        since=Release(0, 7, 3),
        source=(
            "api/server/routes/config.js:150",
            "api/server/routes/config.js:151",
        ),
    ),
    Setting(
        key="ALLOW_UNVERIFIED_EMAIL_LOGIN",
        section="accounts",
        kind=Kind.BOOL,
        title="Sign-in without a confirmed address",
        help="Lets people sign in before they followed the link in the confirmation mail.",
        empty="Off. Where no mail is set up, new accounts count as confirmed.",
        consequence=(
            "Off with mail that does not arrive: nobody who registers gets in, and the account is removed again."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="false",
        since=Release(0, 7, 3),
        source=(
            "api/server/services/AuthService.js:388",
            "api/strategies/localStrategy.js:58",
        ),
    ),
    Setting(
        key="MIN_PASSWORD_LENGTH",
        section="accounts",
        kind=Kind.INT,
        title="Shortest password",
        help="The least number of characters of a password; also checked at sign-in.",
        empty="8.",
        consequence="Raising it locks out everybody whose password is shorter; above 128 nobody gets in.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="8",
        minimum=1,
        maximum=128,
        since=Release(0, 8, 0, 4),
        source=(
            "api/server/routes/config.js:101",
            "api/strategies/validators.js:3",
        ),
    ),
)
