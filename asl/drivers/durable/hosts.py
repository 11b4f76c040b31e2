"""Whether another worker of this very machine is still alive, so that nobody waits for a dead one's lease.

A process number means something only among the processes that share it: the host's name, the boot and the process
namespace together say where that is.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asl.stores.base import Worker


@cache
def here() -> str:
    """Where this process's number means something."""
    parts = [socket.gethostname()]
    with suppress(OSError):  # only Linux has these
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)


def is_dead(worker: Worker) -> bool:
    """Whether the worker's process is known to be gone. A paused one isn't, nor one of another machine."""
    if worker.host != here() or os.name != "posix":
        return False
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:  # somebody else's process
        return False
    return False
