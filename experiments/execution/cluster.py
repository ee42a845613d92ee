"""A Dask cluster: the same tasks, sent to the workers of a scheduler that is already there."""

from __future__ import annotations

import logging
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from experiments.errors import UserError
from experiments.execution.documents import Untyped
from experiments.execution.executor import Context, Finished

CONNECT_S = 4.0
"""How long to look for the scheduler."""
LOST_S = 20.0
"""How long a scheduler may be out of reach before the sweep gives it up."""
SCHEMES = ("", "tcp", "tls", "ws", "wss")
_LOST = (OSError, TimeoutError)
"""What Dask raises when the line to the scheduler breaks (its ``CommClosedError`` is an OSError)."""
AHEAD = 2
"""Tasks a worker thread has at hand: one under way, one waiting."""


def connect(address: str) -> None:
    """Raise UserError unless something listens at the address of a scheduler, such as tcp://10.0.0.5:8786."""
    scheme, _, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    if (
        scheme not in SCHEMES
        or not host
        or not (port.isascii() and port.isdecimal())
        or not 0 < int(port) < 1 << 16
    ):
        msg = f'--scheduler: "{address}" is no address of a scheduler; write one such as tcp://10.0.0.5:8786.'
        raise UserError(msg)
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_S) as line:
            # A Dask scheduler speaks first. Dask's client would wait for other servers to answer for ever.
            if scheme in ("", "tcp") and not line.recv(1):
                raise no_scheduler(address, OSError("what listens there hung up"))
    except OSError as fault:
        raise no_scheduler(address, fault) from None


def no_scheduler(address: str, fault: Exception) -> UserError:
    """Return the message that no scheduler answers."""
    why = getattr(fault, "strerror", None) or " ".join(str(fault).split())[:120] or type(fault).__name__
    return UserError(
        f"no Dask scheduler answers at {address} ({why}). Start one with `dask scheduler`, "
        "give the address it prints, or leave --scheduler out to run on this computer."
    )


def _hush() -> None:
    """Keep Dask's log off the terminal: what matters is told in one message. Its loggers have levels of their own."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class Named(Protocol):
    """A task that says what it is called."""

    @property
    def name(self) -> str:
        """Return what it is called, for the scheduler's page."""


Task = TypeVar("Task", bound=Named)
Answer = TypeVar("Answer")


class Cluster(Generic[Context, Task, Answer]):
    """The workers of a Dask scheduler. A task whose worker dies is done again by another, up to three times."""

    deaths_to_fail = 1

    def __init__(self, address: str, work: Callable[[Context, Task], Answer], context: Context) -> None:
        """Connect. Raises UserError if Dask is not installed or the scheduler does not answer."""
        try:
            from distributed import Client
        except ImportError:
            msg = '--scheduler needs Dask: pip install "turnout[cluster]", here and on every worker.'
            raise UserError(msg) from None
        _hush()
        self._address, self._work, self._context = address, work, context
        try:
            self._client: Untyped = Client(  # type: ignore[no-untyped-call]
                address, timeout=CONNECT_S, set_as_default=False
            )
        except (OSError, ValueError, TimeoutError, RuntimeError, ImportError) as fault:
            raise no_scheduler(address, fault) from None
        self._running: dict[Untyped, Task] = {}  # by Dask's future
        self._told_waiting = False
        self._lost_since: float | None = None

    def capacity(self) -> int:
        """Return how many tasks keep the workers that are there now busy."""
        threads = 0
        with suppress(OSError, TimeoutError, RuntimeError):
            # A client whose scheduler has just gone answers with nothing at all, not even an empty list.
            workers = self._client.scheduler_info(n_workers=-1).get("workers", {}).values()
            threads = sum(int(worker["nthreads"]) for worker in workers)
        if not threads and not self._told_waiting:
            self._told_waiting = True
            message = f"The scheduler at {self._address} has no workers yet: waiting for the first.\n"
            sys.stderr.write(message)
        return max(1, AHEAD * threads)

    def submit(self, task: Task) -> None:
        """Begin a task."""
        key = f"turnout-{task.name}-{time.monotonic_ns()}"
        try:
            future = self._client.submit(self._work, self._context, task, key=key, pure=False)
        except _LOST as fault:
            raise self._gone() from fault
        self._running[future] = task

    def wait(self, timeout_s: float) -> list[Finished[Task, Answer]]:
        """Return what finished, after at most ``timeout_s`` seconds. Raises UserError if the scheduler is gone."""
        until = time.monotonic() + timeout_s
        while True:
            done = [future for future in self._running if future.status in ("finished", "error")]
            if done or time.monotonic() >= until:
                break
            self._check()
            time.sleep(0.02)
        try:
            return [self._finished(future) for future in done]
        except _LOST as fault:
            raise self._gone() from fault

    def _finished(self, future: Untyped) -> Finished[Task, Answer]:
        from distributed import KilledWorker

        task = self._running.pop(future)
        if future.status == "finished":
            return Finished(task, future.result(timeout=LOST_S))
        fault = future.exception(timeout=LOST_S)
        if fault is None or isinstance(fault, KilledWorker):  # None: its worker died while it was asked
            return Finished(task, None)
        msg = f"a worker of the scheduler at {self._address} cannot do the work: {type(fault).__name__}: {fault}"
        raise UserError(" ".join(msg.split()) + ". Has it the same Turnout installed?")

    def _check(self) -> None:
        """Raise UserError if the scheduler is gone."""
        cancelled = any(future.status in ("cancelled", "lost") for future in self._running)
        if self._client.status == "running" and not cancelled:
            self._lost_since = None
            return
        self._lost_since = self._lost_since or time.monotonic()
        waited = time.monotonic() - self._lost_since
        if cancelled or self._client.status == "closed" or waited > LOST_S:
            raise self._gone()

    def _gone(self) -> UserError:
        return UserError(
            f"the scheduler at {self._address} went away. What is finished is kept: "
            "repeat the same command when it is back, or without --scheduler."
        )

    def close(self) -> None:
        """Take the tasks back and leave; the cluster stays."""
        with suppress(Exception):
            self._client.cancel(list(self._running), force=True)
        self._running.clear()
        with suppress(Exception):
            self._client.close(timeout=CONNECT_S)
