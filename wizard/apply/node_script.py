"""Runs a Node script next to LibreChat's packages, settings and database: in a one-off container, a pod, or its repository.

``docker compose run --rm --no-deps -T api node -`` works with LibreChat stopped, reads the ``.env`` that is there now, and ends
with its container: a script that ``exec`` started stays in the container when docker is killed, deaf to SIGTERM. A script of ours
goes in by standard input with its data as JSON and answers with one line of JSON; LibreChat's own are talked to (:meth:`NodeHost.talk`).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shlex
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wizard.answers.model import Stack
from wizard.apply import containers
from wizard.apply.commands import environment, is_noise
from wizard.apply.pod import NoPodError, Pod, ready_pod
from wizard.apply.redaction import Redactor
from wizard.apply.stack_files import ComposeFiles, compose_files_of
from wizard.basics import async_processes
from wizard.basics.container_script import container_script
from wizard.basics.json_words import marked_object
from wizard.basics.own_command import in_folder
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.basics.processes import ErrorOutput, Invocation, ProcessFailure
from wizard.basics.secret import Secret
from wizard.deployment.cluster import cluster_environment

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

IDLE_SECONDS: Final = 60.0
"""How long a script may say nothing; LibreChat's take 5 to 7 s, and 40 s to say that MongoDB cannot be reached."""
_REMOVE_SECONDS: Final = 20.0
_LARGEST: Final = 16_000_000
_KEPT: Final = 200_000
_LONGEST_LINE: Final = 4000
_GRACE: Final = 2.0
Reply = Callable[[str], Awaitable[str | None]]
"""Gives the answer to what a script asks; ``None``: it has not asked yet."""
_ESCAPES: Final = late_pattern(r"\x1b\[[0-9;]*m")
_NO_DOCKER: Final = "Docker Compose is not installed (or is too old), so commands cannot run in LibreChat's container."
_NO_NODE: Final = "node is not in the PATH of this shell. LibreChat's scripts need node."
_NO_KUBECTL: Final = "LibreChat runs in a pod, but kubectl is not in the PATH of this shell."


class AbandonedError(Exception):
    """The talk with a script is over: what it says shows that going on would be wrong. It is ended where it is."""


class NotReachedError(Exception):
    """No script could run, or none answered: a sentence for the operator, and the last lines that were said, redacted."""

    def __init__(self, sentence: str, *details: str) -> None:
        super().__init__(sentence)
        self.sentence, self.details = sentence, details


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptEnded:
    """The end of one of LibreChat's scripts."""

    status: int | None
    """Its exit status; ``None``: it did not end by itself and was ended."""
    output: tuple[str, ...]
    """Its lines without secrets, in order."""
    replies: int = 0
    """How many of its questions were answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHost:
    """Where node runs for one folder."""

    program: tuple[str, ...]
    """``/usr/bin/docker``, ``compose``; or ``/usr/bin/node``."""
    folder: Path
    redactor: Redactor
    files: ComposeFiles | None = None
    """``None``: without Docker, ``program`` is node itself, or kubectl with a pod."""
    pod: Pod | None = None
    """Where LibreChat runs on Kubernetes."""

    def typed(self, *node: str) -> str:
        """Return the command of a script as a person would type it in the folder; ``-``: the script by standard input."""
        words = (Path(self.program[0]).name, *self.program[1:], *self._arguments(node, ""))
        return plain(shlex.join(words), limit=600)

    async def ask(
        self, package: str, script: str, task: Mapping[str, object], *, seconds: float = 60.0
    ) -> dict[str, Any]:
        """Run one of our scripts and return the object that it prints; ``NotReachedError`` if there is no reply.

        The script begins with ``database.js``; ``task`` may hold secrets: it goes in by standard input alone.
        """
        mark = secrets.token_hex(8)
        given = {"seconds": max(1.0, seconds - 10.0), **task, "mark": mark}
        text = Secret(container_script(package, script, given, shared="database.js"))
        name = _container_name()
        invocation = self._invocation(("-",), name, seconds, text)
        done = None
        try:
            done = await async_processes.run(invocation, grace=_GRACE)
        finally:
            if done is None or done.failure is not None:
                await self._remove(name)
        if done.failure is ProcessFailure.ABSENT:
            raise NotReachedError(f"{Path(self.program[0]).name} could not be started: {done.reason}.")
        found = marked_object(done.text, mark)
        if found.get("ok") is True:
            return found
        if self.pod is not None and (refusal := self.pod.refusal(done.error_text)):
            raise NotReachedError(refusal, *self._last(done.error_text))
        if "why" in found:
            raise NotReachedError(f"LibreChat's database could not be read: {self.redactor.line(str(found['why']))}.")
        why = f"no response within {seconds:g} s" if done.failure else f"the script exited with status {done.status}"
        raise NotReachedError(f"LibreChat's database could not be read: {why}.", *self._last(done.error_text))

    async def talk(self, node: Sequence[str], *, reply: Reply, idle: float = IDLE_SECONDS) -> ScriptEnded:
        """Run one of LibreChat's scripts and answer its questions; it is ended once it says nothing for ``idle`` seconds.

        ``reply`` is given what was said since the last answer, without colors, and returns the next answer once that is a
        question: each has a readline of its own, and what is written before it asks is lost. :class:`AbandonedError` from it
        ends the script.
        """
        name = _container_name()
        try:
            child = await async_processes.start(self._invocation(tuple(node), name, idle, None), asks=True)
        except OSError as error:
            return ScriptEnded(
                status=None, output=(f"{Path(self.program[0]).name} could not be started: {error.strerror}",)
            )
        talk = _Talk(child, reply, idle)
        is_over = False
        try:
            status = await talk.hold()
            is_over = status is not None
        finally:
            await async_processes.end(child, grace=_GRACE)
            if not is_over:
                await self._remove(name)
        output = self._lines(f"{talk.text}\n{talk.end}")
        return ScriptEnded(status=status, output=output, replies=talk.replies)

    def manual_command(self, *node: str) -> str:
        """Return the command of a script for a person at a terminal: it asks its questions there."""
        words: tuple[str, ...] = ("node", *node)
        if self.pod is not None:
            words = (Path(self.program[0]).name, *self.pod.arguments(*node, is_terminal=True))
        elif self.files is not None:
            run = self.files.arguments("run", "--rm", "--no-deps", self.files.service, "node", *node)
            words = (Path(self.program[0]).name, *self.program[1:], *run)
        command = plain(shlex.join(words), limit=600)
        return command if self.pod is not None else in_folder(command)

    def _arguments(self, node: Sequence[str], name: str) -> tuple[str, ...]:
        if self.pod is not None:
            return self.pod.arguments(*node)
        if self.files is None:
            return tuple(node)
        named = ("--name", name) if name else ()
        return self.files.arguments("run", "--rm", "--no-deps", "-T", *named, self.files.service, "node", *node)

    def _invocation(self, node: tuple[str, ...], name: str, seconds: float, stdin: Secret | None) -> Invocation:
        return Invocation(
            arguments=(*self.program, *self._arguments(node, name)),
            environment=environment() if self.pod is None else cluster_environment(),
            seconds=seconds,
            folder=self.folder,
            stdin=stdin,
            largest=_LARGEST,
            stops_when_full=False,
            errors=ErrorOutput.JOINED if stdin is None else ErrorOutput.KEPT,
        )

    async def _remove(self, name: str) -> None:
        """Remove the one-off container of a run that did not end by itself."""
        docker = self.program[0] if len(self.program) > 1 else shutil.which("docker")
        if self.files is None or docker is None:
            return
        words = (docker, "rm", "-f", name)
        gone = Invocation(
            arguments=words, environment=environment(), seconds=_REMOVE_SECONDS, errors=ErrorOutput.JOINED
        )
        await asyncio.shield(async_processes.run(gone))

    def _lines(self, text: str) -> tuple[str, ...]:
        lines = text.replace("\r", "\n").split("\n")
        shown = (self.redactor.line(line[:_LONGEST_LINE]) for line in lines)
        return tuple(line for line in shown if line.strip() and not is_noise(line))

    def _last(self, text: str) -> tuple[str, ...]:
        return self._lines(text[-20_000:])[-5:]


class _Talk:
    """One conversation with a program that asks."""

    def __init__(self, child: asyncio.subprocess.Process, reply: Reply, idle: float) -> None:
        self._child, self._reply, self._idle = child, reply, idle
        self._output = bytearray()
        self._asked = bytearray()
        self.replies = 0
        self.end = ""
        """Why it was ended."""

    @property
    def text(self) -> str:
        """All that was said, the last of it where that is much."""
        return self._output.decode("utf-8", "replace")

    async def hold(self) -> int | None:
        """Read and answer until the program ends; return its status, ``None`` if it said nothing for too long."""
        stream = self._child.stdout
        try:
            while stream is not None:
                async with asyncio.timeout(self._idle):
                    chunk = await stream.read(65536)
                if not chunk:
                    break
                self._output += chunk
                self._asked += chunk
                del self._output[:-_KEPT], self._asked[:-_KEPT]
                await self._answer()
            async with asyncio.timeout(self._idle):
                return await self._child.wait()
        except TimeoutError:
            self.end = f"(ended: no progress within {self._idle:g} s)"
        except AbandonedError as why:
            self.end = f"(ended: {why})"
        return None

    async def _answer(self) -> None:
        answer = await self._reply(_ESCAPES.sub("", self._asked.decode("utf-8", "replace")))
        writer = self._child.stdin
        if answer is None or writer is None:
            return
        self._asked.clear()
        self.replies += 1
        with contextlib.suppress(OSError):
            writer.write(f"{answer}\n".encode())
            await writer.drain()


async def node_host(deployment: Deployment, *hidden: str) -> NodeHost:
    """Return where node runs for a folder; ``NotReachedError`` says why nowhere. ``hidden`` is never shown."""
    document = deployment.dotenv
    redactor = Redactor([deployment.settings, document.values(), document.compose_values()], *hidden)
    if deployment.stack is Stack.HELM:
        return await _in_pod(deployment, redactor)
    if deployment.stack is Stack.LOCAL:
        node = shutil.which("node")
        if node is None:
            raise NotReachedError(_NO_NODE)
        return NodeHost(program=(node,), folder=deployment.folder, redactor=redactor)
    compose = await containers.found_in(deployment.folder, redactor)
    if compose is None:
        raise NotReachedError(_NO_DOCKER)
    if other := await containers.folder_in_the_way(compose, deployment):
        sentence = (
            f"The project name {containers.project_name(deployment)} is already used by containers of another folder"
        )
        raise NotReachedError(f"{sentence} ({plain(other)}). No command was run in those containers.")
    return NodeHost(
        program=compose.program, folder=deployment.folder, redactor=redactor, files=compose_files_of(deployment)
    )


async def _in_pod(deployment: Deployment, redactor: Redactor) -> NodeHost:
    view, kubectl = deployment.kubernetes, shutil.which("kubectl")
    if view is None or kubectl is None:
        raise NotReachedError(_NO_KUBECTL)
    try:
        pod = await asyncio.to_thread(ready_pod, view.release)
    except NoPodError as error:
        raise NotReachedError(error.sentence, *(redactor.line(line) for line in error.details if line)) from None
    return NodeHost(program=(kubectl,), folder=deployment.folder, redactor=redactor, pod=pod)


def _container_name() -> str:
    return f"librechat-wizard-{secrets.token_hex(4)}"
