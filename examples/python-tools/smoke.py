"""Start the worker of an installed bundle, as a host does, and run its presets: `python smoke.py FOLDER`.

A preset is a call of a tool, and stands in presets/. Needs nothing but Python.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

PROTOCOL = "2025-11-25"


def this_platform() -> str:
    """Return the name that bundles have for this machine."""
    system = {"Darwin": "macos", "Windows": "windows"}.get(platform.system(), "linux")
    machine = {"AMD64": "x86_64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return "macos_universal" if system == "macos" else f"{system}_{machine}"


class Worker:
    """A worker that speaks MCP: one JSON document in each line."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests, self._answers, self._last = requests, answers, 0

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request; return its result."""
        self._last += 1
        self.send({"id": self._last, "method": method, "params": params})
        for line in self._answers:
            answer = json.loads(line)
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
        raise SystemExit("the worker ended")

    def send(self, message: dict[str, Any]) -> None:
        """Send a message that has no answer, or whose answer is read by `call`."""
        self._requests.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self._requests.flush()


def main(folder: Path) -> None:
    """Run all presets; end with a message at the first that fails."""
    plugin = json.loads((folder / "plugin.json").read_text("utf-8"))
    [described] = plugin["workers"]
    program = folder / described["entrypoint"][this_platform()]
    command = [str(program), *described["args"]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        worker = Worker(process.stdin, process.stdout)
        client = {"name": "smoke", "version": "1"}
        begun = worker.call("initialize", {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": client})  # fmt: skip
        worker.send({"method": "notifications/initialized"})
        sys.stdout.write(f"{plugin['id']} {plugin['version']}: {begun['serverInfo']['name']}\n")
        for path in sorted((folder / "presets").glob("*.json")):
            preset = json.loads(path.read_text("utf-8"))
            result = worker.call("tools/call", {"name": preset["tool"], "arguments": preset["arguments"]})  # fmt: skip
            text = "\n".join(part.get("text", "") for part in result["content"]).strip()
            if result.get("isError"):
                raise SystemExit(f"{path.stem}: {text}")
            sys.stdout.write(f"{path.stem}: {text}\n")
        process.stdin.close()
    if process.returncode != 0:
        raise SystemExit(f"the worker ended with {process.returncode}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
