"""Run any WASI module in a child process; nothing here knows macros."""
