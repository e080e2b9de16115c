"""Macros in Pyodide, in a Chromium driven headless."""
