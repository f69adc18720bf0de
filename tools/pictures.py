"""Takes pictures of every screen from the running program: ``pictures.py FOLDER`` (all), ``pictures.py`` (those that the documents show).

``pictures.py FOLDER --all`` takes them at the smallest window, too, and in every color mode, for somebody who looks at them one by one.

The pictures are SVG as Textual draws them. Secrets are generated, so none can be seen; the folder is the practice folder.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from types import SimpleNamespace

from textual.content import Content
from textual.pilot import Pilot  # noqa: TC002 - a command: what it needs is loaded anyway
from textual.worker import WorkerCancelled

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from checks import registry, static_run  # noqa: E402 - the checkout has to be on the path
from screens.demo.folder import make  # noqa: E402 - the checkout has to be on the path
from screens.full import apply_screen  # noqa: E402
from screens.full.app import WizardApp  # noqa: E402
from screens.full.apply_screen import ApplyScreen  # noqa: E402
from screens.full.dialogs import QuestionDialog  # noqa: E402
from screens.full.people_screen import PeopleScreen  # noqa: E402
from screens.full.step_screen import StepScreen  # noqa: E402
from screens.shared import review  # noqa: E402
from wizard.apply import events as happening  # noqa: E402
from wizard.apply.events import ApplyEvent  # noqa: E402
from wizard.apply.job import Job  # noqa: E402
from wizard.interview import dialogues  # noqa: E402
from wizard.interview.interview import Interview  # noqa: E402

SIZES = ((80, 24), (120, 40), (60, 16))
MODES = {
    "": {"TEXTUAL_THEME": "wizard-dark"},
    "-light": {"TEXTUAL_THEME": "wizard-light"},
    "-16": {"TEXTUAL_THEME": "ansi-dark"},
    "-no-color": {"NO_COLOR": "1"},
}
"""What the names of pictures end in, and the environment of a terminal with these colors."""
SHOWN = {
    "access-120x40",
    "mail-80x24",
    "checks-80x24",
    "checks-120x40",
    "openid-120x40",
    "checks-failed-80x24",
    "apply-failed-80x24",
}
"""The pictures that README.md and docs/ show; they are in docs/pictures."""
STEPS = (
    *("welcome", "access", "accounts", "sessions", "secrets", "mail", "providers", "google", "github", "discord", "facebook"),
    *("apple", "openid", "saml", "ldap", "protection", "page", "admin-panel", "server", "update", "retired", "checks", "review"),
)  # fmt: skip
USUAL = (
    ("access", "https-proxy"),
    ("settings.DOMAIN_CLIENT", "https://chat.example.com"),
    ("settings.ALLOW_REGISTRATION", "false"),
    ("guide.mail", "gmail"),
    ("settings.EMAIL_USERNAME", "us@gmail.com"),
    ("settings.EMAIL_PASSWORD", "abcd efgh ijkl mnop"),
    ("settings.EMAIL_FROM", "us@gmail.com"),
    ("guide.providers", "openid"),
)
FAILING = (
    ("access", "https-existing"),
    ("settings.DOMAIN_CLIENT", "https://chat.example.com"),
    ("settings.ALLOW_PASSWORD_RESET", "true"),
)
"""Answers with which a check fails, and says what follows and what to do."""
PEOPLE = "accounts in LibreChat"
FURTHER = (
    ("access-error", (), "access", ("2", "enter", *"ftp://x y", "tab")),
    ("access-lan", (), "access", ("4",)),
    ("keys", USUAL, "welcome", ("f1",)),
    ("find-mail", USUAL, "access", ("f3", *"mail")),
    ("find-nothing", USUAL, "access", ("f3", *"zzzz")),
    ("sessions-all", USUAL, "sessions", ("f6",)),
    ("mail-test", USUAL, "mail", ("ctrl+t",)),
    ("openid-test", USUAL, "openid", ("ctrl+t",)),
    ("openid-keycloak", USUAL, "openid", ("1",)),
    ("sign-in-once", USUAL, "openid", ("ctrl+t", "f8")),
    ("failed-check", FAILING, "review", ("ctrl+w",)),
    ("review-failed", FAILING, "review", ()),
    ("review-explained", USUAL, "review", ("f6",)),
    ("write-and-apply", USUAL, "review", ("ctrl+a",)),
    ("accounts-in-librechat", USUAL, "welcome", (PEOPLE,)),
)
"""Name, answers, step and keys of the screens that only some answers or keys lead to."""
DIALOGS = {"help": "f1", "steps": "f2", "find": "f3", "leave": "ctrl+c", "save": "f10"}


def headline(_: StepScreen) -> Content:
    """Return the line at the top with a folder that is the same on every machine."""
    return Content.assemble((" LibreChat auth wizard ", "bold"), "  LibreChat v0.8.7, compose stack  /srv/librechat")


async def a_failed_start(_: Job) -> AsyncGenerator[ApplyEvent, None]:
    """Tell what an apply tells whose LibreChat does not start: no Docker is asked, and each machine gives the same picture."""
    yield happening.Wrote(files=(".env", "docker-compose.override.yml"), backup="", is_all_new=True)
    yield happening.CommandShown(command=("docker", "compose", "up", "-d"), why="start all services")
    yield happening.CommandEnded(status=0, seconds=21.4)
    summary = "LibreChat exited (exit code 1)."
    evidence = ("error: librechat.yaml: version: Required", "error: Exiting due to invalid custom configuration")
    remedy = "The last lines of its log show why. For more, run: docker compose logs api"
    failed = happening.Failed(reason=happening.Reason.EXITED, summary=summary, evidence=evidence, remedy=remedy)
    yield failed
    yield happening.ApplyResult(outcome=happening.ApplyOutcome.FAILED, failed=failed, can_go_back=True, seconds=24.0)


@contextlib.asynccontextmanager
async def running(
    size: tuple[int, int], colours: dict[str, str], answers: tuple[tuple[str, str], ...] = USUAL
) -> AsyncIterator[tuple[WizardApp, Pilot[int]]]:
    """Run the wizard on a practice folder with a set of answers, in a terminal with these colors."""
    os.environ.update(colours)  # Textual takes NO_COLOR out once it has read it
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        make(folder)
        interview = Interview(folder)
        for identity, text in answers:
            interview.answer(identity, text)
        try:
            app = WizardApp(interview)
            async with app.run_test(size=size) as pilot:
                yield app, pilot
        finally:
            interview.close()


async def settled(pilot: Pilot[int]) -> None:
    """Wait until the workers are done and everything is drawn."""
    for _ in range(3):
        await pilot.pause(0.3)
        with contextlib.suppress(WorkerCancelled):  # one that a later one of its group took the place of
            await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def still(app: WizardApp, pilot: Pilot[int]) -> None:
    """Wait until two looks in a row are the same: a dialog's worker lasts as long as the dialog, so :func:`settled` would wait for ever."""
    before = ""
    for _ in range(20):
        await pilot.pause(0.3)
        if before == (before := picture(app)):
            return


def picture(app: WizardApp) -> str:
    """Return the screen as SVG that needs nothing from the network."""
    svg = app.export_screenshot(title="LibreChat auth wizard")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


async def pictures(size: tuple[int, int], colours: dict[str, str]) -> AsyncIterator[tuple[str, str]]:
    """Give name and picture of every step, of the dialogs that each step has, and of the end, at one size."""
    async with running(size, colours) as (app, pilot):
        await settled(pilot)
        for step in STEPS:
            app.show_step(step)
            await settled(pilot)
            yield step, picture(app)
        app.show_step("access")
        await settled(pilot)
        for name, key in DIALOGS.items():
            await pilot.press(key)
            await pilot.pause(0.3)
            yield name, picture(app)
            await pilot.press("escape")
            await pilot.pause(0.6)
        app.show_step("review")
        await settled(pilot)
        await pilot.press("ctrl+w")
        await settled(pilot)
        if isinstance(app.screen, QuestionDialog):
            await pilot.press("right", "enter")
            await settled(pilot)
        yield "done", picture(app)
    async with running(size, colours, FAILING) as (app, pilot):
        await settled(pilot)
        app.show_step("checks")
        await settled(pilot)
        yield "checks-failed", picture(app)
        app.push_screen(ApplyScreen(SimpleNamespace()))  # type: ignore[arg-type]  # what is scripted needs no job
        await settled(pilot)
        yield "apply-failed", picture(app)


async def further_pictures(size: tuple[int, int], colours: dict[str, str]) -> AsyncIterator[tuple[str, str]]:
    """Give name and picture of what only some answers or keys lead to. What the network answers may be in them."""
    for name, answers, step, keys in FURTHER:
        async with running(size, colours, answers) as (app, pilot):
            await settled(pilot)
            app.show_step(step)
            await settled(pilot)
            for key in keys:
                if key == PEOPLE:
                    app.push_screen(PeopleScreen(app.interview.folder))
                else:
                    await pilot.press(key)
                await pilot.pause()
            await still(app, pilot)
            yield name, picture(app)
    async with running(size, colours) as (app, pilot):
        await settled(pilot)
        app.push_screen(QuestionDialog(dialogues.resume(app.interview)))
        await still(app, pilot)
        yield "resume", picture(app)


async def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(prog="pictures.py")
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        help="write pictures of every screen to this folder (default: update the pictures in docs)",
    )
    parser.add_argument("--all", action="store_true", help="also take pictures at the smallest window size")
    options = parser.parse_args()
    target = options.folder or CHECKOUT / "docs" / "pictures"
    # What the network answers would differ from picture to picture.
    review.ALL = tuple(check for check in registry.ALL if check.run is None)  # type: ignore[attr-defined]
    # So would the seconds that a check takes.
    setattr(static_run, "time", SimpleNamespace(monotonic=lambda: 0.0))  # noqa: B010 - the clock of this module alone
    setattr(apply_screen, "run_apply", a_failed_start)  # noqa: B010 - the way of this module alone
    target.mkdir(parents=True, exist_ok=True)
    setattr(StepScreen, "_headline", headline)  # noqa: B010 - only the folder's name differs
    for ending, colours in MODES.items() if options.all else (("", MODES[""]),):
        os.environ.pop("TEXTUAL_THEME", None)
        for size in SIZES if options.all else SIZES[:2]:
            for ways in (pictures, further_pictures) if options.all else (pictures,):
                async for screen, svg in ways(size, colours):
                    name = f"{screen}-{size[0]}x{size[1]}{ending}"
                    if options.folder or name in SHOWN:
                        (target / f"{name}.svg").write_text(svg, encoding="utf-8")
                        print(target / f"{name}.svg")


if __name__ == "__main__":
    asyncio.run(main())
