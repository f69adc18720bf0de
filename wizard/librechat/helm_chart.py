"""LibreChat's official Helm chart: its versions, and how each treats the values that decide about sign-in.

Read in helm/librechat of the tags v0.7.9 to v0.8.8 and rendered with helm 3.17.3, 4.1.4 and 4.3.1 for 2.0.3, 2.0.7 and 2.0.8.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from wizard.librechat.releases import Release

NAME: Final = "librechat"
SECRET_NAME: Final = "librechat-credentials-env"
"""The chart's default of ``global.librechat.existingSecretName`` (helm/librechat/values.yaml, 2.0.15)."""
PORT: Final = 3080
CHART_SETS: Final = ("MONGO_URI", "MEILI_HOST", "REDIS_URI", "USE_REDIS", "SEARCH", "RAG_API_URL")
"""What templates/configmap-env.yaml makes up where ``librechat.configEnv`` says nothing, each with the subchart that it belongs to."""
REQUIRED: Final = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "MEILI_MASTER_KEY")
"""What a Secret must hold (README of the chart)."""
PUBLISHED: Final = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
"""What charts up to 2.0.7 put into the ConfigMap with values that everybody knows."""


class ChartVersion(NamedTuple):
    """A version of the chart."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> "ChartVersion":
        """Read ``2.0.15`` or ``librechat-2.0.15``; ``ValueError`` for anything else."""
        match = re.fullmatch(rf"(?:{NAME}-)?(\d{{1,4}})\.(\d{{1,4}})\.(\d{{1,4}})", text.strip())
        if match is None:
            raise ValueError(f"{text[:40]!r} is not a chart version")
        return cls(*map(int, match.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def publishes_keys(self) -> bool:
        """Whether its default values hold CREDS_* and JWT_*, so that a missing Secret means public keys."""
        return self <= _LAST_WITH_KEYS

    @property
    def demands_secret(self) -> bool:
        """Whether a pod does not start without the Secret (config v1.3.17, PR #16175)."""
        return self >= _SECRET_DEMANDED

    @property
    def wraps_config_twice(self) -> bool:
        """Whether ``librechat.configYamlContent`` reaches LibreChat as one text (danny-avila/LibreChat#13197, fixed in 2.0.4)."""
        return self <= _LAST_WRAPPING

    @property
    def release(self) -> Release | None:
        """The LibreChat release that it installs; ``None`` for a version that is not known."""
        return next((release for version, release in _VERSIONS if version == self), None)


_LAST_WITH_KEYS: Final = ChartVersion(2, 0, 7)
_LAST_WRAPPING: Final = ChartVersion(2, 0, 3)
_SECRET_DEMANDED: Final = ChartVersion(2, 0, 13)
"""v0.8.8-rc4 has config 1.3.17; v0.8.8-rc3 is 2.0.12."""
_VERSIONS: Final = (
    (ChartVersion(1, 8, 9), Release(0, 7, 9)),
    (ChartVersion(1, 9, 1), Release(0, 8, 0)),
    (ChartVersion(1, 9, 4), Release(0, 8, 1)),
    (ChartVersion(1, 9, 7), Release(0, 8, 2)),
    (ChartVersion(2, 0, 0), Release(0, 8, 3)),
    (ChartVersion(2, 0, 2), Release(0, 8, 5)),
    (ChartVersion(2, 0, 4), Release(0, 8, 6, 1)),
    (ChartVersion(2, 0, 5), Release(0, 8, 6)),
    (ChartVersion(2, 0, 7), Release(0, 8, 7)),
    (ChartVersion(2, 0, 8), Release(0, 8, 8, 1)),
    (ChartVersion(2, 0, 12), Release(0, 8, 8, 3)),
    (ChartVersion(2, 0, 15), Release(0, 8, 8)),
)
"""Not as texts: the first frame would wait until they are read."""
NEWEST: Final = _VERSIONS[-1][0]


def chart_of(release: Release) -> ChartVersion:
    """Return the newest known chart for a release: its own, else that of the next release before it."""
    found = [version for version, of in _VERSIONS if of <= release]
    return found[-1] if found else _VERSIONS[0][0]


def release_of(chart: ChartVersion) -> Release:
    """Return the release that a chart installs: its own, else that of the next version before it."""
    found = [of for version, of in _VERSIONS if version <= chart]
    return found[-1] if found else _VERSIONS[0][1]


def fullname(release_name: str, values: Mapping[str, Any]) -> str:
    """Return what the chart's objects are called with these values (template ``librechat.fullname``, charts 2.0.3 to 2.0.8)."""
    name = values.get("fullnameOverride") or f"{release_name}-{values.get('nameOverride') or NAME}"
    return str(name)[:63].removesuffix("-")
