"""Python macros and scripts for Electron and web applications."""

__version__ = "0.1.0"
