"""What no recorded row shows of sign-ins through social providers: other errors, odd profiles, accounts that are there, a lost cookie."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.records import openid_verdicts
from tests.wizard.librechat.social_rows import situation_of
from wizard.librechat.openid_situation import KnownAccount, Outcome
from wizard.librechat.releases import Release
from wizard.librechat.social_profile import social_profile
from wizard.librechat.social_situation import SocialSituation
from wizard.librechat.social_verdict import social_sign_in

PROVIDERS = ("google", "github", "discord", "facebook", "apple")
WORKS = {"discord": "discord.with-avatar", "facebook": "facebook.user-denies"}


def works(provider: str) -> SocialSituation:
    row = next(row for row in openid_verdicts() if row["id"] == WORKS.get(provider, f"{provider}.works"))
    return situation_of(row)


@pytest.mark.parametrize("provider", ["google", "github", "apple"])
def test_an_account_of_the_same_provider_is_used_whatever_its_id_is(provider: str) -> None:
    situation = works(provider)
    account = KnownAccount(provider=provider, email=situation.profile.email.upper(), subject="an-old-id")
    verdict = social_sign_in(replace(situation, accounts=(account,)))
    assert verdict.person is not None, "as LibreChat's own tests have it (socialLogin.test.js)"
    assert not verdict.person.is_new


@pytest.mark.parametrize(
    ("error", "outcome"), [("access_denied", Outcome.AUTH_FAILED), ("user_cancelled_authorize", Outcome.SERVER_ERROR)]
)
def test_one_error_alone_leads_back_to_the_sign_in_page(error: str, outcome: Outcome) -> None:
    assert social_sign_in(replace(works("apple"), error=error)).outcome is outcome


@pytest.mark.parametrize(
    ("release", "server", "outcome"),
    [
        (Release(0, 8, 8), "http://chat.local", Outcome.AUTH_FAILED),
        (Release(0, 8, 7), "http://chat.local", Outcome.NOT_KEPT),
        (Release(0, 8, 8), "https://chat.local", Outcome.SIGNED_IN),
    ],
)
def test_a_cookie_that_browsers_drop(release: Release, server: str, outcome: Outcome) -> None:
    situation = works("google")
    settings = {**situation.settings, "DOMAIN_CLIENT": server, "DOMAIN_SERVER": server}
    app = replace(situation.app, redirect_uris=None)
    assert social_sign_in(replace(situation, settings=settings, release=release, app=app)).outcome is outcome


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("odd", [{}, {"email": 5, "id": [], "sub": {}, "name": ["x"]}, {"email": None, "picture": 0}])
def test_odd_profiles_are_no_crash_and_sign_nobody_in(provider: str, odd: dict[str, Any]) -> None:
    for emails in (None, 5, [], [5, {"primary": True, "email": {}}]):
        profile = social_profile(provider, odd, emails)
        assert profile.email == ""
        assert social_sign_in(replace(works(provider), error="", profile=profile)).person is None


def test_github_takes_the_primary_address() -> None:
    listed = [{"email": "a@x.org"}, {"email": "b@x.org", "primary": True}]
    assert social_profile("github", {"email": "public@x.org"}, listed).email == "b@x.org"
    assert social_profile("github", {"email": "public@x.org"}, listed[:1]).email == "public@x.org"
    assert not social_profile("github", {"email": "public@x.org"}, None).emails_allowed
