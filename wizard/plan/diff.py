"""The difference that a plan makes, for eyes: no secret in it, no control character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from wizard.basics.named_values import without_messages, without_named_values
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput
from wizard.basics.redaction import SecretFilter, is_secret_name, without_credentials
from wizard.basics.secret import REDACTED
from wizard.catalogue.secret_names import is_secret_setting, shown_value
from wizard.composefile.scalars import scalars, secret_texts, without_secrets
from wizard.dotenv.document import Document
from wizard.dotenv.npm import normalised
from wizard.yamlfile.parsed import ParsedYaml

if TYPE_CHECKING:
    from wizard.plan.plan import FileEdit, Plan

_COMMENT: Final = re.compile(r"((?:^|\s)#)")
_PAIR: Final = re.compile(r"(?P<head>^\s*(?:-\s*)?[\"']?(?P<name>[A-Za-z_][\w.-]*)[\"']?\s*[:=]\s*)(?P<value>\S.*)$")
_MANY: Final = 2000
"""Lines; the largest file of LibreChat's own has a third of it."""
_WIDTH: Final = 400
_ENCODED: Final = (".crt", ".key", ".pem")


def of_plan(plan: Plan) -> str:
    """Return the differences of all files as one text."""
    return "".join(map(of_edit, plan.shown_edits))


def of_edit(edit: FileEdit) -> str:
    """Return a unified difference without context of one file."""
    if edit.path.endswith(_ENCODED):
        action = "new" if edit.before is None else "replaced"
        return f"--- {edit.path}\n+++ {edit.path} (mode {edit.mode:04o}): {action}; its text says nothing to the eye\n"
    old = [] if edit.before is None else _lines(edit.path, edit.before)
    new = _lines(edit.path, edit.after)
    if edit.path == ".env" and edit.before is None:
        return _new_environment(edit)
    changed = list(_changed(old, new))
    mode = f" (mode {edit.mode:04o})"
    head = f"--- {edit.path if edit.before is not None else '(new file)'}\n+++ {edit.path}{mode}\n"
    return head + "".join(f"{plain(line.expandtabs(4), limit=_WIDTH)}\n" for line in changed)


def _new_environment(edit: FileEdit) -> str:
    """Show of a new ``.env`` what the answers set; the rest of it is the sample."""
    lines = [f"--- (new file)\n+++ .env (mode {edit.mode:04o}), made from .env.example where there is one, with:\n"]
    for change in edit.changes:
        if change.change == "set":
            value = REDACTED if change.secret else shown_value(change.after or "")
            lines.append(f"+{plain(f'{change.name}={value}', limit=_WIDTH)}\n")
    return "".join(lines)


def _changed(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> Iterable[str]:
    """Give the lines that differ. Each line comes as it is compared and as it is shown."""
    import difflib

    end = 0
    while end < min(len(old), len(new)) and old[-1 - end][0] == new[-1 - end][0]:
        end += 1
    before, after = ([line[0] for line in lines[: len(lines) - end]] for lines in (old, new))
    # Of many equal lines each would be compared with each: in a large file they are no places to go on from.
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(old) > _MANY)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            continue
        yield f"@@ line {old_from + 1 if old_to > old_from else new_from + 1} @@"
        yield from (f"-{line[1]}" for line in old[old_from:old_to])
        yield from (f"+{line[1]}" for line in new[new_from:new_to])


def _lines(path: str, data: bytes) -> list[tuple[str, str]]:
    if path == ".env":
        return _environment_lines(data)
    lines = _split(data)
    if path.endswith((".yml", ".yaml")):
        shown = _yaml_lines(path, data)
        # Of what cannot be read nobody knows where its secrets are.
        shown = shown if len(shown) == len(lines) else [REDACTED for _ in lines]
    else:
        shown = [shown_value(line) for line in lines]
    pairs = []
    in_key = False
    for line, text in zip(lines, shown, strict=True):
        in_key = (in_key or "PRIVATE KEY-----" in line) and "-----END" not in line
        pairs.append((line, REDACTED if in_key else text))
    return pairs


def _yaml_lines(path: str, data: bytes) -> list[str]:
    """Return the lines of a YAML file with its secrets taken out by what the file says; none where it says nothing."""
    try:
        document = ParsedYaml.parse(data, path)
    except InvalidInput:
        return []
    found = scalars(document, is_secret_setting)
    known = SecretFilter(secret_texts(found))
    return [_without_comment(known.clean(line)) for line in _split(without_secrets(document, found).encode())]


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


def _environment_lines(data: bytes) -> list[tuple[str, str]]:
    """Return the lines of a ``.env`` with the values of secret names taken out, those over several lines too."""
    # The lines have to be those that the document counts: other line separators do not end one.
    lines = _split(data)
    shown = [_redacted_pair(re.sub(r"^(\s*#+\s*)", "", line)) for line in lines]
    shown = [
        line if line == lines[n] else f"{lines[n][: len(lines[n]) - len(lines[n].lstrip('# '))]}{line}"
        for n, line in enumerate(shown)
    ]
    for entry in Document.parse(data).entries:
        if is_secret_setting(entry.name):
            shown[entry.line - 1] = f"{entry.name}={REDACTED if entry.value else ''}"
            for number in range(entry.line, min(entry.end_line, len(shown))):
                shown[number] = REDACTED
    return list(zip(lines, shown, strict=True))
