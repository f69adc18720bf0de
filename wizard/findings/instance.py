"""Findings: whether LibreChat answers at the address, and with which settings."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_STRANGERS = ("forward-auth", "firewall", "limited", "stranger", "gateway", "server-error", "redirected")

_DOCS = "https://www.librechat.ai/docs/configuration/authentication"
_of = partial(FindingEntry, check="instance", docs=_DOCS)
APPLIED = _of("applied", "LibreChat is running with the settings in the files.")
NOT_APPLIED = _of(
    "not-applied",
    "LibreChat is not running with the settings in the files.",
    "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    consequence="Changes to the files were not applied, or other settings override them.",
    harmless=True,
)
LIBRECHAT = _of("librechat", "LibreChat responds at this address.")
STARTING = _of(
    "starting",
    "LibreChat is still starting: migrations or connections to tools are still in progress.",
    "Wait a minute. If LibreChat is still starting after that, check its log.",
)
UNREAD = _of(
    "unread",
    "LibreChat's container is older than its configuration files.",
    "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    consequence="The latest changes to these files have not taken effect yet.",
    harmless=True,
)
ENDED = _of(
    "ended",
    "LibreChat's container is not running.",
    "To see why, run: docker compose logs api",
    consequence="Nobody can open LibreChat.",
    supersedes=tuple(f"instance.{failure}" for failure in FAILURES),
)
RELEASE = _of(
    "release",
    "The running LibreChat release is older than the release in LibreChat's folder.",
    "Pull the image, then recreate the container.",
    consequence="Newer settings (such as SESSION_COOKIE_SECURE) are not supported by the running release.",
    settings=("SESSION_COOKIE_SECURE",),
)
OPENID_NOT_READY = _of(
    "openid-not-ready",
    "OpenID is configured, but LibreChat could not set it up.",
    "Check that LibreChat's container can reach OPENID_ISSUER. The lines with [openidStrategy] in LibreChat's log show the reason.",
    consequence="The OpenID button leads to an error, and nobody can sign in with OpenID.",
    settings=("OPENID_ISSUER",),
    transient=True,
    harmless=True,
)
NOBODY = _of(
    "nobody",
    "LibreChat has no accounts, registration is closed, and no sign-in provider is configured.",
    "Create the first account: docker compose exec api npm run create-user",
    consequence="Nobody can sign in.",
    settings=("ALLOW_REGISTRATION",),
    harmless=True,
)
POST = _of(
    "post",
    "LibreChat responds, but POST requests receive no response, or a response from another program.",
    "Configure the proxy to pass POST requests under /api to LibreChat.",
    consequence="Nobody can sign in.",
)

UNREACHABLE = FindingFamily(
    _of(
        "{}",
        "LibreChat does not respond ({}).",
        "Check that LibreChat is running and that the address points to it.",
        settings=("DOMAIN_CLIENT",),
        consequence="nobody can open LibreChat.",
    ),
    FAILURES,
)
STRANGER = FindingFamily(
    _of(
        "{}",
        "Something other than LibreChat responds ({}).",
        "Check the address, DNS and the proxy.",
        settings=("DOMAIN_CLIENT",),
        consequence="nobody can open LibreChat.",
    ),
    _STRANGERS,
)
_panel = partial(_of, docs="https://www.librechat.ai/docs/features/admin_panel", harmless=True)
_NO_PANEL = "Administrators cannot use the admin panel."
PANEL_OK = _panel("admin-panel.ok", "The admin panel responds, and its cookie and URLs are correct.")
PANEL_DOWN = _panel(
    "admin-panel.down",
    "The admin panel does not respond, or returns a server error.",
    "The panel needs an ADMIN_PANEL_SESSION_SECRET of at least 32 characters. To see its log, run: docker compose logs admin-panel",
    consequence=_NO_PANEL,
    settings=("ADMIN_PANEL_SESSION_SECRET", "ADMIN_PANEL_PORT"),
)
PANEL_COOKIE = _panel(
    "admin-panel.cookie",
    "The admin panel's cookie is Secure, but administrators open the panel over plain HTTP.",
    "Use HTTPS, or set ADMIN_PANEL_SESSION_COOKIE_SECURE=false. Then recreate the panel: docker compose up -d "
    "admin-panel",
    consequence="Browsers drop the cookie, and the panel keeps asking users to sign in.",
    settings=("ADMIN_PANEL_SESSION_COOKIE_SECURE", "ADMIN_PANEL_URL"),
    supersedes=("rules.admin-panel.cookie",),
)
PANEL_API_SERVER = _panel(
    "admin-panel.api-server",
    "The admin panel's API_SERVER_URL is not the address of LibreChat's container.",
    "Set API_SERVER_URL=http://api:3080, with the name of LibreChat's service and its PORT.",
    consequence="Every sign-in to the panel fails with 'Please check your connection'.",
)
PANEL_ANNOUNCED = _panel("admin-panel.announced", "A command was run in the admin panel's container.")
PANEL_ARRIVES = _panel("admin-panel.inside", "The admin panel's container can reach LibreChat.")
PANEL_NOT_ASKED = _panel(
    "admin-panel.not-asked",
    "LibreChat could not be checked from inside the admin panel's container.",
    "Start the admin panel, and run the wizard as a user with access to Docker.",
)
PANEL_OUTDATED = _panel(
    "admin-panel.outdated",
    "The admin panel's container was started with an API_SERVER_URL that differs from the one in the compose files.",
    "Recreate the admin panel: docker compose up -d --force-recreate admin-panel",
    consequence="The change in the compose files has not taken effect yet.",
)
PANEL_API_BROWSER = _panel(
    "admin-panel.api-browser",
    "LibreChat does not respond at the admin panel's VITE_API_BASE_URL.",
    "Set VITE_API_BASE_URL to the URL that browsers use for LibreChat (DOMAIN_CLIENT).",
    consequence="Signing in to the panel through a provider fails.",
    settings=("DOMAIN_CLIENT",),
    supersedes=("rules.admin-panel.address",),
)
PANEL_URL = _panel(
    "admin-panel.url",
    "ADMIN_PANEL_URL is not the exact URL of the admin panel.",
    "Set ADMIN_PANEL_URL to the URL that browsers use for the panel, without a trailing slash.",
    consequence="Signing in to the panel through a provider leads to a different page.",
    settings=("ADMIN_PANEL_URL",),
    supersedes=("rules.values.refused.admin-panel-url",),
)
PANEL_ROLE = _panel(
    "admin-panel.role",
    "This account is not an administrator, and the admin panel refuses it.",
    "Sign in with an administrator account, or give this account the role ADMIN.",
    consequence="The panel says 'You do not have admin privileges'.",
)
PANEL_ADMIN = _panel("admin-panel.admin", "This account is an administrator. The check signed out afterwards.")
