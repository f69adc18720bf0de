"""The lines of environment files that follow from answers, spelled so that every reader reads them back."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wizard import catalogue
from wizard.answers.model import Stack
from wizard.basics.problem import Problem
from wizard.catalogue.model import Setting
from wizard.catalogue.questions import variable_id
from wizard.composefile.override import env_file_services, interpolated_names
from wizard.deployment.snapshot import Snapshot
from wizard.dotenv.document import Document
from wizard.dotenv.spelling import Reader, Unspellable, spell

HEADING: Final = "Set by the LibreChat auth wizard"
ALL_READERS: Final = frozenset(Reader)
RUNTIME: Final = frozenset({"NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"})
"""Node reads these before any code of LibreChat runs, so that a line in ``.env`` comes too late on the compose stack."""


class Change(NamedTuple):
    """One setting (or key) of a file that becomes another; the texts of a secret are ``None``."""

    name: str
    change: str
    """``set`` or ``remove``."""
    secret: bool = False
    before: str | None = None
    after: str | None = None


def is_runtime(name: str, stack: Stack) -> bool:
    """Whether a setting has to be in the container's environment before LibreChat reads any file."""
    return name in RUNTIME and stack is Stack.COMPOSE


def readers_of(name: str, snapshot: Snapshot) -> frozenset[Reader]:
    """Return the programs that read this name from ``.env`` on this stack.

    compose stack: the api container's npm dotenv; Docker Compose for names that docker-compose.yml interpolates and, through
    env_file, for what rag_api reads. Without Docker: npm dotenv alone (systemd's reading is compared by the plan). deploy stack: Docker Compose alone (env_file; no ``/app/api/.env`` exists).
    """
    if snapshot.stack is Stack.LOCAL:
        return frozenset({Reader.NPM})
    if snapshot.stack is Stack.DEPLOY:
        return frozenset({Reader.COMPOSE})
    base = snapshot.state(snapshot.base_name).data or b""
    override = snapshot.state(snapshot.override_name).data or b""
    if name in interpolated_names(base) | interpolated_names(override) or name == "JWT_SECRET":
        return frozenset({Reader.NPM, Reader.COMPOSE})
    # rag_api has it in every base file; LibreChat itself only in hand-made ones.
    if len(env_file_services(override)) > 0 or "api" in env_file_services(base):
        return frozenset({Reader.NPM, Reader.COMPOSE})
    return frozenset({Reader.NPM})


class LineEdits:
    """Turns wanted values into lines, and collects problems and notes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.mended: set[str] = set()
        """Names whose line of a sample is written anew."""
        self.notes: list[str] = []
        self.problems: list[Problem] = []

    def changes(
        self, document: Document, wanted: Mapping[str, str | None], file: str = ".env"
    ) -> tuple[dict[str, str | None], tuple[Change, ...]]:
        """Return the new spellings of the names that change, and the same for the report."""
        values, compose_values = document.values(), document.compose_values()
        changes: dict[str, str | None] = {}
        report: list[Change] = []
        # In the catalogue's order: the same answers make the same file, in whatever order they were given.
        order = {name: number for number, name in enumerate(catalogue.by_key())}
        for name in sorted(wanted, key=lambda name: order.get(name, len(order))):
            value = wanted[name]
            readings = {Reader.NPM: values.get(name), Reader.COMPOSE: compose_values.get(name)}
            readers = ALL_READERS if name in self.mended else self._readers(name, file)
            if all(readings.get(reader, value) == value for reader in readers) and (value is None or name in values):
                continue
            spelled = None if value is None else self._spelled(name, value, readers)
            if value is None or spelled is not None:
                changes[name] = spelled
                report.append(self._change(name, values.get(name), value))
        return changes, tuple(report)

    def _spelled(self, name: str, value: str, readers: frozenset[Reader]) -> str | None:
        spelling = spell(value)
        if isinstance(spelling, Unspellable):
            spelling = spell(value, readers=readers)
        if isinstance(spelling, Unspellable):
            setting = catalogue.by_key()[name]
            way = "Generate a new value, or enter a different one." if setting.secret else "Choose another value."
            message = f"this value cannot be written to .env in a form that every program reads the same way: {spelling.reason}"
            self.problems.append(Problem(field=variable_id(name), message=message, remedy=way))
            return None
        if spelling.misread_by and self._snapshot.stack is not Stack.LOCAL:
            others = " and ".join(sorted(reader.value for reader in spelling.misread_by))
            self.notes.append(
                f"{name}: LibreChat reads the value correctly. {others} would read a different one, which is harmless."
            )
        return spelling.text

    def _change(self, name: str, before: str | None, after: str | None) -> Change:
        setting: Setting = catalogue.by_key()[name]
        kind = "remove" if after is None else "set"
        if setting.secret:
            return Change(name=name, change=kind, secret=True)
        return Change(name=name, change=kind, before=before, after=after)

    def _readers(self, name: str, file: str) -> frozenset[Reader]:
        """Return who reads a file; of others than ``.env`` nothing more exact is known than that it may be both."""
        return readers_of(name, self._snapshot) if file == ".env" else frozenset({Reader.NPM, Reader.COMPOSE})
