"""How people reach LibreChat: what follows from that answer for settings, compose override and files of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wizard.answers.model import Access, Certificate, Proxy, Stack
from wizard.basics.problem import Problem
from wizard.composefile.override import Override
from wizard.deployment.model import FileState
from wizard.librechat.cookies import LOCALHOST_SINCE
from wizard.librechat.proxy_hops import TRUST_SETTING_SINCE
from wizard.librechat.releases import Release
from wizard.librechat.site import Site
from wizard.librechat.startup_refusals import BASE_PATH_SINCE

if TYPE_CHECKING:
    from pathlib import Path

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

Need = Callable[[Override], Override]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraFile:
    """A file of the wizard's own, relative to the folder."""

    path: str
    content: bytes = field(repr=False)
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessInputs:
    """Everything that the plan for access depends on."""

    access: Access | None
    """``None``: not answered, nothing is to change."""
    stack: Stack
    release: Release
    proxy: Proxy = Proxy()  # noqa: RUF009 - a frozen value
    values: Mapping[str, str] = field(default_factory=dict)
    """Every setting in clear text as it will be: the answer, else what ``.env`` has; one that is taken out is empty."""
    given: frozenset[str] = frozenset()
    """The settings that the answers give."""
    base_services: Mapping[str, Any]
    """``services`` of the base compose file alone: ``merged_model(base, None)["services"]``."""
    folder: Path
    override: bytes | None = field(default=None, repr=False)
    """The override as it stands."""
    override_name: str = "docker-compose.override.yml"
    compose_command: str = "docker compose"
    """How Docker Compose is called here, files included."""
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    """Aware; certificates are judged and made for this time."""
    files: Mapping[str, FileState] | None = None
    """What stands at the paths that :func:`file_names` gives; ``None``: they are read from the folder when needed."""

    def asked(self, name: str) -> str:
        """Return a setting that the answers give, else nothing."""
        return self.values.get(name, "") if name in self.given else ""

    def standing(self, name: str) -> str:
        """Return a setting as it stands, nothing where the answers give it."""
        return "" if name in self.given else self.values.get(name, "")

    @property
    def port(self) -> int:
        """The port LibreChat listens on (PORT; 3080 where it is no port number)."""
        text = self.values.get("PORT", "").strip()
        return int(text) if re.fullmatch("[0-9]{1,5}", text) and 0 < int(text) < 65536 else 3080  # noqa: PLR2004

    @property
    def has_admin_panel(self) -> bool:
        """Whether the compose file has the admin panel (v0.8.7 and later)."""
        return "admin-panel" in self.base_services

    def state(self, name: str) -> FileState:
        """Return what stands at a path, relative to the folder or absolute."""
        if self.files is not None:
            return self.files.get(name) or FileState(name=name)
        from wizard.deployment.snapshot import read_state

        return read_state(self.folder, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPlan:
    """What access needs; empty where the operator was not asked about it."""

    settings: Mapping[str, str | None] = field(default_factory=dict)
    """Only those that the operator did not give; ``None``: the line is taken out."""
    files: tuple[ExtraFile, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    apply_steps: tuple[str, ...] = ()
    """Commands to run after ``up -d``."""
    needs: tuple[Need, ...] | None = None
    """``None`` leaves the override alone; an empty tuple takes out what a former answer needed."""

    def apply_override(self, override: Override) -> Override:
        """Return the override with what access needs and without what it needed only formerly.

        ``InvalidInput`` where something of the operator's stands in the place of what is needed.
        """
        if self.needs is None:
            return override
        if not override.document.own(PART):
            return self._applied(override)
        # What a former answer wrote may stand in the way of what this one needs: find out what is needed, clear the
        # rest away.
        wanted = self._applied(override.without_former(PART)).kept
        cleared = replace(override, kept=wanted | override.kept).without_former(PART)
        return self._applied(cleared).without_former(PART)

    def _applied(self, override: Override) -> Override:
        for need in self.needs or ():
            override = need(override)
        return override


def file_names(proxy: Proxy) -> tuple[str, ...]:
    """Return the paths, relative to the folder or absolute, whose content :func:`needs` wants to know."""
    own = (CADDYFILE, NGINX_CONF, AUTHORITY, SERVER_CERTIFICATE, SERVER_KEY, AUTHORITY_KEY, *READY.values())
    given = (proxy.certificate_file, proxy.key_file) if proxy.certificate is Certificate.FILES else ()
    return (*own, *(name for name in given if name))


def needs(inputs: AccessInputs) -> AccessPlan:
    """Return what the chosen access needs.

    Faults of the answers are in ``problems``, all of them at once. Nothing is raised but ``InvalidInput`` for an
    override that is no valid YAML.
    """
    work = Work(inputs)
    match inputs.access:
        case Access.LOCALHOST:
            _localhost(work)
        case Access.HTTP_LAN:
            from wizard.plan.plain_http import http_lan

            http_lan(work)
        case Access.HTTPS_PROXY:
            from wizard.plan.own_proxy import https_proxy

            https_proxy(work)
        case Access.HTTPS_EXISTING:
            _https_existing(work)
        case None:
            return AccessPlan()
    return work.plan()


class Work:
    """Collects settings, needs, files, notes and problems of one answer."""

    def __init__(self, inputs: AccessInputs) -> None:
        self.inputs = inputs
        self.settings: dict[str, str | None] = {}
        self.files: list[ExtraFile] = []
        self.notes: list[str] = []
        self.problems: list[Problem] = []
        self.steps: list[str] = []
        self.needs: list[Need] = []

    def plan(self) -> AccessPlan:
        """Return what was collected."""
        plan = AccessPlan(
            settings=MappingProxyType(self.settings),
            files=tuple(self.files),
            notes=tuple(self.notes),
            problems=tuple(self.problems),
            apply_steps=tuple(self.steps),
            needs=tuple(self.needs),
        )
        return plan if not self.problems else AccessPlan(problems=plan.problems, notes=plan.notes, needs=())

    def set(self, name: str, value: str | None) -> None:
        """Set (or, with ``None``, take out) a setting, unless the operator gave it."""
        if name in self.inputs.given or (value is None and name not in self.inputs.values):
            return
        self.settings[name] = value

    def fault(self, name: str, message: str, remedy: str) -> None:
        """Report a fault of the answers."""
        self.problems.append(Problem(field=name, message=message, remedy=remedy))

    def site(self, scheme: str, example: str) -> Site | None:
        """Return the address of LibreChat (DOMAIN_CLIENT or DOMAIN_SERVER); a fault where none fits."""
        for name in ("DOMAIN_CLIENT", "DOMAIN_SERVER"):
            text = self.inputs.asked(name)
            if not text:
                continue
            site = self._parsed(name, text)
            return site if site is not None and self._fits(f"settings.{name}", text, site, scheme, example) else None
        text = self.inputs.standing("DOMAIN_CLIENT")
        try:
            site = Site.parse(text)
        except ValueError:
            site = None
        if site is not None and site.scheme == scheme and not site.is_loopback:
            return site if self._fits("settings.DOMAIN_CLIENT", text, site, scheme, example) else None
        message = f"it is not known under which address people reach LibreChat with access: {self.inputs.access}."
        self.fault("settings.DOMAIN_CLIENT", message, f"Give it: DOMAIN_CLIENT: {example}")
        return None

    def _parsed(self, name: str, text: str) -> Site | None:
        try:
            return Site.parse(text)
        except ValueError as error:
            self.fault(f"settings.{name}", f"it cannot be used: {error}.", "Write it as https://chat.example.com")
            return None

    def _fits(self, field_name: str, text: str, site: Site, scheme: str, example: str) -> bool:
        if site.scheme != scheme:
            self.fault(
                field_name,
                f"access: {self.inputs.access} is {scheme}, but {text[:80]} is not.",
                f"Write it as {example}",
            )
        elif site.is_loopback:
            remedy = f"Write the name that people type, as in {example}, or answer access: localhost."
            self.fault(field_name, f"{site.host} is reached from this machine only.", remedy)
        elif site.path and self.inputs.release < BASE_PATH_SINCE:
            message = (
                f"LibreChat {self.inputs.release} cannot live below a path ({site.path}); v0.8.0-rc4 is the first."
            )
            self.fault(field_name, message, "Give it a host name of its own, or update LibreChat.")
        else:
            return True
        return False

    def domains(self, site: Site) -> None:
        """Set DOMAIN_CLIENT and DOMAIN_SERVER to the address."""
        self.set("DOMAIN_CLIENT", site.url)
        self.set("DOMAIN_SERVER", site.url)

    def trust_proxy(self, hops: int) -> None:
        """Set TRUST_PROXY, on the releases that read it."""
        if self.inputs.release >= TRUST_SETTING_SINCE:
            self.set("TRUST_PROXY", str(hops))
        elif hops != 1:
            self.notes.append(
                f"LibreChat {self.inputs.release} always trusts exactly one proxy; TRUST_PROXY came with v0.7.7."
            )

    def secure_cookies(self) -> None:
        """Undo a former answer that took the Secure flag off the cookies."""
        if self.inputs.standing("SESSION_COOKIE_SECURE").strip().lower() == "false":
            self.set("SESSION_COOKIE_SECURE", None)


def _localhost(work: Work) -> None:
    inputs = work.inputs
    default = Site(scheme="http", host="localhost", port=inputs.port)
    site = default
    text = inputs.asked("DOMAIN_CLIENT") or inputs.asked("DOMAIN_SERVER")
    if text:
        parsed = work._parsed("DOMAIN_CLIENT", text)  # noqa: SLF001 - the same module
        if parsed is None:
            return
        if not parsed.is_loopback:
            message = f"access: localhost means this machine only, but {text[:80]} is another address."
            work.fault("settings.DOMAIN_CLIENT", message, "Leave it out, or choose another access.")
            return
        site = parsed
    work.domains(site)
    work.trust_proxy(1)
    work.notes.append(
        f"LibreChat is for this machine: {site.url}. Docker publishes port {inputs.port} on every network interface, "
        "past most firewalls; whoever reaches this machine reaches LibreChat's login page."
    )
    if inputs.release < LOCALHOST_SINCE:
        work.notes.append(
            f"LibreChat {inputs.release} marks its login cookies Secure on localhost too. Chrome and Firefox keep them "
            "there, Safari does not: people lose their session at the first reload."
        )


def _https_existing(work: Work) -> None:
    from wizard.plan import proxy_files

    inputs = work.inputs
    server, hops = inputs.proxy.server, inputs.proxy.hops
    if server and server not in READY:
        work.fault("proxy.server", f"there is no ready text for {server[:40]!r}.", f"Known are: {', '.join(READY)}.")
    if not 1 <= hops <= 10:  # noqa: PLR2004 - nobody has more proxies
        work.fault(
            "proxy.hops", f"{hops} is no number of proxies.", "Count those between browser and LibreChat: 1, 2, ..."
        )
    site = work.site("https", "https://chat.example.com")
    if site is None or work.problems:
        return
    work.domains(site)
    work.trust_proxy(hops)
    work.secure_cookies()
    makers = {"nginx": proxy_files.ready_nginx, "caddy": proxy_files.ready_caddy, "traefik": proxy_files.ready_traefik}
    for name, make in makers.items():
        if server in ("", name):
            text = make(site, inputs.port, hops)
            work.files.append(ExtraFile(path=READY[name], content=text.encode()))
            work.notes.append(f"Ready text for {name}: {READY[name]}. Put it into your proxy's configuration.")
    work.notes.append(
        f"Port {inputs.port} of LibreChat stays reachable past your proxy, since only you know whether the proxy runs "
        "on this "
        f'machine. If it does, publish the port on loopback only: ports: !override ["127.0.0.1:${{PORT}}:${{PORT}}"]'
    )
    if inputs.stack is Stack.DEPLOY:
        work.notes.append(
            "deploy-compose.yml also starts an nginx of its own (client) on ports 80 and 443. Your proxy goes "
            f"straight to port {inputs.port}; a proxy on this machine needs those two ports, so start LibreChat "
            "without it: --scale client=0"
        )


EMAIL: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}\Z")
