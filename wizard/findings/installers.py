"""Findings: folders written by another program: where a value has to be set there, and what that program leaves open."""

from __future__ import annotations

from functools import partial

from wizard.basics.own_command import PROGRAM
from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
DRY_RUN = f"{PROGRAM} --answers FILE --dry-run"
"""In the fixes; a finding has the command as this program was started."""
_AGAIN = "changes written to this folder are lost after the next change in that program's web interface."


def _form(name: str, title: str, field: str) -> FindingEntry:
    return _of(
        f"installer.{name}",
        f"{title} manages this folder and overwrites changes in it.",
        f"Set the values in {title} instead: {field}. To list these values, run: {DRY_RUN}",
        consequence=_AGAIN,
    )


TRUENAS = _form(
    "truenas",
    "TrueNAS",
    "Apps > librechat > Edit > Additional Environment Variables (including CREDS_KEY, CREDS_IV and DOMAIN_*)",
)
COOLIFY = _form("coolify", "Coolify", "the service's page > Environment Variables, then Restart")
DOKPLOY = _form("dokploy", "Dokploy", "the compose service's page > Environment, then Deploy")
CASAOS = _form("casaos", "CasaOS", "the app's menu > Settings > Environment Variables, then Save")
ONE_PANEL = _form("1panel", "1Panel", "Apps > Installed > Parameters > Edit, or the compose file shown there")
PORTAINER = _form(
    "portainer", "Portainer", "Stacks > the stack > Editor > Environment variables, then Update the stack"
)
UNRAID = _form("unraid", "Unraid", "Docker > LibreChat > Edit > Add another Path, Port, Variable, then Apply")
HARBOR = _of(
    "installer.harbor",
    "Harbor starts LibreChat here and prints librechat.yaml to the log at each start.",
    "Keep secret keys out of librechat.yaml: write ${NAME} there, and set NAME with harbor config or in .env.",
    consequence="anyone who can read the log can read that file.",
)
