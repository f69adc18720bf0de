"""Rules: LibreChat without Docker: its unit, its files, and updates by its installer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from wizard.answers.model import Stack
from wizard.basics.finding import Finding
from wizard.basics.own_command import IN_A_FOLDER, without_folder
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain, some_of
from wizard.catalogue import by_key
from wizard.catalogue.secret_names import is_secret_setting
from wizard.deployment.local_install import LocalInstall, found_install
from wizard.deployment.model import Deployment
from wizard.deployment.systemd import environment_file
from wizard.findings import local as ids
from wizard.librechat.cookies import is_localhost
from wizard.rules.view import View

_CONTAINERS: Final = late_pattern(r"(?i)\bcontainers?\b|docker|compose file|\bvolume\b")
_RECREATE: Final = late_pattern(
    IN_A_FOLDER.format(r"docker compose(?: -f \S+)* (?:up -d|restart)(?: --force-recreate| --no-deps)*(?: [a-z_-]+)*")
)
_SCRIPT: Final = late_pattern(r"docker compose(?: -f \S+)* exec (?:-\S+ )*\S+ (npm run [a-z-]+)")
_LOGS: Final = late_pattern(IN_A_FOLDER.format(r"docker compose(?: -f \S+)* logs(?: --tail \d+)? [^\s)]+"))


def local_findings(deployment: Deployment, install: LocalInstall) -> tuple[Finding, ...]:
    """Return the findings of the rules and of the installation itself about a LibreChat without Docker, without mentioning containers."""
    from wizard.rules import check

    own = (finding for rule in (_runner, _rights, _files, _environment) for finding in rule(deployment, install))
    general = (without_docker(finding, install) for finding in check(deployment))
    return (*own, *(finding for finding in general if not _speaks_of_containers(finding)))


def findings_of(deployment: Deployment) -> tuple[Finding, ...]:
    """Return the findings of the rules about any deployment, those of the installation included where there is no Docker."""
    from wizard.rules import check

    if deployment.stack is not Stack.LOCAL:
        return check(deployment)
    return local_findings(deployment, found_install(deployment.folder))


def _speaks_of_containers(finding: Finding) -> bool:
    return bool(_CONTAINERS.search(f"{finding.summary} {without_folder(finding.remedy)}"))


def without_docker(finding: Finding, install: LocalInstall) -> Finding:
    """Return a finding with the commands of a LibreChat that runs without Docker."""
    remedy = _SCRIPT.sub(r"\1", finding.remedy)
    remedy = _LOGS.sub(lambda _: install.logs, remedy)
    return finding._replace(remedy=_RECREATE.sub(lambda _: install.restart, remedy))


def _runner(_: Deployment, install: LocalInstall) -> Iterator[Finding]:
    if not install.runner:
        yield ids.NO_RUNNER.passed()
        return
    user = f" as {plain(install.user)}" if install.user else " as root" if install.is_root else ""
    named = plain(install.name, limit=80)
    yield ids.RUNNER.passed(
        f"{install.runner} runs LibreChat here ({named}){user}. To apply new settings, run: {install.restart}"
    )


def _rights(deployment: Deployment, install: LocalInstall) -> Iterator[Finding]:
    if install.is_root:
        yield ids.ROOT.warn(f"LibreChat runs as root: {plain(install.name, limit=80)} has no User= line.")
    state = deployment.files.get(".env")
    if state is not None and state.kind == "file" and state.mode & 0o007:
        yield ids.OPEN.warn(f".env has mode {state.mode:04o}: all users on this machine can read the secrets in it.")


def _files(deployment: Deployment, install: LocalInstall) -> Iterator[Finding]:
    if install.deleted_by_update:
        yield ids.UPDATE.warn(evidence=[f"An update deletes: {', '.join(install.deleted_by_update)}"])
    state = deployment.files.get(".env.development")
    if state is not None and state.kind == "file":
        yield ids.DEVELOPMENT.warn()
    view = View(deployment)
    server = view.url("DOMAIN_SERVER")
    port = view.value("PORT") or "3080"
    is_direct = server is not None and server.port is not None and str(server.port) == port
    if is_direct and not view.value("HOST") and not is_localhost(deployment.settings.get("DOMAIN_SERVER", "")):
        yield ids.LISTENS.warn()


def _environment(deployment: Deployment, install: LocalInstall) -> Iterator[Finding]:
    """Find values of ``.env`` that systemd reads differently than npm dotenv (systemd.exec(5), EnvironmentFile=)."""
    state = deployment.files.get(".env")
    dotenv = str(deployment.folder / ".env")
    if state is None or state.data is None or dotenv not in install.environment_files:
        return
    by_systemd = environment_file(state.data)
    names = [name for name, value in deployment.dotenv.values().items() if by_systemd.get(name, value) != value]
    if names:
        yield ids.ENVIRONMENT_FILE.warn(
            evidence=some_of([_difference(name, deployment.dotenv.values(), by_systemd) for name in names], 12),
            settings=tuple(name for name in names if name in by_key()),
        )


def _difference(name: str, own: Mapping[str, str], other: Mapping[str, str]) -> str:
    if is_secret_setting(name):
        return f"{plain(name)}: systemd reads a different value than the one in .env"
    return (
        f"{plain(name)}: systemd reads {plain(other[name], limit=60)}, but .env contains {plain(own[name], limit=60)}"
    )
