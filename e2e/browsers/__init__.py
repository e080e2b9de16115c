"""Firefox and WebKit, for the tests that are marked `every_browser`: `pytest e2e --in firefox`, or `webkit`.

Playwright drives only builds of its own of these two. Both are driven by WebDriver here, as Debian has them; driven.py
gives their pages the few methods of Playwright's that the marked tests use.
"""
