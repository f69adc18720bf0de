"""Adapts the text of a fix to one folder: its Docker Compose command, LibreChat's service, the effective file."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.composefile.container_environment import OriginMechanism

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wizard.deployment.model import Deployment

_COMMAND: Final = late_pattern(r"docker compose(?! -f)((?: [^\s;,()'\"]+)*)")
_IN_DOTENV: Final = late_pattern(r" in \.env(?![\w.])")
_SERVICE: Final = late_pattern(r" api(?=$| |\.(?: |$))")


def for_folder(text: str, deployment: Deployment | None, settings: Iterable[str] = ()) -> str:
    """Return a text in which Docker Compose commands, and the file of these settings, are the ones of a folder."""
    if deployment is None:
        return text
    service = deployment.service or "api"

    def adapted(match: re.Match[str]) -> str:
        return deployment.compose_command + _SERVICE.sub(f" {service}", match[1])

    text = _IN_DOTENV.sub(_place_of_settings(settings, deployment), text)
    return _owned(_COMMAND.sub(adapted, text), deployment)


def set_here(names: Iterable[str], deployment: Deployment | None) -> Iterator[str]:
    """Return where the settings of a cause are set in a folder, without their values."""
    counted = deployment.effective.values if deployment is not None and deployment.effective is not None else {}
    for name in names:
        if name in counted and counted[name].value.strip():
            yield f"{name} is set in this folder: {plain(str(counted[name].origin))}"


def _place_of_settings(settings: Iterable[str], deployment: Deployment) -> str:
    """Return where a setting is to be written; `` in .env`` wherever that has an effect or nothing better is known."""
    usual = " in .env"
    counts = deployment.effective
    if counts is None or not counts.service or (deployment.dotenv.values() and counts.dotenv_name == ".env"):
        return usual
    if counts.dotenv_name:
        return f" in {plain(counts.dotenv_name)}"
    given = [each for each in counts.values.values() if each.origin.mechanism is OriginMechanism.ENV_FILE]
    files = Counter(each.origin.file for each in given if each.name in set(settings)) or Counter(
        each.origin.file for each in given
    )
    if ".env" in files:
        return usual
    return f" in {plain(files.most_common(1)[0][0])}" if files else f" in services.{plain(counts.service)}.environment"


def _owned(text: str, deployment: Deployment) -> str:
    """Name the owner of mounted folders, where .env says who that is."""
    named = deployment.dotenv.values()
    if "UID:GID" not in text or not (named.get("UID", "").strip() and named.get("GID", "").strip()):
        return text
    uid, gid = deployment.container_ids
    return re.sub(
        r" \(UID\s+and\s+GID\s+as in \.env, or 1000 if not set\)", "", text.replace("UID:GID", f"{uid}:{gid}")
    )
