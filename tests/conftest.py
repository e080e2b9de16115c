"""Examples that are made up are not timed."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "pybridge",
    deadline=None,  # no single example is timed: a busy machine is not a defect
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("pybridge")
