"""Access over plain HTTP on a LAN, as far as each release allows it.

In production LibreChat marks its cookies Secure, and a browser drops such a cookie on an ``http://`` page that is not
localhost: the login seems to work and is lost at the next reload. ``SESSION_COOKIE_SECURE=false`` fixes that from
v0.8.6 on. Before, the only way is a server that does not run with ``NODE_ENV=production``, which ``npm run backend``
sets itself (package.json:37, v0.7.7), so that a line in ``.env`` cannot change it. The image's own command is therefore
replaced by ``node api/server/index.js`` (the working directory is /app: Dockerfile:9, v0.7.7; :21, v0.8.5) with
``NODE_ENV=development``, the value that LibreChat's own ``backend:dev`` uses. ``backend:dev`` itself needs nodemon,
which images from v0.7.3-rc on lack.

Every use of NODE_ENV in what the server runs, at v0.7.7 (api/) and v0.8.5 (api/, packages/):

* cookies: v0.7.7 api/server/services/AuthService.js:32,377 (``secure: isProduction``); v0.8.2 also
  api/server/socialLogins.js:24 (connect.sid); v0.8.5 packages/api/src/oauth/csrf.ts:18 (``shouldUseSecureCookie``, all
  cookies). This is what is wanted.
* log level: v0.7.7 api/config/winston.js:8,37 and meiliLogger.js:7,28; v0.8.5 api/config/winston.js:41,74,
  meiliLogger.js:34,59, packages/data-schemas/src/config/winston.ts:8,35 and meiliLogger.ts:7,32. Each transport has a
  level of its own that wins; the level only opens it to ``debug``.
* static files: v0.7.7 api/server/utils/staticCache.js:13; v0.8.5 :23. Without production no Cache-Control is sent, and
  browsers ask again for each file (ETag). Slower, not wrong.
* index repair of the tokens collection: v0.7.7 api/models/Token.js:17-19 (until v0.7.8) is left out in development. It
  drops an index that releases before v0.7.7 made.
* api/server/controllers/AuthController.js:71 (v0.7.7), :145 (v0.8.5): only the value ``CI``.
* Express 4 and 5 (finalhandler): an unforeseen error is answered with its stack trace instead of the bare status text.

Nothing else depends on it: not registration, sign-in providers, CORS, MongoDB or the rate limits. ``npm run backend``
sets no memory flags that would be lost, and no code of the server reads an ``npm_*`` variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.composefile.override import Override
from wizard.librechat.cookies import SWITCH_SINCE
from wizard.librechat.proxy_hops import TRUST_SETTING_SINCE
from wizard.plan.access.admin import admin_site
from wizard.plan.access.hsts import note_useless_header, note_what_browsers_remember, without_hsts
from wizard.plan.access.mounts import mount_nginx, own_file
from wizard.plan.access.names import NGINX_CONF, PART, PRUNED_SINCE
from wizard.plan.access.ports import bind_to_loopback
from wizard.plan.proxy_files import ProxySite, nginx_conf

if TYPE_CHECKING:
    from wizard.librechat.site import Site
    from wizard.plan.access.builder import AccessBuilder

OWN_COMMAND: Final = ("node", "api/server/index.js")
DEV_COMMAND: Final = "npm run backend:dev"


def http_lan(work: AccessBuilder) -> None:
    """Collect what plain HTTP needs."""
    inputs = work.inputs
    site = work.site("http", f"http://192.168.1.50:{inputs.port}")
    if site is None:
        return
    work.notes.append(
        "Plain HTTP: everyone on the network can read passwords, sessions and conversations. Use it only if you "
        "trust the whole network. For HTTPS without a public name, set access to https-proxy in the answers, and set proxy.certificate to internal in the answers."
    )
    work.domains(site)
    _cookies(work)
    without_hsts(work, site)
    note_useless_header(work)
    note_what_browsers_remember(work, site)
    if inputs.stack is Stack.DEPLOY and site.port != inputs.port and "client" in inputs.base_services:
        _through_nginx(work, site)
        return
    if inputs.release >= TRUST_SETTING_SINCE:
        work.set("TRUST_PROXY", "-1")
        work.notes.append(
            "TRUST_PROXY=-1: there is no proxy in front of LibreChat, so it must not trust the IP address that a client claims. LibreChat reads 0 as 1, which would let anyone bypass the sign-in limits."
        )
    else:
        work.notes.append(
            f"LibreChat {inputs.release} always trusts one proxy (TRUST_PROXY was added in v0.7.7). Without a proxy, a "
            "client can claim any IP address and bypass the sign-in limits."
        )
    if site.port != inputs.port:
        work.notes.append(
            f"DOMAIN_CLIENT uses port {site.port}, but LibreChat is published on port {inputs.port} (PORT). Use "
            "the same port in both, or set up port forwarding yourself."
        )
    _unlink_nginx(work)


def _cookies(work: AccessBuilder) -> None:
    inputs = work.inputs
    if inputs.current("ADMIN_PANEL_SESSION_COOKIE_SECURE").strip().lower() == "true":
        work.set("ADMIN_PANEL_SESSION_COOKIE_SECURE", "false")
    if inputs.release >= SWITCH_SINCE:
        work.set("SESSION_COOKIE_SECURE", "false")
        work.notes.append(
            "SESSION_COOKIE_SECURE=false keeps people signed in over plain HTTP, where browsers drop Secure cookies."
        )
        return
    if inputs.stack is Stack.DEPLOY:
        # deploy-compose.yml sets NODE_ENV=production and the image runs node itself (Dockerfile.multi, CMD).
        work.need(Override.with_environment, inputs.service, {"NODE_ENV": "development"}, part=PART)
        how = "NODE_ENV=development in the override"
    elif inputs.release < PRUNED_SINCE:
        work.need(Override.with_command, inputs.service, DEV_COMMAND, part=PART)
        how = f"'{DEV_COMMAND}' in the override"
    else:
        work.need(Override.with_command, inputs.service, OWN_COMMAND, part=PART)
        work.need(Override.with_environment, inputs.service, {"NODE_ENV": "development"}, part=PART)
        how = "a server in development mode (command and NODE_ENV in the override)"
    work.notes.append(
        f"LibreChat {inputs.release} has no setting for cookies over HTTP (SESSION_COOKIE_SECURE was added in v0.8.6), "
        f"so the wizard uses {how}. This has two side effects: browsers do not cache the page's files, and internal "
        "errors show a stack trace."
    )


def _through_nginx(work: AccessBuilder, site: Site) -> None:
    """Let the nginx of deploy-compose.yml say who the client is, which its shipped configuration does not."""
    inputs = work.inputs
    front = ProxySite(site=site, upstream=f"api:{inputs.port}", admin=admin_site(work))
    own_file(work, NGINX_CONF, nginx_conf(front))
    work.trust_proxy(1)
    mount_nginx(work, site)
    bind_to_loopback(work)
    work.steps.append(f"{inputs.compose_command} up -d --force-recreate --no-deps client")


def _unlink_nginx(work: AccessBuilder) -> None:
    if work.inputs.stack is Stack.DEPLOY:
        work.notes.append(
            f"The nginx in deploy-compose.yml (client, port 80) does not pass client IP addresses to LibreChat. Use the URL with port {work.inputs.port}, or set DOMAIN_CLIENT without a port so that the wizard configures "
            "nginx."
        )
