"""The hook ``asl-validate``, run by pre-commit itself in a repository of its own.

The hook is taken from this repository's ``.pre-commit-hooks.yaml``; its language is replaced by ``system``, because
building an environment would need the network. The command is a script that runs this checkout.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GOOD = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}\n'
BAD = '{"StartAt": "B", "States": {"A": {"Type": "Succeed"}}}\n'

pytestmark = [
    pytest.mark.skipif(find_spec("pre_commit") is None, reason="pre-commit is not installed: pip install pre-commit"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    return {
        **kept,
        **who,
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(home / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONPATH": os.pathsep.join([*sys.path]),
    }


def run(*command: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)


def repository(path: Path, files: dict[str, str], env: dict[str, str]) -> Path:
    path.mkdir()
    for name, text in files.items():
        (path / name).write_text(text, "utf-8")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        done = run("git", *command, cwd=path, env=env)
        assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    script = tmp_path / "bin" / "asl"
    script.parent.mkdir()
    places = os.pathsep.join([str(ROOT), str(ROOT / "cli")])
    script.write_text(
        f'#!/bin/sh\nPYTHONPATH="{places}{os.pathsep}$PYTHONPATH" exec "{sys.executable}" -m asl_cli.main "$@"\n',
        "utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return environment(tmp_path)


@pytest.fixture
def work(tmp_path: Path, env: dict[str, str]) -> Path:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["language"] == "python"
    hooks = yaml.safe_dump([{**hook, "language": "system"}])
    tool = repository(tmp_path / "tool", {".pre-commit-hooks.yaml": hooks}, env)
    revision = run("git", "rev-parse", "HEAD", cwd=tool, env=env).stdout.strip()
    config = {"repos": [{"repo": str(tool), "rev": revision, "hooks": [{"id": "asl-validate"}]}]}
    files = {".pre-commit-config.yaml": yaml.safe_dump(config), "good.asl.json": GOOD, "other.json": "{}"}
    return repository(tmp_path / "work", files, env)


def test_a_good_definition_passes(work: Path, env: dict[str, str]) -> None:
    done = run(sys.executable, "-m", "pre_commit", "run", "--all-files", cwd=work, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_a_broken_definition_stops_the_commit(work: Path, env: dict[str, str]) -> None:
    (work / "bad.asl.json").write_text(BAD, "utf-8")
    run("git", "add", "-A", cwd=work, env=env)
    done = run(sys.executable, "-m", "pre_commit", "run", cwd=work, env=env)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "bad.asl.json:1:13: ASL301 error: Missing 'StartAt' target: B" in done.stdout
