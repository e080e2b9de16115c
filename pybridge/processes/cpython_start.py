"""How CPython on WASI gets a working folder, which WASI itself does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pybridge.processes.guest_paths import joined

SITE_PACKAGES = "/usr/local/lib/python3.12/site-packages"
START_NAME = "working_folder.pth"
START = (
    "import os, sys; os.chdir(os.environ['PWD']); "
    "sys.argv[0] = os.environ.pop('PYBRIDGE_ARGV0', sys.argv[0])\n"
)
"""The text of a file in that folder, which `site` runs before the program, with -I and -E, too. With -S it is not run."""


def with_absolute_script(argv: Sequence[str], cwd: str) -> tuple[Sequence[str], Mapping[str, str]]:
    """Return the arguments with an absolute path of the script, and the variable by which `START` restores `sys.argv`.

    CPython opens the script by a path that it makes absolute before `START` is run.
    """
    place = _script_place(argv)
    if place is None or argv[place].startswith("/"):
        return argv, {}
    changed = [*argv[:place], joined(cwd, argv[place]), *argv[place + 1 :]]
    return changed, {"PYBRIDGE_ARGV0": argv[place]}


def _script_place(argv: Sequence[str]) -> int | None:
    """Return where the script is among CPython's arguments; None without one."""
    place = 1
    while place < len(argv):
        argument = argv[place]
        if argument == "-":
            return None
        if not argument.startswith("-"):
            return place
        if argument == "--check-hash-based-pycs":
            place += 1
        elif not argument.startswith("--"):
            for number, letter in enumerate(argument[1:], start=2):
                if letter in "cm":
                    return None
                if letter in "WX":
                    place += number == len(argument)  # its value is the next argument
                    break
        place += 1
    return None
