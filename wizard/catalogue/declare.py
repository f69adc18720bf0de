"""Helpers that declare the settings of a section with less repetition."""

from __future__ import annotations

from functools import partial
from typing import Final

from wizard.catalogue.model import Kind, Section, Setting
from wizard.librechat.releases import Release

MANUAL: Final = "https://www.librechat.ai/docs/"
NO_PAGE: Final = "none"
"""No page of the manual explains the setting, not even the section's."""


def section(
    identity: str,
    title: str,
    *,
    intro: str,
    source_release: Release,
    settings: tuple[Setting, ...],
    docs: str = "",
    since: Release | None = None,
) -> Section:
    """Return the section of a file. Its ``docs`` and ``since`` are the defaults of its settings.

    ``docs`` is a page below ``MANUAL``.
    """
    completed = tuple(
        setting._replace(
            section=identity,
            docs=_address(setting.docs or docs),
            since=setting.since or since,
        )
        for setting in settings
    )
    return Section(identity, title, intro, source_release, completed)


def _address(page: str) -> str:
    return "" if page in ("", NO_PAGE) else f"{MANUAL}{page}"


text = partial(Setting, kind=Kind.TEXT)
secret = partial(Setting, kind=Kind.SECRET)
switch = partial(Setting, kind=Kind.BOOL)
switch_on = partial(Setting, kind=Kind.BOOL_DEFAULT_ON)
word_switch = partial(Setting, kind=Kind.BOOL_WORDS)
choice = partial(Setting, kind=Kind.CHOICE)
integer = partial(Setting, kind=Kind.INT)
number = partial(Setting, kind=Kind.NUMBER)
port = partial(Setting, kind=Kind.PORT)
url = partial(Setting, kind=Kind.URL)
host = partial(Setting, kind=Kind.HOST)
email = partial(Setting, kind=Kind.EMAIL)
path = partial(Setting, kind=Kind.PATH)
duration = partial(Setting, kind=Kind.DURATION)
minutes = partial(Setting, kind=Kind.MINUTES)
listing = partial(Setting, kind=Kind.LIST)
