"""Waits until LibreChat answers in its pod, without the ingress, and keeps what it reports about its settings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wizard.apply.address import inside_words, reply_from_inside
from wizard.apply.events import Failed, Note, Ready, Reason, Waiting
from wizard.apply.pod import NoPodError, Pod, ready_pod
from wizard.librechat.helm_chart import PORT

if TYPE_CHECKING:
    from wizard.apply.commands import Compose
    from wizard.apply.timeouts import StartTimeouts
    from wizard.deployment.kubernetes_names import HelmRelease

_OK: Final = 200
_LOG_LINES: Final = 20
_ASK_SECONDS: Final = 20.0
_HAS_RUN: Final = "command terminated with exit code"
"""kubectl's words for a command that ended in the pod with another status than 0."""


@dataclass(slots=True, kw_only=True)
class PodReadiness:
    """LibreChat in the pods of one release, asked until it answers."""

    release: HelmRelease
    kubectl: Compose
    """The program, run in the folder; what it says is redacted."""
    shown: Mapping[str, Any] = field(default_factory=dict, init=False)
    """What /api/config gave; empty if it could not be asked."""
    _unasked: str = field(default="", init=False)
    """What kubectl said while no command of ours has run in a ready pod yet."""
    _has_asked: bool = field(default=False, init=False)
    """Whether a command of ours has run in a ready pod."""

    async def wait(
        self, timeouts: StartTimeouts, *, is_first: bool
    ) -> AsyncGenerator[Waiting | Ready | Note | Failed, None]:
        """Retry until there is a reply; the last event is ``Ready``, ``Failed``, or a ``Note`` if nothing could be asked."""
        begun, limit = time.monotonic(), timeouts.first if is_first else timeouts.ready
        while (passed := time.monotonic() - begun) < limit:
            where = ""
            try:
                pod = await asyncio.to_thread(ready_pod, self.release)
                where = f"port {PORT} inside pod {pod.name}"
                refusal, state = await self._ask(pod), f"pod {pod.name}: no response yet"
            except NoPodError as error:
                refusal, state = "" if error.can_come else error.sentence, error.sentence
                self._unasked = "" if error.has_answered else " ".join(error.details) or error.sentence
            if self.shown:
                yield Ready(seconds=time.monotonic() - begun, where=where)
                return
            if refusal:
                yield Note(text=f"Could not check in the pod whether LibreChat is responding. {refusal}")
                return
            yield Waiting(seconds=passed, limit=limit, state=self.kubectl.redactor.line(state, 120))
            await asyncio.sleep(timeouts.between)
        if self._unasked and not self._has_asked:
            # A rule of the cluster, or its way to the node: the rollout is complete, and nothing was heard against LibreChat.
            message = self.kubectl.redactor.line(self._unasked, 200)
            yield Note(text=f"Could not check in the pod whether LibreChat is responding. kubectl says: {message}")
            return
        yield await self._failure(limit)

    async def _ask(self, pod: Pod) -> str:
        """Ask once; return why nobody may ask, empty for any other reason."""
        words = pod.arguments(*inside_words(PORT, "/api/config"))
        status, out, err = await self.kubectl.ask(words, seconds=_ASK_SECONDS)
        reply = reply_from_inside(status, out)
        if reply is not None and reply.status == _OK:
            self.shown = reply.object
        # Only a command that has run in the pod has an exit status there.
        self._has_asked = self._has_asked or status == 0 or _HAS_RUN in err
        self._unasked = next((line for line in reversed(err.splitlines()) if line.strip()), "no answer")
        return pod.refusal(err)

    async def _failure(self, passed: float) -> Failed:
        words = ("-n", self.release.namespace, "logs", f"deployment/{self.release.fullname}", f"--tail={_LOG_LINES}")
        _, out, err = await self.kubectl.ask(words)
        lines = [self.kubectl.redactor.line(line) for line in (out or err).splitlines()[-_LOG_LINES:]]
        return Failed(
            reason=Reason.NOT_READY,
            summary=f"LibreChat did not respond in its pod within {passed:.0f} s.",
            evidence=tuple(line for line in lines if line.strip()),
            remedy=f"LibreChat's last log lines show why. For more, run: {self.kubectl.typed(words[:-1])}",
        )
