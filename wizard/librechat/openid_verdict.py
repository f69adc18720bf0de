"""LibreChat's decision on a sign-in through OpenID, from its start to the first API call, by release.

As lenient as LibreChat (signatures of ID tokens unchecked, advertised lists ignored, userinfo optional) and as strict (issuers by
URL.href, a nonce that nobody asked for). Read from the source and held by the recorded sign-ins in ``tests/records``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wizard.librechat.browser_url import href, split_address
from wizard.librechat.openid_account import (
    FALLBACK_SINCE,
    AccountFault,
    domain_fault,
    email_of,
    is_verified,
    known_account,
    model_fault,
    name_of,
    username_of,
)
from wizard.librechat.openid_request import (
    authorization_parameters,
    client_secret,
    is_callback,
    start_kind,
    unfit_scope,
    wants_nonce,
)
from wizard.librechat.openid_roles import RoleFault, RoleSources, becomes_admin, required_role_fault, synced_role
from wizard.librechat.openid_session import keeps_session, place, session_fault, tokens_fault
from wizard.librechat.openid_situation import KnownAccount, OpenIdSituation, Outcome, Person, SignInVerdict
from wizard.librechat.openid_start import endpoint_fault, start
from wizard.librechat.openid_tokens import (
    HANGS,
    NETWORK,
    NO_ID_TOKEN,
    answer_fault,
    id_token_fault,
    reuse_fault,
    userinfo_of,
)
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

REDIRECTS_FAILURES_SINCE: Final = Release(0, 8, 7, 1)
"""First release that sends people back with auth_failed where the protocol failed; before, it is 500 (api/server/routes/oauth.js)."""
NEEDS_CLIENT_SINCE: Final = Release(0, 8, 3)
"""First release that ends with 500 where DOMAIN_CLIENT is unset; before, people land on an address named ``undefined``."""


def sign_in(situation: OpenIdSituation) -> SignInVerdict:
    """Return how a sign-in ends."""
    begun = start(situation.settings, situation.release, situation.discovery, proxy_answers=situation.proxy_answers)
    if begun.crashes:
        return SignInVerdict(outcome=Outcome.START_CRASH, cause=begun.cause, detail=begun.detail)
    if not begun.registered:
        return SignInVerdict(outcome=Outcome.NOT_REGISTERED, cause=begun.cause, detail=begun.detail)
    return _begun(situation) or _provider(situation) or _callback(situation) or _exchanged(situation)


def _protocol(release: Release, cause: str, detail: str = "") -> SignInVerdict:
    """Return the end of a sign-in in which the protocol failed."""
    since = release >= REDIRECTS_FAILURES_SINCE
    return SignInVerdict(outcome=Outcome.AUTH_FAILED if since else Outcome.SERVER_ERROR, cause=cause, detail=detail)


def _begin(situation: OpenIdSituation) -> str:
    settings = situation.settings
    base = settings.get("DOMAIN_CLIENT") or settings.get("DOMAIN_SERVER") or ""
    return situation.browser.start or f"{base.rstrip('/')}/oauth/openid"


def _begun(situation: OpenIdSituation) -> SignInVerdict | None:
    """Return how it ends before the provider is asked, ``None`` if it continues."""
    begin = _begin(situation)
    kind = start_kind(begin)
    if kind == "page":
        return SignInVerdict(outcome=Outcome.LOST, cause="redirect.slash", detail=begin)
    server = situation.settings.get("DOMAIN_SERVER")
    if href(f"{'undefined' if server is None else server}/oauth/openid") is None:
        return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause="redirect.unset", detail=server or "")
    if kind == "callback":
        return SignInVerdict(outcome=Outcome.UNAUTHORIZED, cause="start.query", detail=begin)
    if fault := endpoint_fault(situation.discovery.fields, "authorization_endpoint"):
        cause = "discovery.http-endpoint" if fault == "http" else "discovery.no-endpoint"
        return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause=cause, detail="authorization_endpoint")
    return None


def _provider(situation: OpenIdSituation) -> SignInVerdict | None:
    """Return how it ends at the provider, as far as its registration of LibreChat is known (RFC 6749 section 4.1.2.1)."""
    if not situation.browser.reaches_provider:
        return SignInVerdict(outcome=Outcome.PROVIDER_UNREACHABLE, cause="provider.unreachable")
    client = situation.client
    parameters = authorization_parameters(situation.settings, situation.release)
    if client.client_id is not None and parameters["client_id"] != client.client_id:
        return SignInVerdict(outcome=Outcome.PROVIDER_REFUSED, cause="client.unknown", detail=parameters["client_id"])
    if client.redirect_uris is not None and parameters["redirect_uri"] not in client.redirect_uris:
        return SignInVerdict(
            outcome=Outcome.PROVIDER_REFUSED, cause="redirect.refused", detail=parameters["redirect_uri"]
        )
    return None


def _policy(situation: OpenIdSituation) -> tuple[str, str]:
    """Return why the provider sends people back with an error, a finding's name and what decided; two empty texts: it does not."""
    client, scope = situation.client, situation.settings.get("OPENID_SCOPE", "")
    if client.requires_par:
        return "policy.par", ""
    if client.requires_jar:
        return "policy.jar", ""
    if not client.code_flow:
        return "policy.flow", ""
    if unfit_scope(scope):
        return "scope.separator", scope
    refused = [word for word in scope.split() if word in client.refused_scopes]
    return ("scope.refused", " ".join(refused)) if refused else ("", "")


def _callback(situation: OpenIdSituation) -> SignInVerdict | None:
    """Return how it ends when the browser comes back, before the code is redeemed."""
    settings, release, browser = situation.settings, situation.release, situation.browser
    came_back = authorization_parameters(settings, release)["redirect_uri"]
    if not is_callback(split_address(came_back).path):
        cause = "redirect.slash" if split_address(came_back).path.startswith("//") else "redirect.path"
        return SignInVerdict(outcome=Outcome.LOST, cause=cause, detail=came_back)
    begin, end = place(_begin(situation)), place(came_back)
    fault = session_fault(
        settings, release, begin, end, forwarded_proto=browser.forwarded_proto, seconds=browser.seconds
    )
    if fault or not browser.keeps_session:
        return SignInVerdict(outcome=Outcome.AUTH_FAILED, cause=fault or "session.other-browser")
    if situation.callback.error == "access_denied" and situation.callback.state_matches:
        return SignInVerdict(outcome=Outcome.AUTH_FAILED, cause="callback.denied")
    cause, detail = _answer(situation)
    return _protocol(release, cause, detail) if cause else None


def _answer(situation: OpenIdSituation) -> tuple[str, str]:
    """Return what is wrong with the parameters that come back (oauth4webapi 3.5.2, ``validateAuthResponse``)."""
    metadata, callback = situation.discovery.fields, situation.callback
    named = metadata.get("issuer")
    if callback.issuer is None and metadata.get("authorization_response_iss_parameter_supported"):
        return "callback.no-issuer", ""
    if callback.issuer and callback.issuer != named:
        return "discovery.issuer-inside", callback.issuer
    if not callback.state_matches:
        return "callback.state", ""
    return ("callback.error", callback.error) if callback.error else _policy(situation)


def _exchanged(situation: OpenIdSituation) -> SignInVerdict:
    """Return how it ends from the token request on."""
    release, metadata, token = situation.release, situation.discovery.fields, situation.token
    if fault := endpoint_fault(metadata, "token_endpoint"):
        cause = "discovery.http-endpoint" if fault == "http" else "discovery.no-endpoint"
        return _protocol(release, cause, "token_endpoint")
    cause = _client_fault(situation) or answer_fault(token)
    if cause in {NETWORK, "tls.refused"}:
        return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause=cause)
    if cause == HANGS:
        return SignInVerdict(outcome=Outcome.HANGS, cause=cause)
    if cause:
        return _protocol(release, cause, str(token.fields.get("error", token.status)))
    return _identified(situation)


def _identified(situation: OpenIdSituation) -> SignInVerdict:
    """Return how it ends from the ID token on."""
    release, metadata, token = situation.release, situation.discovery.fields, situation.token
    nonce = situation.sent_nonce if wants_nonce(situation.settings, release) else None
    if token.id_token is None:
        if nonce is not None:
            return _protocol(release, NO_ID_TOKEN)
        cause = NO_ID_TOKEN if "openid" in situation.settings.get("OPENID_SCOPE", "").split() else "scope.no-openid"
        return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause=cause)
    client_id = situation.settings.get("OPENID_CLIENT_ID", "")
    cause, detail = id_token_fault(token.id_token, metadata, client_id, nonce=nonce, now=situation.now)
    if cause:
        return _protocol(release, cause, detail)
    return _person(situation, token.id_token.claims)


def _client_fault(situation: OpenIdSituation) -> str:
    """Return why the provider refuses the token request (RFC 6749 section 5.2), as far as the registration is known.

    With a secret LibreChat authenticates by client_secret_post whatever is advertised (openid-client 6.5.0, ``Configuration``).
    """
    client, secret = situation.client, client_secret(situation.settings)
    if secret and client.is_public:
        return "secret.public"
    if secret and not client.post_allowed:
        return "secret.method"
    if client.secret is not None and secret != client.secret:
        return "secret.wrong" if secret else "secret.missing"
    return "" if situation.callback.code_is_valid else "token.code"


def _userinfo(situation: OpenIdSituation, subject: str) -> Mapping[str, Any] | None:
    if endpoint_fault(situation.discovery.fields, "userinfo_endpoint"):
        return None
    wants_exchange = is_enabled(situation.settings.get("OPENID_ON_BEHALF_FLOW_FOR_USERINFO_REQUIRED"))
    if wants_exchange and not situation.on_behalf_of:
        return None
    return userinfo_of(situation.userinfo, subject)


def _person(situation: OpenIdSituation, id_claims: Mapping[str, Any]) -> SignInVerdict:
    """Return how it ends from the claims on: domain, account, role, model, administrator, role sync (``processOpenIDAuth``)."""
    settings, release = situation.settings, situation.release
    subject = str(id_claims.get("sub", ""))
    userinfo = _userinfo(situation, subject)
    claims = {**id_claims, **(userinfo or {})}
    sources = RoleSources(access=situation.token.access_claims, id=id_claims, userinfo=claims)
    email, name, username = (
        email_of(settings, release, claims),
        name_of(settings, claims),
        username_of(settings, claims),
    )
    account = known_account(subject, email, situation.accounts, "openid")
    fault = domain_fault(email, situation.allowed_domains, release) or (
        account if isinstance(account, AccountFault) else None
    )
    if (
        isinstance(account, AccountFault)
        and fault is account
        and release < FALLBACK_SINCE
        and not id_claims.get("email")
    ):
        return SignInVerdict(outcome=Outcome.CALLBACK_409, cause=account.cause, detail=account.detail)
    if fault is not None:
        return _account(fault)
    if (role_fault := required_role_fault(settings, release, sources)) is not None:
        return _role(role_fault)
    verified = claims.get("email_verified", False)
    if (fault := model_fault(email, name, username, verified=verified)) is not None:
        http = endpoint_fault(situation.discovery.fields, "userinfo_endpoint") == "http"
        return _account(fault._replace(cause="discovery.http-endpoint", detail="userinfo_endpoint") if http else fault)
    admin = becomes_admin(settings, release, sources)
    synced = synced_role(settings, release, sources, situation.roles)
    for each in (admin, synced):
        if isinstance(each, RoleFault):
            return _role(each)
    person = Person(
        email=str(email).lower(),
        name=str(name or ""),
        username=str(username or "").lower(),
        email_verified=is_verified(verified),
        role="ADMIN" if admin is True else synced if isinstance(synced, str) else "USER",
        role_by="OPENID_ADMIN_ROLE" if admin is True else "OPENID_ROLE_SYNC_ENABLED" if isinstance(synced, str) else "",
        is_new=not isinstance(account, KnownAccount),
    )
    return _finished(situation, person, _notes(situation, id_claims, userinfo))


def _account(fault: AccountFault) -> SignInVerdict:
    outcome = Outcome.REFUSED_400 if fault.is_invalid else Outcome.AUTH_FAILED
    return SignInVerdict(outcome=outcome, cause=fault.cause, detail=fault.detail)


def _role(fault: RoleFault) -> SignInVerdict:
    outcome = Outcome.SERVER_ERROR if fault.is_error else Outcome.AUTH_FAILED
    return SignInVerdict(outcome=outcome, cause=fault.cause, detail=fault.detail)


def _notes(
    situation: OpenIdSituation, id_claims: Mapping[str, Any], userinfo: Mapping[str, Any] | None
) -> tuple[str, ...]:
    settings, release = situation.settings, situation.release
    notes = []
    if not email_of(settings, release, id_claims) and userinfo is not None:
        notes.append("claims.userinfo-only")
    if name_of(settings, {**id_claims, **(userinfo or {})}) == email_of(
        settings, release, {**id_claims, **(userinfo or {})}
    ):
        notes.append("claims.name")
    if "," in settings.get("OPENID_ADMIN_ROLE", ""):
        notes.append("admin.list")
    return tuple(notes)


def _finished(situation: OpenIdSituation, person: Person, notes: tuple[str, ...]) -> SignInVerdict:
    """Return how it ends once LibreChat knows the person: cookies, redirect, the first call of the API."""
    settings, release = situation.settings, situation.release
    if name := tokens_fault(settings):
        return SignInVerdict(outcome=Outcome.SERVER_ERROR, cause="session.lifetime", detail=name)
    if settings.get("DOMAIN_CLIENT") is None:
        outcome = Outcome.SERVER_ERROR if release >= NEEDS_CLIENT_SINCE else Outcome.CALLBACK_200
        return SignInVerdict(outcome=outcome, cause="redirect.no-client")
    if is_enabled(settings.get("OPENID_REUSE_TOKENS")) and (cause := reuse_fault(situation.token, situation.keys)):
        lost = Outcome.NOT_KEPT if cause == "reuse.no-refresh" else Outcome.TOKEN_REJECTED
        return SignInVerdict(outcome=lost, cause=cause, person=person)
    end = place(authorization_parameters(settings, release)["redirect_uri"])
    if not keeps_session(settings, release, end):
        return SignInVerdict(outcome=Outcome.NOT_KEPT, cause="session.two-hosts", person=person)
    return SignInVerdict(outcome=Outcome.SIGNED_IN, notes=notes, person=person)
