"""The studio's port: random, kept for the project, nobody else's choice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pybridge.caches import CACHE_VARIABLE
from pybridge.studio.web import ports
from pybridge.studio.web.ports import Bound, PortUnusable


class Opening(ExitStack):
    def bind(self, root: Path, port: int | None = None) -> Bound:
        bound = ports.bind(root, port)
        self.enter_context(bound.socket)
        return bound


@pytest.fixture
def opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opening]:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    with Opening() as stack:
        yield stack


def started(opening: Opening, root: Path) -> int:
    port = opening.bind(root).port
    opening.close()
    return port


def test_a_project_keeps_its_port_and_another_place_has_another(
    opening: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = started(opening, tmp_path)
    assert started(opening, tmp_path) == first
    others = {first}
    for number in range(3):
        monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / f"cache{number}"))  # another user
        others.add(started(opening, tmp_path))
    assert len(others) > 1, "the port follows from the path"


def test_only_loopback_is_listened_on(opening: Opening, tmp_path: Path) -> None:
    assert opening.bind(tmp_path).socket.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_is_named_and_stays_the_projects(opening: Opening, tmp_path: Path) -> None:
    own = opening.bind(tmp_path).port
    second = opening.bind(tmp_path)
    assert second.taken_port == own != second.port
    opening.close()
    assert started(opening, tmp_path) == own


@pytest.mark.parametrize("content", [b"", b"22", b"-1", b"99999999999", b"\xff", b"2e4", b"0"])
def test_a_damaged_note_of_the_port_is_replaced(
    opening: Opening, tmp_path: Path, content: bytes
) -> None:
    started(opening, tmp_path)
    [note] = (tmp_path / "cache" / "studio-ports").iterdir()
    note.write_bytes(content)
    bound = opening.bind(tmp_path)
    assert 20_000 <= bound.port < 30_000
    assert bound.taken_port is None
    assert int(note.read_text()) == bound.port


def test_a_port_that_was_asked_for_is_taken_or_an_error(opening: Opening, tmp_path: Path) -> None:
    port = opening.bind(tmp_path, 0).port
    with pytest.raises(PortUnusable, match=f"cannot listen on port {port}"):
        opening.bind(tmp_path, port)
    opening.close()
    assert opening.bind(tmp_path, port).port == port
