"""The few C functions that are declared here, compared with wasmtime's own bindings."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest
import wasmtime._bindings
import wasmtime._ffi

from pybridge.wasi import component_library
from pybridge.wasi.compile import wasmtime_version
from pybridge.wasi.component_library import FUNCTIONS, Function, Instance, Payload, Text, Value

SAME = {
    Text: "wasm_byte_vec_t",
    Payload: "wasmtime_component_valunion_t",
    Value: "wasmtime_component_val_t",
    Instance: "wasmtime_component_instance_t",
    Function: "wasmtime_component_func_t",
}


def theirs(name: str) -> Any:
    return vars(wasmtime._bindings)[name]


def shape(kind: Any) -> object:
    """Return what a type is to a caller: its size, and whether it is a pointer."""
    if kind is None:
        return None
    is_pointer = kind in (ctypes.c_void_p, ctypes.c_char_p) or hasattr(kind, "contents")
    is_function = isinstance(kind, type) and issubclass(kind, ctypes._CFuncPtr)  # type: ignore[attr-defined]
    return "pointer" if is_pointer or is_function else (ctypes.sizeof(kind), kind(-1).value)


@pytest.mark.parametrize("own", SAME)
def test_structures_have_the_same_size_and_alignment(own: Any) -> None:
    other = theirs(SAME[own])
    assert ctypes.sizeof(own) == ctypes.sizeof(other)
    assert ctypes.alignment(own) == ctypes.alignment(other)


def test_values_are_where_they_are_expected() -> None:
    kinds = wasmtime._ffi
    assert kinds.WASMTIME_COMPONENT_STRING.value == component_library.STRING
    assert Value.of.offset == theirs("wasmtime_component_val_t").of.offset
    assert Payload.string.offset == theirs("wasmtime_component_valunion_t").string.offset
    assert Payload.boolean.offset == theirs("wasmtime_component_valunion_t").boolean.offset


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_the_same_arguments(name: str) -> None:
    other = theirs(f"_{name}")
    result, arguments = FUNCTIONS[name]
    assert shape(result) == shape(other.restype)
    assert [*map(shape, arguments)] == [*map(shape, other.argtypes)]


def test_the_version_is_the_one_that_is_installed() -> None:
    assert wasmtime_version().partition(".")[0] == str(component_library.VERSION)
