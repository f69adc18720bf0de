"""The manifests for kubectl: Secrets, the ConfigMap with librechat.yaml, the ExternalSecret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wizard.basics.patterns import late_pattern
from wizard.basics.problem import InvalidInput, Problem
from wizard.deployment.kubernetes_names import CONFIG_KEY, CONFIG_MAP, HelmRelease
from wizard.yamlfile.document import YamlText
from wizard.yamlfile.manifest import LARGEST, config_texts, encoded, secret_bytes
from wizard.yamlfile.parsed import ParsedYaml
from wizard.yamlfile.render import Quoted, scalar

_SECRET_HEAD: Final = """\
# Made by the LibreChat auth wizard. It contains passwords and keys: keep it out of version control.
# It uses data (base64), not stringData, so that kubectl apply --server-side also removes names that are removed here.
"""
_CONFIG_HEAD: Final = (
    "# Made by the LibreChat auth wizard: librechat.yaml, for the chart's librechat.existingConfigYaml.\n"
)
_EXTERNAL_HEAD: Final = """\
# Made by the LibreChat auth wizard. The External Secrets Operator creates the Secret; this file contains no values.
"""
_UNSAFE_IN_BLOCK: Final = late_pattern(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\uffef]|[ \t]\n|\n\n\\Z|\\A[ \n]"
)
"""What does not come back from a block text the same with every reader, or shifts its indentation."""


def secret_text(
    data: bytes | None, name: str, release: HelmRelease, wanted: Mapping[str, str | None], file: str
) -> bytes:
    """Return a Secret with these values (``None``: taken out); all else in the file stays. Names come in the given order."""
    new = f"{_SECRET_HEAD}{_head('v1', 'Secret', name, release)}type: Opaque\n"
    document = YamlText.parse(new.encode() if data is None else data, file)
    present = secret_bytes(document.source)
    if document.at(("metadata", "name")) != name:
        document = document.set(("metadata", "name"), Quoted(name))
    for key, value in wanted.items():
        path, clear = ("data", key), ("stringData", key)
        if value is None:
            for stale in (path, clear):
                document = document.remove(stale, None) if document.has(stale) else document
        elif present.get(key) != value.encode("utf-8", "surrogateescape"):
            document = document.remove(clear, None) if document.has(clear) else document
            document = document.set(path, Quoted(encoded(value)))
    text = document.to_bytes()
    _refuse_too_large(sum(map(len, secret_bytes(ParsedYaml.parse(text, file)).values())), file)
    return text


def config_map_text(data: bytes | None, content: str, release: HelmRelease, file: str) -> bytes:
    """Return the ConfigMap with librechat.yaml; ``InvalidInput`` for a text that a ConfigMap cannot hold."""
    if "\0" in content:
        message = "librechat.yaml contains a NUL character, which is not allowed in a ConfigMap."
        raise InvalidInput(Problem(field="", file=file, message=message, remedy="Remove the character."))
    _refuse_too_large(len(content.encode()), file)
    document = YamlText.parse(data, file)
    if data is not None and config_texts(document.source).get(CONFIG_KEY) == content:
        return data
    is_ours = data is None or (
        data.startswith(_CONFIG_HEAD.encode())
        and set(config_texts(document.source)) == {CONFIG_KEY}
        and set(document.data) == {"apiVersion", "kind", "metadata", "data"}
        and set(document.at(("metadata",)) or ()) <= {"name", "namespace"}
    )
    if not is_ours:
        return document.set(("data", CONFIG_KEY), Quoted(content)).to_bytes()
    head = _head("v1", "ConfigMap", CONFIG_MAP, release)
    if _UNSAFE_IN_BLOCK.search(content) or not content.endswith("\n"):
        block = f"  {CONFIG_KEY}: {scalar(Quoted(content))}\n"
    else:
        lines = "".join(f"    {line}\n" if line else "\n" for line in content.removesuffix("\n").split("\n"))
        block = f"  {CONFIG_KEY}: |\n{lines}"
    return f"{_CONFIG_HEAD}{head}data:\n{block}".encode()


def external_secret_text(
    names: Iterable[str], name: str, release: HelmRelease, *, store: str, key: str, file: str
) -> bytes:
    """Return an ExternalSecret that has the operator make the Secret: one entry a name, and no value."""
    head = _EXTERNAL_HEAD + _head("external-secrets.io/v1", "ExternalSecret", name, release)
    document = YamlText.parse(head.encode(), file)
    document = document.set(("spec", "refreshInterval"), Quoted("1h"))
    document = document.set(("spec", "secretStoreRef"), {"kind": "ClusterSecretStore", "name": Quoted(store)})
    document = document.set(("spec", "target"), {"name": Quoted(name), "creationPolicy": "Owner"})
    entries = [{"secretKey": Quoted(one), "remoteRef": {"key": Quoted(key), "property": Quoted(one)}} for one in names]
    return document.set(("spec", "data"), entries).to_bytes()


def _head(version: str, kind: str, name: str, release: HelmRelease) -> str:
    metadata = f"metadata:\n  name: {scalar(Quoted(name))}\n  namespace: {scalar(Quoted(release.namespace))}\n"
    return f"apiVersion: {version}\nkind: {kind}\n{metadata}"


def _refuse_too_large(size: int, file: str) -> None:
    if size > LARGEST:
        message = f"it would contain {size} bytes; the Kubernetes limit is 1 MiB."
        raise InvalidInput(Problem(field="", file=file, message=message, remedy="Use fewer or shorter values."))
