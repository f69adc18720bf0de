"""Sign-in with a SAML identity provider."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.conditions import any_set
from wizard.catalogue.declare import secret, section, switch, text, url
from wizard.catalogue.generators import hex_32_bytes
from wizard.librechat.releases import Release

SECTION: Final = section(
    "saml", "SAML",
    intro="Sign-in with a SAML identity provider.",
    docs="configuration/authentication/SAML/auth0", since=Release(0, 7, 9, 1), source_release=Release(0, 8, 8, 1),
    settings=(
        url("SAML_ENTRY_POINT", "SAML: sign-on URL", required=any_set("SAML_ISSUER", "SAML_CERT"),
            help="The identity provider's single sign-on URL.",
            empty="SAML is off.",
            consequence="People end up on the provider's error page. If OpenID is also configured, LibreChat hides "
            "the SAML button.",
            source="api/server/routes/config.js:63 api/server/socialLogins.js:111 api/strategies/samlStrategy.js:315"),
        text("SAML_ISSUER", "SAML: entity ID", required=any_set("SAML_ENTRY_POINT", "SAML_CERT"),
            help="LibreChat's own entity ID, which is also the audience in the provider's response.",
            empty="SAML is off.", consequence="If the two differ, sign-ins fail with 'SAML assertion audience mismatch'.",
            source="api/server/routes/config.js:64 api/server/socialLogins.js:112 api/strategies/samlStrategy.js:316"),
        text("SAML_CERT", "SAML: certificate", required=any_set("SAML_ENTRY_POINT", "SAML_ISSUER"),
            help="The provider's signing certificate: a path inside the container, base64 on one line, or PEM with lines of 64 characters.",
            empty="SAML is off.",
            consequence="LibreChat refuses PEM on one long line or with Windows line endings. The button then leads "
            "to an error.",
            source="api/server/routes/config.js:65 api/server/socialLogins.js:113 api/strategies/samlStrategy.js:317"),
        url("SAML_CALLBACK_URL", "SAML: callback address", required=any_set("SAML_ENTRY_POINT"),
            help="The full URL that the provider sends people back to: DOMAIN_SERVER followed by /oauth/saml/callback.",
            empty="SAML does not start.",
            consequence="LibreChat sends it unchanged. A path alone, as in the sample file, is not a valid URL for "
            "the provider.",
            pattern=r"https?://\S+", pattern_help="it must be a full URL: DOMAIN_SERVER followed by "
            "/oauth/saml/callback.",
            source="api/strategies/samlStrategy.js:328"),
        secret("SAML_SESSION_SECRET", "SAML: session key", minimum=32, generate=hex_32_bytes,
            required=any_set("SAML_ENTRY_POINT"),
            help="Protects the session of a SAML sign-in.",
            empty="SAML is off.", consequence="If you replace it, sign-ins in progress fail.",
            source="api/server/routes/config.js:66 api/server/socialLogins.js:114,119"),
        text("SAML_EMAIL_CLAIM", "SAML: attribute for the email address", default="email",
            help="The attribute that becomes the email address.",
            empty="email.", consequence="If the attribute is missing, LibreChat uses the default one.",
            source="api/strategies/samlStrategy.js:94"),
        text("SAML_USERNAME_CLAIM", "SAML: attribute for the user name", default="username",
            help="The attribute that becomes the user name.",
            empty="username.", consequence="If the attribute is missing, LibreChat uses the default one.",
            source="api/strategies/samlStrategy.js:98"),
        text("SAML_GIVEN_NAME_CLAIM", "SAML: attribute for the first name", default="given_name",
            help="The attribute that becomes the first name.",
            empty="given_name.", consequence="If the attribute is missing, LibreChat uses the default one.",
            source="api/strategies/samlStrategy.js:102"),
        text("SAML_FAMILY_NAME_CLAIM", "SAML: attribute for the last name", default="family_name",
            help="The attribute that becomes the last name.",
            empty="family_name.", consequence="If the attribute is missing, LibreChat uses the default one.",
            source="api/strategies/samlStrategy.js:106"),
        text("SAML_PICTURE_CLAIM", "SAML: attribute for the image", default="picture",
            help="The attribute that contains the URL of the image.",
            empty="picture.", consequence="If the attribute is missing, LibreChat uses the default one.",
            source="api/strategies/samlStrategy.js:110"),
        text("SAML_NAME_CLAIM", "SAML: attribute for the name",
            help="The attribute that becomes the displayed name.",
            empty="First and last name, then the user name, then the email address.",
            consequence="If the attribute is missing, people have no name.",
            source="api/strategies/samlStrategy.js:135,137,139"),
        text("SAML_BUTTON_LABEL", "SAML: button text",
            help="The text on the sign-in button.",
            empty="LibreChat's own translated text.", consequence="Cosmetic only.",
            source="api/server/routes/config.js:87"),
        url("SAML_IMAGE_URL", "SAML: button image",
            help="The URL of the image on the button.",
            empty="A built-in icon.", consequence="Cosmetic only.",
            source="api/server/routes/config.js:88"),
        switch("SAML_USE_AUTHN_RESPONSE_SIGNED", "SAML: the response is signed", default="false",
            help="Turn this on if the provider signs the whole response instead of the assertion. Only 'true' in "
            "lower case means on.",
            empty="The assertion must be signed.",
            consequence="If it does not match what the provider signs, every sign-in fails.",
            source="api/strategies/samlStrategy.js:318,319"),
        text("SAML_NAME_ID_FORMAT", "SAML: NameID format", since=Release(0, 8, 8, 2),
            help="The NameID format that LibreChat requests from the identity provider. persistent is the safe choice.",
            empty="LibreChat requests no particular format.",
            consequence="An account is bound to the NameID of its first sign-in, so changing the format later locks "
            "out every existing account. LibreChat refuses a transient NameID.",
            source=".env.example:1046"),
        text("SAML_IDP_ISSUER", "SAML: entity ID of the identity provider", since=Release(0, 8, 8, 2),
            help="The provider's own entity ID, copied exactly. LibreChat then rejects assertions from any other "
            "issuer.",
            empty="LibreChat verifies only an assertion's signature, not its issuer.",
            consequence="If the value is wrong, LibreChat rejects every sign-in. Do not confuse it with SAML_ISSUER, "
            "LibreChat's own entity ID.",
            source=".env.example:1049"),
    ),
)  # fmt: skip
