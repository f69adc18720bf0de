"""``librechat-wizard explain``: explains a log, or a line of one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checks.log.explanation import Explanation, explain
from checks.model import Report
from checks.report import columns_of, finding_json, wrapped
from screens.cli.output import Output
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import SIGNS, Status
from wizard.basics.own_command import in_folder, own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem
from wizard.findings.model import LONGEST
from wizard.librechat.log_text import LARGEST

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

_INDENT = "      "
_NOTHING_KNOWN = "No known errors found. Search https://github.com/danny-avila/LibreChat/issues for the first line that contains 'error'."
_EMPTY = "The log is empty, so there is nothing to explain. If the command that prints the log failed, fix its error first. {}"


def _how() -> str:
    command = own_command("explain", is_piped=True)
    piped = f"{in_folder('docker compose logs api')} | {command}"
    return f"Pipe a log into this command: {piped}. Or specify a file: {own_command('explain', 'FILE')}"


class ExplainOptions(NamedTuple):
    """The options of ``explain``."""

    folder: Path
    is_named: bool
    """Whether ``--dir`` names the folder; else it need not be one of LibreChat's."""
    file: str = "-"
    as_json: bool = False


def run(options: ExplainOptions) -> ExitStatus:
    """Explain a log; ``InvalidInput`` if there is none to read."""
    output = Output("explain", as_json=options.as_json)
    return output.finish(lambda: _run(options, output))


def _run(options: ExplainOptions, output: Output) -> ExitStatus:
    log = _read(options.file)
    is_empty = not log.strip()
    explanations = explain(log, _deployment(options))
    order = tuple(SIGNS)
    explanations = tuple(sorted(explanations, key=lambda one: (one.is_earlier, order.index(one.finding.status))))
    output.report = Report(findings=tuple(one.finding for one in explanations))
    output.parts["findings"] = [{**finding_json(one.finding), "certain": one.is_certain} for one in explanations]
    output.parts["empty"] = is_empty
    columns = columns_of(sys.stdout)
    output.show(_prose(_EMPTY.format(_how()), columns) if is_empty else _text(explanations, columns))
    return ExitStatus.DONE if explanations else ExitStatus.UNKNOWN


def _deployment(options: ExplainOptions) -> "Deployment | None":
    from wizard.answers.model import Answers
    from wizard.deployment.assembled import deployment
    from wizard.deployment.snapshot import take

    try:
        return deployment(take(options.folder, Answers()), {})
    except InvalidInput:
        if options.is_named:
            raise
        return None


def _read(name: str) -> bytes:
    if name != "-":
        try:
            with Path(name).open("rb") as file:
                return file.read(LARGEST + 1)
        except OSError as error:
            message = f"could not read {plain(name)}: {error.strerror}."
            raise InvalidInput(Problem(field="FILE", message=message, remedy=_how())) from None
    if sys.stdin is None or sys.stdin.isatty():
        raise InvalidInput(Problem(field="FILE", message="no log was provided.", remedy=_how()))
    kept = bytearray()
    while chunk := sys.stdin.buffer.read(1 << 20):
        kept += chunk
        if len(kept) > 2 * LARGEST:
            # Of an endless one the end counts.
            del kept[:-LARGEST]
    return bytes(kept)


def _prose(text: str, columns: int) -> str:
    return "\n".join(wrapped(text, "", columns - 2)) + "\n"


def _text(explanations: tuple[Explanation, ...], columns: int) -> str:
    if not explanations:
        return _prose(_NOTHING_KNOWN, columns)
    texts = ["\n".join(_lines(one, columns - 2)) for one in explanations]
    if all(one.finding.status is Status.PASS for one in explanations):
        texts.append("No sign-in problems found. The errors in this log are harmless.")
    return "\n".join(texts) + "\n"


def _lines(one: Explanation, width: int) -> list[str]:
    finding = one.finding
    lines = wrapped(finding.summary, f"{SIGNS[finding.status].tag}  ", width)
    if finding.consequence:
        lines.extend(wrapped(finding.consequence, _INDENT, width))
    for evidence in finding.evidence:
        lines.extend(wrapped(plain(evidence, limit=LONGEST), f"{_INDENT}| ", width))
    if finding.remedy:
        lines.extend(wrapped(finding.remedy, f"{_INDENT}-> ", width))
    if finding.docs:
        lines.append(f"{_INDENT}see {finding.docs}")
    return [*lines, f"{_INDENT}[{finding.id}]"]
