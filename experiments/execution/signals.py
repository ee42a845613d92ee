"""Ctrl-C and the termination signal: the work ends in order, with one message and the status of convention."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from experiments.errors import Stopped

PATIENCE_S = 3.0
"""How long an end that is under way is left alone."""

Handler = Callable[[int, FrameType | None], object] | int | None


@contextmanager
def stopping() -> Iterator[None]:
    """Raise Stopped in the block on Ctrl-C and on the termination signal; in a thread, leave both as they are.

    While the end is under way more of them change nothing; after ``PATIENCE_S`` one is heard again, for the first may
    have come where Python swallows what is raised (in a destructor).
    """
    heard_s = -math.inf

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal heard_s
        del frame
        if time.monotonic() - heard_s < PATIENCE_S:
            return
        heard_s = time.monotonic()
        msg = "Stopped."
        raise Stopped(msg, status=128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[signal.Signals, Handler] = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            # None: not set from Python, and to be set so only by the default
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
