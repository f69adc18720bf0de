"""Checks whether SPF allows LibreChat's mail server to send for the domain, and gives the record that would."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import Final

from checks.mail.sender.findings import MethodFindings, record_text, record_texts, txt_line
from checks.mail.sender.spf import MOST_LOOKUPS, MOST_VOIDS, SpfResult, check_host
from checks.mail.sender.spf_record import SpfRecord, SpfSyntaxError, is_spf, parse
from checks.mail.sender.spf_survey import SpfSurvey, samples, survey
from checks.mail.sender.task import SenderTask
from checks.net.dns import Address, BadName
from checks.net.errors import DnsError
from wizard.basics.finding import Finding, Status
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.findings import sender as ids
from wizard.librechat.hosts import is_address

_MOST_ADDRESSES: Final = 4
_MOST_TERMS: Final = 4
_END: Final = late_pattern(r"[+?~-]?all\Z|[A-Za-z][A-Za-z0-9_.-]*=", re.IGNORECASE)


async def judge_spf(task: SenderTask) -> MethodFindings:
    """Return what SPF says about mail that this server sends for the domain."""
    domain = task.spf_domain
    if not domain:
        title = task.provider.title if task.provider is not None else "The provider"
        summary = f"The envelope sender is {title}'s own address, or an address at a domain that you configured with this provider. Receivers therefore do not check the SPF record of {plain(task.domain)}. Only DKIM counts."
        return MethodFindings(findings=(ids.SPF_ELSEWHERE.passed(summary),))
    try:
        texts = (await task.lookup.ask(domain, "TXT")).texts
    except (DnsError, BadName) as error:
        return MethodFindings(findings=(_unknown(domain, str(error)),))
    records = tuple(text for text in texts if is_spf(text))
    addresses = await _addresses(task)
    if not records:
        return MethodFindings(findings=(_missing(task, addresses),), ok=False)
    if len(records) > 1:
        return MethodFindings(findings=(_several(domain, records),), ok=False)
    try:
        record = parse(records[0])
    except SpfSyntaxError as error:
        return MethodFindings(findings=(_wrong(domain, error, records[0]),), ok=False)
    return await _judge_record(task, record, addresses)


def with_terms(text: str, terms: Sequence[str]) -> str:
    """Return a record with terms added where they count: before ``all`` and the modifiers."""
    parts = [part for part in text.split(" ") if part]
    ends = (number for number, part in enumerate(parts) if number and _END.match(part))
    place = next(ends, len(parts))
    return " ".join([*parts[:place], *terms, *parts[place:]])


def merged(records: Sequence[bytes]) -> str:
    """Return one record for several; empty if one of them is not in order."""
    terms: list[str] = []
    finals: list[str] = []
    try:
        parsed = [parse(record) for record in records]
    except SpfSyntaxError:
        return ""
    for record in parsed:
        terms += [each.term for each in record.mechanisms if each.name != "all" and each.term not in terms]
        finals += [each.term for each in record.mechanisms if each.name == "all"]
    # The mildest of them: nobody who was let in by one of the records is shut out by the other.
    final = next((term for mild in "?~-" for term in finals if term.startswith(mild)), "~all")
    return " ".join(["v=spf1", *terms, final])


async def _addresses(task: SenderTask) -> tuple[Address, ...]:
    """Return addresses that stand for the server: some of the provider's, or its own where they are public."""
    if task.provider is not None:
        return await samples(task.lookup, task.provider.include) if task.provider.include else ()
    if task.is_inside or not task.host:
        return ()
    if is_address(task.host):
        return (ipaddress.ip_address(task.host),)
    try:
        replies = await asyncio.gather(*(task.lookup.ask(task.host, kind) for kind in ("A", "AAAA")))
    except (DnsError, BadName):
        return ()
    found = [address for reply in replies for address in reply.addresses if address.is_global]
    return tuple(found[:_MOST_ADDRESSES])


def _terms(task: SenderTask, addresses: tuple[Address, ...]) -> list[str]:
    if task.provider is not None:
        return [f"include:{task.provider.include}"] if task.provider.include else []
    return [f"ip{address.version}:{address}" for address in addresses]


async def _judge_record(task: SenderTask, record: SpfRecord, addresses: tuple[Address, ...]) -> MethodFindings:
    domain = task.spf_domain
    found = await survey(task.lookup, record, domain)
    verdicts = [await check_host(task.lookup, address, domain, task.address) for address in addresses]
    results = {verdict.result for verdict in verdicts}
    is_included = task.provider is not None and task.provider.include in found.included
    passes = results == {SpfResult.PASS} or (is_included and not results)
    findings = list(_about_record(domain, record, found, passes=passes))
    if passes:
        by = task.provider.title if task.provider is not None else plain(task.host)
        summary = f"The SPF record of {plain(domain)} allows {by} ({found.lookups} of {MOST_LOOKUPS} lookups used)."
        return MethodFindings(
            findings=(ids.SPF_OK.passed(summary, evidence=(record_text(record.text),)), *findings), ok=True
        )
    if SpfResult.PERMERROR in results:
        if not any(each.status is Status.FAIL for each in findings):
            why = next(verdict.why for verdict in verdicts if verdict.result is SpfResult.PERMERROR)
            findings.append(_breaks_off(domain, record, why))
        return MethodFindings(findings=tuple(findings), ok=False)
    why = next((verdict.why for verdict in verdicts if verdict.result is SpfResult.TEMPERROR), "")
    if why or (not results and task.provider is not None):
        return MethodFindings(
            findings=(_unknown(domain, why or "the provider's own record could not be read"), *findings)
        )
    if not results:
        return MethodFindings(findings=(_no_address(task, record), *findings))
    is_certain = task.provider is not None and SpfResult.PASS not in results
    refusal = _not_listed(task, record, addresses, results)
    return MethodFindings(findings=(refusal, *findings), ok=False if is_certain else None)


def _about_record(domain: str, record: SpfRecord, found: SpfSurvey, *, passes: bool) -> Iterator[Finding]:
    """Yield what is wrong with the record for any sender; a warning if receivers do not get that far for this server."""
    status = Status.WARN if passes else Status.FAIL
    evidence = (record_text(record.text),)
    name = plain(domain)
    if found.lookups > MOST_LOOKUPS:
        costs = sorted(found.costs, key=lambda cost: -cost[1])[:_MOST_TERMS]
        summary = f"The SPF record of {name} needs {found.lookups} lookups, but SPF checks fail with permerror after {MOST_LOOKUPS} (RFC 7208 section 4.6.4)."
        remedy = "Remove servers that you no longer use. Terms with the most lookups: "
        remedy += ", ".join(f"{plain(term)} ({cost})" for term, cost in costs) + "."
        yield ids.SPF_LOOKUPS.finding(status, summary, remedy=remedy, evidence=evidence)
    if found.voids > MOST_VOIDS:
        summary = f"{found.voids} terms in the SPF record of {name} refer to names that do not exist; receivers stop after {MOST_VOIDS}."
        yield ids.SPF_VOIDS.finding(status, summary, evidence=evidence)
    if found.broken:
        summary = (
            f"The SPF record of {name} refers to records that are missing or wrong, so SPF checks fail with permerror."
        )
        broken = tuple(record_text(f"{term}: {why}") for term, why in found.broken[:_MOST_TERMS])
        yield ids.SPF_BROKEN_INCLUDE.finding(status, summary, evidence=broken)
    yield from _about_all(domain, record, found)
    if found.uses_ptr:
        summary = f"The SPF record of {name} uses ptr, which receivers may ignore (RFC 7208 section 5.5)."
        yield ids.SPF_PTR.warn(summary, evidence=evidence)


def _about_all(domain: str, record: SpfRecord, found: SpfSurvey) -> Iterator[Finding]:
    if found.final is not None and found.final.qualifier in "-~":
        return
    name, evidence = plain(domain), (record_text(record.text),)
    without = " ".join(part for part in record.text.split(" ") if part.lower().lstrip("+-~?") != "all")
    remedy = "" if record.redirect else txt_line(domain, f"{without} ~all")
    if found.final is None:
        if not found.unknown:
            summary = f"The SPF record of {name} does not end with 'all': receivers may accept forged mail from servers that it does not list."
            yield ids.SPF_NO_ALL.warn(summary, remedy=remedy, evidence=evidence)
    elif found.final.qualifier == "+":
        summary = (
            f"The SPF record of {name} allows every server on the internet (+all): receivers trust it less than "
            "no record at all."
        )
        yield ids.SPF_OPEN.warn(summary, remedy=remedy, evidence=evidence)
    else:
        summary = f"The SPF record of {name} says nothing about other servers (?all)."
        yield ids.SPF_NEUTRAL.warn(summary, remedy=remedy, evidence=evidence)


def _missing(task: SenderTask, addresses: tuple[Address, ...]) -> Finding:
    domain = task.spf_domain
    terms = _terms(task, addresses)
    summary = f"{plain(domain)} has no SPF record: receivers cannot verify that this server may send mail for it."
    remedy = txt_line(domain, " ".join(["v=spf1", *(terms or ["ip4:ADDRESS-OF-YOUR-SERVER"]), "~all"]))
    return ids.SPF_MISSING.warn(summary, remedy=f"Add to DNS: {remedy}")


def _several(domain: str, records: tuple[bytes, ...]) -> Finding:
    summary = (
        f"{plain(domain)} has {len(records)} SPF records, so SPF checks fail with permerror (RFC 7208 section 4.5)."
    )
    one = merged(records)
    remedy = f"Replace them with: {txt_line(domain, one)}" if one else "Keep only one of these SPF records."
    return ids.SPF_SEVERAL.fail(summary, remedy=remedy, evidence=record_texts(records))


def _wrong(domain: str, error: SpfSyntaxError, record: bytes) -> Finding:
    at = f" at {plain(error.term)}" if error.term else ""
    summary = (
        f"The SPF record of {plain(domain)} is malformed{at}: {error}. SPF checks of the domain fail with permerror."
    )
    return ids.SPF_SYNTAX.fail(summary, evidence=(record_text(record),))


def _breaks_off(domain: str, record: SpfRecord, why: str) -> Finding:
    summary = (
        f"SPF checks against the record of {plain(domain)} fail with permerror before any term matches this server."
    )
    evidence = (record_text(why), record_text(record.text))
    return ids.SPF_ERROR.fail(summary, evidence=evidence)


def _unknown(domain: str, why: str) -> Finding:
    summary = f"Could not check the SPF record of {plain(domain)}: {plain(why)}."
    return ids.SPF_UNKNOWN.unknown(summary)


def _no_address(task: SenderTask, record: SpfRecord) -> Finding:
    summary = (
        f"The IP address that {plain(task.host)} sends from is unknown, so it could not be checked against the SPF "
        f"record of {plain(task.spf_domain)}."
    )
    remedy = "Add the mail server's public IP address to the record: " + txt_line(
        task.spf_domain, with_terms(record.text, ["ip4:PUBLIC-ADDRESS"])
    )
    return ids.SPF_ADDRESS.unknown(summary, remedy=remedy, evidence=(record_text(record.text),))


def _not_listed(
    task: SenderTask, record: SpfRecord, addresses: tuple[Address, ...], results: set[SpfResult]
) -> Finding:
    domain = task.spf_domain
    by = task.provider.title if task.provider is not None else plain(task.host)
    add = txt_line(domain, with_terms(record.text, _terms(task, addresses)))
    evidence = (record_text(record.text),)
    if SpfResult.PASS in results:
        summary = f"The SPF record of {plain(domain)} allows only some of {by}'s servers."
        return ids.SPF_PARTLY.warn(summary, remedy=f"To allow all of them: {add}", evidence=evidence)
    says = "forbids" if SpfResult.FAIL in results else "does not allow"
    if task.provider is None:
        summary = f"The SPF record of {plain(domain)} {says} sending from the IP address of {by}. (The server might send from a different IP address.)"
    else:
        summary = f"The SPF record of {plain(domain)} does not list {by}, and {says} it to send: receivers refuse the mail or treat it as spam."
    status = Status.FAIL if SpfResult.FAIL in results and task.provider is not None else Status.WARN
    entry = ids.SPF_REFUSED if SpfResult.FAIL in results else ids.SPF_NOT_LISTED
    return entry.finding(status, summary, remedy=f"Change the record to: {add}", evidence=evidence)
