"""The LibreChat instance to check, and whether checking it makes sense now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.model import Skip, Subject
from checks.options import Login
from wizard.answers.model import Stack
from wizard.librechat.site import Site

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment


def address(subject: Subject) -> Site | None:
    """Return where people open LibreChat: ``--url``, else DOMAIN_CLIENT, else this machine; None if that is not an address.

    LibreChat's own default for an unset DOMAIN_CLIENT is the literal "undefined" in links; people then open the published
    port (docker-compose.yml, deploy-compose.yml at v0.8.7).
    """
    from wizard.deployment.ports import own_port

    settings = subject.deployment.settings
    port = 80 if subject.deployment.stack is Stack.DEPLOY else own_port(subject.deployment)
    text = subject.site_options.url or settings.get("DOMAIN_CLIENT", "").strip() or f"http://localhost:{port}"
    try:
        return Site.parse(text)
    except ValueError:
        return None


def login(subject: Subject) -> Login | None:
    """Return the probe account: the command line's, else the answers'."""
    if subject.site_options.login is not None:
        return subject.site_options.login
    given = subject.answers.checks.login
    if given.email and given.password:
        return Login(email=given.email, password=given.password)
    return None


def exposes_password(subject: Subject) -> bool:
    """Return whether a password would travel to LibreChat readable by others: over plain HTTP, and not on this machine alone.

    What counts is where the connection goes: ``--resolve`` to a loopback address keeps it here, and DNS has no say.
    """
    site = address(subject)
    if site is None or site.scheme == "https" or subject.allows_insecure_login:
        return False
    host = subject.site_options.resolve.get(site.host, site.host)
    from checks.browser.origin import is_localhost

    return not is_localhost(f"[{host}]" if ":" in host else host)


def is_to_make(subject: Subject) -> bool:
    """Return whether an account is to be made for the sign-in: asked for, none is given, and the files are in effect."""
    asked = subject.site_options.make_login or subject.answers.checks.login.create
    return asked and subject.in_effect and login(subject) is None


def when_running(subject: Subject) -> Skip | None:
    """Report whether the running LibreChat is checked at all: it does not know a change that is not in effect yet."""
    is_named = (
        subject.expected_up or bool(subject.site_options.url) or login(subject) is not None or is_to_make(subject)
    )
    if not subject.in_effect and not is_named:
        return Skip(
            because="LibreChat can be checked once the change is in effect: use --apply, or run 'doctor' after the restart",
            waits=True,
        )
    if not is_named and not _has_run(subject):
        return Skip(because="LibreChat has never run in this folder", waits=True)
    if address(subject) is None:
        return Skip(because="DOMAIN_CLIENT is not a URL that a browser can open")
    return None


def _has_run(subject: Subject) -> bool:
    """Return whether LibreChat has run in this folder: as its files tell, else its container."""
    if subject.deployment.has_run:
        return True
    if "has_started" not in subject.memory.docker:
        subject.memory.docker["has_started"] = _has_started(subject.deployment)
    return subject.memory.docker["has_started"]


def _has_started(deployment: Deployment) -> bool:
    """Return whether Docker has a container of LibreChat that was started: its data may lie where the folder shows nothing of it."""
    from wizard.deployment.docker_view import DockerView, NoReplyError

    if deployment.stack not in (Stack.COMPOSE, Stack.DEPLOY) or not deployment.service:
        return False
    try:
        found = DockerView.of_this_machine().container_of(deployment.folder, deployment.service, may_have_moved=False)
    except NoReplyError:
        return False
    return found is not None and found.has_started
