"""The same site of built-in macros through every engine, and through the JavaScript they replace."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pybridge import resources
from pybridge.bench import workload
from pybridge.bench.session import BenchSession, ask
from pybridge.bench.statistics import Samples
from pybridge.build.esbuild import node
from pybridge.engines import open_engine
from pybridge.engines.protocol import Engine, Script

_MEASURE = Path(__file__).parents[1] / "baselines" / "measure.mjs"


def measure_engines(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return microseconds per macro: each engine beside native CPython, the browser beside JavaScript."""
    posts = [workload.video_post(number) for number in range(session.site_posts)]
    scripts = _built_in()
    page = session.open("ours")
    ask(page, "start", [], _video_call(), {})
    taken: dict[str, list[float]] = {
        name: [] for name in ("browser", "wasi", "native", "javascript")
    }
    with open_engine("wasi") as wasi, open_engine("native") as native:
        for engine in (wasi, native):
            engine.load(scripts)
            engine.render_documents(posts[:50], {})
        for _ in range(max(2, turns // 5)):
            taken["browser"].append(ask(page, "site", posts)["ms"] * 1000)
            taken["wasi"].append(_us_per_macro(wasi, posts))
            taken["native"].append(_us_per_macro(native, posts))
            taken["javascript"].append(_javascript_us(posts))
    page.close()
    pairs = {
        "site_wasi_vs_native": ("wasi", "native"),
        "site_browser_vs_native": ("browser", "native"),
        "site_browser_vs_javascript": ("browser", "javascript"),
    }
    return {name: Samples(tuple(taken[a]), tuple(taken[b])) for name, (a, b) in pairs.items()}


def _built_in() -> list[Script]:
    paths = sorted(resources.default_scripts().glob("*.py"))
    return [Script(path.name, path.read_text("utf-8"), "default", True) for path in paths]


def _video_call() -> dict[str, Any]:
    macro = {"name": "youtube"}
    return {"abi": 1, "macro": macro, "params": {"id": "abc"}, "env": {"isPreview": False}}


def _us_per_macro(engine: Engine, posts: Sequence[dict[str, Any]]) -> float:
    started = time.perf_counter()
    rendered = engine.render_documents(posts, {})
    elapsed = time.perf_counter() - started
    if any(document["errors"] for document in rendered):
        raise AssertionError(f"the {engine.name} engine failed on the benchmark's own posts")
    return elapsed / sum(len(document["macros"]) for document in rendered) * 1e6


def _javascript_us(posts: Sequence[dict[str, Any]]) -> float:
    """Return the time of the JavaScript macros alone: in Node, without crossing or sanitising."""
    texts = json.dumps([post["text"] for post in posts])
    done = subprocess.run(
        [node(), str(_MEASURE)], input=texts, capture_output=True, text=True, check=True
    )
    milliseconds: float = json.loads(done.stdout)["ms"]
    return milliseconds / (len(posts) * workload.MACROS_PER_POST) * 1000
