"""Whether LibreChat itself answers at the address, and with which settings."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_STRANGERS = ("forward-auth", "firewall", "limited", "stranger", "gateway", "server-error", "redirected")

_DOCS = "https://www.librechat.ai/docs/configuration/authentication"
_of = partial(FindingEntry, check="instance", docs=_DOCS)
APPLIED = _of("applied", "The running LibreChat says of its settings what the files say.")
NOT_APPLIED = _of(
    "not-applied",
    "The running LibreChat has other settings than the files.",
    "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    consequence="They were edited and not applied, or another place wins.",
    harmless=True,
)
LIBRECHAT = _of("librechat", "LibreChat answers at the address.")
STARTING = _of(
    "starting",
    "LibreChat is still starting: connections of tools and migrations are not done.",
    "Wait a minute; if it stays so, read LibreChat's log.",
)
UNREAD = _of(
    "unread",
    "LibreChat's container is older than its files.",
    "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    consequence="What was changed in them since is not in effect.",
    harmless=True,
)
ENDED = _of(
    "ended",
    "LibreChat's container does not run.",
    "Its log says why: docker compose logs api",
    consequence="Nobody can open LibreChat.",
    supersedes=tuple(f"instance.{failure}" for failure in FAILURES),
)
RELEASE = _of(
    "release",
    "The running LibreChat is older than the release that the folder is for.",
    "Pull the image, then recreate the container.",
    consequence="Newer settings are not known to it (SESSION_COOKIE_SECURE, for one).",
    settings=("SESSION_COOKIE_SECURE",),
)
OPENID_NOT_READY = _of(
    "openid-not-ready",
    "OpenID is configured, and the running LibreChat has not registered it: the provider did not answer it.",
    "Is OPENID_ISSUER reached from LibreChat's container? LibreChat's log says why ([openidStrategy]).",
    consequence="The button answers with an error, and nobody signs in with OpenID.",
    settings=("OPENID_ISSUER",),
    transient=True,
    harmless=True,
)
POST = _of(
    "post",
    "LibreChat answers, but what browsers send to it (POST) gets no answer, or another program answers.",
    "Let POST requests below /api through to LibreChat.",
    consequence="Nobody can sign in.",
)

UNREACHABLE = FindingFamily(
    _of(
        "{}",
        "LibreChat does not answer ({}).",
        "Is LibreChat up, and does the address lead to it?",
        settings=("DOMAIN_CLIENT",),
        consequence="nobody can open LibreChat.",
    ),
    FAILURES,
)
STRANGER = FindingFamily(
    _of(
        "{}",
        "Something else than LibreChat answers ({}).",
        "Let the address lead to LibreChat.",
        settings=("DOMAIN_CLIENT",),
        consequence="nobody can open LibreChat.",
    ),
    _STRANGERS,
)
