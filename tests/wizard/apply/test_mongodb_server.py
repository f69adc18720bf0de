"""The tests' own MongoDB is one to LibreChat's driver: mongoose of the newest releases, and of those up to v0.7.5."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.judge import CHECKOUT, JUDGES, image_node, need_path
from tests.servers.mongodb import mongodb


@pytest.mark.parametrize("package", ["mongoose", "mongoose-7"])
def test_mongoose_gets_what_a_mongod_gives(package: str) -> None:
    found = need_path(package, JUDGES / "node_modules" / package)
    script = CHECKOUT / "tests/judges/mongoose.js"
    with mongodb() as server:
        done = subprocess.run(
            [image_node(), str(script), str(found), server.address()], capture_output=True, text=True, check=False
        )
    assert json.loads(done.stdout) == {
        "inserted": 250,
        "duplicate": 11000,
        "all": 250,
        "one": "a7",
        "sorted": [249, 248],
        "counted": 2,
        "kept": 0,
        "set": 1,
        "after": "new",
        "upserted": 1,
        "modified": 4,
        "deleted": 101,
        "collections": ["people"],
        "refused": 9,
        "model": ["É@x.org", True, True, "string"],
        "dropped": 0,
    }, done.stderr
