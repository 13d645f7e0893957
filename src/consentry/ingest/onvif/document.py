"""XML from strangers: parsed without document types, so that no entity can expand or fetch."""

import xml.parsers.expat as expat_parser
from xml.etree.ElementTree import Element, TreeBuilder

from consentry.model.errors import InputError

MAX_BYTES = 1 << 20


def parse(data: bytes) -> Element:
    """Parse a document; names lose their namespaces (makers mix them up).

    Raises InputError when it is not XML, larger than 1 MB, or declares a document type.
    """
    if len(data) > MAX_BYTES:
        message = "The device's answer is too large."
        raise InputError(message)
    builder = TreeBuilder()
    parser = expat_parser.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: builder.start(_local(name), attributes)
    parser.EndElementHandler = lambda name: builder.end(_local(name))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
        return builder.close()
    except (expat_parser.ExpatError, AssertionError) as error:
        message = "The device's answer is not XML."
        raise InputError(message) from error


def _refuse(*_: object) -> None:
    message = "The device's answer declares a document type, which SOAP forbids."
    raise InputError(message)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def first(element: Element, name: str) -> Element | None:
    """Return the first descendant called ``name``, whatever its namespace."""
    return next(element.iter(name), None)


def text(element: Element | None, name: str) -> str:
    """Return the text of the first descendant called ``name``; empty when there is none."""
    found = first(element, name) if element is not None else None
    return (found.text or "").strip() if found is not None else ""
