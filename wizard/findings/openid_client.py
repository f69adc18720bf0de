"""Findings of the check ``openid``: the client's registration at the provider, and its secret.

Tuples, because ``openid_check`` gives them out by their causes.
"""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_FAILED = "Users are sent back to the sign-in page with 'auth_failed'."
_of = partial(
    FindingEntry, check="openid", docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC"
)
_at_client, _at_secret = partial(_of, stage="client"), partial(_of, stage="secret")
CLIENT_ENTRIES = (
    _at_client(
        "client.unknown",
        "The provider does not recognize the client ID in OPENID_CLIENT_ID.",
        "Copy the client ID from the provider's console, without spaces.",
        consequence="The provider shows an error page and never sends users back.",
        settings=("OPENID_CLIENT_ID",),
    ),
    _at_client(
        "client.refused",
        "The provider rejected the authorization request because of the client ID or the redirect URI.",
        "Compare the client ID and redirect URI with those in the provider's console.",
        consequence="The provider shows an error page and never sends users back.",
        settings=("OPENID_CLIENT_ID", "DOMAIN_SERVER", "OPENID_CALLBACK_URL"),
    ),
    _at_client(
        "client.unchecked",
        "Until someone signs in, the provider gives the same response to correct and incorrect redirect URIs.",
        "Sign in once to find out whether the redirect URI is registered.",
    ),
    _at_client(
        "redirect.refused",
        "The provider rejects LibreChat's redirect URI.",
        "Register exactly this redirect URI with the provider.",
        consequence="The provider shows an error page and never sends users back.",
        settings=("DOMAIN_SERVER", "OPENID_CALLBACK_URL"),
    ),
    _at_client(
        "redirect.wildcard",
        "The provider also accepts redirect URIs that do not exactly match a registered one.",
        "Register exact redirect URIs instead of a pattern.",
        consequence="An overly broad pattern lets attackers steal authorization codes.",
    ),
    _at_client(
        "redirect.admin-panel",
        "The provider rejects the admin panel's redirect URI.",
        "Register the admin panel's redirect URI with the provider as well.",
        consequence="Administrators who sign in to the admin panel through OpenID see the provider's error page.",
        settings=("DOMAIN_SERVER",),
    ),
    _at_client(
        "provider.unreachable",
        "The provider's authorization page could not be reached.",
        "Check authorization_endpoint in the discovery document. Browsers must be able to reach it.",
        consequence="Users see a connection error instead of the provider's sign-in page.",
        transient=True,
    ),
    _at_client(
        "provider.odd",
        "The provider's authorization page returned an unexpected response.",
        "Check the provider's log. Sign in once to see whether a real sign-in works.",
        transient=True,
    ),
    _at_client(
        "scope.refused",
        "The provider does not allow this client to use one of the scopes in OPENID_SCOPE.",
        "Allow the scope for the client in the provider's console, or remove it from OPENID_SCOPE.",
        consequence=_FAILED,
        settings=("OPENID_SCOPE",),
    ),
    _at_client(
        "policy.par",
        "The provider requires pushed authorization requests, which LibreChat does not send.",
        "Switch off 'pushed authorization requests required' for this client in the provider's console.",
        consequence=_FAILED,
    ),
    _at_client(
        "policy.jar",
        "The provider requires signed request objects, which LibreChat does not send.",
        "Switch off 'request object required' for this client in the provider's console.",
        consequence=_FAILED,
    ),
    _at_client(
        "policy.flow",
        "The provider does not allow this client to use the authorization code flow.",
        "Allow the authorization code flow (standard flow) for the client in the provider's console.",
        consequence=_FAILED,
    ),
    _at_client(
        "policy.refused",
        "The provider's policy blocks the sign-in, so the provider sends users back with an error.",
        "In the provider's console, change the policy mentioned in the error.",
        consequence=_FAILED,
    ),
)
"""About the authorization request."""
SECRET_ENTRIES = (
    _at_secret(
        "secret.wrong",
        "The provider rejected OPENID_CLIENT_SECRET.",
        "Create a new client secret in the provider's console and copy it into OPENID_CLIENT_SECRET. Allow "
        "client_secret_post.",
        consequence=_FAILED,
        settings=("OPENID_CLIENT_SECRET",),
    ),
    _at_secret(
        "secret.missing",
        "The provider requires a client secret, but OPENID_CLIENT_SECRET is not set.",
        "Set OPENID_CLIENT_SECRET, or make the client public in the provider's console.",
        consequence=_FAILED,
        settings=("OPENID_CLIENT_SECRET",),
    ),
    _at_secret(
        "secret.expired",
        "The client secret has expired.",
        "Create a new client secret and copy its Value into OPENID_CLIENT_SECRET.",
        consequence=_FAILED,
        settings=("OPENID_CLIENT_SECRET",),
    ),
    _at_secret(
        "secret.method",
        "The secret is right, but the provider does not accept client_secret_post, the only method that LibreChat "
        "uses.",
        "Set token_endpoint_auth_method to client_secret_post for this client in the provider's console.",
        consequence=_FAILED,
        settings=("OPENID_CLIENT_SECRET",),
    ),
    _at_secret(
        "secret.public",
        "The provider treats the client as public and rejects any secret.",
        "Clear OPENID_CLIENT_SECRET and set OPENID_USE_PKCE=true (v0.8.6 and later), or make the client confidential.",
        consequence=_FAILED,
        settings=("OPENID_CLIENT_SECRET", "OPENID_USE_PKCE"),
    ),
    _at_secret(
        "secret.unchecked",
        "The provider gives the same response to correct and incorrect secrets, so the secret could not be checked.",
        "Sign in once to find out whether the secret is right.",
        settings=("OPENID_CLIENT_SECRET",),
    ),
    _at_secret(
        "secret.elsewhere",
        "The token endpoint is outside the issuer's domain, so the wizard did not send the secret there.",
        "Check the discovery document. To find out whether the secret is right, sign in once.",
        settings=("OPENID_ISSUER", "OPENID_CLIENT_SECRET"),
    ),
    _at_secret(
        "token.unreachable",
        "The provider's token endpoint could not be reached.",
        "Check token_endpoint in the discovery document. LibreChat's container must be able to reach it.",
        consequence="Every sign-in fails with an error after the provider's sign-in page.",
        transient=True,
    ),
    _at_secret(
        "token.busy",
        "The provider's token endpoint refused the request, so the secret could not be checked.",
        "Try again later: doctor --only openid",
        transient=True,
    ),
    _at_secret(
        "token.odd",
        "The provider's token endpoint did not respond to the test as OAuth requires.",
        "Check the provider's log. Sign in once to see whether a real sign-in works.",
        transient=True,
    ),
)
"""About the token request."""
