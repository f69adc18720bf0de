"""Presets for mail and identity providers, and what each step recommends."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from wizard.answers.draft import Draft, Typed
from wizard.basics.problem import InvalidInput
from wizard.catalogue.questions import (
    LDAP_PRESET,
    MAIL_PRESET,
    OPENID_PRESET,
    PROVIDER_PRESETS,
    SAML_PRESET,
    question,
    variable_id,
)
from wizard.deployment.snapshot import Snapshot
from wizard.dotenv.document import Document
from wizard.interview.addresses import is_this_machine_only
from wizard.interview.steps import Step, chosen_providers
from wizard.librechat.mail_configured import is_configured
from wizard.librechat.providers import SOCIAL, has_social_login
from wizard.librechat.releases import Release

_TASTE: Final = frozenset({"OPENID_BUTTON_LABEL", "OPENID_NAME_CLAIM", "OPENID_SCOPE", "SAML_BUTTON_LABEL"})
"""What a provider's preset fills in, and works as well with a value of one's own."""


class Preset(NamedTuple):
    """A provider: values that fit everybody, and what to do there."""

    id: str
    title: str
    values: Mapping[str, str] = MappingProxyType({})
    """Variable name to text."""
    example: Mapping[str, str] = MappingProxyType({})
    """What a value of one's own looks like, by variable name; a value that is here as well is to be adapted."""
    advice: str = ""
    sender_is_user: bool = False
    """Whether mail goes out under the address that is also the user name."""


def _smtp(identity: str, title: str, host: str, advice: str, *, user: str = "", sender_is_user: bool = False) -> Preset:
    values = {"EMAIL_HOST": host, "EMAIL_PORT": "587", "EMAIL_ENCRYPTION": "starttls"}
    all_values = values | ({"EMAIL_USERNAME": user} if user else {})
    return Preset(id=identity, title=title, values=all_values, advice=advice, sender_is_user=sender_is_user)


MAIL: Final[tuple[Preset, ...]] = (
    _smtp("gmail", "Gmail", "smtp.gmail.com", "The user name is your Gmail address. The password is an app password: https://myaccount.google.com/apppasswords (requires 2-Step Verification). The wizard fills in the sender.", sender_is_user=True),
    _smtp("outlook", "Outlook / Microsoft 365", "smtp.office365.com", "Enable Authenticated SMTP for the mailbox in the admin center. The sender is the mailbox's address. Personal outlook.com accounts no longer accept passwords.", sender_is_user=True),
    _smtp("fastmail", "Fastmail", "smtp.fastmail.com", "The password is an app password: https://app.fastmail.com/settings/security/apps", sender_is_user=True),
    _smtp("proton", "Proton Mail", "smtp.protonmail.ch", "Proton Mail requires a paid plan with your own domain. The password is an "
    "SMTP token created for the sender's address."),
    Preset(id="mailgun", title="Mailgun (API)", values={"MAILGUN_HOST": "https://api.mailgun.net"}, advice="For a domain in the EU region, set MAILGUN_HOST to https://api.eu.mailgun.net."),
    _smtp("ses", "Amazon SES", "email-smtp.eu-west-1.amazonaws.com", "First, move your account out of the sandbox. Change the region in the host name. The user name and password are SMTP credentials from the SES console, not access keys.")._replace(example={"EMAIL_HOST": "email-smtp.eu-west-1.amazonaws.com"}),
    _smtp("sendgrid", "SendGrid", "smtp.sendgrid.net", "The user name is the word apikey. The password is the API key. Verify the sender first.", user="apikey"),
    _smtp("postmark", "Postmark", "smtp.postmarkapp.com", "Use the server's API token as both user name and password. Verify the sender first."),
    _smtp("brevo", "Brevo", "smtp-relay.brevo.com", "The password is an SMTP key, not your account password: "
    "https://app.brevo.com/settings/keys/smtp"),
    Preset(id="own", title="My own server", values={"EMAIL_PORT": "587", "EMAIL_ENCRYPTION": "starttls"}, advice="Port 587 starts unencrypted and switches to TLS (starttls). Port 465 uses TLS from the first byte (tls)."),
)  # fmt: skip


@cache
def presets(identity: str) -> tuple[Preset, ...]:
    """Return the presets that a question chooses from; none for other questions. Each list is loaded with its first use."""
    if identity == MAIL_PRESET:
        return MAIL
    if identity == OPENID_PRESET:
        from wizard.interview.openid_presets import OPENID_PRESETS

        return tuple(
            Preset(
                id=one.id,
                title=one.title,
                values=one.values,
                example=MappingProxyType({"OPENID_ISSUER": one.issuer} if one.issuer else {}),
                advice=one.advice,
            )
            for one in OPENID_PRESETS
        )
    if identity in (SAML_PRESET, LDAP_PRESET):
        from wizard.interview.directory_presets import LDAP_PRESETS, SAML_PRESETS

        return tuple(
            Preset(id=one.id, title=one.title, values=one.values, example=one.example, advice=one.advice)
            for one in (SAML_PRESETS if identity == SAML_PRESET else LDAP_PRESETS)
        )
    return ()


def filled_in(draft: Draft) -> frozenset[str]:
    """Return the ids of mail questions that the chosen preset has answered and that need no attention."""
    found = preset(MAIL_PRESET, draft.text(MAIL_PRESET))
    if found is None:
        return frozenset()
    given = {variable_id(name): text for name, text in found.values.items() if name not in found.example}
    same = {name for name, text in given.items() if draft.text(name) == text}
    sender, user = variable_id("EMAIL_FROM"), draft.text(variable_id("EMAIL_USERNAME"))
    return frozenset(same | ({sender} if found.sender_is_user and user and draft.text(sender) == user else set()))


def with_sender(draft: Draft, former_user: str) -> Draft:
    """Return the draft with the mail user as sender, if the provider requires it and no other sender was answered."""
    chosen = preset(MAIL_PRESET, draft.text(MAIL_PRESET))
    sender, user = variable_id("EMAIL_FROM"), draft.text(variable_id("EMAIL_USERNAME")) or ""
    if chosen is None or not chosen.sender_is_user or draft.text(sender) not in (None, former_user):
        return draft
    return draft.give(sender, Typed(user)) if "@" in user else draft.without(sender)


def without_preset(draft: Draft, earlier: Preset, *, kept: Collection[str] = ()) -> Draft:
    """Return the draft without what a preset has answered and nobody changed since, but for the names that are ``kept``."""
    for name, text in earlier.values.items():
        if name not in kept and draft.text(variable_id(name)) == text:
            draft = draft.without(variable_id(name))
    sender, user = variable_id("EMAIL_FROM"), draft.text(variable_id("EMAIL_USERNAME"))
    is_filled_in = earlier.sender_is_user and not kept and user and draft.text(sender) == user
    return draft.without(sender) if is_filled_in else draft


def _was_typed(draft: Draft, name: str) -> bool:
    """Return whether a value to a person's taste was answered in this run, and not by a preset."""
    return name in _TASTE and draft.text(variable_id(name)) not in {None, *_of_presets(name)}


def with_values(draft: Draft, snapshot: Snapshot, present: Mapping[str, str], values: Mapping[str, str]) -> Draft:
    """Return the draft with a preset's values, but for what is to a person's taste and has a value of theirs."""
    for name, text in values.items():
        if not is_own(snapshot, present, name) and not _was_typed(draft, name):
            draft = draft.give(variable_id(name), Typed(text))
    return draft


def is_own(snapshot: Snapshot, present: Mapping[str, str], name: str) -> bool:
    """Return whether ``.env`` has a value to a person's taste: none that the provider requires, nor that of LibreChat's sample."""
    if name not in _TASTE or snapshot.state(".env").data is None:
        return False
    try:
        sample = Document.parse(snapshot.state(".env.example").data or b"", name=".env.example").values()
    except InvalidInput:
        sample = {}
    return present.get(name, "") not in {"", sample.get(name, ""), *_of_presets(name)}


def _of_presets(name: str) -> frozenset[str]:
    """Return the values that any product fills in: what an earlier choice has left is not to anybody's taste."""
    products = (one for identity in (OPENID_PRESET, SAML_PRESET) for one in presets(identity))
    return frozenset(one.values.get(name, "") for one in products)


def preset(identity: str, chosen: str | None) -> Preset | None:
    """Return the chosen preset of a question."""
    if not chosen:
        return None
    return next((found for found in presets(identity) if found.id == chosen), None)


def chosen_product(provider: str, draft: Draft) -> str | None:
    """Return the id of the product that is chosen for a sign-in provider."""
    return draft.text(PROVIDER_PRESETS[provider]) if provider in PROVIDER_PRESETS else None


def product_title(provider: str, draft: Draft) -> str:
    """Return the chosen product's name; nothing if none is chosen, or another one."""
    found = preset(PROVIDER_PRESETS.get(provider, ""), chosen_product(provider, draft))
    return found.title if found is not None and found.id != "other" else ""


class ConsoleValue(NamedTuple):
    """A value to paste into a provider's console."""

    label: str
    text: str


NO_ADDRESS: Final = "https://YOUR-ADDRESS"
"""What stands for LibreChat's address until it is answered."""


def address(values: Mapping[str, str]) -> str:
    """Return where LibreChat's server is reached, without a final slash; nothing if that is not known yet."""
    text = values.get("DOMAIN_SERVER", "").strip() or values.get("DOMAIN_CLIENT", "").strip()
    return text.rstrip("/")


def console_values(current: Step, values: Mapping[str, str], chosen: str | None = None) -> tuple[ConsoleValue, ...]:
    """Return what has to be entered at the provider, word for word, the redirect URI first.

    ``chosen`` is the product, of OpenID or SAML: each value is then called what that product's console calls it.

    The redirect URI is DOMAIN_SERVER and the callback path (api/strategies/*.js, v0.8.8-rc1); the routes are fixed
    (api/server/routes/oauth.js:66-219).
    """
    server = address(values) or NO_ADDRESS
    name = current.provider
    if not name or name == "ldap":
        return ()
    if name == "saml":
        return tuple(_saml_values(server, values, chosen))
    if name == "openid":
        from wizard.interview.openid_presets import STANDARD

        return tuple(_openid_values(server, values.get("OPENID_SCOPE") or STANDARD["OPENID_SCOPE"], chosen))
    found = [ConsoleValue(label="Redirect URI", text=f"{server}/oauth/{name}/callback")]
    scopes = {
        "google": "openid profile email",
        "github": "user:email",
        "discord": "identify email",
        "facebook": "public_profile email",
    }
    if name in scopes:
        found.append(ConsoleValue(label="Scopes", text=scopes[name]))
    origin = urlsplit(server)
    if name in ("google", "facebook"):
        found.append(ConsoleValue(label="Origin", text=f"{origin.scheme}://{origin.netloc}"))
    if name == "apple":
        found.append(ConsoleValue(label="Domain", text=origin.hostname or ""))
    return tuple(found)


def _openid_values(server: str, scope: str, chosen: str | None) -> Iterator[ConsoleValue]:
    from wizard.interview.openid_presets import words_of

    words, origin = words_of(chosen), urlsplit(server)
    texts = {
        words.redirect: f"{server}/oauth/openid/callback",
        words.scopes: scope,
        words.sign_out: f"{server}/login",
        words.origin: f"{origin.scheme}://{origin.netloc}",
    }
    for label, text in (*texts.items(), *words.more):
        if label:
            yield ConsoleValue(label=label, text=text)


def _saml_values(server: str, values: Mapping[str, str], chosen: str | None) -> Iterator[ConsoleValue]:
    from wizard.interview.directory_presets import saml_words

    words = saml_words(chosen)
    yield ConsoleValue(label=words.callback, text=values.get("SAML_CALLBACK_URL") or f"{server}/oauth/saml/callback")
    yield ConsoleValue(label=words.entity, text=values.get("SAML_ISSUER") or server)
    if words.sign_on:
        yield ConsoleValue(label=words.sign_on, text=f"{server}/oauth/saml")
    for label, text in words.more:
        yield ConsoleValue(label=label, text=text)


def recommended(current: Step, draft: Draft, present: Mapping[str, str], release: Release) -> dict[str, str]:
    """Return what the step recommends, by question id, for what has no answer yet."""
    values = draft.values(present)
    found = _recommended(current.id, draft, present, release)
    return {
        identity: text
        for identity, text in found.items()
        if identity not in draft.entries
        and question(identity).is_read(release)
        and values.get(question(identity).key) != text
    }


def _answered_address(draft: Draft) -> str:
    """Return the address that was answered: with a way of access, DOMAIN_SERVER follows DOMAIN_CLIENT, whatever the file has."""
    names = ("DOMAIN_SERVER", "DOMAIN_CLIENT") if draft.text("access") else ("DOMAIN_SERVER",)
    return address({name: draft.text(variable_id(name)) or "" for name in names})


def site_address(draft: Draft, present: Mapping[str, str]) -> str:
    """Return the address from which the addresses for the providers follow: the answered one, else that of the folder."""
    return _answered_address(draft) or address(draft.values(present))


def _settings(**values: str) -> dict[str, str]:
    return {variable_id(name): text for name, text in values.items()}


def _recommended(step_id: str, draft: Draft, present: Mapping[str, str], release: Release) -> dict[str, str]:
    from wizard.interview.openid_presets import STANDARD

    values = draft.values(present)
    chosen = chosen_providers(draft, present)
    social = [name for name in chosen if name != "ldap"]
    server = site_address(draft, present)
    found = {
        "access": {} if server.startswith("https") else {"access": "https-proxy"},
        "accounts": _settings(
            ALLOW_REGISTRATION="false",
            ALLOW_PASSWORD_RESET="true" if is_configured(values, release) else "false",
            ALLOW_UNVERIFIED_EMAIL_LOGIN="false",
        ),
        "sessions": _settings(SESSION_EXPIRY="1000 * 60 * 15", REFRESH_TOKEN_EXPIRY="1000 * 60 * 60 * 24 * 7"),
        "providers": {}
        if has_social_login(values) == bool(social)
        else _settings(ALLOW_SOCIAL_LOGIN="true" if social else "false"),
        "openid": _settings(**STANDARD),
        "saml": _settings(
            SAML_CALLBACK_URL=f"{server}/oauth/saml/callback", SAML_ISSUER=values.get("SAML_ISSUER") or server
        )
        # Not of the sample's localhost, before it is answered how people reach LibreChat.
        if server and (draft.text("access") == "localhost" or not is_this_machine_only(server))
        else {},
        "ldap": _settings(LDAP_TLS_REJECT_UNAUTHORIZED="true"),
        "protection": _settings(BAN_VIOLATIONS="true", ALLOW_SHARED_LINKS_PUBLIC="false", MIN_PASSWORD_LENGTH="12"),
    }
    if step_id in SOCIAL:
        return _settings(**{f"{step_id.upper()}_CALLBACK_URL": f"/oauth/{step_id}/callback"})
    return found.get(step_id, {})
