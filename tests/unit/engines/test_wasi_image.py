"""The image that a WASI guest starts the engine from: made once, by the guest's own Python, and again when damaged."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Script
from pybridge.engines.wasi import guest_boot, guest_compiler
from pybridge.engines.wasi.engine import open_wasi
from pybridge.engines.wasi.image import GUEST_FOLDER, IMAGE, compiled, sources
from pybridge.engines.wasi.runtime import prepare
from pybridge.errors import BootFailed
from pybridge.wasi.cpython import find_wasm

LIMITS = Limits(item_s=5, run_s=5, compile_s=5, memory_mib=128)
OK = "def render(context):\n    return {'text': 'ok'}\n"


def text_of(engine: Any, name: str) -> str:
    call: dict[str, Any] = {
        "abi": 1,
        "macro": {"name": name},
        "params": {},
        "env": {"isPreview": False},
    }
    return str(engine.render_calls([call])[0]["result"]["text"])


def test_the_image_of_the_engine_is_made_again_when_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cache = tmp_path / "cache"
    module = prepare(find_wasm()).module
    monkeypatch.setenv("PYBRIDGE_CACHE", str(own_cache))
    (own_cache / "wasi").mkdir(parents=True, mode=0o700, exist_ok=True)
    for file in (module, module.with_name(module.name + ".sha256")):
        shutil.copy(file, own_cache / "wasi")
    said: list[str] = []
    image = prepare(find_wasm(), said.append).image_folder / "engine.bin"
    assert said == [], "it was compiled again"
    image.write_bytes(b"")
    with open_wasi(LIMITS) as running:
        running.load([Script("scripts/ok.py", OK)])
        assert text_of(running, "ok") == "ok"
    assert image.stat().st_size > 100_000


def test_an_engine_that_does_not_start_is_an_error() -> None:
    broken = {**sources(), "pybridge/macros/wire.py": b"raise RuntimeError('broken')"}
    with pytest.raises(BootFailed, match="does not compile the macro engine"):
        compiled(broken, prepare(find_wasm()).module)


def test_the_programs_in_the_guest_name_its_folder_as_the_host_does() -> None:
    assert f"{GUEST_FOLDER}/{IMAGE}" == guest_boot.IMAGE
    assert f"{GUEST_FOLDER}/" == guest_compiler.FOLDER


PATTERNS = """
import re
def render(context):
    kept = {key: pattern for key, pattern in re._cache.items()}
    re.purge()
    other = [key for key, pattern in kept.items() if re.compile(key[1], key[2]) != pattern]
    return {"text": f"{len(kept)} {other} {len(re._cache)}"}
"""


def test_patterns_come_compiled_and_are_what_re_would_make_of_them() -> None:
    with open_wasi(LIMITS) as running:
        running.load([Script("scripts/patterns.py", PATTERNS)])
        kept, *other, again = text_of(running, "patterns").split()
    assert other == ["[]"]
    assert int(kept) == int(again) > 50


def test_nothing_is_imported_from_the_image_once_the_engine_runs() -> None:
    code = "import sys; return {'text': ' '.join(type(each).__name__ for each in sys.meta_path)}"
    with open_wasi(LIMITS) as running:
        running.load([Script("scripts/finders.py", f"def render(context):\n    {code}\n")])
        finders = text_of(running, "finders")
    assert "EngineModules" not in finders
