"""What holds for all tests."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So a shell starts background jobs, and everything below inherits it. The engine ends its language host by
    # that signal, and waits five seconds before it kills one that does not hear it: at every preview.
    signal.signal(signal.SIGINT, signal.default_int_handler)
