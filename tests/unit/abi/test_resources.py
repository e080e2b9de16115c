from __future__ import annotations

from pathlib import Path

import pytest

from pybridge import resources


def test_a_checkout_has_its_data_beside_the_package() -> None:
    assert resources.checkout() == resources.root()
    assert (resources.schemas() / "call.v1.schema.json").is_file()
    assert (resources.web_worker() / "templates").is_dir()
    assert (resources.engine_sources() / "__init__.py").is_file()


def test_the_cache_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(resources.CACHE_VARIABLE, raising=False)
    assert resources.cache().name == "pybridge"
    monkeypatch.setenv(resources.CACHE_VARIABLE, str(tmp_path))
    assert resources.cache() == tmp_path
