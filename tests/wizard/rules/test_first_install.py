"""After a first install on each release's own files the rules find nothing wrong, and warn of nothing that is not so."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest

from wizard.answers.model import Access, Answers, Given, Source
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take
from wizard.librechat.releases import Release
from wizard.plan.proposal import propose
from wizard.rules import check

RELEASES: Final = (
    *("v0.7.0", "v0.7.2", "v0.7.7", "v0.8.0-rc3", "v0.8.2", "v0.8.3", "v0.8.5", "v0.8.7", "v0.8.8-rc1", "v0.8.8"),
)
WAYS: Final = {
    Access.LOCALHOST: "",
    Access.HTTPS_PROXY: "https://chat.example.com",
    Access.HTTP_LAN: "http://192.168.1.9:3080",
}


def true_warnings(release: str, stack: str, access: Access) -> set[str]:
    """Return what the sample's own settings deserve: it opens registration without mail."""
    expected = {"rules.accounts.unconfirmed"}
    if access is not Access.LOCALHOST:
        expected.add("rules.accounts.open-registration")
        if Release(0, 7, 3) <= Release.parse(release) < Release(0, 8, 3):
            expected.add("rules.shared-links.public")
    elif Release.parse(release) < Release(0, 8, 3):
        expected.add("rules.cookies.localhost")
    if stack == "deploy":
        # LibreChat's own 'npm run start:deployed' leaves the override out.
        expected.add("files.stack.override-left-out")
    return expected


@pytest.mark.parametrize("stack", ["compose", "deploy"])
@pytest.mark.parametrize("release", RELEASES)
def test_a_first_install_leaves_nothing_to_say_but_what_is_so(
    release: str, stack: str, samples: Path, tmp_path: Path
) -> None:
    access = list(WAYS)[RELEASES.index(release) % len(WAYS)]
    folder = tmp_path / "LibreChat"
    shutil.copytree(samples / release, folder)
    (folder / ("docker-compose.yml" if stack == "deploy" else "deploy-compose.yml")).unlink()
    address = {"DOMAIN_CLIENT": Given(WAYS[access], Source.FILE)} if WAYS[access] else {}
    proposal = propose(folder, Answers(access=access, settings=address))
    for edit in proposal.plan.edits:
        (folder / edit.path).parent.mkdir(exist_ok=True)
        (folder / edit.path).write_bytes(edit.after)
        (folder / edit.path).chmod(edit.mode)
    found = check(deployment(take(folder, Answers()), {}))
    # The container's account is not the one that runs the tests.
    told = {one.id: one for one in found if one.id != "files.env.unreadable"}
    assert [one.summary for one in told.values() if one.status.value == "FAIL"] == []
    assert told.keys() <= true_warnings(release, stack, access), [one.summary for one in told.values()]
