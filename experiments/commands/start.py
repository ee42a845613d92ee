"""The entry point of the command ``turnout``: Ctrl-C is heard before the slow imports begin."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. Ctrl-C ends it with status 130 and one line, however early it comes."""
    listen()
    from experiments.commands.cli import main as command_line

    try:
        command_line(arguments)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # all is done: nothing is left to be told


def listen() -> None:
    """Let Ctrl-C and the termination signal end this process at once; nothing is under way yet."""

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        sys.stderr.write("Stopped before anything was done.\n")
        sys.stderr.flush()
        # No exception: one raised inside an import is told as a traceback, or swallowed.
        os._exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


if __name__ == "__main__":
    main()
