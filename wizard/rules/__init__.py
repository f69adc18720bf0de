"""Rules across settings: what the files alone tell about how LibreChat will behave.

The letters and numbers in the rules' docstrings (S07, P01, ...) name the operators' situations they recognise.
"""

from __future__ import annotations

from wizard.deployment import Deployment
from wizard.finding import Finding
from wizard.rules import accounts, directory, domains, files, limits, mail, openid, secrets, social, values
from wizard.rules.view import View

_RULES = (
    *files.RULES,
    *values.RULES,
    *secrets.RULES,
    *domains.RULES,
    *accounts.RULES,
    *mail.RULES,
    *social.RULES,
    *openid.RULES,
    *directory.RULES,
    *limits.RULES,
)


def check(deployment: Deployment) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of the rules; ids begin with ``rules.`` or ``files.``."""
    view = View(deployment)
    return tuple(finding for rule in _RULES for finding in rule(view))
