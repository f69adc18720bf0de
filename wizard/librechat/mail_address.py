"""The address that nodemailer extracts from a text such as EMAIL_FROM.

After nodemailer 9.0.1, the release that LibreChat v0.8.7 and v0.8.8-rc1 lock: lib/addressparser/index.js and, for the form in which
an address goes out, ``_normalizeAddress`` of lib/mime-node/index.js.
"""

from __future__ import annotations

import re
from typing import Final

from wizard.basics.patterns import late_pattern

_CLOSERS: Final = {'"': '"', "(": ")", "<": ">", ",": "", ":": ";", ";": ""}
_BLANK: Final = (" ", "\t", "\r", "\n", ",", ";")
_FIRST_VISIBLE: Final = 0x21
_STRICT: Final = late_pattern(r"[^@\s]+@[^@\s]+")
_LOOSE: Final = late_pattern(r"\s*(?a:\b)[^@\s]+@[^\s]+(?a:\b)\s*")
_DOTS: Final = late_pattern("[.\u3002\uff0e\uff61]")
_FORBIDDEN: Final = late_pattern(r"[\x00-\x1f<>]+")
_PLAIN: Final = late_pattern(r"[^@\s<>\"',;:()\[\]\\]+@[\w.-]+")
_DEEPEST: Final = 50
"""Groups in groups, at most (MAX_NESTED_GROUP_DEPTH)."""


class _Token:
    def __init__(self, text: str, *, is_operator: bool, is_glued: bool = False) -> None:
        self.is_operator = is_operator
        self.text = text
        self.is_glued = is_glued
        """What follows belongs to the text before, without a blank."""


class _Parts:
    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {"address": [], "comment": [], "group": [], "text": []}
        self.quoted: list[bool] = []
        """For each part of the text, whether it was in quotation marks: no address is looked for there."""
        self.is_group = False


def envelope_address(text: str, *, takes_names: bool = False) -> str:
    """Return the address that follows ``MAIL FROM:`` or ``RCPT TO:`` for a text; empty if nodemailer finds none.

    ``takes_names``: a word without an @ counts as one, as from nodemailer 9.1.1 on (``_parseEnvelopeAddresses``, lib/mime-node/index.js).
    """
    found = _addresses(text, 0, takes_names=takes_names)
    return next((normal for address in found if (normal := normalised(address))), "")


def is_plain(text: str) -> bool:
    """Whether a text is one bare address that a person would type: no name, no brackets, no second address."""
    return _PLAIN.fullmatch(text) is not None


def normalised(address: str) -> str:
    """Return an address as nodemailer sends it: the domain in punycode unless the part before the @ is not ASCII."""
    address = _FORBIDDEN.sub(" ", address).strip()
    user, at, domain = address.rpartition("@")
    if not at:
        return address
    coded = _ascii_domain(domain.lower()) if user.isascii() else _unicode_domain(domain.lower())
    if " " in user:
        user = user if user.startswith('"') else f'"{user}'
        user = user if user.endswith('"') else f'{user}"'
    return f"{user}@{coded}"


def _ascii_domain(domain: str) -> str:
    # RFC 3492 alone, label by label, without the mapping of RFC 3490: that is what nodemailer's own copy does.
    labels = (
        label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}" for label in _DOTS.split(domain)
    )
    return ".".join(labels)


def _unicode_domain(domain: str) -> str:
    labels = []
    for label in _DOTS.split(domain):
        try:
            labels.append(label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label)
        except UnicodeError:
            return domain
    return ".".join(labels)


def _addresses(text: str, depth: int, *, takes_names: bool = False) -> list[str]:
    if depth > _DEEPEST:
        return []
    found: list[str] = []
    group: list[_Token] = []
    for token in (*_tokens(text), _Token(",", is_operator=True)):
        if token.is_operator and token.text in (",", ";"):
            if group:
                found.extend(_one(group, depth, takes_names=takes_names))
            group = []
        else:
            group.append(token)
    return found


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    expecting = ""
    is_open = is_escaped = False
    for place, char in enumerate(text):
        if not is_escaped and expecting and char == expecting:
            following = text[place + 1 : place + 2]
            is_glued = bool(following) and following not in _BLANK
            tokens.append(_Token(char, is_operator=True, is_glued=is_glued))
            expecting, is_open = "", False
        elif not is_escaped and not expecting and char in _CLOSERS:
            tokens.append(_Token(char, is_operator=True))
            expecting, is_open = _CLOSERS[char], False
        elif not is_escaped and expecting == '"' and char == "\\":
            is_escaped = True
        else:
            if not is_open:
                tokens.append(_Token("", is_operator=False))
                is_open = True
            char = " " if char == "\n" else char  # noqa: PLW2901 - as the original
            if ord(char) >= _FIRST_VISIBLE or char in " \t":
                tokens[-1].text += char
            is_escaped = False
    for token in tokens:
        token.text = token.text.strip()
    return [token for token in tokens if token.text]


def _sorted(tokens: list[_Token]) -> _Parts:
    parts = _Parts()
    state = "text"
    is_quoted = False
    before: _Token | None = None
    for token in tokens:
        if token.is_operator:
            is_quoted = token.text == '"' and not is_quoted
            state = {"<": "address", "(": "comment", ":": "group"}.get(token.text, "text")
            parts.is_group = parts.is_group or state == "group"
        else:
            text = re.sub(r"^[^<]*<\s*", "", token.text) if state == "address" else token.text
            bucket = parts.texts[state]
            if before is not None and before.is_glued and bucket:
                bucket[-1] += text
                if state == "text" and is_quoted:
                    parts.quoted[-1] = True
            else:
                bucket.append(text)
                if state == "text":
                    parts.quoted.append(is_quoted)
        before = token
    return parts


def _one(tokens: list[_Token], depth: int, *, takes_names: bool) -> list[str]:
    parts = _sorted(tokens)
    texts, addresses = parts.texts["text"], parts.texts["address"]
    if not texts and parts.texts["comment"]:
        texts, parts.texts["comment"] = parts.texts["comment"], []
        parts.quoted = [False] * len(texts)
    if parts.is_group:
        members = parts.texts["group"]
        return _addresses(",".join(members), depth + 1) if members else []
    if not addresses and texts:
        addresses = _found_in(texts, parts.quoted)
    if not texts and parts.texts["comment"]:
        texts = parts.texts["comment"]
    if len(addresses) > 1:
        texts, addresses = texts + addresses[1:], addresses[:1]
    name = " ".join(texts)
    address = " ".join(addresses)
    # Without an address the text stands for it where it has an @, and counts as a name otherwise.
    whole = address or name
    is_taken = "@" in whole or (takes_names and not re.search(r"\s", whole))
    return [whole if (address and name not in ("", address)) or is_taken else ""]


def _found_in(texts: list[str], quoted: list[bool]) -> list[str]:
    for place in range(len(texts) - 1, -1, -1):
        if not quoted[place] and _STRICT.fullmatch(texts[place]):
            return [texts.pop(place)]
    for place in range(len(texts) - 1, -1, -1):
        if not quoted[place] and (match := _LOOSE.search(texts[place])):
            texts[place] = f"{texts[place][: match.start()]} {texts[place][match.end() :]}".strip()
            return [match[0].strip()]
    return []
