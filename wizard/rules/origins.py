"""Describes where a value comes from, for findings, ``settings NAME`` and the help of the full screen."""

from __future__ import annotations

from wizard import catalogue
from wizard.basics.plain_text import plain
from wizard.basics.redaction import without_credentials
from wizard.composefile.container_environment import OriginMechanism
from wizard.deployment.effective import EffectiveValue


def overridden_by(found: EffectiveValue) -> tuple[EffectiveValue, ...]:
    """Return the origins of other values of a variable that have no effect."""
    if found.origin.mechanism is OriginMechanism.GENERATED:
        # It only fills what others leave blank.
        return ()
    return tuple(
        other
        for other in found.shadowed
        if other.origin.file != found.origin.file and other.value.strip() != found.value.strip()
    )


def described(found: EffectiveValue) -> str:
    """Return the effective value with its origin, and the shadowed ones; the text of a secret is left out.

    ``ALLOW_REGISTRATION=true from docker-compose.prod.yml:7; .env:12 says false and has no effect``.
    """
    setting = catalogue.by_key().get(found.name)
    is_secret = setting is None or setting.secret
    counts = f"{found.name} comes from" if is_secret else f"{found.name}={plain(found.value, limit=80)} from"
    parts = [f"{counts} {plain(str(found.origin))}"]
    for other in overridden_by(found):
        says = "something else" if is_secret else plain(other.value, limit=80) or "nothing"
        parts.append(f"{plain(str(other.origin))} sets {says}, which has no effect")
    return without_credentials("; ".join(parts))
