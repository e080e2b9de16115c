"""Kill an installation at each of its steps, or at random moments; run in a process of its own."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pybridge.bundles.store.checking import is_intact
from pybridge.bundles.store.installing import install, uninstall
from pybridge.bundles.store.state import read_state
from pybridge.bundles.verification import Verified
from tests.unit.bundles.making import FILES, KEY, bundle, checked, trusting

VERSIONS = [
    checked(bundle({**FILES, "resources/v": each.encode() * 99}, version=each))
    for each in ("1.0.0", "2.0.0")
]


def old_and_new(root: Path) -> None:
    uninstall(root, "echo", None, forget=True)
    install(root, VERSIONS[0], trusting(KEY))


def in_a_child(work: Callable[[], object], end: Callable[[int], None]) -> bool:
    """Run *work* in a child that *end* may kill; return whether it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(3)
        os._exit(0)
    end(child)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), f"the child failed: {status}"
    return status == 0


def check(root: Path) -> str:
    """One of the two versions is installed, whole, and the state names it."""
    state = read_state(root / "echo")
    assert state is not None
    assert state.current is not None
    [current] = [each for each in VERSIONS if each.manifest.version == state.current]
    assert is_intact(root / "echo" / state.versions[state.current].folder, current), state
    return state.current


def complete(root: Path, bundle: Verified) -> None:
    """Another run completes the work, and leaves nothing of the first."""
    install(root, bundle, trusting(KEY))
    assert check(root) == "2.0.0"
    state = read_state(root / "echo")
    assert state is not None
    folders = {each.name for each in (root / "echo").iterdir()}
    named = {each.folder for each in state.versions.values()}
    assert folders == {"lock", "state.json", *named}, folders


def at_step(number: int) -> Callable[[str], None]:
    left = iter(range(number))

    def step(_: str) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def at_every_step(root: Path) -> None:
    """The former version holds up to one step, the new one from then on."""
    found: list[str] = []
    for number in range(1000):
        old_and_new(root)
        step = at_step(number)
        done = in_a_child(
            partial(install, root, VERSIONS[1], trusting(KEY), step=step), lambda _: None
        )
        found.append(check(root))
        complete(root, VERSIONS[1])
        if done:
            break
    assert found == sorted(found)
    assert set(found) == {"1.0.0", "2.0.0"}
    sys.stdout.write(f"{len(found)} steps\n")


def at_random(root: Path, turns: int) -> None:
    choice = random.Random(0)

    def end(child: int) -> None:
        time.sleep(choice.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)

    for _ in range(turns):
        old_and_new(root)
        in_a_child(lambda: install(root, VERSIONS[1], trusting(KEY)), end)
        check(root)
        complete(root, VERSIONS[1])
        in_a_child(lambda: uninstall(root, "echo", None), end)
        state = read_state(root / "echo")
        assert state is not None
        assert state.newest == "2.0.0"
        if state.current is not None:
            check(root)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    install(place, VERSIONS[0], trusting(KEY))
    at_every_step(place)
    at_random(place, int(sys.argv[2]))
