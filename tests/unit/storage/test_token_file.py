"""A token is read from an ordinary file that nobody but its owner may read, and from nothing else."""

from __future__ import annotations

import os
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.storage.token_file import token_in

TOKEN = "aB3._~+/=-" * 3
HINT = "make another"
CHARACTERS = string.ascii_letters + string.digits + "._~+/=-"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n", "ascii")
    file.chmod(0o600)
    return file


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
@pytest.mark.parametrize("mode", [0o600 | bit for bit in (0o40, 0o20, 0o10, 0o4, 0o2, 0o1)])
def test_a_file_of_others_is_refused_whatever_they_may_do(path: Path, mode: int) -> None:
    assert token_in(path, HINT) == TOKEN
    path.chmod(mode)
    with pytest.raises(UsageError, match="other users can read the token – chmod 600"):
        token_in(path, HINT)


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_mode_is_that_of_the_file_which_a_link_leads_to(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    assert token_in(link, HINT) == TOKEN
    path.chmod(0o644)
    with pytest.raises(UsageError, match="other users"):
        token_in(link, HINT)


def test_what_is_not_a_file_is_refused_at_once(path: Path) -> None:
    pipe = path.with_name("pipe")
    os.mkfifo(pipe, 0o600)
    for other in (path.parent, pipe, path.with_name("nothing"), Path(os.devnull)):
        with pytest.raises(DocumentUnreadable):
            token_in(other, HINT)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(CHARACTERS, max_size=600) | st.text(max_size=40) | st.binary(max_size=40))
def test_only_letters_digits_and_a_few_signs_are_a_token(path: Path, text: str | bytes) -> None:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    path.write_bytes(raw)
    stripped = raw.decode("utf-8", "replace").strip()
    is_token = 16 <= len(stripped) <= 512 and not set(stripped) - {*CHARACTERS}
    if is_token:
        assert token_in(path, HINT) == stripped
    else:
        with pytest.raises(UsageError, match=f"holds no token.* – {HINT}"):
            token_in(path, HINT)
