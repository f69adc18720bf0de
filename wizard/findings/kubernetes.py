"""Findings: LibreChat on Kubernetes with its official Helm chart: values, Secret, ingress, pods."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="kubernetes", docs="https://www.librechat.ai/docs/local/helm_chart")
OK = _of("ok", "The Helm values and the Secret are consistent.")
NOT_SHARED = _of(
    "replicas.redis",
    "Several pods are running without Redis, and each tracks sign-ins and limits separately.",
    "Set kubernetes: {redis: bundled} in the answers file, or set redis: external and REDIS_URI.",
    consequence="sign-ins through OpenID, SAML and social providers fail if the callback reaches a different pod.",
    settings=("USE_REDIS",),
)
ONE_NODE = _of(
    "replicas.storage",
    "Several pods share a volume that only pods on one node can mount (ReadWriteOnce).",
    "Set kubernetes: {storage: ReadWriteMany} in the answers file, or storage: none if you use S3 or Azure.",
    consequence="pods on other nodes do not start (Multi-Attach error).",
)
ROLLING = _of(
    "replicas.rolling",
    "A rolling update starts a second pod, which waits for the ReadWriteOnce volume of the first pod.",
    "Set updateStrategy: {type: Recreate, rollingUpdate: null}. Or set kubernetes.replicas to 1 in the answers file.",
    consequence="an update hangs if the new pod is scheduled on another node.",
)
IGNORED = _of(
    "values.ignored",
    "The chart ignores some of the values, and Helm does not report this.",
    "Move env: to librechat.configEnv, and librechat.existingSecretName to global.librechat.existingSecretName.",
    consequence="the settings do not reach LibreChat.",
)
UNKNOWN_VALUE = _of(
    "values.unknown",
    "The chart does not define some of the values, and Helm does not report this.",
    "Compare the spelling with the output of: helm show values",
    consequence="those values have no effect.",
)
UNQUOTED = _of(
    "values.unquoted",
    "Helm reads unquoted values in librechat.configEnv as numbers or booleans.",
    'Put each value in double quotes: TRUST_PROXY: "1"',
    consequence="Kubernetes rejects the ConfigMap, or numbers change (0123 becomes 83).",
)
WRAPPED = _of(
    "values.config-yaml",
    "This chart passes librechat.configYamlContent to LibreChat as a single string, so the value has no effect.",
    "Put the YAML into a ConfigMap and set librechat.existingConfigYaml to its name. Or use chart 2.0.4 or later.",
    consequence="LibreChat silently ignores every setting in librechat.yaml, such as allowed domains, sign-in buttons and Turnstile.",
    docs="https://github.com/danny-avila/LibreChat/issues/13197",
)
PUBLISHED = _of(
    "values.published",
    "The chart's default values contain publicly known keys, which LibreChat uses if the Secret is missing.",
    "Set CREDS_KEY, CREDS_IV, JWT_SECRET and JWT_REFRESH_SECRET to null in librechat.configEnv.",
    consequence="if the Secret is missing or misspelled, anyone can sign in as anyone else, and there is no error.",
    settings=("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET"),
)
TWICE = _of(
    "values.twice",
    "A variable is set in two places with different values.",
    "Remove the variable from the place where it has no effect.",
    consequence="editing the overridden value has no effect.",
)
SERVICE_LINKS = _of(
    "values.service-links",
    "Kubernetes adds variables for the namespace's Services to LibreChat's environment (enableServiceLinks).",
    "Set enableServiceLinks: false in the values.",
    consequence="a Service called email, for example, sets EMAIL_PORT to tcp://ADDRESS:PORT.",
)
MEILI_SHARED = _of(
    "values.meili-secret",
    "The search pod gets LibreChat's entire Secret in its environment.",
    "Set meilisearch.auth.existingMasterKeySecret to a Secret that contains only MEILI_MASTER_KEY.",
    consequence="anyone who compromises Meilisearch gets all of LibreChat's keys and passwords.",
    settings=("MEILI_MASTER_KEY",),
)
SUBCHART = _of(
    "values.subchart",
    "The chart installs its own server in addition to the one in the settings.",
    "In the values, set enabled: false for the chart's server (mongodb, redis or meilisearch).",
    consequence="the chart's server runs but is not used.",
)
INGRESS = _of(
    "ingress.host",
    "The ingress serves a different host name than DOMAIN_CLIENT.",
    "Use the same host name in ingress.hosts and DOMAIN_CLIENT. To do this with the wizard, set access to https-existing in "
    "the answers file.",
    consequence="users cannot reach LibreChat, or cannot return to it after signing in.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
)
SECRET_MISSING = _of(
    "secret.missing",
    "The Secret with LibreChat's keys is missing.",
    "Apply kubernetes/librechat-secret.yaml: kubectl apply --server-side -f kubernetes/librechat-secret.yaml",
    consequence="pods do not start or, with older charts, run with publicly known keys.",
)
SECRET_KEYS = _of(
    "secret.keys",
    "The Secret is missing keys that LibreChat needs.",
    "Run the wizard: it adds the missing keys. If LibreChat has run before, add its earlier keys to the Secret first.",
    consequence="each pod generates its own keys, and data encrypted with these keys is unreadable after a restart.",
)
FROM_ENV_FILE = _of(
    "secret.env-file",
    "The Secret was created from LibreChat's .env.example, which is meant for a single machine.",
    "Recreate the Secret with the wizard, and keep the values of CREDS_*, JWT_* and MEILI_MASTER_KEY. Do not use --from-env-file.",
    consequence="the pod listens on its own loopback address, or expects its database there, and keeps restarting.",
    settings=("HOST", "MONGO_URI", "MEILI_HOST"),
)
SECRET_FORM = _of(
    "secret.form",
    "Values in the Secret include quotes, a comment, spaces or a line break.",
    "Remove these characters, and re-encode each value without echo, which adds a line break: printf %s VALUE | base64",
    consequence="LibreChat uses a different value than intended, or rejects it.",
)
SECRET_OLD = _of(
    "secret.differs",
    "The Secret in the cluster differs from kubernetes/librechat-secret.yaml.",
    "Run: kubectl apply --server-side -f kubernetes/librechat-secret.yaml. Then run: kubectl rollout restart "
    "deployment",
    consequence="LibreChat does not use the values in the file.",
)
RELEASE = _of("release", "The Helm release is installed.")
RELEASE_MISSING = _of(
    "release.missing",
    "The Helm release is not installed in this namespace.",
    "To list all releases, run: helm list -A. To use another release, set kubernetes: {namespace, release} in the "
    "answers file.",
)
RELEASE_FAILED = _of(
    "release.failed",
    "The last operation on the Helm release did not complete.",
    "To see what happened, run helm history. To roll back, run helm rollback.",
)
DRIFT = _of(
    "release.drift",
    "The release's values differ from those in kubernetes/values-librechat-auth.yaml.",
    "Run the helm upgrade command that the wizard shows.",
    consequence="LibreChat does not use the settings in the file.",
)
STALE = _of(
    "pods.stale",
    "Some pods were started before their Secret or librechat.yaml was last changed.",
    "Run: kubectl rollout restart deployment",
    consequence="these pods use the old values.",
)
NOT_READY = _of(
    "pods.not-ready",
    "Some LibreChat pods are not ready.",
    "To see why, run kubectl describe pod and kubectl logs --previous.",
    consequence="users cannot reach LibreChat, or fewer pods share the load.",
)
INGRESS_CLASS = _of(
    "ingress.class",
    "The cluster has no ingress class with this name.",
    "List the classes with kubectl get ingressclass, and set kubernetes: {ingress: {class: NAME}} in the answers file.",
    consequence="no ingress controller serves the ingress.",
)
INGRESS_SECRET = _of(
    "ingress.secret",
    "The Secret with the ingress's certificate does not exist.",
    "Check cert-manager's certificates (kubectl get certificate), or create the Secret: kubectl create secret tls",
    consequence="browsers show a certificate warning.",
)
INGRESS_CERTIFICATE = _of(
    "ingress.certificate",
    "The ingress's certificate does not cover the host, or has expired.",
    "Renew the certificate for this host, or specify another Secret in ingress.tls.",
    consequence="browsers show a certificate warning.",
)
LOGS = _of(
    "pods.log",
    "LibreChat's log warns about temporary keys, or about sessions in memory.",
    "Add the keys to the Secret. If there are several pods, use Redis.",
    consequence="users are signed out, or stored keys become unreadable, when a pod restarts.",
)
NOT_ASKED = _of(
    "not-asked",
    "Could not connect to the cluster.",
    "Install kubectl and helm on this machine, and select the cluster: kubectl config use-context NAME",
)
NO_RIGHT = _of(
    "no-right",
    "The account that kubectl uses has no permission to read this resource in the cluster.",
    "Ask for get and list permissions on deployments, pods, pods/log, secrets, configmaps and ingresses in the "
    "namespace.",
)
