"""What goes wrong in a user's hands: one clear message, never a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend; the text says what, where, and how. The command exits with status 2."""


class Stopped(BaseException):
    """The run was stopped (Ctrl-C or a termination signal); ``status`` is the exit status by convention.

    No Exception: libraries that try something and carry on (optional imports, destructors) must not swallow it, or
    the run would go on as though nobody had asked for its end.
    """

    def __init__(self, message: str, *, status: int = 130) -> None:
        """Keep the message for the user and the status (128 + signal number)."""
        super().__init__(message)
        self.status = status
