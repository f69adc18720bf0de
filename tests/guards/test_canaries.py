"""The search for canaries finds them in every form, wherever they stand, and knows what may hold one."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canaries import CANARIES, CORE, child_fault, found_in
from tests.canary_run import changed_files, file_fault
from wizard.basics.filesystem import replace_whole


@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize("around", [("", ""), ("a", "b"), ("ab", "c"), ("abc", "de")])
def test_every_form_is_found(number: int, around: tuple[str, str]) -> None:
    text = CANARIES[number].join(around)
    data = text.encode()
    percent = "".join(f"%{byte:02x}" for byte in data)
    forms = (data, text[::-1].encode(), data.hex().encode(), data.hex().upper().encode(), quote(text, safe="").encode())
    encoded = (base64.b64encode(data), base64.urlsafe_b64encode(data), percent.encode(), text.upper().encode())
    assert all(found_in(b"x=" + form + b"\n") for form in (*forms, *encoded))
    assert not found_in(CORE[:-1].encode())


def test_children_that_get_one_are_told() -> None:
    started = "subprocess.Popen"
    assert "arguments of docker" in child_fault(started, ("x", ["/bin/docker", CANARIES[3]], None, {}))
    assert "(A)" in child_fault(started, ("x", ["docker"], None, {"A": f"x{CANARIES[3][::-1]}"}))
    assert not child_fault(started, ("x", ["docker"], None, {"PATH": "/bin"}))


@pytest.mark.not_fast
def test_files_that_hold_one_are_told_but_where_secrets_belong(tmp_path: Path) -> None:
    (tmp_path / ".librechat-wizard" / "backups").mkdir(parents=True)
    names = {"log": True, ".env": False, ".librechat-wizard/backups/1": False, ".librechat-wizard/draft.json": True}
    for name, is_fault in names.items():
        (tmp_path / name).write_text(CANARIES[10])
        assert bool(file_fault(tmp_path / name)) is is_fault, name
    assert len(list(changed_files(tmp_path, 0))) == 4
    # What the program writes is no test's own, whatever its name.
    for name, is_fault in {
        "written-by-a-test.yml": False,
        "written-by-the-program.yml": True,
        "again.yaml": True,
    }.items():
        names[name] = is_fault
        path = tmp_path / name
        if is_fault:
            replace_whole(path, CANARIES[10].encode())
        else:
            path.write_text(CANARIES[10])
        assert bool(file_fault(path)) is is_fault, name
    for name in names:
        # Else this test would fail the run.
        (tmp_path / name).unlink()
