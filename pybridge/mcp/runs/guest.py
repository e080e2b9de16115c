"""The program around the code of a run, inside the sandbox: standard library only; the host reads it as text.

`guest.py once REQUEST OUTCOME` reads the one file and writes the other. `guest.py session MARK` runs the requests on its standard input, one JSON
document per line, in one namespace; after each it writes a line with the mark and the outcome to its standard output, and the mark to
its standard error. Nothing that it writes is trusted by the host: the code can change all of it, for its own run.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import linecache
import os
import sys
import traceback
import types
from typing import Any

MOST_VALUES = 200_000
MOST_DEPTH = 64
MOST_TEXT = 16_384

_NO_JSON = '{"error": {"type": "ValueError", "message": "the outcome is not JSON", "line": null, "traceback": ""}}'
_dumps, _loads, _open = json.dumps, json.loads, open


class _TooMuch(Exception):
    """A value has more parts than are passed on."""


class _Values:
    """Turns values of the code into JSON values, at every depth."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def of(self, value: Any, depth: int = 0, above: tuple[int, ...] = ()) -> Any:
        self._left -= 1
        if self._left < 0:
            raise _TooMuch
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if value.bit_length() < 4096 else described(value)
        if kind is float:
            return value if value - value == 0 else described(value)
        if kind is str:
            return value if _is_text(value) else described(value)
        if kind in (bytes, bytearray):
            data = base64.b64encode(value).decode("ascii")
            return {"type": "bytes", "encoding": "base64", "data": data}
        is_new = depth < MOST_DEPTH and id(value) not in above
        if kind in (list, tuple) and is_new:
            return [self.of(each, depth + 1, (*above, id(value))) for each in value]
        if kind is dict and is_new and all(type(key) is str and _is_text(key) for key in value):
            inner = (*above, id(value))
            return {key: self.of(each, depth + 1, inner) for key, each in value.items()}
        return described(value)


def described(value: Any) -> dict[str, str]:
    """Return the type and the representation of a value that JSON does not have."""
    name = str(getattr(type(value), "__name__", "object"))
    if type(value) is int:
        return {"type": name, "repr": hex(value)[:MOST_TEXT]}
    try:
        text = str(repr(value))
    except BaseException as error:  # its own code fails
        text = f"<{name}: its repr raised {type(error).__name__}>"
    return {"type": name, "repr": _shown(text[:MOST_TEXT])}


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _cut(text: str) -> str:
    if len(text) <= MOST_TEXT:
        return text
    half = MOST_TEXT // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


class _Code:
    """The namespace of a run or of a session."""

    def __init__(self, name: str) -> None:
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.names = module.__dict__
        self.file = name

    def run(self, source: str) -> dict[str, Any]:
        """Run *source* and return its outcome."""
        lines = source.splitlines(keepends=True)
        linecache.cache[self.file] = (len(source), None, lines, self.file)
        before = self.names.get("result", self)
        try:
            value = self._evaluated(source)
        except SystemExit as error:
            return self._exited(error)
        except BaseException as error:  # whatever the code raises is its outcome
            return {"error": self._error(error)}
        result = self.names.get("result", self)
        return _with_value(value if result is before or result is self else result)

    def _evaluated(self, source: str) -> Any:
        """Run it all; return the value of the last statement, if that is an expression."""
        tree = ast.parse(source, self.file)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        exec(compile(tree, self.file, "exec", dont_inherit=True), self.names)
        if not isinstance(last, ast.Expr):
            return None
        expression = ast.Expression(last.value)
        return eval(compile(expression, self.file, "eval", dont_inherit=True), self.names)

    def _exited(self, error: SystemExit) -> dict[str, Any]:
        code = error.code
        if code is None or type(code) is int:
            return {"exitCode": (code or 0) & 0xFF}
        print(code, file=sys.stderr)
        return {"exitCode": 1}

    def _error(self, error: BaseException) -> dict[str, Any]:
        found = traceback.TracebackException(type(error), error, error.__traceback__)
        while found.stack and found.stack[0].filename != self.file:
            del found.stack[0]
        line = next(
            (each.lineno for each in reversed(found.stack) if each.filename == self.file), None
        )
        if isinstance(error, SyntaxError) and error.filename == self.file:
            line, message = error.lineno, str(error.msg)
        else:
            message = _text_of(error)
        return {
            "type": _shown(str(type(error).__name__))[:200],
            "message": _cut(_shown(message)),
            "line": line,
            "traceback": _cut(_shown("".join(found.format()))),
        }


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException as failure:  # its own code fails
        return f"<its text raised {type(failure).__name__}>"


def _with_value(value: Any) -> dict[str, Any]:
    try:
        return {"value": _Values().of(value)}
    except (_TooMuch, RecursionError, MemoryError):
        return {"value": {"type": type(value).__name__, "repr": "<too many values>"}}


def _flushed() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # closed, or replaced by something else
            continue


def _text(outcome: dict[str, Any]) -> str:
    try:
        return _dumps(outcome, allow_nan=False)
    except BaseException:  # the code changed what this program needs
        return _NO_JSON


def once(place: str, outcome_place: str) -> int:
    """Run the request in a file and write the outcome to another; return the exit code."""
    with _open(place, encoding="utf-8") as file:
        request = _loads(file.read())
    for folder in request["folders"]:
        os.makedirs(folder, exist_ok=True)
    sys.argv = ["main.py", *request["args"]]
    sys.path[0:1] = [request["names"]["WORKSPACE"], *request["paths"]]
    code = _Code("main.py")
    code.names.update(request["names"])
    outcome = code.run(request["code"])
    _flushed()
    with _open(outcome_place, "w", encoding="utf-8") as file:
        file.write(_text(outcome))
    return int(outcome.get("exitCode", 1 if "error" in outcome else 0))


def session(mark: str) -> int:
    """Run requests until the input ends."""
    code = _Code("")
    requests = sys.stdin.buffer
    sys.stdin = io.StringIO()
    out, err = sys.stdout, sys.stderr
    sys.argv = ["main.py"]
    for line in iter(requests.readline, b""):
        request = _loads(line)
        for path, data in request["files"].items():
            _put(path, data)
        for folder in request["folders"]:
            os.makedirs(folder, exist_ok=True)
        sys.argv[1:] = request["args"]
        sys.path[0] = request["names"]["WORKSPACE"]
        code.names.update(request["names"])
        code.file = request["file"]
        before = _seen(request["kept"])
        outcome = code.run(request["code"])
        outcome["files"] = _new_files(request["kept"], before, request["filesBytes"])
        sys.stdout, sys.stderr = out, err
        _flushed()
        os.write(2, f"{mark}\n".encode())
        _write_all(1, f"{mark}{_text(outcome)}\n".encode())
    return 0


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left[:65536]) :]


def _put(path: str, data: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with _open(path, "wb") as file:
        file.write(base64.b64decode(data))


def _files_in(folders: list[str]) -> list[str]:
    return [
        os.path.join(place, name)
        for folder in folders
        for place, _, names in os.walk(folder)
        for name in sorted(names)
    ]


def _seen(folders: list[str]) -> dict[str, tuple[int, int]]:
    found = {}
    for path in _files_in(folders):
        status = os.lstat(path)
        found[path] = (status.st_size, status.st_mtime_ns)
    return found


def _new_files(folders: list[str], before: dict[str, tuple[int, int]], left: int) -> dict[str, str]:
    """Return the files that are new or were written, as far as they fit."""
    found: dict[str, str] = {}
    try:
        after = _seen(folders)
    except BaseException:  # the code changed what this program needs
        return found
    for path, status in after.items():
        left -= status[0]
        if left >= 0 and before.get(path) != status and not os.path.islink(path):
            with _open(path, "rb") as file:
                found[path] = base64.b64encode(file.read()).decode("ascii")
    return found


if __name__ == "__main__":
    sys.exit(once(*sys.argv[2:]) if sys.argv[1] == "once" else session(sys.argv[2]))
