"""The user's own mistakes: told in a line, without a traceback, and with exit code 2."""

from __future__ import annotations

import click


class Problem(click.ClickException):
    """Something that the user gave can't be used: an input, a definition, handlers, a file to write."""

    exit_code = 2
