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
_STAYS: Final = "librechat.yaml stays unchanged."
_MINUTES: Final = "Write a number of milliseconds from 60000 (one minute) to 3600000 (one hour)."


def _mail_domain(text: str) -> str:
    if not re.fullmatch(_DOMAIN, text):
        raise ValueError
    return text.lower()


class OpenidDiscovery(Part, place="registration.openidDiscovery", section="openid", goes_to_config=True):
    """``registration.openidDiscovery``: how often LibreChat asks the provider for its addresses."""

    startup_attempts: int | None = ask(declare.integer("startupAttempts", "Provider metadata: startup attempts", minimum=0, maximum=100,
        help="How many times LibreChat tries to read the provider's metadata before startup continues. If the value is 0, LibreChat tries only in the background. Overrides OPENID_DISCOVERY_RETRY_ATTEMPTS.",
        empty=f"{_STAYS} The default is one attempt, then retries in the background.",
        consequence="LibreChat does not start if the number is out of range.",
        docs=f"{_PAGES}registration", since=DISCOVERY_KEYS_SINCE),
        default=None, noun="number of attempts", remedy="Write a number from 0 to 100.")  # fmt: skip
    retry_delay_ms: int | None = ask(declare.integer("retryDelayMs", "Provider metadata: retry delay (milliseconds)", minimum=100, maximum=3_600_000,
        help="How long LibreChat waits between attempts, at startup and in the background. Overrides "
        "OPENID_DISCOVERY_RETRY_DELAY_MS.",
        empty=f"{_STAYS} The default is 5000 (five seconds).",
        consequence="LibreChat does not start if the number is out of range.",
        docs=f"{_PAGES}registration", since=DISCOVERY_KEYS_SINCE),
        default=None, noun="number of milliseconds", remedy="Write a number from 100 to 3600000.")  # fmt: skip


class Registration(Part, place="registration", section="accounts", goes_to_config=True):
    """The part ``registration:``. ``None``: not asked for."""

    social_logins: tuple[str, ...] | None = ask(declare.listing("socialLogins", "Order of the sign-in buttons", section="providers",
        help="Which providers get a button, and in which order: google, github, discord, facebook, apple, openid, saml. Written to librechat.yaml. List apple here if you use it, because LibreChat's default list does not contain it.",
        empty="LibreChat's default list: google, facebook, openid, github, discord, saml.",
        docs=f"{_PAGES}registration"),
        default=None, noun="sign-in provider", known=BUTTONS)  # fmt: skip
    allowed_domains: tuple[str, ...] | None = ask(declare.listing("allowedDomains", "Allowed email domains",
        help="Only users with an email address in these domains (such as example.com) can have an account. Written to "
        "librechat.yaml.",
        empty="Every email domain is allowed.",
        docs=f"{_PAGES}registration"),
        default=None, parse=_mail_domain, noun="email domain", remedy="LibreChat compares the whole domain after the @. Write the domain without a wildcard or scheme, such as example.com.")  # fmt: skip
    oauth_state_ttl_ms: int | None = ask(declare.integer("oauthStateTtlMs", "Time limit for provider sign-in", section="providers", minimum=60_000, maximum=3_600_000,
        help="How long a sign-in with Google, GitHub, Discord, Facebook or Apple may take, in milliseconds. Raise the limit if users must wait for approval at the provider. Written to librechat.yaml.",
        empty=f"{_STAYS} The default is 600000 (ten minutes).",
        consequence="LibreChat does not start if the number is out of range. Users who exceed the limit are sent to the sign-in page with the error auth_failed.",
        docs=f"{_PAGES}registration", since=STATE_TTL_SINCE),
        default=None, noun="number of milliseconds", remedy=_MINUTES)  # fmt: skip
    openid_discovery: OpenidDiscovery = OpenidDiscovery()


class TurnstileOptions(Part, place="turnstile.options", section="page", goes_to_config=True):
    """``turnstile.options``: how the widget looks."""

    language: str = ask(declare.text("language", "Turnstile: language", pattern=r"auto|[a-z]{2,3}(?:-[A-Za-z]{2,4})?",
        help="The language of the widget: auto, or a code such as en.",
        empty=f"{_STAYS} The default is auto.",
        docs=f"{_PAGES}turnstile", since=TURNSTILE_SINCE),
        default="", noun="language code", remedy="Write auto, or a code such as en.")  # fmt: skip
    size: str = ask(declare.choice("size", "Turnstile: size",
        help="The size of the widget.",
        empty=f"{_STAYS} The default is normal.",
        consequence="LibreChat does not start with any other value.",
        choices=tuple(Choice(word, word) for word in TURNSTILE_SIZES),
        docs=f"{_PAGES}turnstile", since=TURNSTILE_SINCE),
        default="")  # fmt: skip


class Turnstile(Part, place="turnstile", section="page", goes_to_config=True):
    """The part ``turnstile:``: Cloudflare's question whether a visitor is a person."""

    site_key: str = ask(declare.text("siteKey", "Turnstile: site key", pattern="[0-9]x[A-Za-z0-9_-]{8,100}",
        help="The Cloudflare Turnstile site key. If set, the widget appears below the sign-in and registration forms. No LibreChat release verifies the result on the server, so the widget does not stop bots. Written to "
        "librechat.yaml.",
        empty=f"{_STAYS} By default, there is no widget.",
        consequence="If the key is wrong, the widget shows an error and blocks the forms: nobody can sign in with a password.",
        docs=f"{_PAGES}turnstile", since=TURNSTILE_SINCE),
        default="", noun="site key", remedy="Copy the key from Cloudflare's dashboard (Turnstile, your widget): 0x4AAA...")  # fmt: skip
    options: TurnstileOptions = TurnstileOptions()


def _link(what: str) -> str:
    """Declare the URL of a document that people may read before they sign in."""
    return ask(declare.url("externalUrl", f"{what}: URL",
        help="The URL of a link below the sign-in form. Written to librechat.yaml.",
        empty=f"{_STAYS} By default, there is no link.",
        consequence="Without a scheme, the link leads to a LibreChat page that does not exist.",
        docs=f"{_PAGES}interface"),
        default="")  # fmt: skip


def _new_tab(what: str) -> bool | None:
    return ask(declare.switch("openNewTab", f"{what}: open in a new tab",
        help="Whether the link opens in a new tab.",
        empty=_STAYS,
        docs=f"{_PAGES}interface"),
        default=None)  # fmt: skip


class TermsOfService(Part, place="interface.termsOfService", section="page", goes_to_config=True):
    """``interface.termsOfService``."""

    external_url: str = _link("Terms of service")
    open_new_tab: bool | None = _new_tab("Terms of service")
    modal_acceptance: bool | None = ask(declare.switch("modalAcceptance", "Terms of service: require acceptance",
        help="Whether users must accept the terms in a dialog before they can use LibreChat. Write the dialog's text (modalContent) in librechat.yaml yourself, because it spans many lines.",
        empty=f"{_STAYS} By default, users are not asked.",
        consequence="Without modalContent, users are asked to accept an empty page. Users who decline are signed out.",
        docs=f"{_PAGES}interface", since=DIALOG_SINCE),
        default=None)  # fmt: skip
    modal_title: str = ask(declare.text("modalTitle", "Terms of service: dialog title",
        help="The title above the terms that users accept.",
        empty=f"{_STAYS} The default is LibreChat's own title.",
        docs=f"{_PAGES}interface", since=DIALOG_SINCE),
        default="")  # fmt: skip


class PrivacyPolicy(Part, place="interface.privacyPolicy", section="page", goes_to_config=True):
    """``interface.privacyPolicy``."""

    external_url: str = _link("Privacy policy")
    open_new_tab: bool | None = _new_tab("Privacy policy")


def _may(key: str, title: str, what: str, consequence: str) -> bool | None:
    return ask(declare.switch(key, f"Shared links: {title}",
        help=f"{what} LibreChat writes this value to the USER role at every startup, which overwrites changes made in the admin panel.",
        empty=f"{_STAYS} By default, the role keeps its current value, which is initially on.",
        consequence=consequence,
        docs=f"{_PAGES}interface", since=SHARED_LINKS_SINCE),
        default=None)  # fmt: skip


class SharedLinks(Part, place="interface.sharedLinks", section="page", goes_to_config=True):
    """``interface.sharedLinks``: what people may do with links to their conversations."""

    create: bool | None = _may("create", "create links", "Whether users can create links to their conversations.",
        "If off, the button disappears. Existing links remain.")  # fmt: skip
    share: bool | None = _may("share", "share with other users", "Whether users can share a link with other users.",
        "If off, only the owner can open a link.")  # fmt: skip
    public: bool | None = _may("public", "share with everyone", "Whether users can share a link with everyone.",
        "Without ALLOW_SHARED_LINKS_PUBLIC=true, the link still requires an account.")  # fmt: skip
    snapshot_files: bool | None = _may("snapshotFiles", "include files", "Whether a link includes the "
    "conversation's files. SHARED_LINKS_SNAPSHOT_FILES overrides this.",
        "If on, anyone who can open the link can download the files.")  # fmt: skip


class Interface(Part, place="interface", section="page", goes_to_config=True):
    """The part ``interface:``."""

    terms_of_service: TermsOfService = TermsOfService()
    privacy_policy: PrivacyPolicy = PrivacyPolicy()
    shared_links: SharedLinks = SharedLinks()
