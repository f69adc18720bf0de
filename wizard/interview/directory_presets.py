"""Presets for SAML providers and LDAP directories: common values, examples for the others, and what to set up there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_WS_FED: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
"""How Entra ID and AD FS call attributes; LibreChat compares the exact Name."""


class SamlWords(NamedTuple):
    """What a provider's console or configuration file calls what is entered there."""

    callback: str = "ACS URL (reply URL)"
    entity: str = "Entity ID (audience)"
    sign_on: str = ""
    more: tuple[tuple[str, str], ...] = ()
    """Further lines, word for word."""


class DirectoryPreset(NamedTuple):
    """A provider: values that fit everybody, what values of one's own look like, and what to do there."""

    id: str
    title: str
    values: Mapping[str, str]
    example: Mapping[str, str]
    advice: str
    words: SamlWords = SamlWords()


def _claims(title: str, mail: str, user: str, given: str, family: str, **more: str) -> Mapping[str, str]:
    names = {
        "SAML_EMAIL_CLAIM": mail,
        "SAML_USERNAME_CLAIM": user,
        "SAML_GIVEN_NAME_CLAIM": given,
        "SAML_FAMILY_NAME_CLAIM": family,
    }
    return MappingProxyType({**names, "SAML_BUTTON_LABEL": f"Continue with {title}", **more})


def _form(entry_point: str) -> Mapping[str, str]:
    issuer = "https://chat.example.com"
    return MappingProxyType({"SAML_ENTRY_POINT": entry_point, "SAML_ISSUER": issuer, "SAML_CERT": "./idp.pem"})


SAML_PRESETS: Final[tuple[DirectoryPreset, ...]] = (
    DirectoryPreset(
        "entra", "Entra ID (Azure AD)",
        _claims("Microsoft", f"{_WS_FED}emailaddress", f"{_WS_FED}name", f"{_WS_FED}givenname", f"{_WS_FED}surname"),
        _form("https://login.microsoftonline.com/TENANT-ID/saml2"),
        "Go to Enterprise applications, New application, Create your own application, then Single sign-on, SAML. "
        "Download 'Certificate (Base64)'. Set the signing option to 'Sign SAML assertion' with SHA-256. Leave token encryption off.",
        SamlWords("Reply URL (Assertion Consumer Service URL)", "Identifier (Entity ID)", "Sign on URL"),
    ),
    DirectoryPreset(
        "adfs", "AD FS",
        _claims("AD FS", f"{_WS_FED}emailaddress", f"{_WS_FED}name", f"{_WS_FED}givenname", f"{_WS_FED}surname"),
        _form("https://adfs.example.com/adfs/ls/"),
        "Add a relying party trust manually, without token encryption. Send these LDAP attributes as claims: email, UPN (as Name and Name ID), given name and surname.",
        SamlWords("Relying party SAML 2.0 SSO service URL", "Relying party trust identifier"),
    ),
    DirectoryPreset(
        "keycloak", "Keycloak",
        _claims("Keycloak", "email", "username", "given_name", "family_name", SAML_USE_AUTHN_RESPONSE_SIGNED="true"),
        _form("https://keycloak.example.com/realms/REALM/protocol/saml"),
        "Create a SAML client. Add User Property mappers for email, username, firstName and lastName with the listed SAML attribute names. Use the certificate of the realm's RS256 key.",
        SamlWords(
            "Valid redirect URIs", "Client ID",
            more=(
                ("Client signature required", "Off"),
                ("Sign documents", "On"),
                ("Encrypt assertions", "Off"),
                ("SAML attribute names", "email, username, given_name, family_name"),
            ),
        ),
    ),
    DirectoryPreset(
        "simplesamlphp", "SimpleSAMLphp",
        _claims("single sign-on", "mail", "uid", "givenName", "sn"),
        _form("https://idp.example.com/simplesaml/module.php/saml/idp/singleSignOnService"),
        "In metadata/saml20-sp-remote.php, add an entry with the entity ID as its key. In version 1, the sign-on URL "
        "is /simplesaml/saml2/idp/SSOService.php.",
        SamlWords(
            "AssertionConsumerService", "$metadata[...]",
            more=(("validate.authnrequest", "false"), ("assertion.encryption", "false"), ("saml20.sign.assertion", "true")),
        ),
    ),
    DirectoryPreset(
        "other", "Other", _NONE, _form("https://idp.example.com/sso"),
        "The provider must send its response by POST, sign the assertion (RSA, SHA-256) without encrypting it, and accept unsigned requests.",
    ),
)  # fmt: skip


def _attributes(filter_text: str, identity: str, full_name: str) -> Mapping[str, str]:
    return MappingProxyType(
        {
            "LDAP_SEARCH_FILTER": filter_text,
            "LDAP_ID": identity,
            "LDAP_USERNAME": identity,
            "LDAP_EMAIL": "mail",
            "LDAP_FULL_NAME": full_name,
            "LDAP_LOGIN_USES_USERNAME": "true",
            "LDAP_TLS_REJECT_UNAUTHORIZED": "true",
        }
    )


def _place(server: str, base: str, account: str) -> Mapping[str, str]:
    names = {"LDAP_URL": server, "LDAP_USER_SEARCH_BASE": base, "LDAP_BIND_DN": account}
    return MappingProxyType({**names, "LDAP_CA_CERT_PATH": "./ldap-ca.pem"})


LDAP_PRESETS: Final[tuple[DirectoryPreset, ...]] = (
    DirectoryPreset(
        "ad", "Active Directory",
        _attributes("(&(objectCategory=person)(objectClass=user)(sAMAccountName={{username}}))", "sAMAccountName", "displayName"),
        _place("ldaps://dc1.example.com:636", "OU=Staff,DC=example,DC=com", "librechat@example.com"),
        "Create an ordinary user whose password does not expire. LDAPS requires the domain CA's certificate: mount it and set LDAP_CA_CERT_PATH to its path.",
    ),
    DirectoryPreset(
        "openldap", "OpenLDAP",
        _attributes("(&(objectClass=inetOrgPerson)(uid={{username}}))", "uid", "cn"),
        _place("ldaps://ldap.example.com:636", "ou=people,dc=example,dc=com", "cn=librechat,ou=services,dc=example,dc=com"),
        "Create an entry with a password. In olcAccess, allow this entry to read user entries, but not passwords.",
    ),
    DirectoryPreset(
        "freeipa", "FreeIPA",
        _attributes("(&(objectClass=person)(uid={{username}})(!(nsAccountLock=TRUE)))", "uid", "displayName"),
        _place(
            "ldaps://ipa.example.com:636", "cn=users,cn=accounts,dc=example,dc=com",
            "uid=librechat,cn=sysaccounts,cn=etc,dc=example,dc=com",
        ),
        "Create a system account under cn=sysaccounts,cn=etc. The CA certificate is /etc/ipa/ca.crt on the server.",
    ),
    DirectoryPreset(
        "lldap", "lldap",
        _attributes("(&(objectClass=person)(uid={{username}}))", "uid", "cn"),
        _place("ldaps://lldap.example.com:6360", "ou=people,dc=example,dc=com", "uid=librechat,ou=people,dc=example,dc=com"),
        "Create a user in the lldap_strict_readonly group. Enable LDAPS in lldap (ldaps_options). Use lldap's unencrypted port 3890 only on the same host.",
    ),
    DirectoryPreset(
        "other", "Other", _NONE,
        _place("ldaps://ldap.example.com:636", "ou=people,dc=example,dc=com", "cn=librechat,dc=example,dc=com"),
        "Spell the attributes exactly as the directory does.",
    ),
)  # fmt: skip


def saml_words(chosen: str | None) -> SamlWords:
    """Return what the chosen provider calls things."""
    return next((preset.words for preset in SAML_PRESETS if preset.id == chosen), SamlWords())
