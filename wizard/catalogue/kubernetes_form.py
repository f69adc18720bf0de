"""The part ``kubernetes:`` of the answers file: where LibreChat's Helm chart runs, and the services around it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from wizard.catalogue import declare
from wizard.catalogue.conditions import answered, both
from wizard.catalogue.model import Choice
from wizard.catalogue.parts import Part, ask
from wizard.librechat.helm_chart import ChartVersion

_NAME: Final = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
"""A name as Kubernetes has it for namespaces and Services (RFC 1123 label)."""
_OBJECT: Final = r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"
"""The same with dots, for Secrets and ConfigMaps (RFC 1123 subdomain)."""
_RELEASE: Final = r"[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?"
"""Helm allows 53 letters (helm/pkg/chart/common/util, ValidateReleaseName)."""
_MOST_REPLICAS: Final = 100
_MOST_PROXIES: Final = 19
"""With the ingress itself as many as TRUST_PROXY may say."""
CHART_SOURCE: Final = "oci://ghcr.io/danny-avila/librechat-chart/librechat"

_HELM: Final = answered("librechat.stack", "helm")
_INGRESS: Final = both(_HELM, answered("access", "https-existing"))


def _last_run(otherwise: str) -> str:
    """Return what an answer that is left out means: a run remembers what the one before it was told."""
    return f"The value from the last run, or {otherwise}."


class Redis(StrEnum):
    """Which Redis the pods share."""

    NONE = "none"
    BUNDLED = "bundled"
    EXTERNAL = "external"


class Storage(StrEnum):
    """How the volume for uploaded pictures can be mounted."""

    ONE_NODE = "ReadWriteOnce"
    MANY_NODES = "ReadWriteMany"
    NONE = "none"


class SecretFormat(StrEnum):
    """How the Secret comes to the cluster."""

    SECRET = "secret"
    EXTERNAL = "external"


class Ingress(Part, place="kubernetes.ingress", section="kubernetes"):
    """The part ``kubernetes.ingress``: it takes the place of a proxy."""

    class_name: str = ask(declare.text("class", "Ingress class", pattern=_OBJECT,
        help="The ingress class for LibreChat, such as traefik or nginx. ingress-nginx was retired in March 2026. To list classes, run: kubectl get ingressclass",
        empty="The cluster's default class.",
        applies=_INGRESS),
        default="", noun="ingress class name", remedy="List the names: kubectl get ingressclass")  # fmt: skip
    issuer: str = ask(declare.text("issuer", "cert-manager issuer", pattern=_OBJECT,
        help="The cert-manager ClusterIssuer that issues the certificate (annotation cert-manager.io/cluster-issuer).",
        empty="cert-manager does not request a certificate. Without a Secret, browsers get the ingress controller's default certificate.",
        applies=_INGRESS),
        default="", excludes="secret", noun="ClusterIssuer name", remedy="List the names: kubectl get clusterissuer")  # fmt: skip
    secret: str = ask(declare.text("secret", "Certificate Secret", pattern=_OBJECT,
        help="A Secret of type kubernetes.io/tls in the same namespace. To create one, run: kubectl create secret tls NAME --cert=FILE --key=FILE",
        empty="The certificate from the issuer, or the ingress controller's default certificate if no issuer is set.",
        applies=_INGRESS),
        default="", noun="Secret name", remedy="List the names: kubectl get secret")  # fmt: skip


class Kubernetes(Part, place="kubernetes", section="kubernetes"):
    """The part ``kubernetes:``, used with ``librechat: {stack: helm}``. What is omitted stays as in the last run."""

    namespace: str = ask(declare.text("namespace", "Namespace", pattern=_NAME,
        help="The namespace that LibreChat runs in.",
        empty=_last_run("the namespace called default"),
        applies=_HELM),
        default="", noun="namespace", remedy="Use lowercase letters, digits and hyphens.")  # fmt: skip
    release: str = ask(declare.text("release", "Helm release", pattern=_RELEASE,
        help="The Helm release's name, as shown by helm list. The chart's objects are called RELEASE-librechat.",
        empty=_last_run("librechat"),
        applies=_HELM),
        default="", noun="Helm release name", remedy="Use lowercase letters, digits and hyphens (at most 53 characters).")  # fmt: skip
    chart: ChartVersion | None = ask(declare.text("chart", "Chart version", pattern=r"\d+\.\d+\.\d+",
        help="The Helm chart's version, shown by helm list as librechat-VERSION. The chart version determines the LibreChat release.",
        empty=_last_run("the newest known chart for the LibreChat release"),
        applies=_HELM),
        default=None, parse=ChartVersion.parse, noun="chart version", remedy="Use the format 2.0.15.")  # fmt: skip
    chart_source: str = ask(declare.text("chart_source", "Chart source", pattern=r"[^\s-]\S*",
        help="The source that helm installs from: an OCI address, REPOSITORY/librechat, or a folder.",
        empty=f"{CHART_SOURCE}.",
        applies=_HELM),
        default="", noun="chart source", remedy=f"Write {CHART_SOURCE}.")  # fmt: skip
    values: str = ask(declare.path("values", "Your own values file",
        help="The values file that you already pass to helm. The wizard does not change this file. The wizard's own file is passed after it and takes precedence.",
        empty=_last_run("kubernetes/values.yaml if the wizard adopted a running release; otherwise none"),
        applies=_HELM),
        default="")  # fmt: skip
    adopt: bool = ask(declare.switch("adopt", "Adopt the running release",
        help="Reads the running release's values, Secrets and ConfigMaps once with helm and kubectl, before the wizard creates its first files. The wizard keeps the release's keys, so encrypted data stays readable.",
        empty="The wizard reads nothing from the cluster and generates missing keys.",
        applies=_HELM),
        default=False)  # fmt: skip
    replicas: int | None = ask(declare.integer("replicas", "Pods", minimum=1, maximum=_MOST_REPLICAS,
        help="How many LibreChat pods run at once. More than one pod requires Redis and image storage that all pods can reach.",
        empty="One.",
        applies=_HELM),
        default=None, noun="number of pods", remedy="Write a number such as 1 or 2.")  # fmt: skip
    redis: Redis | None = ask(declare.choice("redis", "Redis",
        help="The Redis server that pods use to share sign-ins, sessions and rate limits. The chart's Redis has no password.",
        empty="None, if there is only one pod.",
        choices=(
            Choice("none", "None (one pod)"),
            Choice("bundled", "The chart's Redis"),
            Choice("external", "My own (REDIS_URI)")),
        applies=_HELM),
        default=None, parse=Redis)  # fmt: skip
    storage: Storage | None = ask(declare.choice("storage", "Image volume",
        help="How Kubernetes mounts the volume for uploaded images. ReadWriteOnce: only pods on one node can mount it. None: LibreChat stores files in S3 or Azure (fileStrategy in librechat.yaml).",
        empty="The chart's default: ReadWriteOnce.",
        choices=(
            Choice("ReadWriteOnce", "One node (ReadWriteOnce)"),
            Choice("ReadWriteMany", "Many nodes (ReadWriteMany)"),
            Choice("none", "No volume (S3 or Azure)")),
        applies=_HELM),
        default=None, parse=Storage)  # fmt: skip
    ingress: Ingress = Ingress()
    before_ingress: int = ask(declare.integer("before_ingress", "Proxies in front of the ingress", minimum=0, maximum=_MOST_PROXIES,
        help="How many proxies in front of the ingress (such as an ALB or Cloudflare) append to X-Forwarded-For and are trusted by the ingress. The wizard sets TRUST_PROXY to this number plus one for the ingress.",
        empty="None: the ingress controller replaces X-Forwarded-For, as Traefik and ingress-nginx do by default.",
        applies=_INGRESS),
        default=0, noun="number of proxies", remedy="Write a number such as 0 or 1.")  # fmt: skip
    secret: str = ask(declare.text("secret", "Secret name", pattern=_OBJECT,
        help="The Secret with LibreChat's keys and passwords (the chart's global.librechat.existingSecretName).",
        empty=_last_run("librechat-credentials-env, the chart's own default"),
        applies=_HELM),
        default="", noun="Secret name", remedy="Use lowercase letters, digits, hyphens and dots.")  # fmt: skip
    secret_format: SecretFormat | None = ask(declare.choice("secret_format", "How secrets reach the cluster",
        help="As a Secret from a private file in this folder, or through the External Secrets Operator. With the operator, the file only refers to entries in your store.",
        empty="A Secret.",
        choices=(Choice("secret", "A Secret"), Choice("external", "ExternalSecret (External Secrets Operator)")),
        applies=_HELM),
        default=None, parse=SecretFormat, needs={"external": ("secret_store", "remote_key")})  # fmt: skip
    secret_store: str = ask(declare.text("secret_store", "ClusterSecretStore", pattern=_OBJECT,
        help="The External Secrets Operator's ClusterSecretStore for your secret store.",
        empty="Required for an ExternalSecret.",
        applies=answered("kubernetes.secret_format", "external")),
        default="", noun="ClusterSecretStore name", remedy="List the names: kubectl get clustersecretstore")  # fmt: skip
    remote_key: str = ask(declare.text("remote_key", "Key in your store", pattern=r"\S{1,500}",
        help="The entry in your secret store (remoteRef.key) that contains the values, each under the name of its variable.",
        empty="Required for an ExternalSecret.",
        applies=answered("kubernetes.secret_format", "external")),
        default="", noun="key", remedy="Write it without spaces.")  # fmt: skip


def is_object_name(text: str) -> bool:
    """Return whether Kubernetes accepts a text as the name of a Secret or a ConfigMap."""
    return re.fullmatch(_OBJECT, text) is not None
