"""LibreChat's own scripts for accounts (package.json:31-36, v0.8.8-rc1)."""

from __future__ import annotations

from typing import Final

from wizard.librechat.releases import Release

VERIFIED_SINCE: Final = Release(0, 7, 4)
"""First release whose create-user knows ``--email-verified`` (config/create-user.js); v0.7.3 sends a mail instead
(api/server/services/AuthService.js:176)."""
