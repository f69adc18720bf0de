"""Finds the services that read a secret by its name in the parsed files, because its value may be any word in them."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wizard.apply import stack_files
from wizard.basics.problem import InvalidInput
from wizard.deployment.assembled import deployment
from wizard.dotenv.document import Document
from wizard.plan.lines import HEADING

if TYPE_CHECKING:
    from wizard.deployment.snapshot import Snapshot
    from wizard.store.apply_record import ConcernedServices

Secrets = Mapping[str, Collection[str]]
"""Each name with the values that it has had."""
_ENV: Final = ".env"
_OTHER: Final = "another-value-than-the-one-in-use"
"""Differs from every value that a secret has or gets: those have been generated, or they were in the files before."""


def readers_of(secrets: Secrets, snapshot: Snapshot) -> ConcernedServices:
    """Return which services have to be recreated where these secrets have got other values; each has its old and new one.

    The files are compared with what they are with yet another value of each.
    """
    now = stack_files.before(snapshot)
    env = snapshot.state(_ENV)
    data = _with_others(env.data or b"", secrets)
    model = deployment(snapshot, {_ENV: env._replace(data=data)} if env.data is not None else {}).compose
    other = replace(now, env=data, compose=_exchanged(model, secrets))
    return stack_files.concerned_services(other, now, frozenset({_ENV}))


def _with_others(data: bytes, names: Iterable[str]) -> bytes:
    """Return ``.env`` with other values of the names that it has."""
    with contextlib.suppress(InvalidInput):
        document = Document.parse(data)
        there = document.values().keys() | document.compose_values().keys()
        return document.edit({name: _OTHER for name in names if name in there}, heading=HEADING).to_bytes()
    return data


def _exchanged(model: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """Return the compose files with another value of each secret that a service has under ``environment``."""
    services = {}
    for service, made in (model.get("services") or {}).items():
        environment = made.get("environment") if isinstance(made, Mapping) else None
        if isinstance(environment, Mapping):
            changed = {name: _other(value, secrets.get(name)) for name, value in environment.items()}
            services[service] = {**made, "environment": changed}
        else:
            services[service] = made
    return {**model, "services": services}


def _other(value: object, known: Collection[str] | None) -> object:
    """Return another value in the place of one of the secret's; no value is one that comes from outside."""
    if known is None or not (value is None or str(value).replace("$$", "$") in known):
        return value
    return _OTHER
