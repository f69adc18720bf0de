"""Findings about SAML from the settings alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from checks.provider.saml.response_field import response_field
from checks.provider.saml.task import SamlTask
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import saml as ids
from wizard.librechat.providers import NEEDED, SAML_SINCE, has_social_login
from wizard.librechat.saml_certificate import CertificateFault, certificate_path

_SHOWN: Final = 120
_WHY: Final = {
    CertificateFault.NO_FILE: "it is neither a certificate in a supported form nor the path of a readable file, so SAML is not registered.",
    CertificateFault.EMPTY: "the file is empty, so SAML is not registered.",
    CertificateFault.FORM: "it is neither PEM nor base64, so every sign-in fails with status 500.",
    CertificateFault.NO_KEY: "no key can be read from it, so every response is refused.",
    CertificateFault.KEY_KIND: "its key is not an RSA key, and LibreChat supports only RSA: every response is rejected.",
}


def settings_findings(task: SamlTask) -> Iterator[Finding]:
    """Yield what keeps a sign-in from working whatever the provider answers."""
    if task.release < SAML_SINCE:
        yield ids.RELEASE.fail()
        return
    lacking = [name for name in (*NEEDED["saml"], "SAML_CALLBACK_URL") if not task.variables.get(name)]
    if not has_social_login(task.variables):
        lacking.append("ALLOW_SOCIAL_LOGIN=true")
    if lacking:
        yield ids.INCOMPLETE.fail(
            f"Not set: {', '.join(lacking)}. {ids.INCOMPLETE.consequence}",
            settings=[name.partition("=")[0] for name in lacking],
        )
        return
    yield from _certificate(task)
    if not task.settings.can_start:
        yield ids.ENTRY_POINT.fail(evidence=(f"SAML_ENTRY_POINT={task.settings.entry_point}",))
    if not task.variables.get("DOMAIN_CLIENT"):
        yield ids.NO_CLIENT.fail()
    if task.settings.loses_cookies:
        yield _cookies(task)


def _cookies(task: SamlTask) -> Finding:
    """Judge a callback over http. A provider may post to the address that it knows, whatever LibreChat asks for.

    A pasted response shows where it did.
    """
    evidence = [f"SAML_CALLBACK_URL={task.settings.callback}"]
    destination = response_field(task.response).destination if task.response is not None else ""
    if destination.startswith("https://"):
        summary = "SAML_CALLBACK_URL begins with http://, but the provider posts to an https:// URL."
        return ids.COOKIES.warn(summary, evidence=[*evidence, f"Destination of the response: {destination}"])
    return ids.COOKIES.fail(evidence=evidence)


def _certificate(task: SamlTask) -> Iterator[Finding]:
    if task.unseen:
        yield ids.CERTIFICATE_UNSEEN.unknown(task.unseen)
        return
    found = task.settings.certificate
    path = certificate_path(task.variables["SAML_CERT"])
    where = (
        (f"LibreChat reads the value as a path: {path}",)
        if path is not None
        else ("LibreChat does not read the value as a path",)
    )
    if found.fault is not None:
        entry = ids.CERTIFICATE.of(found.fault)
        yield entry.fail(f"LibreChat cannot use SAML_CERT: {_WHY[found.fault]}", evidence=where)
        return
    if found.blocks > 1:
        yield ids.CERTIFICATE_SEVERAL.warn(
            f"SAML_CERT contains {found.blocks} certificates, and LibreChat uses only the first one."
        )
    if found.certificate is None:
        yield ids.CERTIFICATE_OK.passed(evidence=where)
        return
    end = found.certificate.not_valid_after_utc
    subject = plain(found.certificate.subject.rfc4514_string(), limit=_SHOWN)
    if end < task.clock():
        summary = f"The certificate in SAML_CERT expired on {end:%Y-%m-%d}. LibreChat does not check expiry: sign-ins still work."
        yield ids.CERTIFICATE_EXPIRED.passed(summary, evidence=where)
    else:
        yield ids.CERTIFICATE_OK.passed(
            f"LibreChat can read SAML_CERT: {subject}, valid until {end:%Y-%m-%d}.", evidence=where
        )
