"""JSON: MicroPython's, with `indent` and `sort_keys`."""

import ujson
from ujson import load, loads

JSONDecodeError = ValueError


def _written(value, indent, depth, separators, sort_keys):
    if not isinstance(value, (dict, list, tuple)) or not value:
        return ujson.dumps(value)
    comma, colon = separators
    if indent is None:
        before = after = ""
    else:
        before = "\n" + indent * (depth + 1)
        after = "\n" + indent * depth
        comma = comma.rstrip()
    if isinstance(value, dict):
        keys = sorted(value) if sort_keys else value
        parts = [
            ujson.dumps(key if isinstance(key, str) else ujson.dumps(key))
            + colon
            + _written(value[key], indent, depth + 1, separators, sort_keys)
            for key in keys
        ]
        return "{" + before + (comma + before).join(parts) + after + "}"
    parts = [_written(each, indent, depth + 1, separators, sort_keys) for each in value]
    return "[" + before + (comma + before).join(parts) + after + "]"


def dumps(value, indent=None, sort_keys=False, separators=None, ensure_ascii=True, default=None):
    if default is not None:
        raise NotImplementedError("json of MicroPython has no default")
    if indent is None and not sort_keys:
        return (
            ujson.dumps(value) if separators is None else ujson.dumps(value, separators=separators)
        )
    if isinstance(indent, int):
        indent = " " * indent
    return _written(value, indent, 0, separators or (", ", ": "), sort_keys)


def dump(value, stream, **named):
    stream.write(dumps(value, **named))
