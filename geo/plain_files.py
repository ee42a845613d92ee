"""Reading files that somebody names: plain files only, and not without end.

A named pipe would wait for ever, a device such as ``/dev/zero`` would fill the memory.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_BYTES = 256 * 1024 * 1024
"""The largest file that is read whole; incident records of a large service over ten years take 100 MB."""


def read_plain(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Return the content of a plain file of at most ``most_bytes``.

    Raises OSError if it cannot be read, is no plain file, or is larger; ``strerror`` says which.
    """
    about = path.stat()
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a plain file", str(path))
    if about.st_size > most_bytes:
        reason = f"it is larger than {most_bytes // 1024**2} MB"
        raise OSError(errno.EFBIG, reason, str(path))
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:  # it grew, or its file system does not know its size
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes // 1024**2} MB", str(path))
    return content
