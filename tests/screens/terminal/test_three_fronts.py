"""The same answers make the same bytes, whichever way they were given."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.rounds import of_each_kind
from tests.screens.cli.program import run
from tests.screens.terminal.operators import as_file, full_screen, line_by_line

SECRETS = {
    "CREDS_KEY": "1f" * 32,
    "CREDS_IV": "2e" * 16,
    "JWT_SECRET": "3d" * 32,
    "JWT_REFRESH_SECRET": "4c" * 32,
    "MEILI_MASTER_KEY": "5b" * 16,
    "ADMIN_PANEL_SESSION_SECRET": "6a" * 32,
    "OPENID_SESSION_SECRET": "79" * 32,
    "SAML_SESSION_SECRET": "88" * 32,
}
"""Already in .env, so that no random value makes a difference."""

SITE = {"access": "https-proxy", "DOMAIN_CLIENT": "https://chat.example.com"}
SMTP = {
    "EMAIL_HOST": "smtp.example.com",
    "EMAIL_PORT": "587",
    "EMAIL_ENCRYPTION": "starttls",
    "EMAIL_USERNAME": "librechat",
    "EMAIL_PASSWORD": "correct horse #1 battery",
    "EMAIL_FROM": "librechat@example.com",
}
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "proxy-and-mail": {**SITE, **SMTP, "ALLOW_REGISTRATION": "false", "ALLOW_PASSWORD_RESET": "true"},
    "localhost": {"access": "localhost", "SESSION_EXPIRY": "30m", "REFRESH_TOKEN_EXPIRY": "30d"},
    "http-lan": {"access": "http-lan", "DOMAIN_CLIENT": "http://192.168.1.10:3080"},
    "own-proxy": {"access": "https-existing", "DOMAIN_CLIENT": "https://chat.example.com", "proxy.server": "nginx", "proxy.hops": "2"},
    "caddy": {**SITE, "proxy.server": "caddy", "proxy.email": "admin@example.com"},
    "google": {**SITE, "GOOGLE_CLIENT_ID": "id.apps.example", "GOOGLE_CLIENT_SECRET": "GOCSPX-s3cret", "ALLOW_SOCIAL_LOGIN": "true"},
    "openid": {
        **SITE,
        "OPENID_ISSUER": "https://id.example.com/realms/x",
        "OPENID_CLIENT_ID": "librechat",
        "OPENID_CLIENT_SECRET": "s p a c e s & $ign",
        "OPENID_SCOPE": "openid profile email",
        "OPENID_CALLBACK_URL": "/oauth/openid/callback",
        "ALLOW_SOCIAL_LOGIN": "true",
    },
    "ldap": {
        **SITE,
        "LDAP_URL": "ldaps://ldap.example.com",
        "LDAP_USER_SEARCH_BASE": "ou=people,dc=example,dc=com",
        "LDAP_BIND_DN": "cn=reader,dc=example,dc=com",
        "LDAP_BIND_CREDENTIALS": "b'i\"n d",
        "LDAP_TLS_REJECT_UNAUTHORIZED": "true",
    },
    "domains": {
        **SITE,
        "registration.allowedDomains": "example.com, Example.ORG",
        "ALLOW_REGISTRATION": "true",
        "interface.sharedLinks.public": "false",
        "turnstile.options.size": "compact",
    },
    "limits": {"LOGIN_MAX": "5", "LOGIN_WINDOW": "10", "BAN_VIOLATIONS": "true", "BAN_DURATION": "1h", "MIN_PASSWORD_LENGTH": "12"},
    "one-value": {"APP_TITLE": "Our chat"},
    "taken-out": {"TRUST_PROXY": "2", "APP_TITLE": ""},
    "replaced-secret": {"JWT_SECRET": "a-longer-secret-of-my-own-0123456789"},
}  # fmt: skip


USUAL = ("proxy-and-mail", "localhost", "openid", "domains", "taken-out", "replaced-secret")
"""A proxy, a secret in odd letters, librechat.yaml, a value that goes and one that is replaced."""


@pytest.mark.parametrize("name", of_each_kind(ANSWERS, USUAL))
def test_all_fronts_write_the_same_bytes(name: str, sample_folder: Callable[..., Path], tmp_path: Path) -> None:
    start = sample_folder("v0.8.7")
    lines = [f"{key}={value}\n" for key, value in SECRETS.items()]
    (start / ".env").write_text("# mine\nAPP_TITLE=Old\nPORT=3080\n" + "".join(lines), encoding="utf-8")
    folders = {way: tmp_path / f"LibreChat-{way}" / "folder" for way in ("screen", "lines", "file")}
    for folder in folders.values():
        shutil.copytree(start, folder)
    export = tmp_path / "exported.yaml"
    full_screen(folders["screen"], ANSWERS[name], export)
    line_by_line(folders["lines"], ANSWERS[name])
    as_file(folders["file"], ANSWERS[name])

    found = {way: files_of(folder) for way, folder in folders.items()}
    assert found["file"] != files_of(start), "the answers changed nothing: the test compares nothing"
    assert found["screen"] == found["file"]
    assert found["lines"] == found["file"]

    # The exported file repeats it, where it was made and elsewhere; it holds no secret.
    text = export.read_text(encoding="utf-8")
    secrets = {
        key: value for key, value in ANSWERS[name].items() if key.endswith(("PASSWORD", "_SECRET", "CREDENTIALS"))
    }
    assert not [value for value in secrets.values() if value in text]
    assert run("--answers", export, "--dir", folders["screen"], "--force", "--offline").status in (0, 1)
    assert files_of(folders["screen"]) == found["file"]
    again = tmp_path / "again" / "folder"
    shutil.copytree(start, again)
    replayed = run("--answers", export, "--dir", again, "--force", "--offline", environment=secrets)
    assert replayed.status in (0, 1), replayed.text
    assert files_of(again) == found["file"]


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file but the wizard's own journal, lock and backups."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (".librechat-wizard" not in path.parts or "proxy" in path.parts)
    }
