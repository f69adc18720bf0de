"""Names that several kinds of access share: the wizard's own files, and the first releases with a feature."""

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
PRUNED_SINCE: Final = Release(0, 7, 3, 0)
"""First release whose image lacks nodemon (``npm prune --production``, Dockerfile:26, v0.7.3-rc)."""
