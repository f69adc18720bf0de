"""Roles in an OpenID sign-in: who is let in, who becomes administrator, and which role is copied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from wizard.basics.patterns import late_pattern
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

KINDS: Final = ("access", "id", "userinfo")
"""What OPENID_REQUIRED_ROLE_TOKEN_KIND and its like may be; the case counts."""
USERINFO_SINCE: Final = Release(0, 8, 6)
"""First release with the kind ``userinfo``, in which an unknown kind ends every sign-in with 500 and a string of roles is split."""
ADMIN_SINCE: Final = Release(0, 8, 1)
"""First release with OPENID_ADMIN_ROLE."""
PATH_BY_LODASH_SINCE: Final = Release(0, 8, 1)
"""First release that looks for a role with lodash's ``get`` and accepts one of several; v0.8.0 ends with 500 where the kind is none
that it knows."""
SYNC_SINCE: Final = Release(0, 8, 7, 1)
"""First release with OPENID_ROLE_SYNC_ENABLED."""
_SEPARATORS: Final = late_pattern(r"[\s,]+")


@dataclass(frozen=True, kw_only=True)
class RoleSources:
    """Where roles are looked for."""

    access: Mapping[str, Any] | None = field(default=None, repr=False)
    """The access token's claims; ``None``: it is opaque."""
    id: Mapping[str, Any] | None = field(default=None, repr=False)
    userinfo: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The ID token's claims with those of the userinfo endpoint over them."""

    def of(self, kind: str) -> Mapping[str, Any] | None:
        """Return the claims of one kind."""
        return {"access": self.access, "id": self.id, "userinfo": self.userinfo}.get(kind)


@dataclass(frozen=True, kw_only=True)
class RoleFault:
    """Why a role setting ends the sign-in."""

    cause: str
    detail: str = ""
    is_error: bool = False
    """Whether it is LibreChat's 500; else the person is sent back with auth_failed."""


def lodash_get(value: Any, path: str) -> Any:
    """Return what lodash's ``get(value, path)`` finds, ``None`` for undefined: a key of this very name first, then dots and brackets.

    A top-level claim named by a URL is found although its name has dots (lodash 4.17, ``castPath`` with ``isKey``).
    """
    if isinstance(value, Mapping) and path in value:
        return value[path]
    for part in (part for part in re.split(r"[.\[\]]", path) if part or "." in path):
        key = part.strip("\"'")
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return None if path == "" else value


def required_role_fault(settings: Mapping[str, str], release: Release, sources: RoleSources) -> RoleFault | None:
    """Return why OPENID_REQUIRED_ROLE keeps somebody out, ``None`` if it does not (api/strategies/openidStrategy.js, v0.8.8-rc1)."""
    required = settings.get("OPENID_REQUIRED_ROLE")
    if not required:
        return None
    kind = settings.get("OPENID_REQUIRED_ROLE_TOKEN_KIND", "")
    known = KINDS if release >= USERINFO_SINCE else KINDS[:2]
    if kind not in known:
        is_error = release >= USERINFO_SINCE or release < PATH_BY_LODASH_SINCE
        return RoleFault(cause="role.kind", detail=kind, is_error=is_error)
    listed = required.split(",") if release >= PATH_BY_LODASH_SINCE else [required]
    wanted = [role.strip() for role in listed if role.strip()]
    if not wanted:
        return RoleFault(cause="role.blank", detail=required)
    claims = sources.of(kind)
    return (
        RoleFault(cause="role.opaque", detail=kind) if claims is None else _missing(settings, release, wanted, claims)
    )


def _missing(
    settings: Mapping[str, str], release: Release, wanted: list[str], claims: Mapping[str, Any]
) -> RoleFault | None:
    """Return why none of the roles is among the claims, ``None`` if one is."""
    path = settings.get("OPENID_REQUIRED_ROLE_PARAMETER_PATH", "")
    found = lodash_get(claims, path)
    if not isinstance(found, str | list) or not found:
        return RoleFault(cause="role.path" if path else "role.blank", detail=path)
    if any(role in _roles(found, release) for role in wanted):
        return None
    return RoleFault(cause=_mismatch(wanted, found), detail=", ".join(wanted))


def _roles(found: str | list[Any], release: Release) -> list[Any]:
    if isinstance(found, list):
        return found
    return _SEPARATORS.split(found) if release >= USERINFO_SINCE else [found]


def _mismatch(wanted: list[str], found: str | list[Any]) -> str:
    """Return which way of missing a role it is: only the case, only Keycloak's slash, a space in a text, or it is not there."""
    present = [found] if isinstance(found, str) else [item for item in found if isinstance(item, str)]
    if any(f"/{role}" in present or f"{role.removeprefix('/')}" in present for role in wanted):
        return "role.slash" if isinstance(found, list) else "role.split"
    if any(role.lower() == item.lower() for role in wanted for item in present):
        return "role.case"
    return "role.absent"


def becomes_admin(settings: Mapping[str, str], release: Release, sources: RoleSources) -> bool | RoleFault | None:
    """Return whether OPENID_ADMIN_ROLE makes an administrator; ``None``: it says nothing, because one of its three settings is missing.

    One role only: a list with commas never matches (api/strategies/openidStrategy.js:720-759, v0.8.8-rc1).
    """
    names = ("OPENID_ADMIN_ROLE", "OPENID_ADMIN_ROLE_PARAMETER_PATH", "OPENID_ADMIN_ROLE_TOKEN_KIND")
    role, path, kind = (settings.get(name, "") for name in names)
    if release < ADMIN_SINCE or not (role and path and kind):
        return None
    if kind not in KINDS:
        return RoleFault(cause="admin.kind", detail=kind, is_error=True)
    found = lodash_get(sources.of(kind), path)
    if isinstance(found, str):
        return role in (_SEPARATORS.split(found) if release >= USERINFO_SINCE else [found])
    return found is True or (isinstance(found, list) and role in found)


def synced_role(
    settings: Mapping[str, str], release: Release, sources: RoleSources, roles: frozenset[str]
) -> str | RoleFault | None:
    """Return the role that OPENID_ROLE_SYNC_ENABLED gives somebody; ``None``: the role stays.

    packages/api/src/auth/openidRoleSync.ts:59-109 (v0.8.8-rc1). Faults of its settings end every sign-in with 500.
    """
    if release < SYNC_SINCE:
        return None
    if (fault := _sync_fault(settings)) is not None:
        return fault
    if not is_enabled(settings.get("OPENID_ROLE_SYNC_ENABLED")):
        return None
    claims = sources.of(settings.get("OPENID_ROLE_SYNC_SOURCE", "").strip() or "id")
    found = None if claims is None else lodash_get(claims, settings.get("OPENID_ROLE_SYNC_CLAIM", "").strip())
    if not isinstance(found, str | list):
        return None
    priority = _listed(settings, "OPENID_ROLE_SYNC_ROLE_PRIORITY")
    fallback = settings.get("OPENID_ROLE_SYNC_FALLBACK_ROLE", "").strip()
    known = {role.lower(): role for role in roles}
    unknown = [role for role in (*priority, fallback) if role and role.lower() not in known]
    if unknown:
        return RoleFault(cause="rolesync.unknown-role", detail=", ".join(unknown), is_error=True)
    values = {str(value).strip().lower() for value in _roles(found, release)}
    chosen = next((role for role in priority if role.lower() in values), fallback)
    return known.get(chosen.lower()) if chosen else None


def _sync_fault(settings: Mapping[str, str]) -> RoleFault | None:
    is_on = is_enabled(settings.get("OPENID_ROLE_SYNC_ENABLED"))
    if is_enabled(settings.get("OPENID_ROLE_SYNC_API_ENABLED")) and not is_on:
        return RoleFault(cause="rolesync.api", is_error=True)
    if not is_on:
        return None
    source = settings.get("OPENID_ROLE_SYNC_SOURCE", "").strip() or "id"
    if source not in KINDS:
        return RoleFault(cause="rolesync.source", detail=source, is_error=True)
    if not settings.get("OPENID_ROLE_SYNC_CLAIM", "").strip():
        return RoleFault(cause="rolesync.no-claim", is_error=True)
    fallback = settings.get("OPENID_ROLE_SYNC_FALLBACK_ROLE", "").strip()
    if any(role.lower() == "admin" for role in (*_listed(settings, "OPENID_ROLE_SYNC_ROLE_PRIORITY"), fallback)):
        return RoleFault(cause="rolesync.admin", is_error=True)
    return None


def _listed(settings: Mapping[str, str], name: str) -> list[str]:
    return [role.strip() for role in settings.get(name, "").split(",") if role.strip()]
