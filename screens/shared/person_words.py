"""Rewords remedies for a person without an answers file: the choice and the key instead of YAML."""

from __future__ import annotations

import re
from typing import Final

from wizard.basics.patterns import late_pattern

_GENERATE: Final = late_pattern(
    r"(?P<verb>\b(?:[Ss]et|[Ww]rite|[Uu]se) )?(?:(?P<names>[A-Z][A-Z0-9_]*(?:, [A-Z][A-Z0-9_]*)*): )?\{generate: true[a-z_:, ]*\}"
)
_ACCESS: Final = late_pattern(
    r"(?:(?P<set>set access to )|access: )(?P<way>https-proxy|https-existing|http-lan|localhost)(?(set) in the answers(?: file)?)"
)
_CERTIFICATE: Final = late_pattern(
    r"(?P<set>[Ss])et (?:proxy\.)?certificate(?: to|:) internal(?: in the answers(?: file)?)?"
)
_DETAILS: Final = late_pattern(r"For details, run: .*")
"""It ends a remedy: behind the name of the setting, the command can name a folder."""


def for_person(text: str) -> str:
    """Return a message or a remedy with what a person at a screen can do."""
    if "{" in text:
        text = _GENERATE.sub(_generated, text)
    if "certificate" in text:
        text = _CERTIFICATE.sub(_internal, text)
    if "For details" in text:
        text = _DETAILS.sub("For details, press F1.", text)
    return _ACCESS.sub(_chosen, text) if "access" in text else text


def _internal(found: re.Match[str]) -> str:
    return f"{'C' if found['set'] == 'S' else 'c'}hoose '{_label('proxy.certificate', 'internal')}' in Access"


def _label(name: str, value: str) -> str:
    from wizard.catalogue.questions import question

    return next(one.label for one in question(name).choices if one.value == value)


def _generated(found: re.Match[str]) -> str:
    press = "Press" if (found["verb"] or "")[:1].isupper() else "press"
    names = found["names"]
    if not names or names == "NAME":
        return f"{press} F8 in its field"
    return f"{press} F8 in the {'fields' if ',' in names else 'field'} {names}"


def _chosen(found: re.Match[str]) -> str:
    return f"{'choose ' if found['set'] else ''}'{_label('access', found['way'])}' in Access"
