"""What Docker reports about the containers of a folder. Read-only; a reply that cannot be parsed counts as no reply."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from wizard.basics import docker_engine
from wizard.basics.filesystem import is_file
from wizard.basics.patterns import late_pattern

if TYPE_CHECKING:
    from wizard.basics.processes import ProcessResult

_SECONDS: Final = 20.0
_LABEL: Final = "com.docker.compose"
_LIST: Final = f'{{{{.ID}}}}\t{{{{.Names}}}}\t{{{{.Label "{_LABEL}.project.working_dir"}}}}'
_ABSENT: Final = late_pattern(r"could not find the file|no such file|no such container:path", re.IGNORECASE)
"""A file that is not in the container: Docker 28's daemon, the system, the client of 20.10.

That client says the last of a container that is gone, too, so :meth:`DockerView.container_of_id` is asked afterwards.
"""


class NoReplyError(Exception):
    """Docker did not reply; the argument is a clause that says why."""


class FoundContainer(NamedTuple):
    """A container of LibreChat's."""

    id: str
    name: str
    is_running: bool = False
    has_started: bool = False
    """Whether its program ever ran."""
    environment: tuple[str, ...] = ()


class DockerView(NamedTuple):
    """The docker command, used to look."""

    program: str

    @classmethod
    def of_this_machine(cls) -> "DockerView":
        """Return the docker command; ``NoReplyError`` if there is none, or none that may be asked."""
        program = _on_path("docker")
        if program is None:
            raise NoReplyError("docker is not in the PATH, so the wizard cannot inspect LibreChat's container")
        if why := docker_engine.refusal():
            raise NoReplyError(why)
        return cls(program)

    def container_of(self, folder: Path, service: str, *, may_have_moved: bool) -> FoundContainer | None:
        """Return the container of a service of this folder; ``None`` if docker knows of none.

        ``may_have_moved``: one of a folder that is gone counts too.
        """
        words = ("ps", "-a", "--no-trunc", "--filter", f"label={_LABEL}.service={service}", "--format", _LIST)
        rows = [line.split("\t", 2) for line in self._asked(words).splitlines() if "\t" in line]
        here = os.path.realpath(folder)
        own = [row for row in rows if os.path.realpath(row[-1]) == here]
        moved = [row for row in rows if row[-1] and _is_gone(Path(row[-1]))] if may_have_moved else []
        for identity, name, *_ in own or moved[:1]:
            return self.container_of_id(FoundContainer(id=identity, name=name))
        return None

    def container_of_id(self, container: FoundContainer) -> FoundContainer | None:
        """Return the state of a container now; ``None`` if it is gone."""
        try:
            details = json.loads(self._asked(("inspect", "--type", "container", container.id)))[0]
            state = details["State"]
            environment = tuple(map(str, details["Config"]["Env"] or ()))
            is_running = state["Running"] is True
            has_started = not str(state["StartedAt"]).startswith("0001-")
        except NoReplyError as why:
            if "no such" in str(why).lower():
                return None
            raise
        except (ValueError, LookupError, TypeError, RecursionError):
            raise NoReplyError(
                f"docker returned no readable information about the container {container.name}"
            ) from None
        return FoundContainer(
            id=container.id,
            name=container.name,
            is_running=is_running,
            has_started=has_started,
            environment=environment,
        )

    def environment(self, container: FoundContainer) -> dict[str, str]:
        """Return the environment that a container's program began with."""
        pairs = (entry.partition("=") for entry in container.environment)
        return {name: value for name, _, value in pairs}

    def text_of(self, container: FoundContainer, path: str, *, largest: int) -> str | None:
        """Return the text of a file of a container, ``None`` if it is not there."""
        from wizard.basics.processes import ProcessFailure

        done = self._run(("cp", f"{container.id}:{path}", "-"))
        if done.failure is ProcessFailure.ENDLESS:
            raise NoReplyError(
                f"{path} in the container {container.name} is larger than any file that LibreChat writes there"
            )
        if done.failure is not None:
            raise NoReplyError("docker did not respond")
        if done.status != 0:
            if _ABSENT.search(done.error_text):
                return None
            raise NoReplyError(f"docker could not read {path} in the container {container.name}")
        text = first_file(done.out, largest)
        if text is None:
            raise NoReplyError(f"docker returned no readable copy of the file in the container {container.name}")
        return text

    def fingerprints(self, container: FoundContainer) -> Mapping[str, str]:
        """Return the SHA-256 of each value that LibreChat's database records as in use, by name."""
        from wizard.basics.container_script import container_script
        from wizard.basics.json_words import marked_object

        name = container.name
        if not container.is_running:
            raise NoReplyError(f"the container {name} is not running, so LibreChat's database could not be read")
        import secrets

        mark = secrets.token_hex(8)
        script = container_script("wizard.deployment", "fingerprints.js", {"mark": mark, "seconds": _SECONDS / 2})
        done = self._run(("exec", "-i", container.id, "node", "-"), script.encode())
        found = marked_object(done.text, mark)
        used = found.get("fingerprints")
        if found.get("ok") is not True or not isinstance(used, dict):
            raise NoReplyError(f"LibreChat's database could not be read from the container {name}")
        return {str(key): str(value) for key, value in used.items() if value}

    def _asked(self, words: tuple[str, ...]) -> str:
        done = self._run(words)
        if done.failure is not None:
            raise NoReplyError("docker did not respond")
        if done.status != 0:
            raise NoReplyError(f"docker returned an error: {_short(done.error_text)}")
        return done.text

    def _run(self, words: tuple[str, ...], stdin: bytes | None = None) -> "ProcessResult":
        from wizard.basics import environments, processes

        return processes.run(
            processes.Invocation(
                arguments=(self.program, *words),
                environment=environments.docker_environment(),
                seconds=_SECONDS,
                stdin=stdin,
            )
        )


def _is_gone(folder: Path) -> bool:
    try:
        return not folder.is_dir()
    except OSError:
        # Behind a folder of somebody else's: nobody can tell.
        return False


def _on_path(name: str) -> str | None:
    # As shutil.which, which loads archives and compression that a first plan has no use for.
    places = (Path(folder, name) for folder in os.get_exec_path() if folder)
    return next((str(path) for path in places if is_file(path) and os.access(path, os.X_OK)), None)


def _short(text: str) -> str:
    from wizard.basics.plain_text import plain

    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return plain(lines[-1] if lines else "no answer", limit=200)


def first_file(archive_data: bytes, largest: int) -> str | None:
    """Return the text of the one file that ``docker cp`` packs; ``None`` if that cannot be read."""
    import io
    import tarfile

    try:
        with tarfile.open(fileobj=io.BytesIO(archive_data), mode="r:") as archive:
            member = next(iter(archive))
            content = archive.extractfile(member) if member.size <= largest else None
            return content.read(largest).decode(errors="replace") if content else ""
    except (tarfile.TarError, StopIteration, KeyError, ValueError, OSError, OverflowError, RecursionError):
        # KeyError: a link that leads out of the archive.
        return None
