"""The parts ``checks.ldap`` and ``checks.saml`` of the answers file: what only these two checks need from a person."""

from __future__ import annotations

from wizard.basics.secret import Secret
from wizard.catalogue import declare
from wizard.catalogue.conditions import any_set
from wizard.catalogue.parts import Part, ask

_LDAP = any_set("LDAP_URL")
_SAML = any_set("SAML_ENTRY_POINT")


class CheckLdap(Part, place="checks.ldap", section="ldap"):
    """The part ``checks.ldap``: a person whose entry is looked at."""

    user: str = ask(declare.text("user", "Test: a person's name",
        help="The name of somebody in the directory, as it would be typed at sign-in. Their entry is searched as LibreChat does it; no password is needed for that.",
        empty="Connection, bind and search base are checked, and no entry.",
        applies=_LDAP),
        default="")  # fmt: skip
    password: Secret | None = ask(declare.secret("password", "Test: this person's password",
        help="With it the check signs in as this person once. A wrong password counts towards a lock-out. It is kept nowhere.",
        empty="The check does not sign in as this person.",
        applies=_LDAP),
        default=None, variable="LDAP_TEST_PASSWORD")  # fmt: skip
    again: bool = ask(declare.switch("again", "Send a rejected password once more",
        help="A password that the directory rejected is not sent again, because directories lock accounts; with this each is sent once more, and no oftener. Turn it on after the account was unlocked or its password reset to this one.",
        empty="A rejected password is not sent again until it changes.",
        applies=_LDAP),
        default=False, is_asked=False)  # fmt: skip


class CheckSaml(Part, place="checks.saml", section="saml"):
    """The part ``checks.saml``: what the identity provider publishes, and one of its responses."""

    metadata: str = ask(declare.text("metadata", "Test: the provider's metadata",
        help="The address of the identity provider's metadata (https://...), or the path of a file with it. Certificate, sign-on address and bindings are compared with it. LibreChat itself does not read it.",
        empty="The settings are not compared with the provider.",
        applies=_SAML),
        default="")  # fmt: skip
    response: Secret | None = ask(declare.secret("response", "Test: a SAMLResponse",
        help="The form field SAMLResponse of a real sign-in, copied from the browser's developer tools (base64). It is judged as LibreChat judges it. For some minutes it lets its holder in: it is kept nowhere.",
        empty="No response is judged.",
        applies=_SAML),
        default=None, variable="SAML_TEST_RESPONSE")  # fmt: skip
