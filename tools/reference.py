"""Generates the reference pages from declarations in the code: ``python tools/reference.py [FOLDER]``, by default into docs/."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from screens.cli.completion import SHELLS, completion  # noqa: E402 - the checkout has to be on the path
from screens.cli.manual import manual  # noqa: E402
from screens.shared.explain import releases  # noqa: E402
from wizard import catalogue  # noqa: E402
from wizard.catalogue.answers_form import AnswersForm  # noqa: E402
from wizard.catalogue.model import Section, Setting  # noqa: E402
from wizard.catalogue.parts import Question, questions_of  # noqa: E402
from wizard.findings.advisory import VULNERABILITY  # noqa: E402
from wizard.findings.model import FindingEntry  # noqa: E402
from wizard.findings.registry import entries  # noqa: E402
from wizard.librechat.advisories import ADVISORIES, CURRENT_TO  # noqa: E402

LIBRECHAT = "https://github.com/danny-avila/LibreChat/blob"
SETTINGS = """\
# Settings

Every LibreChat variable that the wizard knows, by section; `librechat-wizard settings NAME` prints the same. *Applies if*: the variable has
no effect otherwise. *Required if*: LibreChat needs the variable in this case. Generated from `wizard/catalogue/` by `python tools/reference.py`.
"""
ANSWERS = """\
# Answers file

Every key of an answers file except LibreChat's variables (`settings`, see `docs/settings.md`); `proxy.hops` is the key `hops` below `proxy`.
The interactive wizard asks the same questions. Generated from `wizard/catalogue/answers_form.py` by `python tools/reference.py`.
"""


FINDINGS = """\
# Findings

Everything that the checks can report, by check. `librechat-wizard doctor` prints the id below each finding that is not PASS; with `--json`, it is
the field `id`. An id never changes. In an id, `setting` stands for a variable name in lower case with `-` for `_`, and `cve-number` for one of the
[published vulnerabilities](#published-vulnerabilities). Generated from `wizard/findings/` and `wizard/librechat/advisories.py` by
`python tools/reference.py`.
"""
VULNERABILITIES = """\
## Published vulnerabilities

Vulnerabilities in LibreChat's sign-in that were published up to {}. An empty cell means that the release is not known. No finding says that a
release is safe.

| id | what an attacker can do | first affected release | first fixed release | workaround without an update | what an update does not clean up |
|---|---|---|---|---|---|"""


def settings() -> Iterator[str]:
    """Give the paragraphs of docs/settings.md."""
    yield SETTINGS
    for section in catalogue.SECTIONS:
        yield f"## {section.title}\n\n{escaped(section.intro)}\n"
        for setting in section.settings:
            yield f"### {setting.key}\n\n{escaped(setting.title)}. {escaped(setting.help)}\n"
            yield "".join(f"* {name}: {text}\n" for name, text in facts(section, setting))


def answers() -> Iterator[str]:
    """Give the paragraphs of docs/answers.md."""
    yield ANSWERS
    for question in questions_of(AnswersForm):
        asked = question.asked
        yield f"## {asked.id}\n\n{escaped(asked.title)}. {escaped(asked.help)}\n"
        yield "".join(f"* {name}: {text}\n" for name, text in answer_facts(question))


def answer_facts(question: Question) -> Iterator[tuple[str, str]]:
    """Give what there is to know of a question of the wizard's own, each with its name."""
    asked = question.asked
    yield "If not answered", escaped(asked.empty)
    if asked.consequence:
        yield "If wrong", escaped(asked.consequence)
    bounds = "" if asked.minimum is None else f" from {asked.minimum:g} to {asked.maximum:g}"
    default = "" if asked.default is None else f", default {quoted(asked.default)}"
    yield "Kind", f"{asked.kind.value}{bounds}{default}"
    labels = {one.value: one.label for one in asked.choices}
    if question.known:
        known = (
            f"{quoted(value)} ({escaped(labels[value])})" if value in labels else quoted(value)
            for value in question.known
        )
        yield "Values", "; ".join(known)
    for value, names in question.needs.items():
        yield f"With {quoted(value)}", f"needs {' and '.join(map(quoted, names))}"
    if question.excludes:
        yield "Not together with", quoted(question.excludes)
    if asked.applies is not None:
        yield "Asked if", escaped(asked.applies.words)
    if not question.is_asked:
        yield "Asked", "never: set it in the answers file"
    if asked.docs:
        yield "Manual", f"<{asked.docs}>"


def facts(section: Section, setting: Setting) -> Iterator[tuple[str, str]]:
    """Give what there is to know of a setting, each with its name."""
    yield "If not set", escaped(setting.empty)
    yield "If wrong", escaped(setting.consequence)
    kind = f"{setting.kind.value}, can be generated" if setting.generate else setting.kind.value
    yield "Kind", kind if setting.default is None else f"{kind}, default {quoted(setting.default)}"
    if setting.choices:
        yield "Values", "; ".join(f"{quoted(value)} ({escaped(label)})" for value, label, _ in setting.choices)
    yield "Releases", releases(setting)
    if setting.renamed_to:
        yield "Renamed", f"[{setting.renamed_to}](#{setting.renamed_to.lower()})"
    if setting.applies is not None:
        yield "Applies if", escaped(setting.applies.words)
    if setting.required is not None:
        yield "Required if", escaped(setting.required.words)
    if setting.conflicts:
        yield "Not together with", ", ".join(setting.conflicts)
    if setting.source:
        lines = (line.rpartition(":") for line in setting.source_lines)
        at = f"{LIBRECHAT}/{section.source_release}"
        yield "Read in", ", ".join(f"[{Path(file).name}:{line}]({at}/{file}#L{line})" for file, _, line in lines)
    if setting.docs:
        yield "Manual", f"<{setting.docs}>"


def escaped(text: str) -> str:
    """Return a text of ours without a meaning for Markdown."""
    return re.sub(r"([\\`*<>\[\]|]|(?<!\w)_|_(?!\w))", r"\\\1", text)


def quoted(value: str) -> str:
    """Return a value as code."""
    return f"`{value}`" if value else "empty"


def findings() -> Iterator[str]:
    """Give the paragraphs of docs/findings.md; each also lists the findings of a second conversation."""
    yield FINDINGS
    found = sorted((each for entry in entries() for each in (entry, *again(entry))), key=lambda entry: entry.id)
    for check, of_check in groupby(found, key=lambda entry: entry.check):
        yield f"## {check}\n\n| id | meaning | what it means for users | fix |\n|---|---|---|---|"
        for entry in of_check:
            meaning = f"{entry.meaning.rstrip(':.')}."
            yield f"| `{entry.id}` | {escaped(meaning)} | {escaped(entry.sentence)} | {escaped(entry.fix)} |"
        yield ""
    yield VULNERABILITIES.format(CURRENT_TO)
    for one in ADVISORIES:
        told = (one.title, str(one.since or ""), str(one.fixed or ""), one.now, one.remains)
        yield f"| `{VULNERABILITY.of(one.id).id}` | {' | '.join(map(escaped, told))} |"
    yield ""


def again(entry: FindingEntry) -> Iterator[FindingEntry]:
    """Give the entry of the check that has the same conversation again."""
    if entry.counterpart:
        yield entry.at(entry.counterpart)


SITUATIONS = """\
# Situations

Common problems with LibreChat, collected from its public issues and discussions, and the findings that detect it: `doctor`
prints their ids, `explain` those that begin with `log`. {detected} of {all} are detected; for the others, the table says why not. Generated from
`tools/situations.table` by `python tools/reference.py`.

| situation | what happens | detected by |
|---|---|---|"""


def situations() -> Iterator[str]:
    """Give the lines of docs/situations.md."""
    text = (CHECKOUT / "tools" / "situations.table").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if not line.startswith("#")]
    detected = sum(row[2] != "-" for row in rows)
    yield SITUATIONS.format(detected=detected, all=len(rows))
    for identity, title, findings, *why in rows:
        names = ", ".join(f"`{name}`" for name in findings.split(", "))
        yield f"| {identity} | {escaped(title)} | {names if findings != '-' else escaped(f'No: {why[0]}')} |"
    yield ""


DOCUMENTS: dict[str, Callable[[], Iterator[str]]] = {
    "settings.md": settings,
    "answers.md": answers,
    "findings.md": findings,
    "situations.md": situations,
}


def main(folder: Path) -> None:
    """Write every document of this kind."""
    (folder / "librechat-wizard.1").write_text(manual(), encoding="utf-8")
    for shell in SHELLS:
        (folder / f"librechat-wizard.{shell}").write_text(completion(shell), encoding="utf-8")
    for name, paragraphs in DOCUMENTS.items():
        (folder / name).write_text("\n".join(paragraphs()), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="reference.py")
    parser.add_argument("folder", type=Path, nargs="?", default=CHECKOUT / "docs")
    main(parser.parse_args().folder)
