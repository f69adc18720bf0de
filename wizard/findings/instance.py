"""Findings: whether LibreChat answers at the address, and with which settings."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_STRANGERS = ("forward-auth", "firewall", "limited", "stranger", "gateway", "server-error", "redirected")

_DOCS = "https://www.librechat.ai/docs/configuration/authentication"
_of = partial(FindingEntry, check="instance", docs=_DOCS)
APPLIED = _of("applied", "The running LibreChat uses the settings in the files.")
NOT_APPLIED = _of(
    "not-applied",
    "The running LibreChat does not use the settings in the files.",
    "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    consequence="The files were edited but not applied, or another setting overrides them.",
    harmless=True,
)
LIBRECHAT = _of("librechat", "LibreChat answers at the address.")
STARTING = _of(
    "starting",
    "LibreChat is still starting: tool connections or migrations are not finished.",
    "Wait a minute. If this does not change, check LibreChat's log.",
)
UNREAD = _of(
    "unread",
    "LibreChat's container is older than its files.",
    "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    consequence="Later changes to the files are not in effect.",
    harmless=True,
)
ENDED = _of(
    "ended",
    "LibreChat's container is not running.",
    "Its log shows why: docker compose logs api",
    consequence="Nobody can open LibreChat.",
    supersedes=tuple(f"instance.{failure}" for failure in FAILURES),
)
RELEASE = _of(
    "release",
    "The running LibreChat is older than the release that this folder is set up for.",
    "Pull the image, then recreate the container.",
    consequence="It does not support newer settings (such as SESSION_COOKIE_SECURE).",
    settings=("SESSION_COOKIE_SECURE",),
)
OPENID_NOT_READY = _of(
    "openid-not-ready",
    "OpenID is configured, but the running LibreChat has not registered it: the provider did not answer.",
    "Check that LibreChat's container can reach OPENID_ISSUER. LibreChat's log shows the error ([openidStrategy]).",
    consequence="The button shows an error, and nobody can sign in with OpenID.",
    settings=("OPENID_ISSUER",),
    transient=True,
    harmless=True,
)
NOBODY = _of(
    "nobody",
    "Registration is closed, no sign-in provider is configured, and LibreChat has no accounts.",
    "Create the first account: docker compose exec api npm run create-user",
    consequence="Nobody can sign in.",
    settings=("ALLOW_REGISTRATION",),
    harmless=True,
)
POST = _of(
    "post",
    "LibreChat answers, but POST requests from browsers get no answer, or another program answers them.",
    "Let POST requests below /api through to LibreChat.",
    consequence="Nobody can sign in.",
)

UNREACHABLE = FindingFamily(
    _of(
        "{}",
        "LibreChat does not answer ({}).",
        "Check that LibreChat is running and that the address leads to it.",
        settings=("DOMAIN_CLIENT",),
        consequence="nobody can open LibreChat.",
    ),
    FAILURES,
)
STRANGER = FindingFamily(
    _of(
        "{}",
        "Something other than LibreChat answers ({}).",
        "Correct the address, or the proxy behind it, so that it leads to LibreChat.",
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
    "Check its log: docker compose logs admin-panel (it stops if ADMIN_PANEL_SESSION_SECRET has fewer than 32 characters).",
    consequence=_NO_PANEL,
    settings=("ADMIN_PANEL_SESSION_SECRET", "ADMIN_PANEL_PORT"),
)
PANEL_COOKIE = _panel(
    "admin-panel.cookie",
    "The admin panel's cookie is Secure, but the panel is reached over plain HTTP.",
    "Set ADMIN_PANEL_SESSION_COOKIE_SECURE=false or use HTTPS, then recreate the panel: docker compose up -d admin-panel",
    consequence="Browsers drop the cookie, and the panel keeps asking people to sign in.",
    settings=("ADMIN_PANEL_SESSION_COOKIE_SECURE", "ADMIN_PANEL_URL"),
    supersedes=("rules.admin-panel.cookie",),
)
PANEL_API_SERVER = _panel(
    "admin-panel.api-server",
    "API_SERVER_URL of the admin panel does not lead to LibreChat's container.",
    "Set API_SERVER_URL=http://api:3080, with LibreChat's service name and PORT.",
    consequence="Every sign-in to the panel fails with 'Please check your connection'.",
)
PANEL_ANNOUNCED = _panel("admin-panel.announced", "The check runs a command in the admin panel's container.")
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
    consequence="Changes in the compose files have no effect yet.",
)
PANEL_API_BROWSER = _panel(
    "admin-panel.api-browser",
    "LibreChat does not answer at VITE_API_BASE_URL of the admin panel.",
    "Set VITE_API_BASE_URL to the address at which browsers open LibreChat (DOMAIN_CLIENT).",
    consequence="The panel's sign-in with a provider fails.",
    settings=("DOMAIN_CLIENT",),
    supersedes=("rules.admin-panel.address",),
)
PANEL_URL = _panel(
    "admin-panel.url",
    "ADMIN_PANEL_URL is not the address of the admin panel.",
    "Set ADMIN_PANEL_URL to the address at which browsers open the panel, without a slash at the end.",
    consequence="The panel's sign-in with a provider ends on the wrong page.",
    settings=("ADMIN_PANEL_URL",),
    supersedes=("rules.values.refused.admin-panel-url",),
)
PANEL_ROLE = _panel(
    "admin-panel.role",
    "This account is not an administrator, and the admin panel refuses it.",
    "Sign in with an administrator's account, or make this one ADMIN.",
    consequence="The panel says 'You do not have admin privileges'.",
)
PANEL_ADMIN = _panel("admin-panel.admin", "This account is an administrator. The check signed it out again.")
