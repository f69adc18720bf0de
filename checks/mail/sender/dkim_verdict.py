"""Checks for a DKIM key that matches the mail server's signatures."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from checks.mail.sender.dkim import USABLE, DkimKeyState, Key, parse_key
from checks.mail.sender.findings import MethodFindings, record_text
from checks.mail.sender.providers import COMMON_SELECTORS
from checks.mail.sender.task import SenderTask
from checks.net.dns import BadName
from checks.net.errors import DnsError
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.findings import sender as ids

_STATUS: Final = {
    DkimKeyState.WEAK: Status.WARN,
    DkimKeyState.TESTING: Status.WARN,
    DkimKeyState.REVOKED: Status.WARN,
    DkimKeyState.SHORT: Status.FAIL,
    DkimKeyState.OTHER_SERVICE: Status.FAIL,
    DkimKeyState.PRIVATE: Status.FAIL,
    DkimKeyState.BROKEN: Status.FAIL,
}
_SAYS: Final = {
    DkimKeyState.WEAK: "is shorter than the recommended 2048 bits",
    DkimKeyState.TESTING: "is marked as a test (t=y): receivers may treat the mail as unsigned",
    DkimKeyState.REVOKED: "was revoked: its p= is empty",
    DkimKeyState.SHORT: "is too short for receivers to accept",
    DkimKeyState.OTHER_SERVICE: "is not for mail",
    DkimKeyState.PRIVATE: "is the private key: anyone can read it in DNS and sign as you",
    DkimKeyState.BROKEN: "cannot be read",
}
_REMEDY: Final = {
    DkimKeyState.WEAK: "Create a new 2048-bit key.",
    DkimKeyState.TESTING: "Remove t=y once signing works.",
    DkimKeyState.PRIVATE: "Remove the private key from DNS now, create a new key pair, and publish the public key.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    selector: str
    keys: tuple[Key, ...] = ()
    records: tuple[bytes, ...] = ()
    why: str = ""
    """Why it could not be asked; empty if it was."""


async def judge_dkim(task: SenderTask) -> MethodFindings:
    """Return what DNS holds for the selectors that are known, or else for those that are often used."""
    known = task.selectors or (task.provider.selectors if task.provider is not None else ())
    seen = await asyncio.gather(*(_look(task, selector) for selector in known or COMMON_SELECTORS))
    there = [each for each in seen if each.keys]
    findings = [finding for each in there for finding in _faults(task, each)]
    usable = [each for each in there if len(each.keys) == 1 and each.keys[0].state in USABLE]
    unasked = next((each.why for each in seen if each.why), "")
    if usable:
        return MethodFindings(
            findings=(_good(task, usable, is_sure=bool(known)), *findings), ok=True if known else None
        )
    # Where a customer may choose a selector, signing may go well with one that is not known here.
    is_sure = bool(task.selectors or (known and task.provider and not task.provider.chosen_selectors))
    if there:
        return MethodFindings(findings=tuple(findings), ok=False if is_sure and not unasked else None)
    if unasked:
        summary = f"Could not check whether {plain(task.signing_domain)} has a DKIM key: {plain(unasked)}."
        return MethodFindings(findings=(ids.DKIM_UNKNOWN.unknown(summary),))
    is_sure = is_sure or await _has_none_at_all(task)
    if is_sure or known:
        return MethodFindings(findings=(_missing(task, known, is_sure=is_sure),), ok=False if is_sure else None)
    return MethodFindings()


async def _look(task: SenderTask, selector: str) -> _Seen:
    try:
        reply = await task.lookup.ask(f"{selector}._domainkey.{task.signing_domain}", "TXT")
    except BadName:
        return _Seen(selector=selector)
    except DnsError as error:
        return _Seen(selector=selector, why=str(error))
    # Names with a wildcard answer everything; what bears neither p= nor v=DKIM was not meant as a key.
    records = tuple(text for text in reply.texts if b"p=" in text or b"DKIM" in text.upper())
    return _Seen(selector=selector, records=records, keys=tuple(parse_key(record) for record in records))


async def _has_none_at_all(task: SenderTask) -> bool:
    """Whether no name lies below ``_domainkey``: it does not exist then itself (RFC 8020)."""
    try:
        return not (await task.lookup.ask(f"_domainkey.{task.signing_domain}", "TXT")).exists
    except (DnsError, BadName):
        return False


def _faults(task: SenderTask, seen: _Seen) -> list[Finding]:
    name = plain(f"{seen.selector}._domainkey.{task.signing_domain}", limit=120)
    if len(seen.keys) > 1:
        summary = f"There are {len(seen.keys)} DKIM keys at {name}; receivers may use any of them."
        return [ids.DKIM_SEVERAL.fail(summary)]
    key = seen.keys[0]
    if key.state is DkimKeyState.GOOD:
        return []
    shows_bits = key.bits and key.state is not DkimKeyState.TESTING
    why = f" ({key.why})" if key.state is DkimKeyState.BROKEN else f" ({key.bits} bits)" if shows_bits else ""
    # A private key is a secret wherever it stands.
    evidence = () if key.state is DkimKeyState.PRIVATE else (record_text(seen.records[0])[:80],)
    shown = task.provider.dkim_at if task.provider is not None else ""
    where = f", as {task.provider.title} shows it ({shown})" if task.provider is not None and shown else ""
    remedy = _REMEDY.get(key.state, f"Publish the key again{where}.")
    summary = f"The DKIM key at {name} {_SAYS[key.state]}{why}."
    return [ids.DKIM_KEY.of(key.state).finding(_STATUS[key.state], summary, remedy=remedy, evidence=evidence)]


def _good(task: SenderTask, usable: list[_Seen], *, is_sure: bool) -> Finding:
    kinds = ", ".join(f"{plain(each.selector)} ({each.keys[0].kind} {each.keys[0].bits})" for each in usable)
    summary = f"{plain(task.signing_domain)} has DKIM keys: {kinds}."
    if not is_sure:
        summary += " Only a received message shows whether your mail server signs with these keys (see s= in its DKIM-Signature header)."
    return ids.DKIM_OK.passed(summary)


def _missing(task: SenderTask, known: tuple[str, ...], *, is_sure: bool) -> Finding:
    domain = plain(task.signing_domain)
    if task.selectors:
        names = ", ".join(plain(selector) for selector in known)
        summary = f"The message was signed with the selector {names}, but {domain} has no matching DKIM key."
    elif is_sure:
        summary = f"{domain} has no DKIM key: its mail is sent unsigned."
    else:
        summary = f"{domain} has no DKIM key at the usual selectors ({', '.join(known)}); it may use a custom selector."
    remedy = "Turn on DKIM on your mail server, and add its public key to DNS."
    if task.provider is not None:
        at = f"{known[0] if known else 'SELECTOR'}._domainkey.{task.signing_domain}"
        remedy = (
            f"Turn on DKIM ({task.provider.dkim_at}). Then add a DNS record at {plain(at, limit=200)}, exactly as the provider shows it."
            if task.provider.dkim_at
            else f"Turn on DKIM at {task.provider.title}."
        )
    return ids.DKIM_MISSING.warn(summary, remedy=remedy)
