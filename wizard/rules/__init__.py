"""Rules across settings: what the files alone tell about how LibreChat will behave.

The letters and numbers in the rules' docstrings (S07, P01, ...) name the operators' situations they recognise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.basics.finding import Finding
    from wizard.deployment.model import Deployment


def check(deployment: Deployment) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of the rules; ids begin with ``rules.`` or ``files.``."""
    # The wizard's first screen is there before any rule is needed.
    from wizard.rules import accounts, directory, domains, files, limits, mail, openid, secrets, social, values
    from wizard.rules.view import View

    subjects = (files, values, secrets, domains, accounts, mail, social, openid, directory, limits)
    view = View(deployment)
    return tuple(finding for subject in subjects for rule in subject.RULES for finding in rule(view))
