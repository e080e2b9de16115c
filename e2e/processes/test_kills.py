"""Time, cancelling and output: a worker is ended from outside, what the process did until then is kept."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from e2e.processes.browsers import IN_BROWSERS
from e2e.processes.conftest import SLOWER, ProcessPage

pytestmark = IN_BROWSERS

LOOP = "\nwhile True: pass"
MADE = {
    "closed": "with open('a', 'w') as f: f.write('made')",
    "open": "f = open('a', 'w'); f.write('made'); f.flush()",
    "renamed": "open('b', 'w').write('made')\nimport os; os.rename('b', 'a')",
    "moved-folder": "import os; os.mkdir('x'); open('x/f', 'w').write('made')\nos.rename('x', 'y')",
    "truncated": "f = open('a', 'w'); f.write('made more'); f.flush(); f.truncate(4)",
    "linked": "import os; open('/tmp/b', 'w').write('made'); os.link('/tmp/b', 'a'); os.remove('/tmp/b')",
    "written-in-small-pieces": (
        "import os; d = os.open('a', os.O_WRONLY | os.O_CREAT)\nfor c in b'made': os.write(d, bytes([c]))"
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_files_that_were_made_before_the_time_is_up_are_kept(
    processes: ProcessPage, name: str
) -> None:
    done = processes.python(MADE[name] + LOOP, limits={"timeoutMs": 3000 * SLOWER})
    path = "/home/user/y/f" if name == "moved-folder" else "/home/user/a"
    assert (done["exitCode"], done["errorClass"]) == (124, "timeout")
    assert done["message"] == f"took longer than {3 * SLOWER} s"
    assert done["files"] == {path: "made"}


def test_what_was_removed_before_the_time_is_up_is_gone(processes: ProcessPage) -> None:
    code = f"import os; os.remove('given'){LOOP}"
    done = processes.python(
        code, files={"/home/user/given": "x"}, limits={"timeoutMs": 2500 * SLOWER}
    )
    assert done["files"] == {"/home/user/given": None}


@pytest.mark.parametrize(
    "wait",
    [
        "while True: pass",
        "import time; time.sleep(1000)",
        "import select; select.select([], [], [], 1e6)",
    ],
    ids=["busy", "asleep", "select"],
)
def test_output_that_was_written_before_the_time_is_up_is_kept(
    processes: ProcessPage, wait: str
) -> None:
    code = (
        f"import sys\nprint('out', flush=True)\nprint('err', file=sys.stderr, flush=True)\n{wait}"
    )
    started = time.monotonic()
    done = processes.python(code, limits={"timeoutMs": 2000 * SLOWER})
    assert (done["exitCode"], done["stdout"], done["stderr"]) == (124, "out\n", "err\n")
    assert time.monotonic() - started < 10 * SLOWER
    assert processes.python("print(1)")["stdout"] == "1\n"


def test_a_cancelled_process_keeps_what_it_wrote_and_leaves_no_worker(fresh: ProcessPage) -> None:
    fresh.do("start", spares=1)
    fresh.page.evaluate(
        """() => {
            globalThis.pieces = "";
            globalThis.pybridgePiece = (id, stream, base64) => { globalThis.pieces += atob(base64); };
            globalThis.ended = pybridgeProcess("run", JSON.stringify({
                id: 1,
                invocation: { argv: ["python", "-c", "print('here', flush=True)\\nwhile True: pass"] },
            }));
        }"""
    )
    fresh.page.wait_for_function("() => globalThis.pieces === 'here\\n'")
    fresh.do("cancel", id=1)
    done = json.loads(fresh.page.evaluate("() => globalThis.ended"))["value"]
    assert (done["exitCode"], done["errorClass"], done["stdout"]) == (125, "cancelled", "here\n")
    assert fresh.python("print(1)")["stdout"] == "1\n"
    fresh.page.wait_for_function(
        "() => pybridgeProcess('workers', '{}').then((text) => JSON.parse(text).value === 2)"
    )


def test_many_processes_at_once_have_each_its_own_outcome(processes: ProcessPage) -> None:
    text = processes.page.evaluate(
        """async () => {
            const run = (number) => pybridgeProcess("run", JSON.stringify({
                id: 1000 + number,
                invocation: {
                    argv: ["python", "-c", "import sys; print(sys.argv[1]); open('f', 'w').write(sys.argv[1])", `${number}`],
                },
            }));
            return JSON.stringify(await Promise.all([...Array(6).keys()].map(run)));
        }"""
    )
    found = [json.loads(each)["value"] for each in json.loads(text)]
    assert [(each["stdout"], each["files"]) for each in found] == [
        (f"{number}\n", {"/home/user/f": f"{number}"}) for number in range(6)
    ]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_is_cut_at_its_limit_and_the_process_goes_on(
    processes: ProcessPage, stream: str
) -> None:
    code = f"import sys\nfor n in range(3000): sys.{stream}.write('ü' * 100)\nopen('done', 'w').close()"
    limits = {f"{stream}Bytes": 101}
    done = processes.python(code, limits=limits)
    other = "stderr" if stream == "stdout" else "stdout"
    assert done["truncated"] == {stream: True, other: False}
    assert (done["exitCode"], done[stream], done["files"]) == (0, "ü" * 50, {"/home/user/done": ""})
    assert f"{stream}Base64" in done


def test_a_flood_of_small_writes_arrives_whole(processes: ProcessPage) -> None:
    code = "import os\nfor n in range(300_000): os.write(1, b'x')"
    done = processes.python(code, limits={"stdoutBytes": 250_000, "timeoutMs": 110_000})
    assert (done["exitCode"], done["stdout"]) == (0, "x" * 250_000)
    assert done["truncated"] == {"stdout": True, "stderr": False}


def test_what_a_program_wrote_in_many_pieces_before_it_hangs_is_kept(
    processes: ProcessPage,
) -> None:
    code = "import os\nfor n in range(3000): os.write(1, b'x')\nwhile True: pass"
    done = processes.python(code, limits={"timeoutMs": 6000 * SLOWER})
    assert (done["exitCode"], done["stdout"]) == (124, "x" * 3000)


def test_a_disposed_host_ends_its_processes(fresh: ProcessPage) -> None:
    fresh.do("start")
    text = fresh.page.evaluate(
        """async () => {
            const run = pybridgeProcess("run", JSON.stringify({
                id: 1, invocation: { argv: ["python", "-c", "while True: pass"] },
            }));
            setTimeout(() => pybridgeProcess("dispose", "{}"), 1000);
            return run;
        }"""
    )
    assert json.loads(text)["value"]["exitCode"] == 125
    assert fresh.page.evaluate("() => document.querySelectorAll('iframe').length") == 0


def test_a_process_with_many_changes_of_its_files_is_not_slowed_by_them(
    processes: ProcessPage,
) -> None:
    code = "for n in range(5000): open(f'/tmp/{n}', 'w').write('x')"
    done: dict[str, Any] = processes.python(code)
    assert (done["exitCode"], len(done["files"])) == (0, 5000)
