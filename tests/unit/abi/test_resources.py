from __future__ import annotations

from pybridge import resources


def test_a_checkout_has_its_data_beside_the_package() -> None:
    assert resources.checkout() == resources.root()
    assert (resources.schemas() / "call.v1.schema.json").is_file()
    assert (resources.web_worker() / "templates").is_dir()
    assert (resources.engine_sources() / "__init__.py").is_file()
