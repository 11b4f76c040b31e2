"""``asl`` in processes of its own, on a store in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "cli")])}


class Asl:
    """See the module. ``first``: statements for the process before it becomes ``asl``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "store.db"
        self._environment = {**ENVIRONMENT, "ASL_STORE": f"sqlite:///{self.file}"}

    def __call__(self, *arguments: str, code: int = 0, first: str = "") -> str:
        """stdout of a command that ends with this exit code, or stderr if that isn't 0."""
        with self.running(*arguments, first=first) as child:
            out, err = child.communicate(timeout=60)
        assert child.returncode == code, err
        return err if code else out

    @contextmanager
    def running(self, *arguments: str, first: str = "") -> Iterator[subprocess.Popen[str]]:
        """A command that goes on beside the test."""
        child = subprocess.Popen(
            [sys.executable, "-c", f"{first}\nfrom asl_cli.main import main; main()", *arguments],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield child
        finally:
            child.kill()
            child.communicate()
