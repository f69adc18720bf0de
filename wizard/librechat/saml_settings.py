"""The SAML_ variables as LibreChat reads them (api/strategies/samlStrategy.js, api/server/socialLogins.js, v0.8.8-rc1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from wizard.librechat.browser_url import hostname
from wizard.librechat.cookies import secure_sign_in
from wizard.librechat.image_environment import image_environment
from wizard.librechat.providers import SAML_SINCE, is_registered
from wizard.librechat.releases import Release
from wizard.librechat.saml_certificate import SamlCertificate, read_certificate

NAME_ID_RULES_SINCE: Final = Release(0, 8, 8, 2)
"""First release that refuses a missing, blank or transient NameID, binds an account to its first NameID, and reads
SAML_NAME_ID_FORMAT and SAML_IDP_ISSUER (pull requests 15254, 15264; as documented, not run)."""
DEFAULT_NAME_ID_FORMAT: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
CALLBACK_PATH: Final = "/oauth/saml/callback"
ADMIN_CALLBACK_PATH: Final = "/api/admin/oauth/saml/callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlSettings:
    """The variables as LibreChat interprets them. Nothing is trimmed."""

    variables: Mapping[str, str]
    entry_point: str
    issuer: str
    """Also the audience that an assertion must name, byte for byte."""
    callback: str
    certificate: SamlCertificate
    wants_response_signed: bool
    """Only ``true`` in small letters is on; else the assertion has to be signed."""
    name_id_format: str
    idp_issuer: str
    release: Release

    @property
    def is_registered(self) -> bool:
        """Whether LibreChat has SAML after its start; ``SAML Connect configured.`` in its log proves nothing."""
        fault = self.certificate.fault
        named = self.release >= SAML_SINCE and is_registered("saml", self.variables, self.release)
        return named and not (fault is not None and fault.at_start)

    @property
    def can_start(self) -> bool:
        """Whether ``new URL(SAML_ENTRY_POINT)`` works; else GET /oauth/saml answers 500."""
        return is_absolute_url(self.entry_point)

    @property
    def loses_cookies(self) -> bool:
        """Whether a browser drops the cookies of the sign-in: Secure ones over http, of a name other than localhost."""
        environment = image_environment(self.variables)
        parts = urlsplit(self.callback) if self.callback.startswith("http://") else None
        if parts is None or not secure_sign_in(environment, self.release):
            return False
        host = parts.hostname or ""
        return not (host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost"))


def is_absolute_url(text: str) -> bool:
    """Whether ``new URL(text)`` works without a base: a scheme, and a host where the web's schemes want one."""
    stripped = text.strip("".join(map(chr, range(0x21))))
    scheme, colon, rest = stripped.partition(":")
    if not colon or not scheme[:1].isalpha() or not all(char.isalnum() or char in "+.-" for char in scheme):
        return False
    if not scheme.isascii():
        return False
    is_of_the_web = scheme.lower() in ("http", "https", "ws", "wss", "ftp")
    return bool(rest.strip("/\\")) and hostname(stripped) is not None if is_of_the_web else True


def saml_settings(variables: Mapping[str, str], release: Release, certificate_file: str | None = None) -> SamlSettings:
    """Return how a release reads these settings. ``certificate_file``: the text of the file that SAML_CERT names, if it is one."""
    has_rules = release >= NAME_ID_RULES_SINCE
    return SamlSettings(
        variables=variables,
        entry_point=variables.get("SAML_ENTRY_POINT", ""),
        issuer=variables.get("SAML_ISSUER", ""),
        callback=variables.get("SAML_CALLBACK_URL", ""),
        certificate=read_certificate(variables.get("SAML_CERT", ""), certificate_file),
        wants_response_signed=variables.get("SAML_USE_AUTHN_RESPONSE_SIGNED") == "true",
        name_id_format=(variables.get("SAML_NAME_ID_FORMAT") if has_rules else "") or DEFAULT_NAME_ID_FORMAT,
        idp_issuer=variables.get("SAML_IDP_ISSUER", "") if has_rules else "",
        release=release,
    )
