"""The offline bundle: ``./run`` beside a folder of wheels makes its environment from those, with a Python that has no ensurepip."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pip
import pytest

from tests.screens.cli.program import CHECKOUT

NOWHERE = "http://127.0.0.1:9/simple"
"""An index that nobody serves: port 9 throws everything away (RFC 863), where there is such a service at all."""
PROGRAM = "import parcel, sys\nprint('started with', parcel.__name__, parcel.__file__, *sys.argv[1:])\n"
WITHOUT_ENSUREPIP = """\
#!/bin/sh
case "$*" in *ensurepip*) exit 1 ;; esac
exec {python} "$@"
"""


def write_wheel(path: Path, files: Mapping[str, str]) -> None:
    """Write a wheel of one package, as the format wants it (PEP 427)."""
    name, version = path.name.split("-")[:2]
    about = f"{name}-{version}.dist-info"
    every = {
        **files,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{inside},,\n" for inside in (*every, f"{about}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in {**every, f"{about}/RECORD": record}.items():
            archive.writestr(inside, text)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle of one package, laid out as tools/make_release.py does."""
    folder = tmp_path / "a bundle's folder"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    write_wheel(wheels / "parcel-1-py3-none-any.whl", {"parcel.py": ""})
    digest = hashlib.sha256((wheels / "parcel-1-py3-none-any.whl").read_bytes()).hexdigest()
    (folder / "requirements.txt").write_text(f"parcel==1 \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    with zipfile.ZipFile(wheels / f"pip-{pip.__version__}-py3-none-any.whl", "w") as archive:
        package = Path(pip.__file__).parent
        for file in package.rglob("*.p[ye]*"):
            if file.suffix != ".pyc":
                archive.write(file, Path("pip", file.relative_to(package)))
    (folder / "wizard").mkdir()
    (folder / "wizard" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "tools").mkdir()
    shutil.copy(CHECKOUT / "tools" / "environment.sh", folder / "tools")
    shutil.copy(CHECKOUT / "run", folder)
    return folder


def start(bundle: Path) -> subprocess.CompletedProcess[str]:
    """Start it with a Python without ensurepip, as Debian's is, and an index that nobody serves."""
    programs = bundle.parent / "bin"
    programs.mkdir(exist_ok=True)
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    (programs / "python3").write_text(WITHOUT_ENSUREPIP.format(python=base), encoding="utf-8")
    (programs / "python3").chmod(0o755)
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        (programs / name).unlink(missing_ok=True)
        (programs / name).symlink_to("python3")
    # What is missing must not be installed on the machine that tests.
    (programs / "apt-get").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (programs / "apt-get").chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return subprocess.run(
        [bundle / "run", "and", "its words"],
        cwd=bundle.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={
            **environment,
            "HOME": str(bundle.parent),
            "PATH": f"{programs}:{environment['PATH']}",
            "PIP_INDEX_URL": NOWHERE,
        },
    )


def test_the_bundle_starts_without_a_network_and_without_ensurepip(bundle: Path) -> None:
    first = start(bundle)
    assert (first.returncode, first.stdout.split()[:3]) == (0, ["started", "with", "parcel"]), first.stderr
    assert first.stdout.endswith("and its words\n")
    assert f"{bundle}/.venv/" in first.stdout
    assert first.stderr.count("\n") == 1
    assert "installing the packages of requirements.txt" in first.stderr
    assert not list((bundle / ".venv").rglob("site-packages/pip"))
    again = start(bundle)
    assert (again.stdout, again.stderr) == (first.stdout, "")


def test_a_wheel_that_is_not_the_one_of_the_lock_is_refused(bundle: Path) -> None:
    write_wheel(bundle / "wheels" / "parcel-1-py3-none-any.whl", {"parcel.py": "print('another')"})
    done = start(bundle)
    assert (done.returncode, done.stdout) == (3, "")
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert not (bundle / ".venv" / "lock.txt").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root refuses to start what others can change")
def test_wheels_that_others_can_change_are_not_installed_by_root(bundle: Path) -> None:
    (bundle / "wheels" / "parcel-1-py3-none-any.whl").chmod(0o666)
    done = start(bundle)
    assert (done.returncode, done.stdout) == (3, "")
    assert "other users can change" in done.stderr
