"""The diff of a plan for display: no secrets, no control characters."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from wizard.basics.named_values import without_messages, without_named_values
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import counted, plain
from wizard.basics.problem import InvalidInput
from wizard.basics.redaction import SecretFilter, is_secret_name, without_credentials
from wizard.basics.secret import REDACTED
from wizard.catalogue.secret_names import is_secret_setting, shown_value
from wizard.composefile.scalars import scalars, secret_texts, without_secrets
from wizard.dotenv.document import Document
from wizard.dotenv.npm import normalised
from wizard.yamlfile.parsed import ParsedYaml

if TYPE_CHECKING:
    from wizard.plan.file_edit import FileEdit
    from wizard.plan.plan import Plan

_COMMENT: Final = late_pattern(r"((?:^|\s)#)")
_PAIR: Final = late_pattern(r"(?P<head>^\s*(?:-\s*)?[\"']?(?P<name>[A-Za-z_][\w.-]*)[\"']?\s*[:=]\s*)(?P<value>\S.*)$")
_MANY: Final = 2000
"""Lines; the largest file of LibreChat's own has a third of it."""
_WIDTH: Final = 400
_FOLDED_AT: Final = 12
"""Lines of one file's difference that a folded one shows."""
_ROW: Final = 80
_NAMES_OF_SECRETS: Final = frozenset({"existingSecretName", "existingMasterKeySecret", "secretName"})
"""Keys of Helm values that name a Secret of Kubernetes and hold nothing of it."""
_HELD: Final = ("data", "stringData")
_KEY: Final = late_pattern(r"(\s+[\w.-]+: )(?=\S)")
_ENCODED: Final = (".crt", ".key", ".pem")


def of_plan(plan: Plan) -> str:
    """Return the differences of all files as one text."""
    return "".join(map(of_edit, plan.shown_edits))


def of_edit(edit: FileEdit) -> str:
    """Return a unified difference without context of one file."""
    if edit.path.endswith(_ENCODED):
        action = "new" if edit.before is None else "replaced"
        return f"--- {edit.path}\n+++ {edit.path} (mode {edit.mode:04o}): {action}; contents not shown\n"
    old = _Lines([], []) if edit.before is None else _lines(edit.path, edit.before)
    new = _lines(edit.path, edit.after)
    if edit.path == ".env" and edit.before is None:
        return _new_environment(edit)
    changed = list(_changed(old, new))
    mode = f" (mode {edit.mode:04o})"
    head = f"--- {edit.path if edit.before is not None else '(new file)'}\n+++ {edit.path}{mode}\n"
    return head + "".join(f"{plain(line.expandtabs(4), limit=_WIDTH)}\n" for line in changed)


def folded(plan: Plan) -> str:
    """Return what :func:`of_plan` shows in a line or two for each new file, and the first lines of each change.

    For a run that continues by itself: a person who wants to read every line asks for a dry run first.
    """
    parts: list[str] = []
    is_folded = False
    new_encoded = [edit.path for edit in plan.shown_edits if edit.before is None and edit.path.endswith(_ENCODED)]
    for edit in plan.shown_edits:
        if edit.before is not None:
            lines = of_edit(edit).splitlines(keepends=True)
            more = len(lines) - _FOLDED_AT
            parts += lines if more <= 1 else [*lines[:_FOLDED_AT], f"    ({more} more lines)\n"]
            is_folded = is_folded or more > 1
        elif edit.path == ".env":
            parts.append(_new_environment_folded(edit))
        elif edit.path not in new_encoded:
            parts.append(f"+++ {edit.path} (mode {edit.mode:04o}): new, {counted(len(_split(edit.after)), 'line')}\n")
            is_folded = True
        elif edit.path == new_encoded[0]:
            parts.append(f"+++ {', '.join(new_encoded)}: new\n")
    count = len(plan.shown_edits)
    if not count:
        return ""
    hint = " (for every line, use --dry-run instead of --apply)" if is_folded else ""
    return f"{count} file{'' if count == 1 else 's'} will change{hint}:\n" + "".join(parts)


def _new_environment_folded(edit: FileEdit) -> str:
    """Return what the answers set in a new ``.env``, several in a line, the secrets by their names."""
    head, *pairs = _new_environment(edit).splitlines()[1:]
    shown = [pair.removeprefix("+") for pair in pairs]
    secrets = [pair.removesuffix(f"={REDACTED}") for pair in shown if pair.endswith(f"={REDACTED}")]
    lines = [pair for pair in shown if not pair.endswith(f"={REDACTED}")]
    if secrets:
        lines.append(f"{REDACTED}: {', '.join(secrets)}")
    return "\n".join((head, *_several_in_a_line(lines))) + "\n"


def _several_in_a_line(texts: list[str]) -> list[str]:
    """Return the texts two blanks apart in lines of at most 80 columns; none is broken."""
    lines: list[str] = []
    for text in texts:
        if lines and len(lines[-1]) + len(text) + 2 <= _ROW:
            lines[-1] += f"  {text}"
        else:
            lines.append(f"+   {text}")
    return lines


def _new_environment(edit: FileEdit) -> str:
    """Show of a new ``.env`` what the answers set; the rest of it is the sample."""
    # Where there is no sample, the file has what the answers set, and nothing else.
    others = Document.parse(edit.after).values().keys() - {change.name for change in edit.changes}
    made = ", made from .env.example, with" if others else ", with"
    lines = [f"--- (new file)\n+++ .env (mode {edit.mode:04o}){made}:\n"]
    for change in edit.changes:
        if change.change == "set":
            value = REDACTED if change.secret else shown_value(change.after or "")
            lines.append(f"+{plain(f'{change.name}={value}', limit=_WIDTH)}\n")
    return "".join(lines)


def _changed(old: _Lines, new: _Lines) -> Iterable[str]:
    """Yield the lines that differ, as they are shown."""
    end = 0
    while end < min(len(old.lines), len(new.lines)) and old.lines[-1 - end] == new.lines[-1 - end]:
        end += 1
    before, after = (file.lines[: len(file.lines) - end] for file in (old, new))
    for old_from, old_to, new_from, new_to in _differences(before, after, is_long=len(old.lines) > _MANY):
        yield f"@@ line {old_from + 1 if old_to > old_from else new_from + 1} @@"
        yield from (f"-{old.shown(number)}" for number in range(old_from, old_to))
        yield from (f"+{new.shown(number)}" for number in range(new_from, new_to))


def _differences(before: list[str], after: list[str], *, is_long: bool) -> Iterable[tuple[int, int, int, int]]:
    """Yield where lines differ: from and to in ``before``, from and to in ``after``."""
    if not before or not after:
        if before or after:
            yield 0, len(before), 0, len(after)
        return
    import difflib  # a first install has only new files

    # Of many equal lines each would be compared with each: in a large file they are no places to go on from.
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=is_long)
    yield from (opcode[1:] for opcode in matcher.get_opcodes() if opcode[0] != "equal")


def _lines(path: str, data: bytes) -> _Lines:
    if path == ".env":
        return _EnvironmentLines(data)
    lines = _split(data)
    if path.endswith((".yml", ".yaml")):
        shown = _yaml_lines(path, data)
        # Of what cannot be read nobody knows where its secrets are.
        shown = shown if len(shown) == len(lines) else [REDACTED for _ in lines]
    else:
        shown = [shown_value(line) for line in lines]
    in_key = False
    for number, line in enumerate(lines):
        in_key = (in_key or "PRIVATE KEY-----" in line) and "-----END" not in line
        if in_key:
            shown[number] = REDACTED
    return _Lines(lines, shown)


def _yaml_lines(path: str, data: bytes) -> list[str]:
    """Return the lines of a YAML file with its secrets taken out by what the file says; none where it says nothing."""
    try:
        document = ParsedYaml.parse(data, path)
    except InvalidInput:
        return []
    if document.at(("kind",)) == "Secret":
        return _lines_of_secret(_split(data))
    found = scalars(document, _is_secret_key)
    known = SecretFilter(secret_texts(found))
    return [_without_comment(known.clean(line)) for line in _split(without_secrets(document, found).encode())]


def _is_secret_key(name: str) -> bool:
    return name not in _NAMES_OF_SECRETS and is_secret_setting(name)


def _lines_of_secret(lines: list[str]) -> list[str]:
    """Return the lines of a Kubernetes Secret: of what is below data and stringData only the names, however it is spelled."""
    shown, is_held = [], False
    for line in lines:
        if line[:1] not in ("", " ", "\t", "#"):
            is_held = line.startswith(_HELD)
        match = _KEY.match(line) if is_held and not line.startswith(_HELD) else None
        shown.append(f"{match[1]}{REDACTED}" if match else REDACTED if is_held and line[:1] == " " else line)
    return [line if line.rstrip(": ") in _HELD or not line.startswith(_HELD) else REDACTED for line in shown]


def _without_comment(line: str) -> str:
    """Return a line of YAML without what its comment gives away; what it says is judged by :func:`scalars`."""
    before, sign, comment = _COMMENT.split(line, maxsplit=1) if _COMMENT.search(line) else (line, "", "")
    line = before + sign + without_named_values(comment, is_secret_setting)
    return without_credentials(without_messages(line))


def _split(data: bytes) -> list[str]:
    return normalised(data.decode("utf-8", errors="replace")).removesuffix("\n").split("\n")


def _redacted_pair(line: str) -> str:
    match = _PAIR.match(line)
    head, sign, value = line.partition("=")
    if match is None and sign and value and is_secret_name(head):
        # A name with a blank in it, say: no reader takes it, but what follows may be a secret all the same.
        return f"{head}={REDACTED}"
    if match and is_secret_setting(match["name"]):
        return f"{match['head']}{REDACTED}"
    # A connection string has its password in the middle of a line, as JSON has.
    return shown_value(line)


class _Lines:
    """The lines of a file, as they are compared and as they are shown."""

    def __init__(self, lines: list[str], shown: list[str]) -> None:
        self.lines = lines
        self._shown = shown

    def shown(self, index: int) -> str:
        """Return a line without its secrets."""
        return self._shown[index]


class _EnvironmentLines(_Lines):
    """The lines of a ``.env``: the values of secret names are taken out, those over several lines too, where a line is shown."""

    def __init__(self, data: bytes) -> None:
        # The lines have to be those that the document counts: other line separators do not end one.
        super().__init__(_split(data), [])
        self._entries = Document.parse(data).entries
        self._begins = [entry.line for entry in self._entries]

    def shown(self, index: int) -> str:
        number = bisect.bisect_right(self._begins, index + 1) - 1
        entry = self._entries[number] if number >= 0 else None
        if entry is not None and index < entry.end_line and is_secret_setting(entry.name):
            is_first = index + 1 == entry.line
            return f"{entry.name}={REDACTED if entry.value else ''}" if is_first else REDACTED
        line = self.lines[index]
        bare = re.sub(r"^(\s*#+\s*)", "", line)
        redacted = _redacted_pair(bare)
        return redacted if redacted == line else f"{line[: len(line) - len(line.lstrip('# '))]}{redacted}"
