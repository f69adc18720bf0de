"""Where several services may be LibreChat, a person is asked which one it is, and the answer is kept for the next run."""

from __future__ import annotations

from pathlib import Path

from tests.screens.cli.program import run
from tests.screens.full.operator import at_the_wizard
from wizard.answers.model import Answers
from wizard.basics.exit_status import ExitStatus
from wizard.deployment.snapshot import take
from wizard.interview.interview import Interview
from wizard.interview.preview import look_ahead

IMAGE = "ghcr.io/danny-avila/librechat:v0.8.7"
COMPOSE = "services:\n" + "".join(
    f"  {name}:\n    image: {IMAGE}\n    volumes: ['./.env:/app/.env']\n    environment: {{APP_TITLE: {name}}}\n"
    for name in ("first", "second")
)
"""Two that are no copies of each other."""
SERVICE = "librechat.service"


def make(folder: Path, compose: str = COMPOSE) -> Path:
    """Write a folder."""
    folder.mkdir()
    (folder / "docker-compose.yml").write_text(compose)
    (folder / ".env").write_text("PORT=3080\n")
    (folder / ".env").chmod(0o600)
    return folder


def test_the_service_is_asked_first_and_kept(tmp_path: Path) -> None:
    folder = make(tmp_path / "chat")
    interview = Interview(folder)
    try:
        assert SERVICE in interview.shown(everything=False)
        interview.answer(SERVICE, "third")
        (problem,) = look_ahead(interview).problems
        assert (problem.field, "first, second" in problem.remedy) == (SERVICE, True)
        interview.answer(SERVICE, "second")
        assert interview.snapshot.service == "second"
        preview = look_ahead(interview)
        assert preview.problems == ()
        assert preview.proposal is not None
        interview.write(preview.proposal)
    finally:
        interview.close()
    assert take(folder, Answers()).service == "second"
    again = Interview(folder)
    try:
        assert SERVICE not in again.shown(everything=False)
    finally:
        again.close()


def test_nobody_is_asked_where_the_files_tell_it(tmp_path: Path) -> None:
    interview = Interview(
        make(tmp_path / "chat", COMPOSE.replace(IMAGE, "mongo", 1).replace("./.env:/app/.env", ".", 1))
    )
    try:
        assert interview.snapshot.service == "second"
        assert SERVICE not in interview.shown(everything=False)
        assert SERVICE in interview.shown(everything=True)
    finally:
        interview.close()


async def test_the_full_screen_asks(tmp_path: Path) -> None:
    folder = make(tmp_path / "chat")
    async with at_the_wizard(folder, size=(100, 50)) as operator:
        await operator.until("librechat.service")
        await operator.until("LibreChat's service")
        assert SERVICE in operator.app.interview.shown(everything=False)


def test_the_line_prompts_ask(tmp_path: Path) -> None:
    folder = make(tmp_path / "chat")
    done = run("--plain", "--dir", folder, stdin="\nsecond\n")
    assert "LibreChat's service (librechat.service)" in done.out
    assert done.status != ExitStatus.BROKEN
    assert '"second"' in (folder / ".librechat-wizard" / "draft.json").read_text()
