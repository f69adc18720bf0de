"""Headers as large receivers write them: what they say of SPF, DKIM, DMARC and TLS, and what a forger cannot make them say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checks.mail.delivery.headers import verdict
from tests.patience import assert_linear
from wizard.basics.finding import Finding, Status

GMAIL = """\
Delivered-To: operator@gmail.com
Received: by 2002:a05:6022:1234:b0:aa:bb:cc with SMTP id x12csp123456;
        Tue, 4 Mar 2025 10:00:03 -0800 (PST)
X-Received: by 2002:a05:600c:4f0f:b0:43b with SMTP id 5b1f17b1804b1-43bd2.6.1741111203139; Tue, 04 Mar 2025 10:00:03 -0800 (PST)
ARC-Authentication-Results: i=1; mx.google.com;
       dkim=pass header.i=@example.net header.s=mail header.b=AbCdEf12;
       spf=pass (google.com: domain of chat@example.net designates 192.0.2.25 as permitted sender) smtp.mailfrom=chat@example.net;
       dmarc=pass (p=QUARANTINE sp=NONE dis=NONE) header.from=example.net
Return-Path: <chat@example.net>
Received: from mail.example.net (mail.example.net. [192.0.2.25])
        by mx.google.com with ESMTPS id ffacd0b85a97d-390e4.2025.03.04.10.00.03
        for <operator@gmail.com>
        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);
        Tue, 04 Mar 2025 10:00:03 -0800 (PST)
Received-SPF: pass (google.com: domain of chat@example.net designates 192.0.2.25 as permitted sender) client-ip=192.0.2.25;
Authentication-Results: mx.google.com;
       dkim=pass header.i=@example.net header.s=mail header.b=AbCdEf12;
       spf=pass (google.com: domain of chat@example.net designates 192.0.2.25 as permitted sender) smtp.mailfrom=chat@example.net;
       dmarc=pass (p=QUARANTINE sp=NONE dis=NONE) header.from=example.net
From: "Chat" <chat@example.net>
Subject: Chat: your test code
"""
OUTLOOK = """\
Received: from AM0PR01MB1234.eurprd01.prod.outlook.com (2603:10a6:208:1::1)
 by VI1PR01MB5678.eurprd01.prod.outlook.com with HTTPS; Tue, 4 Mar 2025 18:00:05 +0000
Received: from DB1PEPF0001.eurprd01.prod.outlook.com (2603:10a6:10:1::2) by
 AM0PR01MB1234.eurprd01.prod.outlook.com (2603:10a6:208:1::1) with Microsoft SMTP
 Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.8489.28; Tue, 4
 Mar 2025 18:00:04 +0000
Authentication-Results: spf=softfail (sender IP is 192.0.2.25)
 smtp.mailfrom=example.net; dkim=none (message not signed)
 header.d=none;dmarc=fail action=quarantine header.from=example.net;compauth=fail reason=000
Received-SPF: SoftFail (protection.outlook.com: domain of transitioning
 example.net discourages use of 192.0.2.25 as permitted sender)
Received: from mail.example.net (192.0.2.25) by
 DB1PEPF0001.mail.protection.outlook.com (10.167.8.4) with Microsoft SMTP
 Server id 15.20.8489.16 via Frontend Transport; Tue, 4 Mar 2025 18:00:04 +0000
From: "Chat" <chat@example.net>
"""
FASTMAIL = """\
Return-Path: <chat@example.net>
Received: from phl-compute-01.internal (phl-compute-01.internal [10.202.2.41])
	by sloti1.internal (Cyrus 3.13) with LMTPA;
	Tue, 04 Mar 2025 13:00:04 -0500
X-Sieve: CMU Sieve 3.0
Received: from phl-mx-01.internal ([10.202.2.200])
	by phl-compute-01.internal (LMTPProxy); Tue, 04 Mar 2025 13:00:04 -0500
Received: from phl-mx-01.messagingengine.com (localhost [127.0.0.1])
	by mailmx.phl.internal (Postfix) with ESMTP id 3B1D21
	for <operator@fastmail.com>; Tue,  4 Mar 2025 13:00:04 -0500 (EST)
Authentication-Results: phl-mx-01.messagingengine.com;
    dkim=fail (body has been altered; 2048-bit rsa key sha256) header.d=example.net header.i=@example.net
      header.b=AbCdEf12 header.a=rsa-sha256 header.s=mail x-bits=2048;
    dkim=pass (2048-bit rsa key sha256) header.d=relay.example.org header.i=@relay.example.org header.b=Gh34;
    dmarc=pass policy.published-domain-policy=reject policy.evaluated-disposition=none (p=reject,d=none) header.from=example.net;
    iprev=pass smtp.remote-ip=192.0.2.25 (mail.example.net);
    spf=pass smtp.mailfrom=chat@example.net smtp.helo=mail.example.net
Received-SPF: pass
    (example.net: 192.0.2.25 is authorized to use 'chat@example.net' in 'mfrom' identity)
Received: from mail.example.net (mail.example.net [192.0.2.25])
	(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
	(No client certificate requested)
	by phl-mx-01.messagingengine.com (Postfix) with ESMTPS id 1A2B
	for <operator@fastmail.com>; Tue,  4 Mar 2025 13:00:03 -0500 (EST)
From: "Chat" <chat@example.net>
"""
RSPAMD = """\
Return-Path: <chat@example.net>
Received: from mail.example.net (mail.example.net [192.0.2.25])
	by mx.example.org (Postfix) with ESMTP id 4XYZ
	for <operator@example.org>; Tue,  4 Mar 2025 18:00:03 +0000 (UTC)
Authentication-Results: mx.example.org;
	dkim=pass header.d=example.net header.s=mail header.b="Ab;C(dE";
	spf=temperror (mx.example.org: error in processing during lookup of chat@example.net: DNS error) smtp.mailfrom=chat@example.net;
	dmarc=pass (policy=none) header.from=example.net
From: "Chat" <chat@example.net>
"""
OPENDKIM = """\
Authentication-Results: mx.example.org; dmarc=fail (p=none dis=none) header.from=example.net
Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=example.net
Authentication-Results: mx.example.org;
	dkim=permerror (0-bit key) header.d=example.net header.i=@example.net header.b="AbC"; dkim-atps=neutral
Received: from mail.example.net (mail.example.net [192.0.2.25])
	by mx.example.org (Postfix) with ESMTPS id 4XYZ
	for <operator@example.org>; Tue,  4 Mar 2025 18:00:03 +0000 (UTC)
From: "Chat" <chat@example.net>
"""
P, F, W, U = Status.PASS, Status.FAIL, Status.WARN, Status.UNKNOWN


def told(text: str) -> dict[str, Finding]:
    return {finding.id.removeprefix("delivery.headers."): finding for finding in verdict(text)}


@pytest.mark.parametrize(
    ("text", "spf", "dkim", "dmarc", "tls"),
    [
        pytest.param(GMAIL, P, P, P, P, id="gmail"),
        pytest.param(OUTLOOK, W, W, F, W, id="outlook"),
        pytest.param(FASTMAIL, P, P, P, P, id="fastmail"),
        pytest.param(RSPAMD, U, P, P, W, id="rspamd"),
        pytest.param(OPENDKIM, F, F, F, P, id="opendkim"),
    ],
)
@pytest.mark.parametrize("form", ["as sent", "crlf", "pasted", "shifted"])
def test_receivers(text: str, spf: Status, dkim: Status, dmarc: Status, tls: Status, form: str) -> None:
    match form:
        case "crlf":
            text = text.replace("\n", "\r\n") + "\r\nThe body: Authentication-Results: x; spf=fail\r\n"
        case "pasted":  # a web page that lost the blanks at the beginning of lines
            text = "\n\n" + "\n".join(line.strip() for line in text.splitlines())
        case "shifted":  # a web page that puts everything to the right
            text = "".join(f"    {line}\n" for line in text.splitlines())
    found = told(text)
    assert [found[name].status for name in ("spf", "dkim", "dmarc", "tls")] == [spf, dkim, dmarc, tls]
    for name in ("spf", "dkim", "dmarc"):
        assert found[name].status is P or found[name].settings == ("EMAIL_FROM",)


def test_who_reports_it_and_what_is_shown() -> None:
    found = told(GMAIL)
    assert "mx.google.com reports pass" in found["dkim"].summary
    assert found["spf"].evidence == ("spf=pass smtp.mailfrom=chat@example.net",)


def test_what_the_sender_wrote_himself_does_not_count() -> None:
    forged = "Authentication-Results: mx.example.org; spf=pass; dkim=pass; dmarc=pass header.from=example.net\n"
    hops = OPENDKIM.partition("From:")[0]
    assert [told(hops + forged)[name].status for name in ("spf", "dkim", "dmarc")] == [F, F, F]
    other = OPENDKIM.partition("Received:")[0] + forged.replace("mx.example.org", "mx.elsewhere.test")
    assert [told(other)[name].status for name in ("spf", "dkim", "dmarc")] == [F, F, F]


def test_results_in_comments_and_quotation_marks_do_not_count() -> None:
    text = 'Authentication-Results: mx.test; spf=fail (no; dmarc=pass (really; dkim=pass)) reason="; dkim=pass"\nFrom: x@y\n'
    found = told(text)
    assert (found["spf"].status, found["dkim"].status, found["dmarc"].status) == (F, U, U)


def test_only_the_sealed_form_or_the_older_field() -> None:
    sealed = "Received: from a (b) by c with ESMTPS\nARC-Authentication-Results: i=1; mx.test; spf=pass; dkim=pass; dmarc=pass\n"
    assert [told(sealed)[name].status for name in ("spf", "dkim", "dmarc")] == [P, P, P]
    assert told("Received-SPF: Fail (x)\n")["spf"].status is F


@pytest.mark.parametrize("text", ["", "hello", "x" * 1_000_000, "\n" * 100_000, "Dear all: nothing\n"])
def test_no_headers(text: str) -> None:
    (finding,) = verdict(text)
    assert (finding.id, finding.status) == ("delivery.headers.none", U)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (lambda size: "(" * size, 200_000),
        (lambda size: "x;" * size, 100_000),
        (lambda size: "spf=" * size, 50_000),
        (lambda size: '"' + "\\" * size, 100_000),
        (lambda size: "a.b=" + "c" * size, 100_000),
        (lambda size: " " * size, 200_000),
        (lambda size: "spf / " * size, 50_000),
        (lambda size: "1" * size + "=" * size, 5000),
    ],
)
def test_hostile_headers_are_read_in_linear_time(value: Callable[[int], str], size: int) -> None:
    def read(size: int) -> None:
        text = value(size)
        verdict(f"Received: {text}\nAuthentication-Results: {text}\nReceived-SPF: {text}\n" * 20)

    assert_linear(read, size)


def test_hostile_headers_steer_nothing() -> None:
    steering = "\x1b]0;owned\x07\u202e[@click=app.bell]"
    text = f"Received: from {steering} by x with ESMTP\nAuthentication-Results: {steering}; spf=fail a.b={steering}\n"
    for finding in verdict(text):
        for part in (finding.summary, *finding.evidence):
            assert part.isprintable()
            assert "\u202e" not in part
