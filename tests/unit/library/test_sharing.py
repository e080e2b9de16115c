"""A runtime between threads, after a fork, and in an event loop."""

from __future__ import annotations

import asyncio
import os
import threading
import time
import traceback
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pybridge import AsyncRuntime, Limits, Runtime
from tests.unit.library.test_runtime import GREET

SCRIPTS = {
    "greet": GREET,
    "loop": "def render(context):\n    while True:\n        pass\n",
    "endless": "def main():\n    while True:\n        pass\n",
    "says": "def main():\n    print('now', flush=True)\n",
}
PATIENT = Limits(item_s=60, run_s=60)


@pytest.fixture(scope="module", params=["native", "wasi"])
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with Runtime(scripts=SCRIPTS, engine=request.param) as runtime:
        yield runtime


def test_threads_take_turns(runtime: Runtime) -> None:
    def work(thread: int) -> bool:
        names = [f"t{thread}x{number}" for number in range(20)]
        done = runtime.render_many(f"[[greet name={name}]]" for name in names)
        one = runtime.call("greet", {"name": thread}).html == f"<b>Hello, {thread}!</b>"
        return one and [each.output for each in done] == [f"<b>Hello, {n}!</b>" for n in names]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(16)))


def close(runtime: Runtime) -> bool:
    runtime.close()
    return True


def in_child(work: Callable[[], bool]) -> int:
    """Run *work* in a forked process; return its exit status."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = 0 if work() else 2
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_an_engine_of_its_own(runtime: Runtime) -> None:
    expected = runtime.render("[[greet name=A]]").output

    def work() -> bool:
        rendered = runtime.render("[[greet name=A]]").output
        runtime.close()
        return rendered == expected

    assert in_child(work) == 0
    assert in_child(lambda: close(runtime)) == 0
    assert runtime.render("[[greet name=A]]").output == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_while_another_thread_works_does_not_block_the_child() -> None:
    began, may_end = threading.Event(), threading.Event()

    def hold(stream: str, text: str) -> None:
        began.set()
        may_end.wait(60)

    with Runtime(scripts=SCRIPTS, engine="native", limits=PATIENT) as runtime:
        busy = threading.Thread(target=runtime.run, args=("says",), kwargs={"on_output": hold})
        busy.start()
        assert began.wait(60)
        status = in_child(lambda: runtime.render("[[greet name=A]]").ok)
        may_end.set()
        busy.join()
    assert status == 0


def test_coroutines_have_the_same_results() -> None:
    async def main() -> None:
        async with AsyncRuntime(scripts=SCRIPTS, engine="native") as runtime:
            await runtime.start()
            texts = [f"[[greet name=n{number}]]" for number in range(20)]
            done = await asyncio.gather(*map(runtime.render, texts))
            assert [each.output for each in done] == [f"<b>Hello, n{n}!</b>" for n in range(20)]
            assert (await runtime.call("greet", {"name": 1})).html == "<b>Hello, 1!</b>"
            assert (await runtime.check("x = (")).problems[0].code == "syntax"
            assert (await runtime.run("endless", timeout_s=0.2)).error is not None
            assert (await runtime.transform({"title": "T", "content": "c"})).ok
            assert "greet" in [script.slug for script in await runtime.scripts()]
            await runtime.reload()
            assert (await runtime.render(texts[0])).ok

    asyncio.run(main())


@pytest.mark.parametrize(
    ("engine", "name"),
    [("native", "render"), ("native", "call"), ("native", "run"), ("wasi", "render")],
)
def test_cancelling_ends_a_script_that_hangs(engine: str, name: str) -> None:
    async def main() -> float:
        async with AsyncRuntime(scripts=SCRIPTS, engine=engine, limits=PATIENT) as runtime:
            work: dict[str, Callable[[], Coroutine[object, object, object]]] = {
                "render": lambda: runtime.render("[[loop]]"),
                "call": lambda: runtime.call("loop"),
                "run": lambda: runtime.run("endless"),
            }
            await runtime.start()
            hanging = asyncio.ensure_future(work[name]())
            waiting = asyncio.ensure_future(runtime.render("[[loop]] [[loop]]"))
            await asyncio.sleep(0.4)
            started = time.monotonic()
            waiting.cancel()
            hanging.cancel()
            for task in (hanging, waiting):
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert (await runtime.render("[[greet name=A]]")).output == "<b>Hello, A!</b>"
            return time.monotonic() - started

    assert asyncio.run(main()) < 20  # each of them alone would take a minute


def test_a_timeout_of_asyncio_cancels() -> None:
    async def main() -> None:
        async with AsyncRuntime(scripts=SCRIPTS, engine="native", limits=PATIENT) as runtime:
            await runtime.start()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await runtime.render("[[loop]]")
            assert (await runtime.render("[[greet name=A]]")).ok

    asyncio.run(main())
