"""The layers of the source, which packages may import which, and what the source really imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.guards.checkout import CHECKOUT, python_files

SOURCE = ("wizard", "checks", "screens")
CHECKS = (
    ("checks.browser",),
    ("checks.net",),
    ("checks.fold", "checks.passwords"),
    ("checks.options",),
    ("checks.model",),
    ("checks.report_builder", "checks.static_run"),
    ("checks.advisory", "checks.report", "checks.runner", "checks.settings"),
    ("checks.kubernetes", "checks.log", "checks.mail", "checks.provider", "checks.site"),
    ("checks",),
)
"""The layers inside ``checks``: what a browser and the network do, then what a check is, then the checks, then their list."""
LAYERS = (
    ("wizard", "wizard.basics"),
    ("wizard.findings",),
    ("wizard.librechat",),
    ("wizard.dotenv", "wizard.yamlfile"),
    ("wizard.catalogue",),
    ("wizard.composefile",),
    ("wizard.answers",),
    ("wizard.deployment",),
    ("wizard.plan",),
    ("wizard.rules", "wizard.store"),
    ("wizard.apply", "wizard.interview"),
    *CHECKS,
    ("screens",),
    ("wizard.__main__",),
)
"""From the lowest layer up. A package imports only lower layers; packages in the same layer do not import each other."""


def module_name(path: Path) -> str:
    """Return the dotted name of a file of the checkout."""
    parts = path.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def source_modules() -> Mapping[str, Path]:
    """Return every module of the source by name."""
    return {module_name(path): path for path in python_files(*SOURCE)}


def imported(node: ast.AST) -> list[str]:
    """Return the full names that one statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide which package is meant"
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Give line and full name of every import of a file: inside functions and for type checkers too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        yield from ((getattr(node, "lineno", 0), name) for name in imported(node))


@cache
def own_imports() -> Mapping[str, Mapping[str, int]]:
    """Return which modules of the source each module imports, with the line of the first import."""
    modules = source_modules()
    found: dict[str, dict[str, int]] = {}
    for module, path in modules.items():
        needed: dict[str, int] = {}
        for line, name in imports_of(path):
            target = name if name in modules else name.rpartition(".")[0]
            if target in modules and target != module:
                needed.setdefault(target, line)
        found[module] = needed
    return found


def layer_of(module: str) -> tuple[int, str]:
    """Return the layer of a module, counted from the lowest, and its package."""
    layers = {package: number for number, layer in enumerate(LAYERS) for package in layer}
    name = module
    while name not in layers or (name == "wizard" and module != "wizard"):
        assert "." in name, f"{module} is in no layer"
        name = name.rpartition(".")[0]
    return layers[name], name


def upward_imports() -> list[str]:
    """Return every import of a higher layer, or of another package in the same layer."""
    found = []
    for module, needed in own_imports().items():
        layer, package = layer_of(module)
        for target, line in needed.items():
            other, other_package = layer_of(target)
            if other > layer or (other == layer and other_package != package):
                found.append(f"{module}:{line} imports {target}")
    return sorted(found)


def circles() -> list[list[str]]:
    """Return the groups of modules that import each other by some way (strongly connected components, Tarjan 1972)."""
    graph = own_imports()
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for target in graph[module]:
            if target not in index:
                visit(target)
                low[module] = min(low[module], low[target])
            elif target in stack:
                low[module] = min(low[module], index[target])
        if low[module] == index[module]:
            cut = stack.index(module)
            group = sorted(stack[cut:])
            del stack[cut:]
            if len(group) > 1:
                found.append(group)

    for module in graph:
        if module not in index:
            visit(module)
    return sorted(found)


def public_classes() -> Mapping[str, list[str]]:
    """Return where each public class name of the source is defined."""
    found: dict[str, list[str]] = defaultdict(list)
    for module, path in source_modules().items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module)
    return found
