"""Presets for OpenID providers: common values, an example issuer, and what their console calls the values to enter there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

STANDARD: Final = MappingProxyType(
    {"OPENID_SCOPE": "openid profile email", "OPENID_CALLBACK_URL": "/oauth/openid/callback"}
)
"""What every provider works with."""
_NAMED: Final = {**STANDARD, "OPENID_NAME_CLAIM": "name"}
"""LibreChat does not use the standard claim ``name`` by itself: without given_name and family_name it shows the email address."""


class ConsoleWords(NamedTuple):
    """What a provider's console or configuration file calls what is entered there; empty: it asks nothing of the kind."""

    redirect: str = "Redirect URI"
    scopes: str = "Scopes"
    sign_out: str = "After sign-out"
    origin: str = ""
    more: tuple[tuple[str, str], ...] = ()
    """Further lines, word for word."""


class OpenIdPreset(NamedTuple):
    """A provider: values that fit everybody, the form of its issuer, and what to do there."""

    id: str
    title: str
    values: Mapping[str, str]
    issuer: str
    """What a value of one's own looks like; empty if it is the same for everybody."""
    advice: str
    words: ConsoleWords = ConsoleWords()
    page: str = ""
    """Its page among LibreChat's (content/docs/configuration/authentication/OAuth2-OIDC in librechat.ai); empty: it has none."""


def _values(title: str, **more: str) -> Mapping[str, str]:
    return MappingProxyType({**_NAMED, "OPENID_BUTTON_LABEL": f"Continue with {title}", **more})


OPENID_PRESETS: Final[tuple[OpenIdPreset, ...]] = (
    OpenIdPreset(
        "keycloak", "Keycloak", _values("Keycloak"), "https://keycloak.example.com/realms/REALM",
        "Go to Clients, Create client. Choose OpenID Connect, turn on 'Client authentication' and enable only 'Standard flow'. The secret is under Credentials.",
        ConsoleWords("Valid redirect URIs", "", "Valid post logout redirect URIs"),
        page="keycloak",
    ),
    OpenIdPreset(
        "authentik", "Authentik", _values("Authentik"), "https://authentik.example.com/application/o/SLUG/",
        "Create an OAuth2/OpenID provider (Confidential, Strict redirect URI) and an application. The issuer ends "
        "with a slash.",
        ConsoleWords("Redirect URIs (Strict)", "", ""),
        page="authentik",
    ),
    OpenIdPreset(
        "authelia", "Authelia", _values("Authelia"), "https://auth.example.com",
        "Add these lines to a client in identity_providers.oidc.clients. Authelia's client_secret is a hash; in the wizard, type the plain-text secret.",
        ConsoleWords("redirect_uris", "scopes", "", more=(("token_endpoint_auth_method", "client_secret_post"),)),
        page="authelia",
    ),
    OpenIdPreset(
        "entra", "Entra ID (Azure AD)", _values("Microsoft"), "https://login.microsoftonline.com/TENANT-ID/v2.0",
        "Go to App registrations > New registration and choose the Web platform. Under Certificates & secrets, copy "
        "the secret's Value, not its ID.",
        ConsoleWords("Redirect URI (Web)", "API permissions", "Redirect URI (Web), for sign-out"),
        page="azure",
    ),
    OpenIdPreset(
        "google", "Google Workspace", _values("Google", OPENID_ISSUER="https://accounts.google.com"), "",
        "In the Google Cloud console, go to Clients and create a Web application client. If the audience is Internal, only users in your Workspace can sign in.",
        ConsoleWords("Authorized redirect URIs", "", "", "Authorized JavaScript origins"),
    ),
    OpenIdPreset(
        "okta", "Okta", _values("Okta"), "https://TENANT.okta.com",
        "Go to Applications, Create App Integration. Choose OIDC, Web Application and Authorization Code. Then assign users or groups to the app.",
        ConsoleWords("Sign-in redirect URIs", "", "Sign-out redirect URIs"),
    ),
    OpenIdPreset(
        "auth0", "Auth0", _values("Auth0"), "https://TENANT.eu.auth0.com/",
        "Create a Regular Web Application. Under Credentials, choose Client Secret (Post). The issuer is the application's domain with https:// and a trailing slash.",
        ConsoleWords("Allowed Callback URLs", "", "Allowed Logout URLs"),
        page="auth0",
    ),
    OpenIdPreset(
        "cognito", "Amazon Cognito", _values("Cognito", OPENID_GENERATE_NONCE="true"), "https://cognito-idp.REGION.amazonaws.com/POOL-ID",
        "Create an app client with a secret (Traditional web application), the authorization code grant and these "
        "scopes.",
        ConsoleWords("Allowed callback URLs", "OpenID Connect scopes", "Allowed sign-out URLs"),
        page="aws",
    ),
    OpenIdPreset(
        "zitadel", "Zitadel", _values("Zitadel"), "https://TENANT.zitadel.cloud",
        "In a project, create an application: choose Web, CODE and the authentication method POST. Under Token Settings, turn on "
        "'User Info inside ID Token'.",
        ConsoleWords("Redirect URIs", "", "Post Logout URIs"),
    ),
    OpenIdPreset(
        "dex", "Dex", _values("Dex"), "https://dex.example.com/dex",
        "Add these lines to an entry in staticClients, after id, name and secret. Dex does not support sign-out.",
        ConsoleWords("redirectURIs", "", ""),
    ),
    OpenIdPreset(
        "other", "Other", STANDARD, "https://id.example.com",
        "The issuer is the part of the discovery URL before /.well-known/openid-configuration. The client must support client_secret_post.",
    ),
)  # fmt: skip


def words_of(chosen: str | None) -> ConsoleWords:
    """Return what the chosen provider calls things."""
    return next((preset.words for preset in OPENID_PRESETS if preset.id == chosen), ConsoleWords())


def page_of(chosen: str | None) -> str:
    """Return the address of LibreChat's page on the chosen provider; empty if there is none."""
    page = next((preset.page for preset in OPENID_PRESETS if preset.id == chosen), "")
    return page and f"https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC/{page}"
