"""A LibreChat folder on a real engine, and the program run on it."""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.engine.engine import Ended, Engine
from tests.judge import CHECKOUT
from wizard.librechat.releases import NEWEST

ADMIN = "ann@example.com"
PASSWORD = re.compile(rf"Password for the first administrator, {ADMIN}: (\S+)")


class Site:
    """One folder on an engine."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder

    def answers(
        self, *settings: str, access: str = "localhost", address: str = "http://localhost:3080", proxy: str = ""
    ) -> Path:
        """Write an answers file."""
        lines = [f"DOMAIN_CLIENT: {address}", f"DOMAIN_SERVER: {address}", *settings]
        release = f"librechat: {{release: {NEWEST}}}"  # the stock files' image names none
        text = f"version: 1\naccess: {access}\n{release}\n{f'proxy: {proxy}' if proxy else ''}\nsettings:\n"
        path = self.folder.parent / "answers.yaml"
        path.write_text(text + "".join(f"  {line}\n" for line in lines))
        path.chmod(0o644)
        return path

    def wizard(self, *words: str | Path, uid: int = 0, stdin: str = "", **further: str) -> Ended:
        """Run the program on the folder."""
        return self.engine.run(self.command(*words), {**self.variables, **further}, uid=uid, stdin=stdin)

    def command(self, *words: str | Path) -> tuple[str, ...]:
        """Return the command line of the program on the folder."""
        return (sys.executable, "-P", "-m", "wizard", *map(str, words), "--dir", str(self.folder))

    @property
    def variables(self) -> dict[str, str]:
        """What the program gets besides the engine's own environment."""
        return {"PYTHONPATH": str(CHECKOUT), "LIBRECHAT_WIZARD_READY_SECONDS": "120"}

    def apply(self, answers: Path, *flags: str, uid: int = 0, **further: str) -> Ended:
        """Run ``--answers FILE --apply``."""
        return self.wizard("--answers", answers, "--apply", *flags, uid=uid, **further)

    def files(self) -> dict[str, bytes]:
        """Return the files of the folder without the wizard's own."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def containers(self) -> dict[str, str]:
        """Return which container each name has and when it was started, in one text."""
        names = self.engine.docker("ps", "-a", "--format", "{{.Names}}").out.split()
        shown = (
            self.engine.docker("inspect", "--format", "{{.Name}} {{.Id}} {{.State.StartedAt}}", *names)
            if names
            else None
        )
        lines = shown.out.splitlines() if shown else []
        return {name.lstrip("/"): rest for name, _, rest in (line.partition(" ") for line in lines)}

    def of_container(self, *command: str, name: str = "LibreChat") -> str:
        """Return what a command says in a container."""
        return self.engine.docker("exec", name, *command).out.strip()

    def told(self, address: str = "http://localhost:3080") -> dict[str, Any]:
        """Return what the running LibreChat says of itself."""
        told: dict[str, Any] = self._asked(urllib.request.Request(f"{address}/api/config"))  # noqa: S310 - of the test
        return told

    def role(self, password: str, address: str = "http://localhost:3080") -> str:
        """Sign in as the first administrator; return the role that LibreChat tells."""
        request = urllib.request.Request(  # noqa: S310 - of the test
            f"{address}/api/auth/login",
            data=json.dumps({"email": ADMIN, "password": password}).encode(),
            headers={"Content-Type": "application/json"},
        )
        return str(self._asked(request)["user"]["role"])

    def signs_in(self, email: str, password: str, address: str = "http://localhost:3080") -> bool:
        """Tell whether LibreChat lets somebody in."""
        request = urllib.request.Request(  # noqa: S310 - of the test
            f"{address}/api/auth/login",
            data=json.dumps({"email": email, "password": password}).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            return str(self._asked(request)["user"]["email"]) == email
        except urllib.error.HTTPError:
            return False

    def _asked(self, request: urllib.request.Request) -> Any:
        with self.engine.inside(), urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - of the test
            return json.load(answer)


Sites = Callable[..., Site]
