# Set timers that would fire later, then hang.
# deadline: short
# holds: ended on time
# browser: timeout
# wasi: timeout
import signal


def render(context):
    for setting in (lambda: signal.setitimer(signal.ITIMER_REAL, 0.01), lambda: signal.alarm(1)):
        try:
            setting()
        except (OSError, AttributeError, ValueError):
            pass
    while True:
        pass
