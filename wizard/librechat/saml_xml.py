"""Parses an identity provider's XML, which is hostile input: one safe parser, one canonical form, one set of accessors.

The canonical form is lxml's (libxml2). xml-crypto 6.1.2, which LibreChat uses, writes the same but for the contents of processing
instructions, which it takes for text, and for the rare documents that :func:`is_written_alike` knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

XMLDSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
COMMENTS: Final = "WithComments"
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a document that is read; a federation's whole metadata is larger, one provider's is not."""
_DEEPEST: Final = 200
_MOST_ELEMENTS: Final = 20_000
_MOST_DECLARED: Final = 500

Element = Any
"""An ``lxml.etree._Element``, which has no types of its own."""


class XmlFault(ValueError):
    """A document is not read. The text says why, in words for people."""


def parse_xml(data: bytes) -> Element:
    """Return the root of a document; ``XmlFault`` for what is none, for a DOCTYPE, and for what is too large or too deep."""
    if len(data) > LARGEST:
        raise XmlFault(f"it is larger than {LARGEST // 1024 // 1024} MiB")
    _look_at(data)
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise XmlFault("it is not well-formed XML") from None


def _look_at(data: bytes) -> None:
    """Read with expat what must not reach a parser that builds a tree: entities begin with a DOCTYPE."""
    from xml.parsers import expat

    depth = 0

    def refuse(*_: object) -> None:
        raise XmlFault("it has a DOCTYPE, which no identity provider sends")

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise XmlFault(f"its elements are nested more than {_DEEPEST} levels deep")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError:
        raise XmlFault("it is not well-formed XML") from None


def local_name(element: Element) -> str:
    """Return an element's name without namespace, as LibreChat compares it; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    """Return the child elements with a local name, whatever their namespace."""
    return [child for child in element if local_name(child) == name]


def descendants(element: Element, name: str, namespace: str) -> Iterator[Element]:
    """Yield the elements below, with a name of a namespace."""
    yield from element.iter(f"{{{namespace}}}{name}")


def text_of(element: Element) -> str | None:
    """Return an element's text as xml2js reads it: all of it joined, ``None`` if it is only whitespace."""
    parts = [element.text, *(child.tail for child in element)]
    whole = "".join(part for part in parts if part)
    return whole if whole.strip() else None


def canonical(element: Element, algorithm: str, prefixes: list[str]) -> bytes:
    """Return the canonical form of an element inside its document; ``prefixes``: of InclusiveNamespaces."""
    from lxml import etree

    exclusive = algorithm.startswith(EXCLUSIVE)
    written: bytes = etree.tostring(
        element,
        method="c14n",
        exclusive=exclusive,
        with_comments=algorithm.endswith(COMMENTS),
        inclusive_ns_prefixes=prefixes or None if exclusive else None,
        with_tail=False,
    )
    return written


def is_written_alike(element: Element, algorithm: str, prefixes: list[str]) -> bool:
    """Whether xml-crypto writes the canonical form as the standard does.

    It may not where a prefix is declared anew with another namespace, where an attribute with a prefix is called like one of
    InclusiveNamespaces, and, in the inclusive form, where there is a default namespace. No identity provider that is known to us
    writes such a document, nor one of thousands of namespaces or elements, which is not looked through.
    """
    from lxml import etree

    exclusive = algorithm.startswith(EXCLUSIVE)
    # Those in scope here; deeper down only what an element declares itself, or each would be looked at with every element.
    bound: dict[str | None, set[str | None]] = {prefix: {uri} for prefix, uri in element.nsmap.items()}
    if len(bound) > _MOST_DECLARED:
        return False
    for outer in element.iterancestors():
        for prefix, uri in outer.nsmap.items():
            if not exclusive or prefix in prefixes:
                bound.setdefault(prefix, set()).add(uri)
    elements = declared = 0
    for event, what in etree.iterwalk(element, events=("start", "start-ns")):
        if event == "start-ns":
            declared += 1
            bound.setdefault(what[0] or None, set()).add(what[1])
        else:
            elements += 1
            if any(name.startswith("{") and name.rpartition("}")[2] in prefixes for name in what.attrib):
                return False
        if elements > _MOST_ELEMENTS or declared > _MOST_DECLARED:
            return False
    if any(prefix is not None and len(uris) > 1 for prefix, uris in bound.items()):
        return False
    # A default namespace beside prefixes is written where it is used, or twice.
    return exclusive or None not in bound


def instructions_as_text(element: Element) -> None:
    """Put the contents of processing instructions in their place, as xml-crypto's canonical form does."""
    from lxml import etree

    for instruction in list(element.iter(etree.ProcessingInstruction)):
        _replace(instruction, instruction.text or "")


def remove(element: Element) -> None:
    """Take an element out and leave the text behind it."""
    _replace(element, "")


def _replace(element: Element, text: str) -> None:
    parent, before = element.getparent(), element.getprevious()
    text += element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(element)
