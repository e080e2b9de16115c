"""The command line with the browser engine: the same bytes as everywhere, and nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
GOLDEN = (
    'A <div class="macro-youtube"><iframe src="https://www.youtube.com/embed/abc123?rel=0" '
    'title="YouTube video" frameborder="0" allow="accelerometer; autoplay; clipboard-write; '
    'encrypted-media; gyroscope; picture-in-picture" allowfullscreen></iframe></div> B'
)


def pybridge(
    *arguments: str, given: str = "", cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pybridge", *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, cwd=cwd, timeout=100
    )


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    copied = tmp_path / "blog"
    shutil.copytree(ROOT / "examples" / "blog", copied)
    return copied


@pytest.mark.parametrize("engine", ["browser", "native"])
def test_a_line_becomes_the_golden_output(engine: str) -> None:
    line = json.dumps({"text": 'A [[youtube id="abc123"]] B'}) + "\n"
    done = pybridge("render", "--jsonl", "--engine", engine, given=line)
    (printed,) = done.stdout.splitlines()
    assert json.loads(printed)["output"] == GOLDEN
    assert done.returncode == 0


def test_the_example_blog_renders_with_one_reported_failure(blog: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = pybridge(
        "render", str(blog), "--out", str(out), "--html", "--json", "--engine", "browser"
    )

    assert done.returncode == 1, done.stderr
    rendered: dict[str, Any] = json.loads(done.stdout)
    sources = sorted(path.relative_to(blog) for path in (blog / "posts").rglob("*.md"))
    assert len(rendered["documents"]) == len(sources) >= 30
    assert [
        path.is_file() for path in (out / source.with_suffix(".html") for source in sources)
    ] == [True] * len(sources)
    (error,) = [error for document in rendered["documents"] for error in document["errors"]]
    assert error["code"] == "exception"
    assert error["call"]["path"].endswith("the-broken-timetable.md")
    assert error["script"]["path"] == "scripts/timetable.py"


def test_without_the_broken_post_the_exit_code_is_zero(blog: Path, tmp_path: Path) -> None:
    (blog / "posts" / "2024" / "07" / "the-broken-timetable.md").unlink()
    done = pybridge(
        "render",
        str(blog),
        "--out",
        str(tmp_path / "out"),
        "--html",
        "--json",
        "--engine",
        "browser",
    )
    assert done.returncode == 0, done.stderr


def test_run_that_reaches_for_javascript_gets_capability(tmp_path: Path) -> None:
    script = tmp_path / "reach.py"
    script.write_text("print('before')\nimport js\njs.fetch('http://127.0.0.1:1/')\n", "utf-8")
    done = pybridge("run", str(script), "--engine", "browser", "--json")
    outcome = json.loads(done.stdout)
    assert done.returncode == 1
    assert (outcome["status"], outcome["code"], outcome["stdout"]) == (
        "error",
        "capability",
        "before\n",
    )


HALVES = {
    "html": ['<img src=x title="', '" onerror="document.title = `pwned`" x="'],
    "markdown": ['<img src=x title="', '" onerror="document.title = `pwned`" x="'],
    "text": [
        "<img src=x onerror='document.title = `pwned`'>",
        "<script>document.title = `pwned`</script>",
    ],
}


@pytest.mark.parametrize("key", HALVES)
def test_halves_do_not_join_in_the_finished_page(
    tmp_path: Path, browser: Browser, key: str
) -> None:
    project = tmp_path / "project"
    (project / "scripts").mkdir(parents=True)
    for name, half in zip(("first", "second"), HALVES[key], strict=True):
        source = f"def render(context):\n    return {{{key!r}: {half!r}}}\n"
        (project / "scripts" / f"{name}.py").write_text(source, "utf-8")
    (project / "page.md").write_text(
        "# Halves\n\nx [[first]][[second]] y\n\n[[first]]\n[[second]]\n", "utf-8"
    )

    done = pybridge(
        "render",
        str(project / "page.md"),
        "--html",
        "--out",
        str(tmp_path / "out"),
        "--engine",
        "browser",
    )
    assert done.returncode == 0, done.stderr

    # The page's own policy forbids scripts; without it the HTML must be harmless by itself.
    html = (tmp_path / "out" / "page.html").read_text("utf-8")
    bare = html.replace("Content-Security-Policy", "X-Nothing")
    assert bare != html
    context = browser.new_context()
    page = context.new_page()
    page.set_content(bare)
    page.wait_for_load_state("networkidle")
    assert page.title() != "pwned"
    handlers = "() => [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => a.name.startsWith('on'))).length"
    assert page.evaluate(handlers) == 0
    assert page.evaluate("() => document.scripts.length") == 0
    context.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_process_behind(tmp_path: Path, number: signal.Signals) -> None:
    script = tmp_path / "forever.py"
    script.write_text("print('started', flush=True)\nwhile True: pass\n", "utf-8")
    command = [sys.executable, "-m", "pybridge", "run", str(script), "--engine", "browser"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        started = descendants(process.pid)
        assert any("chrom" in name for name in started.values()), started
        os.kill(process.pid, number)
        process.wait(30)
    deadline = time.monotonic() + 10
    while still_there(started) and time.monotonic() < deadline:
        pass
    assert still_there(started) == {}


def descendants(root: int) -> dict[int, str]:
    """Names of all processes that come from *root*, by number; what Linux tells of them."""
    everyone = {number: facts for number in numbers() if (facts := status(number))}
    found: dict[int, str] = {}
    generation = {root}
    while generation:
        generation = {n for n, (_, parent, _) in everyone.items() if parent in generation}
        found |= {number: everyone[number][0] for number in generation}
    return found


def still_there(processes: dict[int, str]) -> dict[int, str]:
    alive = {number: facts for number in processes if (facts := status(number))}
    return {
        n: name for n, (name, _, state) in alive.items() if name == processes[n] and state != "Z"
    }


def numbers() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]


def status(number: int) -> tuple[str, int, str] | None:
    """Name, parent and state of a process; None when it is gone."""
    try:
        text = Path(f"/proc/{number}/stat").read_text("utf-8")
    except OSError:
        return None
    name, _, rest = text.rpartition(")")
    state, parent = rest.split()[:2]
    return name.partition("(")[2], int(parent), state
