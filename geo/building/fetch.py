"""Fetching files that a map is made from: resumed where a connection broke, checked, written whole."""

from __future__ import annotations

import hashlib
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Say = Callable[[str], None]

ATTEMPTS = 6
WAITS_S = (0.5, 1.0, 2.0, 5.0, 15.0)
"""Seconds before another attempt, longer each time; a server that says when is heeded."""
LONGEST_WAIT_S = 60.0
TIMEOUT_S = 60.0
_BLOCK = 1 << 18
_AGAIN = {408, 425, 429, 500, 502, 503, 504}


class FetchError(Exception):
    """A file cannot be fetched; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is there now."""

    path: Path
    bytes: int
    sha256: str
    anew: bool  # False: it was there already


def fetch(
    url: str,
    path: Path,
    *,
    md5_url: str = "",
    say: Say = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Fetch a file, going on where an earlier attempt ended. Raises FetchError, and OSError if it cannot be written.

    ``md5_url``: where the publisher tells the digest of the file; one that does not fit is fetched anew, once.
    """
    if path.exists():
        return Fetched(path, path.stat().st_size, _digest(path, "sha256"), anew=False)
    part = path.with_name(f".{path.name}.part")
    wanted = _told_md5(md5_url)
    for _ in range(2):
        _fetch_into(url, part, say, pause)
        if not wanted or _digest(part, "md5") == wanted:
            part.replace(path)
            return Fetched(path, path.stat().st_size, _digest(path, "sha256"), anew=True)
        part.unlink()
        say(f"{path.name} is not what its publisher says that it is: fetching it again.")
    raise FetchError(f"{url} does not have the digest that its publisher tells ({wanted}).")


def _fetch_into(url: str, part: Path, say: Say, pause: Callable[[float], None]) -> None:
    why = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            say(f"{part.name.strip('.').removesuffix('.part')}: {why}; attempt {attempt + 1} of {ATTEMPTS}.")
        try:
            if _attempt(url, part):
                return
            why = "the connection ended too soon"
            wait = WAITS_S[min(attempt, len(WAITS_S) - 1)]
        except urllib.error.HTTPError as fault:
            if fault.code == 416:  # what is there is longer than the file: it has changed
                part.unlink(missing_ok=True)
                why, wait = "the file has changed", 0.0
            elif fault.code not in _AGAIN:
                raise FetchError(f"{url}: the server says {fault.code} {fault.reason}.") from fault
            else:
                why = f"the server says {fault.code} {fault.reason}"
                wait = _asked_to_wait(fault) or WAITS_S[min(attempt, len(WAITS_S) - 1)]
        except (urllib.error.URLError, TimeoutError, ConnectionError) as fault:
            why = str(getattr(fault, "reason", fault)) or type(fault).__name__
            wait = WAITS_S[min(attempt, len(WAITS_S) - 1)]
        if attempt < ATTEMPTS - 1:
            pause(min(wait, LONGEST_WAIT_S))
    raise FetchError(
        f"{url} cannot be fetched: {why}. What is there stays: the same command goes on from it."
    )


def _attempt(url: str, part: Path) -> bool:
    """Fetch what is missing; say whether the file is whole now."""
    have = part.stat().st_size if part.exists() else 0
    with _open(url, {"Range": f"bytes={have}-"} if have else {}) as answer:
        resumed = answer.status == 206
        length = answer.headers.get("Content-Length")
        total = None if length is None else int(length) + (have if resumed else 0)
        with part.open("ab" if resumed else "wb") as out:
            while block := answer.read(_BLOCK):
                out.write(block)
    return total is None or part.stat().st_size >= total


def _open(url: str, headers: dict[str, str]) -> Any:
    if not url.startswith(("https://", "http://")):
        raise FetchError(f"{url} is no address of a file on the web.")
    request = urllib.request.Request(url, headers={"User-Agent": "turnout", **headers})  # noqa: S310
    return urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310


def _asked_to_wait(fault: urllib.error.HTTPError) -> float:
    text = fault.headers.get("Retry-After", "") if fault.headers is not None else ""
    return float(text) if text.isdigit() else 0.0


def _told_md5(url: str) -> str:
    """Return the digest that a publisher tells beside a file, "" if none."""
    if not url:
        return ""
    try:
        with _open(url, {}) as answer:
            return str(answer.read(200).decode("ascii", "replace").split()[0])
    except (OSError, IndexError):
        return ""


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()
