"""A draft as an answers file: what one run decided, another repeats with ``--answers``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from wizard.answers.draft import AskAgain, Draft, Entry, Generate, Typed
from wizard.answers.reader import PARTS
from wizard.answers.typed_values import FILES, in_order, plain_value
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.secret import reveal
from wizard.catalogue.model import holds_secret
from wizard.catalogue.questions import SETTINGS, question
from wizard.yamlfile.render import scalar

_HEAD: Final = """\
# Answers of the LibreChat auth wizard. Repeat them with: librechat-wizard --answers THIS-FILE --dir FOLDER
"""
_SECRETS: Final = """\
# Secrets are not in this file. {env: NAME, keep: true} takes the value from the environment variable NAME; where that
# is not set, what stands in .env is kept. {file: PATH} and {command: [PROGRAM, ARGUMENT]} do as well.
"""
_TAKEN: Final = frozenset(
    (
        *(".env", ".env.example", "librechat.yaml", "Caddyfile", "nginx.conf"),
        *(f"{name}.{end}" for name in ("compose", "compose.override", "deploy-compose") for end in ("yml", "yaml")),
        *(f"docker-{name}.{end}" for name in ("compose", "compose.override") for end in ("yml", "yaml")),
    )
)
_PROBES: Final = {"checks.imap.password": "IMAP_PASSWORD"}
"""Environment variables for secrets that are no setting of LibreChat's."""


def answers_text(draft: Draft, folder: Path) -> str:
    """Return the answers file of a draft, secrets by reference.

    Relative file names become absolute, counted from ``folder``, because the file may be kept anywhere.
    """
    parts: dict[str, Any] = {}
    for identity in in_order(draft.entries):
        entry = draft.entries[identity]
        names = identity.split(".")
        if names[0] not in PARTS:
            continue
        place = parts
        for name in names[:-1]:
            place = place.setdefault(name, {})
        place[names[-1]] = _value(identity, entry, folder)
    has_secrets = any(_is_secret_text(identity, draft.entries[identity]) for identity in draft.entries)
    head = _HEAD + (_SECRETS if has_secrets else "")
    ordered: dict[str, Any] = {name: parts[name] for name in PARTS if name in parts}
    return head + "version: 1\n" + "".join(_lines(ordered, 0))


def save(draft: Draft, folder: Path, target: Path) -> Path:
    """Write the answers file of a draft to ``target``, readable by its owner only; return its full path.

    A file that stands there is replaced only where it is an answers file. ``WriteRefused`` names what is in the way.
    """
    from wizard.basics.filesystem import PRIVATE, replace_whole, with_home
    from wizard.basics.os_errors import refused

    target = with_home(str(target))
    target = target if target.is_absolute() else folder / target
    try:
        fault = "something that is no answers file stands there." * (target.exists() and not _is_answers_file(target))
        if target.name in _TAKEN:
            fault = "this is the name of a file that LibreChat, Docker Compose or the proxy reads."
        if fault:
            message = f"{fault} Nothing is written."
            raise WriteRefused(Problem(field="", file=str(target), message=message, remedy="Choose another name."))
        replace_whole(target.parent.resolve(strict=True) / target.name, answers_text(draft, folder).encode(), PRIVATE)
    except OSError as error:
        raise refused(str(target), error) from error
    except ValueError:
        # A NUL: no file name of any system.
        message = "this is no file name. Nothing is written."
        raise WriteRefused(
            Problem(field="", file=str(target), message=message, remedy="Choose another name.")
        ) from None
    return target


def _is_answers_file(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return any(line.strip() == b"version: 1" for line in file.read(4096).splitlines())


def _is_secret_text(identity: str, entry: Entry) -> bool:
    match entry:
        case AskAgain():
            return True
        case Typed(text):
            is_asked = not identity.startswith("guide.") and bool(reveal(text))
            return is_asked and holds_secret(question(identity), reveal(text))
        case Generate():
            return False


def _value(identity: str, entry: Entry, folder: Path) -> Any:
    name = identity.removeprefix(SETTINGS)
    match entry:
        case Generate():
            return entry.flags
        case Typed(text) if not _is_secret_text(identity, entry):
            value = plain_value(identity, reveal(text))
            return str(folder / str(value)) if identity in FILES and value else value
        case _ if identity.startswith(SETTINGS):
            return {"env": name, "keep": True}
        case _:
            return {"env": _PROBES.get(identity, "PROBE_PASSWORD"), "keep": True}


def _lines(value: dict[str, Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for name, item in value.items():
        if isinstance(item, dict) and depth < 1 + (name in ("imap", "login")):
            yield f"{pad}{name}:\n"
            yield from _lines(item, depth + 1)
        else:
            yield f"{pad}{name}: {_inline(item)}\n"


def _inline(item: Any) -> str:
    if isinstance(item, dict):
        return "{" + ", ".join(f"{name}: {_inline(value)}" for name, value in item.items()) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(scalar(value) for value in item) + "]"
    return "~" if item is None else scalar(item)
