"""As whom LibreChat's containers run: decided and written before the first start, told, and never changed afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from wizard.answers.file import load
from wizard.dotenv.document import Document
from wizard.plan.proposal import Proposal, propose

SampleFolder = Callable[..., Path]


def planned(folder: Path, *settings: str) -> tuple[Proposal, dict[str, str]]:
    answers = folder.parent / "answers.yaml"
    answers.write_text(
        "version: 1\naccess: localhost\nsettings:\n" + "".join(f"  {line}\n" for line in ("APP_TITLE: T", *settings))
    )
    proposal = propose(folder, load(answers).answers)
    edit = next(edit for edit in proposal.plan.edits if edit.path == ".env")
    return proposal, Document.parse(edit.after).values()


def test_first_install_writes_the_account_that_works_there(sample_folder: SampleFolder) -> None:
    proposal, values = planned(sample_folder("v0.8.8"))
    operator = proposal.snapshot.operator
    assert (values["UID"], values["GID"]) == (str(operator.uid), str(operator.gid))
    assert proposal.deployment.container_ids == (operator.uid, operator.gid)
    (note,) = [note for note in proposal.plan.notes if note.startswith("UID=")]
    assert ("root" in note) is (operator.uid == 0)
    assert "mkdir" not in "".join(proposal.plan.notes)


def test_what_the_operator_says_counts(sample_folder: SampleFolder) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    proposal, values = planned(sample_folder("v0.8.8"), "UID: 1501", "GID: 1502")
    assert (values["UID"], values["GID"]) == ("1501", "1502")
    assert proposal.deployment.container_ids == (1501, 1502)
    edit = next(edit for edit in proposal.plan.edits if edit.path == ".env")
    assert (edit.ownership.uid, edit.ownership.gid, edit.mode) == (1501, 1502, 0o600)


def test_librechat_that_has_run_keeps_its_user(sample_folder: SampleFolder) -> None:
    """Blank, it runs as root, and its logs are root's: another user could not write them."""
    folder = sample_folder("v0.8.8")
    (folder / "data-node").mkdir()
    (folder / "data-node" / "x").touch()
    (folder / ".env").write_text(
        "CREDS_KEY="
        + "1a" * 32
        + "\nCREDS_IV="
        + "2b" * 16
        + f"\nJWT_SECRET={'3c' * 32}\nJWT_REFRESH_SECRET={'4d' * 32}\n"
    )
    (folder / ".env").chmod(0o600)
    proposal, values = planned(folder)
    assert "UID" not in values
    assert proposal.deployment.container_ids == (0, 0)
    assert not [note for note in proposal.plan.notes if "cannot read it" in note]
