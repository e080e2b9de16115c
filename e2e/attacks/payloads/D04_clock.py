# Count very short times.
# holds: no clock is finer than five microseconds
# browser: held
# wasi: held
import time


def render(context):
    if time.get_clock_info("perf_counter").implementation == "none":
        return {"text": "held"}
    steps = set()
    last = time.perf_counter_ns()
    until = last + 20_000_000
    while last < until:
        now = time.perf_counter_ns()
        if now != last:
            steps.add(now - last)
        last = now
    return {"text": "held", "data": {"finestNs": min(steps)}}
