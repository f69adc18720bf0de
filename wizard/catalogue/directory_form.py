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

    user: str = ask(declare.text("user", "Test: user name",
        help="The name of a directory user, as typed at sign-in. The wizard searches for the user's entry in the same way as LibreChat. No password is needed.",
        empty="The wizard checks the connection, bind and search base, but does not look up an entry.",
        applies=_LDAP),
        default="")  # fmt: skip
    password: Secret | None = ask(declare.secret("password", "Test: user's password",
        help="If set, the check signs in as this user once. A wrong password counts toward an account lockout. The wizard does not store the password.",
        empty="The check does not sign in as this user.",
        applies=_LDAP),
        default=None, variable="LDAP_TEST_PASSWORD")  # fmt: skip
    again: bool = ask(declare.switch("again", "Retry a rejected password",
        help="The wizard does not resend a password that the directory rejected, because repeated failures can lock the account. If this is on, the wizard sends such a password once more. Turn this on after you unlock the account or change its password in the directory to match.",
        empty="The wizard does not send a rejected password again until it changes.",
        applies=_LDAP),
        default=False, is_asked=False)  # fmt: skip


class CheckSaml(Part, place="checks.saml", section="saml"):
    """The part ``checks.saml``: what the identity provider publishes, and one of its responses."""

    metadata: str = ask(declare.text("metadata", "Test: provider metadata",
        help="The URL of the identity provider's metadata (https://...), or the path of a file that contains it. The wizard compares the certificate, sign-on URL and bindings with the metadata. LibreChat itself does not read the metadata.",
        empty="The wizard does not compare the settings with the provider.",
        applies=_SAML),
        default="")  # fmt: skip
    response: Secret | None = ask(declare.secret("response", "Test: a SAMLResponse",
        help="The SAMLResponse form field from a real sign-in, copied from the browser's developer tools (base64). The "
        "wizard checks the response in the same way as LibreChat. Anyone who has the response can sign in with it for a few minutes, so "
        "the wizard does not store it.",
        empty="The wizard does not check a response.",
        applies=_SAML),
        default=None, variable="SAML_TEST_RESPONSE")  # fmt: skip
