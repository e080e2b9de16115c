"""Code without a sandbox: only where the host allows it, ended as a whole, with a warning in each answer."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pybridge.mcp.policies.effective import WallMissing, require_walls
from pybridge.mcp.policies.templates import TEMPLATES
from pybridge.mcp.runs.native import NativeRun
from pybridge.mcp.runs.request import CodeRun, RunLimits
from tests.unit.mcp.conftest import Assistant, connected
from tests.unit.mcp.test_stdio import Raw, gone, started

FORK = "import subprocess, sys, time\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\nprint(child.pid, flush=True)\n"


@pytest.fixture(scope="module")
def yolo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with connected(["--max", "yolo"], cwd=tmp_path_factory.mktemp("yolo")) as found:
        yield found


def run(yolo: Assistant, code: str, **arguments: Any) -> dict[str, Any]:
    return yolo.run(code, policy_id="yolo", **arguments)


def test_it_has_to_be_asked_for_and_warns(yolo: Assistant, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("here", "utf-8")
    code = f"open('{tmp_path}/outside').read()"
    assert yolo.run(code)["error"]["type"] == "FileNotFoundError"
    done = run(yolo, code)
    assert done["value"] == "here"
    assert any("without a sandbox" in note for note in done["notes"])
    assert done["policy"]["mode"] == "yolo"
    sandbox = yolo.call("python_sandbox", {"code": "1", "policy_id": "yolo"})
    assert sandbox.structured_content["execution_mode"] == "native"


def test_a_run_is_the_same_as_in_the_sandbox(yolo: Assistant) -> None:
    code = "import sys\nopen(OUTPUT_DIR + '/o.txt', 'w').write(open(INPUT_DIR + '/i.txt').read())\nprint(sys.stdin.read())\n[inputs, sys.argv[1:]]"
    done = run(yolo, code, files={"i.txt": "in"}, stdin="given", inputs={"a": 1}, args=["x"])
    assert (done["status"], done["stdout"], done["value"]) == ("ok", "given\n", [{"a": 1}, ["x"]])
    assert [each["name"] for each in done["artifacts"]] == ["o.txt"]
    assert run(yolo, "import sys\nsys.exit(3)")["exitCode"] == 3
    assert run(yolo, "x\n")["error"]["line"] == 1
    assert (
        run(yolo, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")["status"] == "failed"
    )


def test_keys_of_the_server_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "secret")
    result = NativeRun(CodeRun("import os\nsorted(os.environ)")).wait(30)
    assert "PATH" in result.value
    assert "API_KEY" not in result.value


@pytest.mark.parametrize("how", ["end", "timeout", "cancelled"])
def test_everything_that_it_started_ends_with_it(how: str) -> None:
    wait = "" if how == "end" else "time.sleep(600)"
    running = NativeRun(CodeRun(FORK + wait, limits=RunLimits(timeout_ms=8000)))
    if how == "cancelled":
        time.sleep(3)
        running.cancel()
    result = running.wait(60)
    assert result.status == {"end": "ok"}.get(how, how)
    assert gone({int(result.stdout.text)}) == set()


def test_everything_ends_with_a_killed_server(tmp_path: Path) -> None:
    with started("--max", "yolo") as raw:
        code = FORK.replace(
            "print(child.pid", f"open('{tmp_path}/pid', 'w').write(str(child.pid)); print(0"
        )
        call = {"name": "run_python", "arguments": {"code": f"{code}time.sleep(600)", "policy_id": "yolo"}}  # fmt: skip
        raw.request(1, "tools/call", call)
        pid = _written(tmp_path / "pid", raw)
        raw.process.send_signal(signal.SIGKILL)
        assert gone({pid}) == set()


def _written(path: Path, raw: Raw) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if path.exists() and (text := path.read_text("utf-8")):
            return int(text)
        time.sleep(0.05)
    raise AssertionError(raw.answer())


def test_limits_hold() -> None:
    limits = RunLimits(
        timeout_ms=20_000, memory_bytes=400 << 20, output_bytes=1000, files_bytes=10_000
    )
    result = NativeRun(CodeRun("x = 'x' * (1 << 30)", limits=limits)).wait(30)
    assert result.status == "memory"
    result = NativeRun(CodeRun("print('x' * 5000)", limits=limits)).wait(30)
    assert (len(result.stdout.content), result.stdout.is_cut) == (1000, True)
    result = NativeRun(CodeRun("open('big', 'w').write('x' * (1 << 20))", limits=limits)).wait(30)
    assert result.status in ("error", "failed", "limit")


@pytest.mark.parametrize(
    "change",
    [{"network": "blocked"}, {"network": "allowlist", "hosts": ["a.example"]}, {"files": "read"}, {"process": "blocked"},
     {"packages": "fixed"}],
)  # fmt: skip
def test_a_wall_that_is_missing_is_never_pretended(change: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({"policy": "yolo", **change}), "utf-8")
    with connected(["--max", "yolo", "--policy", str(path)], cwd=tmp_path) as assistant:
        with pytest.raises(Exception, match="no wall"):
            assistant.run("1", policy_id="yolo")
        assert assistant.run("1 + 1")["value"] == 2


def test_only_the_policies_of_the_sandbox_have_walls() -> None:
    for policy in TEMPLATES.values():
        require_walls(policy)
    for name in ("network", "files", "process", "packages"):
        with pytest.raises(WallMissing):
            require_walls(replace(TEMPLATES["yolo"], **{name: "blocked"}))  # type: ignore[arg-type]


def test_sessions_stay_in_the_sandbox(yolo: Assistant) -> None:
    with pytest.raises(Exception, match="sandbox only"):
        run(yolo, "1", session="s")
    with pytest.raises(Exception, match="network_allowlist"):
        yolo.call("python_sandbox", {"code": "1", "policy_id": "yolo", "network_allowlist": ["a"]})
