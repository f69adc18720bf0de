"""Checks the domain's DMARC policy, and whether SPF or DKIM aligns with the address in EMAIL_FROM."""

from __future__ import annotations

from collections.abc import Iterator

from checks.mail.sender.dmarc import DmarcLookup, Policy, find, is_aligned
from checks.mail.sender.findings import MethodFindings, record_texts, txt_line
from checks.mail.sender.task import SenderTask
from checks.net.errors import DnsError
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import sender as ids


async def judge_dmarc(task: SenderTask) -> tuple[tuple[Finding, ...], DmarcLookup | None]:
    """Return the findings about the policy, and the policy; ``None`` if DNS does not tell."""
    try:
        found = await find(task.lookup, task.domain)
    except DnsError as error:
        summary = f"Could not check the DMARC policy of {plain(task.domain)}: {plain(str(error))}."
        return (ids.DMARC_UNKNOWN.unknown(summary),), None
    return tuple(_about(task.domain, found)), found


def judge_alignment(task: SenderTask, spf: MethodFindings, dkim: MethodFindings, found: DmarcLookup | None) -> Finding:
    """Return whether receivers accept the mail as the domain's own (RFC 7489 section 3.1)."""
    policy = (found.policy if found is not None else None) or Policy()
    name = plain(task.domain)
    # Where the provider chooses what stands after MAIL FROM, it may be a name below the domain, which would do.
    by_spf = spf.ok if not task.spf_domain else _speaks(spf.ok, task.spf_domain, task.domain, strict=policy.strict_spf)
    by_dkim = _speaks(dkim.ok, task.signing_domain, task.domain, strict=policy.strict_dkim)
    if by_spf or by_dkim:
        which = " and ".join(word for word, speaks in (("SPF", by_spf), ("DKIM", by_dkim)) if speaks)
        return ids.ALIGNED_OK.passed(f"{which} can prove to receivers that the mail comes from {name}.")
    if by_spf is None or by_dkim is None:
        summary = f"DNS alone does not show whether receivers can verify that the mail comes from {name}."
        return ids.ALIGNED_UNKNOWN.unknown(summary)
    others = {plain(each) for each in (task.spf_domain, task.signing_domain) if each and each != task.domain}
    only = f" SPF and DKIM authenticate {', '.join(sorted(others))} instead." if others else ""
    settings = ("EMAIL_FROM", "MAILGUN_DOMAIN") if task.provider is not None and not task.host else ("EMAIL_FROM",)
    asked = found.effective if found is not None else "none"
    remedy = "Follow the advice for SPF or DKIM; one of them is enough."
    if others:
        remedy = "Set EMAIL_FROM to an address at the domain that the provider sends mail for, or set up the provider for EMAIL_FROM's domain."
    if asked != "none":
        does = "refuse such mail" if asked == "reject" else "put such mail in the spam folder"
        summary = f"Neither SPF nor DKIM proves that the mail comes from {name}, whose DMARC policy asks receivers to {does}.{only}"
        return ids.ALIGNED_REFUSED.fail(summary, settings=settings, remedy=remedy)
    if spf.ok or dkim.ok:
        summary = (
            f"Receivers cannot verify that the mail comes from {name}, so they may flag it or treat it as spam.{only}"
        )
        return ids.ALIGNED_FOREIGN.warn(summary, settings=settings, remedy=remedy)
    summary = (
        f"Neither SPF nor DKIM proves that the mail comes from {name}: Gmail, Yahoo and Outlook refuse such mail.{only}"
    )
    return ids.ALIGNED_NOTHING.fail(summary, settings=settings, remedy=remedy)


def _speaks(ok: bool | None, domain: str, visible: str, *, strict: bool) -> bool | None:  # noqa: FBT001 - three values
    return ok if is_aligned(domain, visible, strict=strict) else False


def _about(domain: str, found: DmarcLookup) -> Iterator[Finding]:
    name = plain(domain)
    fresh = txt_line(f"_dmarc.{domain}", f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}")
    evidence = record_texts(found.records)
    if found.misplaced:
        wrong = ", ".join(plain(each, limit=120) for each in found.misplaced)
        summary = f"The DMARC record is at {wrong}, where receivers do not look for it."
        yield ids.DMARC_MISPLACED.warn(summary, remedy=f"Move it to _dmarc.{name}.")
    elif found.several:
        summary = f"_dmarc.{plain(found.at)} has {len(found.records)} DMARC records, so receivers ignore all of them."
        yield ids.DMARC_SEVERAL.warn(summary, evidence=evidence)
    elif found.policy is None:
        summary = f"{name} has no DMARC policy; Gmail and Yahoo require one from bulk senders."
        yield ids.DMARC_MISSING.warn(summary, remedy=f"Add to DNS: {fresh}")
    elif found.policy.faults:
        effect = (
            f"Receivers treat the record as p={found.effective}." if found.policy.policy else "Receivers ignore it."
        )
        summary = f"The DMARC record of {plain(found.at)} is malformed: {'; '.join(found.policy.faults[:3])}. {effect}"
        remedy = f"Change the record to: {txt_line(f'_dmarc.{found.at}', corrected_policy(found))}"
        yield ids.DMARC_BROKEN.warn(summary, remedy=remedy, evidence=evidence)
    else:
        does = {"none": "do nothing", "quarantine": "treat forged mail as spam", "reject": "refuse forged mail"}
        part = f" (for {found.policy.percent}% of mail)" if found.policy.percent < 100 else ""  # noqa: PLR2004
        by = f" (set at {plain(found.at)})" if found.is_inherited else ""
        summary = f"The DMARC policy of {name}{by} asks receivers to {does[found.effective]}{part}."
        yield ids.DMARC_OK.passed(summary, evidence=evidence)


def corrected_policy(found: DmarcLookup) -> str:
    """Return a valid record that says no more than the broken one could mean."""
    policy = found.policy or Policy()
    parts = ["v=DMARC1", f"p={policy.policy or 'none'}"]
    parts += [f"sp={policy.subdomains}"] if policy.subdomains else []
    parts += ["adkim=s"] if policy.strict_dkim else []
    parts += ["aspf=s"] if policy.strict_spf else []
    parts += [f"rua=mailto:postmaster@{found.at}"]
    return "; ".join(parts)
