"""Every case of the http-state working group's cookie tests, and where browsers of today differ from it.

What "today" is was observed: Chromium 150 was sent through all cases but the two whose header no HTTP client lets through.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from checks.browser.cookies import CookieStore
from tests.checks.browser.cookiejar import NOW
from tests.checks.browser.httpstate import CASES, SOURCE, Case

NAMELESS: Final = (
    "a text without an equals sign is a cookie without a name (RFC 6265bis 5.6, step 3); RFC 6265 ignored it"
)
EMPTY: Final = f"{NAMELESS}; what has neither name nor value is ignored as before and leaves it standing"
CONTROL: Final = "a control character voids the whole header (RFC 6265bis 5.6, step 1); it used to end it"

DEVIATIONS: Final = {
    "0004": ("tea", NAMELESS),
    "0021": ("c=d; y; g=h", NAMELESS),
    "0023": ("tea", EMPTY),
    "0024": ("tea", EMPTY),
    "0025": ("tea", EMPTY),
    "0026": ("tea", EMPTY),
    "0027": ("cup", f"{NAMELESS}; there is one of them"),
    "0028": ("tea", EMPTY),
    "chromium0009": ("TEAAA", NAMELESS),
    "chromium0010": ('"TE\\"AAA"', NAMELESS),
    "chromium0012": ("TEA", NAMELESS),
    "disabled-chromium0022": ("", CONTROL),
    "disabled-chromium0023": ("", CONTROL),
    "disabled-path0029": ("", "paths are compared as they are sent: %6F is not o (RFC 6265bis 5.1.4)"),
    "mozilla0012": ('cup="ho! = mint; seven', NAMELESS),
    "mozilla0014": ("eight", NAMELESS),
    "mozilla0015": ("nine", NAMELESS),
    "mozilla0016": ("ten", NAMELESS),
    "mozilla0017": ("ten; cup=eight", NAMELESS),
    "name0023": ("tea", NAMELESS),
    "name0028": ("t", NAMELESS),
    "name0031": ('"tea', NAMELESS),
    "name0032": ('"tea\\"cup', NAMELESS),
    "name0033": ("ttt", f"{NAMELESS}; Chromium refuses the first one, which it could not tell from a cookie tea"),
    "optional-domain0042": ("tea=mint", "an empty Domain is as none, also after another one (RFC 6265bis 5.6.3)"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    store = CookieStore()
    results = store.receive(SOURCE, case.headers, NOW)
    today, _ = DEVIATIONS.get(case.id, (case.expected, ""))
    assert store.cookie_header(case.where, NOW) == today
    assert len(results) == len(case.headers)


def test_deviations_are_deviations() -> None:
    expected = {case.id: case.expected for case in CASES}
    assert [name for name, (today, _) in DEVIATIONS.items() if today == expected[name]] == []


def test_no_case_is_missing() -> None:
    families = Counter(case.id.rstrip("0123456789") for case in CASES)
    assert len({case.id for case in CASES}) == len(CASES) == 222
    assert families == {
        "": 28,
        "attribute": 26,
        "charset": 4,
        "chromium": 20,
        "comma": 7,
        "disabled-chromium": 3,
        "disabled-path": 1,
        "domain": 40,
        "mozilla": 17,
        "name": 33,
        "optional-domain": 4,
        "ordering": 1,
        "path": 32,
        "value": 6,
    }
