"""The text of a script that runs inside LibreChat's api container."""

from __future__ import annotations

from collections.abc import Mapping


def container_script(package: str, name: str, task: Mapping[str, object], *, shared: str = "") -> str:
    """Return ``name`` of ``package`` as it goes to node's standard input: its task, what each begins with, itself.

    ``shared`` is a file of the same kind in ``wizard.apply`` that several scripts begin with.
    """
    import json
    from importlib.resources import files

    begin = files("wizard.basics").joinpath("container_script.js").read_text(encoding="utf-8")
    if shared:
        begin += files("wizard.apply").joinpath(shared).read_text(encoding="utf-8")
    own = files(package).joinpath(name).read_text(encoding="utf-8")
    return f"const task = {json.dumps(task)}\n{begin}{own}"
