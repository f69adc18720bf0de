"""Findings of the check ``openid`` from inside LibreChat's container."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_NO_BUTTON = "The OpenID button leads to 'An unknown error occurred.' for all users until LibreChat is restarted."
_of = partial(
    FindingEntry,
    check="openid",
    stage="discovery",
    docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC",
)
ANNOUNCED = _of("inside.announced", "The wizard ran a command in LibreChat's container.")
ARRIVES = _of("inside.discovery", "LibreChat's container can fetch the discovery document.")
RUNNING = _of("inside.registered", "The running LibreChat instance has registered OpenID.")
NOT_RUN = _of(
    "inside.not-run",
    "The provider could not be checked from inside LibreChat's container.",
    "Start LibreChat, and run the wizard as a user with access to Docker.",
)
THROUGH_PROXY = _of(
    "inside.proxy",
    "LibreChat's container uses a forward proxy, which this check does not use.",
    "Look for '[openidStrategy]' in LibreChat's log after a restart.",
    settings=("PROXY",),
)
OUTDATED = _of(
    "inside.outdated",
    "LibreChat's container was started with a different OPENID_ISSUER.",
    "Recreate the container.",
    consequence="The changed settings have no effect yet.",
    settings=("OPENID_ISSUER",),
)
NOT_REGISTERED = _of(
    "inside.not-registered",
    "The running LibreChat instance has not registered OpenID.",
    "Restart LibreChat; it contacts the provider only when it starts.",
    consequence=_NO_BUTTON,
)
OTHER = _of(
    "inside.other",
    "Inside LibreChat's container, the provider's URL returns a different document.",
    "Check DNS and extra_hosts of the api service: the provider's host name resolves to a different server inside the container.",
    consequence=_NO_BUTTON,
    settings=("OPENID_ISSUER",),
)
CERTIFICATE = _of(
    "inside.certificate",
    "LibreChat's container does not trust the provider's certificate.",
    "Mount the CA certificate. In the api service's environment, set NODE_EXTRA_CA_CERTS to the file's path.",
    consequence=_NO_BUTTON,
    settings=("NODE_EXTRA_CA_CERTS",),
)
UNREACHABLE = _of(
    "inside.unreachable",
    "LibreChat's container could not reach the provider.",
    "Check the api service's DNS, networks and extra_hosts, and any firewall between the container and the provider.",
    consequence=_NO_BUTTON,
    settings=("OPENID_ISSUER",),
    transient=True,
)
