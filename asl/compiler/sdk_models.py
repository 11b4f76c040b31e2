"""What AWS's APIs can do, read from botocore's service models when it is installed. Without it nothing is said.

Step Functions names a service by its SDK's client, ``sfn``, ``dynamodb``, ``cloudwatchlogs``: botocore's service id in
small letters without blanks and hyphens. Actions are the operations' names with a small first letter.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVICE_ID = r'"serviceId"\s*:\s*"([^"]+)"'
#: how much of a model holds its metadata
_HEAD = 4096


@cache
def operations_of(service: str) -> frozenset[str] | None:
    """The actions of a service as Step Functions writes them; None if its model isn't at hand."""
    model = _models().get(service)
    if model is None:
        return None
    operations = json.loads(_opened(model))["operations"]
    return frozenset(name[0].lower() + name[1:] for name in operations)


@cache
def _models() -> dict[str, Path]:
    """The newest model of each service, by the service's name in Step Functions."""
    found: dict[str, Path] = {}
    for model in _model_files():
        head = _opened(model, _HEAD)
        match = re.search(_SERVICE_ID, head)
        if match is not None:
            found[re.sub(r"[\s-]", "", match[1]).lower()] = model
    return found


def _model_files() -> Iterator[Path]:
    spec = find_spec("botocore")
    if spec is None or spec.origin is None:
        return
    for folder in sorted((Path(spec.origin).parent / "data").iterdir()):
        versions = sorted(folder.glob("*/service-2.json*")) if folder.is_dir() else []
        if versions:
            yield versions[-1]


def _opened(path: Path, length: int = -1) -> str:
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as file:
            data = file.read(length)
    else:
        with path.open("rb") as file:
            data = file.read(length)
    return data.decode("utf-8", "replace")
