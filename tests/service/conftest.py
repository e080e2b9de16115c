"""A project on a real disk, and the service on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.project.discover import Project
from pybridge.service.service import Service

MACRO = "def render(context):\n    return {'text': 'x'}\n"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "blog"
    (root / "scripts").mkdir(parents=True)
    (root / "posts").mkdir()
    (root / "scripts" / "map.py").write_text(MACRO, "utf-8")
    (root / "posts" / "trip.md").write_text("---\ntitle: A trip\n---\n[[map]] [[map]]\n", "utf-8")
    return root


@pytest.fixture
def service(root: Path) -> Iterator[Service]:
    with Service(Project(root), watch=False) as service:
        yield service


Call = Callable[..., Any]


@pytest.fixture
def call(service: Service) -> Call:
    """Calls a method; returns its result, or error.v1. Both are held to the schema."""

    def call(method: str, **params: Any) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer: Any = service.handle(message)
        if "error" in answer:
            assert abi.validate("error", answer["error"]["data"]) == []
            return answer["error"]["data"]
        assert abi.validate(f"rpc/{method}/properties/result", answer["result"]) == []
        return answer["result"]

    return call
