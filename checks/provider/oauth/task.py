"""The task of the check ``oauth``: one provider, its addresses, and Apple's key if it can be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from checks.model import Subject
from wizard.basics.plain_text import plain
from wizard.basics.redaction import SecretFilter
from wizard.basics.secret import Secret
from wizard.librechat.openid_request import redirect_uri
from wizard.librechat.releases import RECORDED, Release

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

_KEY_SIZE: Final = 64 * 1024
GITHUB: Final = "https://github.com"


class Addresses(NamedTuple):
    """Where LibreChat sends people and codes, and what it adds to the authorization request."""

    authorize: str
    token: str
    parameters: Mapping[str, str]
    profile: str = ""
    """Who it is; empty for Apple, which says it in the ID token."""
    emails: str = ""
    """GitHub's addresses of the person."""


_ADDRESSES: Final[Mapping[str, Addresses]] = {
    "google": Addresses(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://www.googleapis.com/oauth2/v4/token",
        {"scope": "openid profile email"},
        "https://www.googleapis.com/oauth2/v3/userinfo",
    ),
    "github": Addresses(
        f"{GITHUB}/login/oauth/authorize",
        f"{GITHUB}/login/oauth/access_token",
        {"scope": "user:email,read:user"},
        "https://api.github.com/user",
        "https://api.github.com/user/emails",
    ),
    "discord": Addresses(
        "https://discord.com/api/oauth2/authorize",
        "https://discord.com/api/oauth2/token",
        {"scope": "identify email", "prompt": "none"},
        "https://discord.com/api/users/@me",
    ),
    "facebook": Addresses(
        "https://www.facebook.com/v3.2/dialog/oauth",
        "https://graph.facebook.com/v3.2/oauth/access_token",
        {"scope": "public_profile"},
        "https://graph.facebook.com/v3.2/me?fields=id,email,last_name,first_name,middle_name",
    ),
    "apple": Addresses(
        "https://appleid.apple.com/auth/authorize",
        "https://appleid.apple.com/auth/token",
        {"scope": "name email", "response_mode": "form_post"},
    ),
}
"""As the Passport strategies have them that LibreChat uses (api/strategies, v0.8.8-rc1)."""


class KeyFile(NamedTuple):
    """Apple's key as it could be read from here."""

    text: str | None
    """``None``: there is no file at the path, although the path is known on this machine."""
    unseen: str = ""
    """Why nothing is known of the file; empty if it was looked at."""

    def __repr__(self) -> str:
        return f"KeyFile(unseen={self.unseen!r})"


@dataclass(frozen=True, kw_only=True)
class SocialTask:
    """One provider with these settings."""

    provider: str
    settings: Mapping[str, str] = field(repr=False)
    release: Release = RECORDED
    key: KeyFile = KeyFile(text=None, unseen="it was not checked")  # noqa: RUF009 - immutable
    unsent: str = ""
    """Why no secret is sent; empty: it is."""
    sent: str = field(default="", repr=False)
    """What is sent as client secret if LibreChat makes it: Apple's signed one."""

    @property
    def name(self) -> str:
        """The beginning of its variables."""
        return self.provider.upper()

    def value(self, part: str) -> str:
        """Return one of its settings: ``CLIENT_ID``, ``CLIENT_SECRET``."""
        return self.settings.get(f"{self.name}_{part}", "")

    @property
    def redirect(self) -> str:
        """The redirect URI that LibreChat sends."""
        return redirect_uri(self.settings, self.name)

    @property
    def addresses(self) -> Addresses:
        """Its addresses; GitHub's are below GITHUB_ENTERPRISE_BASE_URL where that is set (githubStrategy.js:22-30, v0.8.8-rc1)."""
        own = _ADDRESSES[self.provider]
        base = self.settings.get("GITHUB_ENTERPRISE_BASE_URL", "") if self.provider == "github" else ""
        if not base:
            return own
        return Addresses(
            f"{base}/login/oauth/authorize",
            f"{base}/login/oauth/access_token",
            own.parameters,
            f"{base}/api/v3/user",
            f"{base}/api/v3/user/emails",
        )

    def shown(self, text: object, *, limit: int = 200) -> str:
        """Return foreign text as evidence: inert, short, without the secret."""
        known = [Secret(secret) for secret in (self.value("CLIENT_SECRET"), self.sent) if secret]
        return plain(SecretFilter(known, shortest=1).clean(str(text)), limit=limit)


def task_of(subject: Subject, provider: str) -> SocialTask:
    """Return what is asked of one provider."""
    deployment = subject.deployment
    return SocialTask(
        provider=provider,
        settings=deployment.settings,
        release=deployment.release,
        key=key_file(deployment) if provider == "apple" else KeyFile(text=None, unseen="it has none"),
        unsent=subject.read_only_reason,
    )


def key_file(deployment: "Deployment") -> KeyFile:
    """Read the file that APPLE_PRIVATE_KEY_PATH names in the container, where a mount leads to it; with its owner's rights."""
    from checks.net.node_trust import on_this_machine
    from wizard.basics.filesystem import regular_bytes
    from wizard.basics.owner_rights import as_owner

    named = deployment.settings.get("APPLE_PRIVATE_KEY_PATH", "")
    path = on_this_machine(deployment, named) if named else None
    if path is None:
        return KeyFile(text=None, unseen=f"no folder or file on this machine is mounted at {plain(named, limit=200)}")
    try:
        with as_owner():
            data = regular_bytes(path, _KEY_SIZE)
    except FileNotFoundError:
        return KeyFile(text=None)
    except OSError as error:
        return KeyFile(text=None, unseen=f"{plain(str(path), limit=200)}: {error.strerror}")
    return KeyFile(text="" if data is None else data.decode("latin-1"))
