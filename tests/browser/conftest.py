"""A real browser: Debian's chromium, driven by Playwright. Without either, these tests are skipped and say so.

Screenshots are kept in the folder that ASL_SCREENSHOTS names, if it is set.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
MERMAID = "mermaid@11"


@pytest.fixture(scope="module")  # no longer: while it is open, no other test can run an event loop of its own
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright isn't installed: pip install 'aslkit[browser]'"
    )
    if CHROMIUM is None:
        pytest.skip("chromium isn't installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync"]
        )
        yield started
        started.close()


class Opened:
    """A page opened from disk, and everything that went wrong in it."""

    def __init__(self, page: Any, problems: list[str]) -> None:
        self.page = page
        self.problems = problems

    def statuses(self) -> dict[str, str]:
        """The status of each state of the drawing in sight."""
        found: dict[str, str] = self.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('.drawing:not([hidden]) [data-state]')]"
            ".map(one => [one.dataset.state, one.dataset.status ?? '']))"
        )
        return found

    def chosen(self) -> str | None:
        """The name of the state that is chosen."""
        found: str | None = self.page.evaluate("document.querySelector('.chosen')?.dataset.state ?? null")
        return found


@pytest.fixture
def open_page(browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Opened]]:
    """Opens an HTML document from disk, offline. Afterwards nothing may have gone wrong in it."""
    opened: list[Opened] = []
    contexts = []

    def open_(document: str, *, dark: bool = False) -> Opened:
        context = browser.new_context(
            offline=True, color_scheme="dark" if dark else "light", viewport={"width": 1300, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        problems: list[str] = []
        page.on(
            "console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda problem: problems.append(str(problem)))
        page.on("dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on(
            "request",
            lambda asked: problems.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None,
        )
        file = tmp_path / f"page{len(opened)}.html"
        file.write_text(document, "utf-8", errors="replace")
        page.goto(file.as_uri())
        opened.append(Opened(page, problems))
        return opened[-1]

    yield open_
    folder = os.environ.get("ASL_SCREENSHOTS")
    for number, one in enumerate(opened):
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            one.page.screenshot(path=Path(folder) / f"{request.node.name}-{number}.png")
    problems = [problem for one in opened for problem in one.problems]
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture(scope="session")
def mermaid(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of the real Mermaid, from npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm isn't installed, so there is no Mermaid to parse with")
    folder = tmp_path_factory.mktemp("mermaid")
    packed = subprocess.run(
        [npm, "pack", MERMAID, "--silent"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    if packed.returncode:
        pytest.skip(f"npm can't get Mermaid: {packed.stderr.strip()[-200:]}")
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        member = archive.extractfile("package/dist/mermaid.min.js")
        assert member is not None
        return member.read().decode("utf-8")
