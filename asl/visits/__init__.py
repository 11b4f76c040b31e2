"""State visits: the compact event log folded into one record per time that a state was entered.

The log says what happened, event by event; a person asks what became of each state: its input and output, how often it
was tried, what it failed with, who caught that, inside which branch or iteration. ``fold`` answers for a whole log and
``VisitLog`` for a log that still grows (live traces). Both read events and notes only, so they work just as well on a
stored execution.
"""

from __future__ import annotations

from asl.visits.log import Change, ChangeKind, Describer, VisitLog, fold
from asl.visits.visit import Retry, Status, Visit

__all__ = ["Change", "ChangeKind", "Describer", "Retry", "Status", "Visit", "VisitLog", "fold"]
