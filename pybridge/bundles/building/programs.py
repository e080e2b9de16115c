"""The platform that a program is for, by the first bytes of its file."""

from __future__ import annotations

import struct

_ELF = b"\x7fELF"
_ELF_PROCESSORS = {3: "x86", 40: "arm", 62: "x86_64", 183: "arm64", 243: "riscv64"}
_PE = b"MZ"
_PE_PROCESSORS = {0x14C: "x86", 0x8664: "x86_64", 0xAA64: "arm64"}
_MACHO = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_MACHO_PROCESSORS = {0x0100_0007: "x86_64", 0x0100_000C: "arm64"}
_MACHO_UNIVERSAL = b"\xca\xfe\xba\xbe"
_PE_HEADER_AT = 0x3C


def platform_of(program: bytes) -> str | None:
    """Return the platform of a compiled program, such as `linux_x86_64`; None for scripts and what is not known."""
    if program.startswith(_ELF) and len(program) >= 20:
        order = ">" if program[5] == 2 else "<"
        return _named("linux", _ELF_PROCESSORS, struct.unpack_from(f"{order}H", program, 18)[0])
    if program.startswith(_PE) and len(program) >= _PE_HEADER_AT + 4:
        start = struct.unpack_from("<I", program, _PE_HEADER_AT)[0]
        if program[start : start + 4] == b"PE\0\0" and len(program) >= start + 6:
            number = struct.unpack_from("<H", program, start + 4)[0]
            return _named("windows", _PE_PROCESSORS, number)
    if program.startswith(_MACHO_UNIVERSAL):
        return "macos_universal"
    if program.startswith(_MACHO) and len(program) >= 8:
        return _named("macos", _MACHO_PROCESSORS, struct.unpack_from("<I", program, 4)[0])
    return None


def _named(system: str, processors: dict[int, str], number: int) -> str:
    return f"{system}_{processors.get(number, number)}"
