"""The commands of the tests' own MongoDB, and what it holds: as one standalone mongod without accounts answers them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tests.servers.bson import Long, ObjectId
from tests.servers.mongodb_query import Document, NotUnderstood, changed, copied, matches, projected, sorted_by

_BATCH: Final = 101
_DUPLICATE: Final = 11000


class CommandError(Exception):
    """What a command is refused with."""

    def __init__(self, code: int, name: str, message: str) -> None:
        super().__init__(message)
        self.answer: Document = {"ok": 0.0, "errmsg": message, "code": code, "codeName": name}


class Database:
    """The collections of one database; every command is one step that no other one sees half of."""

    def __init__(self) -> None:
        self.collections: dict[str, list[Document]] = {}
        self.unique: dict[str, list[tuple[tuple[str, ...], Document]]] = {}

        self._by_id: dict[str, tuple[list[Document], dict[Any, Document]]] = {}

    def documents(self, name: str) -> list[Document]:
        """Return the documents of a collection, which need not be there."""
        return self.collections.get(name, [])

    def matching(self, name: str, wanted: Mapping[str, Any]) -> list[Document]:
        """Return the documents of a collection that meet a filter; by their ``_id`` without a look at all the others."""
        found, one = self.documents(name), wanted.get("_id")
        ids = one["$in"] if isinstance(one, dict) and set(one) == {"$in"} else [one]
        if all(isinstance(each, str | int | ObjectId) and not isinstance(each, bool) for each in ids):
            known = self._by_id.get(name)
            # Tests put documents in by hand, too.
            if known is None or known[0] is not found or len(known[1]) != len(found):
                known = self._by_id[name] = found, {each["_id"]: each for each in found}
            found = [known[1][each] for each in dict.fromkeys(ids) if each in known[1]]
        return [each for each in found if matches(each, wanted)]

    def add(self, name: str, document: Document) -> None:
        """Put a document in."""
        documents = self.collections.setdefault(name, [])
        known = self._by_id.get(name)
        documents.append(document)
        if known is not None and known[0] is documents and isinstance(document["_id"], str | int | ObjectId):
            known[1][document["_id"]] = document

    def remove(self, name: str, gone: list[Document]) -> None:
        """Take documents out."""
        identities = {id(each) for each in gone}
        documents = self.documents(name)
        documents[:] = [each for each in documents if id(each) not in identities]
        self._by_id.pop(name, None)


class MongoServer:
    """The server: what it holds, and what it was asked."""

    def __init__(self) -> None:
        self.databases: dict[str, Database] = {}
        self.port = 0
        self.asked: list[tuple[str, Document]] = []
        """Every command with its name, but for the driver's own looking after the connection."""
        self.before: Callable[[str, Document], None] | None = None
        """Called before a command is carried out, and before each update of one that has several; what it raises cuts that off."""
        self._lock = threading.RLock()
        self._cursors: dict[int, list[Document]] = {}
        self._numbers = itertools.count(1)

    def address(self, database: str = "LibreChat") -> str:
        """Return the connection string of a database."""
        return f"mongodb://127.0.0.1:{self.port}/{database}"

    def database(self, name: str = "LibreChat") -> Database:
        """Return a database, an empty one where it is not there."""
        return self.databases.setdefault(name, Database())

    def content(self, name: str = "LibreChat") -> dict[str, list[Document]]:
        """Return a copy of all that a database holds."""
        with self._lock:
            return copied(self.database(name).collections)

    def fill(self, content: Mapping[str, list[Document]], name: str = "LibreChat") -> None:
        """Have a database hold this and nothing else."""
        with self._lock:
            made = Database()
            made.collections = copied(dict(content))
            self.databases[name] = made

    def carry_out(self, command: Document) -> Document:
        """Carry out one command and return its answer."""
        name = next(iter(command))
        run = _COMMANDS.get(name)
        if run is None:
            return CommandError(59, "CommandNotFound", f"no such command: '{name}'").answer
        if name not in _OF_THE_DRIVER:
            self.asked.append((name, command))
            if self.before is not None and name != "update":
                self.before(name, command)
        try:
            with self._lock:
                answer = run(self, self.database(command.get("$db", "admin")), command)
        except CommandError as error:
            return error.answer
        except NotUnderstood as error:
            return CommandError(9, "FailedToParse", f"the tests' MongoDB has no {error}").answer
        return {**answer, "ok": 1.0}

    def cursor(self, command: Document, found: list[Document], size: int | None) -> Document:
        """Return the first batch of an answer; the rest waits for getMore."""
        size = _BATCH if size is None else size
        rest, number = found[size:], 0
        if rest and not command.get("singleBatch"):
            number = next(self._numbers)
            self._cursors[number] = rest
        space = f"{command['$db']}.{command[next(iter(command))]}"
        return {"cursor": {"firstBatch": found[:size], "id": Long(number), "ns": space}}

    def more(self, _: Database, command: Document) -> Document:
        """Return the next batch."""
        number = int(command["getMore"])
        found = self._cursors.pop(number, None)
        if found is None:
            raise CommandError(43, "CursorNotFound", f"cursor id {number} not found")
        size = command.get("batchSize") or len(found)
        if found[size:]:
            self._cursors[number] = found[size:]
        space = f"{command['$db']}.{command['collection']}"
        return {"cursor": {"nextBatch": found[:size], "id": Long(number if found[size:] else 0), "ns": space}}

    def names(self) -> Document:
        """Return the databases by name."""
        return {"databases": [{"name": name, "sizeOnDisk": 1, "empty": False} for name in self.databases]}

    def forget(self, database: Database) -> Document:
        """Drop a database."""
        database.collections.clear()
        return {}


def _hello(_: MongoServer, __: Database, ___: Document) -> Document:
    return {
        "helloOk": True, "isWritablePrimary": True, "ismaster": True, "maxBsonObjectSize": 16_777_216,
        "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000, "localTime": datetime.now(UTC),
        "logicalSessionTimeoutMinutes": 30, "connectionId": 1, "minWireVersion": 0, "maxWireVersion": 25, "readOnly": False,
    }  # fmt: skip


def _nothing(_: MongoServer, __: Database, ___: Document) -> Document:
    return {}


def _found(database: Database, command: Document, filter_: str) -> list[Document]:
    wanted = command.get(filter_) or {}
    found = database.matching(command[next(iter(command))], wanted)
    if order := command.get("sort"):
        found = sorted_by(found, order)
    found = found[command.get("skip") or 0 :]
    return found[: abs(command["limit"])] if command.get("limit") else found


def _find(server: MongoServer, database: Database, command: Document) -> Document:
    found = _found(database, command, "filter")
    return server.cursor(
        command, copied([projected(one, command.get("projection")) for one in found]), command.get("batchSize")
    )


def _count(_: MongoServer, database: Database, command: Document) -> Document:
    return {"n": len(_found(database, command, "query"))}


def _distinct(_: MongoServer, database: Database, command: Document) -> Document:
    values = [one.get(command["key"]) for one in _found(database, command, "query")]
    return {"values": [value for number, value in enumerate(values) if value not in values[:number]]}


def _insert(_: MongoServer, database: Database, command: Document) -> Document:
    name, errors, count = command["insert"], [], 0
    database.collections.setdefault(name, [])
    for number, given in enumerate(command["documents"]):
        document = given if "_id" in given else {"_id": ObjectId.new(), **given}
        if fault := _taken(database, name, document, None):
            errors.append(
                {"index": number, "code": _DUPLICATE, "errmsg": fault, "keyPattern": {"_id": 1}, "keyValue": {}}
            )
            if command.get("ordered", True):
                break
            continue
        database.add(name, copied(document))
        count += 1
    return {"n": count, **({"writeErrors": errors} if errors else {})}


def _taken(database: Database, name: str, document: Document, itself: Document | None) -> str:
    """Say which index another document stands in the way of; empty: none does."""
    for keys, partial in ((("_id",), {}), *database.unique.get(name, ())):
        wanted = {key: document.get(key) for key in keys}
        if all(value is None for value in wanted.values()) or not matches(document, partial):
            continue
        for other in database.matching(name, {"_id": document["_id"]} if keys == ("_id",) else {}):
            if other is not itself and matches(other, partial) and all(other.get(k) == v for k, v in wanted.items()):
                return f"E11000 duplicate key error collection: {name} index: {'_'.join(keys)}_1 dup key"
    return ""


def _update(server: MongoServer, database: Database, command: Document) -> Document:
    name, matched, modified, made, errors = command["update"], 0, 0, [], []
    for number, each in enumerate(command["updates"]):
        if isinstance(each["u"], list):
            raise NotUnderstood("change by a pipeline")
        if server.before is not None:
            server.before("update", {"update": name, "updates": [each]})
        found = database.matching(name, each["q"])
        try:
            if not found and each.get("upsert"):
                document = _upserted(database, name, each["q"], each["u"])
                made.append({"index": number, "_id": document["_id"]})
                matched += 1
            for one in found if each.get("multi") else found[:1]:
                matched += 1
                modified += _replace(database, name, one, changed(one, each["u"]))
        except CommandError as error:
            errors.append({"index": number, "code": _DUPLICATE, "errmsg": str(error)})
    return {
        "n": matched,
        "nModified": modified,
        **({"upserted": made} if made else {}),
        **({"writeErrors": errors} if errors else {}),
    }


def _upserted(database: Database, name: str, wanted: Document, change: Document) -> Document:
    begin = {key: value for key, value in wanted.items() if not key.startswith("$") and not _is_operator(value)}
    if not any(key.startswith("$") for key in change):
        begin = {"_id": begin["_id"]} if "_id" in begin else {}
    document = changed(begin, change, is_new=True)
    document = document if "_id" in document else {"_id": ObjectId.new(), **document}
    if fault := _taken(database, name, document, None):
        raise CommandError(_DUPLICATE, "DuplicateKey", fault)
    database.add(name, document)
    return document


def _is_operator(value: Any) -> bool:
    return isinstance(value, dict) and any(key.startswith("$") for key in value)


def _replace(database: Database, name: str, one: Document, after: Document) -> bool:
    if fault := _taken(database, name, after, one):
        raise CommandError(_DUPLICATE, "DuplicateKey", fault)
    if after == one:
        return False
    one.clear()
    one.update(after)
    return True


def _delete(_: MongoServer, database: Database, command: Document) -> Document:
    count = 0
    for each in command["deletes"]:
        found = database.matching(command["delete"], each["q"])[: each.get("limit") or None]
        database.remove(command["delete"], found)
        count += len(found)
    return {"n": count}


def _find_and_modify(_: MongoServer, database: Database, command: Document) -> Document:
    name = command[next(iter(command))]
    found = _found(database, command, "query")[:1]
    before, after = (copied(found[0]) if found else None), None
    if found and command.get("remove"):
        database.remove(name, found)
    elif found:
        _replace(database, name, found[0], changed(found[0], command["update"]))
        after = found[0]
    elif command.get("upsert"):
        after = _upserted(database, name, command.get("query") or {}, command["update"])
    value = after if command.get("new") else before
    return {
        "value": None if value is None else projected(copied(value), command.get("fields")),
        "lastErrorObject": {"n": int(bool(found or after)), "updatedExisting": bool(found)},
    }


def _aggregate(server: MongoServer, database: Database, command: Document) -> Document:
    source = command["aggregate"]
    found = [] if source == 1 else copied(database.documents(source))
    for stage in command["pipeline"]:
        ((name, value),) = stage.items()
        match name:
            case "$match":
                found = [one for one in found if matches(one, value)]
            case "$sort":
                found = sorted_by(found, value)
            case "$skip":
                found = found[value:]
            case "$limit":
                found = found[:value]
            case "$project":
                found = [projected(one, value) for one in found]
            case "$count":
                found = [{value: len(found)}] if found else []
            case "$group":
                found = _grouped(found, value)
            case "$currentOp":
                # mongod tells of each connection; this one of none.
                found = []
            case _:
                raise NotUnderstood(f"stage {name}")
    return server.cursor(command, found, (command.get("cursor") or {}).get("batchSize"))


def _grouped(documents: list[Document], value: Document) -> list[Document]:
    key = value["_id"]
    groups: dict[Any, Document] = {}
    for one in documents:
        name = one.get(key[1:]) if isinstance(key, str) and key.startswith("$") else key
        group = groups.setdefault(str(name), {"_id": name, **{field: 0 for field in value if field != "_id"}})
        for field, made in value.items():
            if field == "_id":
                continue
            if set(made) != {"$sum"} or isinstance(made["$sum"], dict):
                raise NotUnderstood(f"accumulator {made}")
            amount = made["$sum"]
            group[field] += one.get(amount[1:], 0) if isinstance(amount, str) else amount
    return list(groups.values())


def _collections(server: MongoServer, database: Database, command: Document) -> Document:
    found = [
        {"name": name, "type": "collection", "options": {}, "info": {"readOnly": False}}
        for name in database.collections
    ]
    wanted = command.get("filter") or {}
    return server.cursor(
        {"listCollections": "$cmd.listCollections", "$db": command["$db"]},
        [one for one in found if matches(one, wanted)],
        None,
    )


def _indexes(server: MongoServer, database: Database, command: Document) -> Document:
    name = command["listIndexes"]
    if name not in database.collections:
        raise CommandError(26, "NamespaceNotFound", "ns does not exist")
    return server.cursor(command, [{"v": 2, "key": {"_id": 1}, "name": "_id_"}], None)


def _create_indexes(_: MongoServer, database: Database, command: Document) -> Document:
    name = command["createIndexes"]
    database.collections.setdefault(name, [])
    for index in command["indexes"]:
        made = (tuple(index["key"]), dict(index.get("partialFilterExpression") or {}))
        if index.get("unique") and made not in database.unique.setdefault(name, []):
            database.unique[name].append(made)
    return {"numIndexesBefore": 1, "numIndexesAfter": 1 + len(command["indexes"])}


def _create(_: MongoServer, database: Database, command: Document) -> Document:
    database.collections.setdefault(command["create"], [])
    return {}


def _drop(_: MongoServer, database: Database, command: Document) -> Document:
    if database.collections.pop(command["drop"], None) is None:
        raise CommandError(26, "NamespaceNotFound", "ns not found")
    return {}


_Run = Callable[[MongoServer, Database, Document], Document]
_OF_THE_DRIVER: Final = frozenset({"hello", "isMaster", "ismaster", "ping", "buildInfo", "endSessions", "killCursors"})
_COMMANDS: Final[Mapping[str, _Run]] = {
    "hello": _hello, "isMaster": _hello, "ismaster": _hello, "ping": _nothing, "endSessions": _nothing, "killCursors": _nothing,
    "buildInfo": lambda *_: {"version": "8.0.20", "versionArray": [8, 0, 20, 0], "maxBsonObjectSize": 16_777_216},
    "find": _find, "getMore": MongoServer.more, "count": _count, "distinct": _distinct, "insert": _insert, "update": _update,
    "delete": _delete, "findAndModify": _find_and_modify, "findandmodify": _find_and_modify, "aggregate": _aggregate,
    "listCollections": _collections, "listDatabases": lambda server, *_: server.names(), "listIndexes": _indexes,
    "createIndexes": _create_indexes, "create": _create, "drop": _drop,
    "dropDatabase": lambda server, database, _: server.forget(database),
}  # fmt: skip
