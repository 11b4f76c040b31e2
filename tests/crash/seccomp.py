"""A disk that fails for real: the kernel answers system calls of this process with an error (Linux's seccomp).

What is denied once stays denied: the process suffers to its end, and another one goes on. The calling thread's filter
is given to all threads. Standard output and error can always be written to.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

SYNC, WRITE = "sync", "write"


class _Numbers(NamedTuple):
    """How an architecture calls them: its word in ``seccomp_data``, and the numbers of its system calls."""

    arch: int
    seccomp: int
    write: int
    denied: dict[str, tuple[int, ...]]


#: pwrite64, pwritev, pwritev2 write; fsync and fdatasync wait for the disk.
_NUMBERS = {
    "x86_64": _Numbers(0xC000003E, 317, 1, {WRITE: (18, 296, 328), SYNC: (74, 75)}),
    "aarch64": _Numbers(0xC00000B7, 277, 64, {WRITE: (68, 70, 287), SYNC: (82, 83)}),
}

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _GET_ACTION_AVAIL, _FLAG_TSYNC = 1, 2, 1
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000

# struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6]. Both architectures are little-endian.
_NR, _ARCH, _FIRST_ARGUMENT = 0, 4, 16
_LOAD, _JUMP_EQUAL, _JUMP_GREATER, _RETURN = 0x20, 0x15, 0x25, 0x06

_LAST_STANDARD_STREAM = 2


class _Instruction(ctypes.Structure):
    """``struct sock_filter``."""

    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


@cache
def missing() -> str | None:
    """Why calls can't be denied here; None if they can."""
    numbers = _NUMBERS.get(platform.machine())
    if sys.platform != "linux" or numbers is None or sys.maxsize < 2**32:
        return "denying system calls needs Linux on x86_64 or aarch64"
    action = ctypes.c_uint32(_ERRNO)
    if _libc().syscall(numbers.seccomp, _GET_ACTION_AVAIL, 0, ctypes.byref(action)):
        return f"this Linux has no seccomp filters: {os.strerror(ctypes.get_errno())}"
    return None


def deny(what: str, errno: int) -> None:
    """From now on, and to the end of this process, SYNC or WRITE fails with ``errno``."""
    numbers = _NUMBERS[platform.machine()]
    returns = {"allow": (_RETURN, _ALLOW), "deny": (_RETURN, _ERRNO | errno)}
    steps: list[tuple[int, int, str, str]] = [
        (_LOAD, _ARCH, "", ""),
        (_JUMP_EQUAL, numbers.arch, "", "allow"),
        (_LOAD, _NR, "", ""),
        *((_JUMP_EQUAL, number, "deny", "") for number in numbers.denied[what]),
    ]
    if what == WRITE:
        steps += [
            (_JUMP_EQUAL, numbers.write, "", "allow"),
            (_LOAD, _FIRST_ARGUMENT, "", ""),
            (_JUMP_GREATER, _LAST_STANDARD_STREAM, "deny", ""),
        ]
    places = {"allow": len(steps), "deny": len(steps) + 1}
    made = [
        _Instruction(code, *(places[target] - at - 1 if target else 0 for target in (true, false)), k)
        for at, (code, k, true, false) in enumerate(steps)
    ]
    made += [_Instruction(code, 0, 0, k) for code, k in returns.values()]
    _install(numbers, made)
    _try_out(what, errno)


def _install(numbers: _Numbers, made: list[_Instruction]) -> None:
    program = _Program(len(made), (_Instruction * len(made))(*made))
    libc = _libc()
    answers = (
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        libc.syscall(numbers.seccomp, _SET_MODE_FILTER, _FLAG_TSYNC, ctypes.byref(program)),
    )
    if any(answers):
        raise OSError(ctypes.get_errno(), f"the filter was not installed ({answers})")


def _try_out(what: str, errno: int) -> None:
    """A filter that lets through what it should deny would prove nothing."""
    calls: dict[str, list[Callable[[int], object]]] = {
        SYNC: [os.fsync, os.fdatasync],
        WRITE: [lambda file: os.write(file, b"x"), lambda file: os.pwrite(file, b"x", 0)],
    }
    file = os.open(os.devnull, os.O_WRONLY)
    assert {_error_of(call, file) for call in calls[what]} == {errno}
    os.close(file)


def _error_of(call: Callable[[int], object], file: int) -> int | None:
    try:
        call(file)
    except OSError as problem:
        return problem.errno
    return None


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.argtypes = [ctypes.c_long, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p]
    libc.syscall.restype = ctypes.c_long
    libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    return libc
