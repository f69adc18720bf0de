"""Rules: lines of environment files, judged by who reads them: npm dotenv, Docker Compose, or both."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from wizard import catalogue
from wizard.answers.model import Stack
from wizard.basics.finding import Finding, Status
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain, some_of
from wizard.basics.problem import InvalidInput
from wizard.composefile.container_environment import OriginMechanism
from wizard.composefile.model import interpolated_names
from wizard.deployment.file_faults import faults_of
from wizard.deployment.service import reads_dotenv
from wizard.dotenv.document import Document
from wizard.dotenv.faults import LineFault
from wizard.dotenv.spelling import Unspellable, spell
from wizard.findings import files as ids
from wizard.rules.view import Rule, View

_LIMIT: Final = 12
"""How many lines of one kind are named; a file that has more says so."""
_OF_COMPOSE: Final = {
    "comment": "Docker Compose reads the comment as the value and passes it to LibreChat; put the comment on a separate line.",
    "backtick": "LibreChat gets the backticks as part of the value.",
    "variable": "Docker Compose expands $NAME as a variable; put the entire value in single quotes.",
    "escape": "Docker Compose might not read a backslash literally.",
    "quote": "Docker Compose might not read quotation marks literally.",
}
"""What Docker Compose makes of a line that another reader would take otherwise, where it alone reads."""
_LIKE_A_VARIABLE: Final = late_pattern(r"[A-Z][A-Z0-9_]{2,}")
"""A name that may well be meant as a variable: Docker Compose may be started elsewhere, where it is set."""


class _File(NamedTuple):
    name: str
    document: Document
    by_npm: bool
    """LibreChat itself reads it at ``/app/.env``."""
    by_compose: bool

    @property
    def shown(self) -> str:
        return plain(self.name, limit=120)


def own_name(view: View) -> str:
    """Return the name of the file that ``deployment.dotenv`` was read from."""
    effective = view.deployment.effective
    return (effective.dotenv_name if effective is not None else "") or ".env"


def lines(view: View) -> Iterator[Finding]:
    """S11, S14, S22: lines that Docker Compose refuses or reads differently."""
    for file in _files(view):
        yield from _lines(view, file)


def _files(view: View) -> Iterator[_File]:
    """Yield the files that settings are read from, each with its readers."""
    deployment = view.deployment
    name = own_name(view)
    in_docker = deployment.effective is not None and deployment.stack is not Stack.LOCAL
    entries = [entry for entry in view.api.get("env_file") or () if isinstance(entry, dict)]
    handed = [
        path.removeprefix("./")
        for entry in entries
        if (path := str(entry.get("path") or "")) and entry.get("format") != "raw"
    ]
    by_npm = not in_docker or reads_dotenv(view.api) or name != ".env"
    # The folder's own .env is read for ${NAME} as well, whoever else reads it.
    yield _File(name, deployment.dotenv, by_npm, not in_docker or name == ".env" or name in handed)
    for other in handed if in_docker else ():
        state = deployment.files.get(other)
        if other == name or state is None or state.data is None:
            continue
        try:
            yield _File(other, Document.parse(state.data, other), by_npm=False, by_compose=True)
        except InvalidInput:
            continue


def _lines(view: View, file: _File) -> Iterator[Finding]:
    # What stops every container comes first, wherever it stands.
    faults = sorted(file.document.faults(), key=lambda fault: fault.kind != "compose-refuses")
    values = file.document.values()
    explained = {line for fault in faults_of(view.deployment.files.get(file.name)) for line in fault.lines}
    faults = [fault for fault in faults if fault.line not in explained and _concerns(fault, file)]
    for fault in faults[:_LIMIT]:
        where = f"{file.shown} line {fault.line}" + (f" ({fault.name})" if fault.name else "")
        settings = (fault.name,) if fault.name in catalogue.by_key() else ()
        if fault.kind == "compose-refuses":
            remedy = fault.remedy or ids.ENV_COMPOSE_REFUSES.fix
            yield ids.ENV_COMPOSE_REFUSES.fail(f"{where}: {fault.message}", settings=settings, remedy=remedy)
        elif fault.kind == "reads-differently":
            if _is_filled_in_on_purpose(view, values.get(fault.name, "")):
                continue
            if (
                file.by_npm
                and view.deployment.stack is Stack.COMPOSE
                and _has_no_common_spelling(values.get(fault.name, ""))
            ):
                # LibreChat reads it rightly, and nothing better can be written: the wizard itself spells it so.
                continue
            message = fault.message if file.by_npm else _OF_COMPOSE.get(fault.cause, fault.message)
            remedy = fault.remedy or ids.ENV_READS_DIFFERENTLY.fix
            yield ids.ENV_READS_DIFFERENTLY.finding(
                _status(view, file, fault), f"{where}: {message}", settings=settings, remedy=remedy
            )
        else:
            entry = ids.ENV_LINE.of(fault.kind)
            yield entry.warn(f"{where}: {fault.message}", settings=settings, remedy=fault.remedy or entry.fix)
    if len(faults) > _LIMIT:
        yield ids.ENV_MORE.warn(f"{file.shown} has {len(faults) - _LIMIT} more lines with problems.")


def _concerns(fault: LineFault, file: _File) -> bool:
    """Whether a fault is one to those who read the file."""
    if file.by_npm and file.by_compose:
        return True
    if file.by_npm:
        return fault.kind == "ignored"
    if fault.kind == "reads-differently":
        # What only npm dotenv would take otherwise; of what '$' takes away shortened() speaks.
        return fault.cause not in ("hash", "crlf", "variable", "")
    return fault.kind != "only-compose"


def _status(view: View, file: _File, fault: LineFault) -> Status:
    setting = catalogue.by_key().get(fault.name)
    effective = view.deployment.effective
    counts = effective.values.get(fault.name) if effective is not None else None
    if not file.by_npm and (counts is None or counts.origin.file != file.name):
        # Another place has the last word on it.
        return Status.WARN
    is_told = view.deployment.stack is Stack.DEPLOY if file.by_npm else fault.cause in ("comment", "backtick")
    return Status.FAIL if is_told and setting is not None and setting.secret else Status.WARN


def _is_filled_in_on_purpose(view: View, value: str) -> bool:
    """Whether Docker Compose alone reads ``.env`` here, and fills in variables that are all there."""
    names = interpolated_names({"value": value})
    return bool(names) and not reads_dotenv(view.api) and names <= view.deployment.variables.keys()


def _has_no_common_spelling(value: str) -> bool:
    return isinstance(spell(value), Unspellable)


def shortened(view: View) -> Iterator[Finding]:
    """Find values that Docker Compose takes a piece out of: ``$NAME`` in them is set nowhere."""
    effective = view.deployment.effective
    found = [each for each in (effective.values if effective is not None else {}).values() if each.lost]
    found = [each for each in found if each.name in catalogue.by_key()]
    for each in found[:_LIMIT]:
        listed = " and ".join(some_of([f"${plain(name, limit=60)}" for name in each.lost], _LIMIT))
        is_secret = catalogue.by_key()[each.name].secret
        what = "a '$' and the text after it" if is_secret else listed
        summary = f"{each.origin} ({each.name}): Docker Compose reads {what} as {'an unset variable' if is_secret or len(each.lost) == 1 else 'unset variables'}, so LibreChat gets the value without that part."
        in_file = each.origin.mechanism is not OriginMechanism.ENVIRONMENT
        remedy = "Put that value in single quotes." if in_file else "Write $$ for each $ in that value."
        is_certain = is_secret and not any(map(_LIKE_A_VARIABLE.fullmatch, each.lost))
        status = Status.FAIL if is_certain else Status.WARN
        yield ids.ENV_SHORTENED.finding(status, plain(summary, limit=400), settings=(each.name,), remedy=remedy)
    if len(found) > _LIMIT:
        yield ids.ENV_SHORTENED.warn(
            f"Other values that contain a '$' and the name of a variable that is not set: {len(found) - _LIMIT}."
        )


RULES: tuple[Rule, ...] = (lines, shortened)
