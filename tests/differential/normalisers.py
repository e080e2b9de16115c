"""The two normalisers side by side: Python's here, the client's in a process of Node."""

from __future__ import annotations

import html.entities
import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pybridge.html.normalise import Normalised, normalise
from pybridge.html.policy import html_policy
from pybridge.html.sanitise import behind_library, clean, sanitise_page

POLICY = html_policy()
_PROGRAM = Path(__file__).with_name("normalise.mjs")


class Client:
    """The client's normaliser."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Talk to a *process* of Node."""
        self._process = process
        self._send(html.entities.html5)

    def __call__(self, snippets: Sequence[str]) -> list[Any]:
        """Return for each snippet what `answer` returns of Python's outcome."""
        self._send(snippets)
        assert self._process.stdout is not None
        found = json.loads(self._process.stdout.readline())
        assert isinstance(found, list)
        return found

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(value)}\n")
        self._process.stdin.flush()


@contextmanager
def client() -> Iterator[Client]:
    """Start Node with the client's normaliser."""
    command = ["node", str(_PROGRAM)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8") as process:
        yield Client(process)
        assert process.stdin is not None
        process.stdin.close()


def answer(normalised: Normalised | None) -> list[Any] | None:
    """Return an outcome as the client reports it."""
    if normalised is None:
        return None
    return [
        normalised.html,
        normalised.is_exact,
        normalised.is_plain,
        list(normalised.left_out),
        list(normalised.frames),
    ]


def differences(snippets: Sequence[str], client: Client) -> list[tuple[str, str, Any, Any]]:
    """Return where the normalisers differ, or the outcome is not final: the snippet, the reason and both outcomes."""
    found = []
    for snippet, theirs in zip(snippets, client(snippets), strict=True):
        ours = normalise(snippet, POLICY, POLICY.bounds)
        problem = "two outcomes" if answer(ours) != theirs else _problem(snippet, ours)
        if problem:
            found.append((snippet, problem, ours, theirs))
    return found


def _problem(snippet: str, outcome: Normalised | None) -> str | None:
    """Return what is wrong with an outcome: it must be its own sanitised form, to nh3 as well; so must kept bytes."""
    if outcome is None:
        return None
    again = normalise(outcome.html, POLICY, POLICY.bounds)
    if again is None or not again.is_exact or again.html != outcome.html or again.left_out:
        return "not idempotent"
    if outcome.is_exact and clean(snippet, POLICY).html != snippet:
        return "own bytes changed by nh3"
    if outcome.is_exact and outcome.is_plain:
        library = behind_library(outcome, snippet, POLICY)
        return None if library == snippet else "plain, and changed by nh3"
    return "changed by nh3" if sanitise_page(outcome.html, POLICY) != outcome.html else None
