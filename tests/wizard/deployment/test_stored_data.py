"""Where a database lies, as the merged compose files say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wizard.deployment.stored_data import has_hidden_database, left_by_containers

BIND = {"volumes": [{"type": "bind", "source": "./data-node", "target": "/data/db"}]}
VOLUME = {"volumes": [{"type": "volume", "source": "m", "target": "/data/db"}]}


@pytest.mark.parametrize(
    ("address", "services", "is_hidden"),
    [
        ("", {}, False),
        ("mongodb://mongodb:27017/LibreChat", {"mongodb": BIND}, False),
        ("mongodb://mongodb:27017/LibreChat", {"mongodb": VOLUME}, True),
        ("mongodb://mongodb:27017/LibreChat", {"mongodb": None}, True),
        ("mongodb://u:p%40x@chat-mongodb/a", {"db": {**BIND, "container_name": "chat-mongodb"}}, False),
        ("mongodb://store", {"db": {**BIND, "networks": {"back": {"aliases": ["store"]}}}}, False),
        ("mongodb://mongodb:1,other:2/a", {"mongodb": BIND}, True),
        ("mongodb+srv://c.example.net/a", {"mongodb": BIND}, True),
        ("mongodb://127.0.0.1:27017/LibreChat", {}, False),
        ("mongodb://127.0.0.1:27017/LibreChat", {"api": {"network_mode": "host"}}, True),
    ],
)
def test_a_database_is_hidden_where_no_folder_of_this_machine_holds_it(
    address: str, services: dict[str, Any], is_hidden: bool
) -> None:
    assert has_hidden_database({"api": {}, **services}, "api", address) is is_hidden


@pytest.mark.parametrize(("name", "has_run"), [("x", True), (".gitkeep", False), ("", False)])
def test_a_folder_with_something_in_it_was_used(tmp_path: Path, name: str, has_run: bool) -> None:
    (tmp_path / "data-node").mkdir()
    if name:
        (tmp_path / "data-node" / name).touch()
    assert left_by_containers(tmp_path, {"db": BIND, "api": None}) is has_run
