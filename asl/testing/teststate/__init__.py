"""TestState: one state on its own, with everything that AWS's TestState operation offers.

``respond`` answers a request as AWS's API does; ``test_state`` is its face in Python. The state does its work in the
same code as in a run: nothing of the data flow is written twice, it is only watched (``probes``).
"""

from __future__ import annotations

from asl.testing.teststate.operation import respond
from asl.testing.teststate.request import TestStateError
from asl.testing.teststate.result import StateTest, test_state

__all__ = ["StateTest", "TestStateError", "respond", "test_state"]
