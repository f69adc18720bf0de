"""Rules: faults that depend on LibreChat's release, container or database, or on the names people type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from wizard.answers.model import Stack
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import surroundings as ids
from wizard.librechat.cookies import is_localhost
from wizard.librechat.hosts import connects_to_itself, host_of, is_address, is_impossible
from wizard.librechat.mail_configured import has_mailgun
from wizard.librechat.startup_refusals import BASE_PATH_SINCE, OWN_SECRETS_SINCE
from wizard.rules.origins import overridden_by
from wizard.rules.view import Rule, View

_SECRETS: Final = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
_DEFAULT_PLACE: Final = "/app/.env.temp"
"""Where LibreChat keeps generated secrets without LIBRECHAT_TEMP_CREDENTIALS_PATH (packages/api/src/credentials.ts)."""
_LOCAL: Final = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - compared with, not listened on
_PRIVATE: Final = ("local", "lan", "home", "internal", "intranet", "localdomain", "corp", "test", "invalid", "example")
"""Ends of names that no public name has (RFC 6762, section 3 and appendix G; RFC 6761; RFC 2606)."""
_MONGO: Final = ("mongodb://", "mongodb+srv://")
_REDIS: Final = ("redis://", "rediss://")


def sub_path_release(view: View) -> Iterator[Finding]:
    """Find a path that this release does not work below (api/server/index.js:58-66, v0.8.0-rc4)."""
    client = view.url("DOMAIN_CLIENT")
    if client is not None and client.path.strip("/") and view.release < BASE_PATH_SINCE:
        yield ids.PATH_RELEASE.fail()


def localhost_in_mails(view: View) -> Iterator[Finding]:
    """P07: mail that leads to localhost; a plan for localhost means it so."""
    is_local = is_localhost(view.deployment.settings.get("DOMAIN_CLIENT", ""))
    if view.deployment.access is None and is_local and view.has_mail:
        yield ids.MAIL_LINKS.warn()


def google_name(view: View) -> Iterator[Finding]:
    """Find a redirect address that Google refuses (its rules for OAuth redirect URIs: a public suffix, no IP address)."""
    server = view.url("DOMAIN_SERVER")
    if "google" not in view.providers or server is None or view.is_local:
        return
    host = server.hostname or ""
    if is_address(host) or "." not in host or host.rpartition(".")[2].lower() in _PRIVATE:
        yield ids.GOOGLE_NAME.fail()


def github_base(view: View) -> Iterator[Finding]:
    """Find an address to which LibreChat adds its paths in vain (api/strategies/githubStrategy.js:22-30)."""
    value = view.value("GITHUB_ENTERPRISE_BASE_URL")
    if not value:
        return
    parts = view.url("GITHUB_ENTERPRISE_BASE_URL")
    if parts is None or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query or parts.fragment:
        yield ids.GITHUB_BASE.fail()


def temporary_secrets(view: View) -> Iterator[Finding]:
    """Find generated secrets that go with their container (4.1 of LibreChat's credentials, v0.8.8-rc1)."""
    blank = [name for name in _SECRETS if not view.value(name)]
    in_container = view.deployment.stack in (Stack.COMPOSE, Stack.DEPLOY) and bool(view.api)
    if not blank or not in_container or view.release < OWN_SECRETS_SINCE:
        return
    place = view.value("LIBRECHAT_TEMP_CREDENTIALS_PATH") or _DEFAULT_PLACE
    volumes = [entry.get("target") for entry in view.api.get("volumes") or () if isinstance(entry, dict)]
    targets = [str(target).rstrip("/") for target in volumes if target]
    if not any(place == target or place.startswith(f"{target}/") for target in targets):
        yield ids.TEMPORARY.warn(settings=tuple(blank))


def database(view: View) -> Iterator[Finding]:
    """Find faults of MONGO_URI that its driver names at start (mongodb-connection-string-url) or that lead elsewhere."""
    if not view.is_set("MONGO_URI"):
        return
    value = view.value("MONGO_URI")
    if fault := _uri_fault(value):
        yield ids.DATABASE_URI.fail(evidence=[fault])
        return
    rest = value.partition("://")[2]
    hosts, _, path = rest.rpartition("@")[2].partition("/")
    if _names_its_container(view, hosts.split(",")):
        yield ids.DATABASE_LOCAL.fail()
    if not path.partition("?")[0]:
        yield ids.DATABASE_NAME.warn()


def _names_its_container(view: View, hosts: list[str]) -> bool:
    """Whether one of these (with their ports) is localhost, and that is LibreChat's own container."""
    return view.has_own_network and any(connects_to_itself(host_of(f"x://{host}")) for host in hosts)


def itself(view: View) -> Iterator[Finding]:
    """Find servers on localhost that LibreChat looks for in its own container."""
    unused = {
        "EMAIL_HOST": bool(view.value("EMAIL_SERVICE")) or (has_mailgun(view.deployment.settings, view.release)),
        "MAILGUN_HOST": not has_mailgun(view.deployment.settings, view.release),
        "MEILI_HOST": not view.is_on("SEARCH"),
        "OPENAI_MODERATION_REVERSE_PROXY": not view.is_on("OPENAI_MODERATION"),
        "GITHUB_ENTERPRISE_BASE_URL": "github" not in view.providers,
        **{f"OPENID_{name}_URL": not view.has_openid for name in ("JWKS", "TOKEN", "USERINFO")},
    }
    for name in ids.REACHES_ITSELF.members:
        value = view.value(name)
        if not value or unused.get(name) or not view.has_own_network:
            continue
        host = host_of(value)
        if not connects_to_itself(host):
            continue
        summary = f"Inside LibreChat's container, {plain(host, limit=60)} in {name} refers to the container itself, so LibreChat cannot connect to the server."
        yield ids.REACHES_ITSELF.of(name).warn(summary)


def redis(view: View) -> Iterator[Finding]:
    """Find an address of Redis that its client refuses or that leads to LibreChat's own container.

    Each part between commas is parsed as a URL (packages/api/src/cache/redisClients.ts, v0.8.7).
    """
    value = view.value("REDIS_URI")
    if not view.is_on("USE_REDIS") or not value:
        return
    parts = [part.strip() for part in value.split(",")]
    hosts = [re.split(r"[/?#]", part.partition("://")[2], maxsplit=1)[0].rpartition("@")[2] for part in parts]
    if not all(part.lower().startswith(_REDIS) for part in parts):
        yield ids.REDIS_URI.fail(evidence=["It does not begin with redis:// or rediss://."])
    elif any(re.match(r"[^/?#@]*:[^/?#@]*[/?#].*@", part.partition("://")[2]) for part in parts):
        yield ids.REDIS_URI.fail(
            evidence=[
                "The user name or password contains a /, ? or #, which ends the host part: write %2F, %3F or %23."
            ]
        )
    elif any(is_impossible(_bare(host)) for host in hosts):
        yield ids.REDIS_URI.fail(evidence=["It contains an invalid IP address."])
    elif not all(hosts):
        yield ids.REDIS_URI.fail(evidence=["It contains no host."])
    elif _names_its_container(view, hosts):
        yield ids.REDIS_LOCAL.fail()


def _uri_fault(value: str) -> str:
    """Return what is wrong with a connection string, without a part of it; empty if nothing is."""
    authority = re.split(r"[/?]", value.partition("://")[2], maxsplit=1)[0]
    user, _, hosts = authority.rpartition("@")
    is_srv = value.startswith("mongodb+srv://")
    behind = value.partition("://")[2].rpartition("@")[0]
    faults = {
        "It is empty.": not value,
        "It does not begin with mongodb:// or mongodb+srv://.": not value.startswith(_MONGO),
        "It still contains a placeholder in <brackets>.": "<" in value or ">" in value,
        "The user name or password contains a character that must be percent-encoded (one of @ : / ? # [ ]).": "@"
        in user
        or user.count(":") > 1
        or re.search(r"[/?#\[\]]", behind) is not None,
        "The user name or password contains a % that is not part of a percent-encoding.": _is_broken(user),
        "It contains no host. If the password contains a /, write it as %2F.": not hosts,
        "It contains a port that is not a number. If the password contains a /, write it as %2F.": not all(
            map(_has_port, hosts.split(","))
        ),
        "It contains an invalid IP address.": any(is_impossible(_bare(host)) for host in hosts.split(",")),
        "mongodb+srv:// allows only one host name, without a port.": is_srv and (":" in hosts or "," in hosts),
    }
    return next((fault for fault, is_so in faults.items() if is_so), "")


def _bare(host: str) -> str:
    """Return a host without its port, in brackets where it has them."""
    return re.sub(r":[0-9]*\Z", "", host) if not host.endswith("]") else host


def _has_port(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").port != 0
    except ValueError:
        return False


def _is_broken(text: str) -> bool:
    return re.search(r"%(?![0-9A-Fa-f]{2})", text) is not None or "\ufffd" in unquote(text)


def beaten(view: View) -> Iterator[Finding]:
    """Find an address of one's own in .env that the bundled compose file beats (docker-compose.yml:17-30, v0.8.8-rc1)."""
    if view.deployment.effective is None:
        return
    for name in ("MONGO_URI", "MEILI_HOST"):
        found = view.deployment.effective.values.get(name)
        vain = overridden_by(found) if found is not None else ()
        # The sample has an address of this machine there, which nobody means.
        if any(other.value.strip() and not any(local in other.value for local in _LOCAL) for other in vain):
            yield ids.BEATEN.warn(f"A compose file sets {name} and overrides the value in .env.", settings=(name,))


RULES: tuple[Rule, ...] = (
    sub_path_release,
    localhost_in_mails,
    google_name,
    github_base,
    temporary_secrets,
    database,
    redis,
    itself,
    beaten,
)
