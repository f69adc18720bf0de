"""A real headless Chromium, spoken to over its debugging pipe (JSON messages that end in a NUL byte, on descriptors 3 and 4)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.judge import need_program
from tests.patience import within

T = TypeVar("T")
_NETWORK_CHANGED: Final = "net::ERR_NETWORK_CHANGED"
_MOST_TRIES: Final = 30
LONGEST: Final = 16 * 1024 * 1024
OPTIONS: Final = (
    "--headless=new",
    # As root, as in most containers, there is no other way; only pages of the tests' own are opened.
    "--no-sandbox",
    "--disable-gpu",
    # Docker gives containers 64 MiB of shared memory.
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--password-store=basic",
    # A page that was asked for over http is to come over http: what its cookies do then is the question.
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,DialMediaRouteProvider,OptimizationHints",
    # No name and no address leaves this machine.
    "--host-resolver-rules=MAP * 127.0.0.1",
    "--remote-debugging-pipe",
)
_SETTLED: Final = """new Promise(done => {
  const look = () => {
    const state = document.documentElement?.dataset.state;
    state && state !== 'loading' ? done(state) : setTimeout(look, 5);
  };
  look();
})"""


class BrowserFault(Exception):
    """The browser did not do what it was told."""


def fingerprint(certificate: Path) -> str:
    """What --ignore-certificate-errors-spki-list calls a certificate: the hash of its public key."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    public = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


class Chromium:
    """One browser process; ``async with launched(...)`` gives it."""

    def __init__(self, reader: asyncio.StreamReader, commands: asyncio.WriteTransport) -> None:
        self._reader = reader
        self._commands = commands
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._awaited: dict[tuple[str, str], asyncio.Future[dict[str, Any]]] = {}
        self.disturbed: set[str] = set()
        """Sessions in which a request failed because the machine's network changed: a container came or went."""
        self._listening = asyncio.create_task(self._listen())

    async def call(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """Give one command and return its result."""
        self._number += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._commands.write(json.dumps(message).encode() + b"\0")
        response = await within(answer)
        if "error" in response:
            raise BrowserFault(f"{method}: {response['error'].get('message')}")
        result: dict[str, Any] = response["result"]
        return result

    def event(self, session: str, method: str) -> asyncio.Future[dict[str, Any]]:
        """The next event of this kind; to be asked for before the command that brings it about."""
        return self._awaited.setdefault((session, method), asyncio.get_running_loop().create_future())

    @contextlib.asynccontextmanager
    async def profile(self) -> AsyncIterator[Page]:
        """A page in a profile of its own: no cookie of any other page is in it."""
        context = (await self.call("Target.createBrowserContext"))["browserContextId"]
        try:
            target = await self.call("Target.createTarget", url="about:blank", browserContextId=context)
            attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
            page = Page(browser=self, context=context, session=attached["sessionId"])
            await self.call("Page.enable", page.session)
            await self.call("Network.enable", page.session)
            yield page
        finally:
            await self.call("Target.disposeBrowserContext", browserContextId=context)

    async def _listen(self) -> None:
        try:
            while True:
                received = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                if received.get("params", {}).get("errorText") == _NETWORK_CHANGED:
                    self.disturbed.add(received.get("sessionId", ""))
                waiting = (
                    self._answers.pop(received["id"], None)
                    if "id" in received
                    else self._awaited.pop((received.get("sessionId", ""), received["method"]), None)
                )
                if waiting is not None and not waiting.done():
                    waiting.set_result(received)
        except asyncio.IncompleteReadError:
            for waiting in (*self._answers.values(), *self._awaited.values()):
                if not waiting.done():
                    waiting.set_exception(BrowserFault("the browser has ended"))

    async def close(self) -> None:
        """Ask it to end."""
        with contextlib.suppress(BrowserFault, AssertionError):
            await self.call("Browser.close")
        self._commands.close()
        self._listening.cancel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    browser: Chromium
    context: str
    session: str

    async def open(self, url: str) -> None:
        """Type an address; returns when the page has loaded."""
        loaded = self.browser.event(self.session, "Page.loadEventFired")
        result = await self.browser.call("Page.navigate", self.session, url=url)
        if result.get("errorText"):
            if result["errorText"] == _NETWORK_CHANGED:
                self.browser.disturbed.add(self.session)
            # The browser's own page that says so has to be there before another address is typed.
            await within(loaded)
            raise BrowserFault(f"{url}: {result['errorText']}")
        await within(loaded)

    async def reload(self) -> None:
        loaded = self.browser.event(self.session, "Page.loadEventFired")
        await self.browser.call("Page.reload", self.session)
        await within(loaded)
        if await self.run("location.protocol") == "chrome-error:":
            raise BrowserFault("the page could not be loaded anew")

    async def undisturbed(self, look: Callable[[], Awaitable[T]]) -> T:
        """Do something that begins with an empty profile, and do it again where the machine's network changed meanwhile."""
        for _ in range(_MOST_TRIES):
            self.browser.disturbed.discard(self.session)
            try:
                found = await look()
            except BrowserFault:
                if self.session not in self.browser.disturbed:
                    raise
                continue
            if self.session not in self.browser.disturbed:
                return found
        raise BrowserFault(f"the network of this machine changed during each of {_MOST_TRIES} tries")

    async def run(self, script: str) -> Any:
        """Run JavaScript in the page and return its value, or what its promise gives."""
        result = await self.browser.call(
            "Runtime.evaluate", self.session, expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            raise BrowserFault(str(result["exceptionDetails"].get("exception", {}).get("description")))
        return result["result"].get("value")

    async def state(self) -> str:
        """``in`` or ``out``, as LibreChat's page says once it knows."""
        return str(await self.run(_SETTLED))

    async def forget(self) -> None:
        """Throw the profile's cookies away."""
        await self.browser.call("Storage.clearCookies", browserContextId=self.context)

    async def cookies(self) -> list[dict[str, Any]]:
        """Everything that is in the profile's cookie store."""
        cookies = await self.browser.call("Storage.getCookies", browserContextId=self.context)
        return list(cookies["cookies"])


@contextlib.asynccontextmanager
async def launched(folder: Path, certificate: Path) -> AsyncIterator[Chromium]:
    """A browser that keeps everything in ``folder`` and trusts the certificate whose file it is given."""
    options = (
        *OPTIONS,
        f"--user-data-dir={folder / 'profile'}",
        f"--ignore-certificate-errors-spki-list={fingerprint(certificate)}",
    )
    command_end, to_browser = os.pipe()
    from_browser, answer_end = os.pipe()
    log = (folder / "chromium.log").open("wb")
    # The shell puts the pipes where Chromium looks for them; a Python hook between fork and exec is not safe beside threads.
    child = await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        f'exec "$@" 3</dev/fd/{command_end} 4>/dev/fd/{answer_end}',
        "sh",
        need_program("chromium", "chromium-headless-shell"),
        *options,
        pass_fds=(command_end, answer_end),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
        start_new_session=True,
    )
    for descriptor in (command_end, answer_end):
        os.close(descriptor)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST)
    answers, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(from_browser, "rb")
    )
    commands, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(to_browser, "wb"))
    browser = Chromium(reader, commands)
    try:
        try:
            await browser.call("Browser.getVersion")
        except (BrowserFault, AssertionError):
            raise BrowserFault((folder / "chromium.log").read_text("utf-8", "replace")[-2000:]) from None
        yield browser
    finally:
        await browser.close()
        with contextlib.suppress(AssertionError):
            await within(child.wait())
        # Its helpers end with it, as a rule; the group is this browser's alone.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
        answers.close()
        log.close()
