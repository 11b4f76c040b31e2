"""Permissions that hold for root, too: a process gives up the power to pass over them (Linux's capabilities).

Becoming another user would do the same, but that one may not be allowed to read the interpreter that runs the tests.
"""

from __future__ import annotations

import ctypes
import os
import sys

_VERSION = 0x20080522  # of the structures below


class _Header(ctypes.Structure):
    """``struct __user_cap_header_struct``; pid 0 is the caller."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    """``struct __user_cap_data_struct``."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def missing() -> str | None:
    """Why permissions can't be made to hold here; None if they can, or do anyway."""
    if os.name != "posix":
        return "permissions of POSIX"
    if os.geteuid() == 0 and sys.platform != "linux":
        return "root passes over permissions, and can give up that power on Linux alone"
    return None


def give_up() -> None:
    """From now on, and to the end of this process, permissions hold for it as for any other user."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(ctypes.byref(_Header(_VERSION, 0)), ctypes.byref((_Sets * 2)())):
        raise OSError(ctypes.get_errno(), "capset failed")
