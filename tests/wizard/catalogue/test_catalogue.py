"""The catalogue: complete beside LibreChat's own samples, consistent in itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wizard import catalogue
from wizard.catalogue.accept import Accepted, ValueFault, accept
from wizard.catalogue.model import Kind, Section, Setting
from wizard.catalogue.questions import QUESTIONS
from wizard.librechat.releases import NEWEST, Release

FAMILIES = (
    "AGENT", "ANALYTICS", "ANTHROPIC", "ANYSCALE", "APIPIE", "ASSISTANTS", "AWS", "AZURE", "BEDROCK", "BINGAI", "CHECK_BALANCE",
    "CODE_ENVIRONMENT", "CODE_SANDBOX", "COHERE", "CONSOLE_JSON", "CONTINUE_ON", "CONVERSATION", "CUSTOM_FOOTER", "DALLE", "DATABRICKS",
    "DEBUG_CONSOLE", "DEBUG_LOGGING", "DEBUG_OPENAI", "DEBUG_PLUGINS", "DEEPSEEK", "DEPLOYMENT", "DISABLE_COMPRESSION", "E2E",
    "EMBEDDINGS", "ENABLE_IMAGE", "ENABLE_STATIC", "ENDPOINTS", "FILE_PREVIEW", "FILE_UPLOAD_SSE", "FILE_USAGE", "FIREBASE",
    "FIRECRAWL", "FIREWORKS", "FLUX", "GEMINI", "GENERATION", "GOOGLE_API", "GOOGLE_AUTH", "GOOGLE_CLOUD", "GOOGLE_CSE",
    "GOOGLE_KEY", "GOOGLE_LOC", "GOOGLE_MODELS", "GOOGLE_REVERSE", "GOOGLE_SAFETY", "GOOGLE_SEARCH", "GOOGLE_SERVICE",
    "GOOGLE_TITLE", "GROQ", "HELP_AND_FAQ", "HTTP_HEADERS", "HTTP_KEEP", "HTTP_REQUEST", "HUGGINGFACE", "IMAGE", "INDEX",
    "JINA", "KEENABLE", "LANGFUSE", "LEADER", "LIBRECHAT_CODE", "LOG_TO", "MCP", "MEILI_HOST", "MEILI_NO", "MEM", "MISTRAL", "MONGO_AUTO",
    "MONGO_MAX", "MONGO_MIN", "MONGO_WAIT", "NODE_MAX", "NODE_OPTIONS", "NO_INDEX", "OPENAI_API", "OPENAI_FORCE",
    "OPENAI_MODELS", "OPENAI_ORG", "OPENAI_REVERSE", "OPENAI_SUMM", "OPENAI_TITLE", "OPENROUTER", "OPENWEATHER", "OTEL",
    "PERPLEXITY", "PLUGIN", "RAG", "REDIS_MAX", "REDIS_PING", "REMOTE_FILE", "RUM", "SCHEDULES", "SD_WEBUI", "SEARCH", "SERPAPI", "SERPER",
    "SHOW_BIRTHDAY", "SHUTTLEAI", "START_BALANCE", "STATIC", "STEER", "STREAM", "STT_API", "TAVILY", "TITLE_CONVO",
    "TOGETHERAI", "TRAVERSAAL", "TTS_API", "UNIFY", "WOLFRAM", "XAI", "YOUTUBE", "ZAPIER",
)  # fmt: skip
"""Beginnings of names that have nothing to do with sign-in: models, search, storage, logs, tracing."""


def sample_names(samples: Path) -> set[str]:
    """Every name of every sample, also of lines that are comments there."""
    # Files of a release that came out after the catalogue name what it does not know yet.
    known = [path for path in sorted(samples.glob("v*/.env.example")) if Release.parse(path.parent.name) <= NEWEST]
    texts = [path.read_text(encoding="utf-8") for path in known]
    assert len(texts) >= 9
    return {name for text in texts for name in re.findall(r"(?m)^\s*(?:#\s*)?([A-Z][A-Z0-9_]{2,})=", text)}


def test_every_variable_of_the_samples_is_known_or_none_of_ours(samples: Path) -> None:
    unknown = {
        name for name in sample_names(samples) if name not in catalogue.by_key() and not name.startswith(FAMILIES)
    }
    assert unknown == set()


def test_the_list_of_other_families_holds_nothing_in_vain(samples: Path) -> None:
    names = sample_names(samples) - set(catalogue.by_key())
    assert [family for family in FAMILIES if not any(name.startswith(family) for name in names)] == []


def test_names_are_unique_and_sections_exist() -> None:
    assert len(catalogue.by_key()) == len(catalogue.SETTINGS)
    assert {setting.section for setting in catalogue.SETTINGS} == {section.id for section in catalogue.SECTIONS}


@pytest.mark.parametrize("section", catalogue.SECTIONS, ids=lambda section: section.id)
def test_a_section_is_consistent(section: Section) -> None:
    assert section.title
    assert section.intro.endswith(".")
    assert section.source_release <= NEWEST
    assert {setting.section for setting in section.settings} == {section.id}


def test_a_setting_has_what_its_section_states_once() -> None:
    names = catalogue.by_key()
    email = "https://www.librechat.ai/docs/configuration/authentication/email"
    assert (names["EMAIL_PORT"].docs, names["EMAIL_PORT"].since) == (email, Release(0, 6, 5))
    # A release and a page of its own, and no page at all.
    assert (names["EMAIL_HOST"].docs, names["EMAIL_HOST"].since) == (email, Release(0, 4, 0))
    assert names["GOOGLE_CLIENT_ID"].docs.endswith("/OAuth2-OIDC/google")
    # Not the page on one product.
    assert names["OPENID_ISSUER"].docs.endswith("/OAuth2-OIDC")
    assert names["SAML_ISSUER"].docs.endswith("/SAML")
    assert names["GRAPH_API_SCOPES"].docs == ""
    assert names["SESSION_EXPIRY"].source_lines[-1] == "api/server/socialLogins.js:25"
    assert names["EMAIL_ENCRYPTION"].source_lines == (
        "api/server/utils/sendEmail.js:120",
        "api/server/utils/sendEmail.js:122",
    )


def test_no_manual_is_that_of_something_else() -> None:
    """LibreChat's pages on a provider or on email mention many settings: they are the manual of none outside of their own section."""
    own = {
        "/OAuth2-OIDC": {"social", "openid", "openid_roles", "entra"},
        "/SAML": {"saml"},
        "/email": {"email"},
        "/langfuse": set[str](),
    }
    asked_before_email = {"ALLOW_PASSWORD_RESET"}
    wrong = [
        setting.key
        for setting in catalogue.SETTINGS
        for part, sections in own.items()
        if part in setting.docs and setting.section not in sections and setting.key not in asked_before_email
    ]
    assert wrong == []
    addresses = {catalogue.by_key()[name].docs for name in ("DOMAIN_CLIENT", "DOMAIN_SERVER", "TRUST_PROXY")}
    assert addresses == {"https://www.librechat.ai/docs/configuration/dotenv"}


@pytest.mark.parametrize("setting", catalogue.SETTINGS, ids=lambda setting: setting.key)
def test_a_declaration_is_consistent(setting: Setting) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", setting.key)
    for text in (setting.title, setting.help, setting.empty, setting.consequence):
        assert text
        assert text == text.strip()
    assert setting.help.endswith((".", ":"))
    assert setting.docs == "" or re.fullmatch(r"https://www\.librechat\.ai/docs/[\w/-]+", setting.docs)
    assert all(re.fullmatch(r"[\w./-]+\.(js|ts|tsx|mjs|yml|example):\d+", line) for line in setting.source_lines)
    is_read = not setting.unread and setting.until is None and setting.since is not None and setting.since <= NEWEST
    assert bool(setting.source) is is_read
    if setting.default is not None:
        assert isinstance(accept(setting, setting.default), Accepted)
        assert not setting.secret
    for choice in setting.choices:
        assert isinstance(accept(setting, choice.value), Accepted)
    assert bool(setting.choices) is (setting.kind is Kind.CHOICE)
    if setting.generate is not None:
        one, other = setting.generate(), setting.generate()
        assert one != other
        assert isinstance(accept(setting, one), Accepted)
    if setting.since is not None:
        assert setting.since <= NEWEST or setting.section == "next-release"
        assert setting.until is None or setting.since < setting.until
    assert set(setting.conflicts) <= set(catalogue.by_key())
    assert not setting.renamed_to or not catalogue.by_key()[setting.renamed_to].renamed_to


def test_forms_of_generated_secrets() -> None:
    forms = {
        "CREDS_KEY": 64,
        "CREDS_IV": 32,
        "JWT_SECRET": 64,
        "ADMIN_PANEL_SESSION_SECRET": 64,
        "MEILI_MASTER_KEY": 64,
    }
    for name, digits in forms.items():
        generate = catalogue.by_key()[name].generate
        assert generate is not None
        assert re.fullmatch(rf"[0-9a-f]{{{digits}}}", generate())


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("JWT_SECRT", "JWT_SECRET"),
        ("allow_registration", "ALLOW_REGISTRATION"),
        ("OPENID_SCOPES", "OPENID_SCOPE"),
        ("SMTP_HOST", "EMAIL_HOST"),
        ("ALLOW_EMAL_LOGIN", "ALLOW_EMAIL_LOGIN"),
        ("COMPLETELY_DIFFERENT_THING", None),
        ("MEILI_HOST", None),
        ("RAG_API_URL", None),
        ("JTW_SECRET", "JWT_SECRET"),
        ("TRUSTPROXY", "TRUST_PROXY"),
    ],
)
def test_the_nearest_name(name: str, near: str | None) -> None:
    assert catalogue.nearest(name) == near


def test_conditions_look_at_names_that_exist_and_can_hold_and_fail() -> None:
    own = {one.id for one in QUESTIONS}
    for setting in catalogue.SETTINGS:
        for when in filter(None, (setting.applies, setting.required)):
            assert when.names
            assert set(when.names) <= own | set(catalogue.by_key()), setting.key
            assert when.words
            given = {when.holds({name: "x"}) for name in when.names} | {when.holds({})}
            assert given == {False, True}, (setting.key, when.words)


def test_conditions_follow_other_settings() -> None:
    required = catalogue.by_key()["GOOGLE_CLIENT_SECRET"].required
    assert required is not None
    assert not required.holds({})
    assert required.holds({"GOOGLE_CLIENT_ID": "x"})
    needed = catalogue.by_key()["REDIS_URI"].required
    assert needed is not None
    assert not needed.holds({"USE_REDIS": "false"})


@pytest.mark.parametrize(
    "address", ["http://me:Zq7kanarie@h:3128", "me:Zq7kanarie@h", "mongodb://:Zq7kanarie@h/x?token=Zq7"]
)
def test_no_fault_quotes_a_password_that_is_being_typed(address: str) -> None:
    """Every key that is pressed may bring a fault to the screen."""
    for setting in catalogue.SETTINGS:
        if setting.kind in (Kind.URL, Kind.SECRET, Kind.HOST):
            for end in range(address.index("Z") + 1, len(address) + 1):
                verdict = accept(setting, address[:end])
                assert not isinstance(verdict, ValueFault) or "Zq" not in f"{verdict.message}{verdict.remedy}"
