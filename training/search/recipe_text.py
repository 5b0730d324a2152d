"""Write a recipe's table as TOML; the standard library only reads it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def to_toml(table: Mapping[str, Any]) -> str:
    """Return ``table`` (strings, numbers, truth values, lists, tables) as TOML text."""
    return "\n".join(_lines(table, ())).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[str]:
    """Give the plain values first: below a header they would belong to the last sub-table."""
    for key, value in table.items():
        if not _has_header(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if _has_header(value):
            name = (*place, key)
            header = ".".join(map(_key, name))
            for part in [value] if isinstance(value, Mapping) else value:
                yield f"\n[{header}]" if isinstance(value, Mapping) else f"\n[[{header}]]"
                yield from _lines(part, name)


def _has_header(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, Mapping)


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return repr(value)


def _text(text: str) -> str:
    """Return a basic string: JSON's escapes are TOML's, except that it leaves DEL as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
