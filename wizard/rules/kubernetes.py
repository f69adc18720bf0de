"""Rules: Helm values and Secret of LibreChat on Kubernetes (K1 to K20 of the situations)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Final

from wizard.basics.finding import Finding
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.catalogue.kubernetes_form import Storage
from wizard.deployment.kubernetes_view import KubernetesView
from wizard.findings import kubernetes as ids
from wizard.librechat import helm_values
from wizard.librechat.helm_chart import PUBLISHED, REQUIRED
from wizard.librechat.hosts import is_address, is_loopback
from wizard.librechat.values import is_enabled
from wizard.rules.view import Rule, View

_CLUSTER: Final = ".svc.cluster.local"
_SERVERS: Final = {"MONGO_URI": "mongodb", "REDIS_URI": "redis", "MEILI_HOST": "meilisearch"}
_DRESSED: Final = late_pattern(r"\A(['\"]).*\1\Z|\s#\s|\A\s|\s\Z", re.DOTALL)
"""What kubectl's reader of env files keeps as part of a value, and a line break of ``echo ... | base64``."""
_MANY_LINES: Final = ("SAML_CERT", "SAML_PRIVATE_KEY")
"""Certificates may end with a line break."""


def replicas(view: View) -> Iterator[Finding]:
    """Find several pods that share nothing (K14, K20)."""
    found = _of(view)
    storage = found.storage
    if found.replicas == 1:
        strategy = found.at("updateStrategy", "type")
        if storage is Storage.ONE_NODE and strategy != "Recreate":
            yield ids.ROLLING.warn()
        return
    if not is_enabled(view.value("USE_REDIS")):
        signs_in_elsewhere = bool(view.providers)
        summary = f"Up to {found.replicas} pods run without Redis, and each tracks sign-ins and limits separately."
        yield (
            ids.NOT_SHARED.fail(summary)
            if signs_in_elsewhere
            else ids.NOT_SHARED.warn(summary + f" The effective limits are up to {found.replicas} times as high.")
        )
    if storage is Storage.ONE_NODE:
        yield ids.ONE_NODE.fail()


def layout(view: View) -> Iterator[Finding]:
    """Find values that the chart does not read, or reads differently than meant (K5 to K9)."""
    found = _of(view)
    if idle := [*helm_values.ignored(found.values)]:
        yield ids.IGNORED.fail(f"The chart does not read {', '.join(idle)}, and Helm does not report this.")
    typos = [f"{plain(name, limit=80)}: did you mean {near}?" for name, near in helm_values.misspelt(found.values)]
    if typos:
        yield ids.UNKNOWN_VALUE.fail(evidence=typos)
    if bare := [*helm_values.unquoted(found.at("librechat", "configEnv"))]:
        yield ids.UNQUOTED.fail(evidence=(", ".join(plain(name, limit=80) for name in bare),))
    inline = found.at("librechat", "configYamlContent")
    if found.release.chart.wraps_config_twice and inline and not found.at("librechat", "existingConfigYaml"):
        yield ids.WRAPPED.fail()
    if found.has_files and found.at("enableServiceLinks") is not False:
        yield ids.SERVICE_LINKS.warn()


def keys(view: View) -> Iterator[Finding]:
    """Find missing keys, and keys that everybody knows (K2, K3)."""
    found = _of(view)
    if not found.has_files:
        return
    environment = found.at("librechat", "configEnv")
    taken_out = environment if isinstance(environment, Mapping) else {}
    if found.release.chart.publishes_keys and any(name not in taken_out for name in PUBLISHED):
        yield ids.PUBLISHED.warn()
    if found.release.is_external or not found.secret:
        return
    needed = [name for name in REQUIRED if name != "MEILI_MASTER_KEY" or found.has("meilisearch")]
    if missing := [name for name in needed if not found.secret.get(name, "").strip()]:
        yield ids.SECRET_KEYS.fail(f"The Secret does not contain {', '.join(missing)}.", settings=missing)


def secret(view: View) -> Iterator[Finding]:
    """Find what a Secret from an env file brings along (K12, K13, K18)."""
    found = _of(view)
    held = found.secret
    local = [name for name in ("HOST", "MONGO_URI", "MEILI_HOST") if _is_local(held.get(name, ""))]
    if local:
        yield ids.FROM_ENV_FILE.fail(
            f"The Secret sets {', '.join(local)} to an address that works on only one machine, as LibreChat's "
            ".env.example does.",
            settings=local,
        )
    dressed = sorted(name for name, value in held.items() if _DRESSED.search(value) and not _is_text(name, value))
    if dressed:
        yield ids.SECRET_FORM.warn(evidence=(", ".join(plain(name, limit=80) for name in dressed),))
    shared = found.at("meilisearch", "auth", "existingMasterKeySecret")
    if found.has_files and found.has("meilisearch") and shared in (None, found.release.secret):
        yield ids.MEILI_SHARED.warn()


def places(view: View) -> Iterator[Finding]:
    """Find variables that are set twice (K11), and servers that are installed and not used (K15)."""
    found = _of(view)
    for name, value in found.origins.items():
        lost = [one for one in value.shadowed if one.origin.line and one.value != value.value]
        # What a file and the wizard's own after it say is a plain merge of values.
        lost = [one for one in lost if one.origin.mechanism is not value.origin.mechanism]
        if lost and value.origin.line:
            yield ids.TWICE.warn(
                f"{plain(name, limit=80)} from {value.origin} overrides a different value in {lost[0].origin}.",
                settings=(name,),
            )
    for name, subchart in _SERVERS.items():
        address = view.value(name)
        if address and found.has(subchart) and _CLUSTER not in address and not _is_local(address):
            yield ids.SUBCHART.warn(
                f"{name} is the address of your own server, but the chart also installs {subchart}.",
                settings=(name,),
                remedy=f"Set {subchart}: {{enabled: false}} in your values.",
            )


def ingress(view: View) -> Iterator[Finding]:
    """Find an ingress for another name (K19)."""
    found = _of(view)
    hosts = found.at("ingress", "hosts")
    url = view.url("DOMAIN_CLIENT")
    if found.at("ingress", "enabled") is False or not isinstance(hosts, list) or url is None or url.scheme != "https":
        return
    names = [str(one.get("host")) for one in hosts if isinstance(one, Mapping)]
    if names and url.hostname not in names:
        yield ids.INGRESS.fail(
            f"The ingress serves {plain(', '.join(names), limit=200)}, but the host in DOMAIN_CLIENT is "
            f"{plain(url.hostname or '')}."
        )


RULES: Final[tuple[Rule, ...]] = (replicas, layout, keys, secret, places, ingress)


def _of(view: View) -> KubernetesView:
    found = view.deployment.kubernetes
    if found is None:
        raise TypeError("these rules apply only to a deployment on Kubernetes")
    return found


def _is_local(value: str) -> bool:
    host = re.sub(r"\A[a-z+]+://", "", value.strip().strip("'\"").lower()).split("/")[0].rpartition("@")[2]
    name = host.rpartition(":")[0] if host.count(":") == 1 else host
    return name == "localhost" or (is_address(name) and (is_loopback(name) or ip_address(name).is_unspecified))


def _is_text(name: str, value: str) -> bool:
    """Return whether a value may end with a line break: keys and certificates as PEM."""
    return name in _MANY_LINES or value.lstrip().startswith("-----BEGIN")
