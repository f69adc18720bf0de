"""Turns a recorded row of SAML into what the pure verdict wants to know, and says how the row ends."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.servers.saml_idp import DEMANDS_SIGNED_REQUESTS, SIMPLESAMLPHP, IdentityProvider, signing_key
from tests.wizard.librechat.providers.ldap_servers import NotModelledError
from wizard.librechat.releases import RECORDED
from wizard.librechat.saml_certificate import certificate_path
from wizard.librechat.saml_metadata import SamlProvider, provider_faults
from wizard.librechat.saml_request import REDIRECT_BINDING
from wizard.librechat.saml_settings import ADMIN_CALLBACK_PATH, CALLBACK_PATH, SamlSettings, saml_settings
from wizard.librechat.saml_verdict import SamlOutcome, SamlVerdict, saml_verdict, settings_verdict
from wizard.librechat.user_record import UserRecord

_INLINE = "<IDP certificate, PEM>"


class SamlRow:
    """A recorded row of the identity provider of the recording's own."""

    def __init__(self, row: Mapping[str, Any], keys: Mapping[str, str]) -> None:
        self.row = row
        prefix = f"{row['keys_of']}." if "keys_of" in row else ""
        self.keys = {name.removeprefix(prefix): pem for name, pem in keys.items() if name.startswith(prefix)}
        variables = dict(row["settings"])
        domains = variables.pop("ALLOWED_DOMAINS", "")
        self.domains = [name for name in domains.split(",") if name]
        if "cert_setting" in row:
            variables["SAML_CERT"] = row["cert_setting"]
        elif variables.get("SAML_CERT") == _INLINE:
            variables["SAML_CERT"] = self.keys["IDP"]
        self.variables = variables
        self.settings = self._settings()

    def _settings(self) -> SamlSettings:
        value = self.variables.get("SAML_CERT", "")
        path = certificate_path(value.replace("{lc}", "/app")) if value else None
        return saml_settings(self.variables, RECORDED, self._file(path) if path is not None else None)

    def _file(self, path: str) -> str | None:
        """Return the file at a path of the recording; its folder held the certificate in many forms."""
        folder, _, name = path.rpartition("/")
        if folder != "/app/saml-oracle" or name.endswith(" "):
            return None
        files = certificate_files(self.keys)
        if name not in files:
            raise NotModelledError(f"the recording does not tell what stands in the file {name}")
        return files[name]

    def outcome(self) -> str:
        """Return how the row ends, in the recording's words."""
        blocked = settings_verdict(self.settings)
        if blocked is not None and blocked.outcome is SamlOutcome.NOT_REGISTERED:
            return blocked.outcome
        post = self.row.get("post", {})
        path = post.get("path", CALLBACK_PATH)
        if post.get("method", "POST") != "POST" or path not in (CALLBACK_PATH, ADMIN_CALLBACK_PATH):
            return "page"
        if "body" in post and "SAMLResponse" not in post["body"]:
            return "sent_back_to_idp"
        verdict = self.verdict()
        if verdict.outcome is None:
            raise NotModelledError(str(verdict.cause))
        starts = blocked is None or post.get("no_request")
        signed_in = verdict.outcome in (SamlOutcome.SIGNED_IN, SamlOutcome.COOKIES_LOST)
        return verdict.outcome if starts or not signed_in else SamlOutcome.START_FAILED

    def verdict(self) -> SamlVerdict:
        """Return the verdict of the last response."""
        records = [
            UserRecord(email=each["email"], provider=each["provider"], identity=each.get("samlId"))
            for each in self.row.get("accounts_before", ())
        ]
        post = self.row.get("post", {})
        verdict: SamlVerdict | None = None
        for response in self.row["responses"]:
            encoded = post.get("raw") or base64.b64encode(response["xml"].encode()).decode()
            if post.get("wrap"):
                encoded = "\r\n".join(textwrap.wrap(encoded, 76))
            now = datetime.fromisoformat(response["at"])
            is_admin = post.get("path") == ADMIN_CALLBACK_PATH
            verdict = saml_verdict(self.settings, encoded, now, records, self.domains, is_admin=is_admin)
            account = verdict.account
            if account is not None and account.fault is None and isinstance(account.email, str):
                if account.existing is not None:
                    records.remove(account.existing)
                address = account.existing.email if account.existing else account.email
                records.append(UserRecord(email=address, provider="saml", identity=account.identity))
        assert verdict is not None
        return verdict


def certificate_files(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the files of the recording by name, made from its certificates."""
    pem = keys["IDP"]
    body = "".join(pem.splitlines()[1:-1])
    certificate = x509.load_pem_x509_certificate(pem.encode())
    key = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    der = base64.b64decode(body).decode("utf-8", errors="replace")
    begin, end = "-----BEGIN CERTIFICATE-----\n", "\n-----END CERTIFICATE-----\n"
    noise = base64.b64encode(bytes(range(200))).decode()
    return {
        "idp.pem": pem,
        "idp-oneline.pem": f"{begin}{body}{end}",
        "idp-crlf.pem": pem.replace("\n", "\r\n"),
        "idp.der": der,
        "idp.b64": body,
        "idp-wrapped.b64": "\n".join(textwrap.wrap(body, 64)),
        "chain.pem": keys["LEAF"] + keys["CAK"],
        "garbage.pem": "this is no certificate\n",
        "empty.pem": "",
        "bom.pem": f"\ufeff{pem}",
        "meta.xml": f"<EntityDescriptor><X509Certificate>{body}</X509Certificate></EntityDescriptor>",
        # The private key itself was not recorded; what Node takes out of it is the public one.
        "key.pem": key,
        "pub.pem": key,
        "wrongdata.pem": f"{begin}{noise}{end}",
        "two.pem": pem + keys["OTHER"],
        "other-first.pem": keys["OTHER"] + pem,
    }


class SimpleSamlPhpRow:
    """A recorded row of a real SimpleSAMLphp, whose responses were not kept: what it sent is made again, with another key."""

    sign_on = "http://127.0.0.1:38471/simplesaml/saml2/idp/SSOService.php"

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        provider = IdentityProvider()
        certificate = provider.key if row["settings"].get("SAML_CERT") == "<PEM>" else signing_key("another")
        self.provider = provider
        self.settings = saml_settings({**row["settings"], "SAML_CERT": certificate.pem}, RECORDED)

    def outcome(self) -> str:
        """Return how the row ends, in the recording's words."""
        blocked = settings_verdict(self.settings)
        if blocked is not None and blocked.outcome is not None:
            return blocked.outcome
        described = SamlProvider(
            entity_id="",
            sign_on={REDIRECT_BINDING: (self.sign_on,)},
            signing=(),
            wants_signed_requests=self.settings.issuer in DEMANDS_SIGNED_REQUESTS,
        )
        is_known = self.settings.issuer in SIMPLESAMLPHP
        if provider_faults(described, self.settings) or not is_known or self.row["stays_at_provider"]:
            return "idp_refuses"
        now = datetime.now(UTC)
        verdict = saml_verdict(self.settings, self.provider.encoded(SIMPLESAMLPHP[self.settings.issuer], now), now)
        # It posts to the address that it knows, whatever LibreChat asked for.
        lost = verdict.outcome is SamlOutcome.COOKIES_LOST
        if verdict.outcome is None:
            raise NotModelledError(str(verdict.cause))
        return SamlOutcome.SIGNED_IN if lost else verdict.outcome


def outcome_of(row: Mapping[str, Any], keys: Mapping[str, str]) -> str:
    """Return how a recorded row ends, in the recording's words; ``NotModelledError`` where that cannot be told."""
    if row["group"] == "simplesamlphp":
        return SimpleSamlPhpRow(row).outcome()
    return SamlRow(row, keys).outcome()
