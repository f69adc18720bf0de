"""How people reach LibreChat on Kubernetes: the ingress is the proxy there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from wizard.answers.model import Access, Kubernetes
from wizard.catalogue.questions import variable_id
from wizard.librechat.cookies import SWITCH_SINCE
from wizard.librechat.helm_chart import PORT
from wizard.librechat.proxy_hops import TRUST_SETTING_SINCE
from wizard.librechat.site import Site
from wizard.plan.access.builder import AccessBuilder
from wizard.plan.access.model import AccessInputs, AccessPlan
from wizard.yamlfile.render import Quoted

INGRESS: Final = "ingress"
ISSUER_ANNOTATION: Final = "cert-manager.io/cluster-issuer"


class KubernetesAccess(NamedTuple):
    """What access needs: settings of LibreChat, and values of the chart by their place."""

    plan: AccessPlan
    values: Mapping[tuple[str, ...], Any] = MappingProxyType({})


def kubernetes_access(inputs: AccessInputs, kubernetes: Kubernetes, service: str) -> KubernetesAccess:
    """Return what the chosen access needs; ``service`` is the Service that leads to LibreChat."""
    work = AccessBuilder(inputs)
    values: Mapping[tuple[str, ...], Any] = {}
    match inputs.access:
        case None:
            return KubernetesAccess(AccessPlan())
        case Access.HTTPS_EXISTING:
            values = _ingress(work, kubernetes)
        case Access.LOCALHOST:
            values = _port_forward(work, service)
        case Access.HTTP_LAN:
            values = _node_port(work, service)
        case Access.HTTPS_PROXY:
            message = "on Kubernetes, the ingress is the proxy, so the wizard does not set one up."
            work.fault("access", message, "Use access: https-existing, and name the ingress (kubernetes.ingress).")
    plan = work.plan()
    return KubernetesAccess(plan, {} if plan.problems else values)


def _ingress(work: AccessBuilder, kubernetes: Kubernetes) -> Mapping[tuple[str, ...], Any]:
    site = work.site("https", "https://chat.example.com")
    if site is None:
        return {}
    if site.is_address:
        message = f"{site.host} is an IP address, but an Ingress accepts only host names."
        work.fault(variable_id("DOMAIN_CLIENT"), message, "Use a host name, such as https://chat.example.com")
        return {}
    work.domains(site)
    work.trust_proxy(1 + kubernetes.before_ingress)
    work.secure_cookies()
    ingress = kubernetes.ingress
    path = {"path": Quoted(site.path or "/"), "pathType": Quoted("Prefix")}
    values: dict[tuple[str, ...], Any] = {
        (INGRESS, "enabled"): True,
        (INGRESS, "hosts"): [{"host": Quoted(site.host), "paths": [path]}],
    }
    if ingress.class_name:
        values[INGRESS, "className"] = Quoted(ingress.class_name)
    if ingress.issuer:
        values[INGRESS, "annotations", ISSUER_ANNOTATION] = Quoted(ingress.issuer)
    if secret := ingress.secret or (f"{site.host.replace('.', '-')}-tls" if ingress.issuer else ""):
        values[INGRESS, "tls"] = [{"secretName": Quoted(secret), "hosts": [Quoted(site.host)]}]
    else:
        work.notes.append(
            "kubernetes.ingress specifies neither an issuer nor a Secret with a certificate. Browsers get the default "
            "certificate of the ingress controller, or of a proxy in front of it."
        )
    return values


def _port_forward(work: AccessBuilder, service: str) -> Mapping[tuple[str, ...], Any]:
    site = Site(scheme="http", host="localhost", port=PORT)
    text = work.inputs.asked("DOMAIN_CLIENT") or work.inputs.asked("DOMAIN_SERVER")
    if text:
        found = work.parsed("DOMAIN_CLIENT", text)
        if found is None:
            return {}
        if not found.is_loopback:
            message = f"access: localhost means this machine only, but {text[:80]} is a different address."
            work.fault(
                variable_id("DOMAIN_CLIENT"), message, "Leave out the address, or choose a different access mode."
            )
            return {}
        site = found
    work.domains(site)
    work.trust_proxy(1)
    work.notes.append(
        f"LibreChat is reachable only from this machine, at {site.url}, while this command is running: kubectl "
        f"port-forward service/{service} {site.port}:{PORT}"
    )
    return {(INGRESS, "enabled"): False}


def _node_port(work: AccessBuilder, service: str) -> Mapping[tuple[str, ...], Any]:
    inputs = work.inputs
    site = work.site("http", "http://192.168.1.10:30080")
    if site is None:
        return {}
    if inputs.release < SWITCH_SINCE:
        message = (
            f"with LibreChat {inputs.release} on Kubernetes, nobody stays signed in over plain HTTP; "
            "SESSION_COOKIE_SECURE was added in v0.8.6."
        )
        work.fault("access", message, "Use an ingress with a certificate (access: https-existing), or a newer chart.")
        return {}
    work.domains(site)
    work.set("SESSION_COOKIE_SECURE", "false")
    if inputs.release >= TRUST_SETTING_SINCE:
        work.set("TRUST_PROXY", "-1")
    work.notes.append(
        f"Plain HTTP: everyone on the network can read passwords, sessions and conversations. DOMAIN_CLIENT must contain the port that the cluster assigned. To see it, run: kubectl get service {service}"
    )
    return {(INGRESS, "enabled"): False, ("service", "type"): Quoted("NodePort")}
