"""Settings: who may have an account, and how people sign in."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import integer, section, switch, switch_on
from wizard.librechat.releases import Release

DOTENV: Final = "configuration/dotenv"

SECTION: Final = section(
    "accounts", "Accounts",
    intro="Who can have an account, and how users sign in.",
    docs="configuration/authentication", since=Release(0, 7, 3), source_release=Release(0, 8, 8, 1),
    settings=(
        switch_on("ALLOW_EMAIL_LOGIN", "Sign-in with email and password", since=Release(0, 6, 5), default="true",
            help="Shows the form for an email address and password. LDAP uses the same form.",
            empty="On if the line is missing, off if the value is empty.",
            consequence="If off, LibreChat also refuses LDAP sign-ins and, from v0.8.8-rc1 on, admin panel sign-ins.",
            source="api/server/routes/config.js:24 packages/api/src/middleware/email.ts:11"),
        switch("ALLOW_EMAIL_LOGIN_OVERRIDE", "Hidden password sign-in", since=Release(0, 8, 8, 1), default="false",
            help="Keeps the password API route open while the form is hidden.",
            empty="The route is closed while the form is hidden.",
            consequence="Anyone who knows the route can try passwords.",
            source="packages/api/src/middleware/email.ts:17"),
        switch("ALLOW_REGISTRATION", "Open registration", since=Release(0, 5, 0), default="false",
            help="Whether anyone can create an account. The first account becomes the administrator. OpenID and SAML are not affected: anyone the provider accepts gets an account.",
            empty="Off.",
            consequence="On a public address, strangers can create accounts. In an empty database, the first account becomes the administrator.",
            source="api/server/middleware/validateRegistration.js:8 api/server/routes/config.js:91"),
        switch("ALLOW_SOCIAL_LOGIN", "Sign-in with providers", since=Release(0, 5, 4), default="false",
            help="The master switch for Google, GitHub, Discord, Facebook, Apple, OpenID and SAML.",
            empty="Off: no provider works, whatever the other settings are.",
            consequence="If off, configured providers have no button, and their routes return an error.",
            source="api/server/routes/config.js:92"),
        switch("ALLOW_SOCIAL_REGISTRATION", "Sign-up with providers", since=Release(0, 5, 8), default="false",
            help="Whether users without an account can sign up through Google, GitHub, Discord, Facebook or Apple. OpenID, SAML and LDAP are not affected, because they always create accounts. To limit them, use OPENID_REQUIRED_ROLE, registration.allowedDomains (v0.8.0 and later) or the provider's console.",
            empty="Off: only users who already have an account can sign in.",
            consequence="If this is on and the provider is public, anyone with an account at the provider can sign in. To limit this, list the permitted domains in allowedDomains.",
            source="api/strategies/socialLogin.js:115"),
        switch("ALLOW_PASSWORD_RESET", "Password reset", docs="configuration/authentication/email", default="false",
            help="Lets users who forgot their password request a reset link by email.",
            empty="Off.",
            consequence="If this is on but mail does not work, LibreChat shows the reset link to anyone who asks. Anyone can then take over any account.",
            source="api/server/middleware/validatePasswordReset.js:5 api/server/routes/config.js:25 packages/api/src/app/checks.ts:90"),
        switch_on("ALLOW_ACCOUNT_DELETION", "Account deletion", docs=DOTENV, default="true",
            help="Lets users delete their own accounts.",
            empty="On if the line is missing, off if the value is empty.",
            consequence="Administrators can always delete their own accounts.",
            source="api/server/routes/config.js:150,151"),
        switch("ALLOW_UNVERIFIED_EMAIL_LOGIN", "Sign-in with an unconfirmed address", docs=DOTENV, default="false",
            help="Lets users sign in before they open the link in the confirmation email.",
            empty="Off. If email is not configured, LibreChat treats new accounts as confirmed.",
            consequence="If this is off and the email does not arrive, new users cannot sign in, and LibreChat removes their accounts.",
            source="api/server/services/AuthService.js:388 api/strategies/localStrategy.js:58"),
        integer("MIN_PASSWORD_LENGTH", "Minimum password length", since=Release(0, 8, 0, 4), docs=DOTENV, default="8",
            minimum=1, maximum=128,
            help="The minimum number of characters in a password; also checked at sign-in.",
            empty="8.",
            consequence="If you raise the minimum, everyone with a shorter password is locked out. If it is above 128, nobody can sign "
            "in.",
            source="api/server/routes/config.js:101 api/strategies/validators.js:3"),
    ),
)  # fmt: skip
