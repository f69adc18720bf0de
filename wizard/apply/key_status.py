"""The state of each of LibreChat's own secrets: its origin, whether it is published, and whether the database knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wizard.apply.stored_values import CredsPair, sha256
from wizard.basics.finding import Finding, Status
from wizard.basics.secret import reveal
from wizard.composefile.container_environment import OriginMechanism
from wizard.findings import secrets as ids
from wizard.librechat.published_secrets import published_name
from wizard.librechat.secret_uses import SECRET_USES, SecretUse
from wizard.librechat.startup_refusals import OWN_SECRETS_SINCE
from wizard.rules import check

if TYPE_CHECKING:
    from wizard.deployment.effective import EffectiveValue
    from wizard.deployment.model import Deployment

_RECORDED: Final = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
"""The secrets whose fingerprints LibreChat keeps (packages/api/src/app/checks.ts:173-245, v0.8.8-rc1)."""
_WEAK: Final = (
    *(ids.CREDS_KEY_FORM, ids.CREDS_KEY_TAIL, ids.CREDS_IV_FORM, ids.CREDS_IV_TAIL, ids.JWT_EQUAL, ids.SEARCH_KEY),
    *(ids.PLACEHOLDERS, ids.REFERENCE, ids.COMMAND, ids.ADMIN_PANEL_SECRET),
)
_WEAK_FAMILIES: Final = (ids.SHORT, ids.EQUAL, ids.PLACEHOLDER)


class SecretState(StrEnum):
    """What is known of a secret's value."""

    OK = "ok"
    PUBLISHED = "published"
    """LibreChat's sample files ship it: everybody knows it."""
    WEAK = "weak"
    MISSING = "not set"
    GENERATED = "generated"
    """LibreChat made it up itself, and keeps it in its volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretStatus:
    """One secret."""

    use: SecretUse
    state: SecretState
    origin: str = ""
    """Where the value that counts stands: file and line."""
    why: str = ""
    """What is weak about it, a sentence."""


def secret_states(deployment: Deployment, generated: Mapping[str, object]) -> tuple[SecretStatus, ...]:
    """Return every secret of a folder; ``generated`` are those that LibreChat made up itself."""
    found = check(deployment)
    return tuple(_status(use, deployment, found, generated) for use in SECRET_USES)


def value_of(name: str, deployment: Deployment) -> str:
    """Return the value of a secret as LibreChat, or who else needs it, gets it."""
    return (deployment.settings.get(name, "") or deployment.variables.get(name, "")).strip()


def _status(
    use: SecretUse, deployment: Deployment, found: tuple[Finding, ...], generated: Mapping[str, object]
) -> SecretStatus:
    value, effective = value_of(use.name, deployment), _effective(use.name, deployment)
    origin = "" if not value else str(effective.origin) if effective is not None else ".env"
    if not value or _is_generated(use.name, deployment):
        is_generated = bool(value) or use.name in generated
        return SecretStatus(
            use=use, state=SecretState.GENERATED if is_generated else SecretState.MISSING, origin=origin
        )
    if published_name(value) or any(one.id == ids.PUBLISHED.of(use.name).id for one in found):
        return SecretStatus(
            use=use,
            state=SecretState.PUBLISHED,
            origin=origin,
            why="The value is published in LibreChat's sample files.",
        )
    weak = next(_weaknesses(use.name, found), None)
    if weak is not None:
        return SecretStatus(use=use, state=SecretState.WEAK, origin=origin, why=weak.summary)
    return SecretStatus(use=use, state=SecretState.OK, origin=origin)


def _effective(name: str, deployment: Deployment) -> EffectiveValue | None:
    if deployment.kubernetes is not None:
        return deployment.kubernetes.origins.get(name)
    return deployment.effective.values.get(name) if deployment.effective is not None else None


def _is_generated(name: str, deployment: Deployment) -> bool:
    effective = _effective(name, deployment)
    return effective is not None and effective.origin.mechanism is OriginMechanism.GENERATED


def _weaknesses(name: str, found: tuple[Finding, ...]) -> Iterator[Finding]:
    known = {entry.id for entry in _WEAK} | {family.of(name).id for family in _WEAK_FAMILIES}
    return (one for one in found if one.id in known and name in one.settings and one.status is not Status.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKeys:
    """CREDS_KEY and CREDS_IV of a folder, and where they are from."""

    pair: CredsPair | None
    """``None``: they could not be found, and ``why`` says why."""
    is_generated: bool = False
    """Whether LibreChat made them up itself."""
    values: Mapping[str, str]
    """All secrets that LibreChat made up, by name."""
    why: str = ""


def own_keys(deployment: Deployment) -> OwnKeys:
    """Return the keys that LibreChat works with: from the files, or those that it generated itself."""
    pair = CredsPair.of({name: value_of(name, deployment) for name in _RECORDED})
    if all(pair):
        is_generated = any(_is_generated(name, deployment) for name in ("CREDS_KEY", "CREDS_IV"))
        return OwnKeys(pair=pair, is_generated=is_generated, values={})
    if any(pair) or deployment.release < OWN_SECRETS_SINCE:
        return OwnKeys(pair=None, values={}, why="CREDS_KEY or CREDS_IV is not set.")
    from wizard.deployment.adoption import look

    found = look(deployment.folder, deployment.service, deployment.settings, has_run=deployment.has_run)
    values = {name: reveal(value) for name, value in found.values.items()}
    pair = CredsPair.of(values)
    if all(pair):
        return OwnKeys(pair=pair, is_generated=True, values=values)
    return OwnKeys(
        pair=None, values=values, why=f"CREDS_KEY is blank, and the value in use is unknown: {found.unknown_reason}."
    )


def drifted(deployment: Deployment, digests: Mapping[str, str], generated: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets that are not those that LibreChat's database records as in use."""
    values = {name: value_of(name, deployment) or generated.get(name, "") for name in _RECORDED}
    return tuple(name for name in _RECORDED if name in digests and digests[name].lower() != sha256(values[name]))
