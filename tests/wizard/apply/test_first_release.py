"""Which record of an apply on Kubernetes still leads back, and what it may name."""

from __future__ import annotations

from typing import Final

import pytest

from wizard.apply import first_release
from wizard.deployment.kubernetes_names import HelmRelease

LC: Final = HelmRelease(namespace="chat", name="lc")
FIRST: Final = ("first-installation", "release:chat/lc")


@pytest.mark.parametrize(
    ("running", "is_deployed", "leads_back"),
    [
        (FIRST, False, True),
        (FIRST, True, False),
        (("revision:3", "release:chat/lc"), True, True),
        (("first-installation", "release:chat/other"), False, False),
        (("revision:3", "release:team/lc"), True, False),
        ((*FIRST, "made:secret/other-team"), False, False),
        (("api", "mongodb"), True, False),
        ((), False, False),
    ],
)
def test_which_way_back_still_counts(running: tuple[str, ...], is_deployed: bool, leads_back: bool) -> None:
    assert first_release.may_remove(LC, running, is_deployed=is_deployed) is leads_back


def test_the_secret_of_the_folder_belongs_to_its_release() -> None:
    own = HelmRelease(namespace="chat", name="lc", secret="ours")
    assert first_release.belongs(own, (*FIRST, "made:secret/ours", "made:secret/librechat-meili"))
    assert not first_release.belongs(own, (*FIRST, "made:secret/librechat-credentials-env"))
    external = HelmRelease(namespace="chat", name="lc", is_external=True)
    assert first_release.belongs(external, (*FIRST, "made:externalsecret/librechat-credentials-env"))
