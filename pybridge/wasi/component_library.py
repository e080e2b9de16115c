"""As much of wasmtime's C API as running a component takes, for version 50.

`import wasmtime` binds some thousand functions, which takes longer than everything else that a child process does until
an interpreter is ready. `tests/unit/wasi/test_component_library.py` compares what is declared here with its bindings.
"""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, byref, c_bool, c_char_p, c_int64, c_size_t, c_uint8, c_void_p

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Print = Callable[[bool, bytes], None]
    """Takes what an instance prints: whether to its standard error, and UTF-8."""

VERSION = 50
"""The major version of wasmtime whose structures these are."""

BOOL = 0
STRING = 12

MOST_STACK = 2 << 20
"""Bytes of stack: CPython 3.14 needs more than the default; beyond this the library aborts the process."""


class Text(ctypes.Structure):
    """A vector of bytes."""

    _fields_ = (("size", c_size_t), ("data", c_void_p))


class Payload(ctypes.Union):
    """What a value of either kind holds, and the room that the largest kind takes."""

    _fields_ = (("boolean", c_bool), ("string", Text), ("_room", ctypes.c_uint64 * 3))


class Value(ctypes.Structure):
    """A value of the component model."""

    _fields_ = (("kind", c_uint8), ("of", Payload))


class Instance(ctypes.Structure):
    """The handle of an instance."""

    _fields_ = (("_private", ctypes.c_uint64 * 2),)


class Function(ctypes.Structure):
    """The handle of an exported function."""

    _fields_ = (("_private", ctypes.c_uint64 * 4),)


Callback = CFUNCTYPE(
    c_size_t, c_void_p, c_void_p, c_void_p, POINTER(Value), c_size_t, POINTER(Value), c_size_t
)
"""Data, context, type, arguments and their number, results and their number; returns an error, or 0."""

_FINALIZER = CFUNCTYPE(None, c_void_p)

FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "wasm_config_new": (c_void_p, ()),
    "wasmtime_config_max_wasm_stack_set": (None, (c_void_p, c_size_t)),
    "wasm_engine_new_with_config": (c_void_p, (c_void_p,)),
    "wasmtime_component_deserialize_file": (c_void_p, (c_void_p, c_char_p, POINTER(c_void_p))),
    "wasmtime_component_get_export_index": (c_void_p, (c_void_p, c_void_p, c_char_p, c_size_t)),
    "wasmtime_component_linker_new": (c_void_p, (c_void_p,)),
    "wasmtime_component_linker_add_wasip2": (c_void_p, (c_void_p,)),
    "wasmtime_component_linker_root": (c_void_p, (c_void_p,)),
    "wasmtime_component_linker_instance_add_func": (
        c_void_p,
        (c_void_p, c_char_p, c_size_t, Callback, c_void_p, _FINALIZER),
    ),
    "wasmtime_component_linker_instance_delete": (None, (c_void_p,)),
    "wasmtime_store_new": (c_void_p, (c_void_p, c_void_p, c_void_p)),
    "wasmtime_store_context": (c_void_p, (c_void_p,)),
    "wasmtime_store_limiter": (None, (c_void_p, *(c_int64,) * 5)),
    "wasmtime_store_delete": (None, (c_void_p,)),
    "wasi_config_new": (c_void_p, ()),
    "wasmtime_context_set_wasi": (c_void_p, (c_void_p, c_void_p)),
    "wasmtime_component_linker_instantiate": (
        c_void_p,
        (c_void_p, c_void_p, c_void_p, POINTER(Instance)),
    ),
    "wasmtime_component_instance_get_func": (
        c_bool,
        (POINTER(Instance), c_void_p, c_void_p, POINTER(Function)),
    ),
    "wasmtime_component_func_call": (
        c_void_p,
        (POINTER(Function), c_void_p, POINTER(Value), c_size_t, POINTER(Value), c_size_t),
    ),
    "wasm_byte_vec_new": (None, (POINTER(Text), c_size_t, c_char_p)),
    "wasm_byte_vec_delete": (None, (POINTER(Text),)),
    "wasmtime_error_message": (None, (c_void_p, POINTER(Text))),
    "wasmtime_error_delete": (None, (c_void_p,)),
}
"""By name: the type of the result, and those of the arguments."""


class ComponentFailed(Exception):
    """An instance trapped or exited, or something cannot be loaded."""


class Library:
    """The shared library."""

    def __init__(self, path: str) -> None:
        """Load it.

        Raises:
            OSError: when it cannot be loaded.
            AttributeError: when it lacks a function.
        """
        self._library = ctypes.CDLL(path)
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(self._library, name)
            function.restype, function.argtypes = result, arguments

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def check(self, error: int | None) -> None:
        """Raise what an error of the library says, in one line.

        Raises:
            ComponentFailed: when there is one.
        """
        if not error:
            return
        text = Text()
        self.wasmtime_error_message(error, byref(text))
        words = self.taken(text).decode("utf-8", "replace")
        self.wasmtime_error_delete(error)
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        raise ComponentFailed(lines[-1] if lines else "it failed")

    def taken(self, text: Text) -> bytes:
        """Return the content of a vector, and free it."""
        content = content_of(text)
        self.wasm_byte_vec_delete(byref(text))
        return content


def content_of(text: Text) -> bytes:
    """Return the content of a vector."""
    return ctypes.string_at(text.data, text.size) if text.size else b""


class Component:
    """A compiled component whose functions take and return texts, and of which instances are made."""

    def __init__(self, library: Library, path: str, exports: tuple[bytes, ...]) -> None:
        """Load it.

        Args:
            library: The shared library.
            path: The compiled component; only one that this machine compiled may be loaded.
            exports: Names of the functions that are called.

        Raises:
            ComponentFailed: when it cannot be loaded, or lacks a function.
        """
        self.library = library
        config = library.wasm_config_new()
        library.wasmtime_config_max_wasm_stack_set(config, MOST_STACK)
        self.engine = library.wasm_engine_new_with_config(config)
        loaded = c_void_p()
        library.check(
            library.wasmtime_component_deserialize_file(self.engine, path.encode(), byref(loaded))
        )
        self.pointer = loaded
        self.linker = library.wasmtime_component_linker_new(self.engine)
        library.check(library.wasmtime_component_linker_add_wasip2(self.linker))
        self.exports = {name: self._index(name) for name in exports}
        self._callbacks: list[Any] = []

    def define_print(self, name: bytes, take: Print) -> None:
        """Let *take*, which raises nothing, be the imported function `name: func(is-error: bool, text: string)`."""

        def call(_data: Any, _context: Any, _type: Any, values: Any, _count: int, *_: Any) -> int:
            take(bool(values[0].of.boolean), content_of(values[1].of.string))
            return 0

        callback, finalizer = Callback(call), _FINALIZER(0)
        self._callbacks += [callback, finalizer]  # as long as the linker
        root = self.library.wasmtime_component_linker_root(self.linker)
        error = self.library.wasmtime_component_linker_instance_add_func(
            root, name, len(name), callback, None, finalizer
        )
        self.library.wasmtime_component_linker_instance_delete(root)
        self.library.check(error)

    def _index(self, name: bytes) -> Any:
        index = self.library.wasmtime_component_get_export_index(
            self.pointer, None, name, len(name)
        )
        if not index:
            raise ComponentFailed(f"it exports no function {name.decode()}")
        return index


class ComponentInstance:
    """An instance with a memory of its own. It sees no folder, no variable, no argument and no network."""

    def __init__(self, component: Component, memory_bytes: int, table_elements: int) -> None:
        """Make it.

        Raises:
            ComponentFailed: when it does not fit into the memory that it may have.
        """
        self._library = library = component.library
        self._store = library.wasmtime_store_new(component.engine, None, None)
        self._context = library.wasmtime_store_context(self._store)
        try:
            library.wasmtime_store_limiter(self._store, memory_bytes, table_elements, -1, -1, -1)
            library.check(
                library.wasmtime_context_set_wasi(self._context, library.wasi_config_new())
            )
            made = Instance()
            library.check(
                library.wasmtime_component_linker_instantiate(
                    component.linker, self._context, component.pointer, byref(made)
                )
            )
            self._functions = {
                name: self._function(made, index) for name, index in component.exports.items()
            }
        except ComponentFailed:
            self.close()
            raise

    def call(self, name: bytes, *texts: bytes) -> bytes:
        """Call an exported function with texts in UTF-8; return its text.

        Raises:
            ComponentFailed: when it traps or exits; nothing can be called then.
        """
        library = self._library
        arguments = (Value * len(texts))()
        for value, text in zip(arguments, texts, strict=True):
            value.kind = STRING
            library.wasm_byte_vec_new(byref(value.of.string), len(text), text)
        result = Value()
        try:
            library.check(
                library.wasmtime_component_func_call(
                    byref(self._functions[name]),
                    self._context,
                    arguments,
                    len(texts),
                    byref(result),
                    1,
                )
            )
        finally:
            for value in arguments:
                library.wasm_byte_vec_delete(byref(value.of.string))
        return bytes(library.taken(result.of.string))

    def close(self) -> None:
        """Free its memory; may be called again."""
        store, self._store = self._store, None
        if store:
            self._library.wasmtime_store_delete(store)

    def _function(self, made: Instance, index: Any) -> Function:
        function = Function()
        if not self._library.wasmtime_component_instance_get_func(
            byref(made), self._context, index, byref(function)
        ):
            raise ComponentFailed("it lacks a function")
        return function
