"""Findings: whether LibreChat answers at the address, and with which settings."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_STRANGERS = ("forward-auth", "firewall", "limited", "stranger", "gateway", "server-error", "redirected")

_DOCS = "https://www.librechat.ai/docs/configuration/authentication"
_of = partial(FindingEntry, check="instance", docs=_DOCS)
APPLIED = _of("applied", "The running LibreChat has the settings of the files.")
NOT_APPLIED = _of(
    "not-applied",
    "The running LibreChat has other settings than the files.",
    "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    consequence="They were edited but not applied, or another setting overrides them.",
    harmless=True,
)
LIBRECHAT = _of("librechat", "LibreChat answers at the address.")
STARTING = _of(
    "starting",
    "LibreChat is still starting: connections of tools and migrations are not done.",
    "Wait a minute; if it does not change, read LibreChat's log.",
)
UNREAD = _of(
    "unread",
    "LibreChat's container is older than its files.",
    "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    consequence="Later changes in the files are not in effect.",
    harmless=True,
)
ENDED = _of(
    "ended",
    "LibreChat's container does not run.",
    "Its log shows why: docker compose logs api",
    consequence="Nobody can open LibreChat.",
    supersedes=tuple(f"instance.{failure}" for failure in FAILURES),
)
RELEASE = _of(
    "release",
    "The running LibreChat is older than the release that the folder is for.",
    "Pull the image, then recreate the container.",
    consequence="It does not know newer settings (such as SESSION_COOKIE_SECURE).",
    settings=("SESSION_COOKIE_SECURE",),
)
OPENID_NOT_READY = _of(
    "openid-not-ready",
    "OpenID is configured, but the running LibreChat has not registered it: the provider did not answer.",
    "Is OPENID_ISSUER reached from LibreChat's container? LibreChat's log shows why ([openidStrategy]).",
    consequence="The button shows an error, and nobody can sign in with OpenID.",
    settings=("OPENID_ISSUER",),
    transient=True,
    harmless=True,
)
NOBODY = _of(
    "nobody",
    "Registration is closed, no sign-in provider is configured, and LibreChat has no account.",
    "Make the first account: docker compose exec api npm run create-user",
    consequence="Nobody can sign in.",
    settings=("ALLOW_REGISTRATION",),
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
        "Something other than LibreChat answers ({}).",
        "Make the address lead to LibreChat.",
        settings=("DOMAIN_CLIENT",),
        consequence="nobody can open LibreChat.",
    ),
    _STRANGERS,
)
_panel = partial(_of, docs="https://www.librechat.ai/docs/features/admin_panel", harmless=True)
_NO_PANEL = "Administrators cannot use the admin panel."
PANEL_OK = _panel("admin-panel.ok", "The admin panel answers, keeps its session, and knows where LibreChat is.")
PANEL_DOWN = _panel(
    "admin-panel.down",
    "The admin panel does not answer.",
    "See why: docker compose logs admin-panel (it stops without ADMIN_PANEL_SESSION_SECRET of 32 characters).",
    consequence=_NO_PANEL,
    settings=("ADMIN_PANEL_SESSION_SECRET", "ADMIN_PANEL_PORT"),
)
PANEL_COOKIE = _panel(
    "admin-panel.cookie",
    "The admin panel's cookie is Secure, but the panel is reached over plain HTTP.",
    "ADMIN_PANEL_SESSION_COOKIE_SECURE=false, or HTTPS; then recreate the panel: docker compose up -d admin-panel",
    consequence="Browsers drop the cookie, and the panel keeps asking to sign in.",
    settings=("ADMIN_PANEL_SESSION_COOKIE_SECURE", "ADMIN_PANEL_URL"),
    supersedes=("rules.admin-panel.cookie",),
)
PANEL_API_SERVER = _panel(
    "admin-panel.api-server",
    "API_SERVER_URL of the admin panel does not lead to LibreChat's container.",
    "API_SERVER_URL=http://api:3080, with LibreChat's service and PORT.",
    consequence="Every sign-in at the panel fails with 'Please check your connection'.",
)
PANEL_ANNOUNCED = _panel("admin-panel.announced", "A command is run in the admin panel's container.")
PANEL_ARRIVES = _panel("admin-panel.inside", "LibreChat also answers inside the admin panel's container.")
PANEL_NOT_ASKED = _panel(
    "admin-panel.not-asked",
    "LibreChat could not be checked from inside the admin panel's container.",
    "Start the admin panel, and run the wizard as a user who may use Docker.",
)
PANEL_OUTDATED = _panel(
    "admin-panel.outdated",
    "The admin panel's container was started with a different API_SERVER_URL.",
    "Recreate the admin panel: docker compose up -d --force-recreate admin-panel",
    consequence="What the compose files change has no effect yet.",
)
PANEL_API_BROWSER = _panel(
    "admin-panel.api-browser",
    "LibreChat does not answer at VITE_API_BASE_URL of the admin panel.",
    "VITE_API_BASE_URL is the address at which browsers open LibreChat (DOMAIN_CLIENT).",
    consequence="The panel's sign-in with a provider fails.",
    settings=("DOMAIN_CLIENT",),
    supersedes=("rules.admin-panel.address",),
)
PANEL_URL = _panel(
    "admin-panel.url",
    "ADMIN_PANEL_URL is not the address of the admin panel.",
    "Set ADMIN_PANEL_URL to the address at which browsers open the panel, without a slash at the end.",
    consequence="The panel's sign-in with a provider ends on another page.",
    settings=("ADMIN_PANEL_URL",),
    supersedes=("rules.values.refused.admin-panel-url",),
)
PANEL_ROLE = _panel(
    "admin-panel.role",
    "This account is not an administrator, and the admin panel refuses it.",
    "Sign in with an administrator's account, or make this one ADMIN.",
    consequence="The panel says 'You do not have admin privileges'.",
)
PANEL_ADMIN = _panel("admin-panel.admin", "This account is an administrator; it was signed out again.")
