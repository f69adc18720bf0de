"""The mail check beside nodemailer, whole processes and the same server; and many slow servers at once."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from checks.net.node_trust import Trust
from tests.bench.test_speed import medians, show
from tests.checks.mail.smtp.asking import QUICK, ask, task
from tests.checks.mail.smtp.test_beside_nodemailer import node
from tests.guards.checkout import CHECKOUT
from tests.judge import JUDGES
from tests.servers.certificates import Certificates
from tests.servers.smtp import Kind, Server, serving
from wizard.basics.finding import Finding

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

SETTINGS = {
    "EMAIL_FROM": "noreply@librechat.test",
    "EMAIL_HOST": "localhost",
    "EMAIL_ENCRYPTION": "tls",
    "EMAIL_USERNAME": "user",
    "EMAIL_PASSWORD": "secret",
}
_OURS = """
import asyncio, gc, pathlib, sys
from dataclasses import replace
from checks.mail.smtp.task import SmtpTask
from checks.mail.smtp.probe import probe
from checks.net.node_trust import Trust
from wizard.librechat.mail_transport import transport, sender
from wizard.librechat.releases import NEWEST
port, ca, settings = sys.argv[1], pathlib.Path(sys.argv[2]), dict(item.split("=", 1) for item in sys.argv[3:])
task = SmtpTask(
    smtp=transport(settings | {"EMAIL_PORT": port}, NEWEST), sender=sender(settings, NEWEST).envelope, recipient="to@librechat.test",
    trust=Trust(extra=ca), message=b"Subject: ours\\r\\n\\r\\nHello\\r\\n",
)
async def run():
    return [finding async for finding in probe(task)]
found = asyncio.run(run())
gc.freeze()  # as the program itself at its end
sys.exit(found[-1].id != "smtp.accepted")
"""
_THEIRS = """
const [library, port] = process.argv.slice(1)
require(library).createTransport({
    host: 'localhost', port, secure: true, auth: {user: 'user', pass: 'secret'}, tls: {rejectUnauthorized: true},
}).sendMail({
    from: 'noreply@librechat.test', to: 'to@librechat.test', subject: 'theirs', html: '<p>Hello</p>',
}).then(() => process.exit(0), error => { console.error(error); process.exit(1) })
"""


@contextlib.contextmanager
def beside(kind: Kind, certificates: Certificates) -> Iterator[Server]:
    """Run a server in a thread, so that processes can be waited for meanwhile."""
    ready, loop, found = threading.Event(), asyncio.new_event_loop(), list[Server]()
    over = asyncio.Event()

    async def serve() -> None:
        async with serving(kind, certificates) as server:
            found.append(server)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(20)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


def sends(library: str, port: int, ca: Path) -> Callable[[], object]:
    environment = {"NODE_EXTRA_CA_CERTS": str(ca), "NODE_PATH": str(JUDGES / "node_modules")}
    command = [node(), "-e", _THEIRS, library, str(port)]
    return partial(subprocess.run, command, check=True, stdin=subprocess.DEVNULL, capture_output=True, env=environment)


def test_a_delivery_takes_no_longer_than_nodemailers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    certificates = Certificates(tmp_path)
    with beside(
        Kind(implicit=True, certificate="valid", auth="AUTH PLAIN", auth_required=True), certificates
    ) as server:
        settings = [f"{name}={text}" for name, text in SETTINGS.items()]
        ours = [sys.executable, "-P", "-c", _OURS, str(server.port), str(certificates.ca), *settings]
        times = medians(
            {
                "nodemailer of LibreChat": sends("nodemailer", server.port, certificates.ca),
                "newest nodemailer": sends("nodemailer-newest", server.port, certificates.ca),
                "check with delivery": partial(
                    subprocess.run,
                    ours,
                    check=True,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    env={"PYTHONPATH": str(CHECKOUT)},
                ),
            }
        )
        assert sum(len(session.messages) for session in server.sessions) == 66
    show(capsys, times, "nodemailer of LibreChat")
    assert times["check with delivery"] <= times["nodemailer of LibreChat"]


@pytest.mark.parametrize("kind", [Kind(delay=0.3), Kind(delay=0.3, certificate="valid")], ids=["clear", "starttls"])
def test_twenty_slow_servers_at_once(kind: Kind, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    certificates = Certificates(tmp_path)
    settings = {"EMAIL_FROM": "noreply@librechat.test", "EMAIL_HOST": "localhost"}

    async def twenty(port: int) -> list[list[Finding]]:
        wanted = task(settings, port, Trust(extra=certificates.ca), limits=QUICK)
        return await asyncio.gather(*(ask(wanted) for _ in range(20)))

    taken = []
    with beside(kind, certificates) as server:
        for _ in range(5):
            begun = time.perf_counter()
            found = asyncio.run(twenty(server.port))
            taken.append(time.perf_counter() - begun)
            assert all(each[-1].id == "smtp.accepted" for each in found)
    with capsys.disabled():
        sys.stdout.write(f"\ntwenty checks, 300 ms each: {', '.join(f'{seconds:.3f}' for seconds in taken)} s\n")
    assert sorted(taken)[2] < 0.4
