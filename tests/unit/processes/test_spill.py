"""The program that puts pointers into memory before the collector may run, on pieces of LLVM IR."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

PATH = Path(__file__).parents[3] / "runtimes" / "micropython" / "tools" / "spill.py"


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("micropython_spill", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SPILL = loaded()
CALL = "  call void @gc()"


def stored(*lines: str, head: str = "define ptr @f(ptr %a, i32 %n) {") -> set[str]:
    """Return the values that a function with these lines stores."""
    text = SPILL.spilled("\n".join([head, *lines, "}"]) + "\n")
    slots = re.findall(r"^  store volatile \S+ (%\S+), ptr %gc\.at\.\d+$", text, re.MULTILINE)
    assert len(slots) == len(set(slots))
    return set(slots)


def test_what_is_used_after_a_call_is_stored() -> None:
    assert stored("  %p = load ptr, ptr %a", CALL, "  ret ptr %p") == {"%p"}


def test_a_parameter_is_stored_at_the_beginning() -> None:
    assert stored(CALL, "  ret ptr %a") == {"%a"}


def test_what_only_goes_into_a_call_is_not() -> None:
    assert stored("  %p = load ptr, ptr %a", "  call void @g(ptr %p)", "  ret ptr null") == set()


def test_what_goes_into_two_calls_is_stored() -> None:
    lines = ("  %p = load ptr, ptr %a", "  call void @g(ptr %p)", "  call void @g(ptr %p)")
    assert stored(*lines, "  ret ptr null") == {"%p"}


def test_the_result_of_a_call_lives_from_behind_it() -> None:
    assert stored("  %r = call ptr @g()", "  ret ptr %r") == set()
    assert stored("  %r = call ptr @g()", CALL, "  ret ptr %r") == {"%r"}


def test_what_leaves_its_block_is_stored() -> None:
    lines = ("  %p = load ptr, ptr %a", "  br label %next", "", "next:", "  ret ptr %p")
    assert stored(*lines) == {"%p"}


def test_phis_are_stored_behind_the_last_of_them() -> None:
    lines = (
        "  br label %loop",
        "",
        "loop:",
        "  %p = phi ptr [ %a, %0 ], [ %q, %loop ]",
        "  %k = phi i32 [ 0, %0 ], [ %m, %loop ]",
        "  %q = getelementptr inbounds i8, ptr %p, i32 1",
        "  %m = add i32 %k, 1",
        CALL,
        "  br label %loop",
    )
    assert stored(*lines) == {"%a", "%q", "%m"}
    assert stored(*lines[:-1], "  call void @g(ptr %p, i32 %k)", lines[-1]) == {
        "%a",
        "%p",
        "%k",
        "%q",
        "%m",
    }


@pytest.mark.parametrize(
    ("definition", "type_"),
    [
        ("load i64, ptr %a, align 4", "i64"),
        ("ptrtoint ptr %a to i32", "i32"),
        ("inttoptr i32 %n to ptr", "ptr"),
        ("getelementptr inbounds %struct.x, ptr %a, i32 0, i32 1", "ptr"),
        ("select i1 true, ptr %a, ptr null", "ptr"),
        ("and i32 %n, -2", "i32"),
        ("add nuw nsw i32 %n, 1", "i32"),
        ("tail call ptr @g(i32 noundef %n)", "ptr"),
        ("call noundef nonnull align 4 dereferenceable(8) ptr @g()", "ptr"),
        ("call i32 (ptr, ptr, ...) @printf(ptr %a, ptr %a)", "i32"),
        ("call ptr %a(i32 %n)", "ptr"),
        ("call { ptr, i32 } @g()", "{ ptr, i32 }"),
        ("load volatile ptr, ptr %a", "ptr"),
    ],
)
def test_all_types_that_can_hold_a_pointer_are_stored(definition: str, type_: str) -> None:
    text = SPILL.spilled(
        f"define void @f(ptr %a, i32 %n) {{\n  %v = {definition}\n{CALL}\n  call void @g({type_} %v)\n  ret void\n}}\n"
    )
    assert f"  store volatile {type_} %v, ptr %gc.at." in text


@pytest.mark.parametrize(
    "definition",
    ["icmp eq i32 %n, 0", "trunc i32 %n to i8", "load double, ptr %a", "load i16, ptr %a"],
)
def test_what_can_hold_none_is_not(definition: str) -> None:
    assert stored(f"  %v = {definition}", CALL, "  call void @g(i1 %v)", "  ret ptr null") == set()


def test_calls_that_cannot_collect_end_no_segment() -> None:
    lines = (
        "  %p = load ptr, ptr %a",
        "  call void @llvm.memcpy.p0.p0.i32(ptr %a, ptr %p, i32 4, i1 false)",
        "  ret ptr %p",
    )
    assert stored(*lines) == set()


def test_after_a_second_return_of_setjmp_everything_is_in_memory() -> None:
    lines = (
        "  %p = load ptr, ptr %a",
        "  %s = call i32 @setjmp(ptr %a)",
        "  %c = icmp eq i32 %s, 0",
        "  br i1 %c, label %try, label %catch",
        "",
        "try:",
        CALL,
        "  ret ptr null",
        "",
        "catch:",
        "  ret ptr %p",
    )
    assert "%p" in stored(*lines)


def test_values_of_different_blocks_share_slots_and_those_of_one_do_not() -> None:
    block = (
        "  %p{0} = load ptr, ptr %a",
        "  %q{0} = load ptr, ptr %a",
        CALL,
        "  call void @g(ptr %p{0}, ptr %q{0})",
    )
    lines = [line.format(n) for n in (1, 2) for line in (f"b{n}:", *block, "  br label %b2")]
    text = SPILL.spilled("\n".join(["define void @f(ptr %a) {", *lines, "}"]) + "\n")
    [frame] = re.findall(r"%gc.frame = alloca (.*)", text)
    assert frame == "{ ptr, ptr, ptr }"  # the parameter's own, and two that both blocks share


def test_a_line_that_is_not_understood_stops_the_build() -> None:
    with pytest.raises(SPILL.Unknown):
        stored("  %v = landingpad { ptr, i32 }", CALL, "  ret ptr null")
