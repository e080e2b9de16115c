"""What is compiled into the module: the modules of lib/, and asyncio of MicroPython itself."""

# ruff: noqa: F821 – the functions are those of MicroPython's tools/makemanifest.py
freeze("$(PORT_DIR)/../lib", opt=0)
include("$(MPY_DIR)/extmod/asyncio")
