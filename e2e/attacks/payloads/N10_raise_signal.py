# Raise signals in the own thread.
# holds: no effect on the host, a crash at most
# browser: held
# wasi: held
import signal


def render(context):
    for name in ("SIGTERM", "SIGALRM", "SIGUSR1", "SIGINT"):
        if hasattr(signal, name):
            try:
                signal.signal(getattr(signal, name), lambda *_: None)
                signal.raise_signal(getattr(signal, name))
            except (OSError, ValueError, AttributeError):
                continue
    return {"text": "held"}
