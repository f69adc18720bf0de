"""The addresses of LibreChat and the proxies around it."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.model import Kind, Setting
from wizard.librechat.releases import Release

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        key="DOMAIN_CLIENT",
        section="domains",
        kind=Kind.URL,
        title="Address for browsers",
        help=(
            "The address people type to reach LibreChat, scheme included and without a slash at the end. "
            "Links in mails and the way back from sign-in providers are made from it."
        ),
        empty="Links in mails begin with the word 'undefined'.",
        consequence=(
            "Without a scheme LibreChat stops at start (v0.8.0-rc4 and later) and mail links lead nowhere. A "
            "slash at the end doubles it in links."
        ),
        docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC/apple",
        pattern=r"https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?",
        pattern_help="it must begin with http:// or https:// and must not end with a slash.",
        since=Release(0, 5, 0),
        source=(
            "api/server/controllers/auth/LogoutController.js:68",
            "api/server/controllers/auth/oauth.js:16",
            "api/server/experimental.js:336",
            "api/server/experimental.js:337",
        ),
    ),
    Setting(
        key="DOMAIN_SERVER",
        section="domains",
        kind=Kind.URL,
        title="Address of the server",
        help=(
            "The address under which the sign-in routes are reached, normally the same as DOMAIN_CLIENT. The "
            "redirect URI of every provider begins with it."
        ),
        empty="Redirect URIs begin with the word 'undefined'.",
        consequence=(
            "A wrong scheme, host or a slash at the end makes every provider refuse the redirect URI. Its "
            "host also decides whether cookies are Secure."
        ),
        docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC/apple",
        pattern=r"https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?",
        pattern_help="it must begin with http:// or https:// and must not end with a slash.",
        since=Release(0, 5, 0),
        source=(
            "api/app/clients/tools/structured/FluxAPI.js:176",
            "api/server/controllers/auth/oauth.js:17",
            "api/server/routes/config.js:89",
            "api/server/routes/oauth.js:29",
        ),
    ),
    Setting(
        key="TRUST_PROXY",
        section="domains",
        kind=Kind.INT,
        title="Number of proxies",
        help=(
            "How many proxies stand between the browser and LibreChat, so that the right client address is "
            "counted by limits and bans. -1 trusts nobody: right where LibreChat is reached without any "
            "proxy."
        ),
        empty="LibreChat trusts one proxy.",
        consequence=(
            "0, true, names and networks all count as 1. Too low: all people share one address and its "
            "limits. Too high: a client can make up its address."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="1",
        minimum=-1,
        maximum=20,
        since=Release(0, 7, 7),
        source=(
            "api/server/index.js:77",
            "api/server/index.js:82",
        ),
    ),
    Setting(
        key="PROXY",
        section="domains",
        kind=Kind.URL,
        title="Outgoing proxy",
        help=(
            "A proxy for LibreChat's own requests to the outside, OpenID discovery among them. It wins over "
            "HTTP_PROXY and HTTPS_PROXY."
        ),
        empty="LibreChat connects directly.",
        consequence="With a wrong address OpenID is not found at start and its button answers with an error.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        since=Release(0, 0, 3),
        source=("packages/api/src/utils/proxy.ts:32",),
    ),
    Setting(
        key="HTTP_PROXY",
        section="domains",
        kind=Kind.URL,
        title="Outgoing proxy for http",
        help="A proxy for LibreChat's own plain HTTP requests.",
        empty="None; PROXY counts first.",
        consequence="Requests to the outside fail.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        since=Release(0, 8, 6),
        source=("packages/api/src/utils/proxy.ts:39",),
    ),
    Setting(
        key="HTTPS_PROXY",
        section="domains",
        kind=Kind.URL,
        title="Outgoing proxy for https",
        help="A proxy for LibreChat's own HTTPS requests, among them OpenID discovery, tokens and keys.",
        empty="None; PROXY counts first.",
        consequence="With a wrong address OpenID sign-in fails.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        since=Release(0, 8, 6),
        source=("packages/api/src/utils/proxy.ts:40",),
    ),
    Setting(
        key="NO_PROXY",
        section="domains",
        kind=Kind.LIST,
        title="Hosts without proxy",
        help=("Hosts that LibreChat reaches directly although an outgoing proxy is set, separated by commas."),
        empty="The compose files list LibreChat's own services.",
        consequence="An identity provider listed here by mistake is not reached where only the proxy leads out.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        since=Release(0, 8, 6),
        source=("packages/api/src/utils/proxy.ts:33",),
    ),
)
