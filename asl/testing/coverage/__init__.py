"""Coverage of state machines: which states, rules, catchers, retriers, branches and iteration counts tests have
reached."""

from __future__ import annotations

from asl.testing.coverage.data import CoverageData, MachineCoverage
from asl.testing.coverage.items import Item, items_of

__all__ = ["CoverageData", "Item", "MachineCoverage", "items_of"]
