"""The sandboxes that tests choose packages for."""

from pybridge.packages.sandbox import Sandbox

BROWSER = Sandbox("3.14.2", "5.0.3", "wasm32", "2026_0")
WASI = Sandbox.of_wasi("3.12.0")
BOTH = (BROWSER, WASI)
