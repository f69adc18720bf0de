"""Random projects of Docker Compose: few names and many ways to say the same, so that files meet each other."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from wizard.yamlfile.render import Tagged

NAMES = ("A", "B", "EMPTY", "UNSET", "API_KEY")
SERVICES = ("api", "db", "worker")
TEMPLATES = (
    "plain",
    "two words",
    "",
    "$A-$B",
    "${A}",
    "${B:-other}",
    "${EMPTY:-other}",
    "${EMPTY-other}",
    "${UNSET-none}",
    "${A:+there}",
    "${UNSET+there}",
    "${UNSET:-${A}}",
    "$$A",
    "# no comment",
    'it\'s "quoted"',
)
TYPED = ("true", "yes", "1.50", "010", "0x10", "1e3", "7", "2.0", "null", "~", "'on'", "1_000")
"""Scalars as they are written in YAML."""
DOTENV_LINES = (
    "A=one",
    "B='two $A'",
    'B="two $A"',
    "EMPTY=",
    "A=${B}x",
    "export B=3",
    "C=1 # c",
    "# A=no",
    "B=a$$b",
    "A",
)
RAW_LINES = ("A=raw $B", "B='kept'", "C=a # b", "# A=no", "  EMPTY=", "A")


class Written(str):
    """A scalar as written in YAML."""

    __slots__ = ()


def yaml_text(value: Any) -> str:
    """Return flow YAML; the tags of Docker Compose stay."""
    if isinstance(value, Tagged):
        return f"{value.tag} {yaml_text(value.value)}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {yaml_text(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(yaml_text, value)) + "]"
    return str(value) if isinstance(value, Written) else json.dumps(value)


def block(model: dict[str, Any], anchors: str = "") -> str:
    """Return a compose file with one line for each thing, services in block style."""
    lines = [anchors] if anchors else []
    for key, value in model.items():
        if not isinstance(value, dict):
            lines.append(f"{key}: {yaml_text(value)}")
            continue
        lines.append(f"{key}:" + (" {}" if not value else ""))
        for name, item in value.items():
            if not isinstance(item, dict) or not item:
                lines.append(f"  {name}: {yaml_text(item)}")
                continue
            lines.append(f"  {name}:")
            lines += [f"    {inner}: {yaml_text(each)}" for inner, each in item.items()]
    return "\n".join(lines) + "\n"


values = st.one_of(st.sampled_from(TEMPLATES), st.sampled_from(TYPED).map(Written))


@st.composite
def environments(draw: st.DrawFn) -> Any:
    """``environment`` as a mapping or as a list."""
    names = draw(st.lists(st.sampled_from((*NAMES, "C")), max_size=4, unique=True))
    if draw(st.booleans()):
        return {name: draw(values) for name in names}
    texts = [draw(st.one_of(st.none(), st.sampled_from(TEMPLATES))) for _ in names]
    return [name if text is None else f"{name}={text}" for name, text in zip(names, texts, strict=True)]


@st.composite
def env_files(draw: st.DrawFn, files: dict[str, str]) -> Any:
    """``env_file`` in one of its forms; the files that it needs are made."""
    entries: list[Any] = []
    for name in draw(
        st.lists(st.sampled_from(("one.env", "sub/two.env", ".env", "none.env")), max_size=3, unique=True)
    ):
        form = draw(st.sampled_from(("short", "long", "raw")))
        if name == "none.env":
            entries.append({"path": name, "required": False})
        elif form == "raw" and name != ".env":
            files[name] = "\n".join(draw(st.lists(st.sampled_from(RAW_LINES), max_size=4))) + "\n"
            entries.append({"path": name, "format": "raw"})
            files[f"{name} is raw"] = ""
        else:
            files.setdefault(name, "\n".join(draw(st.lists(st.sampled_from(DOTENV_LINES), max_size=4))) + "\n")
            is_raw = f"{name} is raw" in files
            entries.append(
                {"path": name, **({"format": "raw"} if is_raw else {})} if is_raw or form == "long" else f"./{name}"
            )
    if len(entries) == 1 and isinstance(entries[0], str) and draw(st.booleans()):
        return entries[0]
    return entries


PORTS = (
    "80",
    "8080:80",
    "127.0.0.1:9090:90/udp",
    "[::1]:70:70",
    "9000-9001:90-91",
    "${PORT:-3080}:3080",
    44,
    {"target": 5, "published": "6"},
)
VOLUMES = (
    "./data:/data",
    "./data:/data/:ro",
    "named:/var/lib",
    "/abs/path:/data",
    "${DIR:-./x}:/x",
    {"type": "bind", "source": "./y", "target": "/data"},
    {"type": "volume", "source": "named", "target": "/var/lib/", "read_only": True},
)


NETWORKS = st.lists(st.sampled_from(("front", "back")), max_size=2, unique=True)


@st.composite
def services(draw: st.DrawFn, files: dict[str, str], *, is_over: bool) -> dict[str, Any]:
    """One service of a file; ``is_over`` for a file that is laid over another."""
    service: dict[str, Any] = {"image": draw(st.sampled_from(("x", "y:${TAG:-1}")))}

    made: dict[str, st.SearchStrategy[Any]] = {
        "environment": environments(),
        "env_file": env_files(files),
        "ports": st.lists(st.sampled_from(PORTS), max_size=3, unique_by=str),
        "volumes": st.lists(st.sampled_from(VOLUMES), max_size=3, unique_by=str),
        "networks": st.one_of(NETWORKS, NETWORKS.map(dict.fromkeys)),
    }
    tags = ("", "", "!override", "!reset") if is_over else ("",)
    for key, strategy in made.items():
        if draw(st.booleans()):
            tag, value = draw(st.sampled_from(tags)), draw(strategy)
            service[key] = value if not tag else Tagged(tag, [] if tag == "!reset" else value)
    rare = {
        "configs": st.sampled_from((["c"], [{"source": "c", "target": "/app/c.yaml"}])),
        "secrets": st.just(["s"]),
        "profiles": st.sampled_from((["on"], ["off"])),
    }
    return service | {key: draw(strategy) for key, strategy in rare.items() if draw(st.integers(0, 6)) == 0}


@st.composite
def compose_files(draw: st.DrawFn, files: dict[str, str], *, is_over: bool = False) -> dict[str, Any]:
    """One compose file as data."""
    names = draw(st.lists(st.sampled_from(SERVICES), min_size=1, max_size=3, unique=True))
    model: dict[str, Any] = {"services": {name: draw(services(files, is_over=is_over)) for name in names}}
    if not is_over and len(names) > 1 and draw(st.integers(0, 3)) == 0:
        model["services"][names[0]]["extends"] = draw(st.sampled_from((names[1], {"service": names[1]})))
    if not is_over:
        model |= {
            "networks": {"front": None, "back": None},
            "volumes": {"named": None},
            "configs": {"c": {"content": "a $A"}},
            "secrets": {"s": {"file": "./secret"}},
        }
    return model


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    """The files of a project by name; ``compose.yaml`` and perhaps ``compose.override.yaml`` are what counts."""
    lines = draw(st.lists(st.sampled_from(DOTENV_LINES), max_size=5))
    files: dict[str, str] = {".env": "\n".join(["COMPOSE_PROFILES=on", *lines]) + "\n"}
    base = draw(compose_files(files))
    anchors = ""
    if draw(st.integers(0, 3)) == 0:
        anchors = 'x-common: &common {A: shared, B: "${A}"}'
        first = next(iter(base["services"].values()))
        first["environment"] = Written("{<<: *common, C: own}")
    if draw(st.integers(0, 3)) == 0:
        inner = {"services": {"inner": draw(services(files, is_over=False)) | {"image": "i"}}}
        for key in ("configs", "secrets", "networks"):
            inner["services"]["inner"].pop(key, None)
        inner["services"]["inner"]["volumes"] = ["./data:/data"]
        inner["services"]["inner"]["env_file"] = [{"path": "inner.env", "required": False}]
        files["sub/inner.yaml"] = block(inner)
        if draw(st.booleans()):
            files["sub/.env"] = "A=inner\nTAG=9\n"
        if draw(st.booleans()):
            files["sub/inner.env"] = "B=${A}\nC=inner\n"
        long = {"path": "sub/inner.yaml", "project_directory": draw(st.sampled_from(("sub", ".")))}
        base["include"] = [draw(st.sampled_from(("sub/inner.yaml", long)))]
    if draw(st.integers(0, 3)) == 0:
        files["sub/common.yaml"] = block(
            {
                "services": {
                    "base": {
                        "image": "z",
                        "environment": {"A": "far", "D": "${B}"},
                        "volumes": ["./data:/far"],
                        "env_file": [{"path": "far.env", "required": False}],
                    }
                }
            }
        )
        name = next(reversed(base["services"]))
        base["services"][name]["extends"] = {"file": "sub/common.yaml", "service": "base"}
    files["compose.yaml"] = block(base, anchors)
    if draw(st.booleans()):
        files["compose.override.yaml"] = block(draw(compose_files(files, is_over=True)))
    return {name: text for name, text in files.items() if not name.endswith(" is raw")}
