"""The parts of the answers file that go to librechat.yaml, at the same position: who gets in, what people see and share.

From ``configSchema`` (packages/data-provider/src/config.ts); ``since`` is the first release whose schema has the key, or the first that
may have it where the releases between two that were read are not known.
"""

from __future__ import annotations

import re
from typing import Final

from wizard.catalogue import declare
from wizard.catalogue.declare import MANUAL
from wizard.catalogue.model import Choice
from wizard.catalogue.parts import Part, ask
from wizard.librechat.config_file import (
    DIALOG_SINCE,
    DISCOVERY_KEYS_SINCE,
    SHARED_LINKS_SINCE,
    STATE_TTL_SINCE,
    TURNSTILE_SINCE,
    TURNSTILE_SIZES,
)
from wizard.librechat.providers import BUTTONS

_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN: Final = rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})+"
_PAGES: Final = f"{MANUAL}configuration/librechat_yaml/object_structure/"
_STAYS: Final = "It stays as librechat.yaml has it."
_MINUTES: Final = "Write milliseconds from 60000 (a minute) to 3600000 (an hour)."


def _mail_domain(text: str) -> str:
    if not re.fullmatch(_DOMAIN, text):
        raise ValueError
    return text.lower()


class OpenidDiscovery(Part, place="registration.openidDiscovery", section="openid", goes_to_config=True):
    """``registration.openidDiscovery``: how often LibreChat asks the provider for its addresses."""

    startup_attempts: int | None = ask(declare.integer("startupAttempts", "Provider's addresses: tries at the start", minimum=0, maximum=100,
        help="How often LibreChat asks the provider for its addresses before it serves people. 0 asks in the background alone. It wins over OPENID_DISCOVERY_RETRY_ATTEMPTS.",
        empty=f"{_STAYS} Where nothing says it: once, then in the background.",
        consequence="LibreChat does not start with a number out of range.",
        docs=f"{_PAGES}registration", since=DISCOVERY_KEYS_SINCE),
        default=None, noun="number of tries", remedy="Write 0 to 100.")  # fmt: skip
    retry_delay_ms: int | None = ask(declare.integer("retryDelayMs", "Provider's addresses: milliseconds between tries", minimum=100, maximum=3_600_000,
        help="How long LibreChat waits before it asks the provider again, at the start and in the background. It wins over OPENID_DISCOVERY_RETRY_DELAY_MS.",
        empty=f"{_STAYS} Where nothing says it: 5000, five seconds.",
        consequence="LibreChat does not start with a number out of range.",
        docs=f"{_PAGES}registration", since=DISCOVERY_KEYS_SINCE),
        default=None, noun="number of milliseconds", remedy="Write 100 to 3600000.")  # fmt: skip


class Registration(Part, place="registration", section="accounts", goes_to_config=True):
    """The part ``registration:``. ``None``: not asked for."""

    social_logins: tuple[str, ...] | None = ask(declare.listing("socialLogins", "Order of the sign-in buttons", section="providers",
        help="Which providers have a button, in which order: google, github, discord, facebook, apple, openid, saml. It goes to librechat.yaml. Apple needs it: it is not in LibreChat's own list.",
        empty="LibreChat's own list: google, facebook, openid, github, discord, saml.",
        docs=f"{_PAGES}registration"),
        default=None, noun="sign-in provider", known=BUTTONS)  # fmt: skip
    allowed_domains: tuple[str, ...] | None = ask(declare.listing("allowedDomains", "Mail domains that may register",
        help="Only addresses of these domains may have an account: example.com, example.org. It goes to librechat.yaml.",
        empty="Every mail domain may.",
        docs=f"{_PAGES}registration"),
        default=None, parse=_mail_domain, noun="mail domain", remedy="LibreChat compares the whole domain after the @: example.com (no wildcard, no scheme).")  # fmt: skip
    oauth_state_ttl_ms: int | None = ask(declare.integer("oauthStateTtlMs", "Milliseconds that a sign-in at a provider may take", section="providers", minimum=60_000, maximum=3_600_000,
        help="How long people may take at Google, GitHub, Discord, Facebook or Apple before they come back. Raise it where they have to be approved there first. It goes to librechat.yaml.",
        empty=f"{_STAYS} Where nothing says it: 600000, ten minutes.",
        consequence="LibreChat does not start with a number out of range. Who comes back later is sent to the sign-in page (auth_failed).",
        docs=f"{_PAGES}registration", since=STATE_TTL_SINCE),
        default=None, noun="number of milliseconds", remedy=_MINUTES)  # fmt: skip
    openid_discovery: OpenidDiscovery = OpenidDiscovery()


class TurnstileOptions(Part, place="turnstile.options", section="page", goes_to_config=True):
    """``turnstile.options``: how the widget looks."""

    language: str = ask(declare.text("language", "Turnstile: language", pattern=r"auto|[a-z]{2,3}(?:-[A-Za-z]{2,4})?",
        help="The language of the widget: auto, or a code such as en.",
        empty=f"{_STAYS} Where nothing says it: auto.",
        docs=f"{_PAGES}turnstile", since=TURNSTILE_SINCE),
        default="", noun="language code", remedy="Write auto, or a code such as en.")  # fmt: skip
    size: str = ask(declare.choice("size", "Turnstile: size",
        help="How large the widget is.",
        empty=f"{_STAYS} Where nothing says it: normal.",
        consequence="LibreChat does not start with another word.",
        choices=tuple(Choice(word, word) for word in TURNSTILE_SIZES),
        docs=f"{_PAGES}turnstile", since=TURNSTILE_SINCE),
        default="")  # fmt: skip


class Turnstile(Part, place="turnstile", section="page", goes_to_config=True):
    """The part ``turnstile:``: Cloudflare's question whether a visitor is a person."""

    site_key: str = ask(declare.text("siteKey", "Turnstile: site key", pattern="[0-9]x[A-Za-z0-9_-]{8,100}",
        help="The site key of Cloudflare Turnstile. Its widget then appears below the forms for signing in and registering. No LibreChat release checks its answer on the server: scripts are not kept out. It goes to librechat.yaml.",
        empty=f"{_STAYS} Where nothing says it there is no widget.",
        consequence="With a wrong key the widget shows an error, and the forms cannot be sent: nobody signs in with a password.",
        docs=f"{_PAGES}turnstile", since=TURNSTILE_SINCE),
        default="", noun="site key", remedy="Copy it from Cloudflare's dashboard (Turnstile, your widget): 0x4AAA...")  # fmt: skip
    options: TurnstileOptions = TurnstileOptions()


def _link(what: str) -> str:
    """Declare the address of a document that people may read before they sign in."""
    return ask(declare.url("externalUrl", f"{what}: address",
        help="A link below the form for signing in leads there. It goes to librechat.yaml.",
        empty=f"{_STAYS} Where nothing says it there is no link.",
        consequence="Without its scheme the link leads to a page of LibreChat's own that does not exist.",
        docs=f"{_PAGES}interface"),
        default="")  # fmt: skip


def _new_tab(what: str) -> bool | None:
    return ask(declare.switch("openNewTab", f"{what}: in a new tab",
        help="Whether the link opens in a new tab.",
        empty=_STAYS,
        docs=f"{_PAGES}interface"),
        default=None)  # fmt: skip


class TermsOfService(Part, place="interface.termsOfService", section="page", goes_to_config=True):
    """``interface.termsOfService``."""

    external_url: str = _link("Terms of service")
    open_new_tab: bool | None = _new_tab("Terms of service")
    modal_acceptance: bool | None = ask(declare.switch("modalAcceptance", "Terms of service: people must accept them",
        help="Whether a dialogue keeps everybody out of LibreChat until they have accepted the terms. Its text is modalContent, which you write into librechat.yaml yourself: it has many lines.",
        empty=f"{_STAYS} Where nothing says it nobody is asked.",
        consequence="Without modalContent people are asked to accept an empty page. Who declines is signed out.",
        docs=f"{_PAGES}interface", since=DIALOG_SINCE),
        default=None)  # fmt: skip
    modal_title: str = ask(declare.text("modalTitle", "Terms of service: title of the dialogue",
        help="The title above the terms that people accept.",
        empty=f"{_STAYS} Where nothing says it: LibreChat's own words.",
        docs=f"{_PAGES}interface", since=DIALOG_SINCE),
        default="")  # fmt: skip


class PrivacyPolicy(Part, place="interface.privacyPolicy", section="page", goes_to_config=True):
    """``interface.privacyPolicy``."""

    external_url: str = _link("Privacy policy")
    open_new_tab: bool | None = _new_tab("Privacy policy")


def _may(key: str, title: str, what: str, consequence: str) -> bool | None:
    return ask(declare.switch(key, f"Shared links: {title}",
        help=f"{what} LibreChat writes it to the role USER at every start; the admin panel changes it until then.",
        empty=f"{_STAYS} Where nothing says it, the role keeps what it has: at first they may.",
        consequence=consequence,
        docs=f"{_PAGES}interface", since=SHARED_LINKS_SINCE),
        default=None)  # fmt: skip


class SharedLinks(Part, place="interface.sharedLinks", section="page", goes_to_config=True):
    """``interface.sharedLinks``: what people may do with links to their conversations."""

    create: bool | None = _may("create", "people make them", "Whether people may make links to their conversations.",
        "Off takes the button away; links that exist stay.")  # fmt: skip
    share: bool | None = _may("share", "with other people", "Whether people may share a link with others who have an account.",
        "Off leaves links that only their owner opens.")  # fmt: skip
    public: bool | None = _may("public", "with everybody", "Whether people may share a link with everybody.",
        "Without ALLOW_SHARED_LINKS_PUBLIC=true only people with an account open it all the same.")  # fmt: skip
    snapshot_files: bool | None = _may("snapshotFiles", "with their files", "Whether a link takes the conversation's files along. SHARED_LINKS_SNAPSHOT_FILES wins.",
        "On lets everybody who may open the link download the files.")  # fmt: skip


class Interface(Part, place="interface", section="page", goes_to_config=True):
    """The part ``interface:``."""

    terms_of_service: TermsOfService = TermsOfService()
    privacy_policy: PrivacyPolicy = PrivacyPolicy()
    shared_links: SharedLinks = SharedLinks()
