"""What every test runs under: examples that are the same each time, and an interrupt that is heard."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

settings.register_profile(
    "pybridge",
    deadline=None,  # no single example is timed: a machine that is busy is no defect
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="PYBRIDGE_RANDOM" not in os.environ,
)
settings.load_profile("pybridge")

# A shell ignores it for what it starts in the background, and a program inherits that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
