"""The admin panel that v0.8.7 and later bring along."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.generators import hex_32_bytes
from wizard.catalogue.model import Kind, Setting
from wizard.librechat.releases import Release

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        key="ADMIN_PANEL_URL",
        section="admin_panel",
        kind=Kind.URL,
        title="Address of the admin panel",
        help="Where browsers reach the admin panel; single sign-on leads back there.",
        empty="http://localhost:3000; deploy-compose.yml takes http://admin.localhost.",
        consequence="Single sign-on to the panel ends on the wrong page. A slash at the end doubles it.",
        docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC",
        default="http://localhost:3000",
        pattern=r"https?://\S*[^/\s]",
        pattern_help="it must begin with http:// or https:// and must not end with a slash.",
        since=Release(0, 8, 3, 1),
        source=(
            "api/server/routes/config.js:322",
            "packages/api/src/auth/exchange.ts:14",
        ),
    ),
    Setting(
        key="ADMIN_PANEL_SESSION_SECRET",
        section="admin_panel",
        kind=Kind.SECRET,
        title="Key for the panel's sessions",
        help=("Protects the sessions of the admin panel that v0.8.7 and later bring along. At least 32 characters."),
        empty="The panel's container stops and restarts for ever.",
        consequence="A short one stops the panel; replacing it signs everybody out of the panel.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        minimum=32,
        secret=True,
        generate=hex_32_bytes,
        since=Release(0, 8, 7),
        source=(
            "deploy-compose.yml:55",
            "docker-compose.yml:52",
        ),
    ),
    Setting(
        key="ADMIN_PANEL_PORT",
        section="admin_panel",
        kind=Kind.PORT,
        title="Port of the admin panel",
        help="The port on the host under which docker-compose.yml publishes the admin panel.",
        empty="3000.",
        consequence="A port that is taken keeps the panel from starting.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="3000",
        minimum=1,
        maximum=65535,
        since=Release(0, 8, 7),
        source=("docker-compose.yml:44",),
    ),
    Setting(
        key="ADMIN_PANEL_SESSION_COOKIE_SECURE",
        section="admin_panel",
        kind=Kind.BOOL,
        title="Secure cookie of the panel",
        help="Whether browsers send the panel's cookie over HTTPS only.",
        empty="Off.",
        consequence="On over plain HTTP: the panel asks to sign in again and again.",
        docs="https://www.librechat.ai/docs/features/admin_panel",
        default="false",
        since=Release(0, 8, 7),
        source=(
            "deploy-compose.yml:58",
            "docker-compose.yml:55",
        ),
    ),
    Setting(
        key="AUDIT_LOG_FAIL_CLOSED",
        section="admin_panel",
        kind=Kind.BOOL,
        title="Refuse what cannot be logged",
        help="Changes of rights in the admin panel fail when their audit entry cannot be written.",
        empty="The change is made all the same.",
        consequence="On with a full or read-only disk no rights can be changed.",
        default="false",
        since=Release(0, 8, 7),
        source=("api/server/routes/admin/grants.js:26",),
    ),
)
