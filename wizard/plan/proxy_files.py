"""Configuration texts for the proxies in front of LibreChat: nginx, Caddy and Traefik.

What LibreChat needs from a proxy, whichever it is (api/server/index.js and express-session 1.18, v0.8.7):
``X-Forwarded-Proto`` (without ``https`` in it no sign-in cookie is set for OpenID), ``X-Forwarded-For`` (limits and
bans count per address; one that the client sent must not get through), ``Host``, ``Upgrade``, an unbuffered answer
(answers of the model are streamed for minutes as server-sent events) and large uploads (LibreChat's own limit is 512 MB
per file).

Every name that is put into a text comes from a checked :class:`wizard.librechat.site.Site` or is a constant.
"""

import json
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wizard.librechat.site import Site

HEADER: Final = "# Written by the LibreChat auth wizard. To change this file, run the wizard again. It overwrites changes made here.\n"
CERTIFICATE_IN_CONTAINER: Final = "/etc/librechat-certificates/server.crt"
KEY_IN_CONTAINER: Final = "/etc/librechat-certificates/server.key"
UPLOAD_MEGABYTES: Final = 520
READ_SECONDS: Final = 3600
_ADMIN: Final = "admin-panel:3000"
_CIPHERS: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"
)
_NGINX_TLS: Final = f"""\
    # Mozilla SSL Configuration, intermediate, version 5.7 (2023): https://ssl-config.mozilla.org
    # Without ssl_dhparam, nginx leaves out the DHE suites; every client that this profile covers supports ECDHE.
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers {_CIPHERS};
    ssl_prefer_server_ciphers off;
    ssl_session_timeout 1d;
    ssl_session_cache shared:librechat:10m;
    ssl_session_tickets off;
"""


class ProxySite(NamedTuple):
    """The site that a proxy configuration of the wizard serves."""

    site: "Site"
    upstream: str
    """Host and port of LibreChat, seen from the proxy: ``api:3080``."""
    admin: "Site | None" = None
    """Where the admin panel is served, if it is."""
    own_certificate: bool = False
    """Whether certificate and key are in files; else Caddy gets them itself (ACME)."""
    email: str = ""
    hsts: str = ""
    """Value of Strict-Transport-Security, in the place of the one that LibreChat sends from v0.8.8-rc2 on; empty: that one stays."""


class Upstream(NamedTuple):
    """Where the operator's own proxy reaches LibreChat."""

    address: str
    """Host and port: ``127.0.0.1:3080``, ``api:3080``."""
    is_in_docker: bool = False
    """Whether that is a name of Docker's own DNS, for containers of the same network."""


def caddyfile(front: ProxySite) -> str:
    """Return the Caddyfile. Caddy sets X-Forwarded-For, -Proto and -Host itself and drops those that a client sent."""
    options = []
    if front.email:
        options.append(f"\temail {front.email}")
    if front.site.is_address:
        # A browser names no host in the TLS handshake when the address is an IP.
        options.append(f"\tdefault_sni {front.site.host}")
    blocks = []
    if options:
        blocks.append("\n".join(["{", *options, "}", ""]))
    blocks.append(_caddy_site(front, front.site, front.upstream))
    if front.admin:
        blocks.append(_caddy_site(front, front.admin, _ADMIN))
    return HEADER + "\n".join(blocks)


def _caddy_site(front: ProxySite, site: "Site", upstream: str) -> str:
    has_files = front.own_certificate and site.scheme == "https"
    tls = [f"\ttls {CERTIFICATE_IN_CONTAINER} {KEY_IN_CONTAINER}"] if has_files else []
    streamed = ("# The model's responses are streamed: forward each chunk immediately.", "flush_interval -1")
    return _caddy_block(site, upstream, front.hsts, tls, streamed)


def _caddy_block(site: "Site", upstream: str, hsts: str, tls: "Sequence[str]", options: "Sequence[str]") -> str:
    """Return a site of a Caddyfile; ``options`` are those of ``reverse_proxy``."""
    is_strict = site.scheme == "https" and hsts
    # Of two, browsers take the first (RFC 6797, section 8.1): LibreChat's own gives way.
    options = (*options, "header_down -Strict-Transport-Security") if is_strict else options
    proxy = [f"\treverse_proxy {upstream} {{", *(f"\t\t{option}" for option in options), "\t}"]
    if site.path:
        inside = [f"\t{line}" for line in proxy]
        proxy = [f"\tredir {site.path} {site.path}/ 308", f"\thandle_path {site.path}/* {{", *inside, "\t}"]
    header = [f"\theader Strict-Transport-Security {hsts}"] if is_strict else []
    body = ["\trequest_body {", f"\t\tmax_size {UPLOAD_MEGABYTES}MB", "\t}"]
    return "\n".join([f"{site.scheme}://{site.netloc} {{", *tls, *header, *body, *proxy, "}", ""])


def nginx_conf(front: ProxySite) -> str:
    """Return the file that replaces LibreChat's client/nginx.conf in its nginx container (deploy-compose.yml)."""
    site = front.site
    redirect = [_nginx_redirect(site)] if site.scheme == "https" else []
    parts = [HEADER, _NGINX_MAP, *redirect, _nginx_server(site, front.upstream, front.hsts, is_default=True)]
    if front.admin:
        parts.append(_nginx_server(front.admin, _ADMIN, front.hsts, is_default=False))
    return "\n".join(parts)


_NGINX_MAP: Final = """\
# Set Connection: upgrade only if the client sends an Upgrade header.
map $http_upgrade $librechat_connection {
    default upgrade;
    ''      '';
}
"""


def _nginx_redirect(site: "Site") -> str:
    return f"""\
server {{
    listen 80 default_server;
    listen [::]:80 default_server;
    server_name _;
    server_tokens off;
    return 301 https://{site.netloc}$request_uri;
}}
"""


def _nginx_hsts(hsts: str) -> str:
    if not hsts:
        return ""
    hidden = "    # Replaces the header that LibreChat sends.\n    proxy_hide_header Strict-Transport-Security;\n"
    return f'{hidden}    add_header Strict-Transport-Security "{hsts}" always;\n'


def _nginx_server(site: "Site", upstream: str, hsts: str = "", *, is_default: bool) -> str:
    default, proto = " default_server" if is_default else "", site.scheme
    listen, tls = f"80{default}", ""
    if proto == "https":
        listen = f"443 ssl http2{default}"
        tls = (
            f"    ssl_certificate {CERTIFICATE_IN_CONTAINER};\n    ssl_certificate_key {KEY_IN_CONTAINER};\n"
            f"{_NGINX_TLS}{_nginx_hsts(hsts)}\n"
        )
    return f"""\
server {{
    listen {listen};
    listen [::]:{listen};
    server_name {site.bracketed};
    server_tokens off;

{tls}{_nginx_body(site, upstream, proto=proto)}}}
"""


def _nginx_body(site: "Site", upstream: str, *, proto: str) -> str:
    """Return what both servers share.

    The upstream is in a variable and is looked up in Docker's own DNS, so that nginx starts before LibreChat and
    finds it again when its container got another address.
    """
    location, rewrite, redirect = "/", "", ""
    only = "        # This is the only proxy, so it overwrites any X-Forwarded-For header that the client sent.\n"
    streamed = "        # The model's responses can stream for several minutes.\n"
    if site.path:
        location = f"{site.path}/"
        rewrite = f"        rewrite ^{_regex(site.path)}/(.*)$ /$1 break;\n"
        redirect = f"    location = {site.path} {{\n        return 308 {site.path}/;\n    }}\n\n"
    return f"""\
    client_max_body_size {UPLOAD_MEGABYTES}m;
    resolver 127.0.0.11 valid=30s;

{redirect}    location {location} {{
        set $librechat_upstream http://{upstream};
{rewrite}        proxy_pass $librechat_upstream;
{_nginx_passed(proto, "$remote_addr", only, streamed)}    }}
"""


def _nginx_passed(proto: str, client: str, about_client: str = "", about_answers: str = "") -> str:
    """Return what every nginx says to LibreChat of a request, and how it passes the answer on; with comments before."""
    return f"""\
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Host $host;
        proxy_set_header X-Forwarded-Proto {proto};
{about_client}        proxy_set_header X-Forwarded-For {client};
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $librechat_connection;
{about_answers}        proxy_buffering off;
        proxy_read_timeout {READ_SECONDS}s;
        proxy_send_timeout {READ_SECONDS}s;
"""


def _regex(path: str) -> str:
    return path.replace(".", "\\.")


def ready_nginx(site: "Site", upstream: Upstream, hops: int, hsts: str = "") -> str:
    """Return a text for the operator's own nginx, which terminates TLS; ``hops`` counts the proxies in all."""
    forwarded_for, proto, outer = "$remote_addr", "$scheme", ""
    if hops > 1:
        forwarded_for, proto = "$proxy_add_x_forwarded_for", "$librechat_proto"
        outer = (
            "# Another proxy in front of this one sets the scheme. Allow only that proxy to connect "
            "to\n"
            "# this server, or anybody can claim any IP address.\n"
            "map $http_x_forwarded_proto $librechat_proto {\n"
            "    default $http_x_forwarded_proto;\n    ''      $scheme;\n}\n\n"
        )
    location, slash = (f"{site.path}/", "/") if site.path else ("/", "")
    where, passed = "on the same machine, outside Docker", f"        proxy_pass http://{upstream.address}{slash};\n"
    if upstream.is_in_docker:
        where = "in a container on one of LibreChat's Docker networks"
        # In a variable: else nginx does not start while LibreChat's container is not there.
        rewrite = f"        rewrite ^{_regex(site.path)}/(.*)$ /$1 break;\n" if site.path else ""
        passed = (
            f"        resolver 127.0.0.11 valid=30s;\n        set $librechat_upstream http://{upstream.address};\n"
            f"{rewrite}        proxy_pass $librechat_upstream;\n"
        )
    return f"""\
# nginx in front of LibreChat: put this file into /etc/nginx/conf.d/ (or
# sites-enabled/), set the two certificate paths and the address of LibreChat,
# then run: nginx -t && nginx -s reload
# Set TRUST_PROXY={hops} in LibreChat's .env.

map $http_upgrade $librechat_connection {{
    default upgrade;
    ''      '';
}}

{outer}server {{
    listen 80;
    listen [::]:80;
    server_name {site.bracketed};
    server_tokens off;
    return 301 https://{site.netloc}$request_uri;
}}

server {{
    listen {site.port} ssl http2;
    listen [::]:{site.port} ssl http2;
    server_name {site.bracketed};
    server_tokens off;

    ssl_certificate /etc/letsencrypt/live/{site.host}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/{site.host}/privkey.pem;
{_NGINX_TLS}{_nginx_hsts(hsts)}
    client_max_body_size {UPLOAD_MEGABYTES}m;

    location {location} {{
        # This address is right if nginx runs {where}.
{passed}{_nginx_passed(proto, forwarded_for)}    }}
}}
"""


def ready_caddy(site: "Site", upstream: Upstream, hops: int, hsts: str = "") -> str:
    """Return a site block for the operator's own Caddy."""
    trust, note = [], ""
    if hops > 1:
        trust = ["trusted_proxies private_ranges"]
        note = (
            "# There is another proxy in front of this one. If its address is public, use it instead of "
            "private_ranges:\n"
            "# only that proxy may be trusted to report the client's address.\n"
        )
    return f"""\
# Caddy in front of LibreChat: put this block into your Caddyfile, set the
# address of LibreChat, then run: caddy reload
# Caddy sets X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host and Host
# itself, and passes on WebSockets.
# Set TRUST_PROXY={hops} in LibreChat's .env.
{note}
{_caddy_block(site, upstream.address, hsts, (), ("flush_interval -1", *trust))}"""


def ready_traefik(site: "Site", upstream: Upstream, hops: int, hsts: str = "") -> str:
    """Return a dynamic configuration for the operator's own Traefik (file provider)."""
    rule = f"Host(`{site.host}`)" + (f" && PathPrefix(`{site.path}`)" if site.path else "")
    parts = {}
    if site.path:
        parts["librechat-path"] = f"stripPrefix:\n        prefixes: [{json.dumps(site.path)}]"
    if hsts:
        # Not stsSeconds, which leaves the header out where it is 0.
        parts["librechat-hsts"] = f"headers:\n        customResponseHeaders: {{Strict-Transport-Security: {hsts}}}"
    middlewares = f"      middlewares: [{', '.join(parts)}]\n" if parts else ""
    defined = "".join(f"    {name}:\n      {text}\n" for name, text in parts.items())
    defined = f"  middlewares:\n{defined}" if parts else ""
    note = (
        "# There is another proxy in front of Traefik. Its headers are dropped unless you\n"
        "# add its address to the static "
        "configuration:\n"
        "#   entryPoints: {websecure: {forwardedHeaders: {trustedIPs: [ADDRESS]}}}\n"
        if hops > 1
        else ""
    )
    return f"""\
# Traefik in front of LibreChat: a dynamic configuration for the file provider.
# Set the address of LibreChat, and the names of your entry point (websecure)
# and certificate resolver (letsencrypt).
# Traefik sets X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host itself,
# and passes on Host and WebSockets. For long uploads, set
# entryPoints.websecure.transport.respondingTimeouts.readTimeout = 0
# in the static configuration.
# Set TRUST_PROXY={hops} in LibreChat's .env.
{note}http:
  routers:
    librechat:
      rule: {json.dumps(rule)}
      entryPoints: [websecure]
      service: librechat
{middlewares}      tls:
        certResolver: letsencrypt
{defined}  services:
    librechat:
      loadBalancer:
        passHostHeader: true
        responseForwarding:
          flushInterval: 1ms
        servers:
          - url: "http://{upstream.address}"
"""
