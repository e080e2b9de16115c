"""Code under the policy secure reaches nothing of the machine, whatever it tries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.mcp.conftest import connected

ATTEMPTS = {
    "socket": "import socket; socket.create_connection(('127.0.0.1', 1), 1)",
    "bind": "import socket; socket.socket().bind(('127.0.0.1', 0))",
    "dns": "import socket; socket.getaddrinfo('localhost', 80)",
    "url": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:1/')",
    "system": "import os; os.system('true') and 1/0",
    "popen": "import subprocess; subprocess.run(['true'])",
    "fork": "import os; os.fork()",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "kill": "import os, signal; os.kill(1, 0)",
    "thread": "import threading; threading.Thread(target=print).start()",
    "ctypes": "import ctypes; ctypes.CDLL(None)",
    "passwd": "open('/etc/passwd').read()",
    "proc": "open('/proc/self/environ').read()",
    "up": "open('/workspace/' + '../' * 40 + 'etc/passwd').read()",
    "home": "open({home!r}).read()",
    "secret": "open({secret!r}).read()",
    "link": "open({link!r}).read()",
    "new link": "import os; os.symlink({secret!r}, '/tmp/l'); open('/tmp/l').read()",
    "relative link": "import os; os.symlink('../' * 40 + {secret!r}[1:], {folder!r} + '/l'); open({folder!r} + '/l').read()",
    "hard link": "import os; os.link({secret!r}, '/tmp/h'); open('/tmp/h').read()",
    "modules": "import sys; sys.modules['os'].listdir({parent!r}).index('secret')",
    "subclasses": "[c for c in object.__subclasses__() if c.__name__ == 'Popen'][0](['true'])",
    "descriptors": "import os; [os.read(n, 1) for n in range(20, 64)]",
    "environment": "import os; os.environ['PATH']",
    "user": "import pwd; pwd.getpwuid(0)",
    "site-packages": "open('/usr/local/lib/python3.12/site-packages/x', 'w')",
}
CODE = """
import json
attempts = inputs
succeeded = []
for name, text in attempts.items():
    try:
        exec(text, {})
    except BaseException:
        continue
    succeeded.append(name)
result = succeeded
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    path = tmp_path / "secret"
    path.write_text("the secret", "utf-8")
    (tmp_path / "data" / "link").symlink_to(path)
    return path


def test_nothing_of_the_machine_is_reached(secret: Path, tmp_path: Path) -> None:
    places = {
        "home": str(Path.home() / ".profile"), "secret": str(secret), "folder": str(tmp_path / "data"),
        "link": str(tmp_path / "data" / "link"), "parent": str(tmp_path),
    }  # fmt: skip
    attempts = {name: text.format(**places) if "{" in text else text for name, text in ATTEMPTS.items()}  # fmt: skip
    with connected(["--folder", f"{tmp_path}/data:rw"], cwd=tmp_path) as assistant:
        done = assistant.run(CODE, inputs=attempts)
        assert (done["status"], done["value"]) == ("ok", [])
        warned = assistant.run(
            "import warnings\nfor n in range(20000): warnings.warn(str(n), stacklevel=1)"
        )
        assert warned["status"] == "ok"
        assert len(warned["stderr"].encode()) <= 32 * 1024
        left = assistant.run("__import__('os').listdir('/tmp')")["value"]
        assert {"l", "h"} & set(left) == set()
    assert secret.read_text("utf-8") == "the secret"
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["link"]
    assert "the secret" not in json.dumps(done)
