"""Enter while a command runs: from a pipe, from a terminal, never from the background."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

PROGRAM = """
import signal, sys, time
from pybridge.cli.keyboard import on_enter
on_enter(lambda: print("new", flush=True))
print("ready", flush=True)
time.sleep(float(sys.argv[1]))
"""


def test_each_line_counts_and_the_end_is_no_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "2"],
        input="\nsome text\n\nno line",
        capture_output=True,
        text=True,
        check=True,
    )
    # Two threads write: a word may stand before the other one's line break.
    assert sorted(re.findall("new|ready", done.stdout)) == ["new", "new", "new", "ready"]
    assert done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="closes a file by its number")
def test_a_closed_input_is_left_alone() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" "$@" <&-', sys.executable, "-c", PROGRAM, "0.1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("ready\n", "")


SHELL = """
import fcntl, os, subprocess, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
running = subprocess.Popen([sys.executable, "-c", sys.argv[1], "1.5"], process_group=0)
line = sys.stdin.readline()
print(f"shell got {line.strip()}, status {running.wait()}", flush=True)
"""
"""Runs the command in the background of its terminal, and reads what is typed itself."""


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal of POSIX")
def test_in_the_background_of_a_terminal_it_neither_reads_nor_is_stopped() -> None:
    import pty

    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        [sys.executable, "-c", SHELL, PROGRAM],
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    os.close(theirs)
    assert shell.stdout is not None
    with shell.stdout as said:
        assert said.readline() == "ready\n"
        os.write(ours, b"mine\n")
        assert said.read() == "shell got mine, status 0\n"
    assert shell.wait() == 0
    os.close(ours)
