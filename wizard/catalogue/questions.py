"""Every question by id: LibreChat's variables, the other parts of the answers file, and guides for a person.

An id is a place in the answers file: ``access``, ``proxy.hops``, ``settings.EMAIL_HOST``. Ids that begin with ``guide.`` never reach
that file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard import catalogue
from wizard.basics.problem import InvalidInput, Problem
from wizard.catalogue import declare
from wizard.catalogue.answers_form import AnswersForm
from wizard.catalogue.model import GUIDE, VARIABLES, Choice, Setting
from wizard.catalogue.parts import Part, Question, ask, questions_of

EXTENT: Final = "guide.extent"
PROVIDERS: Final = "guide.providers"
SERVICE: Final = "librechat.service"
MAIL_PRESET: Final = "guide.mail"
OPENID_PRESET: Final = "guide.openid"
SAML_PRESET: Final = "guide.saml"
LDAP_PRESET: Final = "guide.ldap"
PROVIDER_PRESETS: Final[Mapping[str, str]] = {"openid": OPENID_PRESET, "saml": SAML_PRESET, "ldap": LDAP_PRESET}
"""The question for the product, by sign-in provider."""
UPDATE: Final = "guide.target"


class Guide(Part, place=GUIDE):
    """What guides a person through the questions."""

    extent: str = ask(declare.choice("extent", "How much to configure", section="welcome",
        help="The essentials give you a secure setup in a few steps. All other settings stay unchanged. You can open them at any time from the list of steps or the search.",
        empty="The wizard asks only for the essentials.",
        choices=(Choice("essentials", "The essentials"), Choice("everything", "Every step"))),
        default="essentials")  # fmt: skip
    providers: str = ask(declare.listing("providers", "Sign-in providers", section="providers",
        help="Providers that users can sign in with. Each provider that you choose gets its own step. Facebook is not listed, because sign-in with Facebook does not work in LibreChat.",
        empty="Users sign in only with an email address and password.",
        choices=(Choice("google", "Google"), Choice("github", "GitHub"), Choice("discord", "Discord"), Choice("apple", "Apple"), Choice("openid", "OpenID (Keycloak, Authentik, Entra ID, ...)"), Choice("saml", "SAML"), Choice("ldap", "LDAP or Active Directory"))),
        default="")  # fmt: skip
    mail: str = ask(declare.choice("mail", "Mail provider", section="mail",
        help="Fills in the server, port and encryption for a well-known provider.",
        empty="Fill in the fields yourself."),
        default="")  # fmt: skip
    target: str = ask(declare.text("target", "Release to update or roll back to", section="update",
        help="A LibreChat release, such as v0.8.8. The wizard shows what breaks or changes in this folder and which data an older release cannot read. It also lists the release's known vulnerabilities. The wizard writes nothing: change the image yourself.",
        empty="The wizard does not compare releases."),
        default="")  # fmt: skip
    openid: str = ask(declare.choice("openid", "Identity provider", section="openid",
        help="Fills in the usual values for this provider and explains the setup in its console.",
        empty="Fill in the fields yourself."),
        default="")  # fmt: skip
    saml: str = ask(declare.choice("saml", "Identity provider (SAML)", section="saml",
        help="Fills in the usual values for this provider (attribute names, signing) and explains the setup in its console.",
        empty="Fill in the fields yourself."),
        default="")  # fmt: skip
    ldap: str = ask(declare.choice("ldap", "Directory", section="ldap",
        help="Fills in the usual values for this directory (search filter, attribute names) and explains the directory's setup.",
        empty="Fill in the fields yourself."),
        default="")  # fmt: skip


_OWN: Final[Mapping[str, Question]] = {one.asked.id: one for part in (Guide, AnswersForm) for one in questions_of(part)}
QUESTIONS: Final[tuple[Setting, ...]] = tuple(one.asked for one in _OWN.values() if one.is_asked)
"""What a person is asked besides LibreChat's variables."""


def own_question(identity: str) -> Question | None:
    """Return the question of the wizard's own under this id; ``None`` for a variable."""
    return _OWN.get(identity)


def _found(identity: str) -> Setting | None:
    if (own := _OWN.get(identity)) is not None:
        return own.asked
    part, _, name = identity.partition(".")
    return catalogue.by_key().get(name) if part == VARIABLES else None


def is_question(identity: str) -> bool:
    """Return whether something is asked under this id."""
    return _found(identity) is not None


def question(identity: str) -> Setting:
    """Return what is asked under this id; ``InvalidInput`` if there is no such question."""
    found = _found(identity)
    if found is None:
        raise InvalidInput(Problem(field=identity[:80], message="there is no such question."))
    return found


def variable_id(name: str) -> str:
    """Return the id under which a variable of LibreChat is asked."""
    return f"{VARIABLES}.{name}"


def label(identity: str) -> str:
    """Return the name that a person knows, ``EMAIL_HOST`` or ``proxy.hops``, also of what is not a question."""
    part, _, name = identity.partition(".")
    return name if part == VARIABLES and name else identity


def field_name(identity: str) -> str:
    """Return what a field is called on the screen: the variable, or the title of another question."""
    own = own_question(identity)
    return own.asked.title if own is not None else label(identity)
