"""All causes that a log can show, in the order of their modules."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from wizard.findings.log_model import LogCause

_MODULES: Final = (
    "log_settings",
    "log_start",
    "log_stack",
    "log_accounts",
    "log_mail",
    "log_openid",
    "log_openid_accounts",
    "log_social",
    "log_directory",
    "log_saml",
    "log_network",
)


@cache
def log_causes() -> tuple[LogCause, ...]:
    """Return all of them; their modules are imported when the first log is read."""
    modules = (import_module(f"wizard.findings.{name}") for name in _MODULES)
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, LogCause))
