"""The way through the steps: complete, short where it may be, and never losing an answer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from screens.demo.folder import make
from wizard import catalogue
from wizard.answers.draft import Draft, Generate, Typed
from wizard.basics.secret import Secret
from wizard.catalogue.accept import Accepted, accept
from wizard.catalogue.model import Kind
from wizard.catalogue.questions import EXTENT, MAIL_PRESET, OPENID_PRESET, PROVIDERS, QUESTIONS, question, variable_id
from wizard.interview.interview import Interview
from wizard.interview.presets import MAIL, console_values, presets, recommended
from wizard.interview.preview import look_ahead, values_of
from wizard.interview.steps import (
    STEPS,
    chosen_providers,
    listed,
    neighbour,
    shown_questions,
    step,
    step_of,
    steps_in_order,
)
from wizard.librechat.releases import NEWEST, Release


def draft(**typed: str) -> Draft:
    made = Draft()
    for name, text in typed.items():
        identity = name if question_exists(name) else variable_id(name)
        made = made.give(identity, Typed(text))
    return made


def question_exists(name: str) -> bool:
    return any(one.id == name for one in QUESTIONS)


def test_every_setting_is_asked_in_exactly_one_step() -> None:
    asked = Counter(name for one in STEPS for name in one.all_questions)
    assert [name for name, count in asked.items() if count > 1] == []
    assert {one.id for one in (*catalogue.SETTINGS, *QUESTIONS)} <= set(asked)
    for name in asked:
        assert question(name).title
        assert name in step_of(name).all_questions


def test_the_short_way_has_at_most_eight_steps() -> None:
    assert [one.id for one in steps_in_order(Draft(), {})] == [
        *("welcome", "access", "accounts", "mail", "providers", "checks", "review", "done"),
    ]


def test_everything_visits_every_step_but_unchosen_providers() -> None:
    found = [one.id for one in steps_in_order(Draft().give(EXTENT, Typed("everything")), {})]
    beside = {"retired", "kubernetes"}
    assert found == [one.id for one in STEPS if not one.provider and one.id not in beside]


def test_kubernetes_is_asked_about_where_librechat_runs_there() -> None:
    chosen = Draft().give("librechat.stack", Typed("helm"))
    assert [one.id for one in steps_in_order(chosen, {})][:3] == ["welcome", "access", "kubernetes"]
    asked = shown_questions(step("kubernetes"), chosen, {}, Release(0, 8, 8), everything=False)
    assert "kubernetes.replicas" in asked
    assert "kubernetes.ingress.class" not in asked
    over_https = chosen.give("access", Typed("https-existing"))
    assert "kubernetes.ingress.class" in shown_questions(
        step("kubernetes"), over_https, {}, Release(0, 8, 8), everything=False
    )


def test_the_list_of_steps_has_kubernetes_only_where_it_is_chosen_or_stood_at() -> None:
    chosen = Draft().give("librechat.stack", Typed("helm"))
    for draft_, current, is_listed in (
        (Draft(), "access", False),
        (chosen, "access", True),
        (Draft(), "kubernetes", True),
    ):
        names = [one.id for one in listed(current, draft_, {})]
        assert ("kubernetes" in names) is is_listed
        assert "retired" in names
        assert "google" not in names


def test_chosen_providers_get_a_step_each_in_order() -> None:
    chosen = Draft().give(PROVIDERS, Typed("saml,google"))
    assert [one.id for one in steps_in_order(chosen, {}) if one.provider] == ["google", "saml"]
    assert chosen_providers(Draft(), {"GITHUB_CLIENT_ID": "x"}) == ("github",)


def test_next_and_back_are_opposites() -> None:
    here, seen = "welcome", ["welcome"]
    while (following := neighbour(here, 1, Draft(), {})) is not None:
        assert neighbour(following, -1, Draft(), {}) == here
        here = following
        seen.append(here)
    assert seen == [one.id for one in steps_in_order(Draft(), {})]


def test_a_step_beside_the_way_leads_back_to_it() -> None:
    assert neighbour("sessions", 1, Draft(), {}) == "mail"
    assert neighbour("sessions", -1, Draft(), {}) == "accounts"


@pytest.mark.parametrize(
    ("access", "shown", "hidden"),
    [
        ("localhost", (), ("settings.DOMAIN_CLIENT", "proxy.certificate", "proxy.server", "proxy.hops")),
        (
            "https-proxy",
            ("settings.DOMAIN_CLIENT", "proxy.certificate", "proxy.email"),
            ("proxy.hops", "proxy.key_file"),
        ),
        ("https-existing", ("proxy.server", "proxy.hops"), ("proxy.certificate",)),
        ("http-lan", ("settings.DOMAIN_CLIENT",), ("proxy.server", "proxy.certificate")),
    ],
)
def test_access_asks_only_what_follows_from_it(access: str, shown: tuple[str, ...], hidden: tuple[str, ...]) -> None:
    asked = shown_questions(step("access"), draft(access=access), {}, NEWEST, everything=False)
    assert set(shown) <= set(asked)
    assert not set(hidden) & set(asked)


def test_hsts_is_not_among_the_essentials() -> None:
    asked = shown_questions(step("access"), draft(access="https-proxy"), {}, NEWEST, everything=False)
    assert "proxy.hsts" not in asked
    assert "proxy.hsts" in shown_questions(step("access"), draft(access="https-proxy"), {}, NEWEST, everything=True)


def test_an_answer_of_its_own_is_always_shown() -> None:
    given = draft(SESSION_COOKIE_SECURE="true")
    assert "settings.SESSION_COOKIE_SECURE" in shown_questions(step("sessions"), given, {}, NEWEST, everything=False)


def test_what_the_release_does_not_read_is_not_asked() -> None:
    old = shown_questions(step("protection"), Draft(), {}, Release(0, 7, 0), everything=False)
    assert "settings.MIN_PASSWORD_LENGTH" not in old
    assert "settings.MIN_PASSWORD_LENGTH" in shown_questions(step("protection"), Draft(), {}, NEWEST, everything=False)
    assert "settings.MIN_PASSWORD_LENGTH" in shown_questions(
        step("protection"), Draft(), {}, Release(0, 7, 0), everything=True
    )


def test_every_preset_and_recommendation_is_a_valid_answer() -> None:
    for preset in (*MAIL, *presets(OPENID_PRESET)):
        for name, text in preset.values.items():
            assert isinstance(accept(catalogue.by_key()[name], text), Accepted), (preset.id, name)
        for name in preset.example:
            assert name in catalogue.by_key()
    present = {"DOMAIN_SERVER": "https://chat.example.com"}
    chosen = Draft().give(PROVIDERS, Typed("google,apple,openid,saml,ldap"))
    for one in STEPS:
        for identity, text in recommended(one, chosen, present, NEWEST).items():
            assert isinstance(accept(question(identity), text), Accepted), identity
            assert identity in one.all_questions, identity


def test_recommendations_leave_answers_alone() -> None:
    assert "settings.ALLOW_REGISTRATION" not in recommended(
        step("accounts"), draft(ALLOW_REGISTRATION="true"), {}, NEWEST
    )


@pytest.mark.parametrize(
    ("mail", "release", "reset"),
    [
        ({"EMAIL_SERVICE": "gmail"}, "v0.8.8-rc1", "true"),
        ({"EMAIL_HOST": "mail.example.net"}, "v0.8.4", "true"),
        ({"EMAIL_HOST": "mail.example.net"}, "v0.8.3", "false"),
        ({"MAILGUN_API_KEY": "k"}, "v0.8.8-rc1", "false"),
        ({"MAILGUN_API_KEY": "k", "MAILGUN_DOMAIN": "example.net"}, "v0.8.8-rc1", "true"),
    ],
)
def test_password_reset_is_recommended_where_librechat_sends_mail(
    mail: dict[str, str], release: str, reset: str
) -> None:
    """Without mail LibreChat shows the reset link to whoever asks."""
    other = "false" if reset == "true" else "true"
    present = {"EMAIL_FROM": "chat@example.net", "ALLOW_PASSWORD_RESET": other, **mail}
    found = recommended(step("accounts"), Draft(), present, Release.parse(release))
    assert found["settings.ALLOW_PASSWORD_RESET"] == reset


@pytest.mark.parametrize("provider", ["google", "github", "discord", "facebook", "apple", "openid", "saml"])
def test_console_shows_the_redirect_address_to_paste(provider: str) -> None:
    values = {"DOMAIN_SERVER": "https://chat.example.com/", "DOMAIN_CLIENT": "https://chat.example.com"}
    texts = [one.text for one in console_values(step(provider), values)]
    assert texts[0] == f"https://chat.example.com/oauth/{provider}/callback"


def test_draft_knows_faults_and_forgets_nothing() -> None:
    wrong = draft(EMAIL_PORT="99999", DOMAIN_CLIENT="chat.example.com")
    assert wrong.fault("settings.EMAIL_PORT") is not None
    assert wrong.text("settings.DOMAIN_CLIENT") == "chat.example.com"
    assert wrong.fault("settings.APP_TITLE") is None
    hops = Draft().give("proxy.hops", Typed("many"))
    assert hops.fault("proxy.hops") is not None
    domains = Draft().give("registration.allowedDomains", Typed("example.com, http://x"))
    assert domains.fault("registration.allowedDomains") is not None


def test_mailgun_hides_the_smtp_server() -> None:
    asked = shown_questions(step("mail"), Draft().give(MAIL_PRESET, Typed("mailgun")), {}, NEWEST, everything=False)
    assert "settings.MAILGUN_API_KEY" in asked
    assert "settings.EMAIL_HOST" not in asked


def test_secrets_of_a_draft_do_not_show_in_its_text() -> None:
    hidden = Draft().give("settings.JWT_SECRET", Typed(Secret("clear-text"))).give("settings.CREDS_KEY", Generate())
    assert "clear-text" not in repr(hidden)
    assert all(one.kind is not Kind.SECRET or one.secret for one in QUESTIONS)


def test_console_lines_are_called_as_the_provider_calls_them() -> None:
    values = {"DOMAIN_SERVER": "https://chat.example.com/"}
    lines = console_values(step("openid"), values, "authelia")
    assert [tuple(line) for line in lines] == [
        ("redirect_uris", "https://chat.example.com/oauth/openid/callback"),
        ("scopes", "openid profile email"),
        ("token_endpoint_auth_method", "client_secret_post"),
    ]
    assert console_values(step("openid"), values, "google")[1].text == "https://chat.example.com"
    assert console_values(step("openid"), values)[0].label == "Redirect URI"


def test_another_preset_takes_back_what_the_first_one_answered(tmp_path: Path) -> None:
    make(tmp_path)
    interview = Interview(tmp_path)
    nonce = "settings.OPENID_GENERATE_NONCE"
    interview.answer(OPENID_PRESET, "cognito")
    assert interview.draft.text(nonce) == "true"
    interview.answer(OPENID_PRESET, "keycloak")
    assert interview.draft.text(nonce) is None
    assert interview.draft.text("settings.OPENID_BUTTON_LABEL") == "Continue with Keycloak"
    interview.answer("settings.OPENID_BUTTON_LABEL", "Mine")
    interview.answer(OPENID_PRESET, "other")
    assert interview.draft.text("settings.OPENID_BUTTON_LABEL") == "Mine"


def test_a_preset_keeps_what_a_person_chose_and_goes_with_its_answer(tmp_path: Path) -> None:
    make(tmp_path)
    own = "OPENID_BUTTON_LABEL=Firma\nOPENID_NAME_CLAIM=preferred_username\nOPENID_SCOPE=openid profile email groups\n"
    issuer = "OPENID_ISSUER=https://id.example.com\nOPENID_CLIENT_ID=x\n"
    (tmp_path / ".env").write_text(f"{own}{issuer}")
    interview = Interview(tmp_path)
    interview.answer(PROVIDERS, "openid")
    interview.answer(OPENID_PRESET, "google")
    filled = {
        name: interview.draft.text(variable_id(name))
        for name in ("OPENID_BUTTON_LABEL", "OPENID_NAME_CLAIM", "OPENID_SCOPE")
    }
    assert set(filled.values()) == {None}
    assert interview.draft.text("settings.OPENID_ISSUER") == "https://accounts.google.com"
    entry = interview.draft.entries[OPENID_PRESET]
    interview.give(OPENID_PRESET, None)
    assert interview.draft.text("settings.OPENID_ISSUER") is None
    interview.give(OPENID_PRESET, entry)
    assert interview.draft.text("settings.OPENID_ISSUER") == "https://accounts.google.com"


def test_the_entity_id_of_saml_is_the_address_unless_there_is_one() -> None:
    found = recommended(step("saml"), Draft(), {"DOMAIN_SERVER": "https://chat.example.com/"}, NEWEST)
    assert found["settings.SAML_ISSUER"] == "https://chat.example.com"
    present = {"DOMAIN_SERVER": "https://chat.example.com", "SAML_ISSUER": "urn:chat"}
    assert "settings.SAML_ISSUER" not in recommended(step("saml"), Draft(), present, NEWEST)


def test_a_product_of_saml_and_of_ldap_fills_in_what_is_the_same_for_everybody(tmp_path: Path) -> None:
    make(tmp_path)
    interview = Interview(tmp_path)
    interview.answer("guide.saml", "keycloak")
    assert interview.draft.text("settings.SAML_USE_AUTHN_RESPONSE_SIGNED") == "true"
    interview.answer("guide.saml", "simplesamlphp")
    assert interview.draft.text("settings.SAML_USE_AUTHN_RESPONSE_SIGNED") is None
    assert interview.draft.text("settings.SAML_EMAIL_CLAIM") == "mail"
    interview.answer("guide.ldap", "freeipa")
    assert "nsAccountLock" in (interview.draft.text("settings.LDAP_SEARCH_FILTER") or "")
    lines = console_values(step("saml"), {"DOMAIN_SERVER": "https://chat.example.com"}, "keycloak")
    assert lines[2] == ("Client signature required", "Off")


def test_what_is_to_a_persons_taste_survives_another_product_the_recommendation_and_its_own_return(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    label, scope = "settings.OPENID_BUTTON_LABEL", "settings.OPENID_SCOPE"
    (tmp_path / ".env").write_text(
        "OPENID_BUTTON_LABEL=Continue with Keycloak\nOPENID_SCOPE=openid profile email offline_access\nOPENID_CLIENT_ID=x\n"
    )
    interview = Interview(tmp_path)
    interview.answer(OPENID_PRESET, "okta")
    assert interview.draft.text(label) == "Continue with Okta", "what another product's preset wrote is nobody's taste"
    interview.answer(OPENID_PRESET, "")
    interview.answer(OPENID_PRESET, "auth0")
    assert interview.draft.text(label) == "Continue with Auth0"
    interview.answer(label, "Company SSO")
    interview.answer(OPENID_PRESET, "auth0")
    assert interview.draft.text(label) == "Company SSO"
    interview.go("openid")
    interview.recommend()
    assert interview.draft.text(scope) is None
    interview.answer(MAIL_PRESET, "own")
    interview.answer("settings.EMAIL_PORT", "465")
    entry = interview.draft.entries[MAIL_PRESET]
    interview.give(MAIL_PRESET, None)
    interview.give(MAIL_PRESET, entry)
    assert interview.draft.text("settings.EMAIL_PORT") == "465"


def test_a_sample_in_another_encoding_is_no_taste(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / ".env").write_text("OPENID_BUTTON_LABEL=Firma\n")
    (tmp_path / ".env.example").write_bytes("A=\u00fc\n".encode("utf-16"))
    interview = Interview(tmp_path)
    interview.answer(OPENID_PRESET, "okta")
    assert interview.draft.text("settings.OPENID_BUTTON_LABEL") is None


@pytest.mark.parametrize(
    ("access", "dotenv", "address"),
    [
        ("localhost", "DOMAIN_SERVER=https://chat.example.com\nPORT=3090\n", "http://localhost:3090"),
        ("http-lan", "DOMAIN_SERVER=https://chat.example.com\n", ""),
        ("https-existing", "DOMAIN_SERVER=https://chat.example.com\n", "https://chat.example.com"),
        ("https-existing", "DOMAIN_SERVER=http://localhost:3080\n", ""),
    ],
)
def test_the_address_of_another_way_is_no_address_of_this_one(
    tmp_path: Path, access: str, dotenv: str, address: str
) -> None:
    make(tmp_path)
    (tmp_path / ".env").write_text(dotenv)
    interview = Interview(tmp_path)
    interview.answer("access", access)
    assert values_of(interview, None).get("DOMAIN_SERVER", "") == address


def test_the_address_of_the_example_is_an_answer_once_it_is_typed(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / ".env").unlink(missing_ok=True)
    interview = Interview(tmp_path)
    client = variable_id("DOMAIN_CLIENT")
    stock = interview.present["DOMAIN_CLIENT"]
    interview.answer("access", "https-existing")
    interview.answer(client, stock)
    assert interview.draft.text(client) == stock
    problems = [text for kind, text in look_ahead(interview).by_question[client] if kind == "problem"]
    assert problems
    assert not any("not set" in text for text in problems)
