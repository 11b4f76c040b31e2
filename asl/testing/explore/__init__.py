"""Search: inputs, results, errors and time-outs are made up for a machine until something breaks.

``model`` knows what a machine reads and may be answered, ``values`` makes values of it, ``cases`` is one execution as
data, ``search`` looks for findings and shrinks them, ``strategy`` is the same for Hypothesis.
"""

from __future__ import annotations

from asl.testing.explore.cases import Case
from asl.testing.explore.search import Finding, find_failures
from asl.testing.explore.strategy import executions

__all__ = ["Case", "Finding", "executions", "find_failures"]
