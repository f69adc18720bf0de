"""Loads a project as Docker Compose does: the same services that ``docker compose config`` shows, each value with its position.

Follows compose-go v2.9.1 (Docker Compose 2.40): loader/loader.go and include.go. What cannot be followed is named and never
guessed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from wizard.basics.nearest import nearest_of
from wizard.basics.paths import shown_path
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.basics.problem import Problem
from wizard.composefile.consistency import inconsistencies
from wizard.composefile.environment_files import read_variables
from wizard.composefile.extending import Extending, OtherFile
from wizard.composefile.located import Leaf, first_leaf, leaves, located
from wizard.composefile.long_forms import UnreadableEntry, long_service
from wizard.composefile.merging import TypeConflict, merge, without
from wizard.composefile.project import ComposeProject, ProjectFiles, Reader, UnreadFile, absolute
from wizard.composefile.resolving import finished, resolved, starts, text_of
from wizard.composefile.resources import is_remote
from wizard.composefile.shape import demand_shape
from wizard.dotenv.template import InvalidTemplate, lost_names, substitute
from wizard.yamlfile.parsed import ParsedYaml

_ONE_VARIABLE: Final = late_pattern(
    r"\$(?:\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<sign>:?[-?])[^${}]*)?\}|(?P<bare>[A-Za-z_][A-Za-z0-9_]*))"
)
_RESOURCES: Final = ("services", "volumes", "networks", "secrets", "configs", "models")
_TOP_LEVEL: Final = (*_RESOURCES, "include", "name", "version")
"""What may be at the top of a compose file, besides ``x-...`` (compose-spec, schema)."""
_MOST_FILES: Final = 60
"""Compose files of one project; our own limit."""


def load_project(files: ProjectFiles, read: Reader) -> ComposeProject:
    """Return the project that Docker Compose builds from the files; ``InvalidInput`` if one is not YAML or has the wrong form."""
    return _Loader(files, read).project()


def absent(name: str) -> str:
    """Return why Docker Compose refuses a file of ``env_file`` that is not there."""
    return f"the file {name} does not exist, and Docker Compose does not start without it."


class _Loader:
    def __init__(self, files: ProjectFiles, read: Reader) -> None:
        self._files = files
        self._read = read
        self._seen: dict[str, None] = {}
        self._refusals: list[Problem] = []
        self._unfollowed: list[Problem] = []

    def project(self) -> ComposeProject:
        """Load everything."""
        files = self._files
        shell = {name: Leaf(value=value, file="the shell", line=0) for name, value in files.inherited.items()}
        variables = {**self._variables(files.environment, shell), **shell}
        variables.setdefault("COMPOSE_PROJECT_NAME", Leaf(value=self._name(variables), file="", line=0))
        model = self._model(files.compose, files.folder, variables, ())
        services = {name: finished(service) for name, service in (model.get("services") or {}).items()}
        chosen = {part.strip() for part in text_of(variables.get("COMPOSE_PROFILES")).split(",")}
        inactive = frozenset(name for name, service in services.items() if not starts(service, chosen))
        active = {name: service for name, service in services.items() if name not in inactive}
        self._look_for_environment_files(active.values())
        self._refusals += inconsistencies(services, active, model)
        return ComposeProject(
            files=files,
            read=self._read,
            services=services,
            inactive=inactive,
            **{key: model.get(key) or {} for key in ("configs", "networks", "volumes", "secrets")},
            variables=variables,
            compose_files=tuple(self._seen),
            refusals=tuple(dict.fromkeys(self._refusals)),
            unfollowed=tuple(dict.fromkeys(self._unfollowed)),
        )

    def _look_for_environment_files(self, services: Iterable[Mapping[str, Any]]) -> None:
        for service in services:
            for entry in service.get("env_file") or ():
                path, required = entry["path"], entry.get("required")
                is_required = not (isinstance(required, Leaf) and required.text == "false")
                if is_required and self._content(path.text) is None:
                    message = absent(self._shown(path.text))
                    self._refusals.append(Problem(field="env_file", file=path.file, line=path.line, message=message))

    def _name(self, variables: Mapping[str, Leaf]) -> str:
        """Return the project's name (loader.go, projectName; cli/options.go, withNamePrecedenceLoad)."""
        name = ""
        for path in self._files.compose:
            tree = located(self._parsed(path)).root
            written = tree.get("name")
            if isinstance(written, Leaf) and written.text:
                name = self._leaf(written, ("name",), variables).text
        named = name or posixpath.basename(self._files.folder)
        return re.sub(r"[^-_a-z0-9]", "", named.lower()).lstrip("-_")

    def _variables(self, paths: Iterable[str], known: Mapping[str, Leaf]) -> dict[str, Leaf]:
        found: dict[str, Leaf] = {}
        for path in paths:
            data = self._content(path)
            if data is None:
                self._refuse(path, 0, "", "is listed as an env file but does not exist.")
                continue
            found |= read_variables(data, self._shown(path), known, found)
        return found

    def _content(self, path: str) -> bytes | None:
        try:
            return self._read(path)
        except UnreadFile as unread:
            self._skip(path, 0, "", f"cannot be read: {unread.reason}.")
            return b""

    def _shown(self, path: str) -> str:
        return shown_path(self._files.folder, path)

    def _refuse(self, path: str, line: int, where: str, message: str, remedy: str = "") -> None:
        self._refusals.append(Problem(field=where, file=self._shown(path), line=line, message=message, remedy=remedy))

    def _skip(self, path: str, line: int, where: str, message: str) -> None:
        self._unfollowed.append(Problem(field=where, file=self._shown(path), line=line, message=message))

    def _parsed(self, path: str) -> ParsedYaml:
        data = self._content(path)
        if data is None:
            self._refuse(path, 0, "", "is listed as a compose file but does not exist.")
        document = ParsedYaml.parse(data, self._shown(path))
        demand_shape(document.data, document.name)
        return document

    def _model(
        self, paths: Sequence[str], folder: str, variables: Mapping[str, Leaf], included: tuple[str, ...]
    ) -> dict[str, Any]:
        """Load files over one another, as ``docker compose -f one -f two`` or one entry of ``include`` does."""
        model: dict[str, Any] = {}
        for path in paths:
            model = self._over(model, path, folder, variables, included)
        return resolved(model, folder, self._files.home, variables, is_included=bool(included))

    def _over(
        self,
        model: dict[str, Any],
        path: str,
        folder: str,
        variables: Mapping[str, Leaf],
        included: tuple[str, ...],
    ) -> dict[str, Any]:
        tree = self._tree(path, variables)
        if tree is None:
            return model
        root, reset = tree
        services = root.get("services")
        if isinstance(services, dict):

            def refuse(leaf: Leaf | None, name: str, what: str) -> None:
                self._refuse(path, leaf.line if leaf else 0, f"services.{name}.extends"[:120], what)

            look = partial(self._other_file, variables=variables)
            one = Extending(services, folder, path, look, refuse)
            root["services"] = {name: one.service(name, reset) for name in services}
        model = without(model, reset)
        self._include(root, path, folder, variables, (*included, path))
        try:
            model = merge(model, root)
        except TypeConflict as unlike:
            self._refuse(path, 0, ".".join(unlike.path), "has a different type than in the earlier files.")
            return model
        return self._in_long_forms(model, path)

    def _tree(self, path: str, variables: Mapping[str, Leaf]) -> tuple[dict[str, Any], Any] | None:
        """Return what a file says, variables filled in, and what it takes away of others."""
        if path not in self._seen and len(self._seen) >= _MOST_FILES:
            self._skip(path, 0, "", f"cannot be read: there are more than {_MOST_FILES} compose files.")
            return None
        self._seen[path] = None
        tree = located(self._parsed(path))
        for key in tree.root:
            if key not in _TOP_LEVEL and not key.startswith("x-"):
                leaf = first_leaf(tree.root[key])
                near = nearest_of(key, _TOP_LEVEL)
                remedy = f"Did you mean {near}?" if near else "Indent the key under its service, or remove the key."
                message = "Docker Compose rejects this key: it is not valid at the top level of a compose file."
                self._refuse(path, leaf.line if leaf else 0, plain(key, limit=80), message, remedy)
        for line, tag in tree.foreign:
            self._skip(path, line, "", f"cannot be read: the YAML tag {tag[:40]} is not supported in a compose file.")
        return self._filled(tree.root, (), variables), tree.reset

    def _in_long_forms(self, model: dict[str, Any], path: str) -> dict[str, Any]:
        services = {
            name: self._long(name, dict(service) if isinstance(service, Mapping) else {}, path)
            for name, service in (model.get("services") or {}).items()
        }
        return {**model, "services": services} if services else model

    def _long(self, name: str, service: dict[str, Any], path: str) -> dict[str, Any]:
        try:
            return long_service(service)
        except UnreadableEntry as unread:
            leaf = unread.leaf or first_leaf(service.get(unread.what))
            line = leaf.line if leaf is not None else 0
            where = f"services.{name}.{unread.what}"[:120]
            message = "Docker Compose rejects this: an entry has an invalid format."
            problem = Problem(field=where, file=leaf.file if leaf else self._shown(path), line=line, message=message)
            self._refusals.append(problem)
            return self._long(name, {key: value for key, value in service.items() if key != unread.what}, path)

    def _filled(self, tree: Any, where: tuple[str, ...], variables: Mapping[str, Leaf]) -> Any:
        if isinstance(tree, dict):
            return {name: self._filled(item, (*where, name), variables) for name, item in tree.items()}
        if isinstance(tree, list):
            return [self._filled(item, (*where, ""), variables) for item in tree]
        return self._leaf(tree, where, variables)

    def _leaf(self, leaf: Leaf, where: tuple[str, ...], variables: Mapping[str, Leaf]) -> Leaf:
        written = leaf.value
        if not isinstance(written, str) or "$" not in written:
            return leaf
        names: dict[str, None] = {}

        def lookup(name: str) -> str | None:
            names[name] = None
            found = variables.get(name)
            return found.text if found is not None else None

        # An entry of a list is NAME=value.
        value_part = written.partition("=")[2] if where[-2:] == ("environment", "") else written
        try:
            value = substitute(written, lookup)
        except InvalidTemplate as invalid:
            field_name = ".".join(filter(None, where))[:120]
            remedy = "Set it in .env." if "required" in invalid.reason else "Write $$ for a literal $."
            problem = Problem(
                field=field_name,
                file=leaf.file,
                line=leaf.line,
                message=f"Docker Compose rejects this: {invalid.reason}.",
                remedy=remedy,
            )
            self._refusals.append(problem)
            value = ""
        lost = lost_names(value_part, lookup)
        only = _only_variable(value_part, variables)
        return leaf._replace(value=value, variables=tuple(names), lost=lost, only_variable=only)

    def _include(
        self,
        root: dict[str, Any],
        path: str,
        folder: str,
        variables: Mapping[str, Leaf],
        included: tuple[str, ...],
    ) -> None:
        entries, home = root.pop("include", None), self._files.home
        for entry in entries if isinstance(entries, list) else ():
            long = entry if isinstance(entry, Mapping) else {"path": entry}
            written = [leaf.text for leaf in leaves(long.get("path"))]
            line = min((leaf.line for leaf in leaves(long)), default=0)
            if not written or any(map(is_remote, written)):
                self._skip(path, line, "include", "cannot be read: it includes a remote file.")
                continue
            paths = [absolute(text, folder, home) for text in written]
            if paths[0] in included:
                self._refuse(path, line, "include", "includes itself.")
                continue
            directory = absolute(text_of(long.get("project_directory")) or posixpath.dirname(paths[0]), folder, home)
            own = [absolute(leaf.text, folder, home) for leaf in leaves(long.get("env_file"))]
            if not own and self._content(posixpath.join(directory, ".env")) is not None:
                own = [posixpath.join(directory, ".env")]
            inner = {**self._variables((text for text in own if text != "/dev/null"), variables), **variables}
            self._import(root, self._model(paths, directory, inner, included), path, line)

    def _import(self, root: dict[str, Any], model: Mapping[str, Any], path: str, line: int) -> None:
        for kind in _RESOURCES:
            present = root.setdefault(kind, {}) if model.get(kind) else {}
            for name, item in (model.get(kind) or {}).items():
                if name in present:
                    # Docker Compose 2.40 refuses, later ones merge (loader/include.go, importResource).
                    self._skip(
                        path,
                        line,
                        f"{kind}.{name}"[:120],
                        "is also in an included file. Docker Compose releases differ in how they handle this.",
                    )
                else:
                    present[name] = item

    def _other_file(self, named: Leaf, folder: str, *, variables: Mapping[str, Leaf]) -> OtherFile | None:
        if is_remote(named.text):
            message = "cannot be read: it refers to a remote file."
            self._unfollowed.append(Problem(field="extends", file=named.file, line=named.line, message=message))
            return None
        path = absolute(named.text, folder, self._files.home)
        tree = self._tree(path, variables)
        if tree is None:
            return None
        model = resolved(self._in_long_forms(tree[0], path), posixpath.dirname(path), self._files.home, None)
        return OtherFile(model.get("services") or {}, path, tree[1])


def _only_variable(written: str, variables: Mapping[str, Leaf]) -> str:
    match = _ONE_VARIABLE.fullmatch(written)
    if match is None:
        return ""
    name = match["braced"] or match["bare"]
    value = variables.get(name)
    counts = value is not None and (value.text or not (match["sign"] or "").startswith(":"))
    return name if counts else ""
