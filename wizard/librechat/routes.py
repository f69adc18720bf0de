"""The releases that introduced LibreChat's routes."""

from __future__ import annotations

from typing import Final

from wizard.librechat.releases import Release

READYZ_SINCE: Final = Release(0, 8, 6)
"""First release with /livez and /readyz (api/server/index.js:229-235, v0.8.8-rc1); before, the page comes in their place.
/health came with v0.6.9."""
NOT_FOUND_SINCE: Final = Release(0, 8, 3, 2)
"""First release that answers unknown API paths with 404 (api/server/index.js); before, the page comes in their place."""
PAGE_FOUND_SINCE: Final = Release(0, 7, 3)
"""First release that gives the page with status 200 for a path that it does not know (v0.7.2: api/server/index.js:90)."""
OPENID_CHECK_SINCE: Final = Release(0, 8, 3, 1)
"""First release with /api/admin/oauth/openid/check (api/server/routes/admin/auth.js:175-184, v0.8.7)."""
PANEL_SINCE: Final = Release(0, 8, 7)
"""First release whose compose files have the admin panel (docker-compose.yml:40)."""
