"""Whether LibreChat registers OpenID at start, and with which endpoints: discovery as openid-client 6.5.0 does it."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from wizard.librechat.browser_url import href, origin, split_address
from wizard.librechat.openid_forward_proxy import forward_proxy
from wizard.librechat.openid_situation import NoAnswer, ProviderAnswer
from wizard.librechat.providers import has_social_login, is_registered
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

CLIENT_6_SINCE: Final = Release(0, 7, 9, 1)
"""First release with openid-client 6: https alone, issuers compared by URL.href, 30 s, signatures unchecked, secret by post."""
DISCOVERY_SECONDS: Final = 30.0
"""The time limit of a discovery (openid-client 6, ``timeout ?? 30``)."""
WELL_KNOWN: Final = "/.well-known/"
ENTRA: Final = "https://login.microsoftonline.com"
_SUFFIX: Final = ".well-known/openid-configuration"


class Start(NamedTuple):
    """What LibreChat's start comes to."""

    registered: bool
    cause: str = ""
    """The name of the finding that says why it is not registered, or why LibreChat does not start."""
    detail: str = ""
    crashes: bool = False
    """Whether LibreChat ends instead of going on without OpenID."""


def discovery_url(issuer: str) -> str | None:
    """Return the address that LibreChat asks at its start; ``None``: it asks nothing, because OPENID_ISSUER is not an https address.

    A value with ``/.well-known/`` in it is asked as it is (openid-client 6.5.0, ``performDiscovery``).
    """
    address = href(issuer)
    if address is None or not address.startswith("https:"):
        return None
    if WELL_KNOWN in address:
        return address
    parts = split_address(address)
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return parts._replace(path=f"{path.replace('//', '/')}{_SUFFIX}").geturl()


def settings_fault(settings: Mapping[str, str], release: Release) -> Start | None:
    """Return why the settings alone keep OpenID from being registered, ``None`` if they do not.

    api/server/socialLogins.js:81-115 and api/server/index.js:293-295 (v0.8.8-rc1); openid-client's ``checkProtocol``.
    """
    if not has_social_login(settings):
        return Start(registered=False, cause="settings.switched-off", detail=settings.get("ALLOW_SOCIAL_LOGIN", ""))
    if not is_registered("openid", settings, release):
        return Start(registered=False, cause="settings.missing")
    issuer = settings["OPENID_ISSUER"]
    address = href(issuer)
    if address is None:
        return Start(registered=False, cause="issuer.form", detail=issuer)
    if not address.startswith("https:"):
        return Start(registered=False, cause="issuer.not-https", detail=issuer)
    return None


def start(
    settings: Mapping[str, str], release: Release, discovery: ProviderAnswer, *, proxy_answers: bool = True
) -> Start:
    """Return how LibreChat interprets the provider's discovery document at start."""
    if (fault := settings_fault(settings, release)) is not None:
        return fault
    fault = _proxy_fault(settings, release, proxy_answers=proxy_answers)
    if fault is None and (cause := answer_fault(discovery)):
        fault = Start(registered=False, cause=cause, detail=str(discovery.status))
    if (fault := fault or metadata_fault(settings["OPENID_ISSUER"], discovery.fields)) is not None:
        return fault
    if is_enabled(settings.get("OPENID_REUSE_TOKENS")) and not discovery.fields.get("jwks_uri"):
        return Start(registered=False, cause="reuse.no-jwks", crashes=True)
    return Start(registered=True)


def _proxy_fault(settings: Mapping[str, str], release: Release, *, proxy_answers: bool) -> Start | None:
    parts = split_address(discovery_url(settings["OPENID_ISSUER"]) or "")
    proxy = forward_proxy(settings, release, parts.hostname or "", parts.port or 443)
    if proxy is None or (proxy.address is not None and proxy_answers):
        return None
    cause = "proxy.invalid" if proxy.address is None else "proxy.dead"
    return Start(registered=False, cause=cause, detail=proxy.setting)


def answer_fault(discovery: ProviderAnswer) -> str:
    """Return why LibreChat rejects a reply as a discovery document, as a finding's name; empty if it may be one."""
    if discovery.failure is NoAnswer.SILENT or discovery.seconds >= DISCOVERY_SECONDS:
        return "discovery.slow"
    if discovery.failure is not None:
        return "tls.refused" if discovery.failure is NoAnswer.CERTIFICATE else "discovery.unreachable"
    if discovery.status // 100 == 3:  # noqa: PLR2004 - redirects
        return "discovery.redirect"
    if discovery.status != 200:  # noqa: PLR2004 - OK
        return "discovery.status"
    return "" if isinstance(discovery.body, Mapping) else "discovery.not-json"


def metadata_fault(issuer: str, metadata: Mapping[str, Any]) -> Start | None:
    """Return why LibreChat does not take a discovery document, ``None`` if it does.

    The ``issuer`` in it has to be OPENID_ISSUER by ``URL.href``, but for .well-known addresses and Entra's two hosts
    (openid-client 6.5.0, ``performDiscovery``, ``handleEntraId``, ``handleB2Clogin``).
    """
    named = metadata.get("issuer")
    if not isinstance(named, str) or not named:
        return Start(registered=False, cause="discovery.no-issuer")
    inside, asked = href(named), href(issuer) or ""
    if inside is None:
        return Start(registered=False, cause="discovery.issuer-mismatch", detail=named)
    is_exempt = WELL_KNOWN in asked or is_microsoft(asked)
    if inside != asked and not is_exempt:
        return Start(registered=False, cause="discovery.issuer-mismatch", detail=named)
    return None


def is_microsoft(address: str) -> bool:
    """Whether openid-client exempts this host from comparing issuers: Entra ID, and Azure AD B2C."""
    return origin(address) == ENTRA or (split_address(address).hostname or "").endswith(".b2clogin.com")


def endpoint_fault(metadata: Mapping[str, Any], name: str) -> str:
    """Return why LibreChat cannot use an end point: ``missing``, ``invalid``, ``http``; empty if it can.

    oauth4webapi 3.5.2, ``validateEndpoint`` and ``checkProtocol``.
    """
    value = metadata.get(name)
    if value is None:
        return "missing"
    address = href(value) if isinstance(value, str) else None
    if address is None:
        return "invalid"
    return "" if address.startswith("https:") else "http"
