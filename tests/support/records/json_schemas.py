"""Looks whether a value is as a JSON Schema says, in the words that msgspec writes; a key beside it is a fault."""

from __future__ import annotations

from typing import Any

TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip
WORDS = {
    "$ref", "$defs", "$schema", "anyOf", "type", "title", "description", "default", "format",
    "properties", "required", "enum", "additionalProperties", "items", "prefixItems", "minItems", "maxItems",
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], defs: dict[str, Any], place: str = "$") -> list[str]:
    """Return the places where the value is otherwise."""
    assert set(schema) <= WORDS, f"{set(schema) - WORDS} at {place}: this file does not know these words"
    if "$ref" in schema:
        return faults(value, defs[schema["$ref"].rpartition("/")[2]], defs, place)
    if "anyOf" in schema:
        tried = [faults(value, one, defs, place) for one in schema["anyOf"]]
        return [] if [] in tried else [fault for one in tried for fault in one]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{place} is none of {schema['enum']}"]
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [f"{place} is no {kind}"]
    if isinstance(value, dict):
        return in_object(value, schema, defs, place)
    return in_list(value, schema, defs, place) if isinstance(value, list) else []


def in_list(value: list[Any], schema: dict[str, Any], defs: dict[str, Any], place: str) -> list[str]:
    """Look at a list: how long it is, and its items, the first of which may be told one by one."""
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return [f"{place} has {len(value)} items"]
    first, others = schema.get("prefixItems", []), schema.get("items") or {}
    kinds = [*first, *[others] * (len(value) - len(first))]
    told = enumerate(zip(value, kinds, strict=False))
    return [fault for n, (one, kind) in told for fault in faults(one, kind, defs, f"{place}[{n}]")]


def in_object(value: dict[str, Any], schema: dict[str, Any], defs: dict[str, Any], place: str) -> list[str]:
    """Look at the keys of an object, and at what stands under them."""
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    found = [f"{place}.{name} is missing" for name in schema.get("required", []) if name not in value]
    for name, inner in value.items():
        if name in known:
            found += faults(inner, known[name], defs, f"{place}.{name}")
        elif isinstance(others, dict):
            found += faults(inner, others, defs, f"{place}.{name}")
        else:
            found.append(f"{place}.{name} is not in the schema")
    return found
