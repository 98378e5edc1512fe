"""The marks of a drawing in a Word document, by the prefixes that it is read by."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
WPG = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_NAMES = {"w": _W, "a": _A, "r": _R, "wps": WPS, "wpg": WPG, "wp": _WP, "mc": _MC}
# A drawing says what it needs by these prefixes, so they are kept.
for _prefix, _address in _NAMES.items():
    ET.register_namespace(_prefix, _address)


def begin(kind: str, needs: str, **attributes: str) -> tuple[ET.Element, ...]:
    """Begin a run with a drawing; return it and the place of the drawing."""
    run = ET.Element(name_of("w:r"))
    choice = add(add(run, "mc:AlternateContent"), "mc:Choice", {"Requires": needs})
    sides = dict.fromkeys(("distT", "distB", "distL", "distR"), "0")
    return run, add(add(choice, "w:drawing"), f"wp:{kind}", sides | attributes)


def name_of(short: str) -> str:
    """Return the full name of what is written short, such as w:r."""
    prefix, _, name = short.partition(":")
    return f"{{{_NAMES[prefix]}}}{name}"


def add(
    parent: ET.Element, name: str, attributes: Mapping[str, object] | None = None
) -> ET.Element:
    """Add an element to another, and return it."""
    made = ET.SubElement(parent, name_of(name))
    for key, value in (attributes or {}).items():
        if key == "xml:space":
            key = "{http://www.w3.org/XML/1998/namespace}space"
        made.set(name_of(key) if key.startswith("w:") else key, str(value))
    return made
