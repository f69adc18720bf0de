"""What the Kubernetes files of a folder say about LibreChat's Helm release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.catalogue.kubernetes_form import Storage
from wizard.deployment.effective import EffectiveValue
from wizard.deployment.kubernetes_names import HelmRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesView:
    """What the files say about the release."""

    release: HelmRelease
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What helm gets: the operator's own values with the wizard's over them; not the chart's defaults."""
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    meili: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What Meilisearch's own Secret holds."""
    has_files: bool = False
    """Whether the wizard's files are there."""
    origins: Mapping[str, EffectiveValue] = field(default_factory=dict, repr=False)
    """What LibreChat gets, by name."""

    def at(self, *path: str) -> Any:
        """Return a value that helm gets; ``None`` if the files say nothing."""
        found: Any = self.values
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    @property
    def replicas(self) -> int:
        """How many pods there may be at once, with autoscaling too."""
        count = self.at("replicaCount")
        most = self.at("autoscaling", "maxReplicas") if self.at("autoscaling", "enabled") is True else None
        numbers = [number for number in (count, most) if isinstance(number, int)]
        return max([1, *numbers])

    @property
    def storage(self) -> Storage:
        """How the volume for pictures is mounted; the chart's default is ReadWriteOnce."""
        if self.at("librechat", "imageVolume", "enabled") is False:
            return Storage.NONE
        modes = self.at("librechat", "imageVolume", "accessModes")
        return Storage.MANY_NODES if modes == Storage.MANY_NODES.value else Storage.ONE_NODE

    def has(self, subchart: str) -> bool:
        """Whether a subchart is installed; the chart has MongoDB and Meilisearch on, and Redis off."""
        enabled = self.at(subchart, "enabled")
        return enabled if isinstance(enabled, bool) else subchart != "redis"
