"""Rules: folders written by another program: a value has to be set where that program stores it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wizard.basics.finding import Finding
from wizard.basics.own_command import own_command
from wizard.findings import installers as ids
from wizard.findings.model import FindingEntry
from wizard.rules.view import Rule, View

_PLACES: Final[tuple[tuple[str, FindingEntry], ...]] = (
    (r"/\.ix-apps/|/ix-applications/", ids.TRUENAS),
    (r"/data/coolify/", ids.COOLIFY),
    (r"/etc/dokploy/", ids.DOKPLOY),
    (r"/casaos/apps/", ids.CASAOS),
    (r"/1panel/apps/", ids.ONE_PANEL),
    (r"/portainer[^/]*/.*compose/\d+|^/data/compose/\d+", ids.PORTAINER),
    (r"/boot/config/plugins/|/compose\.manager/", ids.UNRAID),
)
"""Where these programs keep what they write, by their own documentation."""
_MARKS: Final[tuple[tuple[bytes, FindingEntry], ...]] = (
    (rb"(?m)^x-casaos:", ids.CASAOS),
    (rb"(?m)^x-(?:portals|notes):", ids.TRUENAS),
    (rb"coolify\.(?:managed|serviceId)", ids.COOLIFY),
    (rb"container_name:\s*[\"']?harbor\.librechat\b|\$\{HARBOR_CONTAINER_PREFIX\}\.librechat\b", ids.HARBOR),
)
"""What they leave in a compose file."""


def written_by_others(view: View) -> Iterator[Finding]:
    """Report which program writes the folder, and where its values are set."""
    folder = str(view.deployment.folder)
    texts = [
        state.data for name, state in view.deployment.files.items() if state.data and name.endswith((".yml", ".yaml"))
    ]
    by_place = [entry for pattern, entry in _PLACES if re.search(pattern, f"{folder}/")]
    by_mark = [entry for pattern, entry in _MARKS if any(re.search(pattern, text) for text in texts)]
    for entry in dict.fromkeys((*by_place, *by_mark)):
        yield entry.warn(remedy=entry.fix.replace(ids.DRY_RUN, own_command("--answers", "FILE", "--dry-run")))


RULES: tuple[Rule, ...] = (written_by_others,)
