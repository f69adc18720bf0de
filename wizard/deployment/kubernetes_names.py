"""The names of the wizard's Kubernetes files in a folder, and the Helm release that they belong to."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from wizard.answers.model import Answers
from wizard.librechat.helm_chart import NEWEST, SECRET_NAME, ChartVersion, chart_of, fullname

FOLDER: Final = "kubernetes"
SECRET_FILE: Final = f"{FOLDER}/librechat-secret.yaml"
MEILI_FILE: Final = f"{FOLDER}/librechat-meili-secret.yaml"
VALUES_FILE: Final = f"{FOLDER}/values-librechat-auth.yaml"
CONFIG_FILE: Final = f"{FOLDER}/librechat-config.yaml"
EXTERNAL_FILE: Final = f"{FOLDER}/librechat-external-secret.yaml"
ADOPTED_VALUES: Final = f"{FOLDER}/values.yaml"
"""The operator's own values, as they are taken over from a running release."""
RECORD: Final = ".librechat-wizard/kubernetes"
"""Which release the files belong to, and how helm is called for it: what a run was told, for the next one and the doctor."""
FILES: Final = (SECRET_FILE, MEILI_FILE, VALUES_FILE, CONFIG_FILE, EXTERNAL_FILE, RECORD)
CONFIG_MAP: Final = "librechat-config"
CONFIG_KEY: Final = "librechat.yaml"
MEILI_SECRET: Final = "librechat-meili"
CERTIFICATES: Final = "librechat-certs"
MOUNTED_AT: Final = "/app/certs"


class HelmRelease(NamedTuple):
    """Which release is meant."""

    namespace: str = "default"
    name: str = "librechat"
    chart: ChartVersion = NEWEST
    source: str = ""
    """Where helm takes the chart from; empty: LibreChat's registry."""
    values: str = ""
    """The operator's own values file; empty if helm keeps the release's values."""
    secret: str = SECRET_NAME
    is_external: bool = False
    """Whether the External Secrets Operator makes the Secret."""
    called: str = ""
    """What its values call its objects (fullnameOverride, nameOverride); empty if they say nothing of it."""

    def with_values(self, values: Mapping[str, Any]) -> "HelmRelease":
        """Return the same release with the names that these values give its objects."""
        return self._replace(called=fullname(self.name, values))

    @property
    def fullname(self) -> str:
        """What its Deployment, Service and Ingress are called."""
        return self.called or fullname(self.name, {})

    def to_bytes(self) -> bytes:
        """Return the record of it."""
        import json

        fields: dict[str, object] = {
            "namespace": self.namespace,
            "release": self.name,
            "chart": str(self.chart),
            "source": self.source,
            "values": self.values,
            "secret": self.secret,
            "external": self.is_external,
        }
        if self.fullname != fullname(self.name, {}):
            fields["called"] = self.called
        return (json.dumps(fields, indent=1) + "\n").encode()


def recorded_release(record: bytes | None) -> HelmRelease:
    """Return the release that an earlier run was given; the default if none is recorded or the record is damaged."""
    import json

    try:
        fields = json.loads(record or b"{}")
        texts = {
            name: str(fields[name])
            for name in ("namespace", "source", "values", "secret", "called")
            if fields.get(name)
        }
        chart = ChartVersion.parse(str(fields["chart"])) if fields.get("chart") else NEWEST
        name = str(fields.get("release") or "librechat")
        return HelmRelease(name=name, chart=chart, is_external=fields.get("external") is True, **texts)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return HelmRelease()


def chart_for(answers: Answers, record: bytes | None) -> ChartVersion:
    """Return the chart that is meant: the answer, that of the last run, else the newest known one of the release."""
    if answers.kubernetes.chart is not None:
        return answers.kubernetes.chart
    if record is not None or answers.librechat.release is None:
        return recorded_release(record).chart
    return chart_of(answers.librechat.release)
