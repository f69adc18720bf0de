"""Collects what one answer about access needs: settings, override, faults."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Concatenate, ParamSpec

from wizard.basics.problem import Problem
from wizard.catalogue.questions import variable_id
from wizard.composefile.override import Override
from wizard.librechat.proxy_hops import TRUST_SETTING_SINCE
from wizard.librechat.site import Site
from wizard.librechat.startup_refusals import BASE_PATH_SINCE
from wizard.plan.access.model import AccessInputs, AccessPlan, ExtraFile, Need

Rest = ParamSpec("Rest")


class AccessBuilder:
    """Collects the settings, needs, files, notes and problems of one access answer."""

    def __init__(self, inputs: AccessInputs) -> None:
        self.inputs = inputs
        self.settings: dict[str, str | None] = {}
        self.files: list[ExtraFile] = []
        self.notes: list[str] = []
        self.problems: list[Problem] = []
        self.steps: list[str] = []
        self.without: list[str] = []
        self.needs: list[Need] = []

    def plan(self) -> AccessPlan:
        """Return what was collected."""
        plan = AccessPlan(
            settings=MappingProxyType(self.settings),
            files=tuple(self.files),
            notes=tuple(self.notes),
            problems=tuple(self.problems),
            apply_steps=tuple(self.steps),
            without=tuple(self.without),
            needs=tuple(self.needs),
        )
        return plan if not self.problems else AccessPlan(problems=plan.problems, notes=plan.notes, needs=())

    def set(self, name: str, value: str | None) -> None:
        """Set (or, with ``None``, take out) a setting, unless the operator gave it."""
        if name in self.inputs.given or (value is None and name not in self.inputs.values):
            return
        self.settings[name] = value

    def need(
        self, change: Callable[Concatenate[Override, Rest], Override], *args: Rest.args, **rest: Rest.kwargs
    ) -> None:
        """Have a change of the override made: ``need(Override.with_command, "api", command, part=PART)``."""
        self.needs.append(lambda override: change(override, *args, **rest))

    def fault(self, name: str, message: str, remedy: str) -> None:
        """Report a fault of the answers."""
        self.problems.append(Problem(field=name, message=message, remedy=remedy))

    def site(self, scheme: str, example: str) -> Site | None:
        """Return the address of LibreChat (DOMAIN_CLIENT or DOMAIN_SERVER); a fault if none fits."""
        for name in ("DOMAIN_CLIENT", "DOMAIN_SERVER"):
            text = self.inputs.asked(name)
            if not text:
                continue
            site = self.parsed(name, text)
            return site if site is not None and self._fits(variable_id(name), text, site, scheme, example) else None
        text = self.inputs.current("DOMAIN_CLIENT")
        try:
            site = Site.parse(text)
        except ValueError:
            site = None
        if site is not None and site.scheme == scheme and not site.is_loopback:
            return site if self._fits(variable_id("DOMAIN_CLIENT"), text, site, scheme, example) else None
        message = "the address that users open is not set."
        self.fault(variable_id("DOMAIN_CLIENT"), message, f"Set DOMAIN_CLIENT to an address such as {example}")
        return None

    def parsed(self, name: str, text: str) -> Site | None:
        """Return the address in a setting; a fault where it is none."""
        try:
            return Site.parse(text)
        except ValueError as error:
            self.fault(variable_id(name), f"it cannot be used: {error}.", "Use the form https://chat.example.com")
            return None

    def _fits(self, field_name: str, text: str, site: Site, scheme: str, example: str) -> bool:
        if site.scheme != scheme:
            self.fault(
                field_name,
                f"{text[:80]} does not begin with {scheme}://, which access: {self.inputs.access} requires.",
                f"Write {self._suggested(site, scheme, example)}",
            )
        elif site.is_loopback:
            remedy = f"Enter the address that users open, such as {example}. Or set access to localhost in the answers."
            self.fault(field_name, f"{site.host} is reachable only from this machine.", remedy)
        elif site.path and self.inputs.release < BASE_PATH_SINCE:
            message = f"LibreChat {self.inputs.release} cannot be served under a path ({site.path}); v0.8.0-rc4 and later can."
            self.fault(field_name, message, "Use a separate host name, or update LibreChat.")
        else:
            return True
        return False

    def _suggested(self, site: Site, scheme: str, example: str) -> str:
        """Return the address with the scheme that is needed: what was meant, as far as anybody can know."""
        if site.is_loopback:
            return example
        typed = self.inputs.port if site.netloc == site.bracketed else str(site.port)
        return f"{scheme}://{site.bracketed}{f':{typed}' if scheme == 'http' else ''}{site.path}"

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
                f"LibreChat {self.inputs.release} always trusts exactly one proxy; TRUST_PROXY was added in v0.7.7."
            )

    def secure_cookies(self) -> None:
        """Undo a former answer that took the Secure flag off the cookies."""
        if self.inputs.current("SESSION_COOKIE_SECURE").strip().lower() == "false":
            self.set("SESSION_COOKIE_SECURE", None)
            self.notes.append(
                "Secure cookies are enabled again: over HTTPS, they keep people signed in and are never sent in plain text."
            )
