"""HTTPS through a proxy that the wizard writes: Caddy, or the nginx of LibreChat's deploy stack."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from wizard.answers.model import Certificate, Stack
from wizard.basics.problem import InvalidInput
from wizard.librechat.site import Site
from wizard.plan import access as names
from wizard.plan.access import PART, ExtraFile
from wizard.plan.proxy_files import CERTIFICATE_IN_CONTAINER, HEADER, KEY_IN_CONTAINER, Front, caddyfile, nginx_conf
from wizard.yamlfile.render import Tagged

if TYPE_CHECKING:
    from wizard.composefile.override import Override
    from wizard.plan.access import Work

CADDY_IMAGE: Final = "caddy:2"
TAGS_SINCE: Final = "2.24.4"
"""First Docker Compose that knows ``!override`` (docs.docker.com/reference/compose-file/merge, "Replace value"). The
old docker-compose 1 stops at a tag that it does not know; others before this one would publish the port twice."""


def https_proxy(work: Work) -> None:
    """Collect what HTTPS through a proxy of the wizard's needs."""
    site = work.site("https", "https://chat.example.com")
    server = _server(work)
    pair = _certificate(work, site) if site is not None else None
    if site is None or pair is None or work.problems:
        return
    inputs = work.inputs
    work.domains(site)
    work.trust_proxy(1)
    work.secure_cookies()
    front = Front(
        site=site,
        upstream=f"api:{inputs.port}",
        admin=admin_site(work),
        own_certificate=inputs.proxy.certificate is not Certificate.ACME,
        email=inputs.proxy.email if inputs.proxy.certificate is Certificate.ACME else "",
    )
    mounts = [
        _mount(source, target)
        for source, target in zip(pair, (CERTIFICATE_IN_CONTAINER, KEY_IN_CONTAINER), strict=False)
    ]
    if server == "nginx":
        own_file(work, names.NGINX_CONF, nginx_conf(front))
        mount_nginx(work, site, mounts)
        work.steps.append(f"{inputs.compose_command} up -d --force-recreate --no-deps client")
    else:
        own_file(work, names.CADDYFILE, caddyfile(front))
        _caddy(work, site, mounts)
    bind_to_loopback(work)
    _look_at_the_result(work)


def _server(work: Work) -> str:
    """Return ``caddy`` or ``nginx``; on the deploy stack Caddy takes nginx's place where certificates come by ACME."""
    inputs = work.inputs
    server, is_acme = inputs.proxy.server, inputs.proxy.certificate is Certificate.ACME
    if server not in ("", "caddy", "nginx"):
        remedy = "Choose caddy or nginx; for another proxy of your own answer access: https-existing."
        work.fault("proxy.server", f"the wizard cannot set up {server[:40]!r}.", remedy)
        return "caddy"
    if server == "nginx" and (inputs.stack is not Stack.DEPLOY or "client" not in inputs.base_services):
        message = "LibreChat's nginx is part of the deploy stack only (service client of deploy-compose.yml)."
        work.fault("proxy.server", message, "Choose caddy.")
    elif server == "nginx" and is_acme:
        message = "nginx cannot fetch a certificate by itself."
        work.fault("proxy.certificate", message, "Choose server: caddy, or certificate: internal or files.")
    if server:
        return server
    return "nginx" if inputs.stack is Stack.DEPLOY and "client" in inputs.base_services and not is_acme else "caddy"


def _certificate(work: Work, site: Site) -> tuple[str, ...] | None:
    """Return certificate and key as sources of mounts: two paths, none for ACME; ``None`` after a fault."""
    match work.inputs.proxy.certificate:
        case Certificate.ACME:
            return _acme(work, site)
        case Certificate.INTERNAL:
            return _internal(work, site)
        case Certificate.FILES:
            return _files(work, site)


def _acme(work: Work, site: Site) -> tuple[str, ...] | None:
    email = work.inputs.proxy.email
    if email and not names.EMAIL.match(email):
        work.fault("proxy.email", "it is no mail address.", "Write it as admin@example.com, or leave it out.")
    if site.cannot_be_public:
        message = f"no public authority issues a certificate for {site.host}."
        work.fault("proxy.certificate", message, "Choose certificate: internal, or a public host name.")
        return None
    if site.is_reserved:
        work.notes.append(
            f"{site.host} looks like a name of a private network, for which no public authority issues a certificate. "
            "If it is one, answer certificate: internal."
        )
    work.notes.append(
        f"Caddy fetches the certificate itself: {site.host} has to point to this machine, and ports 80 and 443 have to "
        "be reachable from the internet."
    )
    return ()


def _internal(work: Work, site: Site) -> tuple[str, ...]:
    from wizard.plan.certificates import local_authority

    inputs = work.inputs
    hosts = [site.host]
    if (admin := _asked_admin(work)) is not None and admin.scheme == "https" and admin.host not in hosts:
        hosts.append(admin.host)
    made = local_authority(
        inputs.now,
        hosts,
        ca_pem=inputs.state(names.AUTHORITY).data,
        ca_key_pem=inputs.state(names.AUTHORITY_KEY).data,
        cert_pem=inputs.state(names.SERVER_CERTIFICATE).data,
        key_pem=inputs.state(names.SERVER_KEY).data,
    )
    work.files += [
        ExtraFile(path=names.AUTHORITY, content=made.ca_pem),
        ExtraFile(path=names.AUTHORITY_KEY, content=made.ca_key_pem, mode=0o600),
        ExtraFile(path=names.SERVER_CERTIFICATE, content=made.cert_pem),
        ExtraFile(path=names.SERVER_KEY, content=made.key_pem, mode=0o600),
    ]
    work.notes.append(
        f"Import {names.AUTHORITY} as a trusted authority on every device that uses LibreChat; it is valid until "
        f"{made.authority_not_after:%Y-%m-%d}. Compare its SHA-256 fingerprint: {made.fingerprint}"
    )
    work.notes.append(
        f"The certificate of {site.host} ends on {made.not_after:%Y-%m-%d}. Run the wizard again within the 60 days "
        "before that; devices then need nothing new."
    )
    work.notes.append(f"Keep {names.AUTHORITY_KEY} secret: whoever has it can pose as any site to those devices.")
    return f"./{names.SERVER_CERTIFICATE}", f"./{names.SERVER_KEY}"


def _files(work: Work, site: Site) -> tuple[str, ...] | None:
    from wizard.plan.certificates import check_files

    inputs = work.inputs
    proxy = inputs.proxy
    contents = []
    for field_name, path in (("certificate_file", proxy.certificate_file), ("key_file", proxy.key_file)):
        if not path:
            work.fault(
                f"proxy.{field_name}", "certificate: files needs it.", f"Give it: {field_name}: certificates/..."
            )
            continue
        state = inputs.state(path)
        if not path.isprintable() or path.startswith(("~", "$")):
            work.fault(
                f"proxy.{field_name}", "it is no usable path.", "Write it out, absolute or relative to the folder."
            )
        elif state.kind == "missing":
            work.fault(
                f"proxy.{field_name}", f"{path[:120]} does not exist.", "Docker would make an empty directory of it."
            )
        elif state.kind == "file" and state.data is not None:
            contents.append(state.data)
        elif state.kind != "unreadable":
            work.fault(
                f"proxy.{field_name}", f"{path[:120]} is no regular file ({state.kind}).", "Name the file itself."
            )
    if work.problems:
        return None
    sources = tuple(_source(path) for path in (proxy.certificate_file, proxy.key_file))
    if len(contents) < 2:  # noqa: PLR2004 - certificate and key
        work.notes.append(
            "Certificate or key cannot be read by you, so it was not checked whether they fit each other and the host."
        )
        return sources
    faults, not_after = check_files(
        inputs.now,
        site.host,
        certificate_name=proxy.certificate_file[-80:],
        certificate_pem=contents[0],
        key_name=proxy.key_file[-80:],
        key_pem=contents[1],
    )
    work.problems += faults
    if not_after is not None:
        work.notes.append(
            f"The certificate ends on {not_after:%Y-%m-%d}. After each renewal the proxy has to be started anew, "
            "because a mounted file stays the old one while it runs."
        )
    return sources


def _source(path: str) -> str:
    return path if PurePosixPath(path).is_absolute() else f"./{path.removeprefix('./')}"


def _mount(source: str, target: str) -> dict[str, Any]:
    return {"type": "bind", "source": source.replace("$", "$$"), "target": target, "read_only": True}


def own_file(work: Work, name: str, text: str) -> None:
    """Write a configuration of the wizard's; one that somebody else wrote is never replaced."""
    present = work.inputs.state(name).data
    if present is not None and present.strip() and not present.startswith(HEADER.split(".")[0].encode()):
        message = f"{name} stands in the folder and was not written by the wizard."
        work.fault("access", message, f"Move {name} away, or answer access: https-existing.")
        return
    work.files.append(ExtraFile(path=name, content=text.encode()))


def _caddy(work: Work, site: Site, mounts: list[dict[str, Any]]) -> None:
    """Have Caddy: as a service of its own, or in the place of the deploy stack's nginx, whose ports it takes over."""
    inputs = work.inputs
    volumes = [
        _mount(f"./{names.CADDYFILE}", "/etc/caddy/Caddyfile"),
        *mounts,
        {"type": "volume", "source": "caddy_data", "target": "/data"},
        {"type": "volume", "source": "caddy_config", "target": "/config"},
    ]
    ports = ["80:80", f"{site.port}:{site.port}", f"{site.port}:{site.port}/udp"]
    service = "caddy"
    if inputs.stack is Stack.DEPLOY and "client" in inputs.base_services:
        service = "client"
        values: dict[str, object] = {
            "image": CADDY_IMAGE,
            "container_name": "LibreChat-Caddy",
            "ports": Tagged("!override", ports),
            "volumes": Tagged("!override", volumes),
        }
        if "build" in inputs.base_services["client"]:
            values = {"build": Tagged("!reset", None), **values}
        for key, value in values.items():
            work.needs.append(_value(("services", "client", key), value))
        work.notes.append("Caddy takes the place of the nginx of deploy-compose.yml (service client).")
    else:
        mapping = {
            "image": CADDY_IMAGE,
            "container_name": "LibreChat-Caddy",
            "restart": "unless-stopped",
            "depends_on": ["api"],
            "ports": ports,
            "volumes": volumes,
        }
        work.needs.append(lambda override: override.with_service("caddy", mapping, part=PART))
    for volume in ("caddy_data", "caddy_config"):
        work.needs.append(_named_volume(volume))
    work.steps.append(f"{inputs.compose_command} up -d --force-recreate --no-deps {service}")


def _value(path: tuple[str, ...], value: object) -> names.Need:
    def need(override: Override) -> Override:
        return override.with_value(path, value, part=PART)

    return need


def _named_volume(name: str) -> names.Need:
    def need(override: Override) -> Override:
        return override.with_named_volume(name, part=PART)

    return need


def mount_nginx(work: Work, site: Site, mounts: list[dict[str, Any]] | None = None) -> None:
    """Give the deploy stack's nginx our configuration in place of client/nginx.conf, which stays as it is."""
    for mount in (_mount(f"./{names.NGINX_CONF}", "/etc/nginx/conf.d/default.conf"), *(mounts or [])):
        work.needs.append(_mounted("client", mount))
    if site.port not in (80, 443):
        inside = 443 if site.scheme == "https" else 80
        ports = [f"{site.port}:{inside}"]
        work.needs.append(lambda override: override.with_ports("client", ports, override=False, part=PART))


def _mounted(service: str, mount: dict[str, Any]) -> names.Need:
    def need(override: Override) -> Override:
        source = str(mount["source"]).replace("$$", "$")
        return override.with_volume_mount(service, source, mount["target"], read_only=True, part=PART)

    return need


def bind_to_loopback(work: Work) -> None:
    """Close LibreChat's own ports to the network: only the proxy is to be reached."""
    inputs = work.inputs
    port = f"127.0.0.1:{inputs.port}:{inputs.port}" if inputs.stack is Stack.DEPLOY else "127.0.0.1:${PORT}:${PORT}"
    work.needs.append(lambda override: override.with_ports("api", [port], part=PART))
    if inputs.has_admin_panel and inputs.stack is Stack.COMPOSE:
        panel = "127.0.0.1:${ADMIN_PANEL_PORT:-3000}:3000"
        work.needs.append(lambda override: override.with_ports("admin-panel", [panel], part=PART))
        if _asked_admin(work) is None:
            work.notes.append(
                "The admin panel is reachable from this machine only: http://localhost:3000, from elsewhere through "
                "ssh -L 3000:localhost:3000. To serve it by the proxy give ADMIN_PANEL_URL a host name of its own "
                "(https)."
            )
    work.notes.append(
        f"LibreChat's own port is bound to loopback with the tag !override, which needs Docker Compose {TAGS_SINCE} or "
        "newer (docker compose version); older ones refuse the file or publish the port twice."
    )


def _asked_admin(work: Work) -> Site | None:
    """Return the address of ADMIN_PANEL_URL where it is one that a proxy can serve beside LibreChat."""
    inputs = work.inputs
    text = inputs.values.get("ADMIN_PANEL_URL", "")
    if not inputs.has_admin_panel or not text:
        return None
    try:
        site = Site.parse(text)
    except ValueError:
        return None
    main = inputs.values.get("DOMAIN_CLIENT") or inputs.values.get("DOMAIN_SERVER", "")
    try:
        same = Site.parse(main).host == site.host
    except ValueError:
        same = False
    usable = (
        not site.is_loopback and not same and not site.path and site.port == (443 if site.scheme == "https" else 80)
    )
    return site if usable else None


def admin_site(work: Work) -> Site | None:
    """Return where the proxy serves the admin panel.

    A host name of its own in ADMIN_PANEL_URL; else, on the deploy stack, http://admin.localhost as LibreChat's
    client/nginx.conf does since v0.8.7; else nowhere.
    """
    inputs = work.inputs
    if (site := _asked_admin(work)) is not None and (site.scheme == "https") == (str(inputs.access) == "https-proxy"):
        if site.scheme == "https":
            work.set("ADMIN_PANEL_SESSION_COOKIE_SECURE", "true")
        return site
    if inputs.has_admin_panel and inputs.stack is Stack.DEPLOY:
        work.notes.append(
            "The admin panel stays at http://admin.localhost on this machine, as deploy-compose.yml has it."
        )
        return Site(scheme="http", host="admin.localhost", port=80)
    return None


def _look_at_the_result(work: Work) -> None:
    """Report what in the operator's own override is in the way, and the ports of LibreChat that it publishes."""
    from wizard.composefile.override import Override

    try:
        override = work.plan().apply_override(Override.parse(work.inputs.override, work.inputs.override_name))
    except InvalidInput as conflict:
        work.problems += conflict.problems
        return
    ports = override.document.at(("services", "api", "ports"))
    wide = (
        [str(port) for port in ports if not str(port).startswith(("127.", "[::1]"))] if isinstance(ports, list) else []
    )
    if wide:
        work.notes.append(
            f"{work.inputs.override_name} publishes LibreChat itself at {', '.join(wide)[:80]}: whoever reaches that "
            "port goes past the proxy and can claim any address. Take it out if you do not need it."
        )
