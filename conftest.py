"""What all tests run under: an interrupt that is heard."""

from __future__ import annotations

import signal

# A shell ignores it for what it starts in the background, and a program inherits that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
