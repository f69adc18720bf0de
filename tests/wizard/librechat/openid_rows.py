"""Recorded OpenID sign-ins as the situations of the verdict: each row's knobs turned into metadata, answers and claims.

The rows name knobs of npm oidc-provider behind a fault-injecting front; what it does with them is written down here. A knob that
is not known raises :class:`NotModelledError`, so that no row is judged by half of what was set.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from wizard.librechat.openid_request import wants_nonce
from wizard.librechat.openid_situation import (
    Browser,
    Callback,
    ClientRegistration,
    IdToken,
    KnownAccount,
    NoAnswer,
    OpenIdSituation,
    ProviderAnswer,
    TokenAnswer,
)
from wizard.librechat.releases import RECORDED, Release

OP, CHAT = "localhost:9443", "localhost:3080"
NAMES: Final = {"op.test": OP, "chat.local": CHAT}
"""The names in the rows stand for loopback names with ports (``meta.names`` of the recording)."""
SECRET: Final = "right-secret-0123456789"
BASE: Final = {
    "NODE_ENV": "production",
    "DOMAIN_CLIENT": f"http://{CHAT}",
    "DOMAIN_SERVER": f"http://{CHAT}",
    "ALLOW_SOCIAL_LOGIN": "true",
    "ALLOW_SOCIAL_REGISTRATION": "true",
    "ALLOW_REGISTRATION": "true",
    "OPENID_CLIENT_ID": "librechat",
    "OPENID_CLIENT_SECRET": SECRET,
    "OPENID_SESSION_SECRET": "set",
    "OPENID_SCOPE": "openid profile email",
    "OPENID_CALLBACK_URL": "/oauth/openid/callback",
    "NODE_EXTRA_CA_CERTS": "/ca.pem",
}
NOW: Final = 1_700_000_000.0
LIFETIME: Final = 3600
_EMAIL: Final = ("email", "email_verified")
_ROLES: Final = ("roles", "groups", "realm_access", "resource_access", "memberOf", "is_admin", "admin")
_ALGORITHMS: Final = ["HS256", "PS256", "RS256", "ES256", "EdDSA"]


class NotModelledError(Exception):
    """A row sets something of which it is not known what it does; the text says what."""


def named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with the loopback names that were really used."""
    text = json.dumps(row)
    for short, real in NAMES.items():
        text = text.replace(short, real)
    result: dict[str, Any] = json.loads(text)
    return result


def known(what: str, knobs: Iterable[str], names: Iterable[str]) -> None:
    """Refuse knobs that are not among these."""
    if odd := set(knobs) - set(names):
        raise NotModelledError(f"{what}: {', '.join(sorted(odd))}")


def settings_of(row: Mapping[str, Any], base: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a row over the base; null takes one away."""
    merged = {**base, **row["settings"]}
    return {name: value for name, value in merged.items() if value is not None}


def base_of(row: Mapping[str, Any]) -> str:
    """Return where the provider is."""
    provider = row["provider"]
    return f"{provider.get('scheme', 'https')}://{OP}{provider.get('issuerPath', '')}"


def issuer_of(row: Mapping[str, Any]) -> str:
    """Return the provider's issuer."""
    return str(row["provider"].get("issuer", base_of(row)))


def metadata_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the discovery document before faults."""
    base = base_of(row)
    return {
        "issuer": issuer_of(row),
        "authorization_endpoint": f"{base}/auth",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/me",
        "jwks_uri": f"{base}/jwks",
        "end_session_endpoint": f"{base}/session/end",
        "authorization_response_iss_parameter_supported": True,
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": _ALGORITHMS,
        "userinfo_signing_alg_values_supported": _ALGORITHMS,
        "scopes_supported": ["openid", "offline_access", "profile", "email", "roles"],
    }


def answer(body: Any, fault: Mapping[str, Any], also: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields of a :class:`ProviderAnswer` for a body and what the front did to it."""
    names = ("status", "body", "type", "contentType", "headers", "remove", "set", "delayMs", "hang", "reset")
    known("fault", fault, (*names, *also))
    if fault.get("hang"):
        return {"failure": NoAnswer.SILENT}
    if fault.get("reset"):
        return {"failure": NoAnswer.UNREACHABLE}
    if "body" in fault:
        try:
            body = json.loads(fault["body"])
        except ValueError:
            body = None
    elif fault.get("type") == "text/html" or ("status" in fault and fault["status"] != 200):
        body = None
    else:
        body = {name: value for name, value in body.items() if name not in fault.get("remove", ())}
        body |= fault.get("set", {})
    headers = {name.lower() for name in fault.get("headers", {})}
    return {
        "status": fault.get("status", 200),
        "body": body,
        "seconds": fault.get("delayMs", 0) / 1000,
        "challenge": "www-authenticate" in headers,
    }


def discovery_of(row: Mapping[str, Any], settings: Mapping[str, str]) -> ProviderAnswer:
    """Return what LibreChat gets at its start."""
    faults = row.get("faults_at_start", {})
    known("faults_at_start", faults, ("discovery", "down"))
    if faults.get("down"):
        return ProviderAnswer(failure=NoAnswer.UNREACHABLE)
    if certificate_fault(row, settings):
        return ProviderAnswer(failure=NoAnswer.CERTIFICATE)
    whole, asked = row["provider"].get("issuerPath", ""), urlsplit(settings.get("OPENID_ISSUER", "").strip())
    path = asked.path if "/.well-known/" in asked.path else f"{asked.path.rstrip('/')}/.well-known/openid-configuration"
    if path != f"{whole}/.well-known/openid-configuration":
        return ProviderAnswer(status=404, body=None)
    return ProviderAnswer(**answer(metadata_of(row), faults.get("discovery", {})))


def is_jar(name: str) -> bool:
    """Whether a knob wants a signed request object (RFC 9101)."""
    return re.fullmatch(r"require(Jar|(Signed)?RequestObject)s?", name, re.IGNORECASE) is not None


def certificate_fault(row: Mapping[str, Any], settings: Mapping[str, str]) -> bool:
    """Whether Node refuses the provider's certificate: a private authority counts by a readable NODE_EXTRA_CA_CERTS alone."""
    provider = row["provider"]
    known("provider", [name for name in provider if not is_jar(name)], _PROVIDER_KNOBS)
    tls = provider.get("tls", {})
    if tls.get("maxVersion", "TLSv1.3") in {"TLSv1", "TLSv1.1"}:
        return True
    if settings.get("NODE_TLS_REJECT_UNAUTHORIZED") == "0" or provider.get("scheme", "https") != "https":
        return False
    return "cert" in provider or settings.get("NODE_EXTRA_CA_CERTS") != BASE["NODE_EXTRA_CA_CERTS"]


_PROVIDER_KNOBS: Final = (
    *("scheme", "account", "client", "redirect_uris", "claimsInIdToken", "claimsByScope", "issuer", "issuerPath"),
    *("strictAuth", "codeTtl", "requirePar", "requirePkce", "cert", "tls"),
)


def client_of(row: Mapping[str, Any], settings: Mapping[str, str]) -> ClientRegistration:
    """Return what oidc-provider has registered of LibreChat; it takes post and basic alike unless ``strictAuth`` is set."""
    provider, server = row["provider"], settings.get("DOMAIN_SERVER", f"http://{CHAT}")
    client = provider.get("client", {})
    names = ("id_token_signed_response_alg", "userinfo_signed_response_alg", "grant_types", "response_types")
    known("client", client, ("scope", "token_endpoint_auth_method", "client_secret", *names))
    method = client.get("token_endpoint_auth_method", "client_secret_basic")
    is_post = provider.get("strictAuth", "post") == "post" and method in {"client_secret_basic", "client_secret_post"}
    allowed, asked = client.get("scope"), settings.get("OPENID_SCOPE", "").split()
    refused = frozenset(asked) - frozenset(allowed.split()) if allowed is not None else frozenset()
    return ClientRegistration(
        client_id="librechat",
        secret=None if method == "none" else client.get("client_secret", SECRET),
        redirect_uris=frozenset(provider.get("redirect_uris", [f"{server}/oauth/openid/callback"])),
        post_allowed=is_post or method == "none",
        is_public=method == "none",
        refused_scopes=refused,
        code_flow="code" in client.get("response_types", ["code"])
        and "authorization_code" in client.get("grant_types", ["authorization_code"]),
        requires_par=bool(provider.get("requirePar")),
        requires_jar=any(is_jar(name) and value for name, value in provider.items()),
    )


def claims_of(
    row: Mapping[str, Any], login: str, account: Mapping[str, Any] | None, scope: Iterable[str]
) -> dict[str, Any]:
    """Return the claims that the scopes bring, but for ``sub``."""
    usual = {"email": f"{login}@example.com", "email_verified": True, "preferred_username": login}
    names = {"name": "Ada Probe", "given_name": "Ada", "family_name": "Probe"}
    whole = dict(account) if account is not None else usual | names
    by_scope = row["provider"].get("claimsByScope")
    if by_scope is not None:
        wanted = {name for each in scope for name in by_scope.get(each, ())}
        return {name: value for name, value in whole.items() if name in wanted}
    scopes = set(scope)
    return {
        name: value
        for name, value in whole.items()
        if (("email" if name in _EMAIL else "roles" if name in _ROLES else "profile") in scopes)
    }


def id_token_of(row: Mapping[str, Any], claims: Mapping[str, Any], login: str, *, nonce: str | None) -> IdToken:
    """Return the ID token with what the front changed in it."""
    fault = row.get("faults_at_sign_in", {}).get("token", {}).get("idToken", {})
    known("idToken", fault, ("set", "remove", "shift", "nbfIn", "alg", "key", "kid", "breakSignature"))
    shift = fault.get("shift", 0)
    body: dict[str, Any] = {
        "iss": issuer_of(row),
        "sub": login,
        "aud": "librechat",
        "iat": NOW + shift,
        "exp": NOW + LIFETIME + shift,
        **({"nonce": nonce} if nonce else {}),
        **(claims if row["provider"].get("claimsInIdToken") else {}),
    }
    body = {name: value for name, value in body.items() if name not in fault.get("remove", ())} | fault.get("set", {})
    if "nbfIn" in fault:
        body["nbf"] = NOW + fault["nbfIn"]
    usual = row["provider"].get("client", {}).get("id_token_signed_response_alg", "RS256")
    return IdToken(
        algorithm=fault.get("alg", usual), claims=body, key_is_published="key" not in fault and "kid" not in fault
    )


def is_there(row: Mapping[str, Any], name: str) -> bool:
    """Whether the discovery document names an end point of this provider, not one where nothing listens."""
    changed = row.get("faults_at_start", {}).get("discovery", {}).get("set", {}).get(name)
    return changed is None or urlsplit(changed).netloc == OP


def token_of(
    row: Mapping[str, Any], settings: Mapping[str, str], release: Release, claims: Mapping[str, Any], login: str
) -> TokenAnswer:
    """Return the token endpoint's answer to a good code."""
    fault = row.get("faults_at_sign_in", {}).get("token", {})
    later = row.get("faults_at_sign_in", {})
    if later.get("cert"):
        return TokenAnswer(failure=NoAnswer.CERTIFICATE)
    if later.get("down") or not is_there(row, "token_endpoint"):
        return TokenAnswer(failure=NoAnswer.UNREACHABLE)
    grants = row["provider"].get("client", {}).get("grant_types", ["authorization_code", "refresh_token"])
    body = {"access_token": "opaque", "token_type": "Bearer", "expires_in": LIFETIME, "scope": "x", "id_token": "jwt"}
    if "refresh_token" in grants:
        body["refresh_token"] = "refresh"
    if "openid" not in settings.get("OPENID_SCOPE", "").split():
        del body["id_token"]
    fields = answer(body, fault, also=("idToken",))
    has_id_token = isinstance(fields.get("body"), Mapping) and "id_token" in fields["body"]
    nonce = "n" if wants_nonce(settings, release) else None
    return TokenAnswer(**fields, id_token=id_token_of(row, claims, login, nonce=nonce) if has_id_token else None)


def callback_of(row: Mapping[str, Any], seconds: float) -> Callback:
    """Return what the browser brings back, with what was changed on the way."""
    tamper = row.get("browser", {}).get("tamper")
    brought = f"code=CODE&state=STATE&iss={issuer_of(row)}"
    fields = parse_qs(re.sub(tamper[0], tamper[1], brought) if tamper else brought)
    first = {name: values[0] for name, values in fields.items()}
    in_time = seconds <= row["provider"].get("codeTtl", 60)
    return Callback(
        state_matches=first.get("state") == "STATE",
        issuer=first.get("iss"),
        error="access_denied" if row.get("faults_at_sign_in", {}).get("deny") else first.get("error", ""),
        code_is_valid=first.get("code") == "CODE" and in_time,
    )


def accounts_of(row: Mapping[str, Any]) -> tuple[KnownAccount, ...]:
    """Return the accounts that were there before."""
    before, own = row.get("before", {}), row["provider"].get("account") or {}
    others = ("local", "google", "github", "discord", "facebook", "apple", "saml", "ldap")
    known("before", before, ("first", "thenAccount", *others))
    if taken := [KnownAccount(provider=name, email=before[name]) for name in others if name in before]:
        return tuple(taken)
    if "first" not in before:
        return ()
    email = str(own.get("email", f"{before['first']}@example.com")).lower()
    return (KnownAccount(provider="openid", email=email, subject=before["first"]),)


def situation_of(recorded: Mapping[str, Any], release: Release = RECORDED) -> OpenIdSituation:
    """Return a recorded row as the verdict takes it."""
    row = named(recorded)
    base = BASE | {"OPENID_ISSUER": base_of(row)}
    settings = settings_of(row, base)
    browser = row.get("browser", {})
    known(
        "browser",
        browser,
        ("twoSteps", "otherBrowser", "tamper", "waitMs", "start", "headers", "login", "providerOverHttp"),
    )
    known(
        "faults_at_sign_in",
        row.get("faults_at_sign_in", {}),
        ("token", "userinfo", "jwks", "discovery", "down", "cert", "deny"),
    )
    login = browser.get("login") or recorded["id"]
    before = row.get("before", {})
    account = before.get("thenAccount", row["provider"].get("account"))
    claims = claims_of(row, login, account, settings.get("OPENID_SCOPE", "").split())
    faults = row.get("faults_at_sign_in", {})
    seconds = browser.get("waitMs", 0) / 1000
    log = "\n".join(row.get("startup", {}).get("log", ()))
    domains = re.search(r"allowedDomains: (\[.*\])", row.get("librechat_yaml", ""))
    userinfo = answer({"sub": login, **claims}, faults.get("userinfo", {}))
    if not is_there(row, "userinfo_endpoint"):
        userinfo = {"failure": NoAnswer.UNREACHABLE}
    return OpenIdSituation(
        settings=settings,
        release=release,
        discovery=discovery_of(row, settings),
        # Whether the forward proxy was up is no knob of the rows: what its start-up log says of the connection tells.
        proxy_answers="Fetch error: fetch failed" not in log,
        client=client_of(row, settings),
        callback=callback_of(row, seconds),
        browser=Browser(
            start=browser.get("start", ""),
            forwarded_proto=browser.get("headers", {}).get("x-forwarded-proto", ""),
            reaches_provider=is_there(row, "authorization_endpoint"),
            keeps_session=not browser.get("otherBrowser"),
            seconds=seconds,
        ),
        token=token_of(row, settings, release, claims, login),
        userinfo=ProviderAnswer(**userinfo),
        keys=ProviderAnswer(**answer({"keys": [{}]}, faults.get("jwks", {}))),
        now=NOW,
        accounts=accounts_of(row),
        allowed_domains=tuple(json.loads(domains[1])) if domains else (),
    )
