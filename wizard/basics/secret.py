"""A value that cannot be shown by accident."""

from __future__ import annotations

from typing import Final, NamedTuple, NoReturn

REDACTED: Final = "[secret]"
"""What stands for a secret wherever text is made of it."""


class Secret:
    """A secret text whose ``str``, ``repr``, ``format`` and pickle say nothing.

    The one way out is :meth:`reveal`, so that every place that handles the clear text can be found by that name.
    """

    __slots__ = ("_clear",)

    def __init__(self, clear: str) -> None:
        self._clear = clear

    def reveal(self) -> str:
        """Return the clear text; only for writing it where it belongs."""
        return self._clear

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __str__(self) -> str:
        return REDACTED

    def __format__(self, spec: str) -> str:
        return format(REDACTED, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Text of a server or of a file that is not UTF-8 may hold lone surrogates.
        mine, theirs = (secret.reveal().encode(errors="surrogatepass") for secret in (self, other))
        import hmac  # loads OpenSSL, which nothing before the first frame needs

        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash(("Secret", self._clear))

    def __bool__(self) -> bool:
        return bool(self._clear)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not serializable")


def reveal(value: str | Secret) -> str:
    """Return the clear text of a value that may or may not be secret."""
    return value.reveal() if isinstance(value, Secret) else value


def shown_without(value: NamedTuple, *hidden: str) -> str:
    """Return the ``repr`` of a named tuple without fields that may hold secrets: ``field(repr=False)`` of a dataclass."""
    shown = (f"{name}={getattr(value, name)!r}" for name in value._fields if name not in hidden)
    return f"{type(value).__qualname__}({', '.join(shown)})"
