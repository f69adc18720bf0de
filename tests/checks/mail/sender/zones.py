"""What the real name server of these tests serves: providers as they are, and domains with the faults of real ones."""

from __future__ import annotations

from typing import Final

from tests.checks.mail.sender.shapes import GOOD

_MX: Final = "MX 10 mx.provider.org."
_KEY: Final = b"v=DKIM1; k=rsa; p=" + GOOD

ZONES: Final[dict[str, tuple[str | bytes, ...]]] = {
    "mx.provider.org": ("A 1.1.1.1",),
    "_spf.google.com": (b"v=spf1 include:_netblocks.google.com include:_netblocks2.google.com ~all",),
    "_netblocks.google.com": (b"v=spf1 ip4:8.8.4.0/24 ip4:8.8.8.0/24 ~all",),
    "_netblocks2.google.com": (b"v=spf1 ip6:2001:4860::/32 ip4:8.34.208.0/20 ~all",),
    "mailgun.org": (b"v=spf1 ip4:143.55.224.0/21 ~all",),
    "amazonses.com": (b"v=spf1 ip4:199.255.192.0/22 -all",),
    # In order.
    "whole.org": (_MX, b"v=spf1 include:_spf.google.com ~all", b"something=else"),
    "google._domainkey.whole.org": (_KEY,),
    "_dmarc.whole.org": (b"v=DMARC1; p=reject; adkim=s; aspf=s",),
    "flat.org": (_MX, b"v=spf1 ip4:8.8.0.0/16 ip4:8.34.208.0/20 -all"),
    "partly.org": (_MX, b"v=spf1 ip4:8.8.0.0/16 -all"),
    "alias.org": (_MX, b"v=spf1 redirect=whole.org"),
    "google._domainkey.alias.org": ("CNAME google._domainkey.whole.org.",),
    "withdrawn.org": (_MX, b"v=spf1 mx -all"),
    "google._domainkey.withdrawn.org": (b"v=DKIM1; p=",),
    "elsewhere.org": (_MX, b"v=spf1 mx -all"),
    "chosen._domainkey.elsewhere.org": (_KEY,),
    # SPF with faults.
    "bare.org": (_MX,),
    "shut.org": (_MX, b"v=spf1 mx -all"),
    "_dmarc.shut.org": (b"v=DMARC1; p=reject",),
    "mild.org": (_MX, b"v=spf1 mx ~all"),
    "two.org": (_MX, b"v=spf1 mx -all", b"v=spf1 include:_spf.google.com ~all"),
    "typo.org": (_MX, b"v=spf1 inlcude:_spf.google.com ~all"),
    "world.org": (_MX, b"v=spf1 include:_spf.google.com +all"),
    "question.org": (_MX, b"v=spf1 include:_spf.google.com ?all"),
    "endless.org": (_MX, b"v=spf1 include:_spf.google.com"),
    "pointer.org": (_MX, b"v=spf1 include:_spf.google.com ptr -all"),
    "loop.org": (_MX, b"v=spf1 include:loop.org include:_spf.google.com -all"),
    "dead.org": (_MX, b"v=spf1 include:gone.provider.org include:_spf.google.com -all"),
    "dead-after.org": (_MX, b"v=spf1 include:_spf.google.com include:gone.provider.org -all"),
    "voids.org": (_MX, b"v=spf1 a:x1.provider.org a:x2.provider.org a:x3.provider.org include:_spf.google.com -all"),
    "many.org": (_MX, b"v=spf1 include:a.lots.org include:b.lots.org include:_spf.google.com -all"),
    "many-after.org": (_MX, b"v=spf1 include:_spf.google.com include:a.lots.org include:b.lots.org -all"),
    "a.lots.org": (b"v=spf1 " + b" ".join(b"a:%d.lots.org" % number for number in range(5)) + b" -all",),
    "b.lots.org": (b"v=spf1 " + b" ".join(b"a:%d.lots.org" % number for number in range(5)) + b" -all",),
    **{f"{number}.lots.org": ("A 127.0.0.9",) for number in range(5)},
    # DMARC elsewhere.
    "misplaced.org": (_MX, b"v=DMARC1; p=reject"),
    "doubled.org": (_MX,),
    "_dmarc.doubled.org.doubled.org": (b"v=DMARC1; p=reject",),
    "parent.co.uk": (_MX,),
    "_dmarc.parent.co.uk": (b"v=DMARC1; p=none; sp=reject",),
    "news.parent.co.uk": (_MX,),
    # Domains that cannot be answered.
    "null.org": ("MX 0 .", b"v=spf1 include:_spf.google.com -all"),
    "nowhere.org": ("MX 10 gone.provider.org.",),
    "empty.org": (b"v=spf1 -all",),
    "implicit.org": ("A 1.1.1.1", b"v=spf1 a -all"),
    # A server of one's own.
    "own.org": ("MX 10 mail.own.org.", b"v=spf1 mx -all"),
    "mail.own.org": ("A 9.9.9.9", "AAAA 2620:fe::fe"),
    "selector1._domainkey.own.org": (_KEY,),
    "strange.org": (_MX, b"v=spf1 ip4:9.9.9.10 -all"),
    # Mailgun's API.
    "mg.whole.org": (_MX, b"v=spf1 include:mailgun.org ~all"),
    "mx._domainkey.mg.whole.org": (_KEY,),
    "loose.org": (_MX,),
    "mg.loose.org": (_MX, b"v=spf1 include:mailgun.org ~all"),
    "mx._domainkey.mg.loose.org": (_KEY,),
}
