"""Redacts secrets in text: known values in every encoding in which they are passed on, and credentials in URLs.

The one list of words by which a name counts as a secret's is here, too. Nothing here knows a setting: callers that do
hand over its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from wizard.basics.secret import REDACTED, Secret, reveal

SHORTEST: Final = 4
"""A shorter value would be found in every other word."""
_SHORTEST_FORM: Final = 6
"""A shorter stretch of an encoded value would be, too."""
_SHORTEST_LINE: Final = 12
_NOT_TELLING: Final = frozenset({"true", "false", "none", "null"})

_ANYWHERE: Final = (
    r"(?i)SECRET|PASSW|PASSPHRASE|PASSCODE|TOKEN|CREDENTIAL|PRIVATE|WEBHOOK|API_?KEY|ACCESS_?KEY|BEARER|BASIC_?AUTH"
)
"""Words that mean a secret wherever they are in a name."""
_WORDS: Final = frozenset(
    {"KEY", "KEYS", "PASS", "PWD", "PASSWD", "PW", "CRED", "CREDS", "AUTH", "AUTHORIZATION", "SALT", "IV", "DSN"}
    | {"URI", "SIG", "SIGNATURE"}
)
"""Words that mean one where they are alone: ``KEY_2``, not ``KEYCLOAK``. A URI may be a connection string."""
_ENDINGS: Final = r"(?:KEY|PWD|(?<!BY)(?<!COM)PASS)\Z"
"""``SSHKEY``, ``DBPASS``; not ``BYPASS``."""
_PARTS: Final = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
"""``KEY_2``, ``clientSecret`` and ``DB-Pass`` in words, numbers left out."""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    # Compiled when the first name is judged: the first frame judges none.
    return re.compile(_ANYWHERE), re.compile(_PARTS), re.compile(_ENDINGS)


def is_secret_name(name: str) -> bool:
    """Return whether the value behind a name must not be shown, judged by the name's words alone."""
    anywhere, parts, endings = _patterns()
    if anywhere.search(name):
        return True
    words = (part.upper() for part in parts.findall(name))
    return any(word in _WORDS or endings.search(word) for word in words)


class SecretFilter:
    """Knows secret values, and takes each out of text: bare, reversed, and in base64, hexadecimal, URL and JSON encoding.

    Upper and lower case make no difference: a server may say back a command in capitals.
    """

    def __init__(self, values: Iterable[str | Secret], *, shortest: int = SHORTEST) -> None:
        clear = {reveal(value) for value in values}
        known = [value for value in clear if len(value) >= max(1, shortest) and value.lower() not in _NOT_TELLING]
        self._own = tuple(value for value in known if REDACTED in value)
        """Values that hold the very words that are put in a secret's place."""
        found = {_Form(_folded(form), before, after) for value in known for form, before, after in _forms(value)}
        # The longer one first, so that the shorter ones within it are not looked for again.
        self._forms = tuple(sorted(found, key=lambda form: len(form.text), reverse=True))

    def clean(self, text: str) -> str:
        """Return the text without the values and without what URLs in it hold; more of the same takes nothing more."""
        for value in self._own:
            text = text.replace(value, REDACTED)
        if self._forms:
            # What was taken out before is not a text of anybody's: nothing is found in it or across its edge.
            text = REDACTED.join(self._without_values(part) for part in text.split(REDACTED))
        return without_credentials(text)

    def _without_values(self, text: str) -> str:
        data = text.encode(errors="surrogatepass")
        folded = data.lower()
        spans = sorted(span for form in self._forms for span in form.spans(folded))
        if not spans:
            return text
        kept: list[bytes] = []
        position = 0
        for start, end in _joined(spans):
            kept.append(data[position:start])
            position = end
        kept.append(data[position:])
        return REDACTED.join(part.decode(errors="surrogatepass") for part in kept)


class _Form:
    """One way to write a value, with how many characters beside it hold bits of it."""

    def __init__(self, text: bytes, before: int = 0, after: int = 0) -> None:
        self.text = text
        self._before = before
        self._after = after

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Form) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[bytes, int, int]:
        return self.text, self._before, self._after

    def spans(self, folded: bytes) -> Iterator[tuple[int, int]]:
        """Yield where it is; places that overlap as one."""
        size = len(self.text)
        start = folded.find(self.text)
        while start >= 0:
            end = start + size
            while (last := folded.rfind(self.text, end - size + 1, end + size - 1)) >= 0:
                end = last + size
            yield self._widened(folded, start, end)
            start = folded.find(self.text, end)

    def _widened(self, folded: bytes, start: int, end: int) -> tuple[int, int]:
        if self._before and start and folded[start - 1 : start] in _BASE64:
            start -= 1
        if self._after and folded[end : end + 1] in _BASE64:
            end += 1
        return start, end


_BASE64: Final = frozenset(bytes((code,)) for code in b"abcdefghijklmnopqrstuvwxyz0123456789+/-_")


def _folded(text: str) -> bytes:
    # Only ASCII letters: so every character keeps its place.
    return text.encode(errors="surrogatepass").lower()


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield sorted stretches with those that overlap or touch as one."""
    start, end = spans[0]
    for one_start, one_end in spans[1:]:
        if one_start > end:
            yield start, end
            start, end = one_start, one_end
        else:
            end = max(end, one_end)
    yield start, end


def _forms(value: str) -> Iterator[tuple[str, int, int]]:
    """Yield every way in which programs pass a value on, and how many characters beside each hold bits of it."""
    yield from ((form, 0, 0) for form in _spelled(value))
    for line in value.splitlines():
        # Of a key over several lines each line comes alone.
        if len(line) >= _SHORTEST_LINE and line != value and not line.startswith("-----"):
            yield line, 0, 0
    data = value.encode(errors="surrogatepass")
    if len(data) >= SHORTEST:
        yield data.hex(), 0, 0
    yield from _base64_forms(data)


def _spelled(value: str) -> Iterator[str]:
    import json
    from html import escape
    from urllib.parse import quote, quote_plus

    yield value
    if len(value) >= _SHORTEST_FORM:
        yield value[::-1]
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    # As Docker Compose writes a dollar sign (compose-file, interpolation), and YAML a single quote.
    yield value.replace("$", "$$")
    yield value.replace("'", "''")
    data = value.encode(errors="surrogatepass")
    # RFC 3986; what JavaScript's encodeURIComponent and encodeURI leave; HTML forms.
    for safe in ("", "/", "!'()*", "!'()*;/?:@&=+$,#"):
        yield quote(data, safe=safe)
    yield quote_plus(data)
    yield quote(quote(data, safe=""), safe="")
    # Every byte of it: what is careful, and what dumps.
    for mark in ("%", "\\x", ":", " "):
        yield "".join(f"{mark}{byte:02x}" for byte in data).removeprefix(mark if mark in ": " else "")
    units = value.encode("utf-16-be", errors="surrogatepass")
    yield "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
    # Pages and their error pages; PHP's JSON; a shell's single quotes.
    yield from (page := escape(value), page.replace("&#x27;", "&#39;"))
    yield json.dumps(value)[1:-1].replace("/", "\\/")
    yield value.replace("'", "'\\''")


def _base64_forms(data: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield the value in base64 (RFC 4648): whole, and the stretch that is the same whatever is around it."""
    from base64 import b64encode

    whole = b64encode(data).decode("ascii")
    for shift in range(3):
        encoded = b64encode(bytes(shift) + data).decode("ascii").rstrip("=")
        bits = 8 * (shift + len(data))
        before, after = int(shift > 0), int(bits % 6 > 0)
        stretch = encoded[(8 * shift + 5) // 6 : bits // 6]
        if len(stretch) >= _SHORTEST_FORM:
            yield from ((form, before, after) for form in (stretch, _url_safe(stretch)))
    if len(whole) >= _SHORTEST_FORM:
        yield from ((form, 0, 0) for form in (whole, _url_safe(whole), whole.rstrip("="), _url_safe(whole).rstrip("=")))


def _url_safe(text: str) -> str:
    return text.replace("+", "-").replace("/", "_")


_SIGN: Final = r":(?:\\?/){2}"
"""What is before the authority of a URL, also as some write it in JSON."""
_PASSWORD: Final = rf"({_SIGN})[^/\s:@\\]*+:"
_USER: Final = rf"({_SIGN})[^/\s:@?#\\]++@"
_PARAMETER: Final = r"([?&;#]([\w.\-]{1,64})=)[^&#\s\"'<>]++"


def without_credentials(text: str) -> str:
    """Return a text with the user names and passwords of its URLs taken out, and parameters that look secret.

    RFC 3986, sections 3.2.1 and 3.4. A password that holds ``/`` or ``@`` unescaped goes whole, at the price of some
    that would do no harm.
    """
    if "@" in text and "://" in text.replace("\\", ""):
        # Blanks end a URL.
        text = "".join(_without_user(part) if "@" in part else part for part in re.split(r"(\s+)", text))
    return re.sub(_PARAMETER, _without_value, text) if "=" in text else text


def _without_user(run: str) -> str:
    last = run.rfind("@")
    match = re.search(_PASSWORD, run[:last])
    before, rest = (run, "") if match is None else (run[: match.start()], f"{match[1]}{REDACTED}{run[last:]}")
    return re.sub(_USER, rf"\1{REDACTED}@", before) + rest


def _without_value(match: re.Match[str]) -> str:
    return f"{match[1]}{REDACTED}" if is_secret_name(match[2]) else match[0]


_BEGUN: Final = r"://[^/\s@?#:\[]*:(?!\d{0,5}(?:[/?#]|\Z))[^@/]*\Z"


def has_credentials(text: str) -> bool:
    """Return whether a URL in a text has a user name, a password or a parameter that looks secret.

    One that is being typed counts from the first character behind a colon that can be no port.
    """
    return without_credentials(text) != text or bool(re.search(_BEGUN, text))


_AUTHORITY: Final = r"://(?P<user>[^/\s:@]*)(?::(?P<password>[^\s]*))?@"


def secrets_of_url(text: str) -> Iterator[str]:
    """Yield the password in an address, as it is written and as it is meant; the user name if there is no password."""
    from urllib.parse import unquote

    if match := re.search(_AUTHORITY, text):
        found = match["user"] if match["password"] is None else match["password"]
        yield from dict.fromkeys((found, unquote(found)))
