"""Builds deployments from a few lines, for tests of rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wizard.answers.model import Access, Stack
from wizard.composefile.container_environment import OriginMechanism
from wizard.composefile.located import Leaf
from wizard.composefile.project import ComposeProject, ProjectFiles
from wizard.deployment.effective import EffectiveConfiguration, EffectiveValue, Origin
from wizard.deployment.file_state import FileState
from wizard.deployment.model import Deployment
from wizard.dotenv.document import Document
from wizard.librechat.releases import Release

_DOTENV = Origin(OriginMechanism.DOTENV, ".env", 1)
_COMPOSE = Origin(OriginMechanism.ENVIRONMENT, "docker-compose.yml", 1)
HEALTHY = {
    "PORT": "3080",
    "DOMAIN_CLIENT": "https://chat.example.net",
    "DOMAIN_SERVER": "https://chat.example.net",
    "CREDS_KEY": "0f" * 32,
    "CREDS_IV": "1e" * 16,
    "JWT_SECRET": "2d" * 32,
    "JWT_REFRESH_SECRET": "3c" * 32,
    "MEILI_MASTER_KEY": "4b" * 32,
    "ALLOW_SHARED_LINKS_PUBLIC": "false",
}
MAIL = {"EMAIL_HOST": "smtp.example.net", "EMAIL_PORT": "587", "EMAIL_FROM": "chat@example.net"}
OPENID = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "OPENID_CLIENT_ID": "librechat",
    "OPENID_CLIENT_SECRET": "5a" * 20,
    "OPENID_ISSUER": "https://login.example.net/realms/main",
    "OPENID_SESSION_SECRET": "6f" * 32,
    "OPENID_SCOPE": "openid profile email",
    "OPENID_CALLBACK_URL": "/oauth/openid/callback",
    "LOGIN_MAX": "50",
}
LDAP = {
    "LDAP_URL": "ldaps://ldap.example.net",
    "LDAP_USER_SEARCH_BASE": "ou=people,dc=example,dc=net",
    "LDAP_BIND_DN": "cn=reader,dc=example,dc=net",
    "LDAP_BIND_CREDENTIALS": "correct horse",
    "MIN_PASSWORD_LENGTH": "1",
}


def _overriding(values: dict[str, str], written: Document) -> EffectiveConfiguration:
    """Return a configuration in which a compose file sets these values over ``.env``."""
    own = {name: EffectiveValue(name=name, value=value, origin=_DOTENV) for name, value in written.values().items()}
    found = {
        name: EffectiveValue(name=name, value=value, origin=_COMPOSE, shadowed=(own[name],) if name in own else ())
        for name, value in values.items()
    }
    files = ProjectFiles(folder="/nonexistent", compose=())
    variables = {name: Leaf(value=value, file=".env", line=1) for name, value in written.compose_values().items()}
    project = ComposeProject(files=files, read=lambda _: None, variables=variables)
    return EffectiveConfiguration(project=project, service="api", values={**own, **found})


def deployment(  # noqa: PLR0913 - a builder
    values: dict[str, str] | None = None,
    *,
    text: str | None = None,
    release: str = "v0.8.7",
    stack: Stack = Stack.COMPOSE,
    config: dict[str, Any] | None = None,
    compose: dict[str, Any] | None = None,
    files: dict[str, FileState] | None = None,
    has_run: bool = False,
    access: Access | None = None,
    config_mounted: bool = True,
    overridden: dict[str, str] | None = None,
    is_handed_over: bool = True,
) -> Deployment:
    """Return a healthy deployment with these values over it (an empty text takes a name out)."""
    settings = {name: value for name, value in {**HEALTHY, **(values or {})}.items() if value != "<unset>"}
    written = text if text is not None else "".join(f"{name}='{value}'\n" for name, value in settings.items())
    document = Document.parse(written.encode())
    state = FileState(name=".env", data=written.encode(), kind="file", mode=0o600, uid=1000, gid=1000)
    everything = {".env": state, **(files or {})}
    if config is not None:
        everything.setdefault("librechat.yaml", FileState(name="librechat.yaml", data=b"", kind="file", mode=0o644))
    model = compose or {"services": {"api": {"volumes": [{"target": "/app/saml"}, {"target": "/app/keys"}]}}}
    services = dict(model.get("services") or {})
    if "api" in services and is_handed_over:
        volumes = [*services["api"].get("volumes", ()), {"source": "./.env", "target": "/app/.env"}]
        services["api"] = {**services["api"], "volumes": volumes}
    effective = _overriding(overridden, document) if overridden else None
    return Deployment(
        effective=effective,
        folder=Path("/nonexistent"),
        stack=stack,
        release=Release.parse(release),
        release_known=True,
        release_pinned=True,
        settings={**document.values(), **(overridden or {})},
        overridden=overridden or {},
        dotenv=document,
        files=everything,
        compose={**model, "services": services},
        config=config,
        config_mounted=config_mounted and config is not None,
        has_run=has_run,
        access=access,
    )
