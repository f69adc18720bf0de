"""The cases of the IETF http-state working group's cookie tests (abarth/http-state, tests/data/parser), made anew.

That data bears no licence, so none of it is here: each case is written again from what it tries, under its own name, with
values of ours. ``expected`` is what the working group's test wants, not what browsers do today.

Every answer comes from ``http://home.example.org:8888/parser``; the cookies are then asked for at ``/result`` of the same
host, or at ``where``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SOURCE: Final = "http://home.example.org:8888/parser"
BASE: Final = "http://home.example.org:8888"
PAST: Final = "Wed, 03 May 2006 10:20:30 GMT"
FUTURE: Final = "Wed, 03 May 2099 10:20:30 GMT"
TEA: Final = "\u8336".encode().decode("latin-1")
MINT: Final = "\u8584\u8377".encode().decode("latin-1")
"""Chinese words as header text: one character for each octet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    id: str
    headers: tuple[str, ...]
    expected: str
    where: str = f"{BASE}/result"


def numbered(family: str, start: int, *cases: tuple[object, ...]) -> Iterator[Case]:
    """Make cases of one family, one number after the other: headers (text, or several), expected, where."""
    for number, (headers, expected, *where) in enumerate(cases, start):
        several = headers if isinstance(headers, tuple) else (headers,)
        place = str(where[0]) if where else "/result"
        yield Case(
            id=f"{family}{number:04}",
            headers=tuple(str(header) for header in several),
            expected=str(expected),
            where=place if place.startswith("http") else f"{BASE}{place}",
        )


def at(host: str) -> str:
    return f"http://{host}:8888/result"


HOME: Final = at("home.example.org")
SIBLING: Final = at("sibling.example.org")
BELOW: Final = at("below.home.example.org")

GENERAL = numbered(
    "",
    1,
    ("tea=mint", "tea=mint"),
    (f"tea=mint; Expires={FUTURE}", "tea=mint"),
    ((f"tea=mint; Expires={PAST}", f"cup=full; Expires={FUTURE}"), "cup=full"),
    ("tea", ""),
    ("tea=mint; max-age=7200;", "tea=mint"),
    ("tea=mint; max-age=0;", ""),
    ("tea=mint; version=1;", "tea=mint"),
    ("tea=mint; version=900;", "tea=mint"),
    ("tea=mint; sugar=900;", "tea=mint"),
    ("tea=mint; secure;", ""),
    ('tea=mint; sugar="two or more";', "tea=mint"),
    ('tea=mint; sugar="and no semicolon"', "tea=mint"),
    (("tea=mint", "tea=black"), "tea=black"),
    (("tea1=mint", "tea2=black"), "tea1=mint; tea2=black"),
    (("c=d", "y=x"), "c=d; y=x"),
    (("y=x", "c=d"), "y=x; c=d"),
    ("y=x, c=d", "y=x, c=d"),
    ("y=x; tea=mint, c=d", "y=x"),
    ("tea=t;max-age=1800, g=h;path=/", "tea=t"),
    (("c=d", "=", "g=h"), "c=d; g=h"),
    (("c=d", "=y", "g=h"), "c=d; g=h"),
    (("c=d", "y=", "g=h"), "c=d; y=; g=h"),
    (("tea", ""), ""),
    (("tea", "="), ""),
    (("tea", "; cup"), ""),
    (("tea", "   "), ""),
    (("tea", "cup"), ""),
    (("tea", "\t"), ""),
)

ATTRIBUTE = numbered(
    "attribute",
    1,
    *((f"tea=mint; {spelling}", "") for spelling in ("Secure", "sEcURe")),
    ('tea=mint; "Secure"', "tea=mint"),
    *((f"tea=mint; {spelling}", "") for spelling in ("Secure=", "Secure=yes")),
    ("tea=mint; Secure cup", "tea=mint"),
    *((f"tea=mint; {spelling}", "") for spelling in ("Secure =yes", "Secure= yes", "Secure; cup", "Secure;cup")),
    ("tea=mint; Secure    ; cup", ""),
    ("tea=mint;                Secure", ""),
    ("tea=mint;       Secure     ;", ""),
    *((f"tea=mint; {spelling}", "tea=mint") for spelling in ("Path", "Path=", "Path=/")),
    *(
        (f"tea=mint; {spelling}", "")
        for spelling in ("Path=/cup", "Path    =/cup", "Path=    /cup", "Path=/cup   ; pot")
    ),
    ("tea=mint; Path=/cup; Path=/", "tea=mint"),
    ("tea=mint; Path=/; Path=/cup", ""),
    ("tea=mint; Path=/cup; Path=/result", "tea=mint"),
    ("tea=mint; Path=/result; Path=/cup", ""),
    ("tea=mint; cup; Secure", ""),
    ('tea=mint; cup="one;two"; Secure', ""),
)

CHARSET = numbered(
    "charset",
    1,
    (f"tea={MINT}", f"tea={MINT}"),
    (f"{TEA}={MINT}", f"{TEA}={MINT}"),
    (f"{TEA}={MINT}; {TEA}{MINT}", f"{TEA}={MINT}"),
    (f'tea="{TEA}{MINT}"', f'tea="{TEA}{MINT}"'),
)

CHROMIUM = numbered(
    "chromium",
    1,
    ("t=m", "t=m"),
    ('tEa="hot "   ;', 'tEa="hot "'),
    ('tEa="hot " ;', 'tEa="hot "'),
    ('tEa="ho;tt" ; ;', 'tEa="ho'),
    ('tEa="ho ;', 'tEa="ho'),
    ('tEa="hot "   "wet"  ;', 'tEa="hot "   "wet"'),
    ('tEa="hot "   "wet" ;', 'tEa="hot "   "wet"'),
    ('tEa=H"O ;', 'tEa=H"O'),
    ("TEAAA; path=/;", ""),
    ('"TE\\"AAA"; path=/;', ""),
    ('t="M', 't="M'),
    ("=TEA", ""),
    ("TEA=;  path = /", "TEA="),
    ("  T  = EA  ;cup;;;   pot", "T=EA"),
    ("  T=== EA  ;cup;;;   pot", "T=== EA"),
    (f'tea="q8ZkUw2"  ; expires={FUTURE} ; path=/  ;  ', 'tea="q8ZkUw2"'),
    (f"tea=q8ZkUw2  ; expires={FUTURE} ; path=/  ;  ", "tea=q8ZkUw2"),
    ("     ", ""),
    (f"t={'m' * 4094}", f"t={'m' * 4094}"),
)

COMMA = numbered(
    "comma",
    1,
    ("tea=mint, cup=full", "tea=mint, cup=full"),
    ('tea="mint, cup=full"', 'tea="mint, cup=full"'),
    ("tea=mint; c,up=full", "tea=mint"),
    ("tea=mint; cup=fu,ll", "tea=mint"),
    ("tea=mint; Max-Age=70,200", "tea=mint"),
    (f"tea=mint; Expires={FUTURE}", "tea=mint"),
    (f"tea=mint; Expires={FUTURE.replace(',', '')}, cup=full", "tea=mint"),
)

DISABLED = (
    Case(id="chromium0021", headers=("",), expected=""),
    Case(id="disabled-chromium0020", headers=("t" * 4097,), expected=""),
    Case(id="disabled-chromium0022", headers=("TEA=HO\x00COLD",), expected="TEA=HO"),
    Case(id="disabled-chromium0023", headers=("TEA=HO\rCOLD",), expected="TEA=HO"),
    Case(
        id="disabled-path0029",
        headers=("tea=mint; path=/result/pot/cup",),
        expected="tea=mint",
        where=f"{BASE}/result/p%6Ft/cup",
    ),
)

DOMAIN = numbered(
    "domain",
    1,
    ("tea=mint; domain=home.example.org", "tea=mint", HOME),
    ("tea=mint; domain=home.example.org", "", SIBLING),
    ("tea=mint; domain=.home.example.org", "tea=mint", HOME),
    ("tea=mint; domain=home.example.org", "tea=mint", BELOW),
    ("tea=mint; domain=.home.example.org", "tea=mint", BELOW),
    ("tea=mint; domain=.home.example.org", "", SIBLING),
    ("tea=mint; domain=sibling.example.org", "", SIBLING),
    ("tea=mint; domain=.example.org", "tea=mint", HOME),
    ("tea=mint; domain=example.org", "tea=mint", HOME),
    ("tea=mint; domain=..home.example.org", "", HOME),
    ("tea=mint; domain=home..example.org", "", HOME),
    ("tea=mint; domain=  .home.example.org", "tea=mint", HOME),
    ("tea=mint; domain=  .  home.example.org", "", HOME),
    ("tea=mint; domain=home.example.org.", "", HOME),
    ("tea=mint; domain=home.example.org..", "", HOME),
    ("tea=mint; domain=home.example.org .", "", HOME),
    ("tea=mint; domain=.org", "", HOME),
    ("tea=mint; domain=.org.", "", HOME),
    (("tea=mint; domain=home.example.org", "cup=full; domain=.home.example.org"), "tea=mint; cup=full", HOME),
    (("cup=full; domain=.home.example.org", "tea=mint; domain=home.example.org"), "cup=full; tea=mint", HOME),
    ('tea=mint; domain="home.example.org"', "", HOME),
    (("tea=mint; domain=home.example.org", "cup=full; domain=.example.org"), "tea=mint; cup=full", HOME),
    (("cup=full; domain=.example.org", "tea=mint; domain=home.example.org"), "cup=full; tea=mint", HOME),
    ("tea=mint; domain=.example.org; domain=home.example.org", "", SIBLING),
    ("tea=mint; domain=home.example.org; domain=.example.org", "tea=mint", SIBLING),
    ("tea=mint; domain=home.ExAmpLE.org", "tea=mint", HOME),
    ("tea=mint; domain=home.example.org:8888", "", HOME),
    ("tea=mint; domain=below.home.example.org", "", BELOW),
    ("tea=mint", "", BELOW),
)
DOMAIN_31 = numbered("domain", 31, ("tea=mint; domain=home.example.org; domain=.example.org", "tea=mint", SIBLING))
DOMAIN_33 = numbered(
    "domain",
    33,
    ("tea=mint; domain=home.example.org", "tea=mint", at("hOmE.exAMPle.org")),
    ("tea=mint; domain=home.example.org; domain=home.example.com", "", HOME),
    ("tea=mint; domain=home.example.com; domain=home.example.org", "tea=mint", HOME),
    ("tea=mint; domain=home.example.org; domain=home.example.com; domain=home.example.org", "tea=mint", HOME),
    ("tea=mint; domain=home.example.com; domain=home.example.org; domain=home.example.com", "", HOME),
    ("tea=mint; domain=home.example.org; domain=home.example.org", "tea=mint", HOME),
    ("tea=mint; domain=home.example.org; domain=example.org", "tea=mint", HOME),
    ("tea=mint; domain=example.org; domain=home.example.org", "tea=mint", HOME),
    ("tea=mint; domain=.sibling.example.org", "", SIBLING),
    ("tea=mint; domain=.sibling.home.example.org", "", at("sibling.home.example.org")),
)

OPTIONAL_30 = numbered("optional-domain", 30, ("tea=mint; domain=", "tea=mint", HOME))
OPTIONAL_41 = numbered(
    "optional-domain",
    41,
    ("tea=mint; domain=example.org; domain=", "tea=mint", HOME),
    ("tea=mint; domain=pot.example.org; domain=", "", HOME),
    ("tea=mint; domain=pot.example.org; domain=", "", BELOW),
)

MOZILLA = numbered(
    "mozilla",
    1,
    ("tea=mint; max-age=-1", ""),
    ("tea=mint; max-age=0", ""),
    (f"tea=mint; expires={PAST}", ""),
    ("tea=mint; max-age=90", "tea=mint"),
    ("tea=mint; max-age=-30", ""),
    ("tea=mint; max-age=90", "tea=mint"),
    (f"tea=mint; expires={PAST}", ""),
    (("tea=mint; max-age=90", "cup=mint; max-age=90"), "tea=mint; cup=mint"),
    (("tea=mint; max-age=90", "cup=mint; max-age=90", "tea=cold; max-age=0"), "cup=mint"),
    (("tea=mint; max-age=90", "cup=mint; max-age=90", "tea=cold; max-age=0", "pot=cold; max-age=0"), "cup=mint"),
    ("cup=tried; domain=.tried.test; ;; ;=; ,,, ===,xyz,=; hocuspocus! max-age=30;=;;", ""),
    (('cup="ho! = mint;wet\\";" tried; max-age=9', "seven; max-age=1.75,"), 'cup="ho! = mint'),
    (("cup=gone; max-age=0", "seven; max-age=0"), ""),
    ("eight", ""),
    (("eight", "nine"), ""),
    (("eight", "nine", " =ten"), ""),
    (("eight", "nine", " =ten", "cup=eight"), "cup=eight"),
)

NAME = numbered(
    "name",
    1,
    *((f"{name}=mint", f"{name}=mint") for name in ("t", "7", "$", *(f"{sign}t" for sign in "!@#$%^&*()-_"), "+")),
    ("=t=mint", ""),
    ("t =mint", "t=mint"),
    ('"t=mint', '"t=mint'),
    ('"t=c"=mint', '"t=c"=mint'),
    (('"t=c"=mint', '"t=black'), '"t=black'),
    ("   tea=mint", "tea=mint"),
    ("tea;cup=mint", ""),
    ("$Version=1; tea=mint", "$Version=1"),
    ("===t=mint", ""),
    ("tea=mint    ", "tea=mint"),
    ("tea=mint    ;", "tea=mint"),
    ("=t", ""),
    ("=", ""),
    ("tea pot=mint", "tea pot=mint"),
    ('"tea;cup"=mint', ""),
    ('"tea\\"cup;pot"=mint', ""),
    (("=tea=mint", "ttt"), ""),
)

ORDERING = numbered(
    "ordering",
    1,
    (
        (
            "tea=one;",
            "tea=two; path=/result",
            "tea=three; path=/",
            "tea=four; path=/cup",
            "tea=five; domain=.example.org",
            "tea=six; domain=.example.org; path=/result/pot",
        ),
        "tea=six; tea=two; tea=three; tea=five",
        "/result/pot/lid",
    ),
)

PATH = numbered(
    "path",
    1,
    (("c=d; path=/", "y=x; path=/result"), "y=x; c=d"),
    (("c=d; path=/result", "y=x; path=/"), "c=d; y=x"),
    (("y=x; path=/", "c=d; path=/result"), "c=d; y=x"),
    (("y=x; path=/result", "c=d; path=/"), "y=x; c=d"),
    ("tea=mint; path=/result/pot", ""),
    (("tea=mint", "tea=black; path=/result/pot"), "tea=mint"),
    ("tea=mint; path=/result/pot", "tea=mint", "/result/pot"),
    ("tea=mint; path=/result/pot", "", "/result/cup"),
    ("tea=mint; path=/result/pot/lid", "", "/result/pot"),
    ("tea=mint; path=/result/pot/lid", "tea=mint", "/result/pot/lid"),
    ("tea=mint; path=/result/pot/lid", "", "/result/cup/lid"),
    ("tea=mint; path=/result/pot/lid", "", "/result/pot/ear"),
    ("tea=mint; path=/result/pot/lid/", "", "/result/pot/ear"),
    ("tea=mint; path=/result/pot/lid/", "", "/result/pot/lid"),
    ("tea=mint; path=/result/pot/lid/", "tea=mint", "/result/pot/lid/"),
    ("tea=mint; path=/result/pot/", "tea=mint", "/result/pot/lid"),
    ("tea=mint; path=/result/pot/", "tea=mint", "/result/pot//lid"),
    ("tea=mint; path=/result/pot/", "", "/result/potlid"),
    *((f"tea=mint; {spelling}", "tea=mint") for spelling in ("path", "path=", "path=/", "path= /")),
    ("tea=mint; Path=/RESULT", ""),
    ("tea=mint; path=/result/pot/lid?", "", "/result/pot/lid"),
    ("tea=mint; path=/result/pot/lid#", "", "/result/pot/lid"),
    ("tea=mint; path=/result/pot/lid;", "tea=mint", "/result/pot/lid"),
    ('tea=mint; path="/result/pot/lid;"', "tea=mint", "/result/pot/lid"),
    ("tea=mint; path=/result/p%6Ft/lid", "", "/result/pot/lid"),
    (("c=d; \tpath\t=\t/result\t", "y=x; \tpath\t=\t/cup\t"), "c=d"),
    ("tea=mint; path=/dish; path=", "tea=mint"),
    ("tea=mint; path=; path=/dish", ""),
    (("tea=mint; path=/result", "tea=black; path=/result/"), "tea=black; tea=mint", "/result/dish"),
)

VALUE = numbered(
    "value",
    1,
    ("tea=  mint", "tea=mint"),
    ('tea="mint"', 'tea="mint"'),
    ('tea="  mint "', 'tea="  mint "'),
    ('tea="mint;black"', 'tea="mint'),
    ('tea="mint=black"', 'tea="mint=black"'),
    ("\ttea\t=\tmint\t \t;\tttt", "tea=mint"),
)

CASES: Final = (
    *GENERAL,
    *ATTRIBUTE,
    *CHARSET,
    *CHROMIUM,
    *COMMA,
    *DISABLED,
    *DOMAIN,
    *DOMAIN_31,
    *DOMAIN_33,
    *MOZILLA,
    *NAME,
    *OPTIONAL_30,
    *OPTIONAL_41,
    *ORDERING,
    *PATH,
    *VALUE,
)
