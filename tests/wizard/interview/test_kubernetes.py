"""The interview in a folder for Kubernetes: the same steps, what differs asked there, and an export that repeats it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from wizard.answers import file
from wizard.answers.export import save
from wizard.interview.interview import Interview
from wizard.interview.next_steps import next_steps
from wizard.interview.preview import look_ahead
from wizard.interview.steps import steps_in_order
from wizard.plan.kubernetes.commands import FILES
from wizard.plan.proposal import propose
from wizard.store.plan_writes import write


@pytest.fixture
def interview(tmp_path: Path) -> Iterator[Interview]:
    (tmp_path / "chat" / "kubernetes").mkdir(parents=True)
    made = Interview(tmp_path / "chat")
    yield made
    made.close()


def test_a_folder_for_kubernetes_is_asked_about_and_planned(interview: Interview, tmp_path: Path) -> None:
    assert [one.id for one in steps_in_order(interview.draft, interview.present)][:3] == [
        "welcome",
        "access",
        "kubernetes",
    ]
    interview.go("access")
    interview.answer("access", "https-existing")
    interview.answer("settings.DOMAIN_CLIENT", "chat.example.net")
    interview.go("kubernetes")
    assert {"kubernetes.replicas", "kubernetes.ingress.class"} <= set(interview.shown(everything=False))
    for name, text in (("namespace", "chat"), ("storage", "ReadWriteMany"), ("ingress.class", "traefik")):
        interview.answer(f"kubernetes.{name}", text)
    preview = look_ahead(interview)
    assert preview.problems == ()
    assert preview.proposal is not None
    steps = next_steps(interview.snapshot, preview.proposal.plan, preview.proposal.deployment.settings)
    commands = [command for step in steps for command in step.commands]
    assert "kubectl -n chat exec -it deployment/librechat-librechat -- npm run delete-user EMAIL" in commands
    assert not [command for command in commands if command.startswith("docker")]
    write(preview.proposal, interview.store)
    saved = save(interview.draft, interview.folder, tmp_path / "answers.yaml")
    assert propose(interview.folder, file.load(saved).answers).plan.edits == ()
    assert any((interview.folder / name).is_file() for name in FILES)


def test_what_the_files_hold_is_shown_as_present(interview: Interview) -> None:
    interview.answer("settings.APP_TITLE", "Chat")
    proposal = look_ahead(interview).proposal
    assert proposal is not None
    write(proposal, interview.store)
    interview.close()
    again = Interview(interview.folder)
    assert again.present["APP_TITLE"] == "Chat"
    assert len(again.present["CREDS_KEY"]) == 64
    again.close()
