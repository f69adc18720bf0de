"""The operator's answers: values with their source, and the choices that are not variables."""

from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from wizard.basics.secret import Secret
from wizard.catalogue.answers_form import (
    Access,
    AnswersForm,
    Certificate,
    CheckInputs,
    CheckLogin,
    Imap,
    Installation,
    Proxy,
    Stack,
)
from wizard.catalogue.config_form import Interface, Registration, Turnstile
from wizard.catalogue.directory_form import CheckLdap, CheckSaml
from wizard.catalogue.kubernetes_form import Kubernetes

__all__ = [
    "Access",
    "Answers",
    "Certificate",
    "CheckInputs",
    "CheckLdap",
    "CheckLogin",
    "CheckSaml",
    "Given",
    "Imap",
    "Installation",
    "Interface",
    "Kubernetes",
    "Proxy",
    "Registration",
    "Source",
    "Stack",
    "Turnstile",
]


class Source(Enum):
    """Who said so."""

    TYPED = "typed"
    FLAG = "flag"
    FILE = "file"
    EXISTING = "existing"
    GENERATED = "generated"
    DEFAULT = "default"


class Given(NamedTuple):
    """A value and its source. ``None`` means: take the line out, so that LibreChat's default applies."""

    value: str | Secret | None
    source: Source


class Answers(AnswersForm, Mapping[str, Given]):
    """All answers. As a mapping: variable name to :class:`Given`; immutable."""

    settings: Mapping[str, Given] = MappingProxyType({})
    generate: frozenset[str] = frozenset()
    """Names whose value shall be generated if there is none."""
    replace: frozenset[str] = frozenset()
    """Names whose existing value may be replaced by a generated one."""
    accept_loss: frozenset[str] = frozenset()
    """Names whose replacement makes stored data unreadable, and the operator said so."""

    def __getitem__(self, name: str) -> Given:
        return self.settings[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.settings)

    def __len__(self) -> int:
        return len(self.settings)

    def give(self, values: Mapping[str, Given]) -> "Answers":
        """Return the answers with these values over the present ones."""
        return self._replace(settings=MappingProxyType({**self.settings, **values}))
