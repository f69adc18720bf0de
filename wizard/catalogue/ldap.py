"""Sign-in against an LDAP directory."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.conditions import any_set
from wizard.catalogue.declare import listing, path, secret, section, switch, text, url
from wizard.librechat.releases import Release

SECTION: Final = section(
    "ldap", "LDAP",
    intro="Sign-in with a directory instead of local accounts.",
    docs="configuration/authentication/ldap", since=Release(0, 7, 3, 2), source_release=Release(0, 8, 8, 1),
    settings=(
        url("LDAP_URL", "LDAP: server", required=any_set("LDAP_USER_SEARCH_BASE"),
            help="The directory server: ldap://HOST:389 or ldaps://HOST:636. If LDAP is on, the sign-in form accepts "
            "LDAP accounts instead of local ones.",
            empty="LDAP is off.",
            consequence="If LibreChat cannot reach the server, every sign-in fails. Local accounts, including the administrator's, can no longer sign in through the form.",
            pattern=r"[Ll][Dd][Aa][Pp][Ss]?://\S+", pattern_help="it must begin with ldap:// or ldaps://.",
            source="api/server/experimental.js:413 api/server/index.js:289 api/server/routes/auth.js:40 api/server/services/Config/ldap.js:5"),
        text("LDAP_BIND_DN", "LDAP: bind DN", required=any_set("LDAP_BIND_CREDENTIALS"),
            help="The account that LibreChat uses to search the directory.",
            empty="LibreChat searches anonymously, which Active Directory refuses.",
            consequence="Every sign-in fails with a wrong-password error.",
            source="api/strategies/ldapStrategy.js:16,64"),
        secret("LDAP_BIND_CREDENTIALS", "LDAP: bind password", required=any_set("LDAP_BIND_DN"),
            help="The password of that account.",
            empty="LibreChat searches anonymously.", consequence="Every sign-in fails with a wrong-password error.",
            source="api/strategies/ldapStrategy.js:17,65"),
        text("LDAP_USER_SEARCH_BASE", "LDAP: search base", required=any_set("LDAP_URL"),
            help="Where LibreChat searches for users in the directory, such as ou=people,dc=example,dc=com.",
            empty="LDAP is off, and users sign in with local accounts.", consequence="The search finds nobody.",
            source="api/server/experimental.js:413 api/server/index.js:289 api/server/routes/auth.js:40 api/server/services/Config/ldap.js:5"),
        text("LDAP_SEARCH_FILTER", "LDAP: search filter", default="mail={{username}}",
            help="The filter that finds a user. LibreChat replaces {{username}} with the name that the user typed.",
            empty="mail={{username}}.",
            consequence="Without {{username}}, the search finds the same entry for every user, or none at all.",
            pattern=r".*\{\{username\}\}.*", pattern_help="it must contain {{username}}, which stands for the typed "
            "name.",
            source="api/strategies/ldapStrategy.js:19,67"),
        path("LDAP_CA_CERT_PATH", "LDAP: CA certificate",
            help="The path inside the container to the certificate of the CA that signed the directory's certificate.",
            empty="LibreChat uses Node's built-in CAs, not the machine's.",
            consequence="If LibreChat cannot read the file, it stops at startup, even if LDAP is off. If this is set, "
            "verification is off unless LDAP_TLS_REJECT_UNAUTHORIZED is true.",
            source="api/strategies/ldapStrategy.js:20,69,74"),
        switch("LDAP_TLS_REJECT_UNAUTHORIZED", "LDAP: verify the certificate", since=Release(0, 7, 4), default="false",
            help="Whether LibreChat verifies the directory's certificate if LDAP_CA_CERT_PATH is set.",
            empty="LibreChat does not verify the certificate if LDAP_CA_CERT_PATH is set; otherwise it always does.",
            consequence="If off, anyone on the network path can read every password.",
            source="api/strategies/ldapStrategy.js:25,58"),
        switch("LDAP_STARTTLS", "LDAP: StartTLS", since=Release(0, 7, 8, 1), default="false",
            help="Meant to encrypt an ldap:// connection. It never works in LibreChat: use ldaps:// in LDAP_URL instead.",
            empty="Off.", consequence="If on, nobody can sign in, and LibreChat sends the bind password in plain text.",
            source="api/strategies/ldapStrategy.js:26,59"),
        switch("LDAP_LOGIN_USES_USERNAME", "LDAP: ask for a user name", since=Release(0, 7, 4), default="false",
            help="Whether the form asks for a user name instead of an email address.",
            empty="The form asks for an email address.", consequence="If off, users cannot enter a name without an @.",
            source="api/server/services/Config/ldap.js:10"),
        text("LDAP_ID", "LDAP: identity attribute", since=Release(0, 7, 4),
            help="The attribute that identifies an account permanently.",
            empty="uid, then sAMAccountName, then mail.",
            consequence="If you change it later, everyone gets a new, empty account.",
            source="api/strategies/ldapStrategy.js:22,49,50,95"),
        text("LDAP_USERNAME", "LDAP: user name attribute", since=Release(0, 7, 4),
            help="The attribute used as the user name.",
            empty="givenName, then mail.", consequence="Users get unexpected user names.",
            source="api/strategies/ldapStrategy.js:23,52,53,104"),
        text("LDAP_EMAIL", "LDAP: email attribute", since=Release(0, 7, 5),
            help="The attribute used as the email address.",
            empty="mail, then the user name followed by @ldap.local.",
            consequence="Users whose entries lack the attribute get an address that does not exist.",
            source="api/strategies/ldapStrategy.js:24,55,56,106"),
        listing("LDAP_FULL_NAME", "LDAP: name attributes", since=Release(0, 7, 4),
            help="The attributes that make up the display name, separated by commas without spaces.",
            empty="cn, then name, commonname, displayName.", consequence="LibreChat ignores an attribute with a leading space.",
            source="api/strategies/ldapStrategy.js:21,46,47,97"),
    ),
)  # fmt: skip
