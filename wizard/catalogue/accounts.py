"""Settings: who may have an account, and how people sign in."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import integer, section, switch, switch_on
from wizard.librechat.releases import Release

DOTENV: Final = "configuration/dotenv"

SECTION: Final = section(
    "accounts", "Accounts",
    intro="Who may have an account, and how people sign in.",
    docs="configuration/authentication", since=Release(0, 7, 3), source_release=Release(0, 8, 8, 1),
    settings=(
        switch_on("ALLOW_EMAIL_LOGIN", "Sign-in with mail and password", since=Release(0, 6, 5), default="true",
            help="Shows the form for mail address and password. LDAP uses the same form.",
            empty="On when the line is missing, off when it is empty.",
            consequence="Off also stops LDAP sign-in, and from v0.8.8-rc1 the admin panel's.",
            source="api/server/routes/config.js:24 packages/api/src/middleware/email.ts:11"),
        switch("ALLOW_EMAIL_LOGIN_OVERRIDE", "Hidden sign-in with password", since=Release(0, 8, 8, 1), default="false",
            help="Keeps the password route open for those who know it while the form is hidden.",
            empty="The route is closed together with the form.",
            consequence="Everybody who knows the address of the route can try passwords.",
            source="packages/api/src/middleware/email.ts:17"),
        switch("ALLOW_REGISTRATION", "Open registration", since=Release(0, 5, 0), default="false",
            help="Whether anybody can create an account. The very first account becomes the administrator. This does not affect OpenID and SAML: everyone the provider accepts gets an account.",
            empty="Off.",
            consequence="On a public address strangers can create accounts; in an empty database the first becomes administrator.",
            source="api/server/middleware/validateRegistration.js:8 api/server/routes/config.js:91"),
        switch("ALLOW_SOCIAL_LOGIN", "Sign-in with providers", since=Release(0, 5, 4),
            docs="configuration/authentication/OAuth2-OIDC/authelia", default="false",
            help="The master switch for Google, GitHub, Discord, Facebook, Apple, OpenID and SAML.",
            empty="Off: no provider works, whatever else is set.",
            consequence="Off with a provider configured: no button, and the provider's route answers with an error.",
            source="api/server/routes/config.js:92"),
        switch("ALLOW_SOCIAL_REGISTRATION", "New accounts through providers", since=Release(0, 5, 8), default="false",
            help="Whether people without an account may sign up through Google, GitHub, Discord, Facebook or Apple. This does not affect OpenID, SAML and LDAP, which always create accounts: limit them with OPENID_REQUIRED_ROLE, registration.allowedDomains (v0.8.0 and later), or at the provider.",
            empty="Off: only people who already have an account.",
            consequence="On with a public provider: everybody with an account there can sign in, unless allowedDomains limits it.",
            source="api/strategies/socialLogin.js:115"),
        switch("ALLOW_PASSWORD_RESET", "Password reset", docs="configuration/authentication/email", default="false",
            help="Lets people who forgot their password ask for a link by mail.",
            empty="Off.",
            consequence="On without working mail LibreChat shows the reset link to anyone who asks: anybody can take over any account.",
            source="api/server/middleware/validatePasswordReset.js:5 api/server/routes/config.js:25 packages/api/src/app/checks.ts:90"),
        switch_on("ALLOW_ACCOUNT_DELETION", "Account deletion", docs=DOTENV, default="true",
            help="Lets people delete their own account.",
            empty="On when the line is missing, off when it is empty.",
            consequence="Administrators can always delete theirs.",
            source="api/server/routes/config.js:150,151"),
        switch("ALLOW_UNVERIFIED_EMAIL_LOGIN", "Sign-in without a confirmed address", docs=DOTENV, default="false",
            help="Lets people sign in before they followed the link in the confirmation mail.",
            empty="Off. Where no mail is set up, new accounts count as confirmed.",
            consequence="Off with mail that does not arrive: nobody who registers can sign in, and the account is removed.",
            source="api/server/services/AuthService.js:388 api/strategies/localStrategy.js:58"),
        integer("MIN_PASSWORD_LENGTH", "Shortest password", since=Release(0, 8, 0, 4), docs=DOTENV, default="8",
            minimum=1, maximum=128,
            help="The least number of characters of a password; also checked at sign-in.",
            empty="8.",
            consequence="Raising it locks out everybody whose password is shorter; above 128 nobody can sign in.",
            source="api/server/routes/config.js:101 api/strategies/validators.js:3"),
    ),
)  # fmt: skip
