"""Files against what a real LibreChat said of itself: neither side is the model's own, so that a wrong model shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from checks.site.instance.compare import ASKED, applied, differences
from checks.site.session.registered import INSTANCE
from tests.checks.site.instance.asking import ask, ids, subject
from tests.screens.demo.records import Replay
from tests.servers.answering import Answering, Asked, answer
from tests.wizard.librechat.observed import AFTER, BEFORE, CONFIGS, observations
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Status
from wizard.deployment.model import Deployment
from wizard.librechat.releases import RECORDED

Change = Callable[[Mapping[str, Any]], Mapping[str, str | None]]
"""From the answer of the running LibreChat to the lines with which it would answer otherwise; ``None`` takes a line out."""


def switch(key: str, name: str) -> Change:
    return lambda shown: {name: "false" if shown[key] else " TRUE "}


def provider(key: str, name: str, **values: str) -> Change:
    """Take one variable away from a provider that is on; give all of them to one that is off."""
    return lambda shown: {name: ""} if shown[key] else {name: "x", **values}


APPLE = {"APPLE_CLIENT_ID": "x", "APPLE_TEAM_ID": "x", "APPLE_KEY_ID": "x", "APPLE_PRIVATE_KEY_PATH": "/app/key.p8"}
OPENID = {"OPENID_CLIENT_ID": "x", "OPENID_CLIENT_SECRET": "x", "OPENID_SESSION_SECRET": "x"}
MAIL = {"EMAIL_SERVICE": "gmail", "EMAIL_USERNAME": "u", "EMAIL_PASSWORD": "p", "EMAIL_FROM": "chat@example.com"}
SAML = {"SAML_ENTRY_POINT": "https://x", "SAML_ISSUER": "x", "SAML_CERT": "x", "SAML_SESSION_SECRET": "x"}
LDAP = {"LDAP_URL": "ldap://x", "LDAP_USER_SEARCH_BASE": " "}
CHANGES: Mapping[str, Change] = {
    "DOMAIN_SERVER": lambda shown: {"DOMAIN_SERVER": f"{shown['serverDomain']}/other"},
    "ALLOW_REGISTRATION": switch("registrationEnabled", "ALLOW_REGISTRATION"),
    "ALLOW_EMAIL_LOGIN": lambda shown: {"ALLOW_EMAIL_LOGIN": "" if shown["emailLoginEnabled"] else None},
    "ALLOW_PASSWORD_RESET": switch("passwordResetEnabled", "ALLOW_PASSWORD_RESET"),
    "ALLOW_SOCIAL_LOGIN": switch("socialLoginEnabled", "ALLOW_SOCIAL_LOGIN"),
    "EMAIL_PASSWORD": lambda _: MAIL,
    "MIN_PASSWORD_LENGTH": lambda shown: {"MIN_PASSWORD_LENGTH": "0" if "minPasswordLength" in shown else " +10 chars"},
    "GOOGLE_CLIENT_SECRET": provider("googleLoginEnabled", "GOOGLE_CLIENT_SECRET", GOOGLE_CLIENT_ID="x"),
    "GITHUB_CLIENT_SECRET": provider("githubLoginEnabled", "GITHUB_CLIENT_SECRET", GITHUB_CLIENT_ID="x"),
    "DISCORD_CLIENT_ID": provider("discordLoginEnabled", "DISCORD_CLIENT_ID", DISCORD_CLIENT_SECRET="x"),
    "FACEBOOK_CLIENT_ID": provider("facebookLoginEnabled", "FACEBOOK_CLIENT_ID", FACEBOOK_CLIENT_SECRET="x"),
    "APPLE_TEAM_ID": lambda _: APPLE,
    "OPENID_ISSUER": provider("openidLoginEnabled", "OPENID_ISSUER", **OPENID),
    "OPENID_CLIENT_SECRET": provider("openidLoginEnabled", "OPENID_CLIENT_SECRET", **OPENID, OPENID_ISSUER="x"),
    "OPENID_BUTTON_LABEL": lambda _: {"OPENID_BUTTON_LABEL": "Staff"},
    "OPENID_AUTO_REDIRECT": switch("openidAutoRedirect", "OPENID_AUTO_REDIRECT"),
    "LDAP_URL": lambda _: LDAP,
    "APP_TITLE": lambda shown: {"APP_TITLE": f"{shown['appTitle']} 2"},
}
"""By the setting that the finding has to name."""
NO_DIFFERENCE: Mapping[str, Mapping[str, str]] = {
    "mail without a login": {"EMAIL_HOST": "mail.example.com", "EMAIL_FROM": "chat@example.com"},
    "Mailgun": {"MAILGUN_API_KEY": "k", "MAILGUN_DOMAIN": "example.com", "EMAIL_FROM": "chat@example.com"},
    "Apple without a team": {**APPLE, "APPLE_TEAM_ID": ""},
    "Google without a secret": {"GOOGLE_CLIENT_ID": "x"},
    "OpenID's scope": {"OPENID_SCOPE": ""},
    "LDAP without a base": {**LDAP, "LDAP_USER_SEARCH_BASE": ""},
}
"""Lines that change nothing of what LibreChat says."""


@pytest.fixture(scope="module")
def observed(samples: Path) -> Replay:
    return observations(samples)


def cases(observed: Replay) -> Iterator[tuple[str, dict[str, str], dict[str, Any]]]:
    """Give each recorded case: its name, its settings, and what LibreChat said before and after a sign-in."""
    count = 0
    for case in observed.at((CONFIGS,)):
        for when in (BEFORE, AFTER):
            if when in case:
                count += 1
                yield f"{case['case']}: {when}", observed.environment(case["settings"]), case[when]["body"]
    assert count > 30


def files(settings: Mapping[str, str | None]) -> Deployment:
    lines = {name: text for name, text in settings.items() if text is not None}
    return deployment()._replace(settings=lines, release=RECORDED)


def test_librechat_that_runs_with_the_files(observed: Replay) -> None:
    for name, settings, shown in cases(observed):
        finding = applied(shown, files(settings))
        assert (finding.id, finding.status) == ("instance.applied", Status.PASS), (name, finding.evidence)


@pytest.mark.parametrize("name", CHANGES)
def test_one_setting_edited_and_not_applied(observed: Replay, name: str) -> None:
    for case, settings, shown in cases(observed):
        finding = applied(shown, files({**settings, **CHANGES[name](shown)}))
        assert (finding.id, finding.status) == ("instance.not-applied", Status.FAIL), case
        assert name in finding.settings, case


@pytest.mark.parametrize("what", NO_DIFFERENCE)
def test_lines_that_librechat_does_not_tell_of(observed: Replay, what: str) -> None:
    for case, settings, shown in cases(observed):
        if not shown["openidLoginEnabled"]:
            assert list(differences(shown, files({**settings, **NO_DIFFERENCE[what]}))) == [], case


def test_saml_is_hidden_behind_openid(observed: Replay) -> None:
    for case, settings, shown in cases(observed):
        found = [each.key for each in differences(shown, files({**settings, **SAML}))]
        assert found == ([] if shown["openidLoginEnabled"] else ["samlLoginEnabled"]), case


def test_every_key_that_is_compared_is_changed_here() -> None:
    tried = {*CHANGES, "SAML_ENTRY_POINT"}
    assert [key for key, names in ASKED.items() if not tried & set(names)] == []


async def test_the_whole_check(observed: Replay) -> None:
    """Over HTTP: the recorded answer, the files of its case, and those files with registration turned over."""
    strangers = [case for case in cases(observed) if case[0].endswith(BEFORE)]
    for case, settings, shown in strangers:
        body = json.dumps(shown)

        def librechat(asked: Asked, body: str = body) -> bytes:
            return answer(200, body) if asked.path == "/api/config" else answer(200, "Refresh token not provided")

        async with Answering(librechat) as server:
            asking = subject(f"http://localhost:{server.port}")
            same = await ask(asking._replace(deployment=files(settings)), INSTANCE)
            assert ids(same)["instance.applied"] == "PASS", case
            edited = files({**settings, **CHANGES["ALLOW_REGISTRATION"](shown)})
            other = await ask(asking._replace(deployment=edited), INSTANCE)
            found = next(finding for finding in other.findings if finding.id == "instance.not-applied")
            assert found.settings == ("ALLOW_REGISTRATION",), case
