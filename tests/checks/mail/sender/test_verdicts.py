"""What the check tells about whole domains, from a real name server, with the line to add."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.mail.sender.spf import check_host
from tests.checks.mail.sender.asking import ask, by_id, ids, task
from wizard.basics.finding import Finding, Status

GOOGLE = {"EMAIL_HOST": "smtp.gmail.com"}


async def by_google(port: int, domain: str) -> list[Finding]:
    return await ask(task(port, {"EMAIL_FROM": f"chat@{domain}", **GOOGLE}))


async def test_a_domain_in_order(real_dns: int) -> None:
    found = await by_google(real_dns, "whole.org")
    assert [finding.id for finding in found] == [
        "sender.mx.ok",
        "sender.spf.ok",
        "sender.dkim.ok",
        "sender.dmarc.ok",
        "sender.aligned.ok",
    ]
    assert all(finding.status is Status.PASS for finding in found)
    assert "3 of 10 lookups" in by_id(found, "sender.spf.ok").summary


async def test_the_service_of_nodemailer_leads_to_its_provider(real_dns: int) -> None:
    found = await ask(task(real_dns, {"EMAIL_FROM": "chat@whole.org", "EMAIL_SERVICE": "gmail"}))
    assert "allows Google" in by_id(found, "sender.spf.ok").summary


async def test_addresses_without_the_include_and_records_behind_aliases_count_too(real_dns: int) -> None:
    assert by_id(await by_google(real_dns, "flat.org"), "sender.spf.ok").status is Status.PASS
    found = await by_google(real_dns, "alias.org")
    assert ids(found, "spf") == ["sender.spf.ok"]
    assert ids(found, "dkim") == ["sender.dkim.ok"]
    partly = by_id(await by_google(real_dns, "partly.org"), "sender.spf.partly")
    assert 'partly.org. IN TXT "v=spf1 ip4:8.8.0.0/16 include:_spf.google.com -all"' in partly.remedy


SPF = {
    "bare": ("missing", Status.WARN, 'bare.org. IN TXT "v=spf1 include:_spf.google.com ~all"'),
    "shut": ("refused", Status.FAIL, 'shut.org. IN TXT "v=spf1 mx include:_spf.google.com -all"'),
    "mild": ("not-listed", Status.WARN, 'mild.org. IN TXT "v=spf1 mx include:_spf.google.com ~all"'),
    "two": ("several", Status.FAIL, 'two.org. IN TXT "v=spf1 mx include:_spf.google.com ~all"'),
    "typo": ("syntax", Status.FAIL, ""),
    "world": ("open", Status.WARN, 'world.org. IN TXT "v=spf1 include:_spf.google.com ~all"'),
    "question": ("neutral", Status.WARN, 'question.org. IN TXT "v=spf1 include:_spf.google.com ~all"'),
    "endless": ("no-all", Status.WARN, 'endless.org. IN TXT "v=spf1 include:_spf.google.com ~all"'),
    "pointer": ("ptr", Status.WARN, ""),
    "loop": ("broken-include", Status.FAIL, ""),
    "dead": ("broken-include", Status.FAIL, ""),
    "dead-after": ("broken-include", Status.WARN, ""),
    "voids": ("voids", Status.FAIL, ""),
    "many": ("lookups", Status.FAIL, "include:a.lots.org (6)"),
    "many-after": ("lookups", Status.WARN, "include:a.lots.org (6)"),
}


@pytest.mark.parametrize("name", SPF)
async def test_spf_with_a_fault(name: str, real_dns: int) -> None:
    identity, status, remedy = SPF[name]
    found = await by_google(real_dns, f"{name}.org")
    finding = by_id(found, f"sender.spf.{identity}")
    assert finding.status is status
    assert remedy in finding.remedy
    # The server of Google's is let in by these, whatever else is wrong with them; by the others it is not.
    lets_in = name in ("world", "question", "endless", "pointer", "dead-after", "many-after")
    assert ("sender.spf.ok" in ids(found, "spf")) is lets_in
    assert found[-1].id == {True: "sender.aligned.ok", False: "sender.aligned.nothing"}[lets_in] or name == "shut"


async def test_the_lines_to_add_are_right(real_dns: int) -> None:
    """A remedy in place of the record lets Google in."""
    from checks.mail.sender.spf_record import parse

    for name in ("bare", "shut", "mild", "two"):
        finding = by_id(await by_google(real_dns, f"{name}.org"), f"sender.spf.{SPF[name][0]}")
        line = finding.remedy.partition('"')[2].partition('"')[0]
        assert "include:_spf.google.com" in [mechanism.term for mechanism in parse(line.encode()).mechanisms]


async def test_a_forbidding_policy_makes_it_a_failure(real_dns: int) -> None:
    found = await by_google(real_dns, "shut.org")
    assert (found[-1].id, found[-1].status) == ("sender.aligned.refused", Status.FAIL)
    assert "refuse such mail" in found[-1].summary


async def test_dmarc_in_the_wrong_place_and_of_the_domain_above(real_dns: int) -> None:
    for domain in ("misplaced.org", "doubled.org"):
        finding = by_id(await by_google(real_dns, domain), "sender.dmarc.misplaced")
        assert f"Move it to _dmarc.{domain}" in finding.remedy
    # co.uk is nobody's: the organizational domain of news.parent.co.uk is parent.co.uk, whose sp= then counts.
    found = await by_google(real_dns, "news.parent.co.uk")
    assert "(set at parent.co.uk) asks receivers to refuse forged mail" in by_id(found, "sender.dmarc.ok").summary
    assert "do nothing" in by_id(await by_google(real_dns, "parent.co.uk"), "sender.dmarc.ok").summary


MX = {
    "null.org": ("null", Status.FAIL),
    "nowhere.org": ("missing", Status.FAIL),
    "empty.org": ("missing", Status.FAIL),
    "implicit.org": ("implicit", Status.WARN),
}


@pytest.mark.parametrize("domain", MX)
async def test_a_domain_that_gets_no_answers(domain: str, real_dns: int) -> None:
    found = await by_google(real_dns, domain)
    assert [(each.id, each.status) for each in found if each.id.startswith("sender.mx.")] == [
        (f"sender.mx.{MX[domain][0]}", MX[domain][1])
    ]


async def test_a_domain_that_does_not_exist(real_dns: int) -> None:
    found = await by_google(real_dns, "never-registered.org")
    assert [(finding.id, finding.status) for finding in found] == [("sender.domain.unknown", Status.FAIL)]
    found = await by_google(real_dns, f"{'x' * 64}.org")
    assert [(finding.id, finding.status) for finding in found] == [("sender.domain.unknown", Status.FAIL)]


async def test_a_server_of_ones_own(real_dns: int) -> None:
    found = await ask(task(real_dns, {"EMAIL_FROM": "chat@own.org", "EMAIL_HOST": "mail.own.org"}))
    assert "allows mail.own.org" in by_id(found, "sender.spf.ok").summary
    assert "whether your mail server signs" in by_id(found, "sender.dkim.ok").summary
    assert found[-1].id == "sender.aligned.ok"
    # Where mail goes out at another address than it comes in, nothing is certain: a warning, not a failure.
    found = await ask(task(real_dns, {"EMAIL_FROM": "chat@strange.org", "EMAIL_HOST": "mail.own.org"}))
    refused = by_id(found, "sender.spf.refused")
    assert refused.status is Status.WARN
    assert '"v=spf1 ip4:9.9.9.10 ip4:9.9.9.9 ip6:2620:fe::fe -all"' in refused.remedy
    assert (found[-1].id, found[-1].status) == ("sender.aligned.unknown", Status.UNKNOWN)
    found = await ask(task(real_dns, {"EMAIL_FROM": "chat@strange.org", "EMAIL_HOST": "mailserver"}))
    assert by_id(found, "sender.spf.address").status is Status.UNKNOWN


async def test_a_provider_with_a_return_path_of_its_own(real_dns: int) -> None:
    ses = {"EMAIL_HOST": "email-smtp.eu-west-1.amazonaws.com"}
    found = await ask(task(real_dns, {"EMAIL_FROM": "chat@shut.org", **ses}))
    assert ids(found, "spf") == ["sender.spf.elsewhere"]
    # There is no name below _domainkey at all, so that no key can be there whatever its selector.
    assert by_id(found, "sender.dkim.missing").status is Status.WARN
    assert found[-1].id == "sender.aligned.unknown", "a return path below the domain would do"
    found = await ask(task(real_dns, {"EMAIL_FROM": "chat@whole.org", **ses}))
    assert found[-1].id == "sender.aligned.unknown", "its selectors are each customer's own"


async def test_a_selector_that_the_customer_chose_is_not_taken_for_missing(real_dns: int) -> None:
    for domain, identity in (("withdrawn.org", "revoked"), ("elsewhere.org", "missing")):
        found = await by_google(real_dns, domain)
        assert by_id(found, f"sender.dkim.{identity}").status is Status.WARN
        assert (found[-1].id, found[-1].status) == ("sender.aligned.unknown", Status.UNKNOWN)
    # A received message names it.
    wanted = task(real_dns, {"EMAIL_FROM": "chat@elsewhere.org", **GOOGLE})
    assert (await ask(replace(wanted, selectors=("chosen",))))[-1].id == "sender.aligned.ok"
    found = await ask(replace(wanted, selectors=("gone",)))
    assert "selector gone" in by_id(found, "sender.dkim.missing").summary
    assert found[-1].status is Status.FAIL


MAILGUN = {"MAILGUN_API_KEY": "k", "EMAIL_FROM": "chat@whole.org"}


async def test_mailgun_sends_for_its_own_domain_and_alignment_is_asked(real_dns: int) -> None:
    found = await ask(
        task(real_dns, {"EMAIL_FROM": "chat@loose.org", "MAILGUN_API_KEY": "k", "MAILGUN_DOMAIN": "mg.loose.org"})
    )
    assert "SPF record of mg.loose.org allows Mailgun" in by_id(found, "sender.spf.ok").summary
    assert found[-1].id == "sender.aligned.ok"
    # adkim=s and aspf=s: a domain below is not good enough.
    found = await ask(task(real_dns, {"MAILGUN_DOMAIN": "mg.whole.org", **MAILGUN}))
    assert (found[-1].id, found[-1].status) == ("sender.aligned.refused", Status.FAIL)
    assert "authenticate mg.whole.org instead" in found[-1].summary
    assert found[-1].settings == ("EMAIL_FROM", "MAILGUN_DOMAIN")
    # Somebody else's domain, and no policy: not refused, but not one's own either.
    found = await ask(
        task(real_dns, {"EMAIL_FROM": "chat@bare.org", "MAILGUN_API_KEY": "k", "MAILGUN_DOMAIN": "mg.loose.org"})
    )
    assert (found[-1].id, found[-1].status) == ("sender.aligned.foreign", Status.WARN)


async def test_the_survey_and_the_evaluation_count_alike(real_dns: int) -> None:
    import ipaddress

    wanted = task(real_dns, {"EMAIL_FROM": "chat@many-after.org", **GOOGLE})
    stranger = ipaddress.ip_address("192.0.2.1")
    verdict = await check_host(wanted.lookup, stranger, "many-after.org", wanted.address)
    assert (verdict.result, verdict.why) == ("permerror", "it needs more than 10 lookups")
    verdict = await check_host(wanted.lookup, stranger, "whole.org", wanted.address)
    assert (verdict.result, verdict.lookups) == ("softfail", 3)
