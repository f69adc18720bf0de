"""Certificates and HSTS of a proxy that the wizard writes, as the plan has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wizard.plan.accesses import NOW, apply, inputs
from tests.wizard.plan.test_certificates import of_a_former_version
from wizard.answers.model import Access, Certificate, Proxy
from wizard.plan.access import needs
from wizard.plan.certificates import local_authority


def test_a_second_run_goes_well_without_the_authoritys_key(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    proxy, given = Proxy(certificate=Certificate.INTERNAL), {"DOMAIN_CLIENT": "https://chat.lan"}
    first = inputs(folder, access=Access.HTTPS_PROXY, proxy=proxy, given=given)
    second = first._replace(override=apply(needs(first), folder, None))
    (folder / ".librechat-wizard" / "ca.key").unlink()
    plan = needs(second)
    assert plan.problems == ()
    assert ".librechat-wizard/ca.key" not in {file.path for file in plan.files}
    assert all(file.content == (folder / file.path).read_bytes() for file in plan.files)
    assert any("put the CA's key back" in note and "after 2027-10-23" in note for note in plan.notes)
    renewed = needs(second._replace(now=NOW + dt.timedelta(days=400)))
    assert ".librechat-wizard/ca.key" in {file.path for file in renewed.files}
    assert any("The CA is new" in note for note in renewed.notes)


def test_an_authority_of_a_former_version_is_kept_and_reported_as_unlimited(tmp_path: Path) -> None:
    made = of_a_former_version(tmp_path, "chat.lan")
    for name, content in (
        ("certificates/librechat-ca.crt", made.ca_pem),
        (".librechat-wizard/ca.key", made.ca_key_pem),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(content)
    proxy = Proxy(certificate=Certificate.INTERNAL)
    plan = needs(inputs(tmp_path, access=Access.HTTPS_PROXY, proxy=proxy, given={"DOMAIN_CLIENT": "https://chat.lan"}))
    assert {file.path: file.content for file in plan.files}["certificates/librechat-ca.crt"] == made.ca_pem
    assert sum("which can issue certificates for any site" in note for note in plan.notes) == 1


def test_certificate_files_are_judged_before_anything_is_written(tmp_path: Path) -> None:
    made = local_authority(NOW, ["other.example.com"])
    stranger = local_authority(NOW, ["chat.example.com"])
    (tmp_path / "a.pem").write_bytes(made.cert_pem)
    (tmp_path / "a.key").write_bytes(stranger.key_pem)
    given = {"DOMAIN_CLIENT": "https://chat.example.com"}

    def faults(certificate: str, key: str) -> str:
        proxy = Proxy(certificate=Certificate.FILES, certificate_file=certificate, key_file=key)
        plan = needs(inputs(tmp_path, access=Access.HTTPS_PROXY, proxy=proxy, given=given))
        return " ".join(str(problem) for problem in plan.problems)

    both = faults("a.pem", "a.key")
    assert "does not match the key a.key" in both
    assert "it is for other.example.com, not for chat.example.com" in both
    assert "nowhere.pem does not exist" in faults("nowhere.pem", "a.key")
    assert "not a regular file (directory)" in faults(".", "a.key")
    assert "is required if" in faults("", "a.key")
    assert "contains no PEM private key" in faults("a.pem", "a.pem")
    assert stranger.key_pem.decode().splitlines()[1] not in both


@pytest.mark.parametrize("access", [Access.HTTPS_PROXY, Access.HTTPS_EXISTING])
def test_hsts_is_off_until_it_is_asked_for_and_can_be_taken_back(access: Access, tmp_path: Path) -> None:
    def written(*, hsts: bool | None, host: str = "chat.example.com") -> tuple[str, str]:
        proxy = Proxy(hsts=hsts, certificate=Certificate.INTERNAL)
        plan = needs(inputs(tmp_path, access=access, proxy=proxy, given={"DOMAIN_CLIENT": f"https://{host}"}))
        texts = [file.content.decode() for file in plan.files if "certificates" not in file.path]
        return "\n".join(texts), "\n".join(plan.notes)

    text, notes = written(hsts=None)
    assert "Strict-Transport" not in text + notes
    text, notes = written(hsts=True)
    assert "max-age=63072000" in text
    assert "To undo this" in notes
    text, _ = written(hsts=False)
    assert "max-age=0" in text
    _, notes = written(hsts=True, host="10.0.0.1")
    assert "no effect for 10.0.0.1" in notes
