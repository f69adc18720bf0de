"""The receiver's verdict on a mail: SPF, DKIM, DMARC and TLS, from the headers of the received message."""

from __future__ import annotations

import re
from typing import Final

from checks.mail.delivery.auth_results import AuthResult, AuthResultsField, fields, read
from wizard.basics.finding import Finding, Status
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.findings import delivery as ids

_RANK: Final = ("pass", "bestguesspass", "neutral", "softfail", "none", "policy", "temperror", "permerror", "fail")
"""Of several results of one method the one that stands first here counts: one good signature is enough (RFC 6376 section 6.1)."""
_WORDS: Final = {
    "pass": Status.PASS,
    "temperror": Status.UNKNOWN,
    "fail": Status.FAIL,
    "hardfail": Status.FAIL,
    "permerror": Status.FAIL,
}
_MEANING: Final = {
    "spf": "SPF lists the servers that may send mail for the domain",
    "dkim": "DKIM signs email on behalf of the domain",
    "dmarc": "DMARC requires SPF or DKIM to match the domain in From",
}
_REMEDY: Final = {
    "spf": "Publish the SPF record that the mail server's provider specifies.",
    "dkim": "Turn on DKIM signing for your domain on the mail server, and add the provider's DKIM key to DNS.",
    "dmarc": "Make SPF or DKIM pass for EMAIL_FROM's own domain, and publish a DMARC record.",
}
_TLS: Final = late_pattern(
    r"\bwith\s+(?:utf8)?e?smtpsa?\b|\bTLSv?1|version=TLS|\(using TLS|\bcipher[= ]", re.IGNORECASE
)
_IN_CLEAR: Final = late_pattern(r"\bwith\s+(?:utf8)?(?:e?smtpa?|microsoft smtp server)\b", re.IGNORECASE)
_WITHIN: Final = late_pattern(
    r"from\s+(?:localhost\b|\[?(?:127\.|::1|IPv6:::1))|\[(?:127\.[0-9.]+|(?:IPv6:)?::1)\]", re.IGNORECASE
)
_HOPS: Final = 30


def verdict(text: str) -> tuple[Finding, ...]:
    """Return the findings for pasted headers, one each for SPF, DKIM, DMARC and TLS.

    They are as true as what was pasted: only the lines of the receiver itself count, but nobody can check who wrote them.
    """
    header = fields(text)
    if not any(name in ("received", "authentication-results", "received-spf", "from") for name, _ in header):
        return (ids.HEADERS_NONE.unknown(),)
    results_fields = _receivers_own(header)
    return (*(_about(method, results_fields, header) for method in _MEANING), _about_tls(header))


def _receivers_own(header: list[tuple[str, str]]) -> list[AuthResultsField]:
    """Return what the receiver itself found: the uppermost field, and those of the same name before the next hop.

    Whatever stands further down was there when the mail came, and may be forged (RFC 8601 section 5).
    """
    own: list[AuthResultsField] = []
    for name, value in header:
        if name == "received" and own:
            break
        if name == "authentication-results":
            field = read(value)
            if not own or field.by.lower() == own[0].by.lower():
                own.append(field)
    if not own:
        # Some receivers write the sealed form alone (RFC 8617 section 4.1.1): "i=1; host; results".
        sealed = next((value for name, value in header if name == "arc-authentication-results"), "")
        own = [read(sealed.partition(";")[2])] if sealed else []
    return own


def _about(method: str, results_fields: list[AuthResultsField], header: list[tuple[str, str]]) -> Finding:
    results = [result for each in results_fields for result in each.results if result.method == method]
    if not results and method == "spf":
        results = _received_spf(header)
    if not results:
        summary = f"The receiver's headers do not mention {method.upper()}."
        return ids.HEADERS.of(method).unknown(summary, settings=(), remedy="")
    best = min(results, key=lambda each: _RANK.index(each.result) if each.result in _RANK else len(_RANK))
    status = _WORDS.get(best.result, Status.WARN)
    by = next((each.by for each in results_fields if each.by), "the receiver")
    summary = f"{method.upper()}: {plain(by)} reports {plain(best.result, limit=20)}. {_MEANING[method]}."
    shown = ", ".join(f"{name}={text}" for name, text in best.properties.items())
    evidence = (plain(f"{method}={best.result} {shown}".rstrip(), limit=200),)
    if status is Status.PASS:
        return ids.HEADERS.of(method).passed(summary, evidence=evidence)
    return ids.HEADERS.of(method).finding(status, summary, remedy=_REMEDY[method], evidence=evidence)


def _received_spf(header: list[tuple[str, str]]) -> list[AuthResult]:
    """Read the older field (RFC 7208 section 9.1)."""
    value = next((value for name, value in header if name == "received-spf"), "")
    word = re.match(r"\s*([A-Za-z]{1,20})", value)
    return [AuthResult(method="spf", result=word[1].lower())] if word else []


def _about_tls(header: list[tuple[str, str]]) -> Finding:
    """Judge the hops over a network: each Received line that has a ``from`` and is not within one machine (RFC 3848)."""
    hops = [value for name, value in header if name == "received"][:_HOPS]
    over_network = [hop for hop in hops if re.match(r"\s*from\s", hop, re.IGNORECASE) and not _WITHIN.search(hop)]
    in_clear = [hop for hop in over_network if not _TLS.search(hop) and _IN_CLEAR.search(hop)]
    encrypted = [hop for hop in over_network if _TLS.search(hop)]
    if in_clear:
        return ids.HEADERS_TLS.warn(evidence=[plain(hop, limit=200) for hop in in_clear[:3]])
    if not encrypted:
        return ids.HEADERS_TLS.unknown(
            "TLS: the Received headers do not show whether the email was encrypted.", settings=(), remedy=""
        )
    return ids.HEADERS_TLS.passed(f"TLS: all network hops in the Received headers ({len(encrypted)}) were encrypted.")
