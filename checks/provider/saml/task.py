"""The task of the ``saml`` check, made once from a deployment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from checks.net.node_trust import named_text
from checks.provider.allowed_domains import allowed_domains
from wizard.basics.plain_text import plain
from wizard.basics.secret import Secret
from wizard.librechat.releases import Release
from wizard.librechat.saml_certificate import certificate_path
from wizard.librechat.saml_settings import SamlSettings, saml_settings

if TYPE_CHECKING:
    from checks.model import Subject

_SHOWN: Final = 160


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlTask:
    """Everything that the check needs to know."""

    variables: Mapping[str, str] = field(repr=False)
    settings: SamlSettings = field(repr=False)
    release: Release
    unseen: str = ""
    """Why the file of SAML_CERT cannot be judged from here; then no statement about its key is made."""
    metadata: str = ""
    """Address or path of the provider's metadata."""
    response: Secret | None = None
    """The form field SAMLResponse of a sign-in. It is read where it is judged, and kept nowhere."""
    allowed_domains: tuple[str, ...] = ()
    unsent: str = ""
    """Why no sign-in may be begun at the provider ("a dry run sends nothing"); empty: it may."""
    clock: Callable[[], datetime] = _now
    """LibreChat's clock, as far as this machine's is."""

    @property
    def has_key(self) -> bool:
        """Whether LibreChat has a key out of SAML_CERT, as far as that can be seen."""
        return not self.unseen and self.settings.certificate.key is not None


def task_of(subject: Subject) -> SamlTask:
    """Return the task for a deployment."""
    deployment = subject.deployment
    variables = deployment.settings
    value = variables.get("SAML_CERT", "")
    path = certificate_path(value) if value else None
    text, unseen = None, ""
    if path is not None:
        named = named_text(deployment, path)
        text = named.text
        if not named.is_seen:
            shown = plain(path, limit=_SHOWN)
            unseen = f"No folder or file on this machine is mounted at {shown}, where LibreChat looks for SAML_CERT."
        elif named.doubt:
            unseen = named.doubt
    given = subject.answers.checks.saml
    return SamlTask(
        variables=variables,
        settings=saml_settings(variables, deployment.release, text),
        release=deployment.release,
        unseen=unseen,
        metadata=given.metadata.strip(),
        response=given.response,
        unsent=subject.read_only_reason,
        allowed_domains=allowed_domains(subject),
    )
