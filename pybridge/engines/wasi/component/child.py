"""The child process that holds the interpreters of one engine, each an instance of the component.

Started as a file: `child.py ROOT PARENT_PIPE LIBRARY COMPONENT MEMORY_MIB TABLE_ELEMENTS`. A line on its standard input is
the number of an interpreter, a space, and `+` to make it, `-` to end it, or a message for it. A line on its standard
output is a number, a mark, and a message: `.` is the last reply to a message, `+` one before it, `,` what a program printed,
`!` says why the interpreter has ended. Interpreters reach neither stream: their messages are results of functions.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pybridge.wasi.component_library import Component, ComponentInstance

_LONGEST = 1 << 28
"""Bytes of one reply, as `supervision.frames` takes them."""

HANDLE, STEP = b"handle", b"step"


def main() -> None:
    """Serve requests until the other side closes its pipes."""
    root, parent_pipe, library, path, memory_mib, table_elements = sys.argv[1:]
    sys.path.insert(0, root)
    try:
        from pybridge.parent_watch import die_with_parent
        from pybridge.wasi.component_library import Component, Library
    finally:
        sys.path.remove(root)
    die_with_parent(int(parent_pipe))
    component = Component(Library(library), path, (HANDLE, STEP))
    interpreters = Interpreters(component, int(memory_mib) << 20, int(table_elements))
    component.define_print(b"print", interpreters.take_output)
    for line in open(0, "rb", closefd=False):  # noqa: SIM115 – open until the process ends
        number, _, text = line.partition(b" ")
        interpreters.answer(int(number), text.rstrip(b"\n"))


class Interpreters:
    """The interpreters of this process, by number."""

    def __init__(self, component: Component, memory_bytes: int, table_elements: int) -> None:
        from _json import encode_basestring_ascii  # `json` takes milliseconds to import

        from pybridge.wasi.component_library import ComponentFailed, ComponentInstance

        self._component = component
        self._failed = ComponentFailed
        self._make = ComponentInstance
        self._quote = encode_basestring_ascii
        self._memory_bytes = memory_bytes
        self._table_elements = table_elements
        self._instances: dict[int, ComponentInstance] = {}
        self._running = 0, b"0"
        """Number of the interpreter at work, and the id of its message."""

    def answer(self, number: int, text: bytes) -> None:
        """Make or end an interpreter, or pass a message to it and write its replies."""
        try:
            if text == b"+":
                self._instances[number] = self._make(
                    self._component, self._memory_bytes, self._table_elements
                )
            elif text == b"-":
                self._end(number)
            elif number in self._instances:
                self._pass_on(number, text)
        except self._failed as error:
            self._end(number)
            _write(number, b"!", str(error).encode("utf-8", "replace"))

    def take_output(self, is_error: bool, text: bytes) -> None:
        """Write what a program printed as a message, which the guest has no other part in."""
        number, message = self._running
        stream = b"stderr" if is_error else b"stdout"
        quoted = self._quote(text.decode("utf-8", "replace")).encode("ascii")
        _write(
            number,
            b",",
            b'{"kind":"output","id":%s,"stream":"%s","text":%s}' % (message, stream, quoted),
        )

    def _pass_on(self, number: int, text: bytes) -> None:
        """Pass a message of the host on, which begins with its id."""
        instance = self._instances[number]
        self._running = number, text.partition(b",")[0].removeprefix(b'{"id":')
        reply = instance.call(HANDLE, text)
        while self._wrote(number, reply):
            reply = instance.call(STEP)

    def _wrote(self, number: int, reply: bytes) -> bool:
        """Write a reply; return whether there is more to come."""
        is_last = not reply.startswith(b"+")
        if b"\n" in reply or len(reply) > _LONGEST:
            raise self._failed("it returned what is not a message")
        _write(number, b"." if is_last else b"+", reply[1:])
        return not is_last

    def _end(self, number: int) -> None:
        instance = self._instances.pop(number, None)
        if instance is not None:
            instance.close()


def _write(number: int, mark: bytes, message: bytes) -> None:
    data = memoryview(b"%d%s%s\n" % (number, mark, message))
    try:
        while data:
            data = data[os.write(1, data) :]
    except OSError:  # the other side closed its pipes
        os._exit(0)


if __name__ == "__main__":
    main()
