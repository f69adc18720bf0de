"""Settings: the addresses of LibreChat, and the proxies in front of it."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import integer, listing, section, url
from wizard.librechat.releases import Release

APPLE: Final = "configuration/authentication/OAuth2-OIDC/apple"

SECTION: Final = section(
    "domains", "Addresses",
    intro="Under which address people reach LibreChat, and which proxies are in between.",
    docs="configuration/dotenv", since=Release(0, 8, 6), source_release=Release(0, 8, 8, 1),
    settings=(
        url("DOMAIN_CLIENT", "Address for browsers", since=Release(0, 5, 0), docs=APPLE,
            help="The address people type to reach LibreChat, scheme included and without a slash at the end. Links in mails and the way back from sign-in providers are made from it.",
            empty="Links in mails begin with the word 'undefined'.",
            consequence="Without a scheme LibreChat stops at start (v0.8.0-rc4 and later) and mail links lead nowhere. A slash at the end doubles it in links.",
            pattern=r"https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?",
            pattern_help="it must begin with http:// or https:// and must not end with a slash.",
            source="api/server/controllers/auth/LogoutController.js:68 api/server/controllers/auth/oauth.js:16 api/server/experimental.js:336,337"),
        url("DOMAIN_SERVER", "Address of the server", since=Release(0, 5, 0), docs=APPLE,
            help="The address under which the sign-in routes are reached, normally the same as DOMAIN_CLIENT. The redirect URI of every provider begins with it.",
            empty="Redirect URIs begin with the word 'undefined'.",
            consequence="A wrong scheme, host or a slash at the end makes every provider refuse the redirect URI. Its host also decides whether cookies are Secure.",
            pattern=r"https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?",
            pattern_help="it must begin with http:// or https:// and must not end with a slash.",
            source="api/app/clients/tools/structured/FluxAPI.js:176 api/server/controllers/auth/oauth.js:17 api/server/routes/config.js:89 api/server/routes/oauth.js:29"),
        integer("TRUST_PROXY", "Number of proxies", since=Release(0, 7, 7), default="1", minimum=-1, maximum=20,
            help="How many proxies are between the browser and LibreChat, so the right client address is counted by limits and bans. -1 trusts nobody: right where LibreChat is reached without any proxy.",
            empty="LibreChat trusts one proxy.",
            consequence="0, true, names and networks all count as 1. Too low: all people share one address and its limits. Too high: a client can make up its address.",
            source="api/server/index.js:77,82"),
        url("PROXY", "Outgoing proxy", since=Release(0, 0, 3),
            help="A proxy for LibreChat's own requests to the outside, OpenID discovery among them. It wins over HTTP_PROXY and HTTPS_PROXY.",
            empty="LibreChat connects directly.",
            consequence="With a wrong address OpenID is not found at start and its button answers with an error.",
            source="packages/api/src/utils/proxy.ts:32"),
        url("HTTP_PROXY", "Outgoing proxy for http",
            help="A proxy for LibreChat's own plain HTTP requests.",
            empty="None; PROXY counts first.", consequence="Requests to the outside fail.",
            source="packages/api/src/utils/proxy.ts:39"),
        url("HTTPS_PROXY", "Outgoing proxy for https",
            help="A proxy for LibreChat's own HTTPS requests, among them OpenID discovery, tokens and keys.",
            empty="None; PROXY counts first.", consequence="With a wrong address OpenID sign-in fails.",
            source="packages/api/src/utils/proxy.ts:40"),
        listing("NO_PROXY", "Hosts without proxy",
            help="Hosts that LibreChat reaches directly although an outgoing proxy is set, separated by commas.",
            empty="The compose files list LibreChat's own services.",
            consequence="An identity provider listed here by mistake is not reached where only the proxy leads out.",
            source="packages/api/src/utils/proxy.ts:33"),
    ),
)  # fmt: skip
