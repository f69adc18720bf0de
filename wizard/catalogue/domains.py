"""Settings: the addresses of LibreChat, and the proxies in front of it."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import integer, listing, section, url
from wizard.librechat.releases import Release

SECTION: Final = section(
    "domains", "Addresses",
    intro="The address of LibreChat, and the proxies in front of it.",
    docs="configuration/dotenv", since=Release(0, 8, 6), source_release=Release(0, 8, 8, 1),
    settings=(
        url("DOMAIN_CLIENT", "Address for browsers", since=Release(0, 5, 0),
            help="The address that users open in the browser, with the scheme and without a trailing slash. LibreChat uses it in email links and to return users after provider sign-in.",
            empty="Links in emails begin with the word 'undefined'.",
            consequence="Without a scheme, LibreChat stops at startup (v0.8.0-rc4 and later) or sends email links that do not "
            "work. A trailing slash becomes a double slash in links.",
            pattern=r"https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?",
            pattern_help="it must begin with http:// or https:// and must not end with a slash.",
            source="api/server/controllers/auth/LogoutController.js:68 api/server/controllers/auth/oauth.js:16 api/server/experimental.js:336,337"),
        url("DOMAIN_SERVER", "Server address", since=Release(0, 5, 0),
            help="The address of LibreChat's sign-in routes, normally the same as DOMAIN_CLIENT. The redirect URI of "
            "every provider begins with it.",
            empty="Redirect URIs begin with the word 'undefined'.",
            consequence="If the scheme or host is wrong or there is a trailing slash, every provider rejects the redirect URI. The host also determines whether cookies are Secure.",
            pattern=r"https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?",
            pattern_help="it must begin with http:// or https:// and must not end with a slash.",
            source="api/app/clients/tools/structured/FluxAPI.js:176 api/server/controllers/auth/oauth.js:17 api/server/routes/config.js:89 api/server/routes/oauth.js:29"),
        integer("TRUST_PROXY", "Number of proxies", since=Release(0, 7, 7), default="1", minimum=-1, maximum=20,
            help="The number of proxies between the browser and LibreChat. LibreChat needs it to apply limits and bans to the right client IP address. Use -1 if there is no proxy.",
            empty="LibreChat trusts one proxy.",
            consequence="LibreChat treats 0, true, names and networks as 1. If the number is too low, LibreChat sees the same IP address for all users, so they share its limits. If it is too high, clients can forge their IP addresses.",
            source="api/server/index.js:77,82"),
        url("PROXY", "Outgoing proxy", since=Release(0, 0, 3),
            help="A proxy for LibreChat's own outgoing requests, including OpenID discovery. Overrides HTTP_PROXY and "
            "HTTPS_PROXY.",
            empty="LibreChat connects directly.",
            consequence="If the address is wrong, LibreChat cannot set up OpenID at startup, and the button leads to an error.",
            source="packages/api/src/utils/proxy.ts:32"),
        url("HTTP_PROXY", "Outgoing proxy for HTTP",
            help="A proxy for LibreChat's own plain HTTP requests.",
            empty="None; PROXY takes precedence.", consequence="Outgoing requests fail.",
            source="packages/api/src/utils/proxy.ts:39"),
        url("HTTPS_PROXY", "Outgoing proxy for HTTPS",
            help="A proxy for LibreChat's own HTTPS requests, including OpenID discovery, tokens and keys.",
            empty="None; PROXY takes precedence.", consequence="If the address is wrong, OpenID sign-in fails.",
            source="packages/api/src/utils/proxy.ts:40"),
        listing("NO_PROXY", "Hosts that bypass the proxy",
            help="Comma-separated hosts that LibreChat connects to directly, even if an outgoing proxy is set.",
            empty="The compose files list LibreChat's own services.",
            consequence="If you list an identity provider here by mistake, LibreChat cannot reach it on networks where only the proxy has internet access.",
            source="packages/api/src/utils/proxy.ts:33"),
    ),
)  # fmt: skip
