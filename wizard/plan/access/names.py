"""Names that access needs in several places: files of the wizard's own, and the first releases that can do something."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from wizard.librechat.releases import Release

PART: Final = "access"
CADDYFILE: Final = "Caddyfile"
NGINX_CONF: Final = "librechat-nginx.conf"
AUTHORITY: Final = "certificates/librechat-ca.crt"
SERVER_CERTIFICATE: Final = "certificates/server.crt"
SERVER_KEY: Final = "certificates/server.key"
AUTHORITY_KEY: Final = ".librechat-wizard/ca.key"
READY: Final = MappingProxyType(
    {
        "nginx": ".librechat-wizard/proxy/librechat.nginx.conf",
        "caddy": ".librechat-wizard/proxy/librechat.Caddyfile",
        "traefik": ".librechat-wizard/proxy/librechat.traefik.yml",
    }
)

TRUST_PROXY_SINCE: Final = Release(0, 7, 7, 1)
"""First release that reads TRUST_PROXY; before, one proxy is trusted whatever is set (api/server/index.js)."""
SUB_PATH_SINCE: Final = Release(0, 8, 0, 4)
"""First release whose page works below a path of DOMAIN_CLIENT (base href; api/server/index.js:58-66, v0.8.0-rc4)."""
COOKIE_SWITCH_SINCE: Final = Release(0, 8, 6)
"""First release that reads SESSION_COOKIE_SECURE; v0.8.6-rc1 does not (packages/api/src/oauth/csrf.ts)."""
LOCALHOST_COOKIES_SINCE: Final = Release(0, 8, 3, 1)
"""First release whose login cookies are not Secure on localhost (packages/api/src/oauth/csrf.ts, v0.8.3-rc1)."""
PRUNED_SINCE: Final = Release(0, 7, 3, 0)
"""First release whose image lacks nodemon (``npm prune --production``, Dockerfile:26, v0.7.3-rc)."""
