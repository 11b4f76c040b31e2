"""Runs recorded executions through aslkit and compares what happened with what AWS did.

    python -m tests.conformance DIR... [--kind K]... [--tag T]... [--without-tag T]... [--json OUT] [--show ID]...

The recordings and the comparer (``compare.py``, found beside or above DIR) are no part of this project; they are read
where they lie. Like a user, the runner knows only aslkit's public API.

| module | what it knows |
|---|---|
| ``cases``    | where the recordings and the comparer lie, and which cases are asked for |
| ``handlers`` | the handlers that play a case's functions and mocked services |
| ``parts``    | how each recorded part (a description, log events, ...) follows from an execution: one table |
| ``definitions`` | answers about definitions alone (kinds validate, create_state_machine) |
| ``api``      | scripts of API calls (kind api) |
| ``engine``   | the public API, as far as the runner needs it |
| ``runner``   | run one case and compare it |
| ``known``    | ``known.toml``: the cases that are allowed to fail, with the reason |
| ``report``   | tables, differences, JSON |

Nothing is ever skipped: a case that can't be run counts as failed, and its difference is the reason.

| exit status | when |
|---|---|
| 0 | every selected case passes, or fails and is listed in ``known.toml`` |
| 1 | a case fails that isn't listed, or a listed one passes: each excuse on the list must still be needed |
| 2 | nothing could be run: a folder or the comparer is missing, no case matches, ``known.toml`` can't be read |
"""
