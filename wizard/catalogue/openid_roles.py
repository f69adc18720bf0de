"""Settings: roles that an OpenID provider decides."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.conditions import any_set
from wizard.catalogue.declare import choice, listing, section, switch, text
from wizard.catalogue.model import Choice
from wizard.librechat.releases import Release

AZURE: Final = "configuration/authentication/OAuth2-OIDC/azure"

SECTION: Final = section(
    "openid_roles", "OpenID roles",
    intro="The provider decides who may sign in and who becomes an administrator.",
    docs="configuration/dotenv", since=Release(0, 8, 7, 1), source_release=Release(0, 8, 8, 1),
    settings=(
        listing("OPENID_REQUIRED_ROLE", "OpenID: required role", since=Release(0, 7, 1), docs=AZURE,
            applies=any_set("OPENID_CLIENT_ID"),
            required=any_set("OPENID_REQUIRED_ROLE_TOKEN_KIND", "OPENID_REQUIRED_ROLE_PARAMETER_PATH"),
            help="Only people with one of these roles (separated by commas) can sign in.",
            empty="Everybody that the provider accepts can sign in.",
            consequence="Without a token kind, every sign-in fails with an error.",
            source="api/strategies/openidStrategy.js:616"),
        choice("OPENID_REQUIRED_ROLE_TOKEN_KIND", "OpenID: token with the required role", since=Release(0, 7, 1),
            docs=AZURE, applies=any_set("OPENID_CLIENT_ID"),
            required=any_set("OPENID_REQUIRED_ROLE", "OPENID_REQUIRED_ROLE_PARAMETER_PATH"),
            help="The token that contains the roles.",
            empty="If a role is required, every sign-in fails.",
            consequence="With any value other than access, id or userinfo, every sign-in fails.",
            choices=(
                Choice("access", "the access token"),
                Choice("id", "the ID token"),
                Choice("userinfo", "the response of the userinfo endpoint"),
            ),
            source="api/strategies/openidStrategy.js:625"),
        text("OPENID_REQUIRED_ROLE_PARAMETER_PATH", "OpenID: path of the required role", since=Release(0, 7, 1),
            docs=AZURE, applies=any_set("OPENID_CLIENT_ID"),
            required=any_set("OPENID_REQUIRED_ROLE", "OPENID_REQUIRED_ROLE_TOKEN_KIND"),
            help="The path of the roles in that token, such as realm_access.roles.",
            empty="If a role is required, nobody can sign in.",
            consequence="If the token has no claim at this path, nobody can sign in.",
            source="api/strategies/openidStrategy.js:624"),
        text("OPENID_ADMIN_ROLE", "OpenID: administrator role", since=Release(0, 8, 1, 1),
            applies=any_set("OPENID_CLIENT_ID"),
            required=any_set("OPENID_ADMIN_ROLE_PARAMETER_PATH", "OPENID_ADMIN_ROLE_TOKEN_KIND"),
            help="People with this role become administrators at sign-in; other people lose the role.",
            empty="Sign-in does not change roles.",
            consequence="Administrators who do not have the role at the provider are demoted. All three "
            "OPENID_ADMIN_ROLE settings are needed.",
            source="api/strategies/openidStrategy.js:715"),
        text("OPENID_ADMIN_ROLE_PARAMETER_PATH", "OpenID: path of the administrator role", since=Release(0, 8, 1, 1),
            applies=any_set("OPENID_CLIENT_ID"), required=any_set("OPENID_ADMIN_ROLE", "OPENID_ADMIN_ROLE_TOKEN_KIND"),
            help="The path of the roles in the token.",
            empty="The administrator role has no effect.", consequence="The administrator role has no effect.",
            source="api/strategies/openidStrategy.js:716"),
        choice("OPENID_ADMIN_ROLE_TOKEN_KIND", "OpenID: token with the administrator role",
            since=Release(0, 8, 1, 1), applies=any_set("OPENID_CLIENT_ID"),
            required=any_set("OPENID_ADMIN_ROLE", "OPENID_ADMIN_ROLE_PARAMETER_PATH"),
            help="The token that contains the roles.",
            empty="The administrator role has no effect.",
            consequence="With any value other than access, id or userinfo, every sign-in fails.",
            choices=(
                Choice("access", "the access token"),
                Choice("id", "the ID token"),
                Choice("userinfo", "the response of the userinfo endpoint"),
            ),
            source="api/strategies/openidStrategy.js:717"),
        switch("OPENID_ROLE_SYNC_ENABLED", "OpenID: sync roles", default="false",
            applies=any_set("OPENID_CLIENT_ID"),
            help="Gives people the LibreChat role that the provider sends, at every sign-in.",
            empty="Off.", consequence="If the claim is missing or a role is unknown, only administrators can sign in.",
            source="packages/api/src/auth/openidRoleSync.ts:62"),
        switch("OPENID_ROLE_SYNC_API_ENABLED", "OpenID: sync roles for API access", default="false",
            applies=any_set("OPENID_CLIENT_ID"),
            help="Does the same for API access with the provider's tokens.",
            empty="Off.", consequence="If on without OPENID_ROLE_SYNC_ENABLED, every sign-in fails.",
            source="packages/api/src/auth/openidRoleSync.ts:63"),
        choice("OPENID_ROLE_SYNC_SOURCE", "OpenID: token with the roles", default="id",
            applies=any_set("OPENID_CLIENT_ID"),
            help="The token that contains the roles to sync.",
            empty="id.", consequence="With any other value, sign-ins fail if role sync is on.",
            choices=(
                Choice("access", "the access token"),
                Choice("id", "the ID token"),
                Choice("userinfo", "the response of the userinfo endpoint"),
            ),
            source="packages/api/src/auth/openidRoleSync.ts:64"),
        text("OPENID_ROLE_SYNC_CLAIM", "OpenID: claim with the roles", applies=any_set("OPENID_CLIENT_ID"),
            help="The claim that contains the roles.",
            empty="Sign-ins fail if role sync is on.",
            consequence="Sign-ins fail if role sync is on.",
            source="packages/api/src/auth/openidRoleSync.ts:66"),
        listing("OPENID_ROLE_SYNC_ROLE_PRIORITY", "OpenID: role priority", applies=any_set("OPENID_CLIENT_ID"),
            help="LibreChat roles in order of priority, highest first. A person gets the first one that the provider "
            "sends. ADMIN is not allowed.",
            empty="None.", consequence="With ADMIN or an unknown role, sign-ins fail.",
            source="packages/api/src/auth/openidRoleSync.ts:68"),
        text("OPENID_ROLE_SYNC_FALLBACK_ROLE", "OpenID: fallback role", applies=any_set("OPENID_CLIENT_ID"),
            help="The role of people without a role at the provider. ADMIN is not allowed.",
            empty="The person keeps the current role.", consequence="With ADMIN or an unknown role, sign-ins fail.",
            source="packages/api/src/auth/openidRoleSync.ts:71"),
    ),
)  # fmt: skip
