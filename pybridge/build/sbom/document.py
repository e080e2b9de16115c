"""Components, and the CycloneDX document of one that uses others; the same bytes every time."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pybridge

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Component:
    """A piece of software, and what it uses."""

    name: str
    version: str
    """Empty when it does not say."""
    licence: str
    """An SPDX expression."""
    purl: str
    """Its package URL; also its reference in the document."""
    kind: Literal["library", "platform"] = "library"
    cpe: str = ""
    """How vulnerability databases name it, where the package URL is not enough."""
    hashes: tuple[tuple[str, str], ...] = ()
    """Pairs of an algorithm, as `SHA-256`, and hexadecimal digits."""
    is_optional: bool = False
    requirement: str = ""
    """Versions that are accepted, where the version is only the one that was tested."""
    uses: tuple[Component, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as the document has it."""
        value: dict[str, Any] = {"type": self.kind, "bom-ref": self.purl, "name": self.name}
        value |= {"version": self.version} if self.version else {}
        value |= {"scope": "optional" if self.is_optional else "required"}
        if self.hashes:
            value["hashes"] = [{"alg": name, "content": digits} for name, digits in self.hashes]
        value["licenses"] = [{"expression": self.licence}]
        value |= {"cpe": self.cpe} if self.cpe else {}
        value["purl"] = self.purl
        if self.requirement:
            value["properties"] = [{"name": "pybridge:requirement", "value": self.requirement}]
        return value


def document(root: Component, note: str = "") -> str:
    """Return the text of the document about *root* and everything it uses, with a *note* at its head.

    It has no time in it, and its serial number follows from its content.
    """
    found = {each.purl: each for each in _below(root)}
    parts = [found[purl] for purl in sorted(found) if purl != root.purl]
    about = {name: value for name, value in root.to_json().items() if name != "scope"}
    noted = {"properties": [{"name": "pybridge:source", "value": note}]} if note else {}
    content = {
        "metadata": {**noted, "component": about, "tools": {"components": [_tool()]}},
        "components": [each.to_json() for each in parts],
        "dependencies": [_dependencies(each) for each in (root, *parts)],
    }
    return _text(content)


def extended(text: str, more: Iterable[Component]) -> str:
    """Return the document *text* after its root has come to use *more*."""
    content = json.loads(text)
    known = {each["bom-ref"] for each in content["components"]}
    used = list(more)
    found = {each.purl: each for part in used for each in _below(part)}
    new = [each for purl, each in found.items() if purl not in known]
    content["components"] += [each.to_json() for each in new]
    content["components"].sort(key=lambda each: str(each["bom-ref"]))
    root, *others = content["dependencies"]
    root["dependsOn"] = sorted({*root["dependsOn"], *(each.purl for each in used)})
    others += [_dependencies(each) for each in new]
    content["dependencies"] = [root, *sorted(others, key=lambda each: str(each["ref"]))]
    return _text({name: content[name] for name in ("metadata", "components", "dependencies")})


def _below(component: Component) -> Iterable[Component]:
    yield component
    for each in component.uses:
        yield from _below(each)


def _dependencies(component: Component) -> Json:
    return {"ref": component.purl, "dependsOn": sorted(each.purl for each in component.uses)}


def _tool() -> Json:
    return {"type": "application", "name": "pybridge build", "version": pybridge.__version__}


def _text(content: Json) -> str:
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    value = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        **content,
    }
    return json.dumps(value, indent=1) + "\n"
