"""Python macros and scripts for Electron and web applications."""
