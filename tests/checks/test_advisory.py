"""The check ``advisory`` and the exit status: an image without a release is inconclusive, but not for a change of settings."""

from __future__ import annotations

import pytest

from checks.advisory import ADVISORY
from checks.model import RunMemory, Subject
from checks.static_run import run_static
from tests.wizard.rules.builder import deployment
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import Status


@pytest.mark.parametrize(("just_started", "status"), [(False, ExitStatus.UNKNOWN), (True, ExitStatus.DONE)])
def test_an_image_without_a_release_decides_for_doctor_and_not_for_apply(
    *, just_started: bool, status: ExitStatus
) -> None:
    guessed = deployment()._replace(release_pinned=False)
    done = run_static([ADVISORY], Subject(memory=RunMemory(), deployment=guessed, expected_up=just_started))
    assert [finding.status for finding in done.findings] == [Status.UNKNOWN]
    assert done.exit_status is status
