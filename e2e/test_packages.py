"""Scripts in the browser import what those in the other sandboxes do, and get the same errors."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from pybridge.build.on_demand import built_folder
from pybridge.build.project_site import build_project
from pybridge.engines import open_engine
from pybridge.engines.protocol import Engine, Script
from pybridge.packages.script_packages import ScriptPackages
from tests.unit.engines.test_packages import CALL, CASES, PACKAGES, REFUSED, outcome, text_of

pytestmark = pytest.mark.browser


class OwnThread:
    """An engine in a thread of its own: Playwright serves one session a thread, and the other tests hold one in this."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread = thread
        self._engine = thread.submit(lambda: open_engine("browser", packages=PACKAGES)).result()

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            return self._thread.submit(getattr(self._engine, name), *arguments, **named).result()

        return call


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with ThreadPoolExecutor(1) as thread:
        opened = OwnThread(thread)
        try:
            yield cast("Engine", opened)
        finally:
            opened.close()


@pytest.mark.timeout(300)
def test_packages_are_imported_as_in_the_other_sandboxes(engine: Engine) -> None:
    found = {
        name: text_of(outcome(engine, f"ok_{name}", body)) for name, (body, _) in CASES.items()
    }
    assert found == {name: expected for name, (_, expected) in CASES.items()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_the_same_error(engine: Engine, name: str) -> None:
    body, message, hint = REFUSED[name]
    error = outcome(engine, f"no_{name}", body)["error"]
    assert error["code"] == "exception", error
    assert message in error["message"]
    assert hint in error.get("hint", "")


@pytest.mark.timeout(300)
def test_a_trust_domain_may_import_more(engine: Engine) -> None:
    body = (
        "def render(context):\n    import private\n    return {'text': private.secret_words.WORD}\n"
    )
    modules = ("private", "secret_words")
    engine.load(
        [
            Script("scripts/far.py", body, domain="far", packages=modules),
            Script("scripts/near.py", body),
            Script("scripts/other.py", body, domain="other"),
        ]
    )
    calls: list[dict[str, Any]] = [
        CALL | {"macro": {"name": each}} for each in ("far", "near", "other")
    ]
    far, near, other = engine.render_calls(calls)
    assert text_of(far) == "secret"
    for found in (near, other):
        assert "may not import private-things" in found["error"]["message"]


def test_packages_that_do_not_fit_are_left_out_of_a_built_folder(tmp_path: Path) -> None:
    def archive() -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as opened:
            opened.writestr(zipfile.ZipInfo("large.bin"), random.Random(1).randbytes(32 << 20))
        return buffer.getvalue()

    packages = ScriptPackages("large", archive, {"large": "large"}, ("large",), {"large": "1.0"})
    script = {"path": "scripts/x.py", "content": "def render(context): ...", "origin": "project"}
    done = build_project(built_folder(), tmp_path / "out", [script], packages=packages)
    [problem] = done.problems
    assert "the packages do not fit into the browser's snapshot" in problem["message"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["packages"] == []
    assert [each["path"] for each in manifest["scripts"]] == ["scripts/x.py"]
