"""A process reaches nothing outside its files, and changes nothing that other processes see."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pybridge.processes import Processes, run_folders
from pybridge.processes.cpython_start import SITE_PACKAGES, START, START_NAME
from pybridge.processes.runtimes import find, program_of

TRIES = f"""
import json, os
SITE = {SITE_PACKAGES!r}
FILE = SITE + '/{START_NAME}'
tries = {{
    'link out': lambda: os.link(FILE, '/home/user/x'),
    'link in': lambda: os.link('/home/user/given', SITE + '/x'),
    'rename out': lambda: os.rename(FILE, '/home/user/x'),
    'rename in': lambda: os.rename('/home/user/given', SITE + '/x'),
    'append': lambda: open(FILE, 'a'),
    'create': lambda: open(SITE + '/x', 'w'),
    'remove': lambda: os.remove(FILE),
    'folder': lambda: os.mkdir(SITE + '/d'),
    'symbolic link': lambda: os.symlink('x', SITE + '/l'),
    'times': lambda: os.utime(FILE, (1, 1)),
    'truncate': lambda: os.truncate(FILE, 0),
    'above': lambda: os.listdir(SITE + '/../../../../../../..'),
    'above the root': lambda: open('/../../etc/passwd'),
    'absolute link': lambda: os.symlink('/etc', '/home/user/l'),
    'link above': lambda: (os.symlink('../../..', '/home/user/l'), os.listdir('/home/user/l')),
    'host file': lambda: open('/etc/passwd'),
    'host process': lambda: open('/proc/self/environ'),
    'device': lambda: open('/dev/null'),
}}
done = []
for name, act in tries.items():
    try:
        act()
        done.append(name)
    except OSError:
        pass
print(json.dumps(done))
"""


@pytest.mark.parametrize("is_same_disk", [False, True])
def test_nothing_outside_its_files_is_reached(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_same_disk: bool
) -> None:
    if is_same_disk:  # as the cache, where links between both would be possible
        monkeypatch.setattr(run_folders, "_IN_MEMORY", tmp_path / "missing")
    done = processes.spawn(["python", "-c", TRIES], files={"/home/user/given": "x"}).wait()
    assert (json.loads(done.stdout), done.stderr, done.files) == ([], "", {})
    [folder] = program_of(find("cpython")).folders
    assert [path.read_text() for path in folder.host.iterdir()] == [START]
