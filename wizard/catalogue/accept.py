"""Checks a value against its setting: the text for ``.env``, or why LibreChat would silently read it as something else."""

import math as floating
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from wizard.basics.own_command import own_command
from wizard.basics.patterns import late_pattern
from wizard.basics.secret import REDACTED, shown_without
from wizard.catalogue.model import SWITCHES, Kind, Setting, holds_secret
from wizard.catalogue.placeholders import PlaceholderKind, is_placeholder, placeholder_of_secret
from wizard.librechat.durations import LONGEST_TIME, describe_duration, duration_expression, shortest_duration
from wizard.librechat.hosts import is_impossible
from wizard.librechat.math_expression import evaluate
from wizard.librechat.security_headers import is_known_policy, is_known_switch, is_switched_on
from wizard.librechat.values import js_number

_HOST: Final = late_pattern(
    r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*"
)
_ADDRESS: Final = late_pattern(r"[^@\s<>\"',;:()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_URL: Final = late_pattern(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<user>[^/\s?#@]*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^/\s:?#]+)(?::(?P<port>\d+))?(?P<rest>[/?#]\S*)?"
)
_HOST_AND_MORE: Final = late_pattern(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:[/?#]\S*)?")
"""What can stand behind ``https://``."""
NAME_USER: Final = ("PROXY", "HTTP_PROXY", "HTTPS_PROXY")
"""URLs in which a user name and a password have a meaning."""
_PLACEHOLDERS: Final = (
    "any random string",
    "any_random_string",
    "justgenerate",
    "your_",
    "your-",
    "changeme",
    "change_me",
)
NAMING: Final = (Kind.URL, Kind.HOST, Kind.EMAIL)
"""Kinds whose values name something that is reached."""
_REFUSED_PLACEHOLDERS: Final = {
    PlaceholderKind.PLACEHOLDER: "it is a placeholder, not a secret.",
    PlaceholderKind.REFERENCE: "it refers to a secret store, but nothing resolves the reference here: LibreChat would use the text literally.",
    PlaceholderKind.COMMAND: "it is a command, but nothing runs it: LibreChat would use the text literally.",
}
_FOLDED: Final = ("yes", "no", "on", "off", "1", "0", "y", "n", "enabled", "disabled")


class Accepted(NamedTuple):
    """A value that LibreChat reads as it is meant; ``text`` is what goes to ``.env``."""

    text: str

    def __repr__(self) -> str:
        return shown_without(self, "text")


class ValueFault(NamedTuple):
    """Why a value is refused, and the way out. A secret is never quoted."""

    message: str
    remedy: str = ""


def accept(setting: Setting, raw: object) -> Accepted | ValueFault:
    """Return the text for ``.env`` of a value from YAML or from the keyboard, or why it is refused."""
    if isinstance(raw, list):
        joined = _joined(setting, raw)
        if isinstance(joined, ValueFault):
            return joined
        raw = joined
    text = _text(raw)
    if (general := _general_fault(setting, text)) is not None:
        return general
    if text == "" and setting.kind not in (Kind.BOOL_DEFAULT_ON, Kind.CHOICE):
        return _accept_empty(setting)
    if setting.kind in NAMING and is_placeholder(text):
        return ValueFault(
            "it still contains a placeholder from a guide.", "Replace the placeholder with the real name."
        )
    result = _BY_KIND[setting.kind](setting, text)
    if isinstance(result, Accepted) and setting.pattern and not re.fullmatch(setting.pattern, result.text):
        return ValueFault(setting.pattern_help or "it is not in the format that LibreChat requires.", _example(setting))
    return result


def _joined(setting: Setting, items: list[object]) -> str | ValueFault:
    if setting.kind is not Kind.LIST:
        return ValueFault("a list is not accepted here.", "Write a single value.")
    texts = [str(item).strip() for item in items]
    if any("," in text or not text for text in texts):
        return ValueFault("a list item is empty or contains a comma.", "LibreChat splits the list at commas.")
    return ",".join(texts)


def _text(raw: object) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:  # noqa: PLR2004 - exact in a double
        return str(int(raw))
    return str(raw)


def quoted(setting: Setting, text: str) -> str:
    """Return a refused value for a message: short, in quotes, and nothing of a secret."""
    if holds_secret(setting, text):
        return "the value"
    # An address without its scheme begins with the user name.
    text = re.sub(r"\A[^/\s:@]*:\S*@", f"{REDACTED}@", text)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")  # noqa: PLR2004


def _example(setting: Setting) -> str:
    return f"For details, run: {own_command('settings', setting.key)}"


def _general_fault(setting: Setting, text: str) -> ValueFault | None:
    control = next((char for char in text if (char < " " and char not in "\n\t") or char == "\x7f"), None)
    if control is not None or "\ufffd" in text:
        return ValueFault("it contains a control character.", "Type the value again, or paste it as plain text.")
    if "\n" in text and setting.kind not in (Kind.SECRET, Kind.TEXT):
        return ValueFault("it contains a line break.", "Write the value on one line.")
    if text != text.strip() and setting.kind not in (Kind.SECRET, Kind.TEXT, *SWITCHES):
        return ValueFault("it begins or ends with a space.", "Remove the space.")
    typographic = next((char for char in text if char in "\u201c\u201d\u2018\u2019\u201e"), None)
    if typographic and not setting.secret and setting.kind is not Kind.TEXT:
        return ValueFault(
            f"it contains the typographic quotation mark {typographic}.", "Use straight quotation marks or none."
        )
    return None


def _accept_empty(setting: Setting) -> Accepted | ValueFault:
    if setting.kind in (Kind.INT, Kind.NUMBER, Kind.MINUTES, Kind.PORT):
        return ValueFault(
            "an empty value is not a number; LibreChat may read it as 0.", f"Write ~ to leave {setting.key} out."
        )
    return Accepted("")


def _accept_text(setting: Setting, text: str) -> Accepted | ValueFault:
    if setting.key == "EMAIL_SERVICE" and (near := _misspelt_service(text)):
        return ValueFault(f"Nodemailer has no service called {quoted(setting, text)}.", f"Did you mean {near}?")
    return Accepted(text)


def _misspelt_service(text: str) -> str | None:
    """Return the mail service that a text is a misspelt name of; ``None`` if it is a known one, or one like none."""
    # Most settings are no mail service.
    from wizard.librechat.mail_transport import near_service

    return near_service(text)


def _accept_secret(setting: Setting, text: str) -> Accepted | ValueFault:
    lowered = text.lower()
    kind = placeholder_of_secret(text, is_own=setting.generate is not None)
    if kind is None and any(word in lowered for word in _PLACEHOLDERS):
        kind = PlaceholderKind.PLACEHOLDER
    if kind is not None:
        return ValueFault(
            _REFUSED_PLACEHOLDERS[kind], "Write the real value, or {generate: true} if the wizard can generate it."
        )
    if setting.minimum is not None and len(text) < setting.minimum:
        return ValueFault(
            f"it is shorter than {int(setting.minimum)} characters.",
            "Write {generate: true} to generate a secure value.",
        )
    return Accepted(text)


def _accept_bool(setting: Setting, text: str) -> Accepted | ValueFault:
    folded = text.strip().lower()
    if folded in ("true", "false"):
        return Accepted(folded)
    shown = quoted(setting, text)
    if not folded:
        return ValueFault(
            "an empty value means off, but a missing line means on.",
            "Write false, or ~ to omit the line.",
        )
    hint = "Write true or false." if folded in _FOLDED else "This is a switch: true or false."
    return ValueFault(f"LibreChat treats only 'true' as on; {shown} would mean off.", hint)


def _accept_words(setting: Setting, text: str) -> Accepted | ValueFault:
    if not is_known_switch(text):
        return ValueFault(f"LibreChat ignores {quoted(setting, text)} here.", "Write true or false.")
    return Accepted("true" if is_switched_on(text, default=False) else "false")


def _accept_choice(setting: Setting, text: str) -> Accepted | ValueFault:
    values = [choice.value for choice in setting.choices]
    if text in values:
        return Accepted(text)
    shown = ", ".join(value or "(empty)" for value in values)
    near = next((value for value in values if value.lower() == text.strip().lower()), None)
    if is_known_policy(setting.key, text):
        # LibreChat takes these in any case, and every word for off.
        return Accepted("off" if near is None and text.strip() else near or "")
    hint = f"Write {near}. " if near else ""
    return ValueFault(f"LibreChat does not support {quoted(setting, text)}.", f"{hint}One of: {shown}.")


def _accept_number(setting: Setting, text: str) -> Accepted | ValueFault:
    number = js_number(text)
    plain = re.fullmatch(r"[+-]?\d+(\.\d+)?", text.strip(), re.ASCII)
    if floating.isnan(number) or plain is None:
        return ValueFault(f"{quoted(setting, text)} is not a number.", "Write digits only.")
    if floating.isinf(number):
        return ValueFault("it has too many digits.", "Write a smaller number.")
    if setting.kind is not Kind.NUMBER and setting.kind is not Kind.MINUTES and number != int(number):
        return ValueFault(f"{text} is not a whole number.", "Write a whole number.")
    if setting.key == "TRUST_PROXY" and number == 0:
        return ValueFault("LibreChat treats 0 as 1.", "Write the number of proxies, or -1 if there are none.")
    low, high = setting.minimum, setting.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"from {low:g} to {high:g}" if low is not None and high is not None else _one_bound(low, high)
        return ValueFault(f"{text} is out of range.", f"Allowed: {bounds}.")
    return Accepted(text.strip())


def _one_bound(low: float | None, high: float | None) -> str:
    return f"{low:g} or more" if low is not None else f"{high:g} or less"


def _accept_url(setting: Setting, text: str) -> Accepted | ValueFault:
    match = _URL.fullmatch(text)
    if match is None:
        if "://" not in text:
            return ValueFault(
                f"{quoted(setting, text)} has no scheme.",
                f"Write https://{'...' if holds_secret(setting, text) or '@' in text else _behind_scheme(text)}",
            )
        return ValueFault(f"{quoted(setting, text)} is not a URL.", "Write https://HOST or https://HOST:PORT/PATH.")
    if match["port"] and not (len(match["port"]) < 6 and 0 < int(match["port"]) < 65536):  # noqa: PLR2004
        return ValueFault("the text after the colon is not a valid port.", "A port is a number from 1 to 65535.")
    host = match["host"]
    if host.isascii() and not host.startswith("[") and not _HOST.fullmatch(host):
        return ValueFault(
            f"{quoted(setting, text)} has no valid host name.",
            "Use only letters, digits, hyphens and dots: https://chat.example.com",
        )
    if is_impossible(host):
        return _impossible(setting, text, host)
    return _accept_user(setting, text, match)


def _accept_user(setting: Setting, text: str, match: re.Match[str]) -> Accepted | ValueFault:
    if match["user"] is not None and setting.key not in NAME_USER:
        return ValueFault("the URL contains a user name or a password.", "Write the URL without them: https://HOST")
    if match["user"] is None and "@" in (match["rest"] or "").partition("?")[0] and setting.key in NAME_USER:
        return ValueFault(
            "there is an @ after the host: a / in the password ends the host name too early.",
            "In the user name and the password, write / as %2F, @ as %40 and : as %3A.",
        )
    return Accepted(text)


def _impossible(setting: Setting, text: str, host: str) -> ValueFault:
    return ValueFault(
        f"{quoted(setting, text)} contains an invalid IP address.",
        "An IPv6 address looks like this: 2001:db8::1."
        if ":" in host
        else "An IPv4 address has four numbers from 0 to 255; the last part of a host name cannot be a number.",
    )


def _behind_scheme(text: str) -> str:
    """Return what has to follow ``https://``, where a text has no scheme; a path alone has no host either."""
    if text.startswith("/") and not text.startswith("//"):
        return f"HOST{text}"
    return text.lstrip("/") if _HOST_AND_MORE.fullmatch(text.lstrip("/")) else "HOST"


def _accept_host(setting: Setting, text: str) -> Accepted | ValueFault:
    if "://" in text or "/" in text:
        return ValueFault(f"{quoted(setting, text)} is a URL.", "Write only the host name: smtp.example.com")
    if re.fullmatch(r"[^:]+:\d+", text):
        return ValueFault(
            f"{quoted(setting, text)} contains a port.", "Write only the host name; the port has its own setting."
        )
    if not _HOST.fullmatch(text) and not re.fullmatch(r"[0-9A-Fa-f:.]+", text):
        return ValueFault(
            f"{quoted(setting, text)} is not a host name.", "Write a name such as smtp.example.com, or an IP address."
        )
    return _impossible(setting, text, text) if is_impossible(text) else Accepted(text)


def _accept_email(setting: Setting, text: str) -> Accepted | ValueFault:
    if _ADDRESS.fullmatch(text):
        host = text.rpartition("@")[2]
        return _impossible(setting, text, host) if is_impossible(host) else Accepted(text)
    named = re.fullmatch(r".*<([^<>]+)>", text)
    hint = "Write only the address; the name belongs in EMAIL_FROM_NAME." if named else "Write somebody@example.com."
    return ValueFault(f"{quoted(setting, text)} is not an email address.", hint)


def _accept_duration(setting: Setting, text: str) -> Accepted | ValueFault:
    expression = duration_expression(text) or text
    value = evaluate(expression)
    if value is None or value != value:  # noqa: PLR0124 - nan
        return ValueFault(
            f"LibreChat cannot evaluate {quoted(setting, text)} and would use its default.",
            _duration_example(setting),
        )
    low = setting.minimum if setting.minimum is not None else 0
    high = setting.maximum if setting.maximum is not None else LONGEST_TIME
    if value > high:
        shown = "the value" if floating.isinf(value) else f"{value:g} ms"
        limit = f"At most {high:.0f} ms ({high // 86_400_000:,.0f} days)."
        return ValueFault(f"{shown} is longer than LibreChat can handle.", f"{limit} {_duration_example(setting)}")
    if value < low:
        limit = f"At least {describe_duration(low)}." if low else "The duration must not be negative."
        return ValueFault(f"{value:g} ms is out of range.", f"{limit} {_duration_example(setting)}")
    if setting.whole_seconds and value % 1000:
        return ValueFault(
            f"{value:g} ms is not a whole number of seconds: every sign-in would fail.",
            f"{_duration_example(setting)} A value in milliseconds must be a multiple of 1000.",
        )
    return Accepted(expression.strip())


def _duration_example(setting: Setting) -> str:
    """Return what to write for a duration, of the size that fits this variable."""
    usual = evaluate(setting.default or "")
    short = shortest_duration(usual) if usual else "15m"
    more = ("30d",) if short.endswith("d") else ("24h", "30d")
    return f"Write {', '.join((short, *more))}, or milliseconds such as {duration_expression(short)}."


def _accept_list(_: Setting, text: str) -> Accepted | ValueFault:
    return Accepted(text)


_BY_KIND: Final[dict[Kind, Callable[[Setting, str], Accepted | ValueFault]]] = {
    Kind.TEXT: _accept_text,
    Kind.SECRET: _accept_secret,
    Kind.BOOL: _accept_bool,
    Kind.BOOL_DEFAULT_ON: _accept_bool,
    Kind.BOOL_WORDS: _accept_words,
    Kind.CHOICE: _accept_choice,
    Kind.INT: _accept_number,
    Kind.NUMBER: _accept_number,
    Kind.PORT: _accept_number,
    Kind.MINUTES: _accept_number,
    Kind.URL: _accept_url,
    Kind.HOST: _accept_host,
    Kind.EMAIL: _accept_email,
    Kind.PATH: _accept_text,
    Kind.DURATION: _accept_duration,
    Kind.LIST: _accept_list,
}
