"""Settings of the admin panel of v0.8.7 and later."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import NO_PAGE, port, secret, section, switch, url
from wizard.catalogue.generators import hex_32_bytes
from wizard.librechat.releases import Release

SECTION: Final = section(
    "admin_panel", "Admin panel",
    intro="The admin panel in v0.8.7 and later.",
    docs="configuration/dotenv", since=Release(0, 8, 7), source_release=Release(0, 8, 8, 1),
    settings=(
        url("ADMIN_PANEL_URL", "Admin panel URL", since=Release(0, 8, 3, 1),
            docs="features/admin_panel", default="http://localhost:3000",
            help="The URL at which browsers open the admin panel. After single sign-on, users return to it.",
            empty="http://localhost:3000; deploy-compose.yml uses http://admin.localhost.",
            consequence="After single sign-on to the panel, users see the wrong page. A trailing slash becomes a double slash.",
            pattern=r"https?://\S*[^/\s]", pattern_help="it must begin with http:// or https:// and must not end with a slash.",
            source="api/server/routes/config.js:322 packages/api/src/auth/exchange.ts:14"),
        secret("ADMIN_PANEL_SESSION_SECRET", "Admin panel session key", minimum=32, generate=hex_32_bytes,
            help="Protects the sessions of the admin panel (v0.8.7 and later). At least 32 characters.",
            empty="The panel's container keeps restarting.",
            consequence="If the key is too short, the panel does not start. If you replace the key, everyone is signed out of the panel.",
            source="deploy-compose.yml:55 docker-compose.yml:52"),
        port("ADMIN_PANEL_PORT", "Admin panel port", default="3000", minimum=1, maximum=65535,
            help="The host port on which docker-compose.yml publishes the admin panel.",
            empty="3000.", consequence="If the port is already in use, the panel does not start.",
            source="docker-compose.yml:44"),
        switch("ADMIN_PANEL_SESSION_COOKIE_SECURE", "Secure admin panel cookie", docs="features/admin_panel",
            default="false",
            help="Whether browsers send the panel's cookie only over HTTPS.",
            empty="Off.", consequence="If this is on and the panel uses plain HTTP, the panel keeps asking users to sign in.",
            source="deploy-compose.yml:58 docker-compose.yml:55"),
        switch("AUDIT_LOG_FAIL_CLOSED", "Reject changes that cannot be logged", docs=NO_PAGE, default="false",
            help="Whether a permission change in the admin panel fails if its audit entry cannot be written.",
            empty="LibreChat makes the change even if it cannot be logged.",
            consequence="If on, nobody can change permissions while the disk is full or read-only.",
            source="api/server/routes/admin/grants.js:26"),
    ),
)  # fmt: skip
